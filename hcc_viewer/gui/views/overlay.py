"""Paints text, letters, ruler and marks over a slice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from hcc_viewer.gui.views.overlay_text import Corners, Edges, Lines, ruler_length_mm

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
MARGIN = 10.0
EDGE = 2.0
"""What a line that is too long for its view leaves free at its end."""
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


def paint_corners(painter: QPainter, area: QRectF, corners: Corners) -> None:
    """Four blocks of lines, each in its corner."""
    _paint_block(painter, area, corners.top_left, is_right=False, is_bottom=False)
    _paint_block(painter, area, corners.top_right, is_right=True, is_bottom=False)
    _paint_block(painter, area, corners.bottom_left, is_right=False, is_bottom=True)
    _paint_block(painter, area, corners.bottom_right, is_right=True, is_bottom=True)


def _paint_block(
    painter: QPainter, area: QRectF, lines: Lines, *, is_right: bool, is_bottom: bool
) -> None:
    metrics = QFontMetricsF(painter.font())
    room = area.width() - MARGIN - EDGE
    y = area.top() + MARGIN + metrics.ascent()
    if is_bottom:
        y = area.bottom() - MARGIN - metrics.descent() - metrics.height() * (len(lines) - 1)
    for whole in lines:
        # A number whose end is cut off by the edge would read as another number.
        line = metrics.elidedText(whole, Qt.TextElideMode.ElideRight, room)
        x = area.left() + MARGIN
        if is_right:
            x = area.right() - MARGIN - metrics.horizontalAdvance(line)
        paint_text(painter, QPointF(x, y), line)
        y += metrics.height()


def paint_text(painter: QPainter, at: QPointF, text: str, color: QColor = TEXT) -> None:
    """Text that can be read on black and on white."""
    painter.setPen(SHADOW)
    for dx, dy in ((1, 1), (-1, -1), (1, -1), (-1, 1)):
        painter.drawText(at + QPointF(dx, dy), text)
    painter.setPen(color)
    painter.drawText(at, text)


def corner_height(painter: QPainter, lines: int) -> float:
    """How far a block of so many lines reaches from its edge, in view pixels."""
    return MARGIN + lines * QFontMetricsF(painter.font()).height() if lines else 0.0


def paint_edges(painter: QPainter, area: QRectF, letters: Edges) -> None:
    """The orientation letters in the middle of each edge of an area."""
    metrics = QFontMetricsF(painter.font())
    center = area.center()
    middle = center.y() + metrics.ascent() / 2

    def width(text: str) -> float:
        return metrics.horizontalAdvance(text)

    places = (
        (letters.left, area.left() + MARGIN, middle),
        (letters.right, area.right() - MARGIN - width(letters.right), middle),
        (letters.top, center.x() - width(letters.top) / 2, area.top() + MARGIN + metrics.ascent()),
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
