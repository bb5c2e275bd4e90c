from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from hcc_viewer.detection import Detection
from hcc_viewer.report import make_content
from hcc_viewer.report.tables_csv import files, safe_cell
from tests.report.make_detection import (
    MODEL,
    PATIENT,
    make_detection,
    make_series,
    make_volume,
    with_unread,
)
from tests.report.make_reading import make_moved, make_reading

GOLDEN = Path(__file__).parent / "golden"


def _tables(detection: Detection) -> dict[str, str]:
    volume = make_volume(detection.series)
    content = replace(make_content(detection, volume), software_version="0.0.0")
    return {name: data.decode() for name, data in files(content, detection, volume)}


@pytest.mark.parametrize("name", ["slices.csv", "findings.csv"])
def test_the_table_is_as_it_was_agreed(name: str) -> None:
    detection = make_detection(make_series(slices=4), lesions=((1, 25.0, 30.0),))

    with (GOLDEN / name).open(encoding="utf-8", newline="") as file:
        assert _tables(detection)[name] == file.read()


def test_the_readers_decisions_and_own_findings_are_in_the_table() -> None:
    detection, volume = make_detection(), make_volume()
    reading = make_reading(detection, note="=1+1")
    content = make_content(detection, volume, reading=reading)
    table = dict(files(content, detection, volume))["findings.csv"].decode()

    first, own = csv.DictReader(io.StringIO(table))

    assert (first["id"], first["reader_verdict"], first["reader_note"]) == (
        "1",
        "accepted",
        "'=1+1",
    )
    assert (own["id"], own["reader_verdict"], own["probability"]) == ("R1", "added", "")
    assert own["extent_mm"] == "12.0"


def _place_of_reader(row: dict[str, str]) -> tuple[str, ...]:
    names = ("slice_index", "row", "column", "x_lps_mm", "y_lps_mm", "z_lps_mm")
    return tuple(row[f"reader_{name}"] for name in names)


def test_a_moved_finding_has_the_models_place_and_the_readers() -> None:
    detection, volume = make_detection(), make_volume()
    content = make_content(detection, volume, reading=make_moved(detection))
    table = dict(files(content, detection, volume))["findings.csv"].decode()

    (row,) = csv.DictReader(io.StringIO(table))

    assert (row["peak_slice_index"], row["peak_row"], row["peak_column"]) == ("4", "25.0", "30.0")
    assert _place_of_reader(row) == ("10", "45.0", "80.0", "50.0", "40.0", "130.0")


def test_of_a_rejected_finding_there_is_no_place_of_the_readers() -> None:
    detection, volume = make_detection(), make_volume()
    content = make_content(detection, volume, reading=make_reading(detection, "rejected"))
    table = dict(files(content, detection, volume))["findings.csv"].decode()

    rejected, own = csv.DictReader(io.StringIO(table))

    assert _place_of_reader(rejected) == ("",) * 6
    assert _place_of_reader(own)[:3] == ("10", "30.0", "50.0")


def test_without_findings_the_table_has_only_its_header() -> None:
    table = _tables(make_detection(lesions=()))["findings.csv"]

    assert len(list(csv.reader(io.StringIO(table)))) == 1


def test_every_row_says_that_it_is_for_research_use() -> None:
    table = _tables(make_detection())["slices.csv"]

    rows = list(csv.DictReader(io.StringIO(table)))
    assert len(rows) == 12
    assert all(row["note"].startswith("For research use only.") for row in rows)


def test_a_model_name_that_is_a_formula_is_not_run() -> None:
    model = replace(MODEL, name='=HYPERLINK("http://example.org")')
    table = _tables(replace(make_detection(), model=model))["findings.csv"]

    (row,) = csv.DictReader(io.StringIO(table))
    assert row["model_name"].startswith("'=")


@pytest.mark.parametrize("name", ["slices.csv", "findings.csv"])
def test_an_identified_table_names_the_patient_in_its_last_columns(name: str) -> None:
    patient = replace(PATIENT, name="+1^A", patient_id="-7\x00")
    detection = make_detection(make_series(patient=patient))
    volume = make_volume(detection.series)

    plain, identified = (
        list(csv.reader(io.StringIO(dict(files(content, detection, volume))[name].decode())))
        for content in (make_content(detection, volume, who) for who in (False, True))
    )

    assert identified[0] == [*plain[0], "patient_name", "patient_id"]
    assert [row[:-2] for row in identified] == plain
    assert all(row[-2:] == ["'+1 A", "'-7"] for row in identified[1:])


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", "  =1", "\uff1d1"])
def test_a_text_that_a_spreadsheet_would_run_is_defused(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


def test_a_negative_number_stays_a_number() -> None:
    assert safe_cell(-4.5) == "-4.5"


def test_nothing_is_told_of_a_slice_that_could_not_be_read() -> None:
    detection = with_unread(make_detection(), 2)
    rows = list(csv.DictReader(io.StringIO(_tables(detection)["slices.csv"])))

    told = ("probability", "flagged", "finding_ids", "peak_row", "peak_column", "peak_value")
    assert [rows[2][name] for name in told] == [""] * len(told)
    assert rows[2]["position_mm"]
    assert rows[3]["probability"]
    row = make_content(detection, make_volume()).slices[2]
    assert row.probability == "not examined"
    assert not row.flagged
