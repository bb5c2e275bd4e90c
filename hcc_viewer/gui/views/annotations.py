"""Paints measurements, reference lines and crosshair over a slice."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from hcc_viewer.detection.decisions import Measurement
from hcc_viewer.gui.measuring import measurement_lines
from hcc_viewer.gui.views.overlay import SHADOW, paint_text

MEASURE = QColor("#7ee787")
REFERENCE = QColor("#ffd479")
CROSS = QColor("#4dd0ff")
LABEL_BACKGROUND = QColor(8, 10, 13, 175)
HANDLE = 3.0
CROSS_GAP = 14.0

ToView = Callable[[tuple[float, float]], QPointF]


def paint_measurement(
    painter: QPainter, area: QRectF, measurement: Measurement, to_view: ToView
) -> None:
    """The figure, its handles, and its numbers beside it, all of them inside the area."""
    points = [to_view(point) for point in measurement.points]
    for pen in (QPen(SHADOW, 3.4), QPen(MEASURE, 1.5)):
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if measurement.kind == "ellipse":
            painter.drawEllipse(QRectF(points[0], points[1]).normalized())
        else:
            painter.drawPolyline(points)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(MEASURE)
    for point in points:
        painter.drawEllipse(point, HANDLE, HANDLE)
    _paint_label(painter, area, points, measurement)


def _paint_label(
    painter: QPainter, area: QRectF, points: list[QPointF], measurement: Measurement
) -> None:
    lines = measurement_lines(measurement)
    metrics = QFontMetricsF(painter.font())
    at = max(points, key=lambda point: point.x()) + QPointF(9.0, 4.0)
    if measurement.kind == "angle":
        at = points[1] + QPointF(10.0, -8.0)
    widest = max(metrics.horizontalAdvance(line) for line in lines)
    corner = QPointF(4, metrics.ascent() + 2)
    size = QSizeF(widest + 8, metrics.height() * len(lines) + 4)
    box = moved_inside(QRectF(at - corner, size), area.adjusted(4, 4, -4, -4))
    at = box.topLeft() + corner
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(LABEL_BACKGROUND)
    painter.drawRoundedRect(box, 3, 3)
    for row, line in enumerate(lines):
        paint_text(painter, at + QPointF(0, row * metrics.height()), line, MEASURE)


def moved_inside(box: QRectF, area: QRectF) -> QRectF:
    """The box moved as little as puts it into the area; the start shows of one that is larger."""
    left = max(min(box.left(), area.right() - box.width()), area.left())
    top = max(min(box.top(), area.bottom() - box.height()), area.top())
    return QRectF(QPointF(left, top), box.size())


def paint_line(painter: QPainter, first: QPointF, second: QPointF) -> None:
    """Where another view's slice cuts this one."""
    painter.setPen(QPen(REFERENCE, 1.0, Qt.PenStyle.DashLine))
    painter.drawLine(first, second)


def paint_crosshair(painter: QPainter, area: QRectF, at: QPointF) -> None:
    """Two lines through the marked place, open in the middle so that they hide nothing."""
    painter.setPen(QPen(CROSS, 1.0))
    for first, second in (
        (QPointF(area.left(), at.y()), at - QPointF(CROSS_GAP, 0)),
        (at + QPointF(CROSS_GAP, 0), QPointF(area.right(), at.y())),
        (QPointF(at.x(), area.top()), at - QPointF(0, CROSS_GAP)),
        (at + QPointF(0, CROSS_GAP), QPointF(at.x(), area.bottom())),
    ):
        painter.drawLine(first, second)
