"""The second network: what it learns from, that it learns, and how it gets into the model file."""

import base64
from dataclasses import replace

import keras
import numpy as np
import onnx
import pytest
import tensorflow as tf
from onnx import TensorProto, helper

from hcc_viewer.detection import detect, load_model
from hcc_viewer.detection.model_card import InputSpec, SecondLookSpec
from hcc_viewer.detection.preprocess import prepare_slices
from hcc_viewer.detection.second_look import judge_places
from hcc_viewer.errors import ModelFileError
from hcc_viewer.training.architecture import build_network
from hcc_viewer.training.cases import case_volume
from hcc_viewer.training.config import JudgeConfig, NetworkConfig
from hcc_viewer.training.examples import make_example
from hcc_viewer.training.second_look.export import judge_file, with_judge
from hcc_viewer.training.second_look.judge import build_judge, fit_judge
from hcc_viewer.training.second_look.patches import (
    BESIDE_VESSEL,
    NEAR_VESSEL_PX,
    PatchBatches,
    PatchSampler,
)
from hcc_viewer.training.second_look.places import (
    PlaceSet,
    _Structures,
    find_place_set,
    load_place_set,
    save_place_set,
)
from hcc_viewer.training.second_look.run import (
    _judge_folder,
    _write,
    keep_second_look,
)
from hcc_viewer.training.second_look.weighing import judge_place_set, weighed
from hcc_viewer.training.train import export_draft
from tests.training.toy import make_toy_case

SPEC = SecondLookSpec(size_px=16, offsets_mm=(-5.0, 0.0, 5.0), floor=0.001)
JUDGE = JudgeConfig(
    widths=(8, 12), cycles=(3, 2), steps_per_epoch=20, batch_size=16, learning_rate=5e-3
)
SHAPE = NetworkConfig(widths=(4, 6, 8, 8), decoder_widths=(8, 6), stem=4, second_view=True)
RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def config(smoke):
    spec = InputSpec(size=160, field_mm=380.0, offsets_mm=(-5.0, 0.0, 5.0))
    return replace(smoke, name="judged", network=SHAPE, input=spec, second_look=SPEC, judge=JUDGE)


@pytest.fixture(scope="module")
def plain(config, tmp_path_factory):
    keras.utils.set_random_seed(1)  # an unlucky network names no places
    network = build_network(config.network, config.input)
    return export_draft([network], config, tmp_path_factory.mktemp("judged"))


def judged(plain, judge, folder, spec=SPEC):
    """A copy of a model file with a second network."""
    path = folder / plain.name
    path.parent.mkdir(parents=True, exist_ok=True)
    proto = with_judge(onnx.load(plain), judge_file(judge))
    _write(path, load_model(plain), proto, spec)
    return path


def toy_examples(config, count=4):
    return [make_example(make_toy_case(seed, slices=8), config.input) for seed in range(count)]


def places_of(example):
    """Places where the toy's liver holds no HCC, as a first network might name them."""
    slices = np.flatnonzero(example.hcc_area_mm2 == 0)
    points, index = [], []
    for at in slices:
        liver = np.argwhere(example.tissues[at] == 1)[::200] * 2.0
        points += liver.tolist()
        index += [int(at)] * len(liver)
    count = len(index)
    return PlaceSet(
        np.array(index),
        np.array(points).reshape(-1, 2),
        np.zeros(count, np.float32),
        np.zeros(count, bool),
        np.arange(count),
    )


@pytest.fixture(scope="module")
def examples(config):
    return toy_examples(config)


@pytest.fixture(scope="module")
def judge(config, examples, tmp_path_factory):
    sets = [places_of(example) for example in examples]
    return fit_judge(examples, sets, config, tmp_path_factory.mktemp("judge"))


def test_it_learns_what_tells_places_apart(judge, config):
    examples = toy_examples(config, 7)[4:]
    sampler = PatchSampler(examples, [places_of(one) for one in examples], config)
    generator = np.random.default_rng(1)
    hcc, others = (
        judge.predict(
            np.stack([sampler.draw(generator, is_hcc=is_hcc) for _ in range(100)]), verbose=0
        )
        for is_hcc in (True, False)
    )
    assert (hcc > np.median(others)).mean() > 0.8


