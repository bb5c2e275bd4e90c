"""The diaphragm, the lungs and the heart above it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hcc_viewer.training.phantom.anatomy.scene import Scene
from hcc_viewer.training.phantom.anatomy.shapes import (
    Array,
    ellipsoid,
    rotation,
    smooth_max,
    smooth_min,
    tube,
)
from hcc_viewer.training.phantom.types import Tissue


@dataclass(frozen=True)
class ThoraxParameters:
    """Lengths in mm, heights over the porta hepatis of the reference body."""

    right_dome: float
    left_dome: float
    tendon: float
    """Height of the central tendon under the heart."""
    steepness: float
    """How far a dome falls from its top to its foot."""
    recess_back: float
    """Lowest height of the lung behind."""
    recess_front: float
    heart_length: float
    heart_width: float
    heart_turn: float
    heart_wall: float
    pericardial_fat: float


def draw_thorax(rng: np.random.Generator, adiposity: float) -> ThoraxParameters:
    """Draw the thorax; the right dome is 10-20 mm higher than the left in most people."""
    right = rng.uniform(76, 98)
    return ThoraxParameters(
        right_dome=right,
        left_dome=right - rng.uniform(2, 24),
        tendon=right - rng.uniform(16, 32),
        steepness=rng.uniform(90, 135),
        recess_back=rng.uniform(-18, 14),
        recess_front=rng.uniform(25, 60),
        heart_length=rng.uniform(62, 78),
        heart_width=rng.uniform(38, 48),
        heart_turn=rng.uniform(28, 52),
        heart_wall=rng.uniform(9, 13),
        pericardial_fat=rng.uniform(2, 6) + 7 * adiposity,
    )


def build_diaphragm(scene: Scene, p: ThoraxParameters) -> Array:
    """(row, column) height of the diaphragm in mm, the warp not applied."""
    _, y, x = scene.grid.mesh()
    y, x = y[0] / scene.scale[1], x[0] / scene.scale[2]
    high = scene.scale[0]

    def dome(top: float, center: float, forward: float, wide: float, deep: float) -> Array:
        rho = np.hypot((x - center) / wide, (y - forward) / deep)
        cap = 1 - np.sqrt(np.clip(1 - np.clip(rho, 0, 1) ** 2, 0.0, 1))
        surface: Array = top - p.steepness * (cap + 0.8 * np.clip(rho - 1, 0, None))
        return surface

    right = dome(p.right_dome, -62, -6, 84, 104)
    left = dome(p.left_dome, 66, 0, 80, 100)
    middle = dome(p.tendon, 4, -18, 78, 84)
    height = smooth_max(smooth_max(right, left, 14), middle, 16)
    floor = p.recess_front + (p.recess_back - p.recess_front) / (1 + np.exp(-(y + 5) / 16))
    height = smooth_max(height, floor.astype(np.float32) * np.ones_like(height), 10) * high
    level = scene.grid.part((slice(0, 1), slice(None), slice(None)))
    bumps = scene.field("diaphragm", 70.0).on(level)
    uneven: Array = (height + 2.2 * bumps[0]).astype(np.float32)
    return uneven


def add_thorax(scene: Scene, p: ThoraxParameters, spine_y: float) -> None:
    """Paint the diaphragm's muscle, lungs, mediastinal fat and heart, and set the diaphragm."""
    scene.diaphragm = build_diaphragm(scene, p)
    top = scene.grid.axes()[0][-1]
    box = scene.grid.box((float(scene.diaphragm.min()) - 4, -300, -300), (top + 9, 300, 300))
    if box[0].stop == box[0].start:
        return
    height = scene.below_diaphragm(box)
    inside = scene.wall[box] < 0
    scene.paint(box, inside & (height > -1.0), Tissue.MUSCLE)
    _, y, x = scene.coordinates(box)
    spread = scene.noise("mediastinum", box, 45.0) * 4
    middle = smooth_max(np.abs(x - 4) - 24 - spread, (y - spine_y - 8), 6)
    middle = np.broadcast_to(middle, height.shape).copy()
    part = _heart_box(scene, p)
    heart = _heart(scene, p, part)
    if heart.size:
        top_crop = max(box[0].start - part[0].start, 0)
        view = middle[(slice(max(part[0].start - box[0].start, 0), None), *part[1:])]
        view = view[: heart.shape[0] - top_crop]
        view[...] = smooth_min(view, heart[top_crop:] - p.pericardial_fat, 12)
    lung = inside & (height > 1.0)
    scene.paint(box, lung & (middle >= 0), Tissue.LUNG, onto=Tissue.MUSCLE)
    scene.paint(box, lung & (middle < 0), Tissue.FAT, onto=Tissue.MUSCLE)
    if heart.size:
        _paint_heart(scene, p, heart, part)


