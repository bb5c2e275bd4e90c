"""Objects and pages of studies whose headers, names and notes are not as one would like."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pydicom import Dataset, dcmread
from pydicom.uid import generate_uid

from hcc_viewer.dicom import Series
from hcc_viewer.report import (
    absent_text,
    dicom_gsps,
    dicom_ko,
    dicom_pdf,
    dicom_pm,
    dicom_sc,
    dicom_sr,
    export_report,
    make_content,
    page_pdf,
    page_png,
)
from hcc_viewer.report.content import NOTE_BESIDE
from hcc_viewer.report.words import plain
from tests.report.make_detection import make_detection, make_volume
from tests.report.make_reading import make_reading
from tests.report.make_sources import make_files
from tests.report.test_more_objects import _dciodvfy_errors
from tests.report.test_pages import _text_of_pages

WRITERS = (dicom_sr, dicom_sc, dicom_ko, dicom_pdf, dicom_pm, dicom_gsps)

NOON_UTC = datetime(2024, 1, 31, 20, 30, tzinfo=UTC)

NOTE = "<b>bold</b> & <para> \x00\x07\t\ud55c\uae00 \u809d \U0001f600 'q'"


@pytest.fixture
def series(tmp_path: Path) -> Series:
    return make_files(tmp_path)


def _change(series: Series, change: Callable[[Dataset], None]) -> None:
    for instance in series.instances:
        source = dcmread(instance.path)
        change(source)
        source.save_as(instance.path)


def _objects(writer: ModuleType, series: Series, note: str = "") -> dict[str, Dataset]:
    detection, volume = make_detection(series), make_volume(series)
    reading = make_reading(detection, note=note)
    content = make_content(detection, volume, reading=reading, now=NOON_UTC)
    made = dict(writer.files(content, detection, volume))
    return {name: dcmread(io.BytesIO(data)) for name, data in made.items()}


def _break(series: Series, old: bytes, new: bytes) -> None:
    """Put bytes into the files that no library would write."""
    for instance in series.instances:
        data = instance.path.read_bytes()
        assert data.count(old) == 1
        instance.path.write_bytes(data.replace(old, new))


@pytest.mark.filterwarnings("ignore:Invalid value for VR")
@pytest.mark.parametrize("writer", WRITERS)
def test_broken_values_of_the_study_cost_no_object(
    writer: ModuleType, series: Series, tmp_path: Path
) -> None:
    def spoil(source: Dataset) -> None:
        source.PatientName = "SIM\\0001^x"
        source.add_new("PatientBirthDate", "DA", "1957.03.04")
        source.add_new("StudyDate", "DA", "2024-01-31")
        source.add_new("StudyTime", "TM", "25:61:00")
        source.PatientSex, source.PatientWeight = "X", "777.5"

    _change(series, spoil)
    _break(series, b"777.5", b"heavy")

    made = _objects(writer, series)

    assert made
    for name, document in made.items():
        assert str(document.PatientName) == "SIM 0001^x"
        assert document.PatientBirthDate == "19570304"
        assert document.StudyDate == "20240131"
        assert not document.StudyTime
        assert not document.PatientSex
        document.save_as(tmp_path / name)
        assert _dciodvfy_errors(tmp_path / name) == []


@pytest.mark.parametrize(
    ("text", "kept"), [("10:15:00.5", "101500.5"), ("1015", "1015"), ("noon", ""), ("", "")]
)
@pytest.mark.filterwarnings("ignore:Invalid value for VR")
def test_an_old_way_to_write_a_time_is_understood(text: str, kept: str, series: Series) -> None:
    _change(series, lambda source: source.add_new("StudyTime", "TM", text))

    assert str(_objects(dicom_sr, series)["sr.dcm"].StudyTime or "") == kept


@pytest.mark.parametrize("writer", WRITERS)
def test_a_study_without_any_optional_fact_gives_objects_without_error(
    writer: ModuleType, series: Series, tmp_path: Path
) -> None:
    gone = (
        "PatientName PatientID PatientBirthDate PatientSex StudyID StudyDate StudyTime "
        "AccessionNumber ReferringPhysicianName FrameOfReferenceUID SeriesNumber InstanceNumber"
    )

    def strip(source: Dataset) -> None:
        for keyword in gone.split():
            del source[keyword]

    _change(series, strip)

    made = _objects(writer, series)

    assert bool(made) == (writer is not dicom_pm)
    for name, document in made.items():
        document.save_as(tmp_path / name)
        assert _dciodvfy_errors(tmp_path / name) == []


@pytest.mark.parametrize("writer", WRITERS)
def test_times_are_told_in_the_time_zone_of_the_study(writer: ModuleType, series: Series) -> None:
    _change(series, lambda source: setattr(source, "TimezoneOffsetFromUTC", "+0900"))

    for document in _objects(writer, series).values():
        assert document.TimezoneOffsetFromUTC == "+0900"
        assert document.InstanceCreationDate == "20240201"
        assert str(document.InstanceCreationTime).startswith("053000")
        assert document.get("ContentDate", "20240201") == "20240201"


@pytest.mark.parametrize("zone", ["", "local", "+9900"])
def test_a_time_zone_that_is_none_is_left_alone(zone: str, series: Series) -> None:
    _change(series, lambda source: setattr(source, "TimezoneOffsetFromUTC", zone))

    assert "TimezoneOffsetFromUTC" not in _objects(dicom_sr, series)["sr.dcm"]


@pytest.mark.parametrize("writer", WRITERS)
def test_identifiers_of_full_length_are_kept(
    writer: ModuleType, series: Series, tmp_path: Path
) -> None:
    study = "1.2.826.0.1.3680043.8.498." + "9" * 38
    frame = "1.2.826.0.1.3680043.8.498." + "7" * 38
    name = "SIM^" + "\uae38" * 20

    def lengthen(source: Dataset) -> None:
        source.SpecificCharacterSet = "ISO_IR 192"
        source.StudyInstanceUID, source.FrameOfReferenceUID = study, frame
        source.PatientName, source.PatientID = name, "X" * 64
        source.AccessionNumber = "A" * 16

    _change(series, lengthen)

    for file_name, document in _objects(writer, series).items():
        assert document.StudyInstanceUID == study
        assert (document.PatientID, document.AccessionNumber) == ("X" * 64, "A" * 16)
        assert str(document.PatientName) == name
        document.save_as(tmp_path / file_name)
        assert _dciodvfy_errors(tmp_path / file_name) == []


def test_a_note_with_control_characters_does_not_spoil_the_sr(
    series: Series, tmp_path: Path
) -> None:
    document = _objects(dicom_sr, series, NOTE)["sr.dcm"]

    assert plain(NOTE) in _texts(document)
    document.save_as(tmp_path / "sr.dcm")
    assert _dciodvfy_errors(tmp_path / "sr.dcm") == []


def _texts(item: Dataset) -> list[str]:
    children: list[Any] = list(item.get("ContentSequence", ()))
    return [str(item.get("TextValue", ""))] + [text for child in children for text in _texts(child)]


def test_control_characters_are_no_text() -> None:
    assert plain(" a\x00\x07\tb\r\n\ud800c ") == "a b  c"


def test_a_long_note_stands_whole_under_its_own_heading(tmp_path: Path) -> None:
    note = f"{NOTE} " + "word " * 300 + "end"
    detection, volume = make_detection(), make_volume()
    content = make_content(detection, volume, reading=make_reading(detection, note=note))
    ((_, data),) = page_pdf.files(content, detection, volume)

    pages = _text_of_pages(data, tmp_path)

    (page,) = [page for page in pages if "The reader's note on finding 1" in page]
    assert page.count("word") > 200
    assert " end" in page
    assert len(content.facts_of(content.findings[0])[2].value) == NOTE_BESIDE


def test_a_page_of_pictures_grows_with_the_note() -> None:
    detection, volume = make_detection(), make_volume()
    heights = []
    for note in ("short", "word " * 300):
        content = make_content(detection, volume, reading=make_reading(detection, note=note))
        page = page_png.finding_page(content, detection, volume, content.findings[0])
        heights.append(page.height)

    assert heights[1] > heights[0] + 300


def test_objects_that_there_is_nothing_for_are_told(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    series = make_files(tmp_path / "in", known=False)
    detection = make_detection(series, lesions=())
    formats = ("csv", "SC", "ko", "pm", "gsps")

    files = export_report(detection, make_volume(series), tmp_path / "out", formats)

    assert absent_text(formats, files) == (
        "Not written: sc, ko, pm, gsps, since no slice is flagged and the images have no place in "
        "the patient and there is no finding to mark on images in gray."
    )
    assert absent_text(("csv", "json"), files) == ""


@pytest.mark.parametrize("writer", WRITERS)
def test_a_stack_that_was_merged_of_two_series_refers_to_both(
    writer: ModuleType, series: Series
) -> None:
    other = generate_uid()
    moved = {one.sop_instance_uid for one in series.instances[::2]}

    def move(source: Dataset) -> None:
        if source.SOPInstanceUID in moved:
            source.SeriesInstanceUID = other

    _change(series, move)

    made = _objects(writer, series)

    assert bool(made) == (writer is not dicom_pm)
    for document in made.values():
        for uid, members in _referenced(document):
            assert all((one in moved) == (uid == other) for one in members)


def _referenced(document: Dataset) -> list[tuple[str, list[str]]]:
    """The series that an object names as its evidence or as what it presents, with their images."""
    studies = document.get("CurrentRequestedProcedureEvidenceSequence", [document])
    return [
        (series.SeriesInstanceUID, [one.ReferencedSOPInstanceUID for one in members])
        for study in studies
        for series in study.get("ReferencedSeriesSequence", [])
        for members in (series.get("ReferencedSOPSequence") or series.ReferencedImageSequence,)
    ]


def test_parametric_maps_of_slices_without_a_thickness_are_written(series: Series) -> None:
    def spoil(source: Dataset) -> None:
        del source.SliceThickness

    _change(series, spoil)
    assert _objects(dicom_pm, series)


@pytest.mark.parametrize("writer", WRITERS)
def test_files_without_a_preamble_can_be_referred_to(writer: ModuleType, series: Series) -> None:
    for instance in series.instances:
        data = instance.path.read_bytes()
        meta = dcmread(instance.path).file_meta
        length = 132 + 12 + meta.FileMetaInformationGroupLength
        instance.path.write_bytes(data[length:])
    assert _objects(writer, series)


@pytest.mark.parametrize("column", [0.0, 1.5, 98.0, 99.0])
def test_a_mark_at_the_border_lies_within_the_image(series: Series, column: float) -> None:
    detection, volume = make_detection(series), make_volume(series)
    findings = tuple(replace(finding, column=column) for finding in detection.findings)
    content = make_content(replace(detection, findings=findings), volume, now=NOON_UTC)
    made = dict(dicom_gsps.files(content, replace(detection, findings=findings), volume))
    (state,) = (dcmread(io.BytesIO(data)) for data in made.values())
    for annotation in state.GraphicAnnotationSequence:
        for graphic in annotation.GraphicObjectSequence:
            xs, ys = graphic.GraphicData[::2], graphic.GraphicData[1::2]
            assert all(1 <= x <= series.columns for x in xs)
            assert all(1 <= y <= series.rows for y in ys)
            assert abs(xs[1] - xs[0]) > 0
