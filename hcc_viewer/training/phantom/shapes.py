"""Irregular solids in small boxes: the outlines of lesions as soft masks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from hcc_viewer.training.phantom.fields import FloatArray, Shape3D, Spacing, smooth_field

Box = tuple[slice, slice, slice]


@dataclass(frozen=True)
class Outline:
    """A deformed ellipsoid; (z, y, x) order, lengths in mm."""

    center_mm: tuple[float, float, float]
    diameter_mm: float
    axes: tuple[float, float, float] = (1.0, 1.0, 1.0)
    """Relative half axes; scaled so that their product is 1."""
    tilt_deg: tuple[float, float, float] = (0.0, 0.0, 0.0)
    lobulation: float = 0.0
    """Standard deviation of the outline's distance from the ellipsoid, over the radius."""
    lobe_size: float = 0.8
    """Correlation length of the lobes, over the radius."""
    edge_mm: float = 1.4
    """Width over which the mask falls from 1 to 0."""
    seed: int = 0

    def __post_init__(self) -> None:
        if self.diameter_mm <= 0:
            raise ValueError(f"diameter_mm must be positive, not {self.diameter_mm}.")


@dataclass(frozen=True, eq=False)
class Region:
    """The part of a grid around an outline, with the signed distance to it."""

    box: Box
    depth_mm: FloatArray
    """Distance below the outline, about; negative outside."""
    offsets_mm: FloatArray
    """(3, ...) of each voxel from the centre."""

    def soft_mask(self, edge_mm: float, inset_mm: float = 0.0) -> FloatArray:
        """Fraction of each voxel deeper than `inset_mm`, 0 to 1."""
        return np.asarray(np.clip((self.depth_mm - inset_mm) / edge_mm + 0.5, 0, 1), np.float32)


def region_of(
    outline: Outline, shape: Shape3D, spacing_mm: Spacing, margin_mm: float = 0.0
) -> Region:
    """Where an outline lies on a grid of `shape`, with `margin_mm` around it."""
    radius = outline.diameter_mm / 2
    axes = np.array(outline.axes) / float(np.prod(outline.axes)) ** (1 / 3)
    reach = radius * float(axes.max()) * (1 + 2.5 * outline.lobulation) + margin_mm + 3.0
    box, offsets = box_around(outline.center_mm, (reach, reach, reach), shape, spacing_mm)
    turned = np.tensordot(rotation(outline.tilt_deg).astype(np.float32), offsets, axes=(1, 0))
    scaled = turned / (axes * radius).astype(np.float32)[:, None, None, None]
    depth = radius * (1 - np.sqrt((scaled**2).sum(0)))
    if outline.lobulation > 0 and depth.size:
        depth = depth + _lobes(outline, depth.shape, spacing_mm) * radius * outline.lobulation
    return Region(box, depth.astype(np.float32), offsets)


def box_around(
    center_mm: tuple[float, float, float],
    reach_mm: tuple[float, float, float],
    shape: Shape3D,
    spacing_mm: Spacing,
) -> tuple[Box, FloatArray]:
    """The box of voxels within reach of a point, and their offsets (3, ...) from it in mm."""
    ranges = []
    for center, reach, n, step in zip(center_mm, reach_mm, shape, spacing_mm, strict=True):
        first = int(np.clip(np.floor((center - reach) / step), 0, n))
        last = int(np.clip(np.ceil((center + reach) / step) + 1, first, n))
        ranges.append((first, last))
    axes = [
        np.arange(first, last, dtype=np.float32) * np.float32(step) - np.float32(center)
        for (first, last), step, center in zip(ranges, spacing_mm, center_mm, strict=True)
    ]
    offsets = np.stack(np.meshgrid(*axes, indexing="ij")).astype(np.float32)
    z, y, x = (slice(first, last) for first, last in ranges)
    return (z, y, x), offsets


def rotation(tilt_deg: tuple[float, float, float]) -> NDArray[np.float64]:
    """(3, 3) rotation about z, then y, then x."""
    matrix = np.eye(3)
    for axis, angle in enumerate(np.radians(tilt_deg)):
        i, j = [k for k in range(3) if k != axis]
        turn = np.eye(3)
        turn[i, i] = turn[j, j] = np.cos(angle)
        turn[i, j], turn[j, i] = -np.sin(angle), np.sin(angle)
        matrix = turn @ matrix
    return matrix


def _lobes(outline: Outline, shape: tuple[int, ...], spacing_mm: Spacing) -> FloatArray:
    rng = np.random.default_rng(outline.seed)
    correlation = max(outline.diameter_mm / 2 * outline.lobe_size, 1.5)
    z, y, x = shape
    field = smooth_field(rng, (z, y, x), spacing_mm, correlation)
    rounded = ndimage.gaussian_filter(field, [0.3 * correlation / step for step in spacing_mm])
    deviation = max(float(rounded.std()), 1e-6)
    return np.asarray(np.clip(rounded / deviation, -2.5, 2.5), np.float32)
