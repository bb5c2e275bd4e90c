"""From pixel values to pictures: window and heat map. Shared by the window and the reports."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

HEAT_MAP_NAME = "Inferno"
"""A perceptually uniform colour map: equal steps of the CAM look equally far apart."""

HEAT_MAP_FLOOR = 0.15
"""CAM values below this stay fully transparent, so that the image is not veiled by nothing."""


def to_gray(
    image: NDArray[np.float32], center: float, width: float, *, inverted: bool = False
) -> NDArray[np.uint8]:
    """Window an image to 8 bit by DICOM's LINEAR function (PS3.3 C.11.2.1.2.1).

    Args:
        image: Modality values of any shape.
        center: Window center.
        width: Window width, at least 1 of the values' units or any positive number.
        inverted: True for MONOCHROME1: low values become white.

    Returns:
        The same shape, 0 (black) to 255 (white).
    """
    width = max(float(width), 1e-6)
    shift = 0.5 if width > 1 else 0.0
    low = center - shift - (width - 2 * shift) / 2
    scale = 255.0 / max(width - 2 * shift, 1e-6)
    if inverted:
        low, scale = low + 255.0 / scale, -scale
    gray = cv2.convertScaleAbs(
        np.clip(np.asarray(image, np.float32), *_range(low, scale)) - low, alpha=scale
    )
    return np.asarray(gray, dtype=np.uint8).reshape(image.shape)


def heat_colors(cam: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The colours of CAM values from 0 to 1, as (..., 3) RGB."""
    table = heat_table()
    index = np.clip(np.rint(np.asarray(cam) * 255.0), 0, 255).astype(np.uint8)
    return np.asarray(table[index], dtype=np.uint8)


def heat_table() -> NDArray[np.uint8]:
    """The 256 colours of the heat map from 0 to 1, as (256, 3) RGB, for legends."""
    ramp = np.arange(256, dtype=np.uint8).reshape(1, 256)
    bgr = cv2.applyColorMap(ramp, cv2.COLORMAP_INFERNO)
    return np.asarray(bgr[0, :, ::-1], dtype=np.uint8)


def overlay_heat_map(
    gray: NDArray[np.uint8], cam: NDArray[np.float32], opacity: float
) -> NDArray[np.uint8]:
    """Lay the heat map of a CAM over a windowed slice.

    Args:
        gray: (rows, columns) 8-bit image, or (rows, columns, 3) RGB.
        cam: (rows, columns) values from 0 to 1, as `cam_on_image` gives.
        opacity: 0 (image only) to 1 (heat map only where the CAM is high).

    Returns:
        (rows, columns, 3) RGB.
    """
    base = np.repeat(gray[..., None], 3, axis=2) if gray.ndim == 2 else gray
    alpha = np.clip((cam - HEAT_MAP_FLOOR) / (1.0 - HEAT_MAP_FLOOR), 0.0, 1.0)
    alpha = (alpha * (2.0 - alpha) * float(opacity))[..., None].astype(np.float32)
    mixed = base * (1.0 - alpha) + heat_colors(cam) * alpha
    return np.asarray(np.rint(mixed), dtype=np.uint8)


def contour_lines(cam: NDArray[np.float32], level: float) -> list[NDArray[np.float64]]:
    """The lines along which a CAM crosses a level.

    Args:
        cam: (rows, columns) values from 0 to 1.
        level: 0 to 1.

    Returns:
        One (points, 2) array of (column, row) positions for each line; pixel centres are whole
        numbers.
    """
    from contourpy import contour_generator

    lines = contour_generator(z=cam, name="serial", line_type="Separate").lines(level)
    return [np.asarray(line, dtype=np.float64) for line in lines]


def _range(low: float, scale: float) -> tuple[float, float]:
    """The ends of a window in ascending order; `scale` is negative for an inverted one."""
    other = low + 255.0 / scale
    return min(low, other), max(low, other)
