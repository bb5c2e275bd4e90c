"""Where an image lies in its view: fitted, zoomed, moved, or as another view shows it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from hcc_viewer.gui.linking import Pose
from hcc_viewer.gui.stack import Stack
from hcc_viewer.gui.views.view_transform import UPRIGHT, Turn, ViewTransform, fitted

EDGE_SHARE = 0.08
"""Of a view: a place this near to its border is hardly seen."""


class ZoomableView(QWidget):
    """A view of a stack's slice that can be zoomed and moved; `SliceCanvas` paints it.

    Signals:
        moved: The user zoomed or panned.
    """

    moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(140, 110)  # four of them fit into a window on a screen of 800 x 600
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._stack: Stack | None = None
        self._slice = 0
        self._transform = ViewTransform()
        self._is_fitted = True
        self._pointer: QPointF | None = None
        self._room = self.size()
        """What the transform is for; a view that was hidden is not told what size it had."""

    @property
    def stack(self) -> Stack | None:
        """What is shown."""
        return self._stack

    @property
    def shown_slice(self) -> int:
        """The slice that is painted."""
        return self._slice

    @property
    def transform(self) -> ViewTransform:
        """Where the image lies."""
        return self._transform

    @property
    def pointed(self) -> tuple[float, float] | None:
        """The (column, row) under the pointer; None outside the image."""
        if self._pointer is None or self._stack is None:
            return None
        column, row = self._transform.to_image(self._pointer.x(), self._pointer.y())
        _, rows, columns = self._stack.shape
        is_inside = -0.5 <= column < columns - 0.5 and -0.5 <= row < rows - 0.5
        return (column, row) if is_inside else None

    # --- zoom and pan -----------------------------------------------------------------------

    def reset_view(self) -> None:
        """Fit the slice into the view, upright."""
        self._transform = replace(self._transform, turn=UPRIGHT)
        self.fit()

    def fit(self) -> None:
        """Fit the slice into the view, turned as it is."""
        self._is_fitted = True
        self._fit()
        self.update()

    def show_one_to_one(self) -> None:
        """One image pixel on one pixel of the screen."""
        if self._stack is not None:
            _, rows, columns = self._stack.shape
            scale = 1.0 / self.devicePixelRatioF()
            size = self.width(), self.height()
            turn = self._transform.turn
            self.set_transform(fitted(rows, columns, self._aspect(), *size, scale=scale, turn=turn))

    def zoom(self, factor: float) -> None:
        """Enlarge around the middle of the view."""
        middle = self.rect().center()
        self.set_transform(self._transform.zoomed(factor, middle.x(), middle.y()))

    def turn(self, turn: Turn) -> None:
        """Turn or mirror what is shown around the middle of the view."""
        middle = QRectF(self.rect()).center()
        self._transform = self._transform.turned(turn, middle.x(), middle.y())
        if self._is_fitted:
            self._fit()
        self.update()

    def _fit(self) -> None:
        if self._stack is not None:
            _, rows, columns = self._stack.shape
            size, turn = (self.width(), self.height()), self._transform.turn
            self._transform = fitted(rows, columns, self._aspect(), *size, turn=turn)

    def set_transform(self, transform: ViewTransform) -> None:
        """Put the image elsewhere; it is no longer kept fitted."""
        self._transform = transform
        self._is_fitted = False
        self.update()
        self.moved.emit()

    def _aspect(self) -> float:
        if self._stack is None:
            return 1.0
        _, row_mm, column_mm = self._stack.geometry.spacing_mm
        return row_mm / column_mm

    @property
    def is_fitted(self) -> bool:
        """Whether the slice is kept fitted into the view."""
        return self._is_fitted

    @property
    def pose(self) -> Pose | None:
        """Where the middle of the view lies in the patient; None where that is not known."""
        if self._stack is None or not self._stack.geometry.known:
            return None
        middle = QRectF(self.rect()).center()
        column, row = self._transform.to_image(middle.x(), middle.y())
        point = self._stack.geometry.to_patient(column, row, self._slice)
        return Pose(point, self._transform.scale / self._stack.geometry.spacing_mm[2])

    def show_pose(self, pose: Pose) -> None:
        """Show the same place at the same size as another view does."""
        if self._stack is None or not self._stack.geometry.known:
            return
        column, row, _ = self._stack.geometry.to_index(pose.center)
        scale = pose.pixels_per_mm * self._stack.geometry.spacing_mm[2]
        middle = QRectF(self.rect()).center()
        aspect = self._aspect()
        turn = self._transform.turn
        x, y = turn.apply((column + 0.5) * scale, (row + 0.5) * scale * aspect)
        self._transform = ViewTransform(scale, aspect, middle.x() - x, middle.y() - y, turn)
        self._is_fitted = False
        self.update()

    def reveal(self, column: float, row: float) -> None:
        """Move a place into view, to the middle; one that is seen stays where it is."""
        x, y = self._transform.to_view(column, row)
        width, height = self.width(), self.height()
        margin = min(width, height) * EDGE_SHARE
        is_seen = margin <= x <= width - margin and margin <= y <= height - margin
        if self._stack is not None and not self._is_fitted and not is_seen:
            self.set_transform(self._transform.panned(width / 2 - x, height / 2 - y))

    # --- size -----------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """The image is what the window is for."""
        return QSize(900, 800)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the slice fitted, or its middle where it was."""
        if self._is_fitted:
            self._fit()
        else:
            grown = event.size() - self._room
            self._transform = self._transform.panned(grown.width() / 2, grown.height() / 2)
        self._room = event.size()
        super().resizeEvent(event)
