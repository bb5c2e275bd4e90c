"""From a model file and a catalogue to another model file; needs TensorFlow."""

import logging
import shlex
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="needs the training extra")
from hcc_viewer.catalogue import CatalogueWriter, Source
from hcc_viewer.catalogue.splits import SplitShares
from hcc_viewer.detection import load_model
from hcc_viewer.detection.model_card import FindingSpec, InputSpec
from hcc_viewer.errors import ModelFileError, UsageError
from hcc_viewer.training.adapt import adapt, choose_parts
from hcc_viewer.training.architecture import build_network
from hcc_viewer.training.commands import run_command
from hcc_viewer.training.config import FitConfig, NetworkConfig, TrainingConfig
from hcc_viewer.training.importers.simulated import from_simulated
from hcc_viewer.training.real_config import RealConfig
from hcc_viewer.training.train import Outputs, calibration
from hcc_viewer.training.two_views import second_view
from hcc_viewer.training.warm_start import find_start, load_start
from tests.training.toy import make_toy_case

pytestmark = pytest.mark.training

FREE = Source("free", "Free cases", "CC-BY-4.0", True, "hepatobiliary", "masks", "a test")
BOUND = Source("bound", "Bound cases", "CC-BY-NC-4.0", False, "hepatobiliary", "masks", "a test")


def make_catalogue(folder, source=FREE, cases=6, phase="hepatobiliary", radius_mm=12.0):
    with CatalogueWriter(folder, source) as writer:
        for seed in range(cases):
            toy = make_toy_case(
                seed, size=80, spacing_mm=(4.0, 4.8, 4.8), with_hcc=seed % 3 > 0,
                radius_mm=radius_mm,
            )  # fmt: skip
            case = from_simulated(toy, f"{source.name}-{seed}")
            facts = replace(case.facts, source=source.name, phase=phase)
            writer.add(replace(case, facts=facts))
        return writer.finish(SplitShares(0.5, 0.25, 0.25))


@pytest.fixture(scope="module")
def config():
    return TrainingConfig(
        name="tiny",
        version="1",
        description="A test.",
        input=InputSpec(size=64, field_mm=380.0, offsets_mm=(0.0,)),
        network=NetworkConfig(
            widths=(4, 6, 8), convolutions=2, decoder_widths=(6,), auxiliary_tissues=True
        ),
        fit=FitConfig(epochs=1, slices_per_epoch=32, batch_size=8),
    )


@pytest.fixture(scope="module")
def first(config, tmp_path_factory):
    """A model file made from nothing on real cases."""
    folder = tmp_path_factory.mktemp("first")
    catalogue = make_catalogue(folder / "cases")
    outputs = Outputs(folder / "work", folder / "models")
    return adapt(catalogue, config, outputs, quiet=True)


def test_card_says_which_cases_went_in_and_what_may_be_done_with_it(first):
    card = load_model(first).card
    assert card.data["licences"] == ["CC-BY-4.0"]
    assert card.data["may_be_given_away"] is True
    assert card.data["started_from"] == "nothing"
    assert set(card.data["train_cases"]).isdisjoint(card.data["test_cases"])
    assert "patients of free; not validated in clinical use" in card.trained_on
    assert card.metrics["figures"]["slice AUC"]["value"] >= 0
    assert "2 cases of 2 patients" in card.metrics["measured_on"]


def test_weights_of_a_model_file_are_taken_over_to_the_last_digit(first, caplog):
    start = find_start(str(first))
    network = build_network(start.network, start.model.card.input, any_size=True)
    with caplog.at_level(logging.INFO):
        load_start(network, start)
    assert "answers differ by" in caplog.text
    batch = np.random.default_rng(3).random((2, 64, 64, 1), dtype=np.float32)
    _, cam = start.model.predict(batch)
    logits = np.asarray(network(batch, training=False)["map"])
    found = 1 / (1 + np.exp(-(logits[..., 1] - logits[..., 0])))
    np.testing.assert_allclose(found, cam, atol=1e-3)


