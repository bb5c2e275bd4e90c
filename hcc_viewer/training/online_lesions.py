"""Lesions that are drawn into training slices: one draw each (see `drawing`)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.training.drawing import PARTIAL_VOLUME_MM, Window
from hcc_viewer.training.phantom.fields import clipped_normal, log_uniform

FloatArray = NDArray[np.float32]

SIZE_SHARES = ((5.0, 10.0, 0.32), (10.0, 20.0, 0.42), (20.0, 35.0, 0.19), (35.0, 60.0, 0.07))
"""(from, to, share) of diameters in mm: more small ones than in `phantom.lesions`; large ones are
learned soon."""

BULGING = 0.3
"""Share of HCC that may bulge out of the liver where they touch its border."""

WAVES = 5
"""Plane waves that make a smooth random field."""


@dataclass(frozen=True, eq=False)
class OnlineLesion:
    """One draw; lengths in mm, contrasts over the liver around."""

    group: str
    """In TISSUE_GROUPS: `hcc` or `mimic`."""
    diameter: float
    turn: FloatArray
    """(3, 3) from (z, y, x) to the lesion's axes, each scaled so that the outline is a sphere of
    the diameter."""
    shift: float
    """Of its middle along z from the slice."""
    edge: float
    contrast: float
    lobulation: float
    waves: FloatArray
    """(3 fields, WAVES, 4) wave vectors in 1/mm and phases: outline, grain, mosaic."""
    grain: float = 0.03
    mosaic: float = 0.0
    capsule: float = 0.0
    capsule_contrast: float = 1.0
    """Over the lesion's own."""
    necrosis: float = 0.0
    """Relative depth from which it is necrotic; 0: nowhere."""
    necrosis_contrast: float = 0.3
    halo: float = 0.0
    halo_contrast: float = 1.0
    bulge: float = 0.0
    """How far it may reach out of the liver."""

    @property
    def reach(self) -> float:
        """How far from its middle it changes anything."""
        return 0.68 * self.diameter + self.halo + self.edge + 4.0

    def render(self, window: Window) -> tuple[FloatArray, FloatArray, FloatArray]:
        """As `drawing.Drawing`."""
        depths, fields = _depth(self, window)
        share = np.clip(depths / self.edge + 0.5, 0, 1).mean(axis=0)
        depth = depths.mean(axis=0)
        around = np.ones((1, 1, 1), np.float32)
        if self.halo > 0:
            near = np.clip((depth + self.halo) / 3 + 0.5, 0, 1)
            around = 1 - near * (1 - np.float32(self.halo_contrast))
        return share, _contrast(self, depth, fields), around


def draw_hcc(rng: np.random.Generator) -> OnlineLesion:
    """An HCC: shape, contrast and traits at about the rates of `phantom.lesions`."""
    shares = np.array([share for _, _, share in SIZE_SHARES])
    low, high, _ = SIZE_SHARES[int(rng.choice(len(shares), p=shares / shares.sum()))]
    diameter = log_uniform(rng, low, high)
    contrast = clipped_normal(rng, 0.60, 0.13, 0.33, 0.9)
    if rng.random() < 0.12:
        contrast = float(rng.uniform(0.75, 0.9))
    large = diameter > 20
    has_capsule, has_mosaic, has_halo = rng.random(3) < (0.4 if large else 0.1, 0.3, 0.25)
    return OnlineLesion(
        group="hcc",
        diameter=diameter,
        turn=turned(rng, 0.25),
        shift=float(rng.uniform(-0.75, 0.75)) * diameter / 2,
        edge=float(rng.uniform(0.4, 3.0)),
        contrast=contrast,
        lobulation=float(rng.uniform(0.1, 0.25) if rng.random() < 0.4 else rng.uniform(0, 0.08)),
        waves=plane_waves(
            rng, (diameter * float(rng.uniform(0.5, 1.1)), 4.0, max(diameter / 3, 5.0))
        ),
        grain=float(rng.uniform(0.0, 0.06)),
        mosaic=float(rng.uniform(0.05, 0.2)) if large and has_mosaic else 0.0,
        capsule=float(rng.uniform(1.2, 2.6)) if has_capsule else 0.0,
        capsule_contrast=float(rng.uniform(0.62, 0.9)),
        necrosis=float(rng.uniform(0.35, 0.7)) if large and rng.random() < 0.2 else 0.0,
        necrosis_contrast=float(rng.uniform(0.2, 0.45)),
        halo=float(rng.uniform(3, 9)) if has_halo else 0.0,
        halo_contrast=float(rng.uniform(0.8, 0.93)),
        bulge=float(rng.uniform(0.1, 0.6)) * diameter if rng.random() < BULGING else 0.0,
    )


