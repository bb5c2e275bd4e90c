"""Gallbladders that are drawn into training slices: one draw each (see `drawing`).

One that is sunk into the liver looks like a large HCC unless it is layered: where bile with
contrast agent meets bile without, the border is level in a patient who lies on the back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.training.drawing import Window
from hcc_viewer.training.online_lesions import OnlineLesion, plane_waves, turned
from hcc_viewer.training.phantom.fields import log_uniform

FloatArray = NDArray[np.float32]

LAYERED = 0.4
"""Share of gallbladders with two layers."""

BRIGHT = 0.25
"""Share of the others that are full of excreted contrast agent."""


@dataclass(frozen=True, eq=False)
class OnlineGallbladder:
    """One draw; lengths in mm, contrasts over the liver around."""

    body: OnlineLesion
    """Its outline, and the bile of the anterior layer."""
    level: float
    """Of the border between the layers, posterior to the middle."""
    posterior_contrast: float
    blur: float
    """Width over which the layers mix."""

    @property
    def group(self) -> str:
        """In TISSUE_GROUPS."""
        return self.body.group

    @property
    def reach(self) -> float:
        """How far from its place it changes anything."""
        return self.body.reach

    @property
    def bulge(self) -> float:
        """How far it may reach out of the liver."""
        return self.body.bulge

    def render(self, window: Window) -> tuple[FloatArray, FloatArray, FloatArray]:
        """As `drawing.Drawing`."""
        share, anterior, around = self.body.render(window)
        rows = np.arange(window.rows.start, window.rows.stop) - window.place.row
        depth = (rows * window.pixel_mm - self.level) / self.blur
        posterior = np.clip(depth + 0.5, 0, 1).astype(np.float32)[:, None, None]
        contrast = anterior * (1 - posterior) + np.float32(self.posterior_contrast) * posterior
        return share, np.asarray(contrast, np.float32), around


def draw_gallbladder(rng: np.random.Generator) -> OnlineGallbladder:
    """A gallbladder: smooth, sharp, dark, bright or layered, sunk into the liver or bulging."""
    diameter = log_uniform(rng, 15, 42)
    dark = log_uniform(rng, 0.12, 0.85)
    bright = float(rng.uniform(1.1, 2.2))
    anterior = posterior = bright if rng.random() < BRIGHT else dark
    if rng.random() < LAYERED:
        anterior, posterior = (dark, bright) if rng.random() < 0.7 else (bright, dark)
    body = OnlineLesion(
        group="bile",
        diameter=diameter,
        turn=turned(rng, 0.35),
        shift=float(rng.uniform(-0.75, 0.75)) * diameter / 2,
        edge=float(rng.uniform(0.6, 2.0)),
        contrast=anterior,
        lobulation=float(rng.uniform(0, 0.08)),
        waves=plane_waves(rng, (diameter, 4.0, 10.0)),
        grain=0.01,
        bulge=float(rng.uniform(0, 0.6)) * diameter,
    )
    return OnlineGallbladder(
        body=body,
        level=float(rng.uniform(-0.3, 0.3)) * diameter,
        posterior_contrast=posterior,
        blur=float(rng.uniform(0.8, 3.0)),
    )
