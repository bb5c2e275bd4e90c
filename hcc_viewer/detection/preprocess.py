"""From a volume to the network's input: the one normaliser, shared by training and program.

What the network sees always lies the same way: rows from anterior to posterior, columns from the
patient's right to left, neighbouring channels from foot to head, a fixed scale in millimetres and
grey values relative to the body's bright tissue.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from hcc_viewer.detection.foreign import foreign_pixels, ordinary_slices
from hcc_viewer.detection.model_card import InputSpec
from hcc_viewer.dicom import Geometry

BODY_LEVEL = 0.12
"""Pixels above this share of the mean image's 95th percentile belong to the body."""

_SAMPLES = 400_000
"""So many pixels at most are looked at for percentiles; more change nothing."""


@dataclass(frozen=True, eq=False)
class NetworkFrame:
    """Which part of the stored image the network sees, and how it is turned."""

    to_image: NDArray[np.float64]
    """(2, 3) affine from a network pixel (row, column, 1) to the stored (row, column)."""
    pixel_mm: float
    """Side of a network pixel; 1 where the spacing is unknown."""

    def grid_to_image(self, stride: float) -> NDArray[np.float64]:
        """The affine from a coarser grid to the stored image.

        Args:
            stride: Network pixels per cell.

        Returns:
            (2, 3) from a cell (row, column, 1) to the stored (row, column).
        """
        offset = (stride - 1) / 2
        linear = self.to_image[:, :2]
        shift = linear @ np.array([offset, offset]) + self.to_image[:, 2]
        return np.column_stack([linear * stride, shift])


@dataclass(frozen=True, eq=False)
class PreparedStack:
    """All slices of a volume as the network wants them; channels are put together on demand."""

    slices: NDArray[np.float32]
    """(slice, size, size) normalised, 0 for air."""
    frame: NetworkFrame
    positions_mm: NDArray[np.float64]
    """(slice,) along the normal, ascending."""
    offsets_mm: tuple[float, ...]

    def __len__(self) -> int:
        return len(self.slices)

    def batch(self, start: int, stop: int) -> NDArray[np.float32]:
        """The input (stop - start, size, size, channels) for a run of slices.

        In memory each channel lies by itself, as convolutions want it; the axes are only turned.
        """
        shape = (stop - start, len(self.offsets_mm), *self.slices.shape[1:])
        planes = np.empty(shape, np.float32)
        for item, index in enumerate(range(start, stop)):
            for channel, offset in enumerate(self.offsets_mm):
                planes[item, channel] = _slice_at(self.slices, self.positions_mm, index, offset)
        return planes.transpose(0, 2, 3, 1)


def join_channels(
    slices: NDArray[Any],
    positions_mm: NDArray[np.float64],
    index: int,
    offsets_mm: tuple[float, ...],
) -> NDArray[Any]:
    """One slice with its neighbours as channels.

    Args:
        slices: (slice, size, size) float32 or uint8.
        positions_mm: (slice,) along the normal, ascending.
        index: Of the slice in the middle.
        offsets_mm: Distances of the channels from it; between two slices the value is
            interpolated, beyond the first and last it stays theirs.

    Returns:
        (size, size, channels) in the type of `slices`.
    """
    channels = [_slice_at(slices, positions_mm, index, offset) for offset in offsets_mm]
    merged = np.asarray(cv2.merge(channels))
    return merged.reshape(*slices.shape[1:], len(offsets_mm))


def prepare_slices(
    array: NDArray[np.float32],
    geometry: Geometry,
    spec: InputSpec,
    *,
    is_inverted: bool = False,
    padding: NDArray[np.bool_] | None = None,
) -> PreparedStack:
    """Turn, scale and normalise the slices of an axial volume.

    Args:
        array: (slice, row, column) modality values.
        geometry: Of the volume; where it is not known the slice is taken as it is stored.
        spec: From the model card.
        is_inverted: MONOCHROME1: values are turned round.
        padding: (slice, row, column) True where a pixel means nothing.
    """
    preparation = plan_preparation(array, geometry, spec, is_inverted=is_inverted, padding=padding)
    preparation.prepare_until(len(array))
    return preparation.stack


