"""One slice on black: paints it with its overlay, and turns mouse moves into requests."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from hcc_viewer.gui.viewport import Window
from hcc_viewer.gui.views import overlay, overlay_text
from hcc_viewer.gui.views.mouse import PROFILES, Tool
from hcc_viewer.gui.views.overlay import Mark
from hcc_viewer.gui.views.overlay_text import Corners
from hcc_viewer.gui.views.slice_image import slice_pixels, to_qimage
from hcc_viewer.gui.views.view_transform import ViewTransform, fitted

if TYPE_CHECKING:
    from hcc_viewer.dicom import Volume

CLICK_PIXELS = 4
"""A press that moves less than this is a click, not a drag."""

WHEEL_NOTCH = 120
"""Angle of one notch of a mouse wheel, in eighths of a degree."""


class OverlayText(Enum):
    """How much text stands on the image."""

    ALL = 0
    LESS = 1
    """Orientation, slice and ruler only."""
    NONE = 2


class SliceView(QWidget):
    """A view of one slice.

    Signals:
        slice_step_requested: So many slices further.
        window_requested: This window center and width.
        menu_requested: The context menu, at this place of the screen.
        full_screen_requested: A double click.
    """

    slice_step_requested = Signal(int)
    window_requested = Signal(float, float)
    menu_requested = Signal(QPoint)
    full_screen_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("slice_view")
        self.setAccessibleName("Slice")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 200)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._volume: Volume | None = None
        self._slice = 0
        self._window = Window(0.0, 1.0)
        self._cam: NDArray[np.float32] | None = None
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
        self._buttons = dict(PROFILES["ohif-horos"])
        self._drag = Tool.NONE
        self._pressed = QPointF()
        self._last = QPointF()
        self._moved = False
        self._pointer: QPointF | None = None
        self._scroll_rest = 0.0
        self._wheel_rest = 0
        self._drag_sign = -1.0

    # --- what is shown ----------------------------------------------------------------------

    def set_volume(self, volume: Volume | None) -> None:
        """Show another volume, fitted; the slice and the window come with `set_slice` and so on."""
        self._volume = volume
        self._slice = 0
        self._cam = None
        self._marks = ()
        self._probability = None
        self.reset_view()
        self._redraw()

    def set_slice(self, index: int) -> None:
        """Show another slice of the volume, without heat map and marks until they are set."""
        self._slice = index
        self._cam = None
        self._redraw()

    def set_window(self, window: Window) -> None:
        """Show the slice in another window."""
        self._window = window
        self._redraw()

    def set_heat_map(self, cam: NDArray[np.float32] | None, opacity: float) -> None:
        """Lay this CAM over the slice; None: none."""
        self._cam, self._opacity = cam, opacity
        self._redraw()

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
        return self._cam is not None

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The places that are marked."""
        return self._marks

    @property
    def transform(self) -> ViewTransform:
        """Where the image lies."""
        return self._transform

    # --- mouse settings ---------------------------------------------------------------------

    def set_mouse_profile(self, name: str) -> None:
        """Let the buttons do what they do in another viewer."""
        self._buttons = dict(PROFILES[name])

    def set_left_tool(self, tool: Tool) -> None:
        """Let a drag with the left button do this."""
        self._buttons[Qt.MouseButton.LeftButton] = tool

    def set_inverted_drag(self, is_inverted: bool) -> None:
        """False: dragging up brightens; True: dragging down does."""
        self._drag_sign = 1.0 if is_inverted else -1.0

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
            self._set_transform(fitted(rows, columns, self._aspect(), *size, scale=scale))

    def zoom(self, factor: float) -> None:
        """Enlarge around the middle of the view."""
        middle = self.rect().center()
        self._set_transform(self._transform.zoomed(factor, middle.x(), middle.y()))

    def _fit(self) -> None:
        if self._volume is not None:
            _, rows, columns = self._volume.array.shape
            size = self.width(), self.height()
            self._transform = fitted(rows, columns, self._aspect(), *size)

    def _set_transform(self, transform: ViewTransform) -> None:
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
        """The slice as an image; made once for each slice, window, CAM and opacity."""
        if self._image is None and self._volume is not None:
            pixels = slice_pixels(self._volume, self._slice, self._window, self._cam, self._opacity)
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
            size = (image.width() * t.scale, image.height() * t.row_scale)
            painter.drawImage(QRectF(t.left, t.top, *size), image)
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

    # --- events -----------------------------------------------------------------------------

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

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin what this button's drag does."""
        self._drag = self._buttons.get(event.button(), Tool.NONE)
        self._pressed = self._last = event.position()
        self._moved = False
        self._scroll_rest = 0.0

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the drag; show what is under the pointer."""
        self._pointer = event.position()
        if (self._pointer - self._pressed).manhattanLength() >= CLICK_PIXELS:
            self._moved = True
        if event.buttons() and self._moved:
            self._do_drag(self._pointer - self._last)
            self._last = self._pointer
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag; a right click that did not move asks for the menu."""
        if event.button() == Qt.MouseButton.RightButton and not self._moved:
            self.menu_requested.emit(event.globalPosition().toPoint())
        self._drag = Tool.NONE

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the full screen."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.full_screen_requested.emit()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self._pointer = None
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Pass slices; with Ctrl, zoom at the pointer."""
        angle = event.angleDelta().y() or event.angleDelta().x()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            at = event.position()
            factor = 1.15 ** (angle / WHEEL_NOTCH)
            self._set_transform(self._transform.zoomed(factor, at.x(), at.y()))
        else:
            self._wheel_rest += angle
            notches = int(self._wheel_rest / WHEEL_NOTCH)
            self._wheel_rest -= notches * WHEEL_NOTCH
            if notches:
                self.slice_step_requested.emit(-notches)
        event.accept()

    def _do_drag(self, moved: QPointF) -> None:
        if self._drag == Tool.WINDOW:
            step = max(self._window.width, 1.0) / 300.0
            width = max(self._window.width + moved.x() * step, 1e-3)
            # A lower center is brighter; screen y grows downwards.
            center = self._window.center - moved.y() * step * self._drag_sign
            self.window_requested.emit(center, width)
        elif self._drag == Tool.PAN:
            self._set_transform(self._transform.panned(moved.x(), moved.y()))
        elif self._drag == Tool.ZOOM:
            factor = math.exp(-moved.y() / 150.0)
            at = self._pressed
            self._set_transform(self._transform.zoomed(factor, at.x(), at.y()))
        elif self._drag == Tool.SCROLL:
            self._scroll_rest += moved.y() / 8.0
            step = int(self._scroll_rest)
            self._scroll_rest -= step
            if step:
                self.slice_step_requested.emit(step)
