"""Begins a training run from a model file: any that this program made, bundled or installed.

The file holds no Keras weights but a graph in which each batch normalisation has been folded into
the convolution before it. The folded numbers are put back as convolution and shift, and what comes
out is compared with the file: the two must give the same answer before training begins.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from hcc_viewer.detection import Model, load_model
from hcc_viewer.detection.model import bundled_model_path
from hcc_viewer.detection.model_store import find_model
from hcc_viewer.errors import ModelFileError
from hcc_viewer.records import build_record
from hcc_viewer.training.architecture import build_network
from hcc_viewer.training.config import NetworkConfig, TrainingConfig
from hcc_viewer.training.examples import Example
from hcc_viewer.training.export import calibrate, file_sha256
from hcc_viewer.training.two_views import TWIN, second_view

logger = logging.getLogger(__name__)

TOLERANCE = 2e-3
"""Greatest difference of the two answers, in probability."""

BUNDLED = "bundled"


@dataclass(frozen=True, eq=False)
class Start:
    """Where a run begins."""

    path: Path
    model: Model
    network: NetworkConfig

    def apply(self, config: TrainingConfig) -> TrainingConfig:
        """The run's settings with the network and input of the model it begins from."""
        card = self.model.card
        return replace(config, network=self.network, input=card.input, findings=card.findings)


def find_start(name: str) -> Start:
    """The model file to begin from: `bundled`, the name of an installed one, or a path.

    Raises:
        UsageError: There is no model of that name.
        ModelFileError: It is missing, refused, or its card does not tell the network's shape.
    """
    path = bundled_model_path() if name == BUNDLED else find_model(name)
    model = load_model(path)
    table = model.card.training.get("config", {}).get("network")
    if not isinstance(table, dict):
        raise ModelFileError(
            f"The card of {path} does not tell the shape of its network (training.config.network); "
            "a run can only begin from a model file that `hcc-viewer train` made."
        )
    try:
        return Start(path, model, build_record(NetworkConfig, table))
    except ValueError as error:
        raise ModelFileError(f"The card of {path} is refused as a start: {error}.") from error


def load_start(network: keras.Model, start: Start, shift: float = 0.0, number: int = 0) -> None:
    """Put a model file's weights and its calibration into a network of its shape.

    The calibration stays while the network learns: without it the first steps would move all of the
    map by what it corrects, and the map's peaks would mean something else.

    Args:
        network: As the file's card describes it.
        start: The file.
        shift: Added to the calibrated log-odds, for slices with another prevalence than the file's.
        number: Of the file's networks, from 0.

    Raises:
        ModelFileError: They do not fit, or the network then answers otherwise than the file.
    """
    if start.path.suffix == ".h5":
        network.load_weights(start.path)
        return
    graph = onnx.load(start.path).graph
    _fill(network, graph, number, start.path)
    slope, intercept = _calibration(graph)
    calibrate(network, slope, intercept)
    _compare(network, start, graph, number)
    calibrate(network, slope, intercept + shift)


def preparation(
    start: Start | None, config: TrainingConfig, examples: Sequence[Example]
) -> Callable[[keras.Model, int], None] | None:
    """What `fit_networks` calls to put the start's weights in; None: it begins from nothing.

    Args:
        start: The file.
        config: The run's settings, with the network of the file.
        examples: Of the training cases: their prevalence is what the file's answers stand for, and
            they are shifted to the mix of an epoch.
    """
    if start is None:
        return None
    area = np.concatenate([example.hcc_area_mm2 for example in examples])
    prevalence = float(np.mean(area >= config.cases.positive_area_mm2))
    shift = _log_odds(config.fit.positive_share) - _log_odds(prevalence)

    def prepare(network: keras.Model, number: int) -> None:
        load_start(network, start, shift, number)
        if config.real.freeze_normalisation:
            freeze_normalisation(network)

    return prepare


def start_facts(start: Start | None) -> dict[str, str]:
    """What a model card says of the file that a run began from."""
    return {
        "started_from": "nothing" if start is None else start.model.identity.label,
        "started_from_sha256": "" if start is None else file_sha256(start.path),
    }


def _log_odds(share: float) -> float:
    inside = min(max(share, 0.01), 0.99)
    return math.log(inside / (1 - inside))


def freeze_normalisation(network: keras.Model) -> None:
    """Keep batch normalisation as it is: the statistics of a few patients are worse than none."""
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False


