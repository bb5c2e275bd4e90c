"""Detours are taken out of a converted network, and no number changes."""

from collections import Counter

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

pytest.importorskip("tensorflow", reason="needs the training extra")
pytestmark = pytest.mark.training

from hcc_viewer.training.streamline import (  # noqa: E402
    largest_change,
    streamline,
    streamlined_if_same,
)

CHANNELS, SIZE = 3, 64


@pytest.fixture(scope="module")
def converted():
    """What the converter makes of a network with two doublings, before it is streamlined."""
    import keras

    from hcc_viewer.detection.model_card import InputSpec
    from hcc_viewer.training import export
    from hcc_viewer.training.architecture import build_network
    from hcc_viewer.training.config import NetworkConfig

    keras.utils.set_random_seed(1)
    shape = NetworkConfig(widths=(4, 6, 8), decoder_widths=(6, 4))
    network = build_network(shape, InputSpec(size=SIZE, offsets_mm=(-5.0, 0.0, 5.0)))
    return export.convert(network)


def test_doublings_become_one_operation_and_the_input_has_its_channels_first(converted):
    before = Counter(node.op_type for node in converted.graph.node)
    after = Counter(node.op_type for node in streamline(converted).graph.node)
    assert before["Tile"] == 4
    assert before["Transpose"] > 1
    assert (after["Resize"], after["Tile"], after["Transpose"]) == (2, 0, 0)
    assert after["Conv"] == before["Conv"]


def test_no_answer_changes(converted):
    result = streamline(converted)
    dims = result.graph.input[0].type.tensor_type.shape.dim
    assert [dim.dim_value for dim in dims[1:]] == [CHANNELS, SIZE, SIZE]
    assert largest_change(converted, result) <= 1e-6


def test_change_is_noticed_and_the_network_left_alone(converted, monkeypatch, caplog):
    broken = streamline(converted)
    weights = next(item for item in broken.graph.initializer if len(item.dims) == 4)
    weights.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(weights) * 1.5, weights.name))
    assert largest_change(converted, broken) > 1e-6
    monkeypatch.setattr("hcc_viewer.training.streamline.streamline", lambda _: broken)
    assert streamlined_if_same(converted) is converted
    assert "not streamlined" in caplog.text


def test_what_is_not_the_pattern_stays():
    """An input that is used in both layouts, and a repetition that is no doubling of a map."""
    nodes = [
        helper.make_node("Transpose", ["image"], ["turned"], perm=[0, 3, 1, 2]),
        helper.make_node("ReduceMean", ["turned"], ["mean"], axes=[1, 2, 3]),
        helper.make_node("Tile", ["image", "repeats"], ["twice"]),
        helper.make_node("ReduceMean", ["twice"], ["other"], axes=[1, 2, 3]),
        helper.make_node("Add", ["mean", "other"], ["out"]),
    ]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 8, 8, 2])],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, ["n", 1, 1, 1])],
        [numpy_helper.from_array(np.array([1, 2, 1, 1], np.int64), "repeats")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    result = streamline(model)
    assert [node.op_type for node in result.graph.node] == [node.op_type for node in nodes]
    assert result.graph.input == model.graph.input
