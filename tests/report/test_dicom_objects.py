from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from highdicom import sr
from pydicom import Dataset, dcmread

from hcc_viewer.dicom import Series
from hcc_viewer.errors import OutputError
from hcc_viewer.report import dicom_ko, dicom_sc, dicom_sr, make_content
from tests.report.make_detection import MODEL, make_detection, make_volume
from tests.report.make_sources import make_files

LESION = (4, 25.0, 30.0)


@pytest.fixture
def series(tmp_path: Path) -> Series:
    return make_files(tmp_path)


def _objects(
    writer: ModuleType, series: Series, lesions: tuple[tuple[int, float, float], ...] = (LESION,)
) -> list[Dataset]:
    detection, volume = make_detection(series, lesions), make_volume(series, lesions)
    content = make_content(detection, volume)
    made = writer.files(content, detection, volume)
    return [dcmread(io.BytesIO(data)) for _, data in made]


def _groups(document: Dataset) -> list[Dataset]:
    report = sr.Comprehensive3DSR.from_dataset(document).content
    groups: list[Dataset] = [
        *report.get_planar_roi_measurement_groups(),
        *report.get_image_measurement_groups(),
    ]
    return groups


def _walk(item: Dataset) -> Iterator[Dataset]:
    yield item
    for child in item.get("ContentSequence", ()):
        yield from _walk(child)


@pytest.mark.parametrize("writer", [dicom_sr, dicom_sc, dicom_ko])
def test_an_object_joins_the_study_with_a_research_series_of_its_own(
    series: Series, writer: ModuleType
) -> None:
    for made in _objects(writer, series):
        assert made.StudyInstanceUID == series.study_instance_uid
        assert made.SeriesInstanceUID != series.series_instance_uid
        assert made.SeriesDescription.startswith("For research use only")
        assert made.PatientID == series.patient.patient_id


@pytest.mark.parametrize("writer", [dicom_sr, dicom_sc, dicom_ko])
def test_an_object_names_the_model_that_made_it(series: Series, writer: ModuleType) -> None:
    for made in _objects(writer, series):
        ours = made.ContributingEquipmentSequence[0]
        assert ours.ManufacturerModelName == f"{MODEL.name} {MODEL.version}"
        assert MODEL.sha256 in ours.SoftwareVersions


def test_the_sr_has_a_group_per_finding_and_per_flagged_slice(series: Series) -> None:
    (document,) = _objects(dicom_sr, series)

    assert len(_groups(document)) == 1 + 3


def test_the_sr_is_unverified(series: Series) -> None:
    (document,) = _objects(dicom_sr, series)

    assert document.VerificationFlag == "UNVERIFIED"
    assert document.PreliminaryFlag == "PRELIMINARY"


def test_a_finding_of_the_sr_has_point_probability_and_algorithm(series: Series) -> None:
    (document,) = _objects(dicom_sr, series)
    group = _groups(document)[0]

    region = group.roi
    assert region.graphic_type.value == "POINT"
    expected = series.geometry.to_patient(30.0, 25.0, 4)
    np.testing.assert_allclose(region.value[0], expected, atol=1e-4)
    assert group.get_measurements(dicom_sr.PROBABILITY)[0].value == 97.0
    names = [item.TextValue for item in _walk(document) if "TextValue" in item]
    assert f"sha256={MODEL.sha256}" in names


def test_the_sr_lies_in_the_image_where_the_patient_frame_is_unknown(tmp_path: Path) -> None:
    series = make_files(tmp_path, known=False)

    (document,) = _objects(dicom_sr, series)

    (region,) = [item for item in _walk(document) if item.get("ValueType") == "SCOORD"]
    assert list(region.GraphicData) == [30.5, 25.5]


def test_the_sr_says_every_label(series: Series) -> None:
    (document,) = _objects(dicom_sr, series)

    said = [item.TextValue for item in document.ContentSequence if "TextValue" in item]
    detection = make_detection(series)
    assert set(make_content(detection, make_volume(series)).labels) <= set(said)


def test_a_finding_keeps_its_tracking_uid_in_another_export(series: Series) -> None:
    first, second = (_objects(dicom_sr, series)[0] for _ in range(2))

    assert _groups(first)[0].tracking_uid == _groups(second)[0].tracking_uid
    assert first.SOPInstanceUID != second.SOPInstanceUID


