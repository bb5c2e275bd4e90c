"""Encapsulated PDF, Parametric Map, presentation state, and the reader's part of SR and KO."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from highdicom import sr
from pydicom import Dataset, dcmread
from pydicom.sr.coding import Code

from hcc_viewer.dicom import Geometry, Series, load_volume, scan_study
from hcc_viewer.report import (
    dicom_gsps,
    dicom_ko,
    dicom_pdf,
    dicom_pm,
    dicom_sc,
    dicom_sr,
    make_content,
)
from tests.report.make_detection import make_detection, make_volume
from tests.report.make_reading import make_moved, make_reading
from tests.report.make_sources import make_files

WRITERS = (dicom_sr, dicom_sc, dicom_ko, dicom_pdf, dicom_pm, dicom_gsps)


@pytest.fixture
def series(tmp_path: Path) -> Series:
    return make_files(tmp_path)


def _files(writer: ModuleType, series: Series, verdict: str = "accepted") -> dict[str, bytes]:
    detection, volume = make_detection(series), make_volume(series)
    reading = make_reading(detection, verdict, "clear")
    content = make_content(detection, volume, reading=reading)
    return dict(writer.files(content, detection, volume))


def _object(writer: ModuleType, series: Series, name: str) -> Dataset:
    return dcmread(io.BytesIO(_files(writer, series)[name]))


def _codes(document: Dataset) -> list[str]:
    found = []
    for item in document.get("ContentSequence", ()):
        found += [code.CodeValue for code in item.get("ConceptCodeSequence", ())]
        found += _codes(item)
    return found


def _dciodvfy_errors(path: Path) -> list[str]:
    """What David Clunie's checker calls an error in a file; the test is skipped without it."""
    beside = shutil.which("dciodvfy", path=str(Path(sys.executable).parent))
    dciodvfy = beside or shutil.which("dciodvfy")
    if dciodvfy is None:
        pytest.skip("dciodvfy (dicom3tools) is not installed")
    done = subprocess.run([dciodvfy, str(path)], capture_output=True, text=True, check=False)
    return [line for line in done.stderr.splitlines() if line.startswith("Error")]


def _moved(writer: ModuleType, series: Series) -> bytes:
    detection, volume = make_detection(series), make_volume(series)
    content = make_content(detection, volume, reading=make_moved(detection))
    ((_, data),) = writer.files(content, detection, volume)
    return bytes(data)


@pytest.mark.parametrize("verdict", ["accepted", "rejected"])
def test_the_sr_tells_the_readers_decision_with_the_reader_as_observer(
    series: Series, verdict: str
) -> None:
    document = dcmread(io.BytesIO(_files(dicom_sr, series, verdict)["sr.dcm"]))

    codes = _codes(document)
    assert codes.count(verdict) == 1
    assert codes.count("added") == 1
    assert codes.count("121006") == 3  # Person, beside the Device of the whole document
    assert document.VerificationFlag == "UNVERIFIED"


def test_the_sr_has_the_readers_point_of_a_moved_finding_and_the_models_in_words(
    series: Series,
) -> None:
    document = dcmread(io.BytesIO(_moved(dicom_sr, series)))

    report = sr.Comprehensive3DSR.from_dataset(document).content
    (group,) = report.get_planar_roi_measurement_groups()
    np.testing.assert_allclose(group.roi.value[0], series.geometry.to_patient(80, 45, 6), atol=1e-4)
    said = [
        item.TextValue
        for item in group[0].ContentSequence
        if item.ConceptNameCodeSequence[0].CodeValue == "model-place"
    ]
    assert said == ["slice 5, row 25, column 30; R 25.0  P 0.0  H 112.0"]


def test_the_sr_of_a_moved_finding_lies_in_the_readers_image(tmp_path: Path) -> None:
    series = make_files(tmp_path, known=False)
    document = dcmread(io.BytesIO(_moved(dicom_sr, series)))

    report = sr.Comprehensive3DSR.from_dataset(document).content
    (group,) = report.get_planar_roi_measurement_groups()
    (region,) = [item for item in group[0].ContentSequence if item.ValueType == "SCOORD"]
    assert list(region.GraphicData) == [80.5, 45.5]
    image = region.ContentSequence[0].ReferencedSOPSequence[0]
    assert image.ReferencedSOPInstanceUID == series.instances[6].sop_instance_uid


def test_the_sr_tells_what_the_reader_measured(series: Series) -> None:
    document = _object(dicom_sr, series, "sr.dcm")

    groups = sr.Comprehensive3DSR.from_dataset(document).content.get_image_measurement_groups()
    lengths = [
        measurement.value
        for group in groups
        for measurement in group.get_measurements(Code("410668003", "SCT", "Length"))
    ]
    assert lengths == [15.0]


