"""The validation report on cases whose outcome is known."""

import json
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="needs the training extra")

from hcc_viewer.catalogue import CatalogueWriter, Exclusion, Source, open_catalogue
from hcc_viewer.catalogue.splits import SplitShares
from hcc_viewer.cli import main
from hcc_viewer.detection import load_model
from hcc_viewer.reader_study import Answer, create_study, save_answer
from hcc_viewer.training.case_report.figures import model_figures
from hcc_viewer.training.case_report.measured import Measured
from hcc_viewer.training.importers.simulated import from_simulated
from tests.detection.make_model import make_model
from tests.training.toy import make_toy_case

SOURCE = Source("toys", "Toy cases", "CC0-1.0", True, "hepatobiliary", "masks", "a test")

ALL_FOR_TEST = SplitShares(0.0, 0.0, 1.0)


def bright_case(seed, *, visible=True):
    """The hand-made model finds what is bright: a visible HCC is found, another missed."""
    toy = make_toy_case(seed, size=80, spacing_mm=(4.0, 4.8, 4.8), with_hcc=seed % 4 > 0)
    case = from_simulated(toy, f"toy-{seed}")
    image = case.image.copy()
    if visible:
        image[case.hcc] = 3000
    if seed == 4:
        image[2:4, 30:34, 60:64] = 3000
    vendor = "GE" if seed % 2 else "Philips"
    facts = replace(case.facts, source="toys", vendor=vendor, field_strength_t=3.0)
    return replace(case, image=image, facts=facts)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    with CatalogueWriter(folder / "cases", SOURCE) as writer:
        for seed in range(8):
            writer.add(bright_case(seed, visible=seed != 7))
        writer.exclude(Exclusion("toys", "toy-99", "motion", "Ghosts."))
        writer.finish(ALL_FOR_TEST)
    plan = create_study(folder / "study", open_catalogue(folder / "cases"), number=3)
    for place, case in enumerate(plan.cases, start=1):
        answer = Answer("r1", "unaided", case, place, 12, (), 9.0, "2026-01-05T09:00:00+00:00")
        save_answer(folder / "study", answer)
    make_model(folder, name="good", threshold=0.5)
    make_model(folder, name="blind", threshold=1.0)
    words = [
        "evaluate", "--cases", str(folder / "cases"), "--model", str(folder / "good.onnx"),
        "--model2", str(folder / "blind.onnx"), "--out", str(folder / "out"), "--draws", "200",
        "--readers", str(folder / "study"), "--robustness",
    ]  # fmt: skip
    assert main(words) == 0
    return folder


@pytest.fixture(scope="module")
def record(folder):
    return json.loads((folder / "out" / "validation.json").read_text())


def figures(record, group, model=0):
    return {item["name"]: item for item in record["models"][model][group]}


def test_counts_are_those_of_the_cases(record):
    assert record["cases"]["patients"] == 8
    assert record["cases"]["lesions"] == 6
    assert record["cases"]["excluded"][0]["reason"] == "motion"


def test_lesions_found_and_missed_are_counted(record):
    lesions = figures(record, "lesions")
    assert lesions["lesions found, all"]["count"] == "5 of 6"
    assert lesions["false findings per patient"]["count"] == "1 of 8"
    assert lesions["sensitivity at 1 false a patient"]["value"] == pytest.approx(5 / 6, abs=1e-3)


def test_slices_and_their_interval_follow_the_missed_patient(record):
    sensitivity = figures(record, "slices")["sensitivity"]
    hits, _, total = sensitivity["count"].split()
    assert sensitivity["value"] == pytest.approx(int(hits) / int(total), abs=1e-4)
    assert sensitivity["low"] < sensitivity["value"] < sensitivity["high"]
    assert figures(record, "slices")["specificity"]["value"] > 0.9


def test_patients_have_exact_intervals_and_delong(record):
    patients = figures(record, "patients")
    assert patients["sensitivity, highest slice"]["count"] == "6 of 6" or patients[
        "sensitivity, highest slice"
    ]["count"].startswith("5 of 6")
    assert patients["AUC, highest slice"]["interval"] == "DeLong"
    assert patients["specificity, highest slice"]["interval"] == "Wilson"


def test_second_model_is_compared_on_the_same_cases(record):
    differences = {item["name"]: item for item in record["comparison"]}
    assert differences["lesions found"]["value"] == pytest.approx(5 / 6, abs=1e-3)
    assert "only first 5, only second 0" in differences["lesions found"]["count"]
    assert figures(record, "lesions", 1)["lesions found, all"]["value"] == 0


