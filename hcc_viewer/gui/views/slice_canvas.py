"""One slice on black with its overlay: where it lies and how it is painted."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QTransform,
)
from PySide6.QtWidgets import QWidget

from hcc_viewer.detection.decisions import Measurement
from hcc_viewer.gui.linking import Segment
from hcc_viewer.gui.stack import Stack
from hcc_viewer.gui.viewport import Window
from hcc_viewer.gui.views import overlay, overlay_text
from hcc_viewer.gui.views.annotations import paint_crosshair, paint_line, paint_measurement
from hcc_viewer.gui.views.corner_layout import GAP, MARGIN
from hcc_viewer.gui.views.overlay import Mark
from hcc_viewer.gui.views.overlay_text import Corners
from hcc_viewer.gui.views.slice_image import (
    contour_polygons,
    heat_pixels,
    slice_pixels,
    to_layer,
    to_qimage,
)
from hcc_viewer.gui.views.zoomable_view import ZoomableView

if TYPE_CHECKING:
    from hcc_viewer.dicom import Volume

CONTOUR = QColor("#ffb454")
HINT = QColor("#8b96a5")
FRAME, ACTIVE_FRAME, FOCUS_FRAME = QColor("#262d36"), QColor("#3d8bfd"), QColor("#35608f")


TIGHT = 420
"""A view with fewer pixels across has room for the day and the series only, beside patient and
slice; window and zoom stand there while they fit."""

NARROW = 620
"""A view with fewer pixels across has no room for letters between its corners' text."""


class OverlayText(Enum):
    """How much text stands on the image."""

    ALL = 0
    LESS = 1
    """Orientation, slice and ruler only."""
    NONE = 2


