"""NIfTI and NRRD files as grids."""

from __future__ import annotations

import re
import zlib
from hashlib import sha256
from pathlib import Path
from typing import Any

import nibabel as nib
import nrrd
import numpy as np
from numpy.typing import NDArray

from hcc_viewer.errors import ReadError
from hcc_viewer.training.importers.grids import RAS_TO_LPS, Grid

SUFFIXES = (".nii.gz", ".nii", ".nrrd", ".seg.nrrd")

_DAMAGE = (
    OSError, ValueError, KeyError, IndexError, EOFError, TypeError, OverflowError, MemoryError,
    StopIteration, zlib.error, nib.filebasedimages.ImageFileError,
    nib.spatialimages.HeaderDataError, nib.spatialimages.ImageDataError, nrrd.NRRDError,
)  # fmt: skip
"""What nibabel and pynrrd raise on damaged files."""

_SPACES = {
    "left-posterior-superior": np.eye(4),
    "lps": np.eye(4),
    "right-anterior-superior": RAS_TO_LPS,
    "ras": RAS_TO_LPS,
    "left-anterior-superior": np.diag([1.0, -1.0, 1.0, 1.0]),
    "las": np.diag([1.0, -1.0, 1.0, 1.0]),
}
"""From the space of an NRRD file to LPS."""


def is_volume_file(path: Path) -> bool:
    """Whether a file's name is that of a NIfTI or NRRD file, and not of a hidden copy."""
    return path.name.lower().endswith(SUFFIXES) and not path.name.startswith(".")


def read_volume_file(path: Path) -> Grid:
    """Read a NIfTI or NRRD file of three dimensions.

    Raises:
        ReadError: It is missing, damaged, or has more than one volume.
    """
    try:
        grid = _read_nrrd(path) if path.name.lower().endswith(".nrrd") else _read_nifti(path)
    except _DAMAGE as error:
        raise ReadError(f"{path.name} cannot be read: {error}.") from error
    if grid.array.ndim != 3 or min(grid.array.shape) < 1:
        raise ReadError(f"{path.name} holds {grid.array.ndim} dimensions, not a single volume.")
    if grid.array.dtype.kind not in "buif":
        raise ReadError(f"{path.name} holds no grey values or labels but {grid.array.dtype}.")
    if not np.isfinite(grid.affine).all() or abs(np.linalg.det(grid.affine[:3, :3])) < 1e-9:
        raise ReadError(f"{path.name} has a geometry that makes no sense.")
    return grid


def read_segments(path: Path) -> list[tuple[str, Grid]]:
    """The named segments of an NRRD file as 3D Slicer writes it; empty for any other file.

    Returns:
        (name, mask) of each segment; segments that overlap come from layers of their own.

    Raises:
        ReadError: The file is damaged.
    """
    if not path.name.lower().endswith(".nrrd"):
        return []
    try:
        array, header = nrrd.read(str(path))
        numbers = [int(key[7:-5]) for key in header if re.fullmatch(r"Segment\d+_Name", key)]
        affine = _nrrd_affine(header)
        layers = array if array.ndim == 4 else array[None]
        return [
            (
                str(header[f"Segment{n}_Name"]),
                Grid((layers[layer] == value).astype(np.uint8), affine),
            )
            for n in sorted(numbers)
            for layer in [int(header.get(f"Segment{n}_Layer", 0))]
            for value in [int(header.get(f"Segment{n}_LabelValue", n + 1))]
        ]
    except _DAMAGE as error:
        raise ReadError(f"{path.name} cannot be read: {error}.") from error


def hash_file(path: Path) -> str:
    """SHA-256 of a file as hexadecimal digits."""
    return sha256(path.read_bytes()).hexdigest()


def _read_nifti(path: Path) -> Grid:
    image: Any = nib.load(path)
    array = np.asanyarray(image.dataobj)
    while array.ndim > 3 and array.shape[-1] == 1:
        array = array[..., 0]
    if array.dtype.kind == "f":
        array = np.nan_to_num(array.astype(np.float32))
    affine, is_located = _nifti_affine(image)
    return Grid(array, RAS_TO_LPS @ affine, is_located)


def _nifti_affine(image: Any) -> tuple[NDArray[np.float64], bool]:
    """The file's affine, and whether its place is told.

    Where no code says what the affine is of, nibabel puts the middle of the volume at the origin;
    where it is the identity but voxel sizes are told, so do we.
    """
    affine = np.asarray(image.affine, dtype=np.float64)
    header = image.header
    if np.allclose(np.abs(affine), np.eye(4)) and not np.allclose(header.get_zooms()[:3], 1):
        return np.asarray(header.get_base_affine(), dtype=np.float64), False
    codes = [int(header[name]) for name in ("qform_code", "sform_code") if name in header]
    return affine, any(codes) or not codes


def _read_nrrd(path: Path) -> Grid:
    array, header = nrrd.read(str(path))
    while array.ndim > 3 and array.shape[0] == 1:
        array = array[0]
    return Grid(array, _nrrd_affine(header))


def _nrrd_affine(header: Any) -> NDArray[np.float64]:
    """From an index to LPS mm."""
    directions = np.asarray(header.get("space directions", np.eye(3)), dtype=np.float64)
    directions = directions[np.isfinite(directions).all(axis=1)][-3:]
    affine = np.eye(4)
    affine[:3, :3] = directions.T
    affine[:3, 3] = np.asarray(header.get("space origin", np.zeros(3)), dtype=np.float64)
    space = str(header.get("space", "left-posterior-superior")).lower()
    if space not in _SPACES:
        raise ValueError(f"its space '{space}' is not known")
    return np.asarray(_SPACES[space] @ affine)