@dataclass(eq=False)
class Preparation:
    """Preparation under way: slices are done in order, as far as somebody wants them."""

    array: NDArray[np.float32]
    padding: NDArray[np.bool_] | None
    spec: InputSpec
    air: float
    bright: float
    stack: PreparedStack
    """Where the prepared slices go; those from `done` on are not yet filled."""
    foreign: NDArray[np.bool_] | None = None
    """(row, column) True for what is no tissue in most slices."""
    done: int = 0

    def prepare_until(self, stop: int) -> None:
        """Do all slices before `stop` that are not done yet."""
        while self.done < stop:
            self.stack.slices[self.done] = self._prepared(self.done)
            self.done += 1

    def batch(self, start: int, stop: int) -> NDArray[np.float32]:
        """`PreparedStack.batch`, after doing the slices that it needs."""
        positions = self.stack.positions_mm
        highest = positions[stop - 1] + max(self.spec.offsets_mm)
        last = int(np.searchsorted(positions, highest))
        self.prepare_until(min(len(self.array), max(stop, last + 1)))
        return self.stack.batch(start, stop)

    def _prepared(self, index: int) -> NDArray[np.float32]:
        values = self.array[index]
        if self.padding is not None and self.padding[index].any():
            values = np.where(self.padding[index], np.float32(self.air), values)
        scale = 1.0 / (self.bright - self.air)
        values = (values - np.float32(self.air)) * np.float32(scale)
        warped = warp_to_network(values, self.stack.frame, self.spec.size)
        return np.clip(warped, 0.0, self.spec.clip)


def plan_preparation(
    array: NDArray[np.float32],
    geometry: Geometry,
    spec: InputSpec,
    *,
    is_inverted: bool = False,
    padding: NDArray[np.bool_] | None = None,
) -> Preparation:
    """Find grey range and field of a volume, and prepare no slice yet; see `prepare_slices`.

    What is no tissue and stands out of it (`foreign`) sets neither, and is air to the network.
    """
    foreign = foreign_pixels(array, is_inverted)
    if foreign is not None:
        every = np.broadcast_to(foreign, array.shape)
        padding = every if padding is None else padding | every
    kept = ordinary_slices(array, is_inverted)
    told = array if kept.all() else array[kept]
    blank = padding if padding is None or kept.all() else padding[kept]
    air, bright = grey_range(told, spec.high_percentile, is_inverted, blank)
    if foreign is not None:
        told = np.where(foreign, np.float32(air), told)
    frame = network_frame(told, geometry, spec, is_inverted)
    out = np.empty((len(array), spec.size, spec.size), np.float32)
    stack = PreparedStack(out, frame, geometry.positions_mm, spec.offsets_mm)
    return Preparation(array, padding, spec, air, bright, stack, foreign)


def grey_range(
    array: NDArray[np.float32],
    high_percentile: float,
    is_inverted: bool = False,
    padding: NDArray[np.bool_] | None = None,
) -> tuple[float, float]:
    """The values of air and of the body's bright tissue; the second is the lower when inverted."""
    values = _sample(array, padding)
    if is_inverted:
        air, bright = _grey_range(-values, high_percentile)
        return -air, -bright
    return _grey_range(values, high_percentile)


def network_frame(
    array: NDArray[np.float32], geometry: Geometry, spec: InputSpec, is_inverted: bool = False
) -> NetworkFrame:
    """Which part of the slices the network sees, so that it lies as in training."""
    rows, columns = array.shape[1:]
    if not geometry.known:
        return _whole_slice(rows, columns, 1.0, 1.0, np.eye(2), spec.size)
    _, row_mm, column_mm = geometry.spacing_mm
    turn = _stored_axes(geometry)
    if spec.field_mm is None:
        return _whole_slice(rows, columns, row_mm, column_mm, turn, spec.size)
    first_row, last_row, first_column, last_column = body_box(array, is_inverted)
    width = (last_column - first_column + 1) * column_mm
    height = (last_row - first_row + 1) * row_mm
    field = max(spec.field_mm, width, height)
    center = np.array([(first_row + last_row) / 2, (first_column + last_column) / 2])
    return _frame(center, field / spec.size, row_mm, column_mm, turn, spec.size)


def body_box(array: NDArray[np.float32], is_inverted: bool = False) -> tuple[int, int, int, int]:
    """First row, last row, first column and last column of the body in the mean of all slices."""
    mean = array.mean(axis=0, dtype=np.float32)
    mean = -mean if is_inverted else mean
    mean = cv2.GaussianBlur(mean - np.percentile(mean, 1), (0, 0), max(1.0, len(mean) / 160))
    mask = (mean > BODY_LEVEL * np.percentile(mean, 95)).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask)
    if len(stats) < 2:
        return 0, array.shape[1] - 1, 0, array.shape[2] - 1
    left, top, width, height, _ = max(stats[1:], key=lambda row: int(row[4]))
    return int(top), int(top + height - 1), int(left), int(left + width - 1)


