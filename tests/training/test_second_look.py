"""The second network: what it learns from, that it learns, and how it gets into the model file."""

from dataclasses import replace

import numpy as np
import onnx
import pytest

from hcc_viewer.detection import detect, load_model
from hcc_viewer.detection.model_card import InputSpec, SecondLookSpec
from hcc_viewer.errors import ModelFileError, UsageError
from hcc_viewer.training.architecture import build_network
from hcc_viewer.training.cases import case_volume
from hcc_viewer.training.config import JudgeConfig, NetworkConfig
from hcc_viewer.training.evaluate import evaluate_case, model_detector
from hcc_viewer.training.examples import make_example
from hcc_viewer.training.second_look.export import judge_file, with_features, with_judge
from hcc_viewer.training.second_look.judge import build_judge, fit_judge
from hcc_viewer.training.second_look.places import (
    PlaceSet,
    find_place_set,
    load_place_set,
    save_place_set,
)
from hcc_viewer.training.second_look.run import _write, calibrated, keep_second_look
from hcc_viewer.training.train import export_draft
from tests.training.toy import make_toy_case

SPEC = SecondLookSpec(floor=0.001)
JUDGE = JudgeConfig(members=2, width=8, epochs=4, steps_per_epoch=30, batch_size=32)
SHAPE = NetworkConfig(widths=(4, 6, 8, 8), decoder_widths=(8, 6), stem=4, second_view=True)
RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def config(smoke):
    spec = InputSpec(size=160, field_mm=380.0, offsets_mm=(-5.0, 0.0, 5.0))
    return replace(smoke, name="judged", network=SHAPE, input=spec, second_look=SPEC)


@pytest.fixture(scope="module")
def plain(config, tmp_path_factory):
    network = build_network(config.network, config.input)
    return export_draft([network], config, tmp_path_factory.mktemp("judged"))


def judged(plain, judge, folder, spec=SPEC):
    """A copy of a model file with a second network."""
    path = folder / plain.name
    path.parent.mkdir(parents=True, exist_ok=True)
    proto = with_judge(with_features(onnx.load(plain), 3), judge_file(judge))
    _write(path, load_model(plain), proto, spec)
    return path


def random_set(count, *, is_hcc=None, told_by=8.0):
    """Places whose truth can be read from one feature in the middle of the first block."""
    truth = RNG.random(count) < 0.5 if is_hcc is None else np.full(count, is_hcc)
    blocks = [RNG.normal(size=(count, *shape)) for shape in ((11, 11, 12), (3, 3, 4), (3, 3, 5))]
    blocks[0][:, 5, 5, 6] += told_by * np.where(truth, 1, -1)
    odds = RNG.normal(size=count).astype(np.float32)
    structure = np.arange(count) // 2
    return PlaceSet(tuple(block.astype(np.float16) for block in blocks), odds, truth, structure)


@pytest.fixture(scope="module")
def judge():
    return fit_judge([random_set(80) for _ in range(6)], SPEC, JUDGE)


def answers(judge, places):
    blocks = [block.astype(np.float32) for block in places.blocks]
    return judge.predict([*blocks, places.odds[:, None]], verbose=0)[:, 0]


def test_it_learns_what_tells_places_apart(judge):
    places = random_set(300)
    said = answers(judge, places)
    assert said[places.is_hcc].mean() - said[~places.is_hcc].mean() > 2.0
    assert ((said > 0) == places.is_hcc).mean() > 0.85


def test_head_and_feet_may_be_exchanged(judge):
    places = random_set(20)
    parts = np.split(places.blocks[0], 3, axis=3)
    turned = replace(places, blocks=(np.concatenate(parts[::-1], axis=3), *places.blocks[1:]))
    np.testing.assert_allclose(answers(judge, turned), answers(judge, places), atol=1e-4)


def test_patients_without_places_of_both_kinds_are_refused():
    with pytest.raises(ValueError, match="both of HCC and of something else"):
        fit_judge([random_set(5, is_hcc=False)], SPEC, JUDGE)
    with pytest.raises(ValueError, match="both of HCC and of something else"):
        fit_judge([random_set(5, is_hcc=True)], SPEC, JUDGE)


