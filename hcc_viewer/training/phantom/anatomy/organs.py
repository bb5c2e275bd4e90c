"""Spleen, kidneys, adrenals, pancreas and the muscles beside the spine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hcc_viewer.training.phantom.anatomy.scene import Scene
from hcc_viewer.training.phantom.anatomy.shapes import (
    Array,
    Point,
    ellipsoid,
    rotation,
    smooth_max,
    tube,
)
from hcc_viewer.training.phantom.anatomy.skeleton import SpineParameters, spine_center
from hcc_viewer.training.phantom.types import Tissue


@dataclass(frozen=True)
class KidneyParameters:
    """One kidney; centre in the reference body's mm, other lengths in mm."""

    volume_ml: float
    center: Point
    tilt: float
    turn: float
    sinus: float
    """Of the sinus fat's size, relative."""
    cortex: float


@dataclass(frozen=True)
class OrganParameters:
    """The solid organs but the liver."""

    spleen_ml: float
    spleen_shift: Point
    right_kidney: KidneyParameters
    left_kidney: KidneyParameters
    perirenal_fat: float
    pancreas: float
    """Thickness in mm of the body."""
    pancreas_lobulation: float
    adrenal: float
    psoas: float
    """Half width in mm at L3."""


def _draw_kidney(rng: np.random.Generator, side: float, size: float) -> KidneyParameters:
    height = rng.uniform(-64, -38) if side < 0 else rng.uniform(-52, -24)
    return KidneyParameters(
        volume_ml=float(np.clip(rng.normal(160, 28) * size, 85, 230)),
        center=(height, rng.uniform(42, 52), side * rng.uniform(58, 70)),
        tilt=rng.uniform(8, 22),
        turn=rng.uniform(25, 55),
        sinus=rng.uniform(0.7, 1.25),
        cortex=rng.uniform(6, 9),
    )


def draw_organs(
    rng: np.random.Generator, *, is_cirrhotic: bool, adiposity: float, size: float
) -> OrganParameters:
    """Draw organs; spleen 100-400 ml, up to 1200 with portal hypertension."""
    spleen = float(np.clip(rng.lognormal(5.3, 0.36), 90, 420)) * size
    if is_cirrhotic:
        spleen = float(np.clip(spleen * rng.uniform(1.0, 3.0), 120, 1200))
    return OrganParameters(
        spleen_ml=spleen,
        spleen_shift=(rng.normal(0, 7), rng.normal(0, 5), 0.0),
        right_kidney=_draw_kidney(rng, -1.0, size),
        left_kidney=_draw_kidney(rng, 1.0, size),
        perirenal_fat=rng.uniform(2, 6) + 10 * adiposity,
        pancreas=rng.uniform(15, 25),
        pancreas_lobulation=rng.uniform(1.0, 3.0),
        adrenal=rng.uniform(2.4, 3.6),
        psoas=rng.uniform(13, 20) * size,
    )


def volume_offset(shape: Array, volume_ml: float, voxel_ml: float, limit_mm: float) -> float:
    """The level at which a shape encloses a volume, within a limit in mm."""
    count = round(volume_ml / voxel_ml)
    values = shape.ravel()
    if values.size == 0:
        return 0.0
    level = np.partition(values, min(count, values.size - 1))[min(count, values.size - 1)]
    return float(np.clip(level, -limit_mm, limit_mm))


def add_kidney(scene: Scene, p: KidneyParameters, name: str) -> None:
    """Paint a kidney: cortex, medullary pyramids and the fat of the sinus."""
    side = 1.0 if p.center[2] > 0 else -1.0
    center = scene.place(*p.center)
    radius = (p.volume_ml * 1000 / (4.19 * 0.86)) ** (1 / 3)
    radii = (1.72 * radius, 0.80 * radius, 0.74 * radius)
    box = scene.box(center, (1.9 * radius,) * 3)
    q = scene.coordinates(box)
    turn = rotation(about_z=side * p.turn, about_y=side * p.tilt, about_x=-12)
    shape = ellipsoid(q, center, radii, turn, exponent=2.15)
    shape = shape + 1.1 * scene.noise(name, box, 30.0)
    hilum_at = np.array(center) + turn.T @ np.array([0.0, 0.0, -side * 0.62 * radii[2]])
    sinus_radii = (0.72 * radius * p.sinus, 0.26 * radius * p.sinus, 0.62 * radius)
    sinus = ellipsoid(q, (hilum_at[0], hilum_at[1], hilum_at[2]), sinus_radii, turn)
    sinus = sinus + 2.0 * scene.noise(name + " sinus", box, 14.0)
    shape = smooth_max(shape, -sinus, 4)
    shape = scene.within(shape, box, gap_mm=2.0, blend_mm=4)
    shape = smooth_max(shape, scene.wall[box] + 2, 5)
    pyramids = scene.noise(name + " pyramids", box, 13.0)
    depth = np.minimum(-shape, 30.0)
    medulla = (depth > p.cortex * 0.85) | ((depth > p.cortex * 0.6) & (pyramids > 0.5))
    medulla &= (pyramids > -0.45) & (sinus > 1.0)
    scene.paint(box, shape < 0, Tissue.KIDNEY_CORTEX)
    scene.paint(box, medulla & (shape < 0), Tissue.KIDNEY_MEDULLA, onto=Tissue.KIDNEY_CORTEX)
    scene.take(box, np.minimum(shape, smooth_max(sinus, ellipsoid(q, center, radii, turn), 2)))


