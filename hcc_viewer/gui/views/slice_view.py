"""A slice under the mouse: turns moves, clicks and wheel into requests."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QEnterEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from hcc_viewer.gui.measuring import measured
from hcc_viewer.gui.stack import Stack
from hcc_viewer.gui.viewport import narrowest_window
from hcc_viewer.gui.views.annotations import paint_measurement
from hcc_viewer.gui.views.drafting import Draft, handle_near, measurement_near
from hcc_viewer.gui.views.mouse import MEASURING, PROFILES, Tool
from hcc_viewer.gui.views.series_list import dragged_row
from hcc_viewer.gui.views.slice_canvas import SliceCanvas

CLICK_PIXELS = 4
"""A press that moves less than this is a click, not a drag."""

WHEEL_NOTCH = 120
"""Angle of one notch of a mouse wheel, in eighths of a degree."""

FAST, FINE = 4.0, 0.25
"""How much farther a drag goes with Ctrl, and with Shift."""

WHEEL_LEAP = 10
"""Slices that one notch passes with Shift."""

REACH_PIXELS = 8.0
"""A handle is taken hold of from this near."""


class SliceView(SliceCanvas):
    """A view of one slice.

    Signals:
        slice_step_requested: So many slices further.
        series_step_requested: So many series further.
        window_requested: This window center and width.
        menu_requested: The context menu, at this place of the screen.
        full_screen_requested: A double click.
        place_requested: Mark the place at this column and row in all views.
        measurement_drawn: A new measurement of this kind with these points.
        measurement_edited: The measurement of this number has these points now.
        activated: The user works here now.
        series_dropped: Show the series of this row here.
    """

    slice_step_requested = Signal(int)
    series_step_requested = Signal(int)
    window_requested = Signal(float, float)
    menu_requested = Signal(QPoint)
    full_screen_requested = Signal()
    place_requested = Signal(float, float)
    measurement_drawn = Signal(str, object)
    measurement_edited = Signal(int, object)
    activated = Signal()
    series_dropped = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("slice_view")
        self.setAccessibleName("Slice")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self._buttons = dict(PROFILES["ohif-horos"])
        self._drag = Tool.NONE
        self._draft: Draft | None = None
        self._pressed = QPointF()
        self._last = QPointF()
        self._moved = False
        self._scroll_rest = 0.0
        self._wheel_rest = 0
        self._drag_sign = -1.0
        self._wheel_sign = -1

    # --- what is shown ----------------------------------------------------------------------

    def set_stack(self, stack: Stack | None, *, is_continued: bool = False) -> None:
        """Show another stack; what was being drawn belongs to the one before."""
        self.drop_draft()
        super().set_stack(stack, is_continued=is_continued)

    def set_slice(self, index: int) -> None:
        """Show another slice; what was being drawn belongs to the one before."""
        self.drop_draft()
        super().set_slice(index)

    # --- mouse settings ---------------------------------------------------------------------

    def set_buttons(self, buttons: Mapping[Qt.MouseButton, Tool]) -> None:
        """What a drag with each button does."""
        self._buttons = dict(buttons)

    def set_left_tool(self, tool: Tool) -> None:
        """Let a drag with the left button do this."""
        self._buttons[Qt.MouseButton.LeftButton] = tool
        self.drop_draft()
        draws = tool in MEASURING or tool == Tool.CROSSHAIR
        self.setCursor(Qt.CursorShape.CrossCursor if draws else Qt.CursorShape.ArrowCursor)

    def set_inverted_drag(self, is_inverted: bool) -> None:
        """False: dragging up brightens; True: dragging down does."""
        self._drag_sign = 1.0 if is_inverted else -1.0

    def set_inverted_wheel(self, is_inverted: bool) -> None:
        """False: turning the wheel to oneself passes slices to the head; True: to the feet."""
        self._wheel_sign = 1 if is_inverted else -1

    # --- events ---------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin what this button's drag does."""
        self.activated.emit()
        self._pointer = self._pressed = self._last = event.position()
        self._moved = False
        self._scroll_rest = 0.0
        if event.button() == Qt.MouseButton.LeftButton and self._press_on_draft():
            self._drag = Tool.NONE
            return
        self._drag = self._buttons.get(event.button(), Tool.NONE)
        if self._drag in MEASURING:
            self._draft = Draft.begin(MEASURING[self._drag], self._place(event.position()))
        elif self._drag == Tool.CROSSHAIR and self.stack is not None:
            self.place_requested.emit(*self._place(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the drag; show what is under the pointer."""
        self._pointer = event.position()
        if (self._pointer - self._pressed).manhattanLength() >= CLICK_PIXELS:
            self._moved = True
        if self._draft is not None:
            self._draft = self._draft.moved(self._place(self._pointer))
        elif event.buttons() and self._moved:
            self._do_drag((self._pointer - self._last) * self._speed(event.modifiers()))
            self._last = self._pointer
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag; a right click that did not move asks for the menu."""
        if event.button() == Qt.MouseButton.RightButton and not self._moved:
            self.menu_requested.emit(event.globalPosition().toPoint())
        if event.button() == Qt.MouseButton.LeftButton:
            self._release_draft()
        self._drag = Tool.NONE

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the full screen; with a measuring tool it is the second of two quick clicks."""
        if self._buttons.get(event.button()) in MEASURING:
            self.mousePressEvent(event)
        elif event.button() == Qt.MouseButton.LeftButton:
            self.full_screen_requested.emit()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self._pointer = None
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Say what is under the pointer."""
        self._pointer = event.position()
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        """Give up what was being drawn here, unless the window as a whole goes for a while."""
        super().hideEvent(event)
        if not event.spontaneous():
            self.drop_draft()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Whoever comes by keyboard works here now."""
        super().focusInEvent(event)
        self.activated.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc gives up a measurement that is being drawn."""
        if event.key() == Qt.Key.Key_Escape and self._draft is not None:
            self.drop_draft()
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a series from the list."""
        if dragged_row(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Show the series that was dropped."""
        row = dragged_row(event.mimeData())
        if row is not None:
            event.acceptProposedAction()
            self.series_dropped.emit(row)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Pass slices, with Shift by ten; with Ctrl zoom at the pointer; with Alt pass series."""
        angle = event.angleDelta().y() or event.angleDelta().x()  # Alt turns the wheel sideways
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            at = event.position()
            factor = 1.15 ** (angle / WHEEL_NOTCH)
            self.set_transform(self._transform.zoomed(factor, at.x(), at.y()))
        else:
            self._wheel_rest += angle
            notches = int(self._wheel_rest / WHEEL_NOTCH)
            self._wheel_rest -= notches * WHEEL_NOTCH
            if notches:
                self._pass_notches(notches, event.modifiers())
        event.accept()

    def _pass_notches(self, notches: int, modifiers: Qt.KeyboardModifier) -> None:
        if modifiers & Qt.KeyboardModifier.AltModifier:
            self.activated.emit()
            self.series_step_requested.emit(-notches)
            return
        leap = WHEEL_LEAP if modifiers & Qt.KeyboardModifier.ShiftModifier else 1
        self.slice_step_requested.emit(notches * leap * self._wheel_sign)

    def _speed(self, modifiers: Qt.KeyboardModifier) -> float:
        """How much farther a drag goes than the mouse; what is moved stays under the pointer."""
        if self._drag in (Tool.PAN, Tool.CROSSHAIR):
            return 1.0
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            return FAST
        return FINE if modifiers & Qt.KeyboardModifier.ShiftModifier else 1.0

    def _do_drag(self, moved: QPointF) -> None:
        if self._drag == Tool.CROSSHAIR:
            self.place_requested.emit(*self._place(self._pointer or self._last))
        elif self._drag == Tool.WINDOW and self.stack is not None:
            self._drag_window(moved, narrowest_window(self.stack.volume))
        elif self._drag == Tool.PAN:
            self.set_transform(self._transform.panned(moved.x(), moved.y()))
        elif self._drag == Tool.ZOOM:
            factor = math.exp(-moved.y() / 150.0)
            at = self._pressed
            self.set_transform(self._transform.zoomed(factor, at.x(), at.y()))
        elif self._drag == Tool.SCROLL:
            self._scroll_rest += moved.y() / 8.0
            step = int(self._scroll_rest)
            self._scroll_rest -= step
            if step:
                self.slice_step_requested.emit(step)

    def _drag_window(self, moved: QPointF, narrowest: float) -> None:
        before = self._window.width
        step = max(before, narrowest) / 300.0
        width = max(before + moved.x() * step, min(before, narrowest))
        # A lower center is brighter; screen y grows downwards.
        center = self._window.center - moved.y() * step * self._drag_sign
        self.window_requested.emit(center, width)

    # --- measurements -----------------------------------------------------------------------

    @property
    def is_drafting(self) -> bool:
        """Whether a measurement is being drawn."""
        return self._draft is not None

    def drop_draft(self) -> None:
        """Give up what is being drawn."""
        self._draft = None
        self.update()

    def pointed_measurement(self) -> int | None:
        """The number of the measurement that is under the pointer."""
        if self._pointer is None or self.stack is None:
            return None
        place = self.transform.to_image(self._pointer.x(), self._pointer.y())
        return measurement_near(self.measurements, place, self._reach())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the slice, and what is being drawn on it."""
        super().paintEvent(event)
        draft, stack = self._draft, self.stack
        if draft is None or stack is None or draft.is_empty:
            return
        kind = draft.kind if draft.is_complete else "distance"
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = measured(stack, kind, self.shown_slice, draft.points)
        paint_measurement(painter, QRectF(self.rect()), shown, self._to_view)
        painter.end()

    def _place(self, at: QPointF) -> tuple[float, float]:
        """The place in the image under a position of the view, kept inside the image."""
        column, row = self.transform.to_image(at.x(), at.y())
        if self.stack is None:
            return column, row
        _, rows, columns = self.stack.shape
        return min(max(column, -0.5), columns - 0.5), min(max(row, -0.5), rows - 0.5)

    def _reach(self) -> tuple[float, float]:
        return REACH_PIXELS / self.transform.scale, REACH_PIXELS / self.transform.row_scale

    def _press_on_draft(self) -> bool:
        """Go on with what is being drawn, or take hold of a handle; whether there was either."""
        if self.stack is None:
            return True
        if self._draft is not None:
            return True
        near = handle_near(self.measurements, self._place(self._pressed), self._reach())
        if near is not None:
            self._draft = Draft.edit(*near)
        return near is not None

    def _release_draft(self) -> None:
        draft = self._draft
        if draft is None:
            return
        if draft.edited is not None:
            self._draft = None
            self.measurement_edited.emit(draft.edited, draft.points)
        elif draft.is_empty:
            self._draft = None
        elif draft.is_complete:
            self._draft = None
            self.measurement_drawn.emit(draft.kind, draft.points)
        else:
            self._draft = draft.continued()
        self.update()
