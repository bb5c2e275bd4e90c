"""Deforms a real case into another patient: scale, shear, elastic warp and breath."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from hcc_viewer.training.phantom.anatomy.shapes import Array, Grid, draw_field


@dataclass(frozen=True)
class DeformParameters:
    """How one draw differs from the case; lengths in mm."""

    seed: int
    scale: tuple[float, float, float]
    shear: tuple[float, float, float]
    """Of x by z, of y by z and of x by y."""
    coarse: float
    """Standard deviation of the displacement with a wavelength of 150 mm."""
    fine: float
    """Of the displacement with a wavelength of 60 mm."""
    breath: float
    """Shift of the dome along z, fading over 90 mm below it."""


def draw_deformation(rng: np.random.Generator) -> DeformParameters:
    """Draw a deformation that stays smooth: its gradients are well below 1."""
    common = rng.uniform(0.92, 1.08)
    scale = np.clip(common * rng.uniform(0.92, 1.08, 3), 0.85, 1.15)
    return DeformParameters(
        seed=int(rng.integers(2**31)),
        scale=(float(scale[0]), float(scale[1]), float(scale[2])),
        shear=(
            float(rng.normal(0, 0.05)), float(rng.normal(0, 0.05)), float(rng.normal(0, 0.03)),
        ),
        coarse=float(rng.uniform(3.0, 7.5)),
        fine=float(rng.uniform(0.8, 2.0)),
        breath=float(rng.normal(0, 9)),
    )  # fmt: skip


def source_positions(p: DeformParameters, grid: Grid, dome_mm: float) -> tuple[Array, Array, Array]:
    """Where in the case, in mm about its axis, the voxels of a grid come from.

    Args:
        p: The deformation.
        grid: In mm about the new patient's axis.
        dome_mm: Height of the liver's dome in the case.
    """
    rng = np.random.default_rng(p.seed)
    coarse = [draw_field(rng, 150.0) for _ in range(3)]
    fine = [draw_field(rng, 60.0) for _ in range(3)]
    z, y, x = grid.mesh()
    sz, sy, sx = (np.float32(1 / s) for s in p.scale)
    bare = (z * sz, (y - p.shear[1] * z) * sy, (x - p.shear[0] * z - p.shear[2] * y) * sx)
    out = []
    for axis in range(3):
        moved = bare[axis] + np.float32(p.coarse) * coarse[axis].on(grid)
        moved += np.float32(p.fine) * fine[axis].on(grid)
        out.append(moved.astype(np.float32, copy=False))
    fade = 1 / (1 + np.exp((dome_mm - 45 - out[0]) / 22))
    out[0] = (out[0] - np.float32(p.breath) * fade).astype(np.float32)
    return out[0], out[1], out[2]


def resample(
    values: NDArray[np.uint8] | Array,
    origin_mm: tuple[float, float, float],
    spacing_mm: tuple[float, float, float],
    positions: tuple[Array, Array, Array],
    order: int,
    outside: float,
) -> NDArray[np.uint8] | Array:
    """Values of a case at positions in mm; order 0 for labels, 1 for texture."""
    index = [
        (q - np.float32(o)) * np.float32(1 / s)
        for q, o, s in zip(positions, origin_mm, spacing_mm, strict=True)
    ]
    out: NDArray[np.uint8] | Array = ndimage.map_coordinates(
        values, index, order=order, mode="constant", cval=outside, prefilter=False
    )
    return out
