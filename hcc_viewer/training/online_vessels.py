"""Vessels that are drawn into training slices: one draw each (see `drawing`).

A vessel is round like an HCC where it crosses a slice, and as dark, but it goes on through the
neighbours. Some end in the liver, bluntly, as those do whose end is too thin to be seen, or that
another program simulates.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from hcc_viewer.training.drawing import PARTIAL_VOLUME_MM, Window
from hcc_viewer.training.phantom.fields import clipped_normal, log_uniform

FloatArray = NDArray[np.float32]

BRANCHES = (0.55, 0.3, 0.15)
"""Share of vessels with no, one and two branches."""

AT_AN_END = 0.35
"""Share of vessels that are shown at one of their ends."""

TRUNKS = 0.2
"""Share of vessels that are as wide as the inferior vena cava and the veins that join it."""

SUBPIXEL_BITS = 4
"""OpenCV's circles are given in sixteenths of a pixel."""

CIRCLE_EXCESS = 0.5
"""OpenCV fills a smooth circle so many pixels further than its radius."""


@dataclass(frozen=True, eq=False)
class OnlineVessel:
    """One draw: a chain of balls, or several."""

    group: str
    """In TISSUE_GROUPS: `blood`, or `bile` for a bright bile duct."""
    points: FloatArray
    """(ball, 3) middles from the place, (z, y, x) in mm."""
    radii: FloatArray
    """(ball,)"""
    edge: float
    """Width over which its border fades."""
    contrast: float
    """Signal over the liver's."""
    bulge: ClassVar[float] = 0.0
    """None reaches out of the liver."""

    @property
    def reach(self) -> float:
        """How far from its place it changes anything."""
        across = np.abs(self.points[:, 1:]).max(axis=1) + self.radii
        return float(across.max()) + self.edge + 2.0

    def render(self, window: Window) -> tuple[FloatArray, FloatArray, FloatArray]:
        """As `drawing.Drawing`."""
        rows, columns, channels = window.shape
        share = np.zeros((rows, columns, channels), np.float32)
        for channel, offset in enumerate(window.offsets_mm):
            for step in PARTIAL_VOLUME_MM:
                share[..., channel] += self._discs(window, offset + step)
        share /= 255 * len(PARTIAL_VOLUME_MM)
        spread = self.edge / 2.4 / window.pixel_mm
        if spread > 0.2:
            blurred = cv2.GaussianBlur(share, (0, 0), spread).reshape(share.shape)
            share = np.asarray(blurred, np.float32)
        ones = np.ones((1, 1, 1), np.float32)
        return share, ones * np.float32(self.contrast), ones

    def _discs(self, window: Window, z: float) -> NDArray[np.uint8]:
        """(row, column) 255 inside its cross-section at a height."""
        plane = np.zeros(window.shape[:2], np.uint8)
        squares = self.radii**2 - (self.points[:, 0] - z) ** 2
        there = squares > 0
        scale = (1 << SUBPIXEL_BITS) / window.pixel_mm
        wide = np.sqrt(squares[there]) * scale - CIRCLE_EXCESS * (1 << SUBPIXEL_BITS)
        radii = np.rint(np.maximum(wide, 0)).astype(int)
        first = np.array([window.columns.start, window.rows.start])
        middle = np.array([window.place.column, window.place.row]) - first
        centres = self.points[there][:, [2, 1]] * scale + middle * (1 << SUBPIXEL_BITS)
        for centre, radius in zip(np.rint(centres).astype(int).tolist(), radii, strict=True):
            cv2.circle(plane, centre, int(radius), 255, -1, cv2.LINE_AA, SUBPIXEL_BITS)
        return plane


def draw_vessel(rng: np.random.Generator) -> OnlineVessel:
    """A piece of a vessel in any direction, bent, with or without branches, as dark as HCC are."""
    if rng.random() < TRUNKS:
        radius, length = log_uniform(rng, 5.0, 13.0), float(rng.uniform(50, 120))
        upright = np.array([1.0, *rng.normal(0, 0.25, 2)])
        direction, bend = upright / np.linalg.norm(upright), 0.06
    else:
        radius, length = log_uniform(rng, 1.2, 5.0), float(rng.uniform(20, 80))
        direction, bend = _direction(rng), 0.25
    points, radii = _chain(rng, np.zeros(3), direction, radius, length, bend)
    all_points, all_radii = [points], [radii]
    for _ in range(int(rng.choice(len(BRANCHES), p=BRANCHES))):
        at = int(rng.integers(len(points)))
        width = float(radii[at]) * float(rng.uniform(0.5, 0.95))
        branch = _chain(rng, points[at], _direction(rng), width, float(rng.uniform(10, 45)))
        all_points.append(branch[0])
        all_radii.append(branch[1])
    if rng.random() < AT_AN_END:
        at = 0 if rng.random() < 0.5 else len(points) - 1
    else:
        at = int(rng.integers(len(points)))
    middle = points[at].copy()
    middle[0] += float(rng.uniform(-0.8, 0.8)) * float(radii[at])
    is_bile = rng.random() < 0.06
    return OnlineVessel(
        group="bile" if is_bile else "blood",
        points=np.asarray(np.concatenate(all_points) - middle, np.float32),
        radii=np.asarray(np.concatenate(all_radii), np.float32),
        edge=float(rng.uniform(0.4, 2.5)),
        contrast=float(rng.uniform(1.15, 1.9))
        if is_bile
        else clipped_normal(rng, 0.60, 0.15, 0.3, 0.95),
    )


def _chain(
    rng: np.random.Generator,
    start: NDArray[np.float64],
    direction: NDArray[np.float64],
    radius: float,
    length: float,
    most_bend: float = 0.25,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(ball, 3) middles and (ball,) radii along a bent line that gets thinner or does not.

    Args:
        rng: Draws its bends and calibres.
        start: (z, y, x) where it begins.
        direction: In which it does; a unit vector.
        radius: With which it does.
        length: Of the line.
        most_bend: Of its direction over 1.5 mm, standard deviation in each axis in radians.
    """
    step = max(0.5 * radius, 0.9)
    count = max(3, round(length / step))
    bend = float(rng.uniform(0.0, most_bend)) * math.sqrt(step / 1.5)
    directions = np.empty((count, 3))
    for number in range(count):
        direction = direction + rng.normal(0, bend, 3)
        direction /= np.linalg.norm(direction)
        directions[number] = direction
    last = float(rng.uniform(0.3, 1.0))
    radii = radius * np.linspace(1.0, last, count)
    radii *= np.exp(rng.normal(0, 0.06, count))
    return start + np.cumsum(directions * step, axis=0), radii


def _direction(rng: np.random.Generator) -> NDArray[np.float64]:
    vector = rng.normal(size=3)
    return np.asarray(vector / np.linalg.norm(vector))
