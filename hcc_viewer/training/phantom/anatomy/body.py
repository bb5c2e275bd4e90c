"""The trunk's wall in layers around the cavity: muscle, ribs, fat and skin, as polar tables.

The layers are star-shaped about the body's axis: a table (slice, angle) holds each one's radius.
Angle 0 is the front, the patient's left is positive, the back is at +-180 degrees.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.training.phantom.anatomy.shapes import Array, Grid
from hcc_viewer.training.phantom.types import Tissue

ANGLES = 720
"""Entries of a polar table around the body."""


@dataclass(frozen=True)
class BodyParameters:
    """Size and fat of a trunk; lengths in mm."""

    is_female: bool
    adiposity: float
    """0 thin to 1 obese."""
    cavity_half_width: float
    cavity_front: float
    """From the axis to the front of the cavity."""
    cavity_back: float
    height_scale: float
    """Of all lengths along z over the reference body's."""
    exponent: float
    """Of the superellipse of the cavity's cross-section."""
    waist: float
    """Relative change of the width 120 mm below the porta hepatis."""
    belly: float
    """Relative change of the depth in front there."""
    wall: float
    back_muscle: float
    """From the axis to the back of the erector muscles."""
    fat_front: float
    fat_side: float
    fat_back: float
    skin: float
    rib_spacing: float
    rib_drop: float
    """How far a rib falls from the spine to the side."""
    rib_phase: float
    costal_margin: float
    """z of the lowest rib's end at the side."""
    harmonics: tuple[tuple[float, float, float], ...]
    """Relative amplitude, its change per 100 mm of z, and phase of angular waves 2, 3, ..."""

    @property
    def scale(self) -> tuple[float, float, float]:
        """(z, y, x) over the reference body, whose cavity is 264 mm wide and 184 mm deep."""
        depth = (self.cavity_front + self.cavity_back) / 184.0
        return self.height_scale, depth, self.cavity_half_width / 132.0


def draw_body(rng: np.random.Generator) -> BodyParameters:
    """Draw a trunk from thin to obese.

    Ranges: subcutaneous fat at L1-L3 5-50 mm and its sex difference after Kuk et al. 2009;
    cavity sizes as in the TotalSegmentator cases (half width 105-150 mm).
    """
    female = bool(rng.random() < 0.35)
    adiposity = float(rng.beta(1.6, 2.2))
    size = float(np.clip(rng.normal(0.94 if female else 1.0, 0.05), 0.82, 1.12))
    width = size * (122 + 22 * adiposity) * rng.uniform(0.95, 1.05)
    front = size * (84 + 26 * adiposity) * rng.uniform(0.94, 1.06)
    fat = (4 + 26 * adiposity**1.3) * (1.35 if female else 1.0)
    harmonics = tuple(
        (
            float(rng.normal(0, 0.016 / k)),
            float(rng.normal(0, 0.008 / k)),
            float(rng.uniform(0, 6.28)),
        )
        for k in range(2, 8)
    )
    return BodyParameters(
        is_female=female,
        adiposity=adiposity,
        cavity_half_width=float(width),
        cavity_front=float(front),
        cavity_back=float(size * (88 + 4 * adiposity) * rng.uniform(0.96, 1.04)),
        height_scale=float(np.clip(size * rng.normal(1.0, 0.06), 0.85, 1.15)),
        exponent=float(rng.uniform(2.15, 2.6)),
        waist=float(rng.normal(-0.08 + 0.12 * adiposity, 0.03)),
        belly=float(rng.normal(-0.18 + 0.32 * adiposity, 0.06)),
        wall=float(rng.uniform(10, 16) * size),
        back_muscle=float(size * rng.uniform(116, 130)),
        fat_front=float(fat * rng.uniform(0.7, 1.2)),
        fat_side=float(fat * rng.uniform(0.6, 1.1)),
        fat_back=float(fat * rng.uniform(0.7, 1.3)),
        skin=float(rng.uniform(1.4, 2.6)),
        rib_spacing=float(rng.uniform(27, 34) * size),
        rib_drop=float(rng.uniform(70, 110) * size),
        rib_phase=float(rng.uniform(0, 1)),
        costal_margin=float(rng.uniform(-70, -20)),
        harmonics=harmonics,
    )


@dataclass(frozen=True, eq=False)
class Layers:
    """Radii in mm, tables (slice, angle), of the cavity, the muscles and the fat's outside."""

    cavity: Array
    muscle: Array
    fat: Array


def _ellipse(a: Array, front: Array, back: Array, n: float, angle: Array) -> Array:
    depth = np.where(np.abs(angle) < np.pi / 2, front, back)
    sine, cosine = np.abs(np.sin(angle)), np.abs(np.cos(angle))
    return ((sine / a) ** n + (cosine / depth) ** n) ** (-1 / n)


