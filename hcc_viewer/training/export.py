"""From a trained network to the model file and its card."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnx
import tensorflow as tf
import tf2onnx
import tomlkit

from hcc_viewer.detection.model import CAM_OUTPUT, PROBABILITY_OUTPUT
from hcc_viewer.detection.model_card import CARD_FORMAT, CARD_VERSION, ModelCard, card_path
from hcc_viewer.records import to_table
from hcc_viewer.training.files import write_atomically
from hcc_viewer.training.streamline import streamlined_if_same
from hcc_viewer.training.two_views import with_second_view

OPSET = 17
"""Version of the ONNX operators; ONNX Runtime reads it since 1.12."""


def calibrate(network: keras.Model, slope: float, intercept: float) -> None:
    """Put a calibration into the network: log-odds become slope * log-odds + intercept."""
    kernel = np.eye(2, dtype=np.float32) * slope
    network.get_layer("calibration").set_weights([kernel, np.array([0, intercept], np.float32)])


def export_onnx(networks: Sequence[keras.Model], path: Path, *, second_view: bool = False) -> None:
    """Write a model file with its two outputs: probability, and CAM (log-odds of HCC in a cell).

    Args:
        networks: As `build_network` makes them: one, or one for each view.
        path: Of the model file.
        second_view: Whether the file answers with the mean of two views; see `two_views`.
    """
    proto, *more = (streamlined_if_same(convert(network)) for network in networks)
    if second_view:
        proto = with_second_view(proto, *more)
    onnx.checker.check_model(proto)
    write_atomically(path, proto.SerializeToString())


def convert(network: keras.Model) -> onnx.ModelProto:
    """The network as the converter writes it, its outputs in the order that the program wants."""
    image = network.input
    logits = network.get_layer("map").output
    cam = logits[..., 1] - logits[..., 0]
    probability = network.get_layer("probability").output
    whole = keras.Model(image, [probability, cam])

    signature = [tf.TensorSpec((None, *image.shape[1:]), tf.float32, name="image")]

    @tf.function(input_signature=signature)  # type: ignore[untyped-decorator] # TensorFlow is untyped
    def run(batch: Any) -> dict[str, Any]:
        first, second = whole(batch, training=False)
        return {
            PROBABILITY_OUTPUT: tf.identity(first, name=PROBABILITY_OUTPUT),
            CAM_OUTPUT: tf.identity(second, name=CAM_OUTPUT),
        }

    proto: onnx.ModelProto = tf2onnx.convert.from_function(
        run, input_signature=signature, opset=OPSET
    )[0]
    _order_outputs(proto)
    return proto


def write_card(card: ModelCard, model_path: Path) -> Path:
    """Write the card beside its model file."""
    document = tomlkit.document()
    document.add(tomlkit.comment("Model card. The program refuses the model file without it."))
    document.update({"format": CARD_FORMAT, "version_of_format": CARD_VERSION, **to_table(card)})
    path = card_path(model_path)
    write_atomically(path, tomlkit.dumps(document).encode())
    return path


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, as 64 hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def weights_sha256(networks: Sequence[keras.Model]) -> str:
    """The SHA-256 of the weights of networks, as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    for network in networks:
        for weight in network.get_weights():
            digest.update(weight.tobytes())
    return digest.hexdigest()


def _order_outputs(proto: onnx.ModelProto) -> None:
    """Probability first, then CAM, whatever order the converter chose."""
    outputs = {output.name: output for output in proto.graph.output}
    ordered = [outputs[PROBABILITY_OUTPUT], outputs[CAM_OUTPUT]]
    del proto.graph.output[:]
    proto.graph.output.extend(ordered)
