"""Where a place of one stack lies in another: linked slices, reference lines, crosshair. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from hcc_viewer.dicom import Geometry
    from hcc_viewer.gui.stack import Stack

Point = NDArray[np.float64]

PARALLEL = 0.966
"""Cosine of 15 degrees: stacks whose normals differ by less are scrolled and zoomed together."""

Segment = tuple[tuple[float, float], tuple[float, float]]
"""Two (column, row) positions in an image."""


@dataclass(frozen=True)
class Pose:
    """Where a view looks, in the patient, so that another view can look there too."""

    center: Point
    """The point of the patient in the middle of the view, in LPS mm."""
    pixels_per_mm: float


def are_parallel(one: Geometry, other: Geometry) -> bool:
    """Whether two stacks show the same plane."""
    known = one.known and other.known
    return known and abs(float(one.normal @ other.normal)) >= PARALLEL


def slice_middle(stack: Stack, index: int) -> Point:
    """The point of the patient in the middle of an image."""
    _, rows, columns = stack.shape
    return stack.geometry.to_patient((columns - 1) / 2, (rows - 1) / 2, index)


def slice_nearest(stack: Stack, point: Point, offset_mm: float = 0.0) -> int:
    """The image nearest to a point of the patient, moved by an offset along the stack's normal."""
    geometry = stack.geometry
    distance = float(geometry.to_index(point + geometry.normal * offset_mm)[2])
    return max(0, min(round(distance), stack.shape[0] - 1))


def have_same_frame(one: Stack, other: Stack) -> bool:
    """Whether positions of two stacks can be compared, as far as the files say."""
    first = one.series.acquisition.frame_of_reference_uid
    second = other.series.acquisition.frame_of_reference_uid
    return first == second or not first or not second


def is_inside(stack: Stack, column: float, row: float, index: int) -> bool:
    """Whether a place lies in one of a stack's images."""
    images, rows, columns = stack.shape
    return -0.5 <= column < columns - 0.5 and -0.5 <= row < rows - 0.5 and 0 <= index < images


def place_in(
    source: Stack,
    index: int,
    place: tuple[float, float],
    target: Stack,
    offset_mm: float = 0.0,
) -> tuple[float, float, int] | None:
    """The column, row and image of another stack that hold a place of an image.

    None where they lie outside it, or where the two cannot be compared.

    Args:
        source: Where the place is.
        index: On which of its images.
        place: Its (column, row) there.
        target: Where it is looked for.
        offset_mm: How far beyond the target's, along its own normal, the source's images of the
            same anatomy lie.
    """
    column, row, at = *place, index
    if source.key != target.key:
        is_known = source.geometry.known and target.geometry.known
        if not is_known or not have_same_frame(source, target):
            return None
        shift = source.geometry.normal * offset_mm
        x, y, z = target.geometry.to_index(source.geometry.to_patient(*place, index) - shift)
        column, row, at = float(x), float(y), round(float(z))
    return (column, row, at) if is_inside(target, column, row, at) else None


def place_kept(shown: Stack, index: int, stack: Stack | None) -> int | None:
    """The image of another stack that lies where the shown one does; None where none does."""
    if stack is None or stack.series.study_instance_uid != shown.series.study_instance_uid:
        return None
    if not are_parallel(shown.geometry, stack.geometry) or not have_same_frame(shown, stack):
        return None
    at = float(stack.geometry.to_index(slice_middle(shown, index))[2])
    return round(at) if -0.5 <= at <= stack.shape[0] - 0.5 else None


def offset_between(source: Stack, source_index: int, target: Stack, target_index: int) -> float:
    """How far, along the target's normal in mm, the target's image lies beyond the source's."""
    normal = target.geometry.normal
    here = float(slice_middle(source, source_index) @ normal)
    return float(slice_middle(target, target_index) @ normal) - here


def reference_line(source: Stack, index: int, target: Stack, target_index: int) -> Segment | None:
    """Where the plane of one image cuts another image, within the source's own extent.

    None where the planes are (nearly) parallel, do not meet inside, or one is not known.
    """
    one, other = source.geometry, target.geometry
    if not (one.known and other.known) or are_parallel(one, other):
        return None
    _, rows, columns = source.shape
    corners = [
        one.to_patient(column, row, index)
        for column, row in (
            (-0.5, -0.5),
            (columns - 0.5, -0.5),
            (columns - 0.5, rows - 0.5),
            (-0.5, rows - 0.5),
        )
    ]
    level = slice_middle(target, target_index) @ other.normal
    heights = [float(corner @ other.normal - level) for corner in corners]
    cuts = []
    for first in range(4):
        second = (first + 1) % 4
        if (heights[first] < 0) != (heights[second] < 0):
            share = heights[first] / (heights[first] - heights[second])
            cuts.append(corners[first] + (corners[second] - corners[first]) * share)
    if len(cuts) != 2:
        return None
    (x0, y0, _), (x1, y1, _) = (other.to_index(cut) for cut in cuts)
    return (x0, y0), (x1, y1)
