import hashlib

import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper

from hcc_viewer import paths
from hcc_viewer.detection import load_model
from hcc_viewer.detection.model_graph import complaint_about
from hcc_viewer.errors import ModelFileError
from tests.detection.make_model import make_model


def model_of(*nodes, initializers=(), functions=(), domain=""):
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3])
    out = helper.make_tensor_value_info("out", TensorProto.FLOAT, [1, 3])
    graph = helper.make_graph(list(nodes), "graph", [image], [out], list(initializers))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid(domain, 17)])
    model.functions.extend(functions)
    return model.SerializeToString()


def test_plain_network_is_accepted():
    assert complaint_about(model_of(helper.make_node("Relu", ["image"], ["out"]))) == ""


def test_bundled_network_is_accepted():
    for path in paths.models_dir().glob("*.onnx"):
        assert complaint_about(path.read_bytes()) == ""


@pytest.mark.parametrize("operator", ["RandomNormal", "SequenceEmpty", "StringNormalizer", "Loop"])
def test_operation_outside_plain_arithmetic_is_named(operator):
    data = model_of(helper.make_node(operator, ["image"], ["out"]))
    assert operator in complaint_about(data)


def test_operation_of_another_maker_is_named():
    data = model_of(helper.make_node("Relu", ["image"], ["out"], domain="com.example"))
    assert "com.example.Relu" in complaint_about(data)


def test_network_within_an_operation_is_refused():
    inner = helper.make_graph([helper.make_node("Relu", ["image"], ["y"])], "inner", [], [])
    data = model_of(helper.make_node("If", ["image"], ["out"], then_branch=inner))
    assert "networks within" in complaint_about(data)


def test_weights_in_another_file_are_refused():
    tensor = TensorProto(name="weights", data_type=TensorProto.FLOAT, dims=[3])
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="/etc/passwd")
    data = model_of(helper.make_node("Relu", ["image"], ["out"]), initializers=[tensor])
    assert "another file" in complaint_about(data)


def test_functions_are_refused():
    function = helper.make_function(
        "here", "Mine", ["x"], ["y"], [helper.make_node("Relu", ["x"], ["y"])], []
    )
    data = model_of(helper.make_node("Relu", ["image"], ["out"]), functions=[function])
    assert "functions" in complaint_about(data)


def test_endless_network_is_refused():
    nodes = [helper.make_node("Relu", ["image"], ["out"])] * 6000
    assert "6000 operations" in complaint_about(model_of(*nodes))


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_bytes_give_a_complaint_and_never_an_exception(data):
    assert complaint_about(data)


def test_every_cut_of_a_model_is_survived():
    data = model_of(helper.make_node("Relu", ["image"], ["out"]))
    for length in range(len(data)):
        complaint_about(data[:length])


def test_refused_network_is_a_sentence_that_names_the_file(tmp_path):
    path = make_model(tmp_path)
    model = onnx.load(path)
    model.graph.node.append(helper.make_node("RandomUniform", [], ["noise"], shape=[1]))
    _replace(path, model.SerializeToString())
    with pytest.raises(ModelFileError, match=r"spots\.onnx cannot be loaded: .*RandomUniform"):
        load_model(path)


def _replace(path, data):
    """Put other bytes in the place of a model and their hash into its card."""
    card = path.with_suffix(".toml")
    old = hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_bytes(data)
    card.write_text(card.read_text().replace(old, hashlib.sha256(data).hexdigest()))
