"""Takes detours out of a converted network, so that its data stay in one layout from end to end.

Keras keeps channels last, and the converter writes its doubling of a map as copies between two
transpositions. ONNX Runtime convolves in blocks of channels, so each of these detours costs two
changes of layout, on one processor alone. What is taken out changes no number.
"""

from __future__ import annotations

import logging

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import helper, numpy_helper

logger = logging.getLogger(__name__)

SAME = 1e-6
"""So far answers may lie apart; on one machine they are the same bits."""

_TO_CHANNELS_FIRST = [0, 3, 1, 2]

_DOUBLING = (
    *("Transpose", "Reshape", "Tile", "Unsqueeze"),
    *("Reshape", "Transpose", "Tile", "Unsqueeze"),
)
"""From its end to its start: how tf2onnx writes Keras' nearest-neighbour `UpSampling2D`."""


def streamlined_if_same(model: onnx.ModelProto) -> onnx.ModelProto:
    """`streamline`, or the network as it is where both do not give the same answers."""
    result = streamline(model)
    change = largest_change(model, result)
    if not change <= SAME:
        logger.warning("The network is not streamlined: its answers would change by %g", change)
        return model
    return result


def largest_change(model: onnx.ModelProto, other: onnx.ModelProto) -> float:
    """How far the answers of two networks lie apart on two slices of noise."""
    sizes = [dim.dim_value for dim in model.graph.input[0].type.tensor_type.shape.dim[1:]]
    batch = np.random.default_rng(0).random((2, *sizes), np.float32)
    other_sizes = [dim.dim_value for dim in other.graph.input[0].type.tensor_type.shape.dim[1:]]
    turned = batch if other_sizes == sizes else batch.transpose(_TO_CHANNELS_FIRST)
    pairs = zip(_answers(model, batch), _answers(other, turned), strict=True)
    return max(float(np.abs(one - two).max()) for one, two in pairs)


def streamline(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same network with plain doublings and channels first in its input.

    Where a pattern is not found the network stays as it is there.
    """
    result = onnx.ModelProto()
    result.CopyFrom(model)
    graph = result.graph
    _use_plain_doublings(graph)
    _take_channels_first(graph)
    _drop_unused(graph)
    onnx.checker.check_model(result)
    return result


def _answers(model: onnx.ModelProto, batch: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    name = session.get_inputs()[0].name
    return list(session.run(None, {name: np.ascontiguousarray(batch)}))


def _use_plain_doublings(graph: onnx.GraphProto) -> None:
    """Put one `Resize` in the place of each doubling made of copies."""
    makers = {name: node for node in graph.node for name in node.output}
    values = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    scales: set[tuple[int, int]] = set()
    for place, node in enumerate(list(graph.node)):
        chain = _chain(node, makers)
        if not chain or _permutation(node) != _TO_CHANNELS_FIRST:
            continue
        rows, columns = (_repeats(chain[step], values) for step in (6, 2))
        name = f"doubling_{rows}_{columns}"
        if (rows, columns) not in scales:
            scales.add((rows, columns))
            factors = np.array([1, 1, rows, columns], np.float32)
            graph.initializer.append(numpy_helper.from_array(factors, name))
        graph.node[place].CopyFrom(
            helper.make_node(
                "Resize",
                [chain[-1].input[0], "", name],
                [node.output[0]],
                name=f"{name}_{place}",
                mode="nearest",
                coordinate_transformation_mode="asymmetric",
                nearest_mode="floor",
            )
        )


def _chain(node: onnx.NodeProto, makers: dict[str, onnx.NodeProto]) -> list[onnx.NodeProto]:
    """The nodes of a doubling that ends with this node; none if it is something else."""
    chain: list[onnx.NodeProto] = []
    current: onnx.NodeProto | None = node
    for kind in _DOUBLING:
        if current is None or current.op_type != kind:
            return []
        chain.append(current)
        current = makers.get(current.input[0])
    return chain


def _repeats(tile: onnx.NodeProto, values: dict[str, NDArray[np.generic]]) -> int:
    """How often a `Tile` of the pattern repeats its new axis."""
    return int(values[tile.input[1]].astype(np.int64).prod())


def _take_channels_first(graph: onnx.GraphProto) -> None:
    """Let the input be (slice, channels, rows, columns) if all that is done with it is turning."""
    image = graph.input[0]
    users = [node for node in graph.node if image.name in node.input]
    turning = [node for node in users if _permutation(node) == _TO_CHANNELS_FIRST]
    if not users or len(turning) != len(users):
        return
    names = {node.output[0] for node in turning}
    for node in graph.node:
        for place, name in enumerate(node.input):
            if name in names:
                node.input[place] = image.name
    shape = image.type.tensor_type.shape
    dims = [onnx.TensorShapeProto.Dimension() for _ in shape.dim]
    for dim, source in zip(dims, _TO_CHANNELS_FIRST, strict=True):
        dim.CopyFrom(shape.dim[source])
    del shape.dim[:]
    shape.dim.extend(dims)


def _permutation(node: onnx.NodeProto) -> list[int]:
    if node.op_type != "Transpose":
        return []
    return next(list(item.ints) for item in node.attribute if item.name == "perm")


def _drop_unused(graph: onnx.GraphProto) -> None:
    """Drop the nodes and constants from which nothing leads to an output."""
    wanted = {output.name for output in graph.output}
    kept = []
    for node in reversed(graph.node):
        if wanted & set(node.output):
            kept.append(node)
            wanted |= set(node.input)
    constants = [item for item in graph.initializer if item.name in wanted]
    del graph.node[:], graph.initializer[:], graph.value_info[:]
    graph.node.extend(reversed(kept))
    graph.initializer.extend(constants)