def test_file_gives_the_features_of_the_first_view_and_the_same_answers(plain, tmp_path):
    shapes = ((11, 11, 18), (3, 3, 8), (3, 3, 8))
    path = judged(plain, build_judge(shapes, 3, JUDGE), tmp_path)
    batch = RNG.random((2, 160, 160, 3)).astype(np.float32)
    probability, cam, features = load_model(path).predict_with_features(batch)
    for expected, found in zip(load_model(plain).predict(batch), (probability, cam), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-6)
    assert [one.shape for one in features] == [(2, 6, 40, 40), (2, 8, 20, 20), (2, 8, 10, 10)]
    alone = load_model(path).predict_with_features(batch[:1])[2]
    for expected, found in zip(features, alone, strict=True):
        np.testing.assert_allclose(found, expected[:1], atol=1e-5)


def test_features_that_a_file_gives_already_are_replaced(plain):
    once = with_features(onnx.load(plain), 3)
    again = with_features(once, 2)
    assert [one.name for one in again.graph.output][2:] == ["features_0", "features_1"]
    assert len(again.graph.node) == len(once.graph.node) - 1


def test_second_network_in_the_file_says_what_keras_says(plain, tmp_path):
    shapes = ((11, 11, 18), (3, 3, 8), (3, 3, 8))
    judge = build_judge(shapes, 3, JUDGE)
    model = load_model(judged(plain, judge, tmp_path))
    blocks = [RNG.normal(size=(7, *shape)).astype(np.float32) for shape in shapes]
    first = RNG.normal(size=7).astype(np.float32)
    expected = judge.predict([*blocks, first[:, None]], verbose=0)[:, 0]
    np.testing.assert_allclose(model.judge(blocks, first), expected, atol=1e-4)


