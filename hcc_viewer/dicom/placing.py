"""From the headers of parallel images to their order and Geometry: the only place that sorts."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.dicom.geometry import Geometry
from hcc_viewer.dicom.headers import ImageHeader
from hcc_viewer.dicom.place_notices import (
    NO_PIXEL_SPACING,
    SAME_PLACE_MM,
    SHEAR_MM,
    UNEVEN_FRACTION,
    along_and_across,
    order_notice,
    shear_notices,
    spacing_notices,
)
from hcc_viewer.errors import Notice
from hcc_viewer.phrases import Phrase

USUAL_SHARE = 0.6
"""Least share of a stack's steps that are no gaps. Where two stacks are shifted by less than half a
step, every second step is the shift."""

LEAST_PIXEL_MM = 0.005
"""Smaller pixels than this are damage: not even slide scanners have them in this unit."""

_MAX_SKEW = 0.05
"""Row and column directions whose product exceeds this are no right angle and thus damage."""


@dataclass(frozen=True)
class PlacedStack:
    """Images in order, with their geometry and what was odd about it."""

    images: tuple[ImageHeader, ...]
    geometry: Geometry
    notices: tuple[Notice, ...] = ()


@lru_cache(maxsize=1024)
def plane_of(orientation: tuple[float, ...] | None) -> NDArray[np.float64] | None:
    """(3, 3): unit vectors of growing column index, growing row index, and the stack's normal.

    The normal points to where slices are counted to (see Geometry). None when the six numbers name
    no plane.
    """
    if orientation is None:
        return None
    vectors = np.asarray(orientation, dtype=np.float64).reshape(2, 3)
    lengths = np.linalg.norm(vectors, axis=1)
    if (lengths < 0.5).any() or (lengths > 2.0).any():
        return None
    column, row = vectors / lengths[:, None]
    if abs(float(column @ row)) > _MAX_SKEW:
        return None
    normal = np.cross(column, row)
    normal /= np.linalg.norm(normal)
    plane = np.stack([column, row, normal * _sign(normal)])
    plane.setflags(write=False)
    return plane


def distance_mm(image: ImageHeader) -> float | None:
    """Where an image lies along its normal; by SliceLocation when it has no position."""
    plane = plane_of(image.orientation)
    if plane is None or image.position is None:
        return image.slice_location
    return float(plane[2] @ np.asarray(image.position))


def without_empty_positions(images: list[ImageHeader]) -> list[ImageHeader]:
    """The images of a series without positions that say nothing, as some converters write them.

    Those are all the same: the origin, or any other while the slice locations are all different.
    """
    positions = {image.position for image in images}
    planes = {image.orientation for image in images}
    if len(images) < 2 or max(len(positions), len(planes)) > 1 or None in positions:
        return images
    locations = {image.slice_location for image in images}
    is_spread = None not in locations and len(locations) == len(images)
    if not is_spread and positions != {(0.0, 0.0, 0.0)}:
        return images
    return [replace(image, position=None) for image in images]


def place(images: list[ImageHeader], *, are_parallel: bool = True) -> PlacedStack:
    """Put the images of one stack in order, foot to head.

    Args:
        images: Of one stack.
        are_parallel: False: they lie in many planes, and places mean nothing.
    """
    plane = plane_of(images[0].orientation) if are_parallel else None
    if plane is None or any(image.position is None for image in images):
        return _place_unknown(images)
    normal = plane[2]
    origins = np.asarray([image.position for image in images], dtype=np.float64)
    distances = origins @ normal
    order = np.lexsort(([_number(image) for image in images], distances))
    ordered = tuple(images[i] for i in order)
    spacing, has_spacing = _pixel_spacing(ordered)
    affine = _affine(plane, origins[order[0]], spacing, _slice_spacing(distances[order], ordered))
    drift = _drift(origins[order], normal)
    affine[:3, 2] += drift * float(affine[:3, 2] @ normal)
    geometry = Geometry(affine, distances[order], known=has_spacing)
    notices = spacing_notices(distances[order]) + shear_notices(origins[order], normal, drift)
    if not has_spacing:
        notices += (NO_PIXEL_SPACING,)
    return PlacedStack(ordered, geometry, notices)


def is_regular(distances: NDArray[np.float64]) -> bool:
    """Whether slices at these distances form one stack: all apart, and evenly so."""
    if len(distances) < 2:
        return True
    steps = np.diff(np.sort(distances))
    usual = float(np.median(steps))
    return bool(steps.min() > SAME_PLACE_MM and (np.abs(steps - usual) < 0.1 * usual).all())


def is_grid(distances: NDArray[np.float64]) -> bool:
    """Whether slices at these distances are one stack of which some may be missing."""
    steps = np.diff(np.sort(distances))
    if len(steps) == 0:
        return True
    smallest = float(steps.min())
    multiples = steps / max(smallest, 1e-9)
    is_usual = (multiples < 1.15).mean() >= USUAL_SHARE
    fits = (np.abs(multiples - multiples.round()) < 0.15).all()
    return bool(smallest > SAME_PLACE_MM and is_usual and fits)


def natural_key(name: str) -> tuple[tuple[int, str], ...]:
    """Sorts `IM2` before `IM10`."""
    parts = re.split(r"(\d+)", name.lower())
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in parts)


def _place_unknown(images: list[ImageHeader]) -> PlacedStack:
    """Order without planes: by SliceLocation, position, InstanceNumber, or the files' names."""
    used, ordered, positions = _unverified_order(images)
    spacing, _ = _pixel_spacing(tuple(ordered))
    plane = plane_of(images[0].orientation)
    affine = _affine(
        np.eye(3) if plane is None else plane,
        np.zeros(3),
        spacing,
        _slice_spacing(positions, tuple(ordered)),
    )
    notices = (order_notice(used),) if len(images) > 1 and not _is_clip(images) else ()
    return PlacedStack(tuple(ordered), Geometry(affine, positions, known=False), notices)


