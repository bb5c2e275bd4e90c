"""A model file whose answers can be worked out by hand: it takes bright spots for HCC."""

import hashlib

import onnx
import tomlkit
from onnx import TensorProto, helper

from hcc_viewer.detection.model_card import (
    CARD_FORMAT,
    CARD_VERSION,
    InputSpec,
    ModelCard,
    OperatingPoint,
)
from hcc_viewer.records import to_table

LEVEL = 1.2
"""A cell whose mean in the middle channel is above this speaks for HCC."""


def make_model(folder, *, name="spots", spec=None, cell=8, channels_first=False, **changes):
    """Write `<name>.onnx` and `<name>.toml` and give the model file's path.

    The CAM of a cell is 40 * (mean - LEVEL) in log-odds; the slice's probability is that of its
    highest cell.
    """
    spec = spec or InputSpec(size=320, field_mm=380.0, offsets_mm=(-5.0, 0.0, 5.0))
    path = folder / f"{name}.onnx"
    path.write_bytes(_graph(spec, cell, channels_first).SerializeToString())
    card = {
        "name": name,
        "version": "1.2.3",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "trained_on": "nothing; worked out by hand",
        "description": "Takes bright spots for HCC.",
        "input": spec,
        "findings": {},
        "class_names": ["no HCC", "HCC"],
        "threshold": 0.5,
        "operating_points": [OperatingPoint("balanced", 0.5, 0.9, 0.95, 0.5)],
        **changes,
    }
    write_card(path.with_suffix(".toml"), card)
    return path


def write_card(path, card):
    table = {"format": CARD_FORMAT, "version_of_format": CARD_VERSION, **to_table(card)}
    path.write_text(tomlkit.dumps(table))


def _graph(spec, cell, channels_first):
    size, channels = spec.size, len(spec.offsets_mm)
    grid = size // cell
    constants = {
        "first": [channels // 2],
        "last": [channels // 2 + 1],
        "axis": [1],
        "cells": [-1, grid, grid],
        "pair": [-1, 1],
    }
    initializers = [
        helper.make_tensor(key, TensorProto.INT64, [len(value)], value)
        for key, value in constants.items()
    ]
    initializers += [
        helper.make_tensor("level", TensorProto.FLOAT, [], [LEVEL]),
        helper.make_tensor("gain", TensorProto.FLOAT, [], [40.0]),
    ]
    nodes = [
        helper.make_node("Identity", ["image"], ["nchw"])
        if channels_first
        else helper.make_node("Transpose", ["image"], ["nchw"], perm=[0, 3, 1, 2]),
        helper.make_node("Slice", ["nchw", "first", "last", "axis"], ["middle"]),
        helper.make_node(
            "AveragePool", ["middle"], ["mean"], kernel_shape=[cell, cell], strides=[cell, cell]
        ),
        helper.make_node("Sub", ["mean", "level"], ["above"]),
        helper.make_node("Mul", ["above", "gain"], ["scaled"]),
        helper.make_node("Reshape", ["scaled", "cells"], ["cam"]),
        helper.make_node("ReduceMax", ["cam"], ["highest"], axes=[1, 2], keepdims=0),
        helper.make_node("Reshape", ["highest", "pair"], ["odds"]),
        helper.make_node("Neg", ["odds"], ["against"]),
        helper.make_node("Sigmoid", ["odds"], ["for_it"]),
        helper.make_node("Sigmoid", ["against"], ["against_it"]),
        helper.make_node("Concat", ["against_it", "for_it"], ["probability"], axis=1),
    ]
    shape = [channels, size, size] if channels_first else [size, size, channels]
    graph = helper.make_graph(
        nodes,
        "spots",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", *shape])],
        [
            helper.make_tensor_value_info("probability", TensorProto.FLOAT, ["n", 2]),
            helper.make_tensor_value_info("cam", TensorProto.FLOAT, ["n", grid, grid]),
        ],
        initializers,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model


__all__ = ["LEVEL", "ModelCard", "make_model", "write_card"]