def test_places_are_found_with_their_truth(plain, config, tmp_path):
    shapes = ((11, 11, 18), (3, 3, 8), (3, 3, 8))
    path = judged(plain, build_judge(shapes, 3, JUDGE), tmp_path)
    example = make_example(make_toy_case(3, slices=8), config.input)
    places = find_place_set(example, load_model(path), config)
    assert [block.shape[1:] for block in places.blocks] == list(shapes)
    assert len(places) == len(places.odds) == len(places.blocks[0])
    without = make_example(make_toy_case(3, slices=8), config.input, with_lesions=False)
    assert not find_place_set(without, load_model(path), config).is_hcc.any()
    save_place_set(places, tmp_path / "places" / "one.npz")
    again = load_place_set(tmp_path / "places" / "one.npz")
    np.testing.assert_array_equal(again.is_hcc, places.is_hcc)
    for ours, theirs in zip(again.blocks, places.blocks, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_detection_says_what_the_second_network_says(plain, tmp_path):
    """A judge that says the same of every place: all slices that were looked at say that."""
    shapes = ((11, 11, 18), (3, 3, 8), (3, 3, 8))
    judge = build_judge(shapes, 3, replace(JUDGE, members=1))
    for layer in judge.get_layer("member_0").layers:
        layer.set_weights([np.zeros_like(weight) for weight in layer.get_weights()])
    spec = replace(SPEC, intercept=1.5)
    volume = case_volume(make_toy_case(5, slices=6))
    before = detect(volume, load_model(plain))
    after = detect(volume, load_model(judged(plain, judge, tmp_path, spec)))
    looked = [item.probability >= SPEC.floor for item in before.slices]
    assert any(looked)
    for was, told, again in zip(before.slices, after.slices, looked, strict=True):
        expected = 1 / (1 + np.exp(-1.5)) if again else was.probability
        assert told.probability == pytest.approx(expected, abs=1e-5)


def test_calibration_weighs_both_networks_on_the_slices_that_were_looked_at(plain):
    """Truth by the sum of what both know: the second twice as sure as it should be."""
    case = make_toy_case(7, slices=10)
    result = evaluate_case(case, model_detector(load_model(plain)), 15.0)
    slices = result.detection.slices
    drawn = np.random.default_rng(1)
    first, second = drawn.normal(0, 1.2, (2, 6000))
    truth = drawn.random(6000) < 1 / (1 + np.exp(-(0.7 * first + second - 0.4)))

    def with_answers(odds):
        items = tuple(
            replace(slices[0], index=i, probability=float(1 / (1 + np.exp(-one))))
            for i, one in enumerate(odds)
        )
        return replace(
            result,
            detection=replace(result.detection, slices=items, findings=()),
            is_positive=truth,
            is_counted=np.ones(len(truth), bool),
        )

    spec = calibrated(SPEC, [with_answers(first)], [with_answers(2 * second)])
    assert spec.first_weight == pytest.approx(0.7, abs=0.08)
    assert spec.second_weight == pytest.approx(0.5, abs=0.06)
    assert spec.intercept == pytest.approx(-0.4, abs=0.1)
    unlooked = calibrated(SPEC, [with_answers(first - 99)], [with_answers(2 * second)])
    assert unlooked == SPEC


def test_places_one_above_the_other_lie_on_one_structure():
    from hcc_viewer.training.second_look.places import _Structures

    structures = _Structures(3.0)
    points = [np.array([[5.0, 5.0], [20.0, 20.0]]), np.array([[19.0, 21.0], [6.0, 5.0]])]
    assert structures.number(2, points[0]).tolist() == [0, 1]
    assert structures.number(3, points[1]).tolist() == [1, 0]
    assert structures.number(4, np.array([[40.0, 5.0]])).tolist() == [4]
    assert structures.number(6, np.array([[40.0, 5.0]])).tolist() == [5]  # a slice between


def test_run_that_begins_from_a_file_keeps_its_second_look(plain, config, tmp_path):
    shapes = ((11, 11, 18), (3, 3, 8), (3, 3, 8))
    start = judged(plain, build_judge(shapes, 3, JUDGE), tmp_path / "start")
    new = tmp_path / plain.name
    new.write_bytes(plain.read_bytes())
    new.with_suffix(".toml").write_text(plain.with_suffix(".toml").read_text())
    case = make_toy_case(7, slices=10)

    def tune(model):
        return [evaluate_case(case, model_detector(model), 15.0)]

    keep_second_look(new, plain, config, tune)  # that file has none
    assert load_model(new).judge is None
    keep_second_look(new, start, config, tune)
    model = load_model(new)
    blocks = [RNG.normal(size=(4, *shape)).astype(np.float32) for shape in shapes]
    first = RNG.normal(size=4).astype(np.float32)
    expected = load_model(start).judge(blocks, first)
    np.testing.assert_array_equal(model.judge(blocks, first), expected)
    assert model.card.second_look.floor == SPEC.floor
    assert model.card.second_look != SPEC  # weighed anew


def test_network_with_fewer_maps_than_the_card_names_is_refused(plain):
    with pytest.raises(UsageError, match="shorten the list"):
        with_features(onnx.load(plain), 7)


def test_file_that_lacks_the_second_network_of_its_card_is_refused(plain, tmp_path):
    path = tmp_path / plain.name
    proto = with_features(onnx.load(plain), 3)
    _write(path, load_model(plain), proto, SPEC)
    with pytest.raises(ModelFileError, match="does not carry the second network"):
        load_model(path)
    proto.metadata_props.add(key="second_look", value="no Base64!")
    _write(path, load_model(plain), proto, SPEC)
    with pytest.raises(ModelFileError, match="does not carry the second network"):
        load_model(path)


def test_second_network_is_looked_through_like_the_first(plain, tmp_path):
    import base64

    from onnx import TensorProto, helper

    node = helper.make_node("RandomNormalLike", ["first"], ["log_odds"])
    info = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, 1])
        for name in ("first", "log_odds")
    ]
    graph = helper.make_graph([node], "strange", info[:1], info[1:])
    strange = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    proto = with_features(onnx.load(plain), 3)
    text = base64.b64encode(strange.SerializeToString()).decode()
    proto.metadata_props.add(key="second_look", value=text)
    path = tmp_path / plain.name
    _write(path, load_model(plain), proto, SPEC)
    with pytest.raises(ModelFileError, match="RandomNormalLike"):
        load_model(path)