def _unverified_order(
    images: list[ImageHeader],
) -> tuple[str, list[ImageHeader], NDArray[np.float64]]:
    """What the order is by, in words; the images in order; where they lie by that, in mm."""
    is_one_file = len({image.path for image in images}) == 1
    located = Phrase("the slice locations")
    if is_one_file:
        located = Phrase("the places in the stack that the file numbers")
    for used, places in (
        (located, [image.slice_location for image in images]),
        (Phrase("the image positions"), _along_positions(images)),
    ):
        known = [place for place in places if place is not None]
        if len(set(known)) == len(images):
            order = np.argsort(known, kind="stable")
            return used, [images[i] for i in order], np.asarray(known, dtype=np.float64)[order]
    numbers = [image.instance_number for image in images]
    by_number = None not in numbers and len(set(numbers)) == len(images)
    used = Phrase("the image numbers") if by_number else Phrase("the names of the files")
    if is_one_file:
        used = Phrase("the frames in the file")
    ordered = sorted(images, key=_number if by_number else _file_key)
    step = images[0].series.stated_spacing_mm or 1.0
    return used, ordered, np.arange(len(images), dtype=np.float64) * step


def _is_clip(images: list[ImageHeader]) -> bool:
    """Whether they are frames of one file that makes no claim to places, or has said them all."""
    if len({image.path for image in images}) > 1:
        return False
    is_mr = images[0].series.modality in ("MR", "")
    return not is_mr or all(image.position is not None for image in images)


def _along_positions(images: list[ImageHeader]) -> list[float | None]:
    """Places along the line from the first position to the one farthest from it, in mm."""
    known = [image.position for image in images if image.position is not None]
    if len(known) < len(images) or len(images) < 2:
        return [None] * len(images)
    origins = np.asarray(known, dtype=np.float64)
    offsets = origins - origins[0]
    line = offsets[int(np.argmax(np.linalg.norm(offsets, axis=1)))]
    length = float(np.linalg.norm(line))
    if length <= SAME_PLACE_MM:
        return [None] * len(images)
    return [float(place) for place in offsets @ line / length * _sign(line)]


def _affine(
    plane: NDArray[np.float64],
    origin: NDArray[np.float64],
    pixel_spacing: tuple[float, float],
    slice_spacing: float,
) -> NDArray[np.float64]:
    affine = np.eye(4)
    row_spacing, column_spacing = pixel_spacing
    affine[:3, 0] = plane[0] * column_spacing
    affine[:3, 1] = plane[1] * row_spacing
    affine[:3, 2] = plane[2] * slice_spacing
    affine[:3, 3] = origin
    return affine


def _pixel_spacing(images: tuple[ImageHeader, ...]) -> tuple[tuple[float, float], bool]:
    """Distance of rows and of columns in mm, and whether the files state it."""
    stated = images[0].pixel_spacing
    if stated is None or min(stated) < LEAST_PIXEL_MM or max(stated) > 1000.0:
        return (1.0, 1.0), False
    return (stated[0], stated[1]), True


def _slice_spacing(distances: NDArray[np.float64], images: tuple[ImageHeader, ...]) -> float:
    """The usual distance of neighbouring slices; never the slice thickness when there are two."""
    steps = np.diff(distances)
    apart = steps[steps > SAME_PLACE_MM]
    if len(apart):
        usual = float(np.median(apart))
        even = apart[np.abs(apart - usual) <= UNEVEN_FRACTION * usual]
        return float(np.mean(even)) if len(even) else usual
    return images[0].series.stated_spacing_mm or 1.0


def _drift(origins: NDArray[np.float64], normal: NDArray[np.float64]) -> NDArray[np.float64]:
    """(3,) by how much the slices of a sheared stack move sideways a millimetre along its normal.

    Zero where they stay within `SHEAR_MM`: scanners round.
    """
    offsets = origins - origins[0]
    along, sideways = along_and_across(offsets, normal)
    if float(np.linalg.norm(sideways, axis=1).max()) <= SHEAR_MM or along[-1] <= SAME_PLACE_MM:
        return np.zeros(3)
    return np.asarray(along @ sideways / (along @ along))


def _number(image: ImageHeader) -> float:
    return float(image.instance_number or 0)


def _file_key(image: ImageHeader) -> tuple[tuple[tuple[int, str], ...], int]:
    return natural_key(str(image.path)), image.frame or 0


def _sign(normal: NDArray[np.float64]) -> float:
    """Turns a normal to the head, to the back or to the left, whichever it is nearest to."""
    return 1.0 if normal[int(np.argmax(np.abs(normal)))] >= 0 else -1.0
