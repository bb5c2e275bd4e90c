"""Paints text, letters, ruler and marks over a slice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from hcc_viewer.gui.views.corner_layout import (
    MARGIN,
    PlacedLine,
    free_row,
    place_lines,
    row_count,
)
from hcc_viewer.gui.views.overlay_text import Corners, Edges, ruler_length_mm

TEXT = QColor("#e8edf3")
SHADOW = QColor(0, 0, 0, 220)
LETTER = QColor("#ffd479")
MARK = QColor("#4dd0ff")
SELECTED_MARK = QColor("#ffb454")
VERDICT_COLORS = {
    "accepted": QColor("#5fd39a"),
    "corrected": QColor("#5fd39a"),
    "added": QColor("#d2a8ff"),
    "rejected": QColor("#8b96a5"),
}
MARK_RADIUS = 13.0
"""In view pixels: a mark points at a place and says nothing of a size."""


@dataclass(frozen=True)
class Mark:
    """A place to look at."""

    column: float
    row: float
    label: str
    is_selected: bool
    verdict: str = "undecided"
    """What the reader says of it, as in `detection.decisions`."""


def place_corners(
    painter: QPainter, area: QRectF, corners: Corners
) -> tuple[tuple[PlacedLine, ...], tuple[PlacedLine, ...]]:
    """Where the lines along the top and along the bottom stand."""
    metrics, width = QFontMetricsF(painter.font()), area.width()
    above = place_lines(corners.top_left, corners.top_right, width, metrics)
    bottom = (corners.bottom_left[::-1], corners.bottom_right[::-1])
    return above, place_lines(*bottom, width, metrics)


def paint_corners(painter: QPainter, area: QRectF, corners: Corners) -> None:
    """Four blocks of lines, each in its corner."""
    metrics = QFontMetricsF(painter.font())
    above, below = place_corners(painter, area, corners)
    top = area.top() + MARGIN + metrics.ascent()
    bottom = area.bottom() - MARGIN - metrics.descent()
    for lines, first, step in ((above, top, metrics.height()), (below, bottom, -metrics.height())):
        for line in lines:
            at = QPointF(area.left() + line.left, first + line.row * step)
            paint_text(painter, at, line.text)


def paint_text(painter: QPainter, at: QPointF, text: str, color: QColor = TEXT) -> None:
    """Text that can be read on black and on white."""
    painter.setPen(SHADOW)
    for dx, dy in ((1, 1), (-1, -1), (1, -1), (-1, 1)):
        painter.drawText(at + QPointF(dx, dy), text)
    painter.setPen(color)
    painter.drawText(at, text)


def between_corners(
    painter: QPainter, area: QRectF, above: Sequence[PlacedLine], below: Sequence[PlacedLine]
) -> QRectF:
    """The part of an area that letters and ruler have to themselves."""
    height = QFontMetricsF(painter.font()).height()
    top, bottom = (
        max(MARGIN + row_count(lines) * height - 6, 0) if lines else 0 for lines in (above, below)
    )
    return area.adjusted(0, top, 0, -bottom)


def letter_row(painter: QPainter, area: QRectF, letter: str, above: Sequence[PlacedLine]) -> int:
    """The row at the top in which no corner's line runs into the letter."""
    width = QFontMetricsF(painter.font()).horizontalAdvance(letter)
    return free_row(above, area.width() / 2, width)


def paint_edges(painter: QPainter, area: QRectF, letters: Edges, row: int = 0) -> None:
    """The orientation letters in the middle of each edge of an area, the top one in this row."""
    metrics = QFontMetricsF(painter.font())
    center = area.center()
    middle = center.y() + metrics.ascent() / 2
    top = area.top() + MARGIN + metrics.ascent() + row * metrics.height()

    def width(text: str) -> float:
        return metrics.horizontalAdvance(text)

    places = (
        (letters.left, area.left() + MARGIN, middle),
        (letters.right, area.right() - MARGIN - width(letters.right), middle),
        (letters.top, center.x() - width(letters.top) / 2, top),
        (letters.bottom, center.x() - width(letters.bottom) / 2, area.bottom() - MARGIN),
    )
    for text, x, y in places:
        paint_text(painter, QPointF(x, y), text, LETTER)


def paint_ruler(painter: QPainter, area: QRectF, mm_per_pixel: float) -> None:
    """A horizontal scale of a round length above the bottom letter."""
    room = min(area.width() * 0.25, 260.0)
    length = ruler_length_mm(mm_per_pixel, room)
    pixels = length / mm_per_pixel
    metrics = QFontMetricsF(painter.font())
    y = area.bottom() - MARGIN - metrics.height() - 12
    left = area.center().x() - pixels / 2
    for color, width in ((SHADOW, 3.0), (TEXT, 1.0)):
        painter.setPen(QPen(color, width))
        painter.drawLine(QPointF(left, y), QPointF(left + pixels, y))
        for tick in range(11):
            height = 7.0 if tick % 5 == 0 else 4.0
            x = left + pixels * tick / 10
            painter.drawLine(QPointF(x, y), QPointF(x, y - height))
    text = f"{length / 10:g} cm" if length >= 10 else f"{length:g} mm"
    paint_text(painter, QPointF(left + pixels + 6, y + 3), text)


def paint_marks(painter: QPainter, places: Sequence[tuple[QPointF, Mark]]) -> None:
    """A small ring with four strokes outwards around each place, and its label beside it."""
    for at, mark in places:
        color = VERDICT_COLORS.get(mark.verdict, MARK)
        if mark.is_selected and mark.verdict not in VERDICT_COLORS:
            color = SELECTED_MARK
        thick = 2.4 if mark.is_selected else 1.6
        for pen in (QPen(SHADOW, 4.0), QPen(color, thick)):
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, MARK_RADIUS, MARK_RADIUS)
            for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                direction = QPointF(dx, dy)
                painter.drawLine(at + direction * MARK_RADIUS, at + direction * (MARK_RADIUS + 7))
        if mark.verdict == "rejected":
            reach = QPointF(MARK_RADIUS, -MARK_RADIUS) * 0.75
            painter.drawLine(at - reach, at + reach)
        paint_text(painter, at + QPointF(MARK_RADIUS, -MARK_RADIUS), mark.label, color)
