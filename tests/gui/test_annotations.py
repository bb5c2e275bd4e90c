"""The numbers of measurements, wherever in the view they are drawn."""

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QImage, QPainter

from hcc_viewer.gui.measuring import measured, measurement_lines
from hcc_viewer.gui.stack import acquired
from hcc_viewer.gui.views import annotations, overlay, slice_canvas
from hcc_viewer.gui.views.annotations import moved_inside
from hcc_viewer.gui.views.slice_view import SliceView
from tests.gui.fakes import make_series, make_volume

AREA = QRectF(0, 0, 400, 300)


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize(
    "at", [(395, 150), (200, 298), (200, 2), (399, 299), (-60, -40), (460, 340)]
)
def test_all_lines_of_a_label_are_inside_the_view(qapp, monkeypatch, at, scale):
    stack = acquired(make_volume(make_series("HBP", 40, 90)))
    region = measured(stack, "ellipse", 20, ((30.0, 40.0), (40.0, 50.0)))
    picture = QImage(400 * scale, 300 * scale, QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(scale)
    painter = QPainter(picture)
    metrics = QFontMetricsF(painter.font())
    found = []
    monkeypatch.setattr(
        annotations, "paint_text", lambda _painter, at, text, *_: found.append((at, text))
    )
    annotations.paint_measurement(painter, AREA, region, lambda _: QPointF(*at))
    painter.end()
    assert [text for _, text in found] == list(measurement_lines(region))
    for place, text in found:
        box = QRectF(0, 0, metrics.horizontalAdvance(text), metrics.height())
        box.moveTo(place.x(), place.y() - metrics.ascent())
        assert AREA.contains(box)


def test_box_inside_stays_and_a_larger_one_shows_its_start():
    assert moved_inside(QRectF(50, 60, 20, 20), AREA) == QRectF(50, 60, 20, 20)
    assert moved_inside(QRectF(390, -5, 20, 20), AREA) == QRectF(380, 0, 20, 20)
    assert moved_inside(QRectF(9, 9, 900, 900), AREA).topLeft() == QPointF(0, 0)


def test_numbers_are_painted_over_the_text_of_the_corners(qtbot, monkeypatch):
    painted = []
    for home, name in ((overlay, "paint_corners"), (slice_canvas, "paint_measurement")):
        monkeypatch.setattr(home, name, lambda *_, name=name: painted.append(name))
    volume = make_volume(make_series("HBP", 40, 90))
    view = SliceView()
    qtbot.addWidget(view)
    view.set_volume(volume)
    line = measured(acquired(volume), "distance", 0, ((10.0, 10.0), (13.0, 14.0)))
    view.set_measurements([(0, line)])
    view.grab()
    assert painted == ["paint_corners", "paint_measurement"]
