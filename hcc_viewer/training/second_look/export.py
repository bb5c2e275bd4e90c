"""Puts the second network into a model file: the first one's features come out, the other goes in.

The second network is an ONNX file of its own, carried in the metadata of the first: a model stays
one file with one hash. See `detection/second_look.py`.
"""

from __future__ import annotations

import base64
from typing import Any

import keras
import onnx
import tensorflow as tf
import tf2onnx
from onnx import helper

from hcc_viewer.detection.model import FEATURE_OUTPUTS, JUDGE_KEY
from hcc_viewer.errors import UsageError
from hcc_viewer.training.export import OPSET
from hcc_viewer.training.two_views import TWIN, VIEWS

_UNUSED = "of_second_view_"


def with_features(model: onnx.ModelProto, count: int) -> onnx.ModelProto:
    """The same network, which also gives what its map is read from.

    Args:
        model: As `export.export_onnx` writes it; features that it gives already are replaced.
        count: Of maps of features: the finest, from which the class logits come, and those that
            were refined to it, finest first. Where a file looks at each slice twice, they are those
            of the first view.

    Raises:
        UsageError: The network does not have so many.
    """
    result = onnx.ModelProto()
    result.CopyFrom(model)
    graph = result.graph
    for node in [node for node in graph.node if _gives_features(node)]:
        graph.node.remove(node)
    del graph.output[2:]
    nodes = [node for node in graph.node if not node.output[0].startswith(TWIN)]
    last = [node for node in nodes if node.op_type == "Conv"][-1]
    refined = [node.input[0] for node in nodes if node.op_type == "Resize"]
    tensors = [last.input[0], *reversed(refined)][:count]
    if len(tensors) < count:
        raise UsageError(
            f"second_look.reach_cells names {count} maps of features, but the network has "
            f"{len(tensors)}; shorten the list."
        )
    both_views = any(VIEWS in node.output for node in nodes)
    for number, tensor in enumerate(tensors):
        name = f"{FEATURE_OUTPUTS}{number}"
        if both_views:
            node = helper.make_node("Split", [tensor], [name, f"{_UNUSED}{number}"], axis=0)
        else:
            node = helper.make_node("Identity", [tensor], [name])
        graph.node.append(node)
        any_size = [None] * 4  # slice, channel, row, column
        info = helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, any_size)
        graph.output.append(info)
    onnx.checker.check_model(result)
    return result


def _gives_features(node: onnx.NodeProto) -> bool:
    return bool(node.output) and node.output[0].startswith(FEATURE_OUTPUTS)


def with_judge(model: onnx.ModelProto, judge: bytes) -> onnx.ModelProto:
    """The model file with the second network in it, instead of any that was there.

    Args:
        model: As `with_features` gives it.
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
    names = [tensor.name for tensor in judge.inputs]
    signature = [
        tf.TensorSpec((None, *tensor.shape[1:]), tf.float32, name=name)
        for name, tensor in zip(names, judge.inputs, strict=True)
    ]

    @tf.function(input_signature=signature)  # type: ignore[untyped-decorator] # TensorFlow is untyped
    def run(*inputs: Any) -> dict[str, Any]:
        return {"log_odds": tf.identity(judge(list(inputs), training=False), name="log_odds")}

    proto: onnx.ModelProto = tf2onnx.convert.from_function(
        run, input_signature=signature, opset=OPSET
    )[0]
    return bytes(proto.SerializeToString())