def test_bundled_model_answers_as_before_when_training_begins():
    """Its calibration is far from none: without it the first steps would spoil the map."""
    start = find_start("bundled")
    batch = np.random.default_rng(3).random((1, 320, 320, 7), dtype=np.float32)
    wanted, _ = start.model.predict(batch)
    answers = []
    for number, view in enumerate([batch, second_view(batch, start.network.stride)]):
        network = build_network(start.network, start.model.card.input, any_size=True)
        load_start(network, start, 1.5, number if start.network.twin else 0)
        answers.append(np.asarray(network(view, training=False)["probability"])[:, 1])
    found = np.mean([np.log(answer / (1 - answer)) for answer in answers], axis=0)
    np.testing.assert_allclose(found, np.log(wanted / (1 - wanted)) + 1.5, atol=0.02)


def test_steps_without_length_leave_the_map_as_it_was(first, config, tmp_path):
    """Nothing but the weights of the file goes into the map: no calibration, no normalisation."""
    fit = replace(config.fit, learning_rate=1e-12)
    wanted = replace(config, name="same", real=RealConfig(start_from=str(first)), fit=fit)
    catalogue = make_catalogue(tmp_path / "cases")
    path = adapt(catalogue, wanted, Outputs(tmp_path / "w", tmp_path / "m"), quiet=True)
    batch = np.random.default_rng(3).random((2, 64, 64, 1), dtype=np.float32)
    _, before = load_model(first).predict(batch)
    _, after = load_model(path).predict(batch)
    np.testing.assert_allclose(after, before, atol=1e-3)


def test_weights_of_another_shape_are_refused(first):
    start = find_start(str(first))
    other = replace(start.network, widths=(4, 6, 10))
    with pytest.raises(ModelFileError, match="does not describe it"):
        load_start(build_network(other, start.model.card.input), start)


def test_model_without_the_shape_of_its_network_is_no_start(tmp_path):
    from tests.detection.make_model import make_model

    with pytest.raises(ModelFileError, match="does not tell the shape"):
        find_start(str(make_model(tmp_path)))


def test_adapting_begins_from_the_file_and_says_so(first, config, tmp_path):
    real = RealConfig(start_from=str(first), implants=1, train_patients=2)
    wanted = replace(config, name="tiny-adapted", real=real)
    catalogue = make_catalogue(tmp_path / "cases")
    outputs = Outputs(tmp_path / "work", tmp_path / "models")
    path = adapt(catalogue, wanted, outputs, quiet=True)
    card = load_model(path).card
    assert card.data["started_from"] == load_model(first).identity.label
    assert card.data["train_patients"] == 2
    assert card.training["config"]["real"]["implants"] == 1
    assert 0 <= card.data["tuning_auc_before"] <= 1
    assert 0 <= card.data["tuning_auc"] <= 1
    assert card.data["tuning_false_findings"] >= 0
    other = replace(wanted, fit=replace(wanted.fit, learning_rate=0.5))
    with pytest.raises(UsageError, match="another configuration"):
        adapt(catalogue, other, outputs, quiet=True)


def test_folder_of_a_run_on_other_cases_is_refused(first, config, tmp_path):
    """Its finished fit would pass for one on these cases, whose test part it may have seen."""
    wanted = replace(config, real=RealConfig(start_from=str(first)))
    catalogue = make_catalogue(tmp_path / "cases")
    outputs = Outputs(tmp_path / "work", tmp_path / "models")
    adapt(catalogue, wanted, outputs, quiet=True)
    again = make_catalogue(tmp_path / "cases")  # the same cases, imported once more
    adapt(again, wanted, outputs, quiet=True)
    others = make_catalogue(tmp_path / "others", radius_mm=20.0)
    with pytest.raises(UsageError, match="on other cases"):
        adapt(others, wanted, outputs, quiet=True)


