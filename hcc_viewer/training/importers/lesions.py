"""From a mask to single lesions, and from places and boxes to masks."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from hcc_viewer.catalogue import CaseLesion
from hcc_viewer.dicom import Geometry

LEAST_DIAMETER_MM = 3.0
"""Smaller islands are slips of the outline, not lesions: their slices stay positive, but nobody is
asked to find them."""

_TOUCHING = np.ones((3, 3, 3))
"""Voxels that share a corner belong together."""


def split_lesions(
    mask: NDArray[np.bool_], geometry: Geometry, kind: str, first_id: int = 1
) -> tuple[NDArray[np.uint16], tuple[CaseLesion, ...]]:
    """Number the islands of a mask.

    Args:
        mask: (slice, row, column) True in a lesion.
        geometry: Of the mask.
        kind: What they all are.
        first_id: Number of the first.

    Returns:
        (slice, row, column) numbers, and the lesions. Islands under LEAST_DIAMETER_MM get the
        number of the nearest lesion, or form one together where there is none larger.
    """
    labelled, count = ndimage.label(mask, _TOUCHING)
    numbers = np.zeros(mask.shape, np.uint16)
    if not count:
        return numbers, ()
    voxel = math.prod(geometry.spacing_mm)
    sizes = np.bincount(labelled.ravel(), minlength=count + 1)[1:] * voxel
    large = [i + 1 for i in range(count) if _diameter(float(sizes[i])) >= LEAST_DIAMETER_MM]
    if not large:
        return _number(mask, [mask], geometry, kind, first_id)
    islands = [labelled == i for i in large]
    return _number(mask, islands, geometry, kind, first_id)


def _number(
    mask: NDArray[np.bool_],
    islands: list[NDArray[np.bool_]],
    geometry: Geometry,
    kind: str,
    first_id: int,
) -> tuple[NDArray[np.uint16], tuple[CaseLesion, ...]]:
    numbers = np.zeros(mask.shape, np.uint16)
    lesions = []
    for number, island in enumerate(islands, start=first_id):
        numbers[island] = number
        lesions.append(describe_lesion(island, geometry, kind, number))
    rest = mask & (numbers == 0)
    if rest.any():
        nearest = ndimage.distance_transform_edt(
            numbers == 0, sampling=geometry.spacing_mm, return_distances=False, return_indices=True
        )
        numbers[rest] = numbers[tuple(axis[rest] for axis in nearest)]
    return numbers, tuple(lesions)


def merge_outlines(
    lesions: NDArray[np.uint16], mask: NDArray[np.bool_], ids: Sequence[int]
) -> NDArray[np.bool_]:
    """Add islands that lie mostly on a lesion, or it on them, to that lesion, in place.

    Args:
        lesions: (slice, row, column) numbers of lesions; changed.
        mask: (slice, row, column) of another outline.
        ids: The lesions that it may be an outline of.

    Returns:
        (slice, row, column) True in the islands that were added.
    """
    added = np.zeros(mask.shape, bool)
    if not ids or not mask[np.isin(lesions, ids)].any():
        return added
    labelled, count = ndimage.label(mask, _TOUCHING)
    for number in range(1, count + 1):
        island = labelled == number
        for identifier in ids:
            lesion = lesions == identifier
            common = int((island & lesion).sum())
            if common and 2 * common >= min(int(island.sum()), int(lesion.sum())):
                lesions[island & (lesions == 0)] = identifier
                added |= island
                break
    return added


def describe_lesion(
    island: NDArray[np.bool_], geometry: Geometry, kind: str, number: int
) -> CaseLesion:
    """Place and size of one lesion's voxels."""
    slice_, row, column = (float(np.mean(axis)) for axis in np.nonzero(island))
    x, y, z = (float(value) for value in geometry.to_patient(column, row, slice_))
    volume = float(np.count_nonzero(island)) * math.prod(geometry.spacing_mm)
    return CaseLesion(number, kind, (x, y, z), _diameter(volume))


def ellipsoid(
    shape: tuple[int, ...], low: NDArray[np.float64], high: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """The ellipsoid that fills a box.

    Args:
        shape: Of the result.
        low: (3,) first index inside the box along each axis.
        high: (3,) last index inside it.
    """
    center, radius = (low + high) / 2, np.maximum((high - low + 1) / 2, 0.5)
    axes = [((np.arange(n) - c) / r) ** 2 for n, c, r in zip(shape, center, radius, strict=True)]
    return np.asarray(axes[0][:, None, None] + axes[1][:, None] + axes[2] <= 1.0)


def ball(
    shape: tuple[int, ...], geometry: Geometry, center: tuple[float, float, float], width_mm: float
) -> NDArray[np.bool_]:
    """Voxels within half of `width_mm` of a place (slice, row, column); never empty inside."""
    index = np.array(center)
    half = np.array([width_mm / 2 / step for step in geometry.spacing_mm])
    found = ellipsoid(shape, index - half + 0.5, index + half - 0.5)
    nearest = tuple(round(min(max(v, 0), n - 1)) for v, n in zip(center, shape, strict=True))
    found[nearest] = True
    return found


def _diameter(volume_mm3: float) -> float:
    """Of the sphere with this volume."""
    return float((6 * volume_mm3 / math.pi) ** (1 / 3))