def test_a_negative_sr_tells_the_most_probable_slice(series: Series) -> None:
    (document,) = _objects(dicom_sr, series, lesions=())

    (group,) = _groups(document)
    assert group.get_measurements(dicom_sr.PROBABILITY)[0].value == 3.0


def test_the_sr_refers_to_all_images_examined(series: Series) -> None:
    (document,) = _objects(dicom_sr, series)

    (study,) = document.CurrentRequestedProcedureEvidenceSequence
    assert len(study.ReferencedSeriesSequence[0].ReferencedSOPSequence) == 8


def test_the_key_objects_are_the_flagged_slices(series: Series) -> None:
    (document,) = _objects(dicom_ko, series)

    chosen = [
        item.ReferencedSOPSequence[0].ReferencedSOPInstanceUID
        for item in document.ContentSequence
        if item.ValueType == "IMAGE"
    ]
    assert chosen == [series.instances[index].sop_instance_uid for index in (3, 4, 5)]


def test_the_key_objects_of_a_multi_frame_image_are_its_frames(tmp_path: Path) -> None:
    (document,) = _objects(dicom_ko, make_files(tmp_path, enhanced=True))

    (image,) = [item for item in document.ContentSequence if item.ValueType == "IMAGE"]
    assert list(image.ReferencedSOPSequence[0].ReferencedFrameNumber) == [4, 5, 6]


def test_the_sr_of_a_multi_frame_image_names_the_frame(tmp_path: Path) -> None:
    (document,) = _objects(dicom_sr, make_files(tmp_path, enhanced=True))

    frames = [
        item.ReferencedSOPSequence[0].ReferencedFrameNumber
        for item in _walk(document)
        if item.get("ValueType") == "IMAGE"
    ]
    assert frames == [4, 5, 6]


@pytest.mark.parametrize("writer", [dicom_sc, dicom_ko])
def test_nothing_is_written_when_no_slice_is_flagged(series: Series, writer: ModuleType) -> None:
    assert _objects(writer, series, lesions=()) == []


def test_there_is_a_colour_capture_of_each_flagged_slice(series: Series) -> None:
    captures = _objects(dicom_sc, series)

    assert len(captures) == 3
    assert len({capture.SeriesInstanceUID for capture in captures}) == 1
    pixels = captures[1].pixel_array
    assert pixels.shape[2] == 3
    assert (pixels.max(axis=2).astype(int) - pixels.min(axis=2) > 40).sum() > 1000


def test_a_capture_measures_in_millimetres(series: Series) -> None:
    capture = _objects(dicom_sc, series)[0]

    assert [float(value) for value in capture.PixelSpacing] == [0.1875, 0.1875]
    assert list(capture.PatientOrientation) == ["L", "P"]


def test_names_in_another_script_survive(series: Series) -> None:
    for instance in series.instances:
        source = dcmread(instance.path)
        source.SpecificCharacterSet = "\\ISO 2022 IR 149"
        source.PatientName = "SIM^0001=\u6a21\u64ec^0001=\ubaa8\uc758^0001"
        source.save_as(instance.path)

    for writer in (dicom_sr, dicom_sc, dicom_ko):
        made = _objects(writer, series)[0]
        assert str(made.PatientName).endswith("\ubaa8\uc758^0001")


def test_a_source_without_most_of_its_patient_attributes_is_good_enough(series: Series) -> None:
    for instance in series.instances:
        source = dcmread(instance.path)
        for keyword in ("PatientName", "PatientBirthDate", "StudyID", "AccessionNumber"):
            del source[keyword]
        source.save_as(instance.path)

    for writer in (dicom_sr, dicom_sc, dicom_ko):
        assert _objects(writer, series)


def test_a_source_that_breaks_the_standard_is_refused_with_a_sentence(series: Series) -> None:
    for instance in series.instances:
        source = dcmread(instance.path)
        del source.StudyInstanceUID
        source.save_as(instance.path)

    with pytest.raises(OutputError, match="choose other formats"):
        _objects(dicom_sr, series)


def test_an_extent_that_is_no_number_is_left_out(series: Series) -> None:
    detection = make_detection(series)
    finding = replace(detection.findings[0], extent_mm=float("nan"))
    detection = replace(detection, findings=(finding,))
    content = make_content(detection, make_volume(series))

    ((_, data),) = dicom_sr.files(content, detection, make_volume(series))

    group = _groups(dcmread(io.BytesIO(data)))[0]
    assert group.get_measurements(dicom_sr.HEAT_MAP_EXTENT) == []
