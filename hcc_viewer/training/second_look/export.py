"""Puts the second network into a model file."""

from __future__ import annotations

import base64
from typing import Any

import keras
import onnx
import tensorflow as tf
import tf2onnx

from hcc_viewer.detection.model import JUDGE_INPUT, JUDGE_KEY
from hcc_viewer.training.export import OPSET


def with_judge(model: onnx.ModelProto, judge: bytes) -> onnx.ModelProto:
    """The model file with the second network in it, instead of any that was there.

    Args:
        model: As `export.export_onnx` writes it.
        judge: As `judge_file` gives it.
    """
    result = onnx.ModelProto()
    result.CopyFrom(model)
    del result.metadata_props[:]
    result.metadata_props.add(key=JUDGE_KEY, value=base64.b64encode(judge).decode())
    return result


def judge_in(model: onnx.ModelProto) -> bytes | None:
    """The second network that a model file carries, as `judge_file`; None: it carries none."""
    texts = [item.value for item in model.metadata_props if item.key == JUDGE_KEY]
    return base64.b64decode(texts[0]) if texts else None


def judge_file(judge: keras.Model) -> bytes:
    """The second network as an ONNX file.

    Args:
        judge: As `judge.fit_judge` gives it.
    """
    signature = [tf.TensorSpec((None, *judge.input.shape[1:]), tf.float32, name=JUDGE_INPUT)]

    @tf.function(input_signature=signature)  # type: ignore[untyped-decorator] # TensorFlow is untyped
    def run(patches: Any) -> dict[str, Any]:
        return {"log_odds": tf.identity(judge(patches, training=False), name="log_odds")}

    proto: onnx.ModelProto = tf2onnx.convert.from_function(
        run, input_signature=signature, opset=OPSET
    )[0]
    return bytes(proto.SerializeToString())
