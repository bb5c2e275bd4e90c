"""Grids, smooth random fields and implicit shapes: the clay of which an anatomy is made.

Points are (z, y, x) in mm: z to the head, y to the back, x to the patient's left. An implicit
shape is an array that is negative inside and grows by about 1 per mm outwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import make_interp_spline
from scipy.spatial import cKDTree

Array = NDArray[np.floating[Any]]
"""Distances, coordinates or noise; float32 wherever it is large."""

Point = tuple[float, float, float]
Coordinates = tuple[Array, Array, Array]

FAR = np.float32(1e3)
"""Distance in mm that stands for nowhere near."""


@dataclass(frozen=True)
class Grid:
    """A box of voxels in space."""

    shape: tuple[int, int, int]
    spacing_mm: Point
    origin_mm: Point
    """Centre of voxel (0, 0, 0)."""

    def axes(self) -> Coordinates:
        """Positions in mm of the voxels along each axis."""
        z, y, x = (
            (o + s * np.arange(n)).astype(np.float32)
            for n, s, o in zip(self.shape, self.spacing_mm, self.origin_mm, strict=True)
        )
        return z, y, x

    def box(self, low: Sequence[float], high: Sequence[float]) -> tuple[slice, slice, slice]:
        """The voxels between two corners in mm; may be empty."""
        parts = []
        for n, s, o, a, b in zip(
            self.shape, self.spacing_mm, self.origin_mm, low, high, strict=True
        ):
            start = int(np.clip(np.floor((a - o) / s), 0, n))
            parts.append(slice(start, int(np.clip(np.ceil((b - o) / s) + 1, start, n))))
        return parts[0], parts[1], parts[2]

    def part(self, box: tuple[slice, slice, slice]) -> Grid:
        """The grid of a box of voxels."""
        spans = [b.indices(n) for b, n in zip(box, self.shape, strict=True)]
        shape = [stop - start for start, stop, _ in spans]
        low = [
            o + s * span[0]
            for o, s, span in zip(self.origin_mm, self.spacing_mm, spans, strict=True)
        ]
        return Grid((shape[0], shape[1], shape[2]), self.spacing_mm, (low[0], low[1], low[2]))

    def coarser(self, spacing_mm: float) -> Grid:
        """A grid over the same box with isotropic voxels and one voxel of margin."""
        extent = [(n - 1) * s for n, s in zip(self.shape, self.spacing_mm, strict=True)]
        shape = tuple(int(np.ceil(e / spacing_mm)) + 2 for e in extent)
        return Grid((shape[0], shape[1], shape[2]), (spacing_mm,) * 3, self.origin_mm)

    def mesh(self) -> Coordinates:
        """Open coordinates in mm that broadcast to the grid."""
        z, y, x = self.axes()
        return z[:, None, None], y[None, :, None], x[None, None, :]

    @property
    def voxel_ml(self) -> float:
        """Volume of a voxel in ml."""
        return float(np.prod(self.spacing_mm)) / 1000.0


@dataclass(frozen=True, eq=False)
class SmoothField:
    """A random function of space with a given wavelength, the same at any voxel spacing.

    It repeats itself after 32 knots, so that it has no end and costs little to draw.
    """

    coefficients: Array
    """(z, y, x) of a periodic cubic B-spline."""
    step_mm: float

    def on(self, grid: Grid) -> Array:
        """Values at the voxels of a grid; mean 0, standard deviation about 1."""
        part = self.coefficients
        weights = []
        for dimension, axis in enumerate(grid.axes()):
            position = axis / np.float32(self.step_mm)
            first = int(np.floor(position[0])) - 1
            knots = np.arange(first, int(np.floor(position[-1])) + 3)
            part = np.take(part, knots % part.shape[dimension], axis=dimension)
            weights.append(_cubic_weights(position - first, len(knots)))
        part = np.matmul(weights[1][None], np.matmul(part, weights[2].T))
        flat: Array = weights[0] @ part.reshape(part.shape[0], -1)
        return flat.reshape(grid.shape)


def draw_field(rng: np.random.Generator, wavelength_mm: float) -> SmoothField:
    """A field that swings about once per wavelength."""
    # A cubic B-spline of white noise has a variance of (151/315)^3 on average.
    values = rng.standard_normal((32, 32, 32)).astype(np.float32) * np.float32((315 / 151) ** 1.5)
    return SmoothField(values, wavelength_mm / 2.5)


def _cubic_weights(position: Array, count: int) -> Array:
    """(points, knots) weights of a uniform cubic B-spline; positions are in knots."""
    distance = np.abs(position[:, None] - np.arange(count, dtype=np.float32)[None])
    near = 2 / 3 - distance**2 + distance**3 / 2
    far = np.clip(2 - distance, 0, None) ** 3 / 6
    weights: Array = np.where(distance < 1, near, far).astype(np.float32)
    return weights


def upsample(values: Array, source: Grid, target: Grid) -> Array:
    """Linear interpolation from one grid to another inside it."""
    weights = [
        np.clip(1 - np.abs((axis[:, None] - o) / s - np.arange(n)[None]), 0, None).astype(
            np.float32
        )
        for axis, o, s, n in zip(
            target.axes(), source.origin_mm, source.spacing_mm, source.shape, strict=True
        )
    ]
    part = np.matmul(values, weights[2].T)
    part = np.matmul(weights[1][None], part)
    flat: Array = weights[0] @ part.reshape(part.shape[0], -1)
    return flat.reshape(target.shape)


def smooth_min(a: Array, b: Array, blend_mm: float) -> Array:
    """Union of two shapes with a fillet (polynomial smooth minimum of Quilez)."""
    h = np.clip(blend_mm - np.abs(a - b), 0, None)
    joined: Array = np.minimum(a, b) - h * h * np.float32(0.25 / max(blend_mm, 1e-3))
    return joined


def smooth_max(a: Array, b: Array, blend_mm: float) -> Array:
    """Intersection of two shapes with a rounded edge."""
    h = np.clip(blend_mm - np.abs(a - b), 0, None)
    cut: Array = np.maximum(a, b) + h * h * np.float32(0.25 / max(blend_mm, 1e-3))
    return cut


def ellipsoid(
    coordinates: Coordinates,
    center: Point,
    radii: Point,
    rotation: NDArray[np.float64] | None = None,
    exponent: float = 2.0,
) -> Array:
    """A (super-)ellipsoid; `rotation` (3, 3) turns (z, y, x) offsets into the body's own axes."""
    offsets = [c - np.float32(m) for c, m in zip(coordinates, center, strict=True)]
    if rotation is not None:
        dz, dy, dx = offsets
        offsets = [
            np.float32(a) * dz + np.float32(b) * dy + np.float32(c) * dx for a, b, c in rotation
        ]
    length = np.sqrt(offsets[0] ** 2 + offsets[1] ** 2 + offsets[2] ** 2)
    scaled = [np.abs(o) * np.float32(1 / r) for o, r in zip(offsets, radii, strict=True)]
    if exponent == 2.0:
        norm = np.sqrt(scaled[0] ** 2 + scaled[1] ** 2 + scaled[2] ** 2)
    else:
        power = np.float32(exponent)
        norm = np.maximum(scaled[0], np.maximum(scaled[1], scaled[2]))
        np.maximum(norm, np.float32(1e-6), out=norm)
        total = (scaled[0] / norm) ** power + (scaled[1] / norm) ** power
        norm = norm * (total + (scaled[2] / norm) ** power) ** np.float32(1 / exponent)
    # Near the centre the ratio is undefined; the value there is the smallest radius.
    value = length - length / np.maximum(norm, np.float32(0.05))
    return np.where(norm < 0.05, np.float32(-min(radii)), value).astype(np.float32, copy=False)


