"""Reads real cases: organ label maps, with or without their CT, in several public layouts."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import nibabel as nib
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from hcc_viewer.errors import HccViewerError
from hcc_viewer.training.phantom.anatomy.hounsfield import complete_from_ct
from hcc_viewer.training.phantom.anatomy.names import AMOS, TOTAL, tissue_of
from hcc_viewer.training.phantom.types import Tissue

logger = logging.getLogger(__name__)

_DAMAGE = (
    OSError, EOFError, ValueError, IndexError, OverflowError, MemoryError, zlib.error,
    nib.filebasedimages.ImageFileError, nib.spatialimages.HeaderDataError,
    nib.spatialimages.ImageDataError,
)  # fmt: skip
"""What nibabel raises on damaged files."""

WORKING_MM = 1.5
"""Spacing at which a case is kept."""

SAME_PLACE_MM = 3.0
"""A CT whose corners lie further from those of the labels is another one's, or moved."""

AIR_OUTSIDE_HU = -1024
"""Where a CT has no number."""

LICENCES = (
    (r"amos_\d{4}$", "CC BY 4.0 (AMOS22)"),
    (r"s\d{4}$", "CC BY 4.0 (TotalSegmentator data set)"),
    (r"example$", "Apache-2.0 (TotalSegmentator test data)"),
)
"""Licences of the public sets by their case names."""


@dataclass(frozen=True, eq=False)
class RealCase:
    """One real patient's upper abdomen, foot to head, front to back, right to left."""

    name: str
    licence: str | None
    """None where it is not known."""
    sha256: str
    """Of the label files, one after the other in the order of their names, and of the CT."""
    labels: NDArray[np.uint8]
    """(slice, row, column) `Tissue`. Without CT: whole organs, AIR where nothing is labelled."""
    spacing_mm: tuple[float, float, float]
    has_ct: bool
    texture: NDArray[np.float32] | None = None
    """(slice, row, column) relative variation of the CT around each tissue's mean, 1 on average."""

    @property
    def source(self) -> str:
        """Name, licence and hash in one line."""
        return f"{self.name}, {self.licence or 'licence unknown'}, sha256 {self.sha256}"


@dataclass(frozen=True)
class CaseFiles:
    """The files of one case."""

    name: str
    labels: tuple[Path, ...]
    """One multi-label map, or one mask per organ."""
    names: dict[int, str] | None
    """Organ by label; None when each file is one organ."""
    ct: Path | None = None


def load_cases(folder: Path) -> list[RealCase]:
    """Read all cases of a folder, in the order of their names.

    Raises:
        HccViewerError: There is no case.
    """
    found = find_cases(folder)
    if not found:
        raise HccViewerError(
            f"{folder} holds no anatomy case; expected <case>/segmentations/*.nii.gz, "
            "*_seg.nii.gz with *_labels.json, or amos_*.nii.gz."
        )
    return [read_case(files) for files in found]


def load_real_case(path: Path) -> RealCase:
    """Read one case: its folder, or its label map.

    Raises:
        HccViewerError: It is no case, or it holds no liver.
    """
    folder = path if path.is_dir() else path.parent
    for files in find_cases(folder):
        if path.is_dir() or path in files.labels or path == files.ct:
            return read_case(files)
    raise HccViewerError(f"{path} is no anatomy case in a layout that is known.")


def find_cases(folder: Path) -> list[CaseFiles]:
    """The cases in a folder by its files' names, nothing read but the label names."""
    cases = []
    for place in [folder, *sorted(p for p in folder.iterdir() if p.is_dir())]:
        masks = sorted((place / "segmentations").glob("*.nii.gz"))
        if masks:
            ct = place / "ct.nii.gz"
            cases.append(CaseFiles(place.name, tuple(masks), None, ct if ct.exists() else None))
    for path in sorted(folder.glob("*.nii.gz")):
        stem = path.name.removesuffix(".nii.gz")
        name = stem.split("_seg")[0]
        sidecar = folder / f"{name}_labels.json"
        ct = folder / f"{name}_ct.nii.gz"
        existing = ct if ct.exists() else None
        if "_seg" in stem and sidecar.exists():
            cases.append(CaseFiles(name, (path,), _read_names(sidecar), existing))
        elif "_seg" in stem and "_mr" not in stem:
            cases.append(CaseFiles(name, (path,), dict(enumerate(TOTAL)), existing))
        elif re.fullmatch(r"amos_\d{4}", stem):
            cases.append(CaseFiles(stem, (path,), dict(enumerate(AMOS))))
    return sorted(cases, key=lambda case: case.name)


