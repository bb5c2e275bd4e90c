"""A slice under the mouse: turns moves, clicks and wheel into requests."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from hcc_viewer.gui.views.mouse import PROFILES, Tool
from hcc_viewer.gui.views.slice_canvas import SliceCanvas

CLICK_PIXELS = 4
"""A press that moves less than this is a click, not a drag."""

WHEEL_NOTCH = 120
"""Angle of one notch of a mouse wheel, in eighths of a degree."""


class SliceView(SliceCanvas):
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
        self.setMouseTracking(True)
        self._buttons = dict(PROFILES["ohif-horos"])
        self._drag = Tool.NONE
        self._pressed = QPointF()
        self._last = QPointF()
        self._moved = False
        self._scroll_rest = 0.0
        self._wheel_rest = 0
        self._drag_sign = -1.0

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

    # --- events ---------------------------------------------------------------------------

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
            self.set_transform(self._transform.zoomed(factor, at.x(), at.y()))
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