def rotation(
    about_z: float = 0.0, about_y: float = 0.0, about_x: float = 0.0
) -> NDArray[np.float64]:
    """Turns of (z, y, x) vectors, in degrees, about each axis in turn."""
    matrix = np.eye(3)
    for angle, (i, j) in ((about_z, (1, 2)), (about_y, (0, 2)), (about_x, (0, 1))):
        turn = np.eye(3)
        c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        turn[i, i] = turn[j, j] = c
        turn[i, j], turn[j, i] = -s, s
        matrix = turn @ matrix
    return matrix


@dataclass(frozen=True, eq=False)
class Tube:
    """A curve with a radius at each point."""

    points: NDArray[np.float64]
    """(n, 3) in mm, about `step` apart."""
    radii: NDArray[np.float64]
    """(n,) in mm."""

    def bounds(self, margin_mm: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Corners in mm of a box around it."""
        margin = self.radii.max() + margin_mm
        return self.points.min(0) - margin, self.points.max(0) + margin

    def distance(self, coordinates: Coordinates, reach_mm: float = 8.0) -> Array:
        """The implicit shape; exact up to `reach_mm` outside, FAR beyond."""
        z, y, x = np.broadcast_arrays(*coordinates)
        query = np.stack([z.ravel(), y.ravel(), x.ravel()], axis=1)
        limit = float(self.radii.max() + reach_mm)
        near, index = cKDTree(self.points).query(query, distance_upper_bound=limit)
        radii = np.append(self.radii, 0.0)
        value = np.where(np.isfinite(near), near - radii[index], FAR)
        return value.reshape(z.shape).astype(np.float32)


def tube(points: Sequence[Point], radii: Sequence[float] | float, step_mm: float = 1.5) -> Tube:
    """A smooth curve through the points with the radii in between interpolated."""
    knots = np.asarray(points, float)
    widths = np.broadcast_to(np.asarray(radii, float), (len(knots),))
    lengths = np.linalg.norm(np.diff(knots, axis=0), axis=1)
    position = np.concatenate([[0.0], np.cumsum(np.maximum(lengths, 1e-3))])
    fine = np.linspace(0, position[-1], max(2, int(position[-1] / step_mm) + 1))
    spline = make_interp_spline(position, knots, k=min(3, len(knots) - 1))
    return Tube(spline(fine), np.interp(fine, position, widths))
