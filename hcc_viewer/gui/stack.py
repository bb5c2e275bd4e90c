"""What one image view shows: a volume slice by slice, as acquired or cut in another plane. No Qt.

A reformat is a view on the volume's own memory; only when the slices are not evenly spaced are the
pixels of the one image that is looked at interpolated between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.detection.decisions import ACQUIRED

if TYPE_CHECKING:
    from hcc_viewer.dicom import Geometry, Series, Volume
    from hcc_viewer.dicom.stored_pixels import Pixels

StackKey = tuple[tuple[str, str, "int | None"], str]

SLICE, ROW, COLUMN = 0, 1, 2
"""The axes of a volume's array."""

_SCREEN = (("sagittal", 1, 2), ("coronal", 0, 2), ("axial", 0, 1))
"""By the patient axis (x, y, z) that a plane is at right angles to: its name, and the patient axes
that run across and down the screen. Down is to the feet, save in axial images."""

UNEVEN = 0.01
"""Spacings that differ by more than this share of their median are uneven."""


@dataclass(frozen=True)
class Resampling:
    """How evenly spaced lines are made of uneven slices: by linear interpolation."""

    axis: int
    """Of the image that is looked at: 0 down, 1 across."""
    lower: NDArray[np.intp]
    upper: NDArray[np.intp]
    weight: NDArray[np.float32]
    """Of `upper`."""


@dataclass(frozen=True, eq=False)
class Stack:
    """Parallel images of one volume in one plane."""

    volume: Volume
    plane: str
    """`acquired`, or the name of the plane of a reformat."""
    geometry: Geometry
    shape: tuple[int, int, int]
    """Images, rows and columns of each."""
    pixels: Pixels
    """(image, row, column) modality values, before `resampling`."""
    colors: NDArray[np.uint8] | None = None
    """(image, row, column, 3) RGB of a colour volume, before `resampling`."""
    resampling: Resampling | None = None

    @property
    def key(self) -> StackKey:
        """Tells this stack from all others."""
        return self.volume.series.key, self.plane

    @property
    def series(self) -> Series:
        """What the volume's headers say."""
        return self.volume.series

    @property
    def is_acquired(self) -> bool:
        """Whether these are the images as they were scanned."""
        return self.plane == ACQUIRED

    def image(self, index: int) -> NDArray[np.float32]:
        """One image: (row, column) modality values."""
        return _resampled(self.pixels[index], self.resampling)

    def color_image(self, index: int) -> NDArray[np.uint8] | None:
        """One image of a colour volume: (row, column, 3) RGB."""
        if self.colors is None:
            return None
        mixed = _resampled(self.colors[index], self.resampling)
        return np.ascontiguousarray(mixed, dtype=np.uint8)


def acquired(volume: Volume) -> Stack:
    """The images as they were scanned."""
    images, rows, columns = volume.pixels.shape
    shape = (images, rows, columns)
    return Stack(volume, ACQUIRED, volume.geometry, shape, volume.pixels, volume.color)


def reformats(volume: Volume) -> tuple[Stack, ...]:
    """The two other planes through the same volume, the coronal one first.

    None where the files do not say where the slices lie, or there is a single one.
    """
    if not volume.geometry.known or len(volume.pixels) < 2:
        return ()
    both = [_reformat(volume, ROW), _reformat(volume, COLUMN)]
    order = ("coronal", "sagittal", "axial")
    return tuple(sorted(both, key=lambda stack: order.index(stack.plane)))