def _read_names(path: Path) -> dict[int, str]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        names = {int(key): str(value) for key, value in content.items()}
        if min(names) < 0:
            raise ValueError("a label is negative")
        return names
    except (OSError, ValueError, AttributeError) as error:
        raise HccViewerError(f"{path.name} does not map label numbers to organ names.") from error


def read_case(files: CaseFiles) -> RealCase:
    """Read the files of one case.

    Raises:
        HccViewerError: A file cannot be read, or there is no liver among the labels.
    """
    digest = hashlib.sha256()
    for path in (*files.labels, *([files.ct] if files.ct else [])):
        digest.update(path.read_bytes())
    ct = _read_volume(files.ct, nothing=AIR_OUTSIDE_HU) if files.ct else None
    labels, first = _read_labels(files, ct)
    spacing = first.spacing
    if not (labels == Tissue.LIVER).any():
        raise HccViewerError(f"The case {files.name} has no liver among its labels.")
    hounsfield = None
    if ct is not None and _same_place(ct, first):
        hounsfield = ct.values
    elif ct is not None:
        logger.warning("The CT of %s does not fit its labels and is not used.", files.name)
    labels, hounsfield = _crop(labels, hounsfield, spacing)
    fine = _refine_grid(labels, spacing)
    working = (WORKING_MM, WORKING_MM, WORKING_MM)
    texture = None
    if hounsfield is not None:
        factors = [n / m for n, m in zip(fine.shape, hounsfield.shape, strict=True)]
        dense = ndimage.zoom(
            hounsfield.astype(np.float32), factors, order=1, grid_mode=True, mode="nearest"
        )
        fine, texture = complete_from_ct(fine, dense, WORKING_MM)
    licence = next((text for rule, text in LICENCES if re.fullmatch(rule, files.name)), None)
    return RealCase(
        files.name, licence, digest.hexdigest(), fine, working, hounsfield is not None, texture
    )


class _Volume(NamedTuple):
    """A file on our axes, whatever its own are."""

    values: NDArray[np.int16]
    """(slice, row, column)"""
    spacing: tuple[float, float, float]
    affine: NDArray[np.float64]
    """Of the file turned to run right, front and head."""
    stored: tuple[tuple[int, ...], NDArray[np.float64]]
    """Shape and affine of the file as it is."""


def _read_labels(files: CaseFiles, ct: _Volume | None) -> tuple[NDArray[np.uint8], _Volume]:
    """Tissue of every voxel, and the first file of the labels."""
    if files.names is not None:
        only = _read_volume(files.labels[0], ct)
        values = np.maximum(only.values, 0)
        table = np.zeros(max(int(values.max()), *files.names) + 1, np.uint8)
        for number, name in files.names.items():
            table[number] = tissue_of(name)
        return table[values.astype(np.int64)], only
    labels: NDArray[np.uint8] | None = None
    first: _Volume | None = None
    for path in files.labels:
        volume = _read_volume(path, ct)
        mask = volume.values
        if labels is None or first is None:
            labels, first = np.zeros(mask.shape, np.uint8), volume
        if mask.shape != labels.shape:
            raise HccViewerError(
                f"The masks of the case {files.name} are of different sizes: {path.name} has "
                f"{mask.shape[::-1]} voxels, the first one {labels.shape[::-1]}."
            )
        tissue = tissue_of(path.name.removesuffix(".nii.gz"))
        if tissue != Tissue.AIR:  # what is not known, like `body`, must not wipe out organs
            labels[mask > 0.5] = tissue
    if labels is None or first is None:
        raise HccViewerError(f"The case {files.name} has no label files.")
    return labels, first


def _read_volume(path: Path, ct: _Volume | None = None, *, nothing: int = 0) -> _Volume:
    """Read a file.

    Args:
        path: Of the file.
        ct: Tells where a file of its shape lies that does not say so itself.
        nothing: What stands for no number (NaN), as outside a scanner's circle.
    """
    try:
        image: Any = nib.load(path)
        if ct is not None and image.shape[:3] == ct.stored[0] and _is_nowhere(image):
            image = nib.Nifti1Image(image.dataobj, ct.stored[1])  # type: ignore[no-untyped-call]  # nibabel
        stored = image.shape[:3], np.asarray(image.affine, dtype=np.float64)
        image = nib.as_closest_canonical(image)  # type: ignore[no-untyped-call]  # nibabel
        values = np.asarray(image.dataobj)
        while values.ndim > 3 and values.shape[-1] == 1:
            values = values[..., 0]
        if values.ndim != 3 or values.dtype.kind not in "buif":
            raise ValueError(f"it holds {values.ndim} dimensions of {values.dtype}")
    except _DAMAGE as error:
        raise HccViewerError(f"{path.name} cannot be read as NIfTI: {error}") from error
    x, y, z = (float(s) for s in image.header.get_zooms()[:3])
    # Canonical NIfTI runs to the right, the front and the head (RAS).
    ours = np.ascontiguousarray(values.transpose(2, 1, 0)[:, ::-1, ::-1])
    if ours.dtype.kind == "f":
        ours = np.rint(np.nan_to_num(ours, nan=nothing, posinf=nothing, neginf=nothing))
    limits = np.iinfo(np.int16)
    whole = np.clip(ours, limits.min, limits.max).astype(np.int16)
    return _Volume(whole, (z, y, x), np.asarray(image.affine, dtype=np.float64), stored)


