from pathlib import Path

import numpy as np
import pydicom
import pytest

from hcc_viewer.errors import UsageError
from hcc_viewer.training.phantom.case import draw_scan, make_series
from hcc_viewer.training.phantom.dicom_writer import (
    localizer_header,
    study_header,
    write_localizer,
    write_series,
)
from hcc_viewer.training.phantom.localizer import make_localizer
from hcc_viewer.training.phantom.types import SimulatedCase
from tests.training.phantom.tiny import draw_tiny_anatomy, tiny_config


@pytest.fixture(scope="module")
def case() -> SimulatedCase:
    return make_series(draw_scan(7, tiny_config(), draw_tiny_anatomy))


@pytest.mark.parametrize("compression", ["none", "jpeg2000", "jpegls", "rle"])
def test_pixels_come_back_unchanged(case: SimulatedCase, tmp_path: Path, compression: str) -> None:
    paths = write_series(case, tmp_path, compression=compression)
    assert len(paths) == len(case.image)
    dataset = pydicom.dcmread(paths[5])
    np.testing.assert_array_equal(dataset.pixel_array, case.image[5])


def test_positions_are_those_of_the_geometry(case: SimulatedCase, tmp_path: Path) -> None:
    paths = write_series(case, tmp_path)
    last = pydicom.dcmread(paths[-1])
    expected = case.geometry.to_patient(0, 0, len(paths) - 1)
    np.testing.assert_allclose([float(v) for v in last.ImagePositionPatient], expected, atol=1e-4)
    assert [float(v) for v in last.ImageOrientationPatient] == [1, 0, 0, 0, 1, 0]


def test_the_header_tells_agent_and_delay(case: SimulatedCase, tmp_path: Path) -> None:
    dataset = pydicom.dcmread(write_series(case, tmp_path)[0])
    assert dataset.ContrastBolusAgent
    minutes = (float(dataset.AcquisitionTime) - float(dataset.ContrastBolusStartTime)) / 100
    assert minutes > 10
    assert str(dataset.PatientName) == "SIM^0007"


def test_the_same_case_has_the_same_uids(case: SimulatedCase, tmp_path: Path) -> None:
    one, two = (pydicom.dcmread(write_series(case, tmp_path / name)[0]) for name in ("one", "two"))
    assert one.SOPInstanceUID == two.SOPInstanceUID


def test_an_unknown_compression_is_refused(case: SimulatedCase, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="zip"):
        write_series(case, tmp_path, compression="zip")


def test_the_localizer_has_three_planes(case: SimulatedCase, tmp_path: Path) -> None:
    scan = draw_scan(7, tiny_config(), draw_tiny_anatomy)
    study = study_header(case)
    stacks = make_localizer(scan, images=3)
    paths = write_localizer(stacks, tmp_path, study, localizer_header(case))
    orientations = {str(pydicom.dcmread(path).ImageOrientationPatient) for path in paths}
    assert len(orientations) == 3
    assert [stack.geometry.orientation for stack in stacks] == ["axial", "coronal", "sagittal"]
