"""Draws something new into a training slice and its neighbours, whenever one is shown.

A few hundred simulated patients hold a few hundred lesions, and a network soon knows each of them
by heart. So most positive slices are made on the spot: liver without lesions, and a lesion that is
drawn anew (`online_lesions`), with the same liver brightness and noise around and in it. Cysts,
gallbladders (`online_gallbladders`) and vessels (`online_vessels`) are drawn in the same way. After
SyntheticTumors (Hu et al., CVPR 2023), in 2.5 dimensions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from hcc_viewer.training.examples import TISSUE_GROUPS, TISSUE_SCALE, Example
from hcc_viewer.training.sampling import Place

FloatArray = NDArray[np.float32]

PARTIAL_VOLUME_MM = (-1.3, 0.0, 1.3)
"""A slice shows the mean of what lies at these distances along z."""

LIVER_GAP_MM = 9.0
"""Gaps of this size in the liver belong to it: vessels."""


@dataclass(frozen=True)
class Window:
    """The part of a slice and its neighbours in which something is drawn."""

    place: Place
    """Its middle in the slice."""
    rows: slice
    columns: slice
    offsets_mm: tuple[float, ...]
    """Of the channels from the slice."""
    pixel_mm: float
    """Side of a network pixel."""

    @property
    def box(self) -> tuple[slice, slice]:
        """Rows and columns."""
        return self.rows, self.columns

    @property
    def shape(self) -> tuple[int, int, int]:
        """Rows, columns, channels."""
        rows, columns = self.rows, self.columns
        return rows.stop - rows.start, columns.stop - columns.start, len(self.offsets_mm)


class Drawing(Protocol):
    """One draw of something that can lie in a liver; lengths in mm from its place."""

    @property
    def group(self) -> str:
        """In TISSUE_GROUPS: `hcc`, `mimic`, `blood` or `bile`."""

    @property
    def reach(self) -> float:
        """How far from its place it changes anything."""

    @property
    def bulge(self) -> float:
        """How far it may reach out of the liver."""

    def render(self, window: Window) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Share of each pixel that it fills, its signal over the liver's, and factors around it.

        Each (row, column, channel), or what broadcasts to it.
        """


def draw_into(
    stored: NDArray[np.uint8],
    tissues: NDArray[np.uint8],
    example: Example,
    place: Place,
    offsets_mm: tuple[float, ...],
    pixel_mm: float,
    drawing: Drawing,
) -> NDArray[np.uint8]:
    """Draw into a slice around a place; `stored` and `tissues` are changed.

    Args:
        stored: (size, size, channels) the slice with its neighbours, as `Example.stored`.
        tissues: (size / 2, size / 2) the slice's tissue map.
        example: The patient.
        place: The slice, and the middle of what is drawn.
        offsets_mm: Of the channels from the slice.
        pixel_mm: Side of a network pixel.
        drawing: What is drawn.

    Returns:
        (size, size) the share of each of the slice's pixels that it fills, times 255.
    """
    mask = np.zeros(stored.shape[:2], np.uint8)
    box = _box(place, drawing.reach / pixel_mm, stored.shape[0])
    allowed = _liver(example, place.index, offsets_mm, box, pixel_mm)
    if not allowed.any():
        return mask
    window = Window(place, *box, offsets_mm, pixel_mm)
    image = stored[box].astype(np.float32)
    share, contrast, around = drawing.render(window)
    blurred = cv2.GaussianBlur(allowed, (0, 0), 1.0)
    soft = np.asarray(blurred, np.float32).reshape(allowed.shape)
    share = share * _spread(soft, drawing.bulge / pixel_mm)
    level = _level(image, allowed)
    noise = image - cv2.GaussianBlur(image, (0, 0), 1.0).reshape(image.shape)
    image *= 1 - soft * (1 - around)
    image += share * (level * contrast + noise - image)
    stored[box] = np.clip(np.rint(image), 0, 255).astype(np.uint8)
    middle = int(np.argmin(np.abs(offsets_mm)))
    mask[box] = np.rint(share[..., middle] * 255).astype(np.uint8)
    small = cv2.resize(mask, tissues.shape[::-1], interpolation=cv2.INTER_AREA)
    tissues[small > 127] = _group(drawing.group)
    return mask


def _box(place: Place, reach: float, size: int) -> tuple[slice, slice]:
    """Rows and columns within reach, on even pixels so that the tissue map has the same box."""
    parts = []
    for value in (place.row, place.column):
        first = min(max(int(value - reach) // TISSUE_SCALE * TISSUE_SCALE, 0), size - TISSUE_SCALE)
        last = min(math.ceil((value + reach) / TISSUE_SCALE) * TISSUE_SCALE, size)
        parts.append(slice(first, max(last, first + TISSUE_SCALE)))
    return parts[0], parts[1]


def _liver(
    example: Example,
    index: int,
    offsets_mm: tuple[float, ...],
    box: tuple[slice, slice],
    pixel_mm: float,
) -> FloatArray:
    """(row, column, channel) 1 in the liver and its vessels, in the box."""
    small = tuple(slice(part.start // TISSUE_SCALE, part.stop // TISSUE_SCALE) for part in box)
    radius = max(1, round(LIVER_GAP_MM / 2 / (pixel_mm * TISSUE_SCALE)))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1,) * 2)
    kinds = [_group(name) for name in ("liver", "hcc", "mimic")]
    planes = []
    for offset in offsets_mm:
        at = np.abs(example.positions_mm - example.positions_mm[index] - offset).argmin()
        liver = np.isin(example.tissues[int(at)][small], kinds).astype(np.float32)
        planes.append(cv2.morphologyEx(liver, cv2.MORPH_CLOSE, kernel))
    shape = (box[1].stop - box[1].start, box[0].stop - box[0].start)
    return np.stack(
        [cv2.resize(plane, shape, interpolation=cv2.INTER_NEAREST) for plane in planes], axis=2
    )


def _spread(liver: FloatArray, pixels: float) -> FloatArray:
    """(row, column, channel) the liver, wider by so many pixels."""
    radius = round(pixels)
    if radius < 1:
        return liver
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1,) * 2)
    return np.asarray(cv2.dilate(liver, kernel), np.float32).reshape(liver.shape)


def _level(image: FloatArray, liver: FloatArray) -> FloatArray:
    """(row, column, channel) brightness of the liver around each pixel."""
    size = (25, 25)
    weight = cv2.blur(liver, size).reshape(liver.shape)
    total = cv2.blur(image * liver, size).reshape(liver.shape)
    overall = float((image * liver).sum() / max(float(liver.sum()), 1.0))
    return np.asarray((total + 0.02 * overall) / (weight + 0.02), np.float32)


def _group(name: str) -> int:
    return [group for group, _ in TISSUE_GROUPS].index(name)
