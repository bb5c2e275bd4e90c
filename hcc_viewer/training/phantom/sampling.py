"""The image's grid on the patient: field of view, slices, and how signal is sampled on them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from hcc_viewer.dicom import Geometry
from hcc_viewer.training.phantom.fields import FloatArray
from hcc_viewer.training.phantom.protocols import Protocol
from hcc_viewer.training.phantom.types import Anatomy, Tissue

MOST_SLICES = 110
"""A taller liver gets a larger interval, as a breath-hold allows no more."""

FILL = (0.76, 0.97)
"""Width of the body over the field of view."""


@dataclass(frozen=True)
class ImageGrid:
    """Where the voxels of a series are on the anatomy's grid; mm from its first voxel's centre."""

    slices: int
    rows: int
    columns: int
    spacing_mm: tuple[float, float, float]
    first_mm: tuple[float, float, float]
    """(z, y, x) of the first voxel's centre."""
    table_mm: float = 0.0
    """Height of the anatomy's first slice in the patient frame."""
    isocenter_mm: tuple[float, float] = (0.0, 0.0)
    """(y, x) on the anatomy that is the patient frame's origin."""

    def geometry(self) -> Geometry:
        """In the patient frame: axial, supine, head first."""
        origin = self.to_lps((0.0, 0.0, 0.0))
        affine = np.diag([*self.spacing_mm[::-1], 1.0])
        affine[:3, 3] = origin
        positions = origin[2] + np.arange(self.slices, dtype=np.float64) * self.spacing_mm[0]
        return Geometry(affine, positions)

    def to_lps(self, index: tuple[float, float, float]) -> tuple[float, float, float]:
        """The patient's (x, y, z) in mm of an index (slice, row, column)."""
        z, y, x = (f + i * s for f, i, s in zip(self.first_mm, index, self.spacing_mm, strict=True))
        return self._lps(z, y, x)

    def anatomy_to_lps(self, point_mm: tuple[float, float, float]) -> tuple[float, float, float]:
        """The patient's (x, y, z) of a point (z, y, x) in mm on the anatomy's grid."""
        return self._lps(*point_mm)

    def _lps(self, z: float, y: float, x: float) -> tuple[float, float, float]:
        return x - self.isocenter_mm[1], y - self.isocenter_mm[0], z + self.table_mm


def draw_grid(rng: np.random.Generator, anatomy: Anatomy, protocol: Protocol) -> ImageGrid:
    """Place the slab over the liver and the field of view over the body."""
    spacing = np.array(anatomy.spacing_mm)
    liver = np.flatnonzero((anatomy.labels == Tissue.LIVER).any(axis=(1, 2)))
    low, high = liver[0] * spacing[0], liver[-1] * spacing[0]
    top = float((anatomy.labels.shape[0] - 1) * spacing[0])
    cut = rng.random() < 0.04
    below, above = rng.uniform(-12, 0, 2) if cut else (rng.uniform(4, 32), rng.uniform(5, 25))
    first = max(low - float(below), 0.0)
    last = min(high + float(above), top)
    interval = max(protocol.slice_interval_mm, round((last - first) / MOST_SLICES, 2))
    slices = max(int((last - first) / interval), 8)
    body = np.argwhere((anatomy.labels != Tissue.AIR).any(axis=0))
    (y0, x0), (y1, x1) = body.min(0) * spacing[1:], body.max(0) * spacing[1:]
    width = float(x1 - x0)
    fill = float(np.clip(width / protocol.field_of_view_mm, *FILL)) * float(rng.uniform(0.96, 1.04))
    view = width / fill
    pixel = view / protocol.matrix
    rows = int(np.clip(protocol.row_share * protocol.matrix, (y1 - y0) / pixel * 1.02, None))
    rows = min((rows + 1) // 2 * 2, protocol.matrix)
    shift = rng.uniform(-0.25, 0.25, 2) * [view - width, max(rows * pixel - (y1 - y0), 0)]
    center_x, center_y = (x0 + x1) / 2 + shift[0], (y0 + y1) / 2 + shift[1]
    return ImageGrid(
        slices,
        rows,
        protocol.matrix,
        (interval, pixel, pixel),
        (
            first,
            float(center_y - (rows - 1) / 2 * pixel),
            float(center_x - (protocol.matrix - 1) / 2 * pixel),
        ),
        table_mm=round(float(rng.uniform(-250, 60)), 2),
        isocenter_mm=(float((y0 + y1) / 2), float((x0 + x1) / 2)),
    )


def slice_weights(
    grid: ImageGrid, anatomy: Anatomy, thickness_mm: float, slices_in: int
) -> FloatArray:
    """(slices out, slices in) weights of a rounded slice profile of the given width at half."""
    at = grid.first_mm[0] + np.arange(grid.slices) * grid.spacing_mm[0]
    source = np.arange(slices_in) * anatomy.spacing_mm[0]
    width = max(thickness_mm, anatomy.spacing_mm[0])
    away = np.abs(source[None] - at[:, None])
    weights = np.clip((width / 2 - away) / anatomy.spacing_mm[0] + 0.5, 0, 1)
    nearest = np.argmin(away, axis=1)
    weights[np.arange(grid.slices), nearest] += 1e-6
    return np.asarray(weights / weights.sum(1, keepdims=True), np.float32)


def sample(
    volume: FloatArray, anatomy: Anatomy, grid: ImageGrid, thickness_mm: float, extra_rows: int = 0
) -> FloatArray:
    """`volume` on the image's grid, `extra_rows` more above and below."""
    weights = slice_weights(grid, anatomy, thickness_mm, volume.shape[0])
    size = (grid.columns, grid.rows + 2 * extra_rows)
    matrix = _in_plane(anatomy, grid, extra_rows)
    out = np.empty((grid.slices, size[1], size[0]), np.float32)
    for index, row in enumerate(weights):
        used = np.flatnonzero(row)
        plane = np.tensordot(row[used], volume[used[0] : used[-1] + 1][used - used[0]], (0, 0))
        out[index] = cv2.warpAffine(
            plane, matrix, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        )
    return out


def sample_labels(
    labels: NDArray[np.uint8], anatomy: Anatomy, grid: ImageGrid
) -> NDArray[np.uint8]:
    """`labels` at the nearest voxel; 0 outside."""
    axes = []
    for axis, count in enumerate((grid.slices, grid.rows, grid.columns)):
        at = grid.first_mm[axis] + np.arange(count) * grid.spacing_mm[axis]
        axes.append(np.rint(at / anatomy.spacing_mm[axis]).astype(int))
    limits = [(index >= 0) & (index < n) for index, n in zip(axes, labels.shape, strict=True)]
    clipped = [np.clip(index, 0, n - 1) for index, n in zip(axes, labels.shape, strict=True)]
    out = labels[clipped[0]][:, clipped[1]][:, :, clipped[2]]
    out *= (limits[0][:, None, None] & limits[1][None, :, None] & limits[2][None, None, :]).astype(
        np.uint8
    )
    return np.asarray(out, np.uint8)


def _in_plane(anatomy: Anatomy, grid: ImageGrid, extra_rows: int) -> NDArray[np.float64]:
    """(2, 3) matrix from image (column, row) to anatomy (column, row)."""
    scale_y = grid.spacing_mm[1] / anatomy.spacing_mm[1]
    scale_x = grid.spacing_mm[2] / anatomy.spacing_mm[2]
    start_y = grid.first_mm[1] / anatomy.spacing_mm[1] - extra_rows * scale_y
    start_x = grid.first_mm[2] / anatomy.spacing_mm[2]
    return np.array([[scale_x, 0, start_x], [0, scale_y, start_y]])