class SliceCanvas(ZoomableView):
    """Shows a slice and what lies over it; `SliceView` adds the mouse."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._window = Window(0.0, 1.0)
        self._heat: QImage | None = None
        self._contours: tuple[QPolygonF, ...] = ()
        self._opacity = 0.0
        self._marks: tuple[Mark, ...] = ()
        self._measurements: tuple[tuple[int, Measurement], ...] = ()
        self._lines: tuple[Segment, ...] = ()
        self._crosshair: tuple[float, float] | None = None
        self._is_key_image = False
        self._status: tuple[str, ...] = ()
        self._hint = ""
        self._probability: float | None = None
        self._is_flagged = False
        self._is_identity_hidden = False
        self._overlay = OverlayText.ALL
        self._is_smooth = True
        self._is_framed = False
        self._is_active = False
        self._image: QImage | None = None

    # --- what is shown ----------------------------------------------------------------------

    def set_volume(self, volume: Volume | None) -> None:
        """Show another volume as acquired."""
        from hcc_viewer.gui.stack import acquired

        self.set_stack(None if volume is None else acquired(volume))

    def set_stack(self, stack: Stack | None, *, is_continued: bool = False) -> None:
        """Show another stack; the slice and the window come with `set_slice` and so on.

        Args:
            stack: What to show.
            is_continued: Whether it came in place of the same images: zoom and place stay.
        """
        self._stack = stack
        self._slice = 0
        self._clear_slice()
        self._probability = None
        if not is_continued:
            self.reset_view()
        self._redraw()

    def set_slice(self, index: int) -> None:
        """Show another slice of the stack, with nothing over it until it is set."""
        self._slice = index
        self._clear_slice()
        self._redraw()

    def _clear_slice(self) -> None:
        self._heat, self._contours = None, ()
        self._marks, self._measurements, self._lines = (), (), ()
        self._crosshair = None
        self._is_key_image = False

    def set_window(self, window: Window) -> None:
        """Show the slice in another window."""
        self._window = window
        self._redraw()

    def set_heat_map(self, cam: NDArray[np.float32] | None, contour: float | None = None) -> None:
        """Lay this CAM over the slice, as a map or as its contour at a level; None: none."""
        self._heat, self._contours = None, ()
        if cam is not None and contour is not None:
            self._contours = contour_polygons(cam, contour)
        elif cam is not None:
            self._heat = to_layer(heat_pixels(cam))
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

    def set_measurements(self, measurements: Sequence[tuple[int, Measurement]]) -> None:
        """The measurements on this slice, each with its number in the reading."""
        self._measurements = tuple(measurements)
        self.update()

    def set_lines(self, lines: Sequence[Segment]) -> None:
        """Where the other views' slices cut this one."""
        if tuple(lines) != self._lines:
            self._lines = tuple(lines)
            self.update()

    def set_crosshair(self, place: tuple[float, float] | None) -> None:
        """The marked place, as (column, row) in this slice."""
        if place != self._crosshair:
            self._crosshair = place
            self.update()

    def set_key_image(self, is_key: bool) -> None:
        """Whether this slice is marked as a key image."""
        self._is_key_image = is_key
        self.update()

    def set_status(self, lines: Sequence[str]) -> None:
        """Short words about this view, such as how it is linked."""
        self._status = tuple(lines)
        self.update()

    def set_hint(self, text: str) -> None:
        """What an empty view says."""
        if text != self._hint:
            self._hint = text
            self.update()

    @property
    def hint(self) -> str:
        """What the view says while it is empty."""
        return self._hint

    def set_frame(self, is_framed: bool, is_active: bool) -> None:
        """Whether there are other views, and whether keys act on this one."""
        self._is_framed, self._is_active = is_framed, is_active
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
    def status(self) -> tuple[str, ...]:
        """What is said about this view."""
        return self._status

    @property
    def has_heat_map(self) -> bool:
        """Whether a heat map or its contour lies over the slice."""
        return self._heat is not None or bool(self._contours)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The places that are marked."""
        return self._marks

    @property
    def measurements(self) -> tuple[tuple[int, Measurement], ...]:
        """The measurements that are painted."""
        return self._measurements

    @property
    def lines(self) -> tuple[Segment, ...]:
        """The reference lines that are painted."""
        return self._lines

    @property
    def crosshair(self) -> tuple[float, float] | None:
        """The marked place."""
        return self._crosshair

    @property
    def is_key_image(self) -> bool:
        """Whether the slice is shown as a key image."""
        return self._is_key_image

    def grab_without_identity(self) -> QImage:
        """What is shown, as a picture, with the patient's identity left out."""
        was_hidden, self._is_identity_hidden = self._is_identity_hidden, True
        try:
            return self.grab().toImage()
        finally:
            self._is_identity_hidden = was_hidden
            self.update()

    # --- painting ---------------------------------------------------------------------------

    def _redraw(self) -> None:
        self._image = None
        self.update()

    def _current_image(self) -> QImage | None:
        """The slice as an image; made once for each slice and window."""
        if self._image is None and self._stack is not None:
            pixels = slice_pixels(self._stack, self._slice, self._window)
            self._image = to_qimage(pixels)
        return self._image

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the slice, what is marked on it, and what is said of it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(0, 0, 0))
        image = self._current_image()
        if image is not None and self._stack is not None:
            self._paint_image(painter, image)
            self._paint_overlay(painter, self._stack)
        elif self._hint:
            painter.setPen(HINT)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(16, 16, -16, -16), int(flags), self._hint)
        if self._is_framed or self.hasFocus():
            shown = ACTIVE_FRAME if self._is_active else FRAME
            painter.setPen(QPen(shown if self._is_framed else FOCUS_FRAME, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _paint_image(self, painter: QPainter, image: QImage) -> None:
        t = self._transform
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._is_smooth)
        area = QRectF(0, 0, image.width() * t.scale, image.height() * t.row_scale)
        painter.save()
        painter.setTransform(
            QTransform(t.turn.xx, t.turn.yx, t.turn.xy, t.turn.yy, t.left, t.top), True
        )
        painter.drawImage(area, image)
        if self._heat is not None:
            painter.setOpacity(self._opacity)
            painter.drawImage(area, self._heat)
        painter.restore()

    def _paint_overlay(self, painter: QPainter, stack: Stack) -> None:
        area = QRectF(self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_contours(painter)
        for line in self._lines:
            paint_line(painter, self._to_view(line[0]), self._to_view(line[1]))
        if self._crosshair is not None:
            paint_crosshair(painter, area, self._to_view(self._crosshair))
        places = [(self._to_view((m.column, m.row)), m) for m in self._marks]
        overlay.paint_marks(painter, places)
        self._paint_text(painter, area, stack)
        for _, measurement in self._measurements:  # last: their numbers are read over other text
            paint_measurement(painter, area, measurement, self._to_view)

    def _paint_text(self, painter: QPainter, area: QRectF, stack: Stack) -> None:
        turned = overlay_text.turn_lines(self._transform.turn)
        if self._overlay == OverlayText.NONE:
            # How the image is turned is said even where nothing else is.
            overlay.paint_corners(painter, area, Corners(bottom_right=turned))
            return
        corners = self._corners(stack, turned)
        overlay.paint_corners(painter, area, corners)
        above, below = overlay.place_corners(painter, area, corners)
        letters = overlay_text.edges(stack.geometry, self._transform.turn)
        middle, row = area, overlay.letter_row(painter, area, letters.top, above)
        if area.width() < NARROW:
            middle, row = overlay.between_corners(painter, area, above, below), 0
        overlay.paint_edges(painter, middle, letters, row)
        if stack.geometry.known:
            column_mm = stack.geometry.spacing_mm[2]
            overlay.paint_ruler(painter, middle, column_mm / self._transform.scale)

    def _paint_contours(self, painter: QPainter) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(CONTOUR, 1.6))
        for polygon in self._contours:
            points = [self._to_view((point.x(), point.y())) for point in polygon.toList()]
            painter.drawPolyline(points)

    def _to_view(self, place: tuple[float, float]) -> QPointF:
        return QPointF(*self._transform.to_view(*place))

    def _corners(self, stack: Stack, turned: overlay_text.Lines) -> Corners:
        slice_lines = overlay_text.slice_lines(
            stack, self._slice, self._probability, self._is_flagged, self._is_key_image
        )
        if self._overlay == OverlayText.LESS:
            return Corners(bottom_left=slice_lines, bottom_right=turned)
        series = stack.series
        is_color = stack.colors is not None
        zoom = self._transform.scale * self.devicePixelRatioF()
        bottom = overlay_text.display_lines(self._window, zoom, is_color)
        study = overlay_text.study_lines(series)
        patient = overlay_text.patient_lines(series.patient, self._is_identity_hidden)
        if self.width() < TIGHT:
            bottom = bottom if self._fits_beside(slice_lines, bottom) else ()
            study = ()
            patient += overlay_text.short_study_lines(series)
        return Corners(
            patient,
            study,
            tuple(filter(None, (self._pointer_line(stack), *slice_lines))),
            (*self._status, *turned, *bottom),
        )

    def _fits_beside(self, left: Sequence[str], right: Sequence[str]) -> bool:
        metrics = self.fontMetrics()
        widest = [max(map(metrics.horizontalAdvance, lines), default=0) for lines in (left, right)]
        return sum(widest) + 2 * MARGIN + GAP <= self.width()

    def _pointer_line(self, stack: Stack) -> str:
        place = self.pointed
        return "" if place is None else overlay_text.pointer_line(stack, self._slice, *place)
