"""The real samples: what a scan makes of files that scanners wrote."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_files

from hcc_viewer.dicom import Series, load_volume, scan_folder, scan_study
from hcc_viewer.dicom.tolerance import quiet
from hcc_viewer.errors import HccViewerError


@pytest.mark.real_data
def test_a_philips_survey_is_split_by_plane_and_refused_as_localizer(real_data: Path) -> None:
    series = scan_folder(real_data / "philips-abdominal-survey")
    found = {s.orientation: len(s.instances) for s in series}
    assert found == {"axial": 3, "coronal": 5, "sagittal": 3}
    assert len({s.series_instance_uid for s in series}) == 1
    assert all("localizer" in (s.refusal or "") for s in series)


@pytest.mark.real_data
def test_a_philips_survey_has_true_distances(real_data: Path) -> None:
    series = scan_folder(real_data / "philips-abdominal-survey")
    spacing = {s.orientation: s.geometry.spacing_mm for s in series}
    assert spacing["coronal"] == pytest.approx((25.0, 450 / 256, 450 / 256), abs=1e-3)


@pytest.mark.real_data
def test_all_transfer_syntaxes_give_the_same_pixels(real_data: Path) -> None:
    files = sorted((real_data / "transfer-syntaxes").glob("*.dcm"))
    arrays = [load_volume(scan_folder(file)[0]).array for file in files]
    assert len(arrays) == 9
    assert arrays[0].max() > 1000
    assert all(np.array_equal(array, arrays[0]) for array in arrays)


@pytest.mark.real_data
def test_echo_planar_images_are_refused_as_such(real_data: Path) -> None:
    (series,) = scan_folder(real_data / "transfer-syntaxes" / "1.dcm")
    assert "echo-planar" in (series.refusal or "")


@pytest.mark.real_data
def test_enhanced_heads_open_and_are_refused_as_heads(real_data: Path) -> None:
    series = scan_folder(real_data / "enhanced-multiframe")
    assert [len(s.instances) for s in series] == [32, 32, 6, 6, 6, 6]
    assert all("brain" in (s.refusal or "") for s in series)
    assert all(s.phase.score == 0 for s in series)


@pytest.mark.real_data
def test_enhanced_frames_show_the_right_pixels(real_data: Path) -> None:
    path = real_data / "enhanced-multiframe" / "Philips" / "IM_0027_fMAP.dcm"
    series = scan_folder(path)[0]
    volume = load_volume(series)
    dataset = pydicom.dcmread(path)
    stored = dataset.pixel_array
    for index in (0, 13, 31):
        frame = (series.instances[index].frame or 0) - 1
        group = dataset.PerFrameFunctionalGroupsSequence[frame]
        scale = group.PixelValueTransformationSequence[0]
        expected = stored[frame] * float(scale.RescaleSlope) + float(scale.RescaleIntercept)
        assert volume.array[index] == pytest.approx(expected, rel=1e-5, abs=1e-3)
        place = group.PlanePositionSequence[0].ImagePositionPatient
        assert volume.geometry.to_patient(0, 0, index) == pytest.approx(
            [float(value) for value in place], abs=1e-3
        )


def test_all_of_pydicoms_own_files_open_or_are_refused_in_words() -> None:
    refusals = [reason for name in get_testdata_files() for reason in _what_happens(name)]
    opened = refusals.count("")
    assert opened > 60
    assert all(reason.endswith(".") for reason in refusals if reason)


def _what_happens(name: str) -> list[str]:
    """For each series of a file an empty text when it opens, else the refusal."""
    study = scan_study(name)
    assert study.series or study.skipped
    return [_refusal(series) for series in study.series]


def _refusal(series: Series) -> str:
    try:
        load_volume(series)
    except HccViewerError as error:
        return str(error)
    return ""


def test_all_of_pydicoms_own_files_open_at_once() -> None:
    folder = Path(get_testdata_files("MR_small.dcm")[0]).parent
    study = scan_study(folder)
    assert len(study.series) > 40
    assert study.best_series is None or study.best_series.modality == "MR"


def test_warnings_of_others_are_not_silenced() -> None:
    with quiet(), pytest.warns(UserWarning, match="mine"):
        warnings.warn("mine", UserWarning, stacklevel=1)
