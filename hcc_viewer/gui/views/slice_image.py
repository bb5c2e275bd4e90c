"""From a slice with its window, and from a CAM, to the `QImage`s that the view paints."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPolygonF

from hcc_viewer.gui.viewport import Window

if TYPE_CHECKING:
    from hcc_viewer.gui.stack import Stack

HEAT_LEVELS = 1024
"""Steps of the heat map: the opacity rises so fast above the floor that 256 would show."""


def slice_pixels(stack: Stack, index: int, window: Window) -> NDArray[np.uint8]:
    """A slice as it looks: (row, column) gray, or (row, column, 3) RGB.

    Args:
        stack: What is shown; a colour one ignores the window.
        index: The slice.
        window: Which modality values go from black to white.
    """
    # Imported here: a window must be on the screen before OpenCV is loaded.
    from hcc_viewer.render import to_gray

    picture = stack.color_image(index)
    if picture is not None:
        return picture
    is_inverted = stack.volume.is_inverted != window.is_inverted
    return to_gray(stack.image(index), window.center, window.width, inverted=is_inverted)


def contour_polygons(cam: NDArray[np.float32], level: float) -> tuple[QPolygonF, ...]:
    """The lines along which a CAM crosses a level, as (column, row) points of the image."""
    from hcc_viewer.render import contour_lines

    return tuple(
        QPolygonF([QPointF(column, row) for column, row in line])
        for line in contour_lines(cam, level)
    )


def heat_pixels(cam: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The heat map of a CAM as a layer: (row, column, 4) premultiplied blue, green, red, alpha.

    Painted over a slice at an opacity, it gives what `render.overlay_heat_map` gives; made once for
    a slice, whatever the window and the opacity do.
    """
    index = (cam * (HEAT_LEVELS - 1) + 0.5).astype(np.int32)
    layer = np.take(_heat_layer_table(), index, mode="clip")
    return layer.view(np.uint8).reshape(*cam.shape, 4)


@cache
def _heat_layer_table() -> NDArray[np.uint32]:
    """Each level's four bytes as one number, taken from what `render` does to black and white."""
    from hcc_viewer.render import overlay_heat_map

    value = np.linspace(0.0, 1.0, HEAT_LEVELS, dtype=np.float32)[None]
    black = overlay_heat_map(np.zeros(value.shape, np.uint8), value, 1.0)[0]
    white = overlay_heat_map(np.full(value.shape, 255, np.uint8), value, 1.0)[0]
    table = np.empty((HEAT_LEVELS, 4), np.uint8)
    table[:, :3] = black[:, ::-1]
    table[:, 3] = 255 - np.rint((white.astype(float) - black).mean(axis=1))
    return table.view(np.uint32)[:, 0]


def to_qimage(pixels: NDArray[np.uint8]) -> QImage:
    """An 8-bit gray or RGB picture as an image that owns its pixels, in the fast format."""
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape[:2]
    is_gray = pixels.ndim == 2
    form = QImage.Format.Format_Grayscale8 if is_gray else QImage.Format.Format_RGB888
    image = QImage(pixels.data, width, height, pixels.strides[0], form)
    return image.convertToFormat(QImage.Format.Format_RGB32)


def to_layer(pixels: NDArray[np.uint8]) -> QImage:
    """A picture with premultiplied alpha, as `heat_pixels` gives, that owns its pixels."""
    height, width = pixels.shape[:2]
    form = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(pixels.data, width, height, pixels.strides[0], form).copy()
