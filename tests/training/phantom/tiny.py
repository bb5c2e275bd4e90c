"""A patient so small that a whole case takes a fraction of a second."""

from __future__ import annotations

import numpy as np

from hcc_viewer.training.phantom.config import PhantomConfig
from hcc_viewer.training.phantom.types import Anatomy, Tissue

SPACING = (5.0, 4.0, 4.0)


def draw_tiny_anatomy(
    rng: np.random.Generator, spacing_mm: tuple[float, float, float] = SPACING
) -> Anatomy:
    """An elliptic body with a liver, cava, gallbladder, spleen and heart."""
    del rng
    shape = (36, 60, 80)
    z, y, x = (
        (np.arange(n) - (n - 1) / 2) * step for n, step in zip(shape, spacing_mm, strict=True)
    )
    z, y, x = np.meshgrid(z, y, x, indexing="ij")
    labels = np.zeros(shape, np.uint8)
    body = (x / 145) ** 2 + (y / 105) ** 2 < 1
    labels[body] = Tissue.FAT
    labels[(x / 130) ** 2 + (y / 92) ** 2 < 1] = Tissue.MUSCLE
    labels[((x + 50) / 70) ** 2 + (y / 72) ** 2 + (z / 62) ** 2 < 1] = Tissue.LIVER
    labels[(x + 15) ** 2 + (y - 40) ** 2 < 100] = Tissue.BLOOD
    labels[((x + 30) / 12) ** 2 + ((y + 45) / 15) ** 2 + ((z + 35) / 22) ** 2 < 1] = (
        Tissue.GALLBLADDER
    )
    labels[((x - 85) / 28) ** 2 + ((y - 20) / 40) ** 2 + (z / 45) ** 2 < 1] = Tissue.SPLEEN
    labels[((x - 25) / 45) ** 2 + ((y + 20) / 45) ** 2 + ((z - 82) / 22) ** 2 < 1] = (
        Tissue.HEART_MUSCLE
    )
    return Anatomy(labels, spacing_mm)


def tiny_config(**changes: object) -> PhantomConfig:
    """Small images of the tiny anatomy."""
    values: dict[str, object] = {"anatomy_spacing_mm": SPACING, "max_matrix": 96}
    return PhantomConfig(**(values | changes))  # type: ignore[arg-type] # by name