def test_a_finding_that_nobody_reviewed_is_marked_unverified(series: Series) -> None:
    detection, volume = make_detection(series), make_volume(series)
    content = make_content(detection, volume)

    ((_, data),) = dicom_sr.files(content, detection, volume)

    codes = _codes(dcmread(io.BytesIO(data)))
    assert codes.count("unverified") == 1
    assert "121006" not in codes


def test_the_readers_key_images_are_a_selection_of_their_own(series: Series) -> None:
    document = _object(dicom_ko, series, "ko-reader.dcm")

    chosen = [
        item.ReferencedSOPSequence[0].ReferencedSOPInstanceUID
        for item in document.ContentSequence
        if item.ValueType == "IMAGE"
    ]
    assert chosen == [series.instances[index].sop_instance_uid for index in (2, 5)]


def test_key_images_have_no_purpose_of_reference(series: Series) -> None:
    for name in ("ko.dcm", "ko-reader.dcm"):
        for item in _object(dicom_ko, series, name).ContentSequence:
            assert (item.ValueType == "IMAGE") != ("ConceptNameCodeSequence" in item)


def test_the_encapsulated_pdf_is_the_report(series: Series) -> None:
    made = _object(dicom_pdf, series, "report-pdf.dcm")

    pdf = made.EncapsulatedDocument[: made.EncapsulatedDocumentLength]
    assert pdf.startswith(b"%PDF-")
    assert pdf.rstrip().endswith(b"%%EOF")
    assert made.StudyInstanceUID == series.study_instance_uid
    assert made.BurnedInAnnotation == "NO"
    assert len(made.SourceInstanceSequence) == len(series.instances)


def test_the_map_lies_where_the_finding_is(series: Series) -> None:
    made = _object(dicom_pm, series, "pm.dcm")

    values = made.pixel_array
    frame, row, column = np.unravel_index(int(np.argmax(values)), values.shape)
    shared = made.SharedFunctionalGroupsSequence[0]
    cosines = np.array(shared.PlaneOrientationSequence[0].ImageOrientationPatient, float)
    down, right = map(float, shared.PixelMeasuresSequence[0].PixelSpacing)
    plane = made.PerFrameFunctionalGroupsSequence[frame].PlanePositionSequence[0]
    corner = np.array(plane.ImagePositionPatient, float)
    place = corner + cosines[:3] * right * column + cosines[3:] * down * row
    finding = make_detection(series).findings[0]
    assert np.abs(place[:2] - np.array(finding.center_lps_mm)[:2]).max() <= max(down, right)
    assert abs(place[2] - finding.center_lps_mm[2]) <= 3.0 + 1e-6  # the map spans three slices


def test_the_map_of_a_multi_frame_image_names_its_frames(tmp_path: Path) -> None:
    series = make_files(tmp_path, enhanced=True)
    affine = series.geometry.affine.copy()
    affine[:3, 3] = series.geometry.to_patient(0, 0, 2)
    upper = replace(
        series,
        instances=series.instances[2:],
        geometry=Geometry(affine, series.geometry.positions_mm[2:]),
    )

    made = _object(dicom_pm, upper, "pm.dcm")

    named = {
        float(group.PlanePositionSequence[0].ImagePositionPatient[2]): int(
            group.DerivationImageSequence[0].SourceImageSequence[0].ReferencedFrameNumber
        )
        for group in made.PerFrameFunctionalGroupsSequence
    }
    assert [named[height] for height in sorted(named)] == [3, 4, 5, 6, 7, 8]


def test_the_map_has_all_that_identifies_its_content(series: Series) -> None:
    made = _object(dicom_pm, series, "pm.dcm")

    for keyword in ("InstanceNumber", "ContentLabel", "ContentDescription", "ContentCreatorName"):
        assert keyword in made


def test_the_window_of_a_multi_frame_image_is_that_of_its_frame(tmp_path: Path) -> None:
    state = _object(dicom_gsps, make_files(tmp_path, enhanced=True), "gsps.dcm")

    window = state.SoftcopyVOILUTSequence[0]
    assert (float(window.WindowCenter), float(window.WindowWidth)) == (135.0, 260.0)
    assert "RescaleSlope" not in state