def draw_cyst(rng: np.random.Generator) -> OnlineLesion:
    """A cyst: round, sharp, much darker than any HCC."""
    diameter = log_uniform(rng, 4, 30)
    return OnlineLesion(
        group="mimic",
        diameter=diameter,
        turn=turned(rng, 0.15),
        shift=float(rng.uniform(-0.75, 0.75)) * diameter / 2,
        edge=float(rng.uniform(0.8, 1.6)),
        contrast=float(rng.uniform(0.1, 0.25)),
        lobulation=float(rng.uniform(0, 0.08)),
        waves=plane_waves(rng, (diameter, 4.0, 10.0)),
        grain=0.01,
    )


def _depth(lesion: OnlineLesion, window: Window) -> tuple[FloatArray, FloatArray]:
    """Depth in mm below the outline, negative outside, and the smooth fields of the inside.

    Returns:
        (sample along z, row, column, channel), and (2 fields, row, column, channel).
    """
    rows, columns = window.rows, window.columns
    y = (np.arange(rows.start, rows.stop) - window.place.row) * window.pixel_mm
    x = (np.arange(columns.start, columns.stop) - window.place.column) * window.pixel_mm
    z = np.array(window.offsets_mm) - lesion.shift
    spread = PARTIAL_VOLUME_MM if lesion.diameter < 25 else (0.0,)
    radius = lesion.diameter / 2
    depths, fields = [], np.zeros(0, np.float32)
    for step in spread:
        grid = np.stack(np.meshgrid(y, x, z + step, indexing="ij")).astype(np.float32)
        own = np.tensordot(lesion.turn, grid[[2, 0, 1]], axes=1)
        distance = np.sqrt((own**2).sum(axis=0))
        lobes = 1 + lesion.lobulation * _field(lesion.waves[0], own)
        depths.append(radius - distance * lobes)
        if step == 0.0:
            fields = np.stack([_field(waves, own) for waves in lesion.waves[1:]])
    return np.asarray(depths, np.float32), fields


def _contrast(lesion: OnlineLesion, depth: FloatArray, fields: FloatArray) -> FloatArray:
    """(row, column, channel) signal over the liver's inside the outline."""
    grain, mosaic = fields
    out = lesion.contrast * (1 + lesion.grain * grain)
    if lesion.mosaic > 0:
        out *= 1 + lesion.mosaic * np.tanh(2.5 * mosaic)
    if lesion.necrosis > 0:
        rank = depth / (lesion.diameter / 2) + 0.25 * mosaic
        dead = np.clip((rank - lesion.necrosis) / 0.15, 0, 1)
        out = out * (1 - dead) + lesion.necrosis_contrast * dead
    if lesion.capsule > 0:
        rim = np.clip(1 - np.abs(depth - lesion.capsule / 2) / lesion.capsule, 0, 1)
        out *= 1 - (1 - lesion.capsule_contrast) * rim
    return np.asarray(np.maximum(out, 0.03), np.float32)


def _field(waves: FloatArray, place: FloatArray) -> FloatArray:
    """A smooth random field of about unit variance at (3, ...) places in mm."""
    phase = np.tensordot(waves[:, :3], place, axes=1)
    phase += waves[:, 3].reshape(-1, *(1,) * (place.ndim - 1))
    return np.asarray(np.cos(phase).sum(axis=0) * math.sqrt(2 / len(waves)), np.float32)


def plane_waves(rng: np.random.Generator, lengths_mm: tuple[float, float, float]) -> FloatArray:
    """Random wave vectors of the given wavelengths, with phases."""
    out = np.empty((len(lengths_mm), WAVES, 4), np.float32)
    for number, length in enumerate(lengths_mm):
        direction = rng.normal(size=(WAVES, 3))
        direction /= np.linalg.norm(direction, axis=1, keepdims=True)
        out[number, :, :3] = direction * (2 * math.pi / length) * rng.uniform(0.6, 1.3, (WAVES, 1))
        out[number, :, 3] = rng.uniform(0, 2 * math.pi, WAVES)
    return out


def turned(rng: np.random.Generator, flatness: float) -> FloatArray:
    """A rotation, its rows divided by semi-axes whose product is 1."""
    basis, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    axes = rng.uniform(1 - flatness, 1 + flatness, 3)
    axes /= axes.prod() ** (1 / 3)
    return np.asarray(basis / axes[:, None], np.float32)
