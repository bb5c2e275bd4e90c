"""Smooth random fields: the raw material of textures, shadings and irregular outlines."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]

Shape3D = tuple[int, int, int]
Spacing = tuple[float, float, float]


def smooth_field(
    rng: np.random.Generator, shape: Shape3D, spacing_mm: Spacing, correlation_mm: float
) -> FloatArray:
    """A smooth random volume with mean about 0 and standard deviation 1.

    Values are drawn on a grid of nodes `correlation_mm` apart and interpolated by cubic splines,
    which costs a fraction of filtering at full resolution.
    """
    nodes = [
        max(2, int(np.ceil(n * step / max(correlation_mm, step))) + 1)
        for n, step in zip(shape, spacing_mm, strict=True)
    ]
    coarse = rng.standard_normal(nodes, dtype=np.float32)
    field = resize_volume(coarse, shape)
    deviation = float(field.std())
    return field / np.float32(deviation) if deviation > 0 else field


def resize_volume(volume: FloatArray, shape: Shape3D) -> FloatArray:
    """`volume` stretched to `shape`, cubic within slices and between them."""
    along = cubic_weights(volume.shape[0], shape[0])
    stretched = np.tensordot(along, volume, axes=(1, 0))
    size = (shape[2], shape[1])
    out = np.empty(shape, np.float32)
    for index in range(shape[0]):
        plane = np.ascontiguousarray(stretched[index])
        out[index] = cv2.resize(plane, size, interpolation=cv2.INTER_CUBIC)
    return out


def cubic_weights(n_in: int, n_out: int) -> FloatArray:
    """(n_out, n_in) matrix of Catmull-Rom weights that stretches `n_in` samples to `n_out`."""
    at = np.linspace(0, n_in - 1, n_out) if n_in > 1 else np.zeros(n_out)
    first = np.clip(np.floor(at).astype(int), 0, max(n_in - 2, 0))
    t = at - first
    taps = np.stack(
        [
            -0.5 * t + t**2 - 0.5 * t**3,
            1 - 2.5 * t**2 + 1.5 * t**3,
            0.5 * t + 2 * t**2 - 1.5 * t**3,
            -0.5 * t**2 + 0.5 * t**3,
        ]
    )
    weights = np.zeros((n_out, n_in), np.float32)
    for offset, tap in zip((-1, 0, 1, 2), taps, strict=True):
        index = np.clip(first + offset, 0, n_in - 1)
        np.add.at(weights, (np.arange(n_out), index), tap.astype(np.float32))
    return weights


def clipped_normal(
    rng: np.random.Generator, mean: float, deviation: float, low: float, high: float
) -> float:
    """A normal draw, clipped to [low, high]."""
    return float(np.clip(rng.normal(mean, deviation), low, high))


def log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    """A draw whose logarithm is uniform between those of `low` and `high`."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def stage_rng(seed: int, stage: str) -> np.random.Generator:
    """The generator of one stage of one case: stages do not disturb each other's draws."""
    return np.random.default_rng([seed, *stage.encode()])