def test_adapting_that_did_not_help_is_told(caplog):
    from hcc_viewer.training.adapt import _gain

    def results(probabilities, false):
        truth = np.array([False, False, True, True])
        return [
            SimpleNamespace(
                is_counted=np.ones(4, bool),
                is_positive=truth,
                probabilities=np.array(probabilities),
                at=lambda threshold: (truth, round(false * threshold)),
            )
        ]

    good, bad = [0.1, 0.2, 0.8, 0.9], [0.1, 0.85, 0.8, 0.9]
    found = _gain(results(bad, 2), results(good, 2), (1.0, 0.5))
    assert found == {
        "tuning_auc_before": 0.75, "tuning_auc": 1.0,
        "tuning_false_findings_before": 2.0, "tuning_false_findings": 1.0,
    }  # fmt: skip
    assert not caplog.text
    _gain(results(good, 2), results(bad, 2), (0.5, 0.5))
    assert "AUC was 1.000 and is 0.750" in caplog.text
    caplog.clear()
    _gain(results(bad, 2), results(good, 10), (0.5, 0.5))
    assert "were 1.00 and are 5.00" in caplog.text


def test_few_tuning_patients_whose_slices_part_perfectly_give_a_calibration_that_a_card_takes():
    truth = np.arange(40) >= 30
    score = np.where(truth, 0.401, 0.4)
    result = SimpleNamespace(is_counted=np.ones(40, bool), is_positive=truth, probabilities=score)
    slope, intercept = calibration([result])
    FindingSpec(place_slope=slope)
    parted = slope * np.log(score / (1 - score)) + intercept
    assert abs(parted).max() < 10


def test_model_to_be_given_away_refuses_bound_cases(config, tmp_path):
    catalogue = make_catalogue(tmp_path, BOUND)
    wanted = replace(config, real=RealConfig(for_sharing=True))
    with pytest.raises(UsageError, match=r"CC-BY-NC-4\.0.*may not be given away"):
        choose_parts(catalogue, wanted)
    assert choose_parts(catalogue, config).train


def test_other_phases_are_left_out_unless_asked_for(config, tmp_path):
    catalogue = make_catalogue(tmp_path, FREE, phase="portal venous")
    with pytest.raises(UsageError, match="no train case"):
        choose_parts(catalogue, config)
    wanted = replace(config, real=RealConfig(only_hepatobiliary=False))
    assert len(choose_parts(catalogue, wanted).all) == 6


def test_slice_labels_alone_teach_the_class_and_not_the_place(config):
    from hcc_viewer.training.catalogue_cases import catalogue_example
    from hcc_viewer.training.dataset import TrainingSlices

    toy = make_toy_case(1, size=80, spacing_mm=(4.0, 4.8, 4.8))
    case = from_simulated(toy, "weak")
    weak = replace(
        case,
        label_kind="slices",
        slice_labels=(case.slice_truth(15.0) == 1).astype(np.int8),
        truth=(),
        lesions=np.zeros_like(case.lesions),
        organs=np.zeros_like(case.organs),
    )
    batches = TrainingSlices([catalogue_example(weak, config.input)], config)
    _, targets, weights = batches[0]
    positive = targets["probability"][:, 1] == 1
    assert positive.any()
    assert not positive.all()
    assert (weights["probability"] == 1).all()
    assert (weights["map"][positive] == 0).all()
    assert (weights["map"][~positive] > 0).all()
    # Nobody outlined a tissue; only what a turned slice leaves empty at its edge is known: air.
    middle = slice(14, 18)
    assert not targets["tissues"][:, middle, middle].any()


def test_command_that_is_printed_can_be_typed(monkeypatch, tmp_path, capsys):
    """Folders may have spaces in their names."""
    make_catalogue(tmp_path / "my cases")
    path = tmp_path / "my models" / "own.onnx"
    monkeypatch.setattr("hcc_viewer.training.adapt.adapt", lambda *_: path)
    assert run_command("train", ["--cases", str(tmp_path / "my cases")]) == 0
    printed = capsys.readouterr().out.partition("Measure it: ")[2]
    words = ["--cases", str(tmp_path / "my cases"), "--model", str(path)]
    assert shlex.split(printed) == ["hcc-viewer", "evaluate", *words]
