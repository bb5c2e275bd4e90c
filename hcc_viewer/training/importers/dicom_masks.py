"""Outlines that come as DICOM: segmentations (SEG) and radiotherapy structure sets (RTSTRUCT).

Read in training only, to learn from; the program itself shows no one else's outlines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import highdicom
import numpy as np
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError

from hcc_viewer.dicom import Geometry
from hcc_viewer.errors import ReadError
from hcc_viewer.training.importers.grids import Grid, MaskMismatchError, fit_mask

SEG_CLASSES = ("1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7")
"""Segmentation and Label Map Segmentation Storage."""

RTSTRUCT_CLASS = "1.2.840.10008.5.1.4.1.1.481.3"

_SHIFT = 4
"""Bits after the point in OpenCV's polygon coordinates."""


@dataclass(frozen=True, eq=False)
class Outline:
    """One named structure on the image's grid."""

    name: str
    mask: NDArray[np.bool_]
    """(slice, row, column)"""


def find_mask_files(folder: Path) -> list[Path]:
    """The SEG and RTSTRUCT files below a folder."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and _kind(path)]


def read_outlines(path: Path, image: Grid, geometry: Geometry) -> Iterator[Outline]:
    """All structures of a file.

    Args:
        path: A SEG or RTSTRUCT file.
        image: The image's grid, axes slice, row, column.
        geometry: Of the image.

    Raises:
        ReadError: It is damaged or of another kind.
        MaskMismatchError: It does not lie on the image.
    """
    kind = _kind(path)
    try:
        if kind == "SEG":
            yield from _read_seg(path, image)
        elif kind == "RTSTRUCT":
            yield from _read_rtstruct(path, geometry, image.array.shape)
        else:
            raise ReadError(f"{path.name} is neither a DICOM SEG nor an RTSTRUCT.")
    except MaskMismatchError:
        raise
    except (ValueError, AttributeError, KeyError, TypeError, RuntimeError, OSError) as error:
        raise ReadError(f"The outlines in {path.name} cannot be read: {error}.") from error


def _kind(path: Path) -> str:
    try:
        uid = str(dcmread(path, specific_tags=["SOPClassUID"]).get("SOPClassUID", ""))
    except (InvalidDicomError, OSError, ValueError, KeyError, AttributeError):
        return ""
    if uid in SEG_CLASSES:
        return "SEG"
    return "RTSTRUCT" if uid == RTSTRUCT_CLASS else ""


def _read_seg(path: Path, image: Grid) -> Iterator[Outline]:
    segmentation: Any = highdicom.seg.segread(path)
    for number in segmentation.segment_numbers:
        about = segmentation.get_segment_description(number)
        volume = segmentation.get_volume(segment_numbers=[number], rescale_fractional=True)
        array = np.asarray(volume.array)
        array = array[..., 0] if array.ndim == 4 else array
        grid = Grid((array > 0.5).astype(np.int16), np.asarray(volume.affine, dtype=np.float64))
        values, _ = fit_mask(grid, image)
        names = [about.segment_label, about.segmented_property_type.meaning]
        yield Outline(" ".join(str(name) for name in names if name), values > 0)


def _read_rtstruct(path: Path, geometry: Geometry, shape: tuple[int, ...]) -> Iterator[Outline]:
    dataset = dcmread(path)
    names = {
        int(item.ROINumber): str(item.get("ROIName", ""))
        for item in dataset.get("StructureSetROISequence", [])
    }
    for roi in dataset.get("ROIContourSequence", []):
        mask = np.zeros(shape, np.uint8)
        for contour in roi.get("ContourSequence", []):
            _draw(mask, contour, geometry)
        if mask.any():
            yield Outline(names.get(int(roi.ReferencedROINumber), ""), mask > 0)


def _draw(mask: NDArray[np.uint8], contour: Dataset, geometry: Geometry) -> None:
    """Fill one closed contour; a contour inside another is a hole (PS3.3 C.8.8.6.3, XOR)."""
    if contour.get("ContourGeometricType", "") not in ("CLOSED_PLANAR", "CLOSEDPLANAR_XOR"):
        return
    points = np.asarray(contour.ContourData, dtype=np.float64).reshape(-1, 3)
    index = np.array([geometry.to_index(point) for point in points])
    slice_ = round(float(index[:, 2].mean()))
    if np.ptp(index[:, 2]) > 1.0:
        raise MaskMismatchError("a contour does not lie in one slice of the image")
    if not 0 <= slice_ < len(mask):
        raise MaskMismatchError("a contour lies outside the image")
    filled = np.zeros(mask.shape[1:], np.uint8)
    corners = np.rint(index[:, :2] * 2**_SHIFT).astype(np.int32)
    cv2.fillPoly(filled, [corners], 1, lineType=cv2.LINE_8, shift=_SHIFT)
    mask[slice_] ^= filled
