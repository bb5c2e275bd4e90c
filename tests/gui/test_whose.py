"""Whose images are shown, and of which day, in tabs, rows, warnings, narrow views and progress."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from hcc_viewer.dicom import Patient, Study
from hcc_viewer.gui.item_models import WHOSE_ROLE
from hcc_viewer.gui.views import overlay_text
from hcc_viewer.gui.views.slice_canvas import TIGHT
from hcc_viewer.gui.views.slice_view import SliceView
from hcc_viewer.gui.whose import name_elsewhere, patients_of, row_texts
from tests.gui.driving import do, widget
from tests.gui.fakes import make_series, make_study, make_volume

OTHER = Patient("SIM^0002", "SIM-0002")


def of_day(series, date):
    return replace(series, acquisition=replace(series.acquisition, study_date=date))


def open_study(qtbot, window, program, study):
    program.study = study
    window.controller.study.open_path(study.path)
    qtbot.waitUntil(lambda: window.session.study is study and not window.session.is_switching)


def two_patients(path):
    first = make_series("HBP", 40, 20, number=1)
    other = replace(make_series("Other HBP", 12, 95, number=9), patient=OTHER)
    return Study(path, (first, of_day(other, "20250102")))


@pytest.fixture
def mixed_window(qtbot, open_window, program, tmp_path):
    open_study(qtbot, open_window, program, two_patients(tmp_path / "mixed"))
    return open_window


def test_tab_names_the_patient_whose_images_are_shown(qtbot, mixed_window):
    tabs = widget(mixed_window, "study_tabs")
    assert mixed_window.session.shown_row == 1
    assert tabs.tabText(1) == "SIM 0002  2025-01-02"
    mixed_window.controller.show_series(0)
    qtbot.waitUntil(lambda: mixed_window.session.shown_row == 0)
    assert tabs.tabText(1) == "SIM 0001  2026-11-23"
    do(mixed_window, "next_study")
    qtbot.waitUntil(lambda: mixed_window.session.viewport.slice_count == 40)
    assert tabs.tabText(1) == "SIM 0001  2026-11-23"


def test_rows_tell_patient_and_day_and_hide_the_name(mixed_window):
    model = widget(mixed_window, "series_list").model()
    told = [model.index(row).data(WHOSE_ROLE) for row in range(2)]
    assert told == ["SIM 0001  2026-11-23", "SIM 0002  2025-01-02"]
    assert told[1] in model.index(1).data(Qt.ItemDataRole.ToolTipRole)
    assert told[1] in model.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    do(mixed_window, "hide_identity")
    assert model.index(1).data(WHOSE_ROLE) == "Patient 2  2025-01-02"
    assert "SIM 0002" not in model.index(1).data(Qt.ItemDataRole.ToolTipRole)


def test_warning_names_the_patients_of_a_folder(mixed_window):
    warnings = widget(mixed_window, "warnings_panel")
    names = "SIM 0001 (ID SIM-0001); SIM 0002 (ID SIM-0002)"
    assert f"The folder holds images of 2 patients: {names}." in warnings.text
    do(mixed_window, "hide_identity")
    assert "The folder holds images of 2 patients." in warnings.text
    assert "SIM" not in warnings.text


def test_rows_of_one_patient_tell_the_day_only_where_it_differs():
    series = make_series("HBP", 4, 90)
    assert row_texts((series, series), is_hidden=False) == ("", "")
    days = row_texts((series, of_day(series, "20250102"), of_day(series, "")), is_hidden=False)
    assert days == ("2026-11-23", "2025-01-02", "no date")


def test_case_of_letters_makes_no_other_patient():
    series = make_series("HBP", 4, 90)
    same = replace(series, patient=replace(series.patient, name="Sim^0001"))
    assert patients_of((series, same)) == (series.patient,)


@pytest.mark.parametrize(("width", "has_window"), [(TIGHT - 1, True), (300, True), (90, False)])
def test_narrow_view_keeps_patient_and_day(qtbot, width, has_window):
    view = SliceView()
    qtbot.addWidget(view)
    view.resize(width, 400)
    view.set_volume(make_volume(make_series("HBP", 4, 90)))
    corners = view._corners(view.stack, overlay_text.turn_lines(view.transform.turn))
    assert corners.top_left[:2] == ("SIM 0001", "ID SIM-0001")
    assert "2026-11-23" in corners.top_left
    assert any(line.startswith("W ") for line in corners.bottom_right) == has_window


def test_progress_and_end_of_detection_name_the_other_study(qtbot, open_window, program, tmp_path):
    session = open_window.session
    program.gate.clear()
    do(open_window, "detect")
    open_study(qtbot, open_window, program, two_patients(tmp_path / "mixed"))
    qtbot.waitUntil(lambda: session.busiest == "detect")
    open_window.presenter.show_activity()
    bar = widget(open_window, "progress_label")
    assert bar.text().startswith("Detecting in SIM 0001, 2026-11-23: ")
    do(open_window, "hide_identity")
    assert bar.text().startswith("Detecting in Study 1, 2026-11-23: ")
    do(open_window, "hide_identity")
    program.gate.set()
    qtbot.waitUntil(lambda: not session.is_busy("detect"))
    assert session.message.text == "Detection in SIM 0001, 2026-11-23 is done."
    do(open_window, "hide_identity")
    assert session.message is None


def test_end_of_detection_on_another_series_names_the_series(detected_elsewhere):
    message = detected_elsewhere.session.message
    assert message.text == "Detection in T1 VIBE HBP 20 min is done."


def test_end_of_detection_on_the_shown_series_is_no_news(detected_window):
    assert detected_window.session.message is None


def test_series_of_the_shown_study_is_told_by_what_differs(tmp_path):
    study = two_patients(tmp_path)
    first, other = study.series
    apart = Study(tmp_path / "apart", (first,))
    names = [
        name_elsewhere(first.key, (apart, study), shown, is_hidden=False)
        for shown in (other, first, None)
    ]
    assert names == ["HBP, SIM 0001, 2026-11-23", "", "SIM 0001, 2026-11-23"]


def test_one_patient_is_no_warning(open_window, tmp_path):
    assert make_study(tmp_path).series[0].patient == open_window.session.shown_series.patient
    assert "patients" not in widget(open_window, "warnings_panel").text
