"""What the reader does: decisions, notes, undo, key images, measurements, read first."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPlainTextEdit, QPushButton

from hcc_viewer.detection.decisions import Reading
from hcc_viewer.gui.dialogs.note import NoteDialog
from hcc_viewer.report.content import make_content
from tests.gui.driving import action, click_image, do, drag_image, move, view_place, widget
from tests.gui.fakes import at_threshold


def cells(window, column=5):
    model = widget(window, "findings_table").model()
    return [model.index(row, column).data() for row in range(model.rowCount())]


def test_findings_are_accepted_and_rejected_and_counted(detected_window):
    do(detected_window, "next_finding")
    do(detected_window, "accept_finding")
    do(detected_window, "next_finding")
    do(detected_window, "reject_finding")
    assert cells(detected_window) == ["✓", "✗"]
    assert widget(detected_window, "decisions_summary").text() == "1 accepted, 1 rejected"


def test_the_result_is_not_negative_while_the_reader_stands_behind_a_finding(detected_window):
    session = detected_window.session
    detected_window.controller.detection.go_to_finding(1)
    do(detected_window, "accept_finding")
    session.set_detection(at_threshold(session.detection, 1.0))
    assert not session.detection.findings
    assert widget(detected_window, "result_summary").text() == (
        "The model: no finding at this threshold. 1 finding by the reader."
    )
    do(detected_window, "undo")
    assert widget(detected_window, "result_summary").text().startswith("No finding")


def test_decisions_need_a_finding(detected_window):
    assert not action(detected_window, "accept_finding").isEnabled()


def test_decisions_are_taken_back_and_made_again(detected_window):
    do(detected_window, "next_finding")
    do(detected_window, "accept_finding")
    assert action(detected_window, "undo").text() == "Undo: accept"
    do(detected_window, "undo")
    assert cells(detected_window) == ["", ""]
    do(detected_window, "redo")
    assert cells(detected_window) == ["✓", ""]
    do(detected_window, "clear_decision")
    assert cells(detected_window) == ["", ""]


def test_selection_stays_at_its_place_when_ranks_change(detected_window):
    """Another threshold has merged or dropped the first finding: the second one is 1 now."""
    session = detected_window.session
    detection = session.detection
    second = replace(detection.findings[1], id=1)
    detected_window.controller.detection.go_to_finding(2)
    session.set_detection(detection.with_findings(0.4, (second,)))
    assert session.finding.read.finding == second
    session.set_detection(detection)
    assert session.selected_finding == 2
    detected_window.controller.detection.go_to_finding(1)
    session.set_detection(detection.with_findings(0.4, (second,)))
    assert session.selected_finding is None


def test_finding_nearby_is_not_selected_for_one_that_is_gone(detected_window):
    session, detection = detected_window.session, detected_window.session.detection
    first = detection.findings[0]
    x, y, z = first.center_lps_mm
    beside = replace(first, id=2, center_lps_mm=(x + 12.0, y, z))
    session.set_detection(detection.with_findings(0.5, (first, beside)))
    detected_window.controller.detection.go_to_finding(2)
    session.set_detection(detection.with_findings(0.6, (first,)))
    assert session.selected_finding is None


def test_own_finding_stays_selected_when_its_number_or_place_changes(detected_window, prompts):
    session, reading = detected_window.session, detected_window.controller.reading
    reading.add(20.0, 25.0, 5)
    reading.add(70.0, 25.0, 6)
    assert session.finding.place.slice_index == 6
    first = session.reading.decisions[0]
    session.readings.change(
        session.shown_series.key, session.reading.without_decision(first), "reject"
    )
    assert session.finding.place.slice_index == 6
    reading.correct(20.0, 80.0, 7)
    assert session.finding.place.slice_index == 7


def test_decision_made_at_another_threshold_can_be_changed(detected_window):
    """The finding peaks a bit elsewhere at another threshold."""
    session, detection = detected_window.session, detected_window.session.detection
    first, second = detection.findings
    x, y, z = first.center_lps_mm
    shifted = replace(first, center_lps_mm=(x + 8.0, y, z))
    detected_window.controller.detection.go_to_finding(1)
    do(detected_window, "reject_finding")
    session.set_detection(detection.with_findings(0.4, (shifted, second)))
    assert cells(detected_window) == ["✗", ""]
    do(detected_window, "accept_finding")
    assert cells(detected_window) == ["✓", ""]
    session.set_detection(detection)
    assert cells(detected_window) == ["✓", ""]


def test_note_stands_beside_its_finding(detected_window, prompts):
    do(detected_window, "next_finding")
    do(detected_window, "reject_finding")
    prompts.note = "vessel"
    do(detected_window, "note_finding")
    assert cells(detected_window) == ["✗ vessel", ""]


def at_a_higher_threshold(window):
    """The second finding is accepted, and then only the reader's: row R1."""
    session = window.session
    window.controller.detection.go_to_finding(2)
    do(window, "accept_finding")
    session.set_detection(at_threshold(session.detection, 0.8))
    assert cells(window, 0) == ["1", "R1"]
    window.controller.detection.go_to_finding(-1)
    return session


