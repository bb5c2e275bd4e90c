"""What is varied in a training example, positive or negative alike: first drawn, then applied.

Augmenting one class only, as the paper did, lets a network learn "looks rotated" as "HCC".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from hcc_viewer.training.config import AugmentConfig
from hcc_viewer.training.examples import TISSUE_GROUPS

_SHADING_POINTS = 4
"""Control points a side of the smooth multiplicative field."""

TISSUE_GAIN_SHARE = 0.7
"""Of the examples, those whose tissues are weighted otherwise."""

KEPT_TISSUES = ("liver", "mimic", "hcc")
"""Groups whose brightness stands for 1, or was drawn in proportion to it."""

OTHER_TISSUE = [name for name, _ in TISSUE_GROUPS].index("other")
"""Label of what has no group of its own: fat, muscle, bone and air."""


@dataclass(frozen=True, eq=False)
class Augmentation:
    """One draw."""

    to_source: NDArray[np.float64]
    """(2, 3) affine, OpenCV order: a pixel (x, y, 1) of the result to its place in the source."""
    gamma: float
    gain: float
    shading: NDArray[np.float32]
    """(points, points) logarithm of the field at its control points."""
    noise: float
    blur_px: float
    interval: float
    """Factor on the distances between channels; negative: head and feet are exchanged."""
    noise_seed: int
    tissue_gains: NDArray[np.float32]
    """(256,) logarithm of the factor on each tissue's brightness, by its label in a tissue map."""


def draw_augmentation(
    config: AugmentConfig,
    size: int,
    generator: np.random.Generator,
    middle: tuple[float, float] | None = None,
) -> Augmentation:
    """Draw the parameters for one result of size x size pixels.

    Args:
        config: How far.
        size: Of the result.
        generator: Draws.
        middle: (row, column) of the source that the result's middle shows, before the shift; None:
            the source has the result's size.
    """
    angle = math.radians(generator.uniform(-config.rotation_deg, config.rotation_deg))
    zoom = math.exp(generator.uniform(math.log(config.zoom[0]), math.log(config.zoom[1])))
    shift = generator.uniform(-config.shift_px, config.shift_px, 2)
    rotation = [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
    stretch = math.exp(generator.uniform(-config.stretch, config.stretch) / 2)
    mirror = -1 if generator.uniform() < config.mirrored else 1
    turn = np.diag([mirror * stretch, 1 / stretch]) @ np.array(rotation) / zoom
    half = np.full(2, (size - 1) / 2)
    center = half if middle is None else np.array([middle[1], middle[0]])
    return Augmentation(
        to_source=np.column_stack([turn, center - turn @ (half + shift)]),
        gamma=math.exp(generator.uniform(-config.gamma, config.gamma)),
        gain=math.exp(generator.uniform(-config.gain, config.gain)),
        shading=generator.normal(0, config.shading / 2, (_SHADING_POINTS,) * 2).astype(np.float32),
        noise=config.noise * float(generator.uniform()) ** 2,
        blur_px=config.blur_px * max(0.0, float(generator.uniform(-1, 1))),
        interval=math.exp(generator.uniform(-config.interval, config.interval))
        * (-1 if config.flip_z and generator.uniform() < 0.5 else 1),
        noise_seed=int(generator.integers(2**31)),
        tissue_gains=_draw_tissue_gains(config, generator),
    )


def _draw_tissue_gains(
    config: AugmentConfig, generator: np.random.Generator
) -> NDArray[np.float32]:
    """The liver, and what lies in it, keep their brightness: the others are relative to it."""
    gains = np.zeros(256, np.float32)
    if config.tissue_gain > 0 and generator.uniform() < TISSUE_GAIN_SHARE:
        for label, (name, _) in enumerate(TISSUE_GROUPS):
            if name not in KEPT_TISSUES:
                gains[label] = np.clip(generator.normal(0, config.tissue_gain), -0.7, 0.7)
    if config.bright_fat > 0 and generator.uniform() < config.bright_fat:
        gains[OTHER_TISSUE] += generator.uniform(0.2, math.log(3))
    return gains


def augment_image(
    image: NDArray[np.uint8],
    augmentation: Augmentation,
    clip: float,
    size: int,
    gains: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """Apply a draw.

    Args:
        image: (row, column, channel) values from 0 to 255.
        augmentation: The draw.
        clip: What 255 stands for; brighter results are cut to it.
        size: Rows and columns of the result.
        gains: (size, size, channel) factors on the result's brightness; None: all are 1.

    Returns:
        (size, size, channel) values from 0 to `clip`.
    """
    warped = _warp(image, augmentation.to_source, cv2.INTER_LINEAR, size)
    scale = np.arange(256, dtype=np.float32) * np.float32(clip / 255)
    table = (scale**augmentation.gamma * np.float32(augmentation.gain)).astype(np.float32)
    out: NDArray[np.float32] = np.reshape(cv2.LUT(warped, table), warped.shape)
    field = cv2.resize(augmentation.shading, (size, size), interpolation=cv2.INTER_CUBIC)
    out *= np.exp(field)[..., None]
    if gains is not None:
        out *= gains
    if augmentation.blur_px > 0.3:
        blurred = cv2.GaussianBlur(out, (0, 0), augmentation.blur_px)
        out = np.asarray(blurred, np.float32).reshape(out.shape)
    if augmentation.noise > 0.002:
        out += _noise(out.shape, augmentation)
        np.abs(out, out=out)
    return np.asarray(np.minimum(out, np.float32(clip)), dtype=np.float32)


def augment_mask(
    mask: NDArray[np.uint8], augmentation: Augmentation, size: int
) -> NDArray[np.uint8]:
    """Apply the geometry of a draw to a mask of values from 0 to 255."""
    return _warp(mask, augmentation.to_source, cv2.INTER_LINEAR, size)


def augment_labels(
    labels: NDArray[np.uint8], augmentation: Augmentation, scale: int, size: int
) -> NDArray[np.uint8]:
    """Apply the geometry of a draw to labels whose pixels are `scale` times larger."""
    matrix = augmentation.to_source.copy()
    offset = (scale - 1) / 2
    matrix[:, 2] = (matrix[:, 2] + matrix[:, :2] @ np.full(2, offset) - offset) / scale
    return _warp(labels, matrix, cv2.INTER_NEAREST, size // scale)


_NOISE = np.random.default_rng(0).standard_normal(1 << 22, dtype=np.float32)
"""Drawn once: an example takes a stretch of it, which is a hundred times faster."""


def _noise(shape: tuple[int, ...], augmentation: Augmentation) -> NDArray[np.float32]:
    count = math.prod(shape)
    generator = np.random.default_rng(augmentation.noise_seed)
    if count >= len(_NOISE):
        noise = generator.standard_normal(count, dtype=np.float32)
    else:
        first = int(generator.integers(len(_NOISE) - count))
        noise = _NOISE[first : first + count]
    return np.asarray(noise.reshape(shape) * np.float32(augmentation.noise))


def _warp(
    image: NDArray[Any], matrix: NDArray[np.float64], interpolation: int, size: int
) -> NDArray[Any]:
    """(size, size) of an image seen through an affine; what lies outside is air."""
    flags = cv2.WARP_INVERSE_MAP | interpolation
    warped = cv2.warpAffine(image, matrix, (size, size), flags=flags)
    return np.asarray(warped, dtype=image.dtype).reshape(size, size, *image.shape[2:])