def _fill(network: keras.Model, graph: onnx.GraphProto, number: int, path: Path) -> None:
    """Put the weights of one of a file's networks in."""
    pairs = _convolutions(graph, number)
    layers = [layer for layer in network.layers if isinstance(layer, keras.layers.Conv2D)]
    layers = [layer for layer in layers if layer.name != "tissues"]
    if len(pairs) != len(layers):
        raise ModelFileError(
            f"{path} has {len(pairs)} convolutions, the network {len(layers)}; its card does "
            "not describe it."
        )
    followers = _normalisations(network)
    for (kernel, bias), layer in zip(pairs, layers, strict=True):
        _set_layer(layer, followers.get(layer.name), kernel, bias, path)


def _convolutions(
    graph: onnx.GraphProto, number: int
) -> list[tuple[NDArray[np.float32], NDArray[np.float32] | None]]:
    """Kernel (row, column, in, out) and bias of each convolution, in the order of the graph."""
    stored = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    found = []
    for node in graph.node:
        is_twin = node.output[0].startswith(TWIN)
        if node.op_type == "Conv" and is_twin == (number == 1):
            kernel = stored[node.input[1]].transpose(2, 3, 1, 0)
            bias = stored[node.input[2]] if len(node.input) > 2 else None
            found.append((kernel, bias))
    return found


def _normalisations(network: keras.Model) -> dict[str, Any]:
    """Name of a convolution to the batch normalisation after it."""
    followers = {}
    last = ""
    for layer in network.layers:
        if isinstance(layer, keras.layers.Conv2D):
            last = layer.name
        elif isinstance(layer, keras.layers.BatchNormalization) and last:
            followers[last] = layer
            last = ""
    return followers


def _set_layer(
    layer: Any,
    follower: Any,
    kernel: NDArray[np.float32],
    bias: NDArray[np.float32] | None,
    path: Path,
) -> None:
    if tuple(layer.kernel.shape) != kernel.shape:
        raise ModelFileError(
            f"A convolution of {path} has the shape {kernel.shape}, the network's "
            f"'{layer.name}' has {tuple(layer.kernel.shape)}; its card does not describe it."
        )
    shift = np.zeros(kernel.shape[-1], np.float32) if bias is None else bias
    if follower is None:
        layer.set_weights([kernel, shift] if layer.use_bias else [kernel])
        return
    layer.set_weights([kernel])
    ones, zeros = np.ones_like(shift), np.zeros_like(shift)
    follower.set_weights([ones, shift, zeros, ones * (1 - follower.epsilon)])


def _calibration(graph: onnx.GraphProto) -> tuple[float, float]:
    """Slope and intercept of the graph's last linear layer."""
    stored = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    matrices = [n for n in graph.node if n.op_type in ("MatMul", "Gemm")]
    kernel = next((stored[name] for name in matrices[-1].input if name in stored), np.eye(2))
    adders = [n for n in graph.node if n.op_type == "Add" and matrices[-1].output[0] in n.input]
    bias = next((stored[n] for a in adders for n in a.input if n in stored), np.zeros(2))
    return float(kernel[1, 1]), float(np.ravel(bias)[1])


def _probabilities(
    networks: Sequence[keras.Model], batch: NDArray[np.float32], shape: NetworkConfig
) -> NDArray[np.float32]:
    """(slice,) what the file of networks of this shape answers."""
    views = [batch, second_view(batch, shape.stride)] if shape.second_view else [batch]
    pairs = zip(cycle(networks), views, strict=False)
    answers = [np.asarray(network(view, training=False)["probability"]) for network, view in pairs]
    logits = [np.log(np.maximum(answer, np.float32(1e-30))) for answer in answers]
    odds = np.mean([logit[:, 1] - logit[:, 0] for logit in logits], axis=0)
    return np.asarray(1 / (1 + np.exp(-odds)), np.float32)


def _compare(network: keras.Model, start: Start, graph: onnx.GraphProto, number: int) -> None:
    """Refuse weights with which the network and, if there is one, its twin answer otherwise."""
    size, channels = start.model.card.input.size, len(start.model.card.input.offsets_mm)
    batch = np.random.default_rng(0).random((2, size, size, channels), dtype=np.float32)
    wanted, _ = start.model.predict(batch)
    networks = []
    for own in range(start.network.networks):
        same = build_network(start.network, start.model.card.input)
        if own == number:
            same.set_weights(network.get_weights())  # the fit may pool otherwise than the file
        else:
            _fill(same, graph, own, start.path)
            calibrate(same, *_calibration(graph))
        networks.append(same)
    found = _probabilities(networks, batch, start.network)
    gap = float(np.abs(wanted - found).max())
    if not gap <= TOLERANCE:
        raise ModelFileError(
            f"The weights of {start.path} could not be taken over: the answers differ by {gap:.3f}."
        )
    logger.info("Begins from %s; answers differ by %.1e", start.model.identity.label, gap)