def test_finding_rejected_at_another_threshold_is_rejected_at_its_own(detected_window):
    session = at_a_higher_threshold(detected_window)
    do(detected_window, "reject_finding")
    assert cells(detected_window) == [""]
    session.set_detection(at_threshold(session.detection, 0.5))
    assert cells(detected_window) == ["", "✗"]


def test_finding_moved_at_another_threshold_is_corrected_and_keeps_its_extent(detected_window):
    session = at_a_higher_threshold(detected_window)
    detected_window.controller.reading.correct(33.0, 44.0, 15)
    (decision,) = session.reading.decisions
    assert (decision.verdict, decision.place.slice_index) == ("corrected", 15)
    assert decision.place.extent_mm == decision.model_place.extent_mm == 16.0
    session.set_detection(at_threshold(session.detection, 0.5))
    assert cells(detected_window) == ["", "✎"]


def test_moved_finding_is_not_moved_back_when_it_is_accepted(detected_window):
    do(detected_window, "next_finding")
    detected_window.controller.reading.correct(33.0, 44.0, 15)
    do(detected_window, "accept_finding")
    (decision,) = detected_window.session.reading.decisions
    assert (decision.verdict, decision.place.slice_index) == ("corrected", 15)


def test_finding_is_not_added_twice_at_a_place_and_keeps_its_note(detected_window, prompts):
    session, reading = detected_window.session, detected_window.controller.reading
    reading.add(20.0, 25.0, 5)
    prompts.note = "cyst"
    do(detected_window, "note_finding")
    session.select_finding(1)
    reading.add(20.0, 25.0, 5)
    assert [one.note for one in session.reading.decisions] == ["cyst"]
    assert session.finding.place.slice_index == 5


def test_note_on_an_undecided_finding_accepts_it_and_says_so(detected_window, prompts):
    do(detected_window, "next_finding")
    prompts.note = "rim"
    do(detected_window, "note_finding")
    assert cells(detected_window) == ["✓ rim", ""]
    assert "counts as accepted" in detected_window.session.message.text


def test_empty_note_decides_nothing(detected_window, prompts):
    do(detected_window, "next_finding")
    prompts.note = ""
    do(detected_window, "note_finding")
    assert detected_window.session.reading.decisions == ()


def test_note_that_is_given_up_changes_nothing(detected_window, prompts):
    do(detected_window, "next_finding")
    do(detected_window, "note_finding")
    assert cells(detected_window) == ["", ""]


def test_note_is_written_and_confirmed_by_keys(qtbot):
    dialog = NoteDialog("before")
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    text, ok = dialog.findChild(QPlainTextEdit), dialog.findChild(QPushButton)
    qtbot.waitUntil(text.hasFocus)
    qtbot.keyClicks(text, "the")
    qtbot.keyClick(text, Qt.Key.Key_Return)
    qtbot.keyClicks(text, "note ")
    qtbot.keyClick(text, Qt.Key.Key_Tab)
    assert ok.hasFocus()
    text.setFocus()
    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert dialog.note == "the note before"


def test_own_finding_is_added_where_the_crosshair_is(detected_window):
    detected_window.controller.display.show_slice(5)
    detected_window.controller.panes.mark_place(0, 20.0, 25.0)
    do(detected_window, "add_finding")
    (own,) = detected_window.session.reading.decisions
    assert (own.place.column, own.place.row, own.place.slice_index) == (20.0, 25.0, 5)
    assert own.place.sop_instance_uid == "1.2.4.5"
    assert own.place.center_lps_mm == pytest.approx((-56.0, -46.0, 45.0))
    assert cells(detected_window) == ["", "", "+"]
    assert widget(detected_window, "slice_view").marks[0].verdict == "added"
    do(detected_window, "reject_finding")
    assert cells(detected_window) == ["", ""]


