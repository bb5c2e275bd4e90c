"""The measurement of several detectors on the same cases."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from hcc_viewer.detection import load_model
from tests.detection.make_model import make_model
from tests.training.test_evaluate import bright_case
from tests.training.toy import make_toy_case

pytest.importorskip("sklearn", reason="needs the training extra")

from hcc_viewer.training.blobs import detect_blobs
from hcc_viewer.training.config import load_config
from hcc_viewer.training.evaluate import evaluate, model_detector
from hcc_viewer.training.figures import Outcome
from hcc_viewer.training.model_docs import validation_page
from hcc_viewer.training.validation import (
    RAISED,
    found_by_size_and_contrast,
    froc_points,
    measure,
    paired_figures,
    roc_points,
)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return load_model(make_model(tmp_path_factory.mktemp("model")))


@pytest.fixture(scope="module")
def results(model):
    cases = [bright_case(seed, with_hcc=seed > 0) for seed in range(4)]
    return evaluate(cases, model_detector(model), 15.0, with_pair=True)


def test_pairs_tell_the_lesion_from_the_place(results):
    pair = paired_figures(results, 0.5)
    assert pair["auc"] > 0.95
    assert pair["auc_without"] < 0.8
    assert pair["positive_pairs_won"] > 0.95
    assert pair["false_findings_per_patient_without"] == 0


def test_curves_rise(results):
    curve = np.array(roc_points(results))
    assert (np.diff(curve, axis=0) >= 0).all()
    assert tuple(curve[-1]) == (1.0, 1.0)
    froc = froc_points(results)
    assert (np.diff(froc["all"]) >= 0).all()
    assert froc["all"][-1] == 1.0


def test_measurement_counts_what_it_measured(results):
    measured = measure(results, 0.5)
    assert measured["patients"] == 4
    assert measured["patients_without_hcc"] == 1
    assert measured["lesions"] == 3
    assert 0 < measured["chance_of_pointing"] < 0.3
    assert measured["subgroups"]["anatomy: procedural"]["patients"] == 4


def test_small_and_faint_lesions_are_told_apart(model, results):
    one, two = (
        Outcome(
            np.zeros(1, bool),
            np.zeros(1),
            np.array(found),
            np.array(diameters),
            np.array(contrasts),
            0,
            (0, 0),
        )
        for found, diameters, contrasts in (
            ([True, False], [8.0, 8.0], [2.0, 1.0]),
            ([True, True, False], [10.0, 25.0, 9.0], [9.0, 3.0, np.nan]),
        )
    )
    table = found_by_size_and_contrast([one, two])
    assert [list(row.values()) for row in table.values()] == [
        [[0, 1], [1, 1], [0, 0]],
        [[0, 0], [0, 0], [1, 1]],
        [[0, 0], [0, 0], [1, 1]],
    ]
    page = validation_page(
        model.card, {"ours": measure(results, 0.5) | {"found_by_size_and_contrast": table}}, {}
    )
    assert "| under 10 mm | 0 of 1 | 1 of 1 | - |" in page


def test_figures_come_from_patients_at_natural_prevalence_where_there_are_any(
    tmp_path, monkeypatch
):
    train = pytest.importorskip("hcc_viewer.training.train", reason="needs the training extra")
    made, seen = [], []

    def results(patients, part, detector, quiet, *, with_pair=False):
        seen.append(part)
        return part

    monkeypatch.setattr(train.Patients, "make", lambda self, part, quiet: made.append(part))
    monkeypatch.setattr(train, "_results", results)
    monkeypatch.setattr(train, "figures_of", lambda part, threshold: {"of": part})
    points = [SimpleNamespace(name="balanced", threshold=0.5)]
    monkeypatch.setattr(train, "choose_operating_points", lambda found: points)
    config = load_config("smoke")
    config = replace(config, cases=replace(config.cases, natural_patients=2))
    measured = train.validate(config, tmp_path, load_model(make_model(tmp_path)))
    own, blobs = measured.values()
    assert (own["of"], own[RAISED]["of"], blobs["of"]) == ("natural", "test", "natural")
    assert {"natural", "test", "tune_natural"} <= set(made)
    assert seen.count("tune_natural") == 1  # the blobs' threshold


def test_two_models_of_one_name_are_told_apart(tmp_path, monkeypatch):
    """A model that was built again has the name of the one that it is compared with."""
    train = pytest.importorskip("hcc_viewer.training.train", reason="needs the training extra")
    seen = []

    def results(patients, part, detector, quiet, *, with_pair=False):
        seen.append(detector)
        return [len(seen)]

    monkeypatch.setattr(train.Patients, "make", lambda self, part, quiet: None)
    monkeypatch.setattr(train, "_results", results)
    monkeypatch.setattr(train, "figures_of", lambda found, threshold: {"run": found[0]})
    points = [SimpleNamespace(name="balanced", threshold=0.5)]
    monkeypatch.setattr(train, "choose_operating_points", lambda found: points)
    paths = [tmp_path / name for name in ("new", "old")]
    for path in paths:
        path.mkdir()
    new, old = (
        load_model(make_model(path, version=version))
        for path, version in zip(paths, ("2", "1"), strict=True)
    )
    config = load_config("smoke")
    config = replace(config, cases=replace(config.cases, natural_patients=0))
    measured = train.validate(config, tmp_path, new, [old])
    told = {name: values["run"] for name, values in measured.items()}
    assert told == {"spots": 1, f"spots 1 {old.card.sha256[:8]}": 2, "dark-blob-detector": 4}


def test_page_shows_what_is_hard_beside_what_is_natural(model, results):
    own = measure(results, 0.5)
    all_found = {"value": 0.25, "low": 0.125, "high": 0.5}
    raised = own | {"patients": 7, "figures": own["figures"] | {"lesions found, all": all_found}}
    page = validation_page(model.card, {"ours": own | {RAISED: raised}}, {})
    alone = validation_page(model.card, {"ours": own}, {})
    assert page.count("| 20 mm and more |") == 1 + alone.count("| 20 mm and more |")
    assert "Measured on 4 simulated test patients" in page
    assert "others:\n7 simulated test patients" in page
    row = next(line for line in page.splitlines() if line.startswith("| lesions found, all |"))
    assert row.endswith("| 0.250 | 0.125 to 0.500 | - |")
    assert float(row.split("|")[2]) > 0.5
    assert "More that is hard" not in alone


def test_page_says_what_the_networks_beside_are(model, results):
    own = measure(results, 0.5)
    page = validation_page(
        model.card, {"ours": own, "theirs": own | {"description": "Another network."}}, {}
    )
    assert "| figure | ours | theirs |" in page
    assert "theirs: Another network." in page


def test_false_finding_is_told_by_what_it_lies_on(model):
    case = make_toy_case(5, with_hcc=False)
    image = case.image.copy()
    image[5:8, 70:82, 100:112] = 3000
    case = replace(case, image=image)
    [result] = evaluate([case], model_detector(model), 15.0)
    assert set(result.false_places(0.5)) <= {"other body", "liver", "air"}
    assert len(result.false_places(0.5)) >= 1


def test_blob_detector_finds_the_dark_ball_and_not_the_even_liver():
    cases = [make_toy_case(seed, with_hcc=seed > 0) for seed in range(3)]
    results = evaluate(cases, detect_blobs, 15.0, with_pair=True)
    assert paired_figures(results, 0.5)["auc"] > 0.9
    found = [result.at(0.3)[0].all() for result in results[1:]]
    assert all(found)
