"""Looks into a model file before it is run: which operators, what else it would touch.

A file from someone else is data to be checked. The ONNX format is Protocol Buffers; of it this
module reads only which nodes there are, without the `onnx` package, which the program does not
carry. What it cannot follow it refuses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_NODES = 5000
"""The bundled network has about a hundred."""

_OPERATORS = """
    Abs Add And ArgMax AveragePool BatchNormalization Cast Ceil Clip Concat Constant
    ConstantOfShape Conv ConvInteger ConvTranspose DepthToSpace DequantizeLinear Div Dropout
    DynamicQuantizeLinear Elu Equal Erf Exp Expand Flatten Floor Gather Gelu Gemm
    GlobalAveragePool GlobalMaxPool Greater GreaterOrEqual GroupNormalization HardSigmoid
    HardSwish Identity InstanceNormalization IsInf IsNaN LayerNormalization LeakyRelu Less
    LessOrEqual Log LogSoftmax MatMul MatMulInteger Max MaxPool Mean Min Mul Neg Not Or PRelu Pad
    Pow QLinearConv QLinearMatMul QuantizeLinear Range Reciprocal ReduceL1 ReduceL2 ReduceLogSum
    ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu
    Reshape Resize Round Selu Shape Sigmoid Sign Size Slice Softmax Softplus SpaceToDepth Split
    Sqrt Squeeze Sub Sum Tanh ThresholdedRelu Tile Transpose Unsqueeze Where
"""
ALLOWED_OPERATORS = frozenset(_OPERATORS.split())
"""Plain arithmetic of the standard operator set. Not among them: control flow, anything random,
strings, sequences, and whatever stands outside the standard set."""

STANDARD_DOMAINS = ("", "ai.onnx")

# Field numbers of onnx.proto (ONNX IR version 8 to 10).
_GRAPH, _FUNCTIONS = 7, 25
_NODE, _INITIALIZER = 1, 5
_OPERATOR, _ATTRIBUTE, _DOMAIN = 4, 5, 7
_ATTRIBUTE_TENSOR, _SUBGRAPHS, _ATTRIBUTE_TENSORS = 5, (6, 11), 10
_EXTERNAL_DATA, _DATA_LOCATION = 13, 14


@dataclass
class _Contents:
    """What was met on the way through a file."""

    nodes: int = 0
    operators: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)


def complaint_about(data: bytes) -> str:
    """Why a model file must not be run, as the end of a sentence; empty when it may."""
    found = _Contents()
    try:
        _read_model(memoryview(data), found)
    except (IndexError, ValueError, UnicodeDecodeError):
        return "it is damaged or no ONNX file"
    if found.complaints:
        return found.complaints[0]
    if not found.nodes:
        return "it holds no network"
    if found.nodes > MAX_NODES:
        return f"it has {found.nodes} operations, more than {MAX_NODES}"
    strange = sorted(found.operators - ALLOWED_OPERATORS)
    if strange:
        return f"it uses operations that this program does not run: {', '.join(strange[:5])}"
    return ""


def _read_model(data: memoryview, found: _Contents) -> None:
    for number, value in _fields(data):
        if number == _GRAPH:
            _read_graph(_block(value), found)
        elif number == _FUNCTIONS:
            found.complaints.append("it defines functions of its own")


def _read_graph(data: memoryview, found: _Contents) -> None:
    for number, value in _fields(data):
        if number == _NODE:
            _read_node(_block(value), found)
        elif number == _INITIALIZER:
            _read_tensor(_block(value), found)


def _read_node(data: memoryview, found: _Contents) -> None:
    found.nodes += 1
    operator, domain = "", ""
    for number, value in _fields(data):
        if number == _OPERATOR:
            operator = bytes(_block(value)).decode()
        elif number == _DOMAIN:
            domain = bytes(_block(value)).decode()
        elif number == _ATTRIBUTE:
            _read_attribute(_block(value), found)
    found.operators.add(operator if domain in STANDARD_DOMAINS else f"{domain}.{operator}")


def _read_attribute(data: memoryview, found: _Contents) -> None:
    for number, value in _fields(data):
        if number in _SUBGRAPHS:
            found.complaints.append("it holds networks within its operations")
        elif number in (_ATTRIBUTE_TENSOR, _ATTRIBUTE_TENSORS) and not isinstance(value, int):
            _read_tensor(value, found)


def _read_tensor(data: memoryview, found: _Contents) -> None:
    for number, value in _fields(data):
        if number == _EXTERNAL_DATA or (number == _DATA_LOCATION and value != 0):
            found.complaints.append("it takes weights from another file")


def _fields(data: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """The fields of a message: number, and an integer or the bytes.

    Raises:
        ValueError: The bytes are no message.
        IndexError: They end too early.
    """
    place = 0
    while place < len(data):
        key, place = _integer(data, place)
        kind = key & 7
        if kind == 0:
            value, place = _integer(data, place)
            yield key >> 3, value
            continue
        if kind == 2:
            size, place = _integer(data, place)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise ValueError(f"wire type {kind}")
        if place + size > len(data):
            raise IndexError("a field is longer than its message")
        yield key >> 3, data[place : place + size]
        place += size


def _integer(data: memoryview, place: int) -> tuple[int, int]:
    """A variable-length integer and where it ends."""
    value, shift = 0, 0
    while True:
        byte = data[place]
        value |= (byte & 0x7F) << shift
        place += 1
        if byte < 0x80:
            return value, place
        shift += 7
        if shift > 63:
            raise ValueError("an integer is too long")


def _block(value: int | memoryview) -> memoryview:
    if isinstance(value, int):
        raise ValueError("a number where a message was due")
    return value