def test_no_finding_is_added_or_moved_outside_the_image(detected_window):
    do(detected_window, "next_finding")
    view = widget(detected_window, "slice_view")
    view.set_transform(view.transform.panned(5000.0, 0.0))
    do(detected_window, "add_finding")
    assert "main view" in detected_window.session.message.text
    do(detected_window, "correct_finding")
    detected_window.controller.reading.add(-1013.0, 40.0, 14)
    detected_window.controller.reading.correct(30.0, 96.0, 14)
    assert detected_window.session.reading.decisions == ()


def open_menu(view, place):
    """Right-click on a place of the image; the popup takes the pointer from the view."""
    at = view_place(view, *place)
    move(view, at)
    QTest.mouseClick(view, Qt.MouseButton.RightButton, pos=at)
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    return view.window().findChild(QMenu, "image_menu")


def test_menu_adds_a_finding_where_it_was_asked_for(open_window):
    menu = open_menu(widget(open_window, "slice_view"), (30.0, 40.0))
    add = action(open_window, "add_finding")
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(add).center())
    (own,) = open_window.session.reading.decisions
    assert (own.place.column, own.place.row) == pytest.approx((30.0, 40.0), abs=0.5)


def test_place_of_a_menu_that_was_closed_is_forgotten(qtbot, open_window):
    view = widget(open_window, "slice_view")
    menu = open_menu(view, (30.0, 40.0))
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: view.window().findChild(QMenu, "image_menu") is None)
    QApplication.processEvents()
    open_window.controller.panes.mark_place(0, 20.0, 25.0)
    do(open_window, "add_finding")
    (own,) = open_window.session.reading.decisions
    assert (own.place.column, own.place.row) == (20.0, 25.0)


def test_own_findings_are_called_the_same_in_window_and_report(detected_window):
    session, controller = detected_window.session, detected_window.controller
    controller.detection.go_to_finding(2)
    do(detected_window, "accept_finding")
    controller.reading.add(20.0, 25.0, 5)
    controller.reading.add(70.0, 25.0, 6)
    session.set_detection(at_threshold(session.detection, 0.8))
    content = make_content(session.detection, session.viewport.volume, reading=session.reading)
    assert cells(detected_window, 0) == ["1", "R1", "R2", "R3"]
    assert [row.key for row in content.all_findings] == ["1", "R1", "R2", "R3"]
    assert [row.label for row in session.rows if row.place.slice_index == 5] == ["R2"]
    assert [row.key for row in content.all_findings if row.peak_index == 5] == ["R2"]
    session.set_detection(at_threshold(session.detection, 0.5))
    assert cells(detected_window, 0) == ["1", "2", "R1", "R2"]


def test_finding_can_be_added_before_detection(open_window):
    do(open_window, "add_finding")
    assert cells(open_window) == ["+"]


def test_finding_is_corrected_to_another_place(detected_window):
    do(detected_window, "next_finding")
    detected_window.controller.reading.correct(33.0, 44.0, 15)
    (decision,) = detected_window.session.reading.decisions
    assert decision.verdict == "corrected"
    assert decision.model_place.slice_index == 14
    assert decision.place.slice_index == 15
    assert cells(detected_window) == ["✎", ""]
    detected_window.controller.detection.go_to_finding(1)
    assert detected_window.session.viewport.slice_index == 15


def test_decisions_go_into_the_report(qtbot, detected_window, program, prompts, tmp_path):
    do(detected_window, "next_finding")
    do(detected_window, "reject_finding")
    do(detected_window, "key_image")
    prompts.report_folder = tmp_path / "report"
    do(detected_window, "export_report")
    qtbot.waitUntil(lambda: len(program.readings) == 1)
    (reading,) = program.readings
    assert [one.verdict for one in reading.decisions] == ["rejected"]
    assert reading.key_slices == (14,)


