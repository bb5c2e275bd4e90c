"""Order, spacing, directions and pixels against two independent readers: SimpleITK and dcm2niix.

Each series that the other reader can read is compared. Slices run from foot to head here, so the
other's stack is turned where its own rule has it the other way; nothing else is adjusted.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.data import get_testdata_file
from pydicom.uid import ImplicitVRLittleEndian, JPEG2000Lossless, RLELossless

from hcc_viewer.dicom import Series, load_volume, scan_folder
from tests.make_dicom import CORONAL, HBP, SAGITTAL, make_image, make_series, save

SimpleITK = pytest.importorskip("SimpleITK", reason="needs the test extra")
nibabel = pytest.importorskip("nibabel", reason="needs the test extra")

TILTED = (0.96, 0.0, -0.28, 0.0, 1.0, 0.0)
DOUBLY_TILTED = (0.8, 0.36, 0.48, -0.6, 0.48, 0.64)


def noise(i: int) -> NDArray[np.int16]:
    return np.random.default_rng(i).integers(-900, 3000, (16, 20)).astype(np.int16)


@dataclass(frozen=True)
class Case:
    """How a series is written."""

    tags: dict[str, Any]
    syntax: str | None = None

    def write(self, folder: Path) -> None:
        paths = make_series(
            folder,
            9,
            pixels=noise,
            per_slice=lambda i: {"InstanceNumber": (i * 5) % 9 + 1},
            **{**HBP, "PatientPosition": "HFS", "PixelSpacing": [1.5, 1.25], **self.tags},
        )
        if self.syntax is not None:
            for path in paths:
                compress(path, self.syntax)


def compress(path: Path, syntax: str) -> None:
    import pydicom

    dataset = pydicom.dcmread(path)
    dataset.compress(syntax, generate_instance_uid=False)
    dataset.save_as(path)


CASES = {
    "axial": Case({}),
    "axial from head to foot": Case({"spacing_mm": -4.0}),
    "coronal": Case({"orientation": CORONAL}),
    "sagittal": Case({"orientation": SAGITTAL}),
    "tilted": Case({"orientation": TILTED}),
    "doubly tilted": Case({"orientation": DOUBLY_TILTED}),
    "rows from the back": Case({"orientation": (1, 0, 0, 0, -1, 0)}),
    "columns from the left": Case({"orientation": (-1, 0, 0, 0, 1, 0)}),
    "implicit": Case({"transfer_syntax": ImplicitVRLittleEndian}),
    "rescaled": Case({"RescaleSlope": 2.5, "RescaleIntercept": -100}),
    "run-length": Case({}, RLELossless),
}


@pytest.mark.parametrize("name", CASES)
def test_simpleitk_agrees(tmp_path: Path, name: str) -> None:
    CASES[name].write(tmp_path)
    (series,) = scan_folder(tmp_path)
    compare_with_simpleitk(series, tmp_path)


@pytest.mark.parametrize("name", CASES)
def test_dcm2niix_agrees(tmp_path: Path, name: str) -> None:
    CASES[name].write(tmp_path / "in")
    (series,) = scan_folder(tmp_path / "in")
    compare_with_dcm2niix(series, tmp_path / "in", tmp_path / "out")


@pytest.mark.parametrize(
    "name", ["MR_small.dcm", "MR_small_RLE.dcm", "MR_small_jpeg_ls_lossless.dcm", "JPEG2000.dcm"]
)
def test_simpleitk_agrees_on_files_of_others(name: str) -> None:
    path = Path(get_testdata_file(name))
    (series,) = scan_folder(path)
    image = SimpleITK.ReadImage(str(path))
    array = SimpleITK.GetArrayFromImage(image).astype(np.float32)
    assert np.array_equal(load_volume(series).array, array.reshape(load_volume(series).array.shape))


@pytest.mark.real_data
def test_simpleitk_agrees_on_all_transfer_syntaxes(real_data: Path) -> None:
    for path in sorted((real_data / "transfer-syntaxes").glob("*.dcm")):
        (series,) = scan_folder(path)
        array = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(path)))
        assert np.array_equal(load_volume(series).array, array.astype(np.float32)), path.name


@pytest.mark.real_data
def test_dcm2niix_agrees_on_enhanced_files(real_data: Path, tmp_path: Path) -> None:
    for path in sorted((real_data / "enhanced-multiframe").rglob("*.dcm")):
        (tmp_path / path.stem).mkdir()
        shutil.copy(path, tmp_path / path.stem)
        out = convert(tmp_path / path.stem, tmp_path / f"{path.stem} out")
        stacks = {s.geometry.spacing_mm[0]: s for s in scan_folder(tmp_path / path.stem)}
        for series in stacks.values():
            fitting = [n for n in out if n.shape[2] == len(series.instances)]
            assert fitting, path.name
            assert np.linalg.norm(fitting[0].affine[:3, 2]) == pytest.approx(
                series.geometry.spacing_mm[0], abs=1e-3
            )


def compare_with_simpleitk(series: Series, folder: Path) -> None:
    names = SimpleITK.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder))
    reader = SimpleITK.ImageSeriesReader()
    reader.SetFileNames(names)
    image = reader.Execute()
    affine = np.eye(4)
    directions = np.asarray(image.GetDirection()).reshape(3, 3)
    affine[:3, :3] = directions * np.asarray(image.GetSpacing())
    affine[:3, 3] = image.GetOrigin()
    compare(series, SimpleITK.GetArrayFromImage(image), affine)


def compare_with_dcm2niix(series: Series, folder: Path, out: Path) -> None:
    (image,) = convert(folder, out)
    array = np.asarray(image.get_fdata(dtype=np.float32)).transpose(2, 1, 0)
    to_lps = np.diag([-1.0, -1.0, 1.0, 1.0])
    compare(series, array, to_lps @ image.affine)


def convert(folder: Path, out: Path) -> list[Any]:
    """What dcm2niix makes of a folder, its rows as they are stored."""
    dcm2niix = pytest.importorskip("dcm2niix", reason="needs the test extra")
    out.mkdir()
    done = subprocess.run(
        [dcm2niix.bin, "-b", "n", "-z", "n", "-f", "%s_%d_%p", "-o", str(out), str(folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    found = [nibabel.load(path) for path in sorted(out.glob("*.nii"))]
    assert found, done.stdout
    return found


def compare(series: Series, array: NDArray[Any], affine: NDArray[np.float64]) -> None:
    """Each of our voxels has the other's value at its place in the patient.

    The other may have turned the stack, or put its axes in another order.
    """
    volume = load_volume(series)
    assert sorted(array.shape) == sorted(volume.array.shape)
    to_other = np.linalg.inv(affine) @ volume.geometry.affine
    index = np.stack(
        np.meshgrid(*(np.arange(n) for n in volume.array.shape[::-1]), indexing="ij"), axis=-1
    )
    there = index @ to_other[:3, :3].T + to_other[:3, 3]
    assert np.abs(there - there.round()).max() < 0.01
    column, row, slice_ = np.moveaxis(there.round().astype(int), -1, 0)
    assert min(column.min(), row.min(), slice_.min()) == 0
    ours = volume.array.transpose(2, 1, 0)
    assert np.allclose(array[slice_, row, column], ours, atol=1e-3)


def test_a_difference_would_be_seen(tmp_path: Path) -> None:
    CASES["axial"].write(tmp_path)
    (series,) = scan_folder(tmp_path)
    volume = load_volume(series)
    with pytest.raises(AssertionError):
        compare(series, volume.array[::-1], volume.geometry.affine)


def test_jpeg_2000_is_as_simpleitk_reads_it(tmp_path: Path) -> None:
    image = make_image(np.tile(noise(1), (4, 4)), position=(0, 0, 0))
    image.compress(JPEG2000Lossless, generate_instance_uid=False)
    path = save(image, tmp_path / "a.dcm")
    array = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(path)))
    assert np.array_equal(load_volume(scan_folder(path)[0]).array, array.astype(np.float32))