def add_heart(scene: Scene, p: ThoraxParameters) -> None:
    """Paint a heart with its fat over the diaphragm, where a real case has lung only."""
    part = _heart_box(scene, p)
    heart = _heart(scene, p, part)
    if heart.size:
        near = (heart < p.pericardial_fat) & (scene.below_diaphragm(part) > 1)
        scene.paint(part, near, Tissue.FAT, onto=Tissue.LUNG)
        _paint_heart(scene, p, heart, part)


def _heart_box(scene: Scene, p: ThoraxParameters) -> tuple[slice, slice, slice]:
    center = scene.place(p.tendon + 0.62 * p.heart_width, -34, 18)
    return scene.box(center, (1.3 * p.heart_width, 1.3 * p.heart_length, 1.3 * p.heart_length))


def _heart(scene: Scene, p: ThoraxParameters, box: tuple[slice, slice, slice]) -> Array:
    z, y, x = scene.coordinates(box)
    center = scene.place(p.tendon + 0.62 * p.heart_width, -34, 18)
    turn = rotation(about_z=-p.heart_turn, about_x=14)
    radii = (p.heart_width, p.heart_width * 1.02, p.heart_length)
    shape = ellipsoid((z, y, x), center, radii, turn, exponent=2.2)
    shape = shape + 2.5 * scene.noise("heart", box, 40.0)
    shape = smooth_max(shape, scene.wall[box] + 4, 8)
    return smooth_max(shape, 2.0 - scene.below_diaphragm(box), 10)


def _paint_heart(
    scene: Scene,
    p: ThoraxParameters,
    heart: Array,
    box: tuple[slice, slice, slice],
) -> None:
    """Left ventricle with a thick wall, right one with a thin wall, atria behind."""
    z, y, x = scene.coordinates(box)
    scene.paint(box, heart < 0, Tissue.HEART_MUSCLE)
    scene.take(box, heart)
    base = p.tendon + 0.62 * p.heart_width
    turn = rotation(about_z=-p.heart_turn, about_x=14)
    left = ellipsoid((z, y, x), scene.place(base + 3, -30, 36), (24, 20, 36), turn)
    right = ellipsoid((z, y, x), scene.place(base - 2, -52, -4), (27, 17, 40), turn)
    atrium = ellipsoid((z, y, x), scene.place(base + 10, -16, -26), (34, 22, 22))
    back = ellipsoid((z, y, x), scene.place(base + 34, 0, 12), (24, 16, 28))
    wavy = 2.0 * scene.noise("trabeculae", box, 14.0)
    left = smooth_max(left + wavy, heart + p.heart_wall, 4)
    thin = smooth_max(smooth_min(right, atrium, 4) + wavy, heart + 3.5, 3)
    thin = smooth_max(thin, p.heart_wall - left, 3)
    behind = smooth_max(smooth_max(back, heart + 2.5, 3), p.heart_wall * 0.6 - left, 3)
    blood = np.minimum(np.minimum(left, thin), behind) < 0
    scene.paint(box, blood, Tissue.BLOOD, onto=Tissue.HEART_MUSCLE)


def add_crura(scene: Scene, aorta: np.ndarray, rng: np.random.Generator) -> None:
    """Paint the crura of the diaphragm beside the aorta; `aorta` is (n, 3) points in mm."""
    low = aorta[:, 0] > -45 * scene.scale[0]
    path = aorta[low & (aorta[:, 0] < 70 * scene.scale[0])]
    for side in (-1.0, 1.0):
        width = rng.uniform(3.5, 6.0) * (1.2 if side < 0 else 1.0)
        offset = np.array([0.0, -1.0, side * 14.0])
        knots = [tuple(q + offset) for q in path[:: max(1, len(path) // 6)]]
        if len(knots) > 1:
            curve = tube(knots, width)
            scene.add_tube(curve, Tissue.MUSCLE, wobble_mm=1.5)
