"""Makes a model file look at each slice twice, and answer with the mean of both views.

The second view has head and feet exchanged and is moved by half a cell of the map, so that what
lay across the border of two cells lies in one. Both go through the same weights, as one batch; or
the second through those of a twin, another network of the same shape, in the same time. The
mistakes of both are not quite the same: their mean makes fewer, if neither is much the weaker.
"""

from __future__ import annotations

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import compose, helper, numpy_helper

from hcc_viewer.detection.model import CAM_OUTPUT, PROBABILITY_OUTPUT

FloatArray = NDArray[np.float32]

VIEWS = "views"
"""The tensor of both views, one behind the other, where they go through the same network."""

_LOGITS, _CAMS = "logits_of_views", "cams_of_views"
_TURNED = "moved"

TWIN = "twin/"
"""What the names of the twin's nodes, tensors and weights begin with."""


def second_view(batch: FloatArray, stride: int) -> FloatArray:
    """The second view of slices: head and feet exchanged, down and right by half a cell.

    Args:
        batch: (slice, row, column, channel), channels from foot to head at equal distances both
            ways.
        stride: Rows and columns of a cell of the map.
    """
    step = stride // 2
    turned = np.zeros_like(batch)
    turned[:, step:, step:] = batch[:, :-step, :-step, ::-1]
    return turned


def mean_map(first: FloatArray, second: FloatArray) -> FloatArray:
    """(slice, row, column) mean of the maps of both views, on the cells of the first."""
    padded = np.pad(second, ((0, 0), (0, 1), (0, 1)), mode="edge")
    rows = padded[:, :-1] + padded[:, 1:]
    return np.asarray((first + (rows[:, :, :-1] + rows[:, :, 1:]) / 4) / 2, np.float32)


def with_second_view(
    model: onnx.ModelProto, twin: onnx.ModelProto | None = None
) -> onnx.ModelProto:
    """The network that does all of it by itself: same input, same outputs.

    Args:
        model: As `export.convert` writes it, streamlined or not; its probability comes straight
            out of a softmax.
        twin: Another network of the same shape, for the second view; None: the same one.
    """
    result = onnx.ModelProto()
    result.CopyFrom(model)
    graph = result.graph
    image = graph.input[0]
    sizes = [dim.dim_value for dim in image.type.tensor_type.shape.dim]
    channel_axis = 1 if sizes[2] == sizes[3] else 3
    rows = sizes[2]
    cells = graph.output[1].type.tensor_type.shape.dim[1].dim_value
    softmax = next(node for node in graph.node if PROBABILITY_OUTPUT in node.output)
    logits = softmax.input[0]
    before, constants = _turn(image.name, sizes[channel_axis], channel_axis, rows, cells)
    body = [node for node in graph.node if node is not softmax]
    if twin is None:
        new = {image.name: VIEWS, CAM_OUTPUT: _CAMS, logits: _LOGITS}
        before.append(helper.make_node("Concat", [image.name, _TURNED], [VIEWS], axis=0))
    else:
        new = {CAM_OUTPUT: "first_network_cams", logits: "first_network_logits"}
    for node in graph.node:
        _rename(node.input, new)
        _rename(node.output, new)
    if twin is not None:
        others, weights = _twin(twin)
        graph.initializer.extend(weights)
        joined = [
            helper.make_node("Concat", [new[own], TWIN + other], [name], axis=0)
            for own, other, name in (
                (logits, "logits", _LOGITS),
                (CAM_OUTPUT, CAM_OUTPUT, _CAMS),
            )
        ]
        body = [*body, *others, *joined]
    softmax.input[0] = "mean_logits"
    after, more = _mean(cells)
    nodes = [*before, *body, *after, softmax]
    kept = [onnx.NodeProto.FromString(node.SerializeToString()) for node in nodes]
    del graph.node[:]
    graph.node.extend(kept)
    graph.initializer.extend(
        numpy_helper.from_array(value, name) for name, value in (constants | more).items()
    )
    del graph.value_info[:]
    onnx.checker.check_model(result)
    return result


def _twin(model: onnx.ModelProto) -> tuple[list[onnx.NodeProto], list[onnx.TensorProto]]:
    """Its nodes from the turned image to logits and map, and its weights, by names of their own."""
    named = compose.add_prefix(model, TWIN)
    softmax = next(node for node in named.graph.node if node.op_type == "Softmax")
    new = {
        named.graph.input[0].name: _TURNED,
        softmax.input[0]: TWIN + "logits",
    }
    nodes = [node for node in named.graph.node if node is not softmax]
    for node in nodes:
        _rename(node.input, new)
        _rename(node.output, new)
    return nodes, list(named.graph.initializer)


Nodes = tuple[list[onnx.NodeProto], dict[str, NDArray[np.generic]]]


def _turn(image: str, channels: int, channel_axis: int, rows: int, cells: int) -> Nodes:
    """Nodes and constants from the image to its second view."""
    step = rows // cells // 2
    axes = [axis for axis in (1, 2, 3) if axis != channel_axis]
    pads = np.zeros(8, np.int64)
    pads[axes] = step
    constants = {
        "turned_channels": np.arange(channels)[::-1].copy(),
        "from_first": np.zeros(2, np.int64),
        "to_step_from_end": np.full(2, rows - step),
        "row_and_column": np.array(axes),
        "by_half_a_cell": pads,
    }
    nodes = [
        helper.make_node("Gather", [image, "turned_channels"], ["turned"], axis=channel_axis),
        helper.make_node(
            "Slice", ["turned", "from_first", "to_step_from_end", "row_and_column"], ["cut"]
        ),
        helper.make_node("Pad", ["cut", "by_half_a_cell"], [_TURNED]),
    ]
    return nodes, dict(constants)


def _mean(cells: int) -> Nodes:
    """Nodes and constants from what the batch of both views gave to the mean."""
    constants = {
        "logits_by_view": np.array([2, -1, 2]),
        "cams_by_view": np.array([2, -1, cells, cells]),
        "cell_after_last": np.array([0, 0, 0, 0, 0, 0, 1, 1]),
        "view_axis": np.array([0]),
        "half": np.array(0.5, np.float32),
    }
    make = helper.make_node
    nodes = [
        make("Reshape", [_LOGITS, "logits_by_view"], ["logits_apart"]),
        make("ReduceMean", ["logits_apart"], ["mean_logits"], axes=[0], keepdims=0),
        make("Reshape", [_CAMS, "cams_by_view"], ["cams_apart"]),
        make("Split", ["cams_apart"], ["first_cam", "second_cam"], axis=0),
        make("Pad", ["second_cam", "cell_after_last"], ["second_cam_padded"], mode="edge"),
        make(
            "AveragePool",
            ["second_cam_padded"],
            ["second_cam_moved"],
            kernel_shape=[2, 2],
            strides=[1, 1],
        ),
        make("Add", ["first_cam", "second_cam_moved"], ["both_cams"]),
        make("Mul", ["both_cams", "half"], ["mean_cam"]),
        make("Squeeze", ["mean_cam", "view_axis"], [CAM_OUTPUT]),
    ]
    return nodes, dict(constants)


def _rename(names: list[str], new: dict[str, str]) -> None:
    for place, name in enumerate(names):
        names[place] = new.get(name, name)
