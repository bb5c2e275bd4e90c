"""Where lesions may lie: distance to the liver's surface, vessels, and lesions placed before."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from hcc_viewer.training.phantom.fields import FloatArray, Spacing
from hcc_viewer.training.phantom.shapes import Box
from hcc_viewer.training.phantom.types import Anatomy, Tissue
from hcc_viewer.training.phantom.vessels import Tubes

Point = tuple[float, float, float]

COARSE = 2
"""The distance map has this many times fewer rows and columns: enough for placing."""

DOME_MM = 22.0
"""Height of the part below the liver's top that is called the dome."""


@dataclass(eq=False)
class LiverMap:
    """Signed depth below the liver's surface, and what has been placed so far."""

    depth_mm: FloatArray
    """(slice, row, column) on a grid with `COARSE` times larger pixels; negative outside."""
    spacing_mm: Spacing
    """Of the coarse grid."""
    vessels: Tubes
    taken: list[tuple[Point, float]] = field(default_factory=list)
    """(centre, radius) of what lies there already."""

    def depth_at(self, offsets_mm: FloatArray, center_mm: Point) -> FloatArray:
        """The depth at points given by (3, ...) offsets from a centre."""
        coordinates = [
            (offsets_mm[i] + np.float32(center_mm[i])) / np.float32(self.spacing_mm[i])
            for i in range(3)
        ]
        out = ndimage.map_coordinates(self.depth_mm, coordinates, order=1, mode="nearest")
        return np.asarray(out, np.float32)

    def is_free(self, center_mm: Point, radius_mm: float) -> bool:
        """Whether a sphere touches nothing that was placed before."""
        return all(
            float(np.linalg.norm(np.subtract(center_mm, other))) > radius_mm + reach + 2.0
            for other, reach in self.taken
        )


def map_liver(anatomy: Anatomy, vessels: Tubes) -> LiverMap:
    """Measure the depth of every point below the liver's surface."""
    thin = anatomy.labels[:, ::COARSE, ::COARSE] == Tissue.LIVER
    spacing = (
        anatomy.spacing_mm[0],
        anatomy.spacing_mm[1] * COARSE,
        anatomy.spacing_mm[2] * COARSE,
    )
    box = grown_box(thin, 12)
    depth = np.full(thin.shape, -60.0, np.float32)
    part = thin[box]
    inside = ndimage.distance_transform_edt(part, sampling=spacing)
    outside = ndimage.distance_transform_edt(~part, sampling=spacing)
    depth[box] = inside - outside
    return LiverMap(depth, spacing, vessels)


def grown_box(mask: NDArray[np.bool_], margin: int) -> Box:
    """The smallest box around a mask, `margin` voxels larger on each side."""
    ranges = []
    for axis in range(3):
        others = tuple(k for k in range(3) if k != axis)
        hits = np.flatnonzero(mask.any(axis=others))
        if len(hits) == 0:
            return slice(0, 0), slice(0, 0), slice(0, 0)
        first = max(int(hits[0]) - margin, 0)
        ranges.append(slice(first, int(hits[-1]) + 1 + margin))
    return ranges[0], ranges[1], ranges[2]


def place(
    rng: np.random.Generator, liver: LiverMap, radius_mm: float, where: str, tries: int = 60
) -> Point | None:
    """A free centre for a lesion; None when there is no room.

    Args:
        rng: Draws the candidates.
        liver: What is free; the place found is marked as taken.
        radius_mm: Of the lesion.
        where: `anywhere`, `subcapsular`, `perivascular` or `dome`.
        tries: Candidates before giving up.
    """
    candidates = _candidates(liver, radius_mm, where)
    if len(candidates) == 0:
        candidates = _candidates(liver, radius_mm, "anywhere")
    if len(candidates) == 0:
        return None
    spacing = np.array(liver.spacing_mm)
    for _ in range(tries):
        index = candidates[int(rng.integers(len(candidates)))]
        at = (index + rng.uniform(-0.5, 0.5, 3)) * spacing
        center = (float(at[0]), float(at[1]), float(at[2]))
        if liver.is_free(center, radius_mm):
            liver.taken.append((center, radius_mm))
            return center
    return None


def _candidates(liver: LiverMap, radius_mm: float, where: str) -> NDArray[np.int64]:
    """Voxels of the coarse grid that fit a kind of place."""
    depth = liver.depth_mm
    if where == "subcapsular":
        fits = (depth > max(0.15 * radius_mm, 0.8)) & (depth < radius_mm + 1.5)
    elif where == "perivascular":
        return _beside_vessels(liver, radius_mm)
    else:
        fits = depth > min(0.75 * radius_mm, 0.6 * float(depth.max()))
    found = np.argwhere(fits)
    if where == "dome" and len(found):
        top = int(np.flatnonzero((depth > 0).any(axis=(1, 2)))[-1])
        high = found[:, 0] > top - DOME_MM / liver.spacing_mm[0]
        found = found[high] if high.any() else found
    return found


def _beside_vessels(liver: LiverMap, radius_mm: float) -> NDArray[np.int64]:
    tubes = liver.vessels
    large = np.flatnonzero((tubes.radii > 1.5) & (tubes.radii < 6.0))[::3]
    if len(large) == 0:
        return np.zeros((0, 3), np.int64)
    side = np.cross(tubes.directions[large], np.array([0.6, 0.5, 0.62]))
    side /= np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-6)
    at = tubes.points[large] + side * (tubes.radii[large] + 0.8 * radius_mm)[:, None]
    index = np.rint(at / np.array(liver.spacing_mm)).astype(int)
    index = index[((index >= 0) & (index < np.array(liver.depth_mm.shape))).all(axis=1)]
    deep = liver.depth_mm[tuple(index.T)] > 0.5 * radius_mm
    return np.asarray(index[deep], np.int64)
