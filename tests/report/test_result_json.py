from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from hcc_viewer.detection.decisions import Reading
from hcc_viewer.report import make_content
from hcc_viewer.report.result_json import files, result_record
from tests.report.make_detection import (
    PATIENT,
    make_detection,
    make_series,
    make_volume,
    with_unread,
)
from tests.report.make_reading import make_reading

GOLDEN = Path(__file__).parent / "golden" / "result.json"


def _small(identified: bool = False) -> bytes:
    series = make_series(slices=4, description="T1 \N{LATIN SMALL LETTER E WITH ACUTE}=HBP")
    detection = make_detection(series, lesions=((1, 25.0, 30.0),))
    volume = make_volume(series)
    content = replace(make_content(detection, volume, identified), software_version="0.0.0")
    ((_, data),) = files(content, detection, volume)
    return data


def test_the_file_is_as_it_was_agreed() -> None:
    assert _small().decode() == GOLDEN.read_text(encoding="utf-8")


def test_a_reading_is_told_beside_the_findings() -> None:
    detection = make_detection(make_series(slices=4), lesions=((1, 25.0, 30.0),))
    reading = make_reading(detection, note="sure")
    content = make_content(detection, make_volume(detection.series), reading=reading)

    record = result_record(content)

    decision = record["findings"][0]["decision"]
    assert (decision["verdict"], decision["note"]) == ("accepted", "sure")
    assert decision["decided_at"] == "2024-01-31T09:30:00Z"
    assert record["reading"]["key_slices"] == [2, 5]
    assert [own["verdict"] for own in record["reading"]["findings"]] == ["added"]
    assert record["reading"]["measurements"][0]["length_mm"] == 15.0


def test_a_finding_without_decision_has_null_once_there_is_a_reader() -> None:
    content = make_content(make_detection(), make_volume(), reading=Reading())

    assert result_record(content)["findings"][0]["decision"] is None


def test_no_identity_is_written_unless_asked() -> None:
    text = _small().decode()

    assert "patient" not in json.loads(text)
    assert not any(word in text for word in (PATIENT.name, PATIENT.patient_id, PATIENT.birth_date))


def test_identity_is_written_when_asked() -> None:
    assert json.loads(_small(identified=True))["patient"] == {
        "name": "SIM^0001",
        "patient_id": "SIM-0001",
        "birth_date": "19570304",
        "sex": "F",
    }


def test_a_number_that_is_none_becomes_null() -> None:
    detection = make_detection()
    finding = replace(detection.findings[0], extent_mm=float("nan"))
    content = make_content(replace(detection, findings=(finding,)), make_volume())

    assert result_record(content)["findings"][0]["extent_mm"] is None


def test_the_flag_is_that_of_the_unrounded_probability() -> None:
    detection = make_detection()
    first = replace(detection.slices[0], probability=0.49999999)
    content = make_content(replace(detection, slices=(first, *detection.slices[1:])), make_volume())

    assert result_record(content)["slices"][0]["flagged"] is False


def test_a_stack_of_multi_frame_images_names_the_frame() -> None:
    series = make_series()
    instances = tuple(replace(item, frame=i) for i, item in enumerate(series.instances, 1))
    series = replace(series, instances=instances)
    content = make_content(make_detection(series), make_volume(series))

    assert [item["frame"] for item in result_record(content)["slices"]] == list(range(1, 13))


def test_a_slice_that_could_not_be_read_is_not_examined() -> None:
    detection = with_unread(make_detection(), 2)
    content = make_content(detection, make_volume())
    examined = [one["examined"] for one in result_record(content)["slices"]]
    assert [index for index, is_so in enumerate(examined) if not is_so] == [2]