def warp_to_network(image: NDArray[Any], frame: NetworkFrame, size: int) -> NDArray[np.float32]:
    """One slice on the network's pixels: area average where it shrinks, cubic where it grows."""
    affine = frame.to_image
    step = math.sqrt(abs(float(np.linalg.det(affine[:, :2]))))
    if step > 1.2:
        rows, columns = image.shape
        shape = max(1, round(rows / step)), max(1, round(columns / step))
        image = cv2.resize(image, (shape[1], shape[0]), interpolation=cv2.INTER_AREA)
        factor = np.array([shape[0] / rows, shape[1] / columns])
        affine = affine * factor[:, None]
        affine[:, 2] += (factor - 1) / 2
    (a, b, row), (c, d, column) = affine
    matrix = np.array([[d, c, column], [b, a, row]])
    flags = cv2.WARP_INVERSE_MAP | (cv2.INTER_LINEAR if step > 1.2 else cv2.INTER_CUBIC)
    return np.asarray(
        cv2.warpAffine(image, matrix, (size, size), flags=flags, borderMode=cv2.BORDER_CONSTANT),
        dtype=np.float32,
    )


def _slice_at(
    slices: NDArray[Any], positions_mm: NDArray[np.float64], index: int, offset_mm: float
) -> NDArray[Any]:
    if offset_mm == 0 or len(slices) == 1:
        return np.asarray(slices[index])
    place = np.interp(positions_mm[index] + offset_mm, positions_mm, np.arange(len(slices)))
    below = int(place)
    weight = float(place) - below
    if weight < 1e-3:
        return np.asarray(slices[below])
    upper = slices[min(below + 1, len(slices) - 1)]
    return np.asarray(cv2.addWeighted(slices[below], 1 - weight, upper, weight, 0.0))


def _sample(array: NDArray[np.float32], padding: NDArray[np.bool_] | None) -> NDArray[np.float32]:
    """A regular sample of the pixels that mean something."""
    step = max(1, int((array.size / _SAMPLES) ** (1 / 3)))
    part = (slice(None, None, step),) * 3
    values = array[part].ravel()
    if padding is not None:
        kept = values[~padding[part].ravel()]
        values = kept if kept.size else values
    return values


def _grey_range(values: NDArray[np.float32], high_percentile: float) -> tuple[float, float]:
    air, top = (float(v) for v in np.percentile(values, (1.0, 99.0)))
    body = values[values > air + BODY_LEVEL * (top - air)]
    bright = float(np.percentile(body, high_percentile)) if body.size else top
    return air, bright if bright > air else air + 1.0


def _stored_axes(geometry: Geometry) -> NDArray[np.float64]:
    """(2, 2) millimetres along the stored (row, column) axes for one along the network's axes.

    The network's columns grow to the patient's left, its rows to posterior, both in the plane.
    """
    axes = np.stack([geometry.row_direction, geometry.column_direction])
    normal = np.cross(geometry.column_direction, geometry.row_direction)
    left = np.array([1.0, 0.0, 0.0]) - normal * normal[0]
    left = left / max(float(np.linalg.norm(left)), 1e-9)
    posterior = np.cross(normal, left)
    posterior = posterior if posterior[1] >= 0 else -posterior
    return np.asarray(axes @ np.stack([posterior, left], axis=1), dtype=np.float64)


def _whole_slice(
    rows: int,
    columns: int,
    row_mm: float,
    column_mm: float,
    turn: NDArray[np.float64],
    size: int,
) -> NetworkFrame:
    center = np.array([(rows - 1) / 2, (columns - 1) / 2])
    pixel_mm = max(rows * row_mm, columns * column_mm) / size
    return _frame(center, pixel_mm, row_mm, column_mm, turn, size)


def _frame(
    center: NDArray[np.float64],
    pixel_mm: float,
    row_mm: float,
    column_mm: float,
    turn: NDArray[np.float64],
    size: int,
) -> NetworkFrame:
    """The frame whose middle lies on the stored pixel `center` (row, column)."""
    linear = turn * pixel_mm / np.array([[row_mm], [column_mm]])
    middle = (size - 1) / 2
    shift = center - linear @ np.array([middle, middle])
    return NetworkFrame(np.column_stack([linear, shift]), pixel_mm)
