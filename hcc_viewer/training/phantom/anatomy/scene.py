"""The canvas on which the organs of one patient are put, each giving way to those before it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.training.phantom.anatomy.shapes import (
    FAR,
    Array,
    Coordinates,
    Grid,
    Point,
    SmoothField,
    Tube,
    draw_field,
    smooth_max,
)
from hcc_viewer.training.phantom.types import Tissue

Box = tuple[slice, slice, slice]

WARP_MM = 110.0
"""Wavelength of the warp that makes each patient's organs lie a little elsewhere."""


class Scene:
    """Labels under construction, with the distance to what has been put there.

    Every organ is drawn in warped space, so that nothing is ever straight. Random fields come
    from the seed and the organ's name alone: they do not depend on the voxel spacing.
    """

    def __init__(self, grid: Grid, seed: int, scale: Point, warp_mm: float) -> None:
        self.grid = grid
        self.labels: NDArray[np.uint8] = np.zeros(grid.shape, np.uint8)
        self.taken: Array = np.full(grid.shape, FAR, np.float32)
        """Distance in mm to the nearest organ so far."""
        self.wall: Array = np.zeros(grid.shape, np.float32)
        """Radial distance in mm to the cavity's wall, negative inside."""
        self.diaphragm: Array = np.zeros(grid.shape[1:], np.float32)
        """(row, column) height in mm of the diaphragm."""
        self.scale = scale
        self._seed = seed
        self._warp = tuple(self.field(f"warp {axis}", WARP_MM) for axis in "zyx")
        self._warp_mm = warp_mm

    def generator(self, name: str) -> np.random.Generator:
        """A generator of its own for a named thing."""
        return np.random.default_rng([self._seed, *name.encode()])

    def field(self, name: str, wavelength_mm: float) -> SmoothField:
        """A random field of its own for a named thing."""
        return draw_field(self.generator(name), wavelength_mm)

    def place(self, z: float, y: float, x: float) -> Point:
        """A point of the reference body in this one, in mm."""
        return z * self.scale[0], y * self.scale[1], x * self.scale[2]

    def box(self, center: Point, half: Sequence[float]) -> Box:
        """Voxels around a point, with room for the warp."""
        room = 3.0 * self._warp_mm + 4.0
        low = [c - h - room for c, h in zip(center, half, strict=True)]
        high = [c + h + room for c, h in zip(center, half, strict=True)]
        return self.grid.box(low, high)

    def warped(self, grid: Grid) -> Coordinates:
        """Coordinates in mm of the voxels of a grid in warped space."""
        z, y, x = (
            axis + np.float32(self._warp_mm) * field.on(grid)
            for axis, field in zip(grid.mesh(), self._warp, strict=True)
        )
        return z, y, x

    def coordinates(self, box: Box) -> Coordinates:
        """Warped coordinates in mm of a box of voxels."""
        return self.warped(self.grid.part(box))

    def noise(self, name: str, box: Box, wavelength_mm: float) -> Array:
        """A named random field on a box of voxels."""
        return self.field(name, wavelength_mm).on(self.grid.part(box))

    def within(self, shape: Array, box: Box, *, gap_mm: float, blend_mm: float = 3.0) -> Array:
        """A shape less what is taken already, with a gap of fat between."""
        return smooth_max(shape, np.float32(gap_mm) - self.taken[box], blend_mm)

    def below_diaphragm(self, box: Box, offset_mm: float = 0.0) -> Array:
        """Signed height over the diaphragm in mm, negative below; flattened where it is steep."""
        z, _, _ = self.grid.part(box).mesh()
        plane = self.diaphragm[box[1:]]
        slope = np.hypot(*np.gradient(self.diaphragm, *self.grid.spacing_mm[1:]))[box[1:]]
        height: Array = (z - plane[None]) / np.sqrt(1 + slope**2)[None] + offset_mm
        return height.astype(np.float32)

    def paint(
        self,
        box: Box,
        inside: NDArray[np.bool_],
        tissue: Tissue,
        *,
        onto: Tissue | None = Tissue.FAT,
    ) -> None:
        """Label voxels, by default where there is only fat so far."""
        view = self.labels[box]
        if onto is not None:
            inside = inside & (view == onto)
        view[inside] = tissue

    def take(self, box: Box, shape: Array) -> None:
        """Later organs keep away from this one."""
        view = self.taken[box]
        np.minimum(view, shape, out=view)

    def add_tube(
        self,
        curve: Tube,
        tissue: Tissue,
        *,
        onto: Tissue | None = Tissue.FAT,
        take: bool = True,
        wobble_mm: float = 0.0,
    ) -> None:
        """Paint a vessel or the like; `wobble_mm` makes its surface uneven."""
        low, high = curve.bounds(8.0 + 2 * self._warp_mm)
        box = self.grid.box(low.tolist(), high.tolist())
        if min(s.stop - s.start for s in box) == 0:
            return
        shape = curve.distance(self.coordinates(box))
        if wobble_mm > 0:
            shape = shape + np.float32(wobble_mm) * self.noise(f"tube {curve.points[0]}", box, 16.0)
        inside = shape < 0
        if onto == Tissue.FAT:
            inside &= self.wall[box] < 0
        self.paint(box, inside, tissue, onto=onto)
        if take:
            self.take(box, shape)
