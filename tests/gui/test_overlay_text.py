from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from hcc_viewer.dicom import Geometry, Patient
from hcc_viewer.gui.stack import acquired, reformats
from hcc_viewer.gui.viewport import Window
from hcc_viewer.gui.views import overlay, overlay_text
from hcc_viewer.gui.views.overlay_text import Corners
from hcc_viewer.gui.whose import study_name
from hcc_viewer.gui.words import direction_letters
from tests.gui.fakes import make_series, make_study, make_volume


def test_patient_is_named_unless_hidden():
    patient = Patient("SIM^0001", "SIM-0001", "19600102", "F")
    assert overlay_text.patient_lines(patient, is_hidden=False) == (
        "SIM 0001",
        "ID SIM-0001",
        "1960-01-02  F",
    )
    assert overlay_text.patient_lines(patient, is_hidden=True) == ("Identity hidden",)


def test_name_in_several_scripts_is_written_as_in_the_report():
    patient = Patient("Hong^Gildong=\u6d2a^\u5409\u6d1e=\ud64d^\uae38\ub3d9")
    name = "Hong Gildong (\u6d2a \u5409\u6d1e, \ud64d \uae38\ub3d9)"
    assert overlay_text.patient_lines(patient, is_hidden=False) == (name,)
    series = replace(make_series("HBP", 4, 90), patient=patient)
    study = replace(make_study(), series=(series,))
    assert study_name(study, is_hidden=False, number=1).startswith(name)


def test_unknown_facts_leave_no_empty_lines():
    assert overlay_text.patient_lines(Patient(), is_hidden=False) == ()


def test_study_corner_names_series_and_protocol():
    lines = overlay_text.study_lines(make_series("T1 VIBE", 4, 90, number=7))
    assert lines == ("MR liver", "2026-11-23", "7: T1 VIBE", "3 T  TR 3.4  TE 1.3  FA 25°")


def test_long_line_is_cut():
    lines = overlay_text.study_lines(make_series("x" * 200, 4, 90))
    assert max(len(line) for line in lines) == overlay_text.MAX_LINE


def test_slice_corner_counts_from_one_and_gives_the_position():
    volume = acquired(make_volume(make_series("HBP", 40, 90)))
    lines = overlay_text.slice_lines(volume, 14, 0.93, is_flagged=True)
    assert lines == ("Slice 15 / 40", "72.0 mm  T 3 mm", "HCC probability 0.93  flagged")
    assert len(overlay_text.slice_lines(volume, 14, None, is_flagged=False)) == 2
    unread = overlay_text.slice_lines(volume, 14, np.nan, is_flagged=False)
    assert unread[2:] == ("Cannot be read, not examined",)


def test_display_corner_gives_zoom_and_window():
    lines = overlay_text.display_lines(Window(300.0, 600.0, True), 2.5, is_color=False)
    assert lines == ("Zoom 250%", "W 600  L 300  inverted")


def test_pointer_gives_value_and_place():
    volume = acquired(make_volume(make_series("HBP", 40, 90)))
    line = overlay_text.pointer_line(volume, 20, 36.0, 44.0)
    assert line == "600  (36, 44)  R 24 A 8 H 90 mm"
    assert overlay_text.pointer_line(volume, 20, -3.0, 4.0) == ""


def test_letters_of_an_axial_slice():
    edges = overlay_text.edges(make_series("HBP", 4, 90).geometry)
    assert (edges.left, edges.right, edges.top, edges.bottom) == ("R", "L", "A", "P")


def test_no_letters_without_orientation():
    geometry = Geometry(np.eye(4), np.arange(3.0), known=False)
    assert overlay_text.edges(geometry) == overlay_text.Edges()


def test_oblique_directions_have_two_letters():
    assert direction_letters(np.array([0.8, 0.6, 0.0])) == "LP"
    assert direction_letters(np.array([0.0, -0.1, -0.99])) == "F"


@pytest.mark.parametrize(
    ("mm_per_pixel", "pixels", "length"), [(0.5, 250, 100), (0.4, 200, 50), (0.1, 200, 20)]
)
def test_ruler_has_a_round_length_that_fits(mm_per_pixel, pixels, length):
    assert overlay_text.ruler_length_mm(mm_per_pixel, pixels) == pytest.approx(length)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (48213.0, "48213"), (13.3744, "13.37"), (48213.4, "48213"), (-0.5, "-0.5")],
)
def test_pixel_values_are_told_in_full(value, text):
    assert overlay_text.value_text(value) == text
    assert overlay_text.value_text(float("nan")) == "nan"
    assert overlay_text.value_text(float("inf")) == "inf"


def test_number_of_a_reformats_slice_has_a_line_of_its_own():
    coronal = reformats(make_volume(make_series("HBP", 40, 90)))[0]
    lines = overlay_text.slice_lines(coronal, 14, None, is_flagged=False)
    assert lines[:2] == ("Coronal reformat", "Slice 15 / 96")


def test_line_without_room_ends_in_dots_and_not_in_half_a_number(qapp, monkeypatch):
    painted = []
    monkeypatch.setattr(overlay, "paint_text", lambda painter, at, text: painted.append(text))
    picture = QImage(60, 60, QImage.Format.Format_RGB32)
    painter = QPainter(picture)
    overlay.paint_corners(
        painter, QRectF(picture.rect()), Corners(bottom_left=("Slice 145 / 288",))
    )
    painter.end()
    assert painted[0].endswith("…")


def test_place_next_to_zero_has_no_sign():
    series = make_series("HBP", 40, 90)
    positions = series.geometry.positions_mm - 30.0 - 1e-9
    near = replace(series, geometry=replace(series.geometry, positions_mm=positions))
    lines = overlay_text.slice_lines(acquired(make_volume(near)), 0, None, is_flagged=False)
    assert lines[1].startswith("0.0 mm")
