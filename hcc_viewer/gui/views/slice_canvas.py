"""One slice on black with its overlay: where it lies and how it is painted."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from hcc_viewer.gui.viewport import Window
from hcc_viewer.gui.views import overlay, overlay_text
from hcc_viewer.gui.views.overlay import Mark
from hcc_viewer.gui.views.overlay_text import Corners
from hcc_viewer.gui.views.slice_image import heat_pixels, slice_pixels, to_layer, to_qimage
from hcc_viewer.gui.views.view_transform import ViewTransform, fitted

if TYPE_CHECKING:
    from hcc_viewer.dicom import Volume


class OverlayText(Enum):
    """How much text stands on the image."""

    ALL = 0
    LESS = 1
    """Orientation, slice and ruler only."""
    NONE = 2


class SliceCanvas(QWidget):
    """Shows a slice; `SliceView` adds the mouse."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 200)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._volume: Volume | None = None
        self._slice = 0
        self._window = Window(0.0, 1.0)
        self._heat: QImage | None = None
        self._opacity = 0.0
        self._marks: tuple[Mark, ...] = ()
        self._probability: float | None = None
        self._is_flagged = False
        self._is_identity_hidden = False
        self._overlay = OverlayText.ALL
        self._is_smooth = True
        self._image: QImage | None = None
        self._transform = ViewTransform()
        self._is_fitted = True
        self._pointer: QPointF | None = None

    # --- what is shown ----------------------------------------------------------------------

    def set_volume(self, volume: Volume | None) -> None:
        """Show another volume, fitted; the slice and the window come with `set_slice` and so on."""
        self._volume = volume
        self._slice = 0
        self._heat = None
        self._marks = ()
        self._probability = None
        self.reset_view()
        self._redraw()

    def set_slice(self, index: int) -> None:
        """Show another slice of the volume, without heat map and marks until they are set."""
        self._slice = index
        self._heat = None
        self._redraw()

    def set_window(self, window: Window) -> None:
        """Show the slice in another window."""
        self._window = window
        self._redraw()

    def set_heat_map(self, cam: NDArray[np.float32] | None) -> None:
        """Lay this CAM over the slice; None: none."""
        if cam is not None or self._heat is not None:
            self._heat = None if cam is None else to_layer(heat_pixels(cam))
            self.update()

    def set_opacity(self, opacity: float) -> None:
        """Of the heat map, 0 to 1."""
        if opacity != self._opacity:
            self._opacity = opacity
            self.update()

    def set_result(
        self, probability: float | None, is_flagged: bool, marks: Sequence[Mark]
    ) -> None:
        """What the model says of this slice, and the places to mark on it."""
        self._probability, self._is_flagged, self._marks = probability, is_flagged, tuple(marks)
        self.update()

    def set_identity_hidden(self, is_hidden: bool) -> None:
        """Whether the patient's identity is left out."""
        self._is_identity_hidden = is_hidden
        self.update()

    def set_smooth(self, is_smooth: bool) -> None:
        """Whether pixels are interpolated, or shown as they are."""
        self._is_smooth = is_smooth
        self.update()

    def cycle_overlay(self) -> None:
        """All text, less, none."""
        self._overlay = OverlayText((self._overlay.value + 1) % 3)
        self.update()

    @property
    def shown_slice(self) -> int:
        """The slice that is painted."""
        return self._slice

    @property
    def has_heat_map(self) -> bool:
        """Whether a heat map lies over the slice."""
        return self._heat is not None

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The places that are marked."""
        return self._marks

    @property
    def transform(self) -> ViewTransform:
        """Where the image lies."""
        return self._transform

    # --- zoom and pan -----------------------------------------------------------------------

    def reset_view(self) -> None:
        """Fit the slice into the view."""
        self._is_fitted = True
        self._fit()
        self.update()

    def show_one_to_one(self) -> None:
        """One image pixel on one pixel of the screen."""
        if self._volume is not None:
            _, rows, columns = self._volume.array.shape
            scale = 1.0 / self.devicePixelRatioF()
            size = self.width(), self.height()
            self.set_transform(fitted(rows, columns, self._aspect(), *size, scale=scale))

    def zoom(self, factor: float) -> None:
        """Enlarge around the middle of the view."""
        middle = self.rect().center()
        self.set_transform(self._transform.zoomed(factor, middle.x(), middle.y()))

    def _fit(self) -> None:
        if self._volume is not None:
            _, rows, columns = self._volume.array.shape
            size = self.width(), self.height()
            self._transform = fitted(rows, columns, self._aspect(), *size)

    def set_transform(self, transform: ViewTransform) -> None:
        """Put the image elsewhere; it is no longer kept fitted."""
        self._transform = transform
        self._is_fitted = False
        self.update()

    def _aspect(self) -> float:
        if self._volume is None:
            return 1.0
        _, row_mm, column_mm = self._volume.geometry.spacing_mm
        return row_mm / column_mm

    # --- painting ---------------------------------------------------------------------------

    def _redraw(self) -> None:
        self._image = None
        self.update()

    def _current_image(self) -> QImage | None:
        """The slice as an image; made once for each slice and window."""
        if self._image is None and self._volume is not None:
            pixels = slice_pixels(self._volume, self._slice, self._window)
            self._image = to_qimage(pixels)
        return self._image

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the slice, what is marked on it, and what is said of it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(0, 0, 0))
        image = self._current_image()
        if image is not None and self._volume is not None:
            t = self._transform
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._is_smooth)
            area = QRectF(t.left, t.top, image.width() * t.scale, image.height() * t.row_scale)
            painter.drawImage(area, image)
            if self._heat is not None:
                painter.setOpacity(self._opacity)
                painter.drawImage(area, self._heat)
                painter.setOpacity(1.0)
            self._paint_overlay(painter, self._volume)
        if self.hasFocus():
            painter.setPen(QPen(QColor("#35608f"), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _paint_overlay(self, painter: QPainter, volume: Volume) -> None:
        area = QRectF(self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        places = [(QPointF(*self._transform.to_view(m.column, m.row)), m) for m in self._marks]
        overlay.paint_marks(painter, places)
        if self._overlay == OverlayText.NONE:
            return
        overlay.paint_corners(painter, area, self._corners(volume))
        overlay.paint_edges(painter, area, overlay_text.edges(volume.geometry))
        if volume.geometry.known:
            column_mm = volume.geometry.spacing_mm[2]
            overlay.paint_ruler(painter, area, column_mm / self._transform.scale)

    def _corners(self, volume: Volume) -> Corners:
        slice_lines = overlay_text.slice_lines(
            volume, self._slice, self._probability, self._is_flagged
        )
        if self._overlay == OverlayText.LESS:
            return Corners(bottom_left=slice_lines)
        series = volume.series
        is_color = volume.color is not None
        return Corners(
            overlay_text.patient_lines(series.patient, self._is_identity_hidden),
            overlay_text.study_lines(series),
            tuple(filter(None, (self._pointer_line(volume), *slice_lines))),
            overlay_text.display_lines(self._window, self._transform.scale, is_color),
        )

    def _pointer_line(self, volume: Volume) -> str:
        if self._pointer is None:
            return ""
        column, row = self._transform.to_image(self._pointer.x(), self._pointer.y())
        return overlay_text.pointer_line(volume, self._slice, column, row)

    # --- size -----------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """The image is what the window is for."""
        return QSize(900, 800)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the slice fitted, or its middle where it was."""
        if self._is_fitted:
            self._fit()
        else:
            grown = event.size() - event.oldSize()
            self._transform = self._transform.panned(grown.width() / 2, grown.height() / 2)
        super().resizeEvent(event)