def cavity_table(p: BodyParameters, z: Array) -> Array:
    """Radii of the cavity, a table (slice, angle), at the slices' positions `z` in mm."""
    level = np.clip(-z[:, None] / (120 * p.height_scale), -1.0, 2.0)
    below, above = np.clip(level, 0, None), np.clip(-level, 0, None)
    width = p.cavity_half_width * (1 + p.waist * below**1.5 - 0.06 * above**2)
    front = p.cavity_front * (1 + p.belly * below - 0.10 * above**2)
    back = np.full_like(width, p.cavity_back)
    table = _ellipse(width, front, back, p.exponent, table_angles()) * (1 + _waves(p, z))
    return table.astype(np.float32)


def table_angles() -> Array:
    """(1, angle) in radians of the entries of a polar table."""
    return (np.arange(ANGLES, dtype=np.float32) / ANGLES * 2 * np.pi - np.pi)[None]


def _waves(p: BodyParameters, z: Array) -> Array:
    wave = np.zeros((len(z), ANGLES), np.float32)
    for order, (amplitude, slope, phase) in enumerate(p.harmonics, start=2):
        wave += (amplitude + slope * z[:, None] / 100) * np.cos(order * table_angles() + phase)
    return wave


def build_layers(p: BodyParameters, z: Array, cavity: Array | None = None) -> Layers:
    """The polar tables at the slices' positions `z` in mm, around a cavity if one is given."""
    if cavity is None:
        cavity = cavity_table(p, z)
    angle, wave = table_angles(), _waves(p, z)
    below = np.clip(-z[:, None] / (120 * p.height_scale), 0.0, 2.0)
    width = cavity[:, [ANGLES // 4, 3 * ANGLES // 4]].mean(axis=1, keepdims=True)
    front = np.full_like(width, p.cavity_front)
    behind = np.exp(-(((np.pi - np.abs(angle)) / 0.09) ** 2))
    lateral = np.sin(angle) ** 2
    wall = p.wall * (0.8 + 0.3 * lateral + 0.25 * below * lateral)
    dorsal = _ellipse(
        np.float32(0.62) * width, front, np.full_like(width, p.back_muscle), 3.2, angle
    )
    dorsal = np.where(np.abs(angle) > np.pi / 2, dorsal, 0)
    latissimus = np.exp(-(((np.abs(angle) - 2.2) / 0.35) ** 2)) * np.clip(1 - 0.7 * below, 0, 1)
    muscle = cavity + wall + 7 * latissimus
    gap = np.clip(14 - np.abs(muscle - dorsal), 0, None)
    muscle = np.maximum(muscle, dorsal) + gap**2 / 56 - 5 * behind
    cosine = np.cos(angle)
    fat = p.fat_side * lateral + np.where(cosine > 0, p.fat_front, p.fat_back) * cosine**2
    flank = np.exp(-(((np.abs(angle) - 2.3) / 0.5) ** 2))
    fat = fat * (1 + (0.25 + 0.25 * p.is_female) * below) + 0.25 * p.fat_back * flank + 2
    outline = muscle + np.maximum(fat * (1 + 2.5 * wave), 2)
    # Skin spans the hollow between flank and back muscles.
    span = width + p.wall + p.fat_side
    hull = _ellipse(span, front * 0.8, p.back_muscle + 0.8 * p.fat_back + 0 * width, 2.7, angle)
    hull = hull * (1 + wave) - 3 * behind
    gap = np.clip(10 - np.abs(outline - hull), 0, None)
    outline = np.maximum(outline, hull) + gap**2 / 40
    return Layers(*(t.astype(np.float32) for t in (cavity, muscle, outline)))


@dataclass(frozen=True, eq=False)
class PolarMap:
    """Radius and table index of the pixels of a slice; the same in all slices."""

    radius: Array
    angle: Array
    index: NDArray[np.intp]

    def lookup(self, table: Array, part: slice = slice(None)) -> Array:
        """(slice, row, column) values of a table (slice, angle)."""
        return table[part][:, self.index]


def polar_map(grid: Grid) -> PolarMap:
    """Polar coordinates about the body's axis."""
    _, y, x = grid.axes()
    radius = np.hypot(y[:, None], x[None]).astype(np.float32)
    angle = np.arctan2(x[None] + 0 * y[:, None], -y[:, None] + 0 * x[None]).astype(np.float32)
    index = np.rint((angle + np.pi) / (2 * np.pi) * ANGLES).astype(np.intp) % ANGLES
    return PolarMap(radius, angle, index)


def paint_wall(labels: NDArray[np.uint8], polar: PolarMap, layers: Layers, skin: float) -> Array:
    """Paint skin, fat, muscle and cavity (as fat).

    Returns:
        Radial distance in mm to the cavity's wall, negative inside.
    """
    inner = np.empty(labels.shape, np.float32)
    for k in range(labels.shape[0]):
        fat = layers.fat[k][polar.index]
        muscle = layers.muscle[k][polar.index]
        inner[k] = polar.radius - layers.cavity[k][polar.index]
        plane = labels[k]
        plane[polar.radius < fat] = Tissue.SKIN
        plane[polar.radius < fat - skin] = Tissue.FAT
        plane[(polar.radius < muscle) & (inner[k] > 0)] = Tissue.MUSCLE
    return inner
