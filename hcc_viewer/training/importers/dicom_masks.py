"""Outlines that come as DICOM: segmentations (SEG) and radiotherapy structure sets (RTSTRUCT).

Read in training only, to learn from; the program itself shows no one else's outlines.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import highdicom
import numpy as np
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.errors import BytesLengthException, InvalidDicomError

from hcc_viewer.dicom import Geometry, Series
from hcc_viewer.errors import ReadError
from hcc_viewer.training.importers.contours import fill_contours
from hcc_viewer.training.importers.grids import Grid, MaskMismatchError, fit_mask

SEG_CLASSES = ("1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7")
"""Segmentation and Label Map Segmentation Storage."""

_DAMAGE = (
    InvalidDicomError, BytesLengthException, ValueError, AttributeError, LookupError, TypeError,
    RuntimeError, OSError, EOFError, struct.error, zlib.error, OverflowError, MemoryError,
)  # fmt: skip
"""What pydicom and highdicom raise on damaged files."""

RTSTRUCT_CLASS = "1.2.840.10008.5.1.4.1.1.481.3"


@dataclass(frozen=True, eq=False)
class Outline:
    """One named structure on the image's grid."""

    name: str
    mask: NDArray[np.bool_]
    """(slice, row, column)"""


def find_mask_files(folder: Path) -> list[Path]:
    """The SEG and RTSTRUCT files below a folder."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and _kind(path)]


def read_outlines(
    path: Path, image: Grid, geometry: Geometry, is_wanted: Callable[[str], bool] = bool
) -> Iterator[Outline]:
    """All structures of a file.

    Args:
        path: A SEG or RTSTRUCT file.
        image: The image's grid, axes slice, row, column.
        geometry: Of the image.
        is_wanted: Whether a structure of this name is needed; the mask of another one is empty,
            and it may lie anywhere.

    Raises:
        ReadError: It is damaged or of another kind.
        MaskMismatchError: It does not lie on the image.
    """
    kind = _kind(path)
    try:
        if kind == "SEG":
            yield from _read_seg(path, image, is_wanted)
        elif kind == "RTSTRUCT":
            yield from _read_rtstruct(path, geometry, image.array.shape, is_wanted)
        else:
            raise ReadError(f"{path.name} is neither a DICOM SEG nor an RTSTRUCT.")
    except MaskMismatchError:
        raise
    except _DAMAGE as error:
        raise ReadError(f"The outlines in {path.name} cannot be read: {error}.") from error


def is_elsewhere(path: Path, series: Series) -> bool:
    """Whether a SEG or RTSTRUCT was drawn at another examination than the series.

    Then neither its study nor a frame of reference is that of the series, and its coordinates say
    nothing of where the outlines lie in it.
    """
    if not _kind(path):
        return False
    try:
        dataset = dcmread(path, stop_before_pixels=True)
        study = str(dataset.get("StudyInstanceUID") or "")
        items = [dataset, *(dataset.get("ReferencedFrameOfReferenceSequence") or [])]
        frames = {str(item.get("FrameOfReferenceUID") or "") for item in items} - {""}
    except _DAMAGE:
        return False  # reading the outlines says what is wrong
    is_other_study = bool(study) and study != series.study_instance_uid
    return is_other_study and series.acquisition.frame_of_reference_uid not in frames


def _kind(path: Path) -> str:
    try:
        uid = str(dcmread(path, specific_tags=["SOPClassUID"]).get("SOPClassUID", ""))
    except _DAMAGE:
        return ""
    if uid in SEG_CLASSES:
        return "SEG"
    return "RTSTRUCT" if uid == RTSTRUCT_CLASS else ""


def _read_seg(path: Path, image: Grid, is_wanted: Callable[[str], bool]) -> Iterator[Outline]:
    segmentation: Any = highdicom.seg.segread(path)
    for number in segmentation.segment_numbers:
        about = segmentation.get_segment_description(number)
        words = [about.segment_label, about.segmented_property_type.meaning]
        name = " ".join(str(word) for word in words if word)
        if not is_wanted(name):
            yield Outline(name, np.zeros(image.array.shape, bool))
            continue
        volume = segmentation.get_volume(segment_numbers=[number], rescale_fractional=True)
        array = np.asarray(volume.array)
        array = array[..., 0] if array.ndim == 4 else array
        grid = Grid((array > 0.5).astype(np.int16), np.asarray(volume.affine, dtype=np.float64))
        values, _ = fit_mask(grid, image)
        yield Outline(name, values > 0)


def _read_rtstruct(
    path: Path, geometry: Geometry, shape: tuple[int, ...], is_wanted: Callable[[str], bool]
) -> Iterator[Outline]:
    dataset = dcmread(path)
    names = {
        int(item.ROINumber): str(item.get("ROIName", ""))
        for item in dataset.get("StructureSetROISequence", [])
    }
    for roi in dataset.get("ROIContourSequence", []):
        name = names.get(int(roi.ReferencedROINumber), "")
        contours = [
            np.asarray(contour.ContourData, dtype=np.float64).reshape(-1, 3)
            for contour in roi.get("ContourSequence", [])
            if contour.get("ContourGeometricType", "") in ("CLOSED_PLANAR", "CLOSEDPLANAR_XOR")
        ]
        if contours:
            wanted = contours if is_wanted(name) else []
            yield Outline(name, fill_contours(wanted, geometry, shape))