def add_spleen(scene: Scene, p: OrganParameters, dome: float) -> None:
    """Paint the spleen along the wall under the left dome, hollow towards stomach and kidney."""
    shift = p.spleen_shift
    grown = (p.spleen_ml / 220) ** (1 / 3)
    center = scene.place(
        dome - 46 + shift[0] - 26 * (grown - 1), 36 + shift[1] - 8 * (grown - 1), 100
    )
    radii = (54 * grown, 52 * grown, 30 * grown)
    box = scene.box(center, [1.5 * r for r in radii])
    q = scene.coordinates(box)
    turn = rotation(about_z=32, about_y=-14, about_x=12)
    shape = ellipsoid(q, center, radii, turn, exponent=2.2) + 2.0 * scene.noise("spleen", box, 42.0)
    inner = (center[0] - 8, center[1] - 34, center[2] - 46)
    hollow = ellipsoid(q, inner, (70 * grown, 40, 38))
    limits = smooth_max(scene.wall[box] + 2.5, scene.below_diaphragm(box, 2.5), 8)
    limits = smooth_max(smooth_max(limits, -hollow, 8), 1.5 - scene.taken[box], 3)
    free = np.where(limits < 0, shape, np.float32(1e3))
    grow = volume_offset(free, p.spleen_ml, scene.grid.voxel_ml, 26)
    shape = smooth_max(shape - grow, limits, 6)
    scene.paint(box, shape < 0, Tissue.SPLEEN)
    scene.take(box, shape)


def add_adrenals(scene: Scene, p: OrganParameters) -> None:
    """Paint the adrenals: three thin leaves each."""
    for side, base in ((-1.0, scene.place(2, 26, -32)), (1.0, scene.place(-6, 24, 36))):
        z, y, x = base
        crest = (z + 14, y - 6, x)
        ends = ((z - 12, y + 14, x + 9 * side), (z - 14, y + 15, x - 6 * side), (z + 20, y + 6, x))
        for end in ends:
            middle = tuple((a + b) / 2 for a, b in zip(crest, end, strict=True))
            curve = tube([crest, (middle[0], middle[1], middle[2] + side), end], p.adrenal)
            scene.add_tube(curve, Tissue.ADRENAL)


def add_pancreas(scene: Scene, p: OrganParameters) -> None:
    """Paint the pancreas from the head in the duodenum's bend to the tail at the spleen."""
    place = scene.place
    knots = [
        place(-62, -8, -28),
        place(-46, -10, -26),
        place(-34, -20, -8),
        place(-22, -25, 12),
        place(-12, -14, 36),
        place(-2, 6, 58),
        place(4, 18, 72),
    ]
    half = p.pancreas / 2
    curve = tube(
        knots, [0.9 * half, 1.45 * half, 0.95 * half, 1.0 * half, 1.05 * half, half, 0.6 * half]
    )
    low, high = curve.bounds(26.0)
    box = scene.grid.box(low.tolist(), high.tolist())
    shape = curve.distance(scene.coordinates(box), reach_mm=12)
    shape = shape + p.pancreas_lobulation * scene.noise("pancreas", box, 9.0)
    shape = scene.within(shape, box, gap_mm=0.8)
    scene.paint(box, shape < 0, Tissue.PANCREAS)
    scene.take(box, shape)


def add_deep_muscles(scene: Scene, psoas: float, spine: SpineParameters) -> None:
    """Paint the psoas, of a half width in mm, and the square lumbar muscles beside the spine."""
    z = np.linspace(-190, 0, 8) * scene.scale[0]
    y, x = spine_center(spine, z.astype(np.float32))
    width = psoas * np.clip((10 - z / scene.scale[0]) / 95, 0.12, 1.15)
    for side in (-1.0, 1.0):
        aside = side * (spine.half_width + 0.55 * width)
        knots = [
            (float(a), float(b + 3 - 0.2 * w), float(c + d))
            for a, b, c, d, w in zip(z, y, x, aside, width, strict=True)
        ]
        scene.add_tube(tube(knots, (0.85 * width).tolist()), Tissue.MUSCLE, wobble_mm=2.2)
        square = [
            (float(a), float(b + 16), float(c + side * (spine.half_width + 26)))
            for a, b, c in zip(z[:6], y[:6], x[:6], strict=True)
        ]
        scene.add_tube(tube(square, 0.5 * psoas), Tissue.MUSCLE, wobble_mm=2.0)
