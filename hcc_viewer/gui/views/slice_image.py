"""From a slice, a window and a CAM to the `QImage` that the view paints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from hcc_viewer.gui.viewport import Window

if TYPE_CHECKING:
    from hcc_viewer.dicom import Volume


def slice_pixels(
    volume: Volume,
    index: int,
    window: Window,
    cam: NDArray[np.float32] | None = None,
    opacity: float = 0.0,
) -> NDArray[np.uint8]:
    """A slice as it looks: (row, column) gray, or (row, column, 3) RGB.

    Args:
        volume: What is shown; a colour volume ignores the window.
        index: The slice.
        window: Which modality values go from black to white.
        cam: (row, column) values from 0 to 1 to lay over it; None for none.
        opacity: Of the heat map, 0 to 1.
    """
    # Imported here: a window must be on the screen before OpenCV is loaded.
    from hcc_viewer.render import overlay_heat_map, to_gray

    if volume.color is not None:
        pixels = volume.color[index]
    else:
        is_inverted = volume.is_inverted != window.is_inverted
        image = volume.array[index]
        pixels = to_gray(image, window.center, window.width, inverted=is_inverted)
    return pixels if cam is None else overlay_heat_map(pixels, cam, opacity)


def to_qimage(pixels: NDArray[np.uint8]) -> QImage:
    """An 8-bit gray or RGB picture as an image that owns its pixels, in the fast format."""
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape[:2]
    is_gray = pixels.ndim == 2
    form = QImage.Format.Format_Grayscale8 if is_gray else QImage.Format.Format_RGB888
    image = QImage(pixels.data, width, height, pixels.strides[0], form)
    return image.convertToFormat(QImage.Format.Format_RGB32)