def test_subgroups_are_by_vendor(record):
    groups = {group["name"]: group for group in record["models"][0]["subgroups"]}
    assert groups["GE"]["patients"] + groups["Philips"]["patients"] == 8


def test_overlap_of_the_map_is_of_flagged_slices_with_a_mask(record):
    lesions = figures(record, "lesions")
    overlap = lesions["CAM overlap with the mask (IoU at half the peak)"]
    assert 0.2 < overlap["value"] < 1
    assert overlap["low"] <= overlap["value"] <= overlap["high"]
    hits, _, total = lesions["CAM overlap 0.1 or more"]["count"].split()
    assert 0 < int(hits) <= int(total)
    assert f"mean of {total} flagged slices" == overlap["count"]
    curve = [item["mean"] for item in record["models"][0]["cam_overlap"]]
    assert curve[2] == overlap["value"]
    assert "CAM overlap with the mask (IoU at half the peak)" not in figures(record, "lesions", 1)


def test_robustness_is_measured_for_each_model_and_strength(record):
    assert [item["model"] for item in record["robustness"]] == ["good 1.2.3", "blind 1.2.3"]
    rows = record["robustness"][0]["rows"]
    assert len(rows) == 16
    plain = rows[0]
    assert plain["auc"]["value"] == figures(record, "slices")["AUC"]["value"]
    assert plain["difference"]["value"] == plain["difference"]["low"] == 0
    for row in rows[1:]:
        apart = row["auc"]["value"] - plain["auc"]["value"]
        assert row["difference"]["value"] == pytest.approx(apart, abs=2e-5)
        assert row["difference"]["low"] <= row["difference"]["value"] <= row["difference"]["high"]
    thickness = {row["strength"]: row for row in rows if row["change"] == "slice thickness"}
    assert thickness[4.0]["changed_cases"] == 0
    assert thickness[8.0]["changed_cases"] == 8
    blurred = {row["strength"]: row["auc"]["value"] for row in rows if row["change"] == "noise"}
    assert blurred[12.0] <= blurred[3.0]


def test_pages_show_figures_labels_gallery_and_checklist(folder):
    page = (folder / "out" / "validation.html").read_text()
    for words in (
        "For research use only", "trained on nothing; worked out by hand",
        "A negative result does not exclude HCC", "Missed: toy-7", "False: toy-4", "lies on:",
        "motion artefacts", "yours alone", "ROC of slices", "FROC", "Decision curve of patients",
        "SHA-256", "not a comparison", "Readers and model", "r1", "Kim et al.: expert",
        "slice thickness", "less unchanged", "IoU at half the peak",
    ):  # fmt: skip
        assert words in page, words
    assert page.count("<svg") >= 7
    pdf = (folder / "out" / "validation.pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    assert len(pdf) > 30_000


def test_part_without_cases_is_told(folder, capsys):
    words = ["evaluate", "--cases", str(folder / "cases"), "--part", "train"]
    assert main(words) == 2
    assert "--part all takes all" in capsys.readouterr().err


def test_without_negative_patients_nothing_is_said_of_them(folder):
    from hcc_viewer.training.case_report.measured import measure_cases

    catalogue = open_catalogue(folder / "cases")
    rows = [row for row in catalogue.rows if row.has_hcc]
    measured = measure_cases(catalogue, rows, load_model(folder / "good.onnx"), 15.0)
    found = model_figures(measured, draws=50)
    assert found.patients == ()
    assert any("no patient without HCC" in note for note in found.notes)
    assert isinstance(measured, Measured)
    assert np.isfinite(found.slices[0].value)


def test_model_that_was_trained_on_the_cases_is_told(folder):
    from hcc_viewer.training.case_report.measured import measure_cases

    catalogue = open_catalogue(folder / "cases")
    path = make_model(folder, name="learnt", data={"train_cases": ["toy-0", "toy-1", "other-9"]})
    measured = measure_cases(catalogue, catalogue.rows[:4], load_model(path), 15.0)
    notes = model_figures(measured, draws=50).notes
    assert any(note.startswith("2 of these 4 cases have the names") for note in notes)


def test_patient_whose_hcc_is_too_small_for_any_slice_is_not_free_of_it(folder):
    from hcc_viewer.training.case_report.measured import measure_cases

    catalogue = open_catalogue(folder / "cases")
    rows = [row for row in catalogue.rows if row.has_hcc]
    measured = measure_cases(catalogue, rows, load_model(folder / "good.onnx"), 1e6)
    assert not measured.truth.any()
    assert measured.patient_truth.all()
