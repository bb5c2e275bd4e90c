"""The text of a view's corners: whole where it fits, and no line over another."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF, QImage, QPainter

from hcc_viewer.dicom import Patient
from hcc_viewer.gui.views import overlay
from hcc_viewer.gui.views.corner_layout import EDGE, MARGIN, free_row, place_lines, row_count
from hcc_viewer.gui.views.overlay_text import Corners, Edges
from hcc_viewer.gui.views.slice_canvas import NARROW, TIGHT
from hcc_viewer.gui.views.slice_view import SliceView
from tests.gui.fakes import make_series, make_volume

NAME = "GARCIA MARTINEZ MARIA DEL CARMEN"
STUDY = "MRI ABDOMEN WITH AND WITHOUT CONTRAST"


@pytest.fixture
def picture(qapp):
    return QImage(NARROW + 200, 400, QImage.Format.Format_RGB32)


@pytest.fixture
def painter(picture):
    painter = QPainter(picture)
    yield painter
    painter.end()


@pytest.fixture
def metrics(painter):
    return QFontMetricsF(painter.font())


def overlaps(lines):
    pairs = [(a, b) for a in lines for b in lines if a is not b and a.row == b.row]
    return [(a, b) for a, b in pairs if a.left <= b.left < a.right]


@pytest.mark.parametrize("width", [60, 160, TIGHT, 500, NARROW, 900])
def test_no_line_lies_over_another_or_leaves_the_view(metrics, width):
    left = (NAME, "ID 0012345678", "1952-11-03  F")
    right = (STUDY, "2020-07-09", "1201: WATER: Ax LAVA-Flex+C 20min BH", "1.5 T  TR 3.93  FA 10")
    lines = place_lines(left, right, width, metrics)
    assert overlaps(lines) == []
    assert all(line.left >= EDGE and line.right <= width for line in lines)
    assert [line.text[:3] for line in lines[:3]] == ["GAR", "ID ", "195"]
    assert len(lines) == len(left) + len(right)


def test_left_line_stays_whole_and_right_one_has_what_is_left(metrics):
    width = metrics.horizontalAdvance(NAME) + metrics.horizontalAdvance(STUDY)
    name, study = place_lines((NAME,), (STUDY,), width, metrics)
    assert name.text == NAME
    assert study.row == 0
    assert study.text.endswith("…")
    assert STUDY.startswith(study.text[:-1])


def test_right_line_without_room_takes_the_next_row(metrics):
    width = metrics.horizontalAdvance(NAME) + 2 * MARGIN + 20
    name, study = place_lines((NAME,), ("2026-11-23",), width, metrics)
    assert (name.text, study.text) == (NAME, "2026-11-23")
    assert (name.row, study.row) == (0, 1)
    assert row_count((name, study)) == 2


def test_left_line_is_cut_only_where_it_alone_is_too_long(metrics):
    (name,) = place_lines((NAME,), (), metrics.horizontalAdvance(NAME) / 2, metrics)
    assert name.text.endswith("…")


def test_row_is_free_where_no_line_reaches(metrics):
    lines = place_lines((NAME, "ID 1"), (), metrics.horizontalAdvance(NAME) + 100, metrics)
    assert free_row(lines, MARGIN + metrics.horizontalAdvance(NAME) / 2, 10) == 1
    assert free_row(lines, metrics.horizontalAdvance(NAME) + 60, 10) == 0
    assert free_row((), 100, 10) == 0


def painted(painter, monkeypatch, area, corners):
    """What is written of these corners and the top letter, each with its place."""
    found = {}
    monkeypatch.setattr(
        overlay, "paint_text", lambda _painter, at, text, *_: found.update({text: at})
    )
    overlay.paint_corners(painter, area, corners)
    above, _ = overlay.place_corners(painter, area, corners)
    row = overlay.letter_row(painter, area, "A", above)
    overlay.paint_edges(painter, area, Edges(top="A"), row)
    return found


def test_top_letter_stands_beside_no_line_that_runs_into_it(painter, monkeypatch, metrics):
    area = QRectF(0, 0, metrics.horizontalAdvance(NAME) * 1.5, 400)
    found = painted(painter, monkeypatch, area, Corners((NAME, "ID 1"), ("MR",)))
    assert found["A"].y() == found["ID 1"].y()
    found = painted(painter, monkeypatch, area, Corners(("SIM", "ID 1"), ("MR",)))
    assert found["A"].y() == found["SIM"].y()


def test_lines_at_the_bottom_end_at_the_edge(painter, monkeypatch, metrics):
    area = QRectF(0, 0, 500, 400)
    found = painted(painter, monkeypatch, area, Corners((), (), ("Slice", "Place"), ("W",)))
    assert found["W"].y() == found["Place"].y()
    assert found["Place"].y() == 400 - MARGIN - metrics.descent()
    assert found["Slice"].y() == found["Place"].y() - metrics.height()


@pytest.mark.parametrize("width", [TIGHT, NARROW - 1])
def test_letter_of_a_narrow_view_stands_under_all_lines_of_the_top(qtbot, monkeypatch, width):
    series = make_series("HBP", 4, 90)
    series = replace(series, patient=Patient("W" * 60, "SIM-0001"))
    view = SliceView()
    qtbot.addWidget(view)
    view.resize(width, 500)
    view.set_volume(make_volume(series))
    found = {}
    monkeypatch.setattr(
        overlay, "paint_text", lambda _painter, at, text, *_: found.update({text: at.y()})
    )
    view.grab()
    above = [y for text, y in found.items() if y < 250 and text not in ("A", "R", "L")]
    assert found["A"] > max(above)
