"""One bar for each slice under the image: what the model says of it, and which one is shown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.words import probability_text

BACKGROUND = QColor("#0d0f12")
EMPTY = QColor("#20252c")
CALM = QColor("#4c6a8a")
FLAGGED = QColor("#ff9f43")
LINE = QColor(255, 255, 255, 110)
CURRENT = QColor("#ffffff")
KEY_IMAGE = QColor("#ffe066")
TEXT = QColor("#98a3b2")
SIDE = 18.0
"""Room for the letters at both ends."""
TOP, BOTTOM = 12.0, 8.0
"""Room for the marks above and below the bars."""


class ProbabilityStrip(QWidget):
    """The whole stack at a glance; a click shows a slice.

    Signals:
        slice_requested: Show this slice.
    """

    slice_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("probability_strip")
        self.setAccessibleName(tr("Probability of each slice"))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self._count = 0
        self._slice = 0
        self._probabilities: NDArray[np.float64] | None = None
        self._threshold: float | None = None
        self._peaks: tuple[int, ...] = ()
        self._ends = ("", "")
        self._key_slices: tuple[int, ...] = ()

    def set_key_slices(self, slices: Sequence[int]) -> None:
        """The slices that the reader marked as key images."""
        self._key_slices = tuple(slices)
        self.update()

    def set_slices(self, count: int, low_end: str = "", high_end: str = "") -> None:
        """How many slices there are, and the letters of the two ends."""
        self._count, self._ends = count, (low_end, high_end)
        self._describe()
        self.update()

    def set_slice(self, index: int) -> None:
        """Which slice is shown."""
        self._slice = index
        self.update()

    def set_result(
        self,
        probabilities: NDArray[np.float64] | None,
        threshold: float | None,
        peaks: Sequence[int] = (),
    ) -> None:
        """One probability per slice (NaN: not known), the threshold, the findings' peak slices."""
        self._probabilities = None if probabilities is None else probabilities.copy()
        self._threshold, self._peaks = threshold, tuple(peaks)
        self._describe()
        self.update()

    def _describe(self) -> None:
        shown = self._probabilities
        known = 0 if shown is None else int(np.isfinite(shown).sum())
        self.setAccessibleDescription(
            tr("{known} of {count} slices are known").format(known=known, count=self._count)
        )

    @property
    def probabilities(self) -> NDArray[np.float64] | None:
        """What the bars show."""
        return self._probabilities

    def slice_at(self, x: float) -> int:
        """The slice under a horizontal position."""
        if self._count == 0:
            return 0
        share = (x - SIDE) / max(self.width() - 2 * SIDE, 1.0)
        return max(0, min(int(share * self._count), self._count - 1))

    def slice_center(self, index: int) -> float:
        """The horizontal position of the middle of a slice's bar."""
        return SIDE + (index + 0.5) * (self.width() - 2 * SIDE) / max(self._count, 1)

    def sizeHint(self) -> QSize:
        """Low: the image needs the room."""
        return QSize(600, 64)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Bars, threshold line, ends, current slice."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), BACKGROUND)
        if self._count:
            self._paint_bars(painter)
            self._paint_ends(painter)
            self._paint_threshold(painter)
            self._paint_peaks(painter)
            self._paint_key_slices(painter)
            self._paint_current(painter)
        painter.end()

    def _bars_height(self) -> float:
        return self.height() - TOP - BOTTOM

    def _paint_bars(self, painter: QPainter) -> None:
        width = (self.width() - 2 * SIDE) / self._count
        gap = 1.0 if width > 3 else 0.0
        height = self._bars_height()
        threshold = 2.0 if self._threshold is None else self._threshold
        for index in range(self._count):
            left = SIDE + index * width
            painter.fillRect(QRectF(left, TOP, width - gap, height), EMPTY)
            value = np.nan if self._probabilities is None else self._probabilities[index]
            if not np.isnan(value):
                tall = max(height * float(value), 2.0)
                bar = QRectF(left, TOP + height - tall, width - gap, tall)
                painter.fillRect(bar, FLAGGED if value >= threshold else CALM)

    def _paint_ends(self, painter: QPainter) -> None:
        painter.setPen(TEXT)
        height = int(self.height())
        align = Qt.AlignmentFlag.AlignCenter
        painter.drawText(QRectF(0, 0, SIDE, height), align, self._ends[0])
        painter.drawText(QRectF(self.width() - SIDE, 0, SIDE, height), align, self._ends[1])

    def _paint_threshold(self, painter: QPainter) -> None:
        if self._threshold is None or self._probabilities is None:
            return
        y = TOP + self._bars_height() * (1 - self._threshold)
        painter.setPen(QPen(LINE, 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(SIDE, y), QPointF(self.width() - SIDE, y))

    def _paint_peaks(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(FLAGGED)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index in self._peaks:
            x = self.slice_center(index)
            painter.drawPolygon(
                QPolygonF([QPointF(x - 4, 3), QPointF(x + 4, 3), QPointF(x, TOP - 2)])
            )

    def _paint_key_slices(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(KEY_IMAGE)
        for index in self._key_slices:
            painter.drawEllipse(QPointF(self.slice_center(index), 5.0), 2.6, 2.6)

    def _paint_current(self, painter: QPainter) -> None:
        x = self.slice_center(self._slice)
        bottom = TOP + self._bars_height()
        painter.setPen(QPen(CURRENT, 1.4))
        painter.drawLine(QPointF(x, TOP - 2), QPointF(x, bottom))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(CURRENT)
        painter.drawPolygon(
            QPolygonF([QPointF(x - 5, bottom + 7), QPointF(x + 5, bottom + 7), QPointF(x, bottom)])
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Show the slice that was pressed."""
        if event.button() == Qt.MouseButton.LeftButton and self._count:
            self.slice_requested.emit(self.slice_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow a drag; else say what is under the pointer."""
        if not self._count:
            return
        index = self.slice_at(event.position().x())
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.slice_requested.emit(index)
            return
        QToolTip.showText(event.globalPosition().toPoint(), self.slice_text(index), self)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        QToolTip.hideText()

    def slice_text(self, index: int) -> str:
        """A slice and its probability in words."""
        if self._probabilities is None or np.isnan(self._probabilities[index]):
            return tr("Slice {number}").format(number=index + 1)
        value = probability_text(float(self._probabilities[index]))
        text = tr("Slice {number}: probability {value}")
        return text.format(number=index + 1, value=value)

    def event(self, event: QEvent) -> bool:
        """Keep left and right from the window, where they are keys for the series."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and _step_of(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right pass slices, as on any slider."""
        step = _step_of(event)
        if step and self._count:
            self.slice_requested.emit(self._slice + step)
        else:
            super().keyPressEvent(event)


def _step_of(event: QKeyEvent) -> int:
    """How many slices further a key goes."""
    if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
        return 0
    return {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
