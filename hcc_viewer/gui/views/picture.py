"""A view as a picture to be pasted elsewhere: without identity, with what must be said of it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from hcc_viewer.gui.views.slice_canvas import SliceCanvas

BAND, BAND_TEXT = QColor("#161a20"), QColor("#ffd479")
PADDING = 6.0


def picture_of(view: SliceCanvas, text: str) -> QImage:
    """What a view shows, at the screen's resolution, without the patient's identity.

    Args:
        view: The view, with what is painted over its image.
        text: Stands in a band below the image.
    """
    shown = view.grab_without_identity()
    ratio = shown.devicePixelRatio()
    width, height = shown.width() / ratio, shown.height() / ratio
    flags = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
    room = QRectF(PADDING, height + PADDING, width - 2 * PADDING, 400)
    band = QFontMetricsF(view.font()).boundingRect(room, int(flags), text)
    total = height + band.height() + 2 * PADDING
    picture = QImage(shown.width(), round(total * ratio), QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(ratio)
    picture.fill(BAND)
    painter = QPainter(picture)
    painter.drawImage(0, 0, shown)
    painter.setFont(view.font())
    painter.setPen(BAND_TEXT)
    painter.drawText(room, int(flags), text)
    painter.end()
    return picture