def test_patch_shows_the_hcc_in_its_middle(config, examples):
    """Of the toy's own HCC and of drawn ones: the middle is darker than the liver around."""
    sampler = PatchSampler(examples, [places_of(one) for one in examples], config)
    generator = np.random.default_rng(2)
    patches = [sampler.draw(generator, is_hcc=True) for _ in range(60)]
    assert {patch.shape for patch in patches} == {(16, 16, 3)}
    inside = np.array([patch[6:10, 6:10, 1].mean() for patch in patches])
    around = np.array([np.percentile(patch[..., 1], 80) for patch in patches])
    assert (inside < 0.95 * around).mean() > 0.8


def test_patients_without_places_of_both_kinds_are_refused(config, examples):
    empty = [replace(places_of(one), is_hcc=np.ones(len(places_of(one)), bool)) for one in examples]
    with pytest.raises(ValueError, match="both of HCC and of something else"):
        PatchSampler(examples, empty, config)
    plain = [make_example(make_toy_case(3, slices=8), config.input, with_lesions=False)]
    with pytest.raises(ValueError, match="both of HCC and of something else"):
        PatchSampler(plain, [places_of(plain[0])], config)


def test_what_is_done_of_a_fit_is_not_done_again(judge, config, examples, tmp_path, monkeypatch):
    sets = [places_of(example) for example in examples]
    short = replace(config, judge=replace(JUDGE, cycles=(1, 1), steps_per_epoch=2))
    first = fit_judge(examples, sets, short, tmp_path)
    monkeypatch.setattr("hcc_viewer.training.second_look.judge._fit_cycle", None)
    again = fit_judge(examples, sets, short, tmp_path)
    for ours, theirs in zip(again.get_weights(), first.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    other = replace(config, judge=replace(JUDGE, cycles=(2,), steps_per_epoch=2))
    with pytest.raises(TypeError):  # It is not taken for done.
        fit_judge(examples, sets, other, tmp_path)


def test_a_second_network_of_another_shape_is_fitted_elsewhere(config):
    def folder(**changes):
        return _judge_folder("abc", replace(config, judge=replace(JUDGE, **changes)))

    assert folder() == folder(cycles=(5, 5)) != folder(widths=(4, 6))


def test_interrupted_cycle_goes_on_after_its_last_epoch(config, examples, tmp_path, monkeypatch):
    sets = [places_of(example) for example in examples]
    short = replace(config, judge=replace(JUDGE, cycles=(3,), steps_per_epoch=2))
    draw = PatchBatches.__getitem__
    epochs = []

    def stop_in_the_last(self, step):
        if self._epoch == 2:
            raise OSError("the disk is full")
        return draw(self, step)

    def note(self, step):
        epochs.append(self._epoch)
        return draw(self, step)

    monkeypatch.setattr(PatchBatches, "__getitem__", stop_in_the_last)
    with pytest.raises(tf.errors.OpError, match="the disk is full"):
        fit_judge(examples, sets, short, tmp_path)
    monkeypatch.setattr(PatchBatches, "__getitem__", note)
    fit_judge(examples, sets, short, tmp_path)
    assert epochs.count(2) == 2
    assert 1 not in epochs


def test_second_network_in_the_file_says_what_keras_says(plain, tmp_path):
    judge = build_judge(SPEC, JUDGE)
    model = load_model(judged(plain, judge, tmp_path))
    patches = RNG.random((7, 16, 16, 3)).astype(np.float32)
    expected = judge.predict(patches, verbose=0)[:, 0]
    np.testing.assert_allclose(model.judge(patches), expected, atol=1e-4)


def test_places_are_found_with_their_truth(plain, config, tmp_path):
    model = load_model(plain)
    example = make_example(make_toy_case(3, slices=8), config.input)
    places = find_place_set(example, model, config)
    assert len(places) == len(places.points) == len(places.index)
    for index, (row, column), is_hcc in zip(
        places.index, places.points, places.is_hcc, strict=True
    ):
        away = np.linalg.norm(np.argwhere(example.hcc[index] > 100) - [row, column], axis=1)
        assert is_hcc == (away.size > 0 and away.min() * 380 / 160 <= 5.0)
    without = make_example(make_toy_case(3, slices=8), config.input, with_lesions=False)
    assert not find_place_set(without, model, config).is_hcc.any()
    save_place_set(places, tmp_path / "places" / "one.npz")
    again = load_place_set(tmp_path / "places" / "one.npz")
    for ours, theirs in zip(vars(again).values(), vars(places).values(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_detection_says_what_the_second_network_says(plain, tmp_path):
    """A judge that says the same of every place: all slices that were looked at say that."""
    judge = build_judge(SPEC, JUDGE)
    judge.set_weights([np.zeros_like(weight) for weight in judge.get_weights()])
    spec = replace(SPEC, intercept=1.5)
    volume = case_volume(make_toy_case(5, slices=6))
    before = detect(volume, load_model(plain))
    after = detect(volume, load_model(judged(plain, judge, tmp_path, spec)))
    looked = [item.probability >= SPEC.floor for item in before.slices]
    assert any(looked)
    for was, told, again in zip(before.slices, after.slices, looked, strict=True):
        expected = 1 / (1 + np.exp(-1.5)) if again else was.probability
        assert told.probability == pytest.approx(expected, abs=1e-5)


def weighed_on(monkeypatch, config, sets, seconds):
    """Weights from places whose second log-odds are given, patient by patient."""
    pairs = iter(zip(sets, seconds, strict=True))
    current = {}

    def find(example, model, config):
        current["places"], current["second"] = next(pairs)
        return current["places"]

    module = "hcc_viewer.training.second_look.weighing"
    monkeypatch.setattr(f"{module}.find_place_set", find)
    monkeypatch.setattr(f"{module}.judge_place_set", lambda *_: current["second"])
    return weighed(None, None, [None] * len(sets), config)


def places_told(odds, is_hcc, structure=None):
    count = len(odds)
    structure = np.arange(count) if structure is None else structure
    return PlaceSet(np.arange(count), np.zeros((count, 2)), odds, is_hcc, structure)


def test_both_networks_are_weighed_by_the_places_of_tuning_patients(config, monkeypatch):
    """Truth by the sum of what both know: the second twice as sure as it should be."""
    drawn = np.random.default_rng(1)
    first, second = drawn.normal(0, 1.2, (2, 3, 4000))
    truth = drawn.random((3, 4000)) < 1 / (1 + np.exp(-(0.7 * first + second - 0.4)))
    sets = [places_told(*one) for one in zip(first, truth, strict=True)]
    spec = weighed_on(monkeypatch, config, sets, 2 * second)
    assert spec.first_weight == pytest.approx(0.7, abs=0.06)
    assert spec.second_weight == pytest.approx(0.5, abs=0.05)
    assert spec.intercept == pytest.approx(-0.4, abs=0.08)


def test_structure_counts_once_however_many_slices_show_it(config, monkeypatch):
    drawn = np.random.default_rng(2)
    first, second = drawn.normal(0, 1.2, (2, 3000))
    truth = drawn.random(3000) < 1 / (1 + np.exp(-(first + second)))
    once = weighed_on(monkeypatch, config, [places_told(first, truth)], [second])
    times = np.where(truth, 1, drawn.integers(1, 30, 3000))  # what is none is seen in many slices
    rows = np.repeat(np.arange(3000), times)
    many = weighed_on(
        monkeypatch, config, [places_told(first[rows], truth[rows], rows)], [second[rows]]
    )
    assert many.first_weight == pytest.approx(once.first_weight, abs=0.01)
    assert many.intercept == pytest.approx(once.intercept, abs=0.02)


def test_patients_without_places_of_both_kinds_leave_the_weights_as_they_are(config, monkeypatch):
    empty = places_told(np.zeros(0, np.float32), np.zeros(0, bool))
    others = places_told(np.zeros(5, np.float32), np.zeros(5, bool))
    known = replace(SPEC, first_weight=0.7, second_weight=0.9, intercept=-0.6)
    own = replace(config, second_look=known)
    assert weighed_on(monkeypatch, own, [empty, others], [np.zeros(0), np.zeros(5)]) == known


def test_places_are_judged_in_training_as_in_the_program(judge, plain, config, tmp_path):
    """The same log-odds, but for the rounding of the stored slices."""
    shifted = replace(SPEC, shifts_mm=(-12.0, 12.0))
    model = load_model(judged(plain, judge, tmp_path, shifted))
    case = make_toy_case(5, slices=6)
    places = places_of(make_example(case, config.input))
    told = judge_place_set(make_example(case, config.input), places, model.judge, shifted)
    volume = case_volume(case)
    stack = prepare_slices(volume.array, volume.geometry, config.input)
    seen = np.zeros_like(told)
    for index in np.unique(places.index):
        here = places.index == index
        seen[here] = judge_places(model.judge, stack, int(index), places.points[here], shifted)
    np.testing.assert_allclose(told, seen, atol=0.01)
    assert np.ptp(seen) > 0.5  # they are not all the same


def test_hcc_is_drawn_beside_vessels_on_purpose(config, examples):
    """A vessel in a corner of a liver that fills the slice: elsewhere few would lie beside it."""
    tissues = np.ones_like(examples[0].tissues)
    tissues[:, :6, :6] = 2
    example = replace(
        examples[0], tissues=tissues, hcc_area_mm2=np.zeros_like(examples[0].hcc_area_mm2)
    )
    sampler = PatchSampler([example, examples[1]], [places_of(one) for one in examples[:2]], config)
    sampler._livers = sampler._livers[:1]
    generator = np.random.default_rng(3)
    beside = {
        kind: np.mean(
            [
                max(place.row, place.column) < 2 * (6 + NEAR_VESSEL_PX)
                for place in (sampler._choose_drawn(kind, generator).place for _ in range(400))
            ]
        )
        for kind in ("hcc", "cyst")
    }
    assert beside["hcc"] == pytest.approx(BESIDE_VESSEL, abs=0.1)
    assert beside["cyst"] < 0.1


def test_places_one_above_the_other_lie_on_one_structure():
    structures = _Structures(3.0)
    points = [np.array([[5.0, 5.0], [20.0, 20.0]]), np.array([[19.0, 21.0], [6.0, 5.0]])]
    assert structures.number(2, points[0]).tolist() == [0, 1]
    assert structures.number(3, points[1]).tolist() == [1, 0]
    assert structures.number(4, np.array([[40.0, 5.0]])).tolist() == [4]
    assert structures.number(6, np.array([[40.0, 5.0]])).tolist() == [5]  # a slice between
    nothing = np.zeros((0, 2))
    assert structures.number(7, nothing).tolist() == []
    assert structures.number(8, nothing).tolist() == []
    assert structures.number(9, np.array([[40.0, 5.0]])).tolist() == [6]


def test_run_that_begins_from_a_file_keeps_its_second_look(plain, config, tmp_path):
    keras.utils.set_random_seed(2)
    start = judged(plain, build_judge(SPEC, JUDGE), tmp_path / "start")
    new = tmp_path / plain.name
    new.write_bytes(plain.read_bytes())
    new.with_suffix(".toml").write_text(plain.with_suffix(".toml").read_text())
    tune = [make_example(make_toy_case(7, slices=10), config.input)]
    keep_second_look(new, plain, config, tune)  # that file has none
    assert load_model(new).judge is None
    keep_second_look(new, start, config, tune)
    model = load_model(new)
    patches = RNG.random((4, 16, 16, 3)).astype(np.float32)
    np.testing.assert_array_equal(model.judge(patches), load_model(start).judge(patches))
    assert model.card.second_look.floor == SPEC.floor
    assert model.card.second_look != SPEC  # weighed anew


def test_file_that_lacks_the_second_network_of_its_card_is_refused(plain, tmp_path):
    path = tmp_path / plain.name
    proto = onnx.load(plain)
    _write(path, load_model(plain), proto, SPEC)
    with pytest.raises(ModelFileError, match="does not carry the second network"):
        load_model(path)
    proto.metadata_props.add(key="second_look", value="no Base64!")
    _write(path, load_model(plain), proto, SPEC)
    with pytest.raises(ModelFileError, match="does not carry the second network"):
        load_model(path)


def test_second_network_for_other_patches_than_the_card_names_is_refused(plain, tmp_path):
    other = replace(SPEC, size_px=24)
    path = judged(plain, build_judge(SPEC, JUDGE), tmp_path, other)
    with pytest.raises(ModelFileError, match="does not take the patches"):
        load_model(path)


def test_card_of_the_second_look_of_earlier_versions_is_refused_with_a_way_out(plain, tmp_path):
    path = judged(plain, build_judge(SPEC, JUDGE), tmp_path)
    card = path.with_suffix(".toml")
    card.write_text(card.read_text().replace("size_px = 16", "reach_cells = [5, 1, 1]"))
    with pytest.raises(ModelFileError, match=r"version 0\.8 or earlier.*adapt it"):
        load_model(path)


def test_second_network_is_looked_through_like_the_first(plain, tmp_path):
    node = helper.make_node("RandomNormalLike", ["patches"], ["log_odds"])
    info = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, 16, 16, 3])
        for name in ("patches", "log_odds")
    ]
    graph = helper.make_graph([node], "strange", info[:1], info[1:])
    strange = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    proto = onnx.load(plain)
    text = base64.b64encode(strange.SerializeToString()).decode()
    proto.metadata_props.add(key="second_look", value=text)
    path = tmp_path / plain.name
    _write(path, load_model(plain), proto, SPEC)
    with pytest.raises(ModelFileError, match="RandomNormalLike"):
        load_model(path)
