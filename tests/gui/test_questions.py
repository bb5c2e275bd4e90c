"""Answers go to what was shown when the question was asked, though another study is shown by then.

A study that is being read takes the window as soon as it is there, also underneath a question.
"""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QMenu

from hcc_viewer.detection.decisions import Reading
from hcc_viewer.dicom import Study
from tests.gui.driving import do, view_place, widget
from tests.gui.fakes import make_series


@pytest.fixture
def other_comes(qtbot, detected_window, program, tmp_path):
    """Ends the scan of another study, which goes on, and waits until its image is shown."""
    session = detected_window.session
    other = Study(tmp_path / "other", (make_series("Other HBP", 40, 95, number=9),))
    program.study, program.partial = other, replace(other, is_complete=False)
    detected_window.controller.study.open_path(tmp_path / "other")

    def come():
        program.scan_gate.set()
        qtbot.waitUntil(lambda: session.shown_series is other.series[0])

    yield come
    program.scan_gate.set()


def test_note_stays_with_its_finding(detected_window, prompts, other_comes):
    session, own = detected_window.session, detected_window.session.shown_series
    do(detected_window, "next_finding")
    prompts.note, prompts.meanwhile = "vessel", other_comes
    do(detected_window, "note_finding")
    assert session.shown_series is not own
    assert session.reading == Reading()
    assert [one.note for one in session.readings.of(own.key).decisions] == ["vessel"]


def test_note_on_a_study_that_is_closed_meanwhile_is_not_kept_and_that_is_said(
    detected_window, prompts
):
    session, own = detected_window.session, detected_window.session.shown_series
    do(detected_window, "next_finding")
    prompts.note = "vessel"
    prompts.meanwhile = lambda: detected_window.controller.study.close_study(0)
    do(detected_window, "note_finding")
    assert session.readings.of(own.key) == Reading()
    assert "the note is not kept" in session.message.text


@pytest.mark.parametrize("asked", ["export_report", "export_as"])
def test_report_is_of_the_result_that_was_shown(
    qtbot, detected_window, program, prompts, other_comes, tmp_path, asked
):
    prompts.report_folder = tmp_path / "report"
    if asked == "export_report":
        prompts.meanwhile = other_comes
        do(detected_window, asked)
    else:
        do(detected_window, asked)
        page = widget(detected_window, "export_dialog")
        page.folder.setText(str(tmp_path / "report"))
        other_comes()
        page.export_button.click()
    assert detected_window.session.shown_series.description == "Other HBP"
    qtbot.waitUntil(lambda: bool(program.reported))
    assert program.reported == ["T1 VIBE HBP 20 min"]


def test_nothing_is_detected_on_a_study_that_is_closed_meanwhile(qtbot, open_window, prompts):
    open_window.controller.show_series(1)
    qtbot.waitUntil(lambda: open_window.session.shown_row == 1)
    prompts.meanwhile = lambda: open_window.controller.study.close_study(0)
    do(open_window, "detect")
    assert prompts.asked == ["T1 VIBE native"]
    assert not open_window.session.is_busy("detect")


def test_menu_of_an_image_goes_with_its_study(qtbot, detected_window, other_comes):
    view = widget(detected_window, "slice_view")
    view.menu_requested.emit(view.mapToGlobal(view_place(view, 40.0, 30.0)))
    assert view.window().findChild(QMenu, "image_menu") is not None
    other_comes()
    qtbot.waitUntil(lambda: view.window().findChild(QMenu, "image_menu") is None)
    do(detected_window, "close_study")