def _is_nowhere(image: Any) -> bool:
    """Whether a file does not say where it lies.

    Then its affine is the identity, up to signs, or no code says what it is of and nibabel puts the
    middle of the volume at the origin.
    """
    codes = [int(image.header[c]) for c in ("qform_code", "sform_code") if c in image.header]
    return np.allclose(np.abs(image.affine), np.eye(4)) or (bool(codes) and not any(codes))


def _same_place(one: _Volume, other: _Volume) -> bool:
    """Whether two files are of one shape and their corners lie together."""
    if one.values.shape != other.values.shape:
        return False
    ends = [(0, n - 1) for n in one.values.shape[::-1]]
    corners = np.array(np.meshgrid(*ends, [1], indexing="ij")).reshape(4, -1)
    return bool(np.abs((one.affine - other.affine) @ corners).max() <= SAME_PLACE_MM)


def _crop(
    labels: NDArray[np.uint8], hounsfield: NDArray[np.int16] | None, spacing: tuple[float, ...]
) -> tuple[NDArray[np.uint8], NDArray[np.int16] | None]:
    """From 75 mm below the liver to 60 mm above: no simulated series shows more."""
    z = np.flatnonzero((labels == Tissue.LIVER).any(axis=(1, 2)))
    part = slice(max(0, z[0] - round(75 / spacing[0])), z[-1] + 1 + round(60 / spacing[0]))
    return labels[part], None if hounsfield is None else hounsfield[part]


def _refine_grid(labels: NDArray[np.uint8], spacing: tuple[float, ...]) -> NDArray[np.uint8]:
    """The labels at the working spacing, their steps smoothed."""
    shape = [max(1, round(n * s / WORKING_MM)) for n, s in zip(labels.shape, spacing, strict=True)]
    factors = [n / m for n, m in zip(shape, labels.shape, strict=True)]
    best = np.full(shape, 0.35, np.float32)
    out = np.zeros(shape, np.uint8)
    sigma = [0.8 if s > 2 else 0.6 for s in spacing]
    boxes = ndimage.find_objects(labels)
    for value, box in enumerate(boxes, start=1):
        if box is None:
            continue
        wide = tuple(
            slice(max(0, b.start - 3), min(n, b.stop + 3))
            for b, n in zip(box, labels.shape, strict=True)
        )
        mask = ndimage.gaussian_filter((labels[wide] == value).astype(np.float32), sigma)
        target = [
            np.arange(int(np.ceil(w.start * f)), min(int(w.stop * f), n))
            for w, f, n in zip(wide, factors, shape, strict=True)
        ]
        for axis, (index, f) in enumerate(zip(target, factors, strict=True)):
            mask = _along(mask, (index + 0.5) / f - 0.5 - wide[axis].start, axis)
        place = np.ix_(*target)
        # Organs win a tie with nothing: thin ones would vanish otherwise.
        view = best[place]
        wins = mask > view
        out[place] = np.where(wins, np.uint8(value), out[place])
        best[place] = np.where(wins, mask, view)
    return out


def _along(
    values: NDArray[np.float32], position: NDArray[np.float64], axis: int
) -> NDArray[np.float32]:
    """Linear interpolation at fractional indices along one axis."""
    last = values.shape[axis] - 1
    position = np.clip(position, 0, last)
    low = np.minimum(position.astype(int), max(last - 1, 0))
    weight = (position - low).astype(np.float32)
    shape = [1, 1, 1]
    shape[axis] = -1
    upper = np.take(values, np.minimum(low + 1, last), axis=axis)
    weight = weight.reshape(shape)
    mixed: NDArray[np.float32] = np.take(values, low, axis=axis) * (1 - weight) + upper * weight
    return mixed