def _reformat(volume: Volume, through: int) -> Stack:
    """The plane at right angles to one axis of the array, turned as radiologists look at it."""
    from hcc_viewer.dicom import Geometry
    from hcc_viewer.dicom.stored_pixels import turned

    resampling, lines = _even_lines(volume.geometry)
    sizes = [lines, *volume.pixels.shape[1:]]
    directions = _axis_vectors(volume.geometry, lines)
    axis = int(np.argmax(np.abs(directions[through])))
    plane, across_axis, down_axis = _SCREEN[axis]
    rest = [one for one in (SLICE, ROW, COLUMN) if one != through]
    across = max(rest, key=lambda one: abs(directions[one][across_axis]))
    down = rest[0] if across == rest[1] else rest[1]
    down_sign = 1.0 if plane == "axial" else -1.0
    is_flipped = {
        through: directions[through][axis] < 0,
        down: directions[down][down_axis] * down_sign < 0,
        across: directions[across][across_axis] < 0,
    }
    order = (through, down, across)
    affine = np.eye(4)
    for place, one in enumerate((across, down, through)):
        affine[:3, place] = directions[one] * (-1.0 if is_flipped[one] else 1.0)
    corner = [sizes[one] - 1 if is_flipped[one] else 0 for one in (SLICE, ROW, COLUMN)]
    origin = volume.geometry.to_patient(0.0, 0.0, 0.0)
    affine[:3, 3] = origin + sum(directions[one] * corner[one] for one in (SLICE, ROW, COLUMN))
    upright = Geometry(affine, np.zeros(1))
    first = float(upright.normal @ affine[:3, 3])
    positions = first + upright.spacing_mm[0] * np.arange(sizes[through])
    flips = tuple(slice(None, None, -1 if is_flipped[one] else 1) for one in order)
    colors = None if volume.color is None else volume.color.transpose(*order, 3)[flips]
    return Stack(
        volume,
        plane,
        Geometry(affine, positions),
        (sizes[through], sizes[down], sizes[across]),
        turned(volume.pixels, order, flips),
        colors,
        _along(resampling, is_down=down == SLICE, is_flipped=bool(is_flipped[SLICE])),
    )


def _axis_vectors(geometry: Geometry, lines: int) -> list[NDArray[np.float64]]:
    """The step in mm of each axis of the array, with `lines` even steps through the slices."""
    span = float(geometry.positions_mm[-1] - geometry.positions_mm[0])
    step = span / max(lines - 1, 1) or geometry.spacing_mm[0]
    along = geometry.affine[:3, 2] * (step / geometry.spacing_mm[0])
    return [along, geometry.affine[:3, 1], geometry.affine[:3, 0]]


def _even_lines(geometry: Geometry) -> tuple[Resampling | None, int]:
    """How to make evenly spaced lines of the slices, and how many there are then."""
    positions = geometry.positions_mm
    steps = np.diff(positions)
    typical = float(np.median(steps))
    if typical <= 0 or float(np.abs(steps - typical).max()) <= UNEVEN * typical:
        return None, len(positions)
    count = int(min(round((positions[-1] - positions[0]) / typical) + 1, 4 * len(positions)))
    at = np.interp(
        np.linspace(positions[0], positions[-1], count), positions, np.arange(len(positions))
    )
    lower = np.clip(np.floor(at).astype(np.intp), 0, len(positions) - 2)
    return Resampling(0, lower, lower + 1, (at - lower).astype(np.float32)), count


def _along(even: Resampling | None, *, is_down: bool, is_flipped: bool) -> Resampling | None:
    """The same resampling along the axis on which the slices lie in a reformat."""
    if even is None:
        return None
    lower, upper, weight = even.lower, even.upper, even.weight
    if is_flipped:
        last = int(even.upper.max())
        lower, upper, weight = last - upper[::-1], last - lower[::-1], 1.0 - weight[::-1]
    return Resampling(0 if is_down else 1, lower, upper, weight)


def _resampled(image: NDArray[np.generic], how: Resampling | None) -> NDArray[np.float32]:
    if how is None:
        return image  # type: ignore[return-value]  # the pixels as they are, of whichever type
    first = np.take(image, how.lower, axis=how.axis).astype(np.float32)
    second = np.take(image, how.upper, axis=how.axis).astype(np.float32)
    form = [1] * image.ndim
    form[how.axis] = -1
    weight = how.weight.reshape(form)
    return np.asarray(first + (second - first) * weight, dtype=np.float32)