def test_key_image_is_shown_and_unmarked(open_window):
    do(open_window, "key_image")
    assert widget(open_window, "slice_view").is_key_image
    do(open_window, "next_slice")
    assert not widget(open_window, "slice_view").is_key_image
    do(open_window, "previous_slice")
    do(open_window, "key_image")
    assert open_window.session.reading.key_slices == ()


# --- measurements ---------------------------------------------------------------------------


def test_distance_is_drawn_with_the_mouse(open_window):
    do(open_window, "distance_tool")
    drag_image(widget(open_window, "slice_view"), (20.0, 40.0), (50.0, 40.0))
    (one,) = open_window.session.reading.measurements
    assert one.length_mm == pytest.approx(60.0, abs=1.0)
    assert len(widget(open_window, "slice_view").measurements) == 1
    do(open_window, "next_slice")
    assert widget(open_window, "slice_view").measurements == ()


def test_angle_is_drawn_with_a_drag_and_a_click(open_window):
    view = widget(open_window, "slice_view")
    do(open_window, "angle_tool")
    drag_image(view, (60.0, 40.0), (30.0, 40.0))
    assert view.is_drafting
    click_image(view, (30.0, 70.0))
    (one,) = open_window.session.reading.measurements
    assert one.angle_deg == pytest.approx(90.0, abs=1.0)


def test_half_an_angle_is_given_up_with_its_view(qtbot, open_window):
    do(open_window, "layout_two")
    second = widget(open_window, "slice_view_2")
    qtbot.waitUntil(lambda: second.stack is not None)
    do(open_window, "angle_tool")
    drag_image(second, (60.0, 40.0), (30.0, 40.0))
    do(open_window, "layout_one")
    first = widget(open_window, "slice_view")
    first.set_transform(first.transform.zoomed(2.0, 30.0, 40.0))
    do(open_window, "reset_view")
    assert (second.is_drafting, first.is_fitted) == (False, True)


def test_region_is_drawn_and_gives_its_mean(open_window):
    do(open_window, "ellipse_tool")
    drag_image(widget(open_window, "slice_view"), (30.0, 35.0), (42.0, 47.0))
    (one,) = open_window.session.reading.measurements
    assert one.mean == pytest.approx(600.0, abs=1.0)
    assert one.area_mm2 == pytest.approx(452.0, abs=30.0)


def test_handle_is_moved_whatever_tool_is_on(open_window):
    view = widget(open_window, "slice_view")
    do(open_window, "distance_tool")
    drag_image(view, (20.0, 40.0), (50.0, 40.0))
    do(open_window, "window_tool")
    drag_image(view, (50.0, 40.0), (35.0, 40.0))
    (one,) = open_window.session.reading.measurements
    assert one.length_mm == pytest.approx(30.0, abs=1.5)


def test_escape_gives_up_a_measurement_and_not_the_zoom(open_window):
    view = widget(open_window, "slice_view")
    do(open_window, "angle_tool")
    drag_image(view, (60.0, 40.0), (30.0, 40.0))
    view.zoom(2.0)
    scale = view.transform.scale
    do(open_window, "reset_view")
    assert not view.is_drafting
    assert view.transform.scale == scale
    assert open_window.session.reading.measurements == ()


@pytest.mark.parametrize("leave", ["slice", "series"])
def test_half_an_angle_is_given_up_with_its_slice(qtbot, open_window, leave):
    view = widget(open_window, "slice_view")
    do(open_window, "angle_tool")
    drag_image(view, (20.0, 40.0), (50.0, 40.0))
    assert view.is_drafting
    if leave == "slice":
        do(open_window, "next_slice")
    else:
        open_window.controller.show_series(2)
        qtbot.waitUntil(lambda: open_window.session.shown_row == 2)
    assert not view.is_drafting
    click_image(view, (50.0, 70.0))
    assert open_window.session.reading.measurements == ()


def test_measurement_under_the_pointer_is_deleted(open_window):
    view = widget(open_window, "slice_view")
    do(open_window, "distance_tool")
    drag_image(view, (20.0, 40.0), (50.0, 40.0))
    drag_image(view, (20.0, 60.0), (50.0, 60.0))
    move(view, view_place(view, 20.0, 40.0))
    do(open_window, "delete_measurement")
    (left,) = open_window.session.reading.measurements
    assert left.points[0][1] == pytest.approx(60.0, abs=0.5)
    do(open_window, "undo")
    do(open_window, "clear_measurements")
    assert open_window.session.reading.measurements == ()


