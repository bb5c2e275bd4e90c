"""The three parts of the window side by side: series, image, results."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

SERIES, RESULTS = 250, 400
"""Widths of the sides where there is room for them."""
SERIES_MIN, RESULTS_MIN = 96, 370
"""What the sides keep for the image's sake: the series' pictures, the table's columns."""
IMAGE = 400
"""The sides give way before the image gets narrower than this."""


class PartsSplitter(QSplitter):
    """The sides have fixed widths, less in a small window, until a handle is moved.

    The series can be folded away; the handle at the left edge, and the next start, bring them back.
    """

    def __init__(self, series: QWidget, image: QWidget, results: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._is_moved = False
        for part in (series, image, results):
            self.addWidget(part)
        self.setStretchFactor(1, 1)
        self.setChildrenCollapsible(False)
        self.setCollapsible(0, True)
        self.splitterMoved.connect(self._on_moved)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new width."""
        if not self._is_moved:
            self.setSizes(list(part_widths(event.size().width() - 2 * self.handleWidth())))
        super().resizeEvent(event)

    def _on_moved(self) -> None:
        self._is_moved = True


def part_widths(width: int) -> tuple[int, int, int]:
    """How much of a width series, image and results get."""
    lacking = max(SERIES + IMAGE + RESULTS - width, 0)
    results = max(RESULTS - lacking, RESULTS_MIN)
    series = max(SERIES - lacking + RESULTS - results, SERIES_MIN)
    return series, max(width - series - results, 0), results
