"""Puts lesions of real cases into lesion-free liver of real cases, so that few cases give many.

The works that reach real performance with made lesions all put them into real surroundings. Here
the lesion is real as well: its grey values, divided by those of the liver around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from hcc_viewer.catalogue import CaseLesion, LabelledCase, Organ
from hcc_viewer.training.importers.lesions import describe_lesion

RING_MM = 10.0
"""The liver so far around a lesion is what its grey values are told by."""

EDGE_MM = 1.5
"""Standard deviation of the seam."""

INSIDE = 0.9
"""Of the implanted lesion, so much must lie in liver."""

FREE_MM = 10.0
"""Distance from lesions that are there."""

TRIES = 40

MAX_DIAMETER_MM = 60.0
"""Larger lesions find no place."""


@dataclass(frozen=True, eq=False)
class Donor:
    """A lesion to be implanted."""

    name: str
    ratio: NDArray[np.float32]
    """(slice, row, column) grey value over that of the liver around the lesion."""
    mask: NDArray[np.bool_]
    """(slice, row, column)"""
    spacing_mm: tuple[float, float, float]


def find_donors(case: LabelledCase) -> list[Donor]:
    """The HCCs of a case whose liver is outlined; none of a case with boxes or points only."""
    liver = case.organs == Organ.LIVER
    if case.label_kind != "mask" or not liver.any():
        return []
    wanted = [item for item in case.truth if item.is_hcc and item.diameter_mm <= MAX_DIAMETER_MM]
    found = (_donor(case, lesion, liver) for lesion in wanted)
    return [donor for donor in found if donor is not None]


def implant(
    case: LabelledCase, donors: Sequence[Donor], generator: np.random.Generator, name: str
) -> LabelledCase | None:
    """A copy of a case with one donor's lesion in its liver; None where it finds no place."""
    liver = (case.organs == Organ.LIVER) & (case.lesions == 0)
    if not donors or not liver.any():
        return None
    donor = donors[int(generator.integers(len(donors)))]
    ratio, mask = _fitted(donor, case.geometry.spacing_mm, generator)
    taken = case.lesions > 0
    free = liver & (
        ndimage.distance_transform_edt(~taken, sampling=case.geometry.spacing_mm) > FREE_MM
        if taken.any()
        else True
    )
    corner = _place(free, mask, generator)
    return None if corner is None else _insert(case, name, ratio, mask, corner, liver)


def _donor(case: LabelledCase, lesion: CaseLesion, liver: NDArray[np.bool_]) -> Donor | None:
    island = case.lesions == lesion.id
    spacing = case.geometry.spacing_mm
    tight = ndimage.find_objects(island.astype(np.uint8))[0]
    box = tuple(
        slice(max(0, part.start - round(RING_MM / step)), part.stop + round(RING_MM / step))
        for part, step in zip(tight, spacing, strict=True)
    )
    inside = island[box]
    near = ndimage.distance_transform_edt(~inside, sampling=spacing) <= RING_MM
    ring = near & liver[box] & (case.lesions[box] == 0)
    if ring.sum() < 30:
        return None
    level = float(np.median(case.image[box][ring]))
    if level <= 0:
        return None
    return Donor(case.name, np.asarray(case.image[box] / np.float32(level)), inside, spacing)


def _fitted(
    donor: Donor, spacing_mm: tuple[float, float, float], generator: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """The donor on another grid, mirrored and turned by chance."""
    zoom = [own / other for own, other in zip(donor.spacing_mm, spacing_mm, strict=True)]
    ratio = ndimage.zoom(donor.ratio, zoom, order=1)
    mask = ndimage.zoom(donor.mask.astype(np.float32), zoom, order=1) > 0.5
    for axis in range(3):
        if generator.uniform() < 0.5:
            ratio, mask = np.flip(ratio, axis), np.flip(mask, axis)
    return np.ascontiguousarray(ratio), np.ascontiguousarray(mask)


def _place(
    free: NDArray[np.bool_], mask: NDArray[np.bool_], generator: np.random.Generator
) -> tuple[int, int, int] | None:
    """Corner of a box where nearly all of the mask is on free liver."""
    voxels = np.argwhere(free)
    total = int(mask.sum())
    if not len(voxels) or not total or any(m > f for m, f in zip(mask.shape, free.shape)):  # noqa: B905
        return None
    for _ in range(TRIES):
        center = voxels[int(generator.integers(len(voxels)))]
        corner = center - np.array(mask.shape) // 2
        if (corner < 0).any() or (corner + mask.shape > free.shape).any():
            continue
        box = tuple(slice(c, c + n) for c, n in zip(corner, mask.shape, strict=True))
        if (free[box] & mask).sum() >= INSIDE * total:
            return int(corner[0]), int(corner[1]), int(corner[2])
    return None


def _insert(
    case: LabelledCase,
    name: str,
    ratio: NDArray[np.float32],
    mask: NDArray[np.bool_],
    corner: tuple[int, int, int],
    liver: NDArray[np.bool_],
) -> LabelledCase:
    box = tuple(slice(c, c + n) for c, n in zip(corner, mask.shape, strict=True))
    around = liver[box] & ~mask
    level = float(np.median(case.image[box][around if around.any() else liver[box]]))
    sigma = [EDGE_MM / step for step in case.geometry.spacing_mm]
    weight = ndimage.gaussian_filter(mask.astype(np.float32), sigma)
    image, lesions = case.image.copy(), case.lesions.copy()
    image[box] += weight * (ratio * np.float32(level) - image[box])
    number = max((lesion.id for lesion in case.truth), default=0) + 1
    lesions[box][mask] = number
    lesion = describe_lesion(lesions == number, case.geometry, "hcc", number)
    notes = (*case.facts.notes, "One lesion was implanted.")
    return replace(
        case,
        name=name,
        image=image,
        lesions=lesions,
        truth=(*case.truth, lesion),
        label_kind="mask",
        facts=replace(case.facts, notes=notes),
    )