def test_line_under_the_pointer_is_deleted_away_from_its_handles(open_window):
    view = widget(open_window, "slice_view")
    do(open_window, "distance_tool")
    drag_image(view, (20.0, 40.0), (50.0, 40.0))
    drag_image(view, (20.0, 60.0), (50.0, 60.0))
    move(view, view_place(view, 35.0, 40.0))
    do(open_window, "delete_measurement")
    (left,) = open_window.session.reading.measurements
    assert left.points[0][1] == pytest.approx(60.0, abs=0.5)


def test_menu_deletes_the_measurement_that_it_was_opened_on(open_window):
    view = widget(open_window, "slice_view")
    do(open_window, "distance_tool")
    drag_image(view, (20.0, 40.0), (50.0, 40.0))
    drag_image(view, (20.0, 60.0), (50.0, 60.0))
    menu = open_menu(view, (20.0, 40.0))
    delete = action(open_window, "delete_measurement")
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(delete).center())
    (left,) = open_window.session.reading.measurements
    assert left.points[0][1] == pytest.approx(60.0, abs=0.5)


def test_click_without_a_drag_measures_nothing(open_window):
    view = widget(open_window, "slice_view")
    do(open_window, "distance_tool")
    QTest.mouseClick(view, Qt.MouseButton.LeftButton)
    assert open_window.session.reading.measurements == ()
    assert not view.is_drafting


# --- read first -----------------------------------------------------------------------------


def test_result_is_hidden_until_the_stack_was_read(qtbot, open_window):
    do(open_window, "read_first")
    do(open_window, "detect")
    session = open_window.session
    qtbot.waitUntil(lambda: session.detection_of(session.shown_series.key) is not None)
    assert session.detection is None
    assert session.probabilities is None
    assert widget(open_window, "findings_table").model().rowCount() == 0
    assert "1 of 40 slices seen" in widget(open_window, "veil_label").text()
    assert not action(open_window, "export_report").isEnabled()
    for index in range(40):
        open_window.controller.display.show_slice(index)
    assert session.detection is not None
    assert session.reading.read_first
    assert widget(open_window, "findings_table").model().rowCount() == 2
    assert not widget(open_window, "veil").isVisible()


def test_hidden_result_can_be_shown_at_once(qtbot, open_window):
    do(open_window, "read_first")
    do(open_window, "detect")
    session = open_window.session
    qtbot.waitUntil(lambda: session.detection_of(session.shown_series.key) is not None)
    do(open_window, "show_results")
    assert session.detection is not None
    assert not session.reading.read_first


def read_stack(window):
    for index in range(40):
        window.controller.display.show_slice(index)


def test_stack_that_was_read_first_stays_so_when_a_change_is_taken_back(qtbot, open_window):
    session = open_window.session
    do(open_window, "read_first")
    do(open_window, "key_image")
    read_stack(open_window)
    do(open_window, "undo")
    assert session.reading == Reading(read_first=True)
    do(open_window, "redo")
    assert session.reading == Reading(key_slices=(20,), read_first=True)


def test_result_that_was_seen_before_is_not_called_read_first(detected_window):
    session = detected_window.session
    do(detected_window, "read_first")
    assert session.is_veiled
    read_stack(detected_window)
    assert not session.is_veiled
    assert not session.reading.read_first


def test_result_of_which_a_part_was_seen_is_not_called_read_first(qtbot, open_window, program):
    session = open_window.session
    program.gate.clear()
    do(open_window, "detect")
    qtbot.waitUntil(lambda: session.activity is not None and session.activity.done == 8)
    do(open_window, "read_first")
    program.gate.set()
    qtbot.waitUntil(lambda: not session.is_busy("detect"))
    read_stack(open_window)
    assert session.detection is not None
    assert not session.reading.read_first


def test_result_told_in_the_list_of_series_is_not_called_read_first(qtbot, detected_elsewhere):
    session = detected_elsewhere.session
    do(detected_elsewhere, "read_first")
    detected_elsewhere.controller.show_series(3)
    qtbot.waitUntil(lambda: session.shown_row == 3)
    read_stack(detected_elsewhere)
    assert session.detection is not None
    assert not session.reading.read_first
