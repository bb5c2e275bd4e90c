"""Where the lines of a slice view's corners stand, so that none lies over another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

MARGIN = 10.0
EDGE = 2.0
"""What a line that is too long for its view leaves free at its end."""
GAP = 14.0
"""Between two texts of one row."""
LEAST_LETTERS = 12
"""A line on the right that has room for fewer than these takes another row."""


@dataclass(frozen=True)
class PlacedLine:
    """A line of a corner, its row counted from the edge, its ends in pixels from the left."""

    text: str
    row: int
    left: float
    right: float


def place_lines(
    left: Sequence[str], right: Sequence[str], width: float, metrics: QFontMetricsF
) -> tuple[PlacedLine, ...]:
    """Two corners side by side.

    The lines on the left stay whole as long as they fit into the view, since they say who and which
    slice. Those on the right have what is left beside them, or stand where there is more room.

    Args:
        left: The lines of the left corner, the one at the edge first.
        right: The same of the right corner.
        width: Of the view, in pixels.
        metrics: Of the font.
    """
    placed = [_placed_left(text, row, width, metrics) for row, text in enumerate(left)]
    ends = [line.right for line in placed]
    least = LEAST_LETTERS * metrics.averageCharWidth()
    row = 0
    for text in right:
        needed = min(metrics.horizontalAdvance(text), least)
        while row < len(ends) and _room_beside(ends[row], width) < needed:
            row += 1
        end = ends[row] if row < len(ends) else EDGE - GAP
        shown = _elided(text, _room_beside(end, width), metrics)
        at = width - MARGIN - metrics.horizontalAdvance(shown)
        placed.append(PlacedLine(shown, row, at, width - MARGIN))
        row += 1
    return tuple(placed)


def row_count(lines: Sequence[PlacedLine]) -> int:
    """How many rows the lines take."""
    return max((line.row + 1 for line in lines), default=0)


def free_row(lines: Sequence[PlacedLine], middle: float, width: float) -> int:
    """The row nearest to the edge where so wide a text has room around a place."""
    reach = width / 2 + GAP / 2
    taken = {
        line.row for line in lines if line.left < middle + reach and line.right > middle - reach
    }
    return next(row for row in range(len(taken) + 1) if row not in taken)


def _placed_left(text: str, row: int, width: float, metrics: QFontMetricsF) -> PlacedLine:
    # A number whose end is cut off by the edge would read as another number.
    shown = _elided(text, width - MARGIN - EDGE, metrics)
    return PlacedLine(shown, row, MARGIN, MARGIN + metrics.horizontalAdvance(shown))


def _room_beside(end: float, width: float) -> float:
    return width - MARGIN - end - GAP


def _elided(text: str, room: float, metrics: QFontMetricsF) -> str:
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
