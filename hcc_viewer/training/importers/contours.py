"""From closed contours in the patient to voxels of an image, whatever slices they were drawn on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.dicom import Geometry
from hcc_viewer.training.importers.grids import LEAST_SHARE, MaskMismatchError

SAME_PLANE = 0.1
"""Contours this near to each other, in slices, are of one plane; one inside another is a hole."""

MOST_GAP_MM = 12.0
"""Two planes further apart than this say nothing of what lies between them."""

_EDGE = 0.01
"""A pixel's centre this near to a contour, in pixels, lies inside it."""


@dataclass(frozen=True, eq=False)
class _Plane:
    position: float
    """In slices of the image."""
    filled: NDArray[np.bool_]
    """(row, column)"""


def fill_contours(
    contours: Sequence[NDArray[np.float64]], geometry: Geometry, shape: tuple[int, ...]
) -> NDArray[np.bool_]:
    """The voxels whose centres lie in a structure.

    Args:
        contours: Each (point, 3) in LPS mm, closed, in one plane along the slices.
        geometry: Of the image.
        shape: (slice, row, column) of the image.

    Returns:
        (slice, row, column). Planes closer than the slices: each slice is as the nearest; planes
        further apart: slices between two that overlap are as the nearer.

    Raises:
        MaskMismatchError: A contour crosses slices, or less than LEAST_SHARE lies on the image.
    """
    mask = np.zeros(shape, bool)
    placed = sorted(
        (np.array([geometry.to_index(point) for point in points]) for points in contours),
        key=lambda index: float(index[:, 2].mean()),
    )
    planes, area, kept = _planes(placed, shape)
    if area and kept < LEAST_SHARE * area:
        raise MaskMismatchError(
            f"only {100 * kept / area:.0f} % of what the contours enclose lies on the image"
        )
    nearest = np.full(len(mask), np.inf)
    for plane in planes:
        slice_ = _slice_of(plane.position)
        if abs(plane.position - slice_) < nearest[slice_]:
            nearest[slice_] = abs(plane.position - slice_)
            mask[slice_] = plane.filled
    for lower, upper in pairwise(planes):
        gap_mm = (upper.position - lower.position) * geometry.spacing_mm[0]
        if gap_mm <= MOST_GAP_MM and (lower.filled & upper.filled).any():
            for slice_ in range(_slice_of(lower.position) + 1, _slice_of(upper.position)):
                is_low = slice_ - lower.position <= upper.position - slice_
                mask[slice_] = (lower if is_low else upper).filled
    return mask


def _planes(
    placed: Sequence[NDArray[np.float64]], shape: tuple[int, ...]
) -> tuple[list[_Plane], float, float]:
    """The planes on the image by ascending position; the pixels that all enclose, and these."""
    planes: list[_Plane] = []
    area = kept = 0.0
    for index in placed:
        position = float(index[:, 2].mean())
        if np.ptp(index[:, 2]) > 1.0:
            raise MaskMismatchError("a contour does not lie in one slice of the image")
        area += _area(index[:, :2])
        if not 0 <= _slice_of(position) < shape[0]:
            continue
        filled = _fill(index[:, :2], shape[1], shape[2])
        kept += float(filled.sum())
        if planes and position - planes[-1].position < SAME_PLANE:
            # Even-odd (PS3.3 C.8.8.6.3, CLOSEDPLANAR_XOR).
            planes[-1] = _Plane(planes[-1].position, planes[-1].filled ^ filled)
        else:
            planes.append(_Plane(position, filled))
    return planes, area, kept


def _slice_of(position: float) -> int:
    return math.floor(position + 0.5)


def _area(corners: NDArray[np.float64]) -> float:
    """Of a polygon, by the shoelace formula."""
    x, y = corners.T
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


def _fill(corners: NDArray[np.float64], rows: int, columns: int) -> NDArray[np.bool_]:
    """Pixels whose centres lie in a polygon or on its edge; the nearest one where there is none.

    Args:
        corners: (point, 2) column and row.
        rows: Of the result.
        columns: Of the result.
    """
    filled = np.zeros((rows, columns), bool)
    x, y = corners.T
    step_x, next_y = np.roll(x, -1) - x, np.roll(y, -1)
    first, last = math.ceil(y.min() - _EDGE), math.floor(y.max() + _EDGE)
    for row in range(max(first, 0), min(last, rows - 1) + 1):
        for level in (row - _EDGE, row + _EDGE):
            crossed = (y <= level) != (next_y <= level)
            along = (level - y[crossed]) / (next_y[crossed] - y[crossed])
            for left, right in np.sort(x[crossed] + along * step_x[crossed]).reshape(-1, 2):
                start, stop = math.ceil(left - _EDGE), math.floor(right + _EDGE) + 1
                filled[row, max(start, 0) : max(stop, 0)] = True
    column, row = (math.floor(value + 0.5) for value in corners.mean(axis=0))
    if not filled.any() and 0 <= row < rows and 0 <= column < columns:
        filled[row, column] = True
    return filled