@pytest.mark.real_data
@pytest.mark.parametrize("folder", ["enhanced-multiframe", "philips-abdominal-survey"])
def test_objects_on_real_series_have_no_error(folder: str, real_data: Path, tmp_path: Path) -> None:
    for place, series in enumerate(scan_study(real_data / folder).series):
        middle = (len(series.instances) // 2, series.rows / 2, series.columns / 2)
        detection, volume = make_detection(series, (middle,)), load_volume(series)
        content = make_content(detection, volume)
        for writer in WRITERS:
            for name, data in writer.files(content, detection, volume):
                path = tmp_path / f"{place}-{name}"
                path.write_bytes(data)
                assert _dciodvfy_errors(path) == []


def test_there_is_no_map_where_the_geometry_is_unknown(tmp_path: Path) -> None:
    assert _files(dicom_pm, make_files(tmp_path, known=False)) == {}


def test_the_presentation_state_circles_every_finding(series: Series) -> None:
    state = _object(dicom_gsps, series, "gsps.dcm")

    first, own = state.GraphicAnnotationSequence
    circle = first.GraphicObjectSequence[0]
    assert circle.GraphicType == "CIRCLE"
    column, row, edge, _ = circle.GraphicData
    assert (column, row) == (31.0, 26.0)
    assert edge - column == pytest.approx(10 / 1.5)
    assert first.TextObjectSequence[0].UnformattedTextValue == "1: 0.97, accepted"
    image = first.ReferencedImageSequence[0].ReferencedSOPInstanceUID
    assert image == series.instances[4].sop_instance_uid
    assert own.TextObjectSequence[0].UnformattedTextValue.endswith("added")


def test_the_presentation_state_circles_a_moved_finding_where_the_reader_says(
    series: Series,
) -> None:
    state = dcmread(io.BytesIO(_moved(dicom_gsps, series)))

    (mark,) = state.GraphicAnnotationSequence
    assert list(mark.GraphicObjectSequence[0].GraphicData)[:2] == [81.0, 46.0]
    image = mark.ReferencedImageSequence[0].ReferencedSOPInstanceUID
    assert image == series.instances[6].sop_instance_uid


def test_the_presentation_states_window_is_in_stored_values(series: Series) -> None:
    source = dcmread(series.instances[4].path)
    source.RescaleSlope, source.RescaleIntercept = "2", "-10"
    source.save_as(series.instances[4].path)

    state = _object(dicom_gsps, series, "gsps.dcm")

    windows = {
        str(item.ReferencedImageSequence[0].ReferencedSOPInstanceUID): item
        for item in state.SoftcopyVOILUTSequence
    }
    scaled = windows[series.instances[4].sop_instance_uid]
    assert (float(scaled.WindowCenter), float(scaled.WindowWidth)) == (135.0, 260.0)


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("enhanced", [False, True])
def test_dciodvfy_finds_no_error(writer: ModuleType, enhanced: bool, tmp_path: Path) -> None:
    for name, data in _files(writer, make_files(tmp_path, enhanced=enhanced)).items():
        (tmp_path / name).write_bytes(data)
        assert _dciodvfy_errors(tmp_path / name) == []


@pytest.mark.parametrize("writer", [dicom_sr, dicom_gsps])
@pytest.mark.parametrize("enhanced", [False, True])
def test_dciodvfy_finds_no_error_of_a_moved_finding(
    writer: ModuleType, enhanced: bool, tmp_path: Path
) -> None:
    path = tmp_path / "moved.dcm"
    data = _moved(writer, make_files(tmp_path, enhanced=enhanced))
    path.write_bytes(data)

    assert _dciodvfy_errors(path) == []


def test_dcmtk_reads_the_sr_and_the_pdf(series: Series, tmp_path: Path) -> None:
    if shutil.which("dsrdump") is None or shutil.which("dcm2pdf") is None:
        pytest.skip("DCMTK is not installed")
    for writer, name in ((dicom_sr, "sr.dcm"), (dicom_pdf, "report-pdf.dcm")):
        (tmp_path / name).write_bytes(_files(writer, series)[name])

    dump = subprocess.run(
        ["dsrdump", str(tmp_path / "sr.dcm")], capture_output=True, text=True, check=True
    ).stdout
    subprocess.run(
        ["dcm2pdf", str(tmp_path / "report-pdf.dcm"), str(tmp_path / "out.pdf")],
        capture_output=True, check=True,
    )  # fmt: skip

    assert '"Finding 1"' in dump
    assert "Accepted by the reader" in dump
    encapsulated = dcmread(tmp_path / "report-pdf.dcm")
    pdf = encapsulated.EncapsulatedDocument[: encapsulated.EncapsulatedDocumentLength]
    assert (tmp_path / "out.pdf").read_bytes().rstrip(b"\0") == pdf


@pytest.mark.parametrize(("writer", "name"), [(dicom_sr, "sr.dcm"), (dicom_ko, "ko.dcm")])
def test_pixelmed_finds_no_error_in_the_template(
    writer: ModuleType, name: str, series: Series, tmp_path: Path
) -> None:
    if shutil.which("DicomSRValidator") is None:
        pytest.skip("PixelMed's DicomSRValidator (pixelmed-apps) is not installed")
    (tmp_path / name).write_bytes(_files(writer, series)[name])
    limits = (
        " ".join(f"-Djdk.xml.xpath{what}OpLimit=0" for what in ("Total", "Expr"))
        + " -Djdk.xml.xpathExprGrpLimit=0"
    )

    done = subprocess.run(
        ["DicomSRValidator", str(tmp_path / name)], capture_output=True, text=True, check=False,
        env={"PATH": "/usr/bin:/bin", "JAVA_TOOL_OPTIONS": limits},
    )  # fmt: skip

    assert "IOD validation complete" in done.stdout + done.stderr
    assert "Error:" not in done.stdout + done.stderr
