"""The whole window on fakes, driven by its actions and widgets as a user drives it."""

import threading
import time

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDropEvent, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from hcc_viewer import HEAT_MAP_CAPTION, NEGATIVE_RESULT, RESEARCH_USE
from hcc_viewer.dicom import Study
from hcc_viewer.errors import ModelFileError, OutputError, ReadError
from hcc_viewer.gui.app import build
from hcc_viewer.gui.controllers.display import RELEASE_MILLISECONDS
from hcc_viewer.gui.item_models import DETECTED_ROLE
from hcc_viewer.gui.jobs import UNEXPECTED
from hcc_viewer.settings import Settings
from tests.gui.fakes import LESIONS

ACTIONS = [
    "open_folder_action",
    "open_file_action",
    "open_demo_action",
    "detect_action",
    "cancel_action",
    "export_report_action",
    "toggle_heatmap_action",
    "next_finding_action",
    "previous_finding_action",
    "next_slice_action",
    "previous_slice_action",
    "reset_view_action",
]
WIDGETS = [
    "series_list",
    "slice_view",
    "findings_table",
    "probability_strip",
    "threshold_slider",
    "opacity_slider",
    "progress_bar",
    "warnings_panel",
    "research_banner",
]


def action(window, name):
    return window.findChild(QAction, f"{name}_action")


def widget(window, name):
    return window.findChild(QWidget, name)


def shown_texts(window):
    labels = window.findChildren(QLabel)
    return " | ".join(label.text() for label in labels if label.isVisible())


def show_row(qtbot, window, row):
    window.controller.study.show_series(row)
    qtbot.waitUntil(lambda: window.session.shown_row == row)


# --- names and labels -----------------------------------------------------------------------


def test_window_has_the_names_that_automation_relies_on(window):
    assert window.objectName() == "main_window"
    assert [name for name in ACTIONS if window.findChild(QAction, name) is None] == []
    assert [name for name in WIDGETS if window.findChild(QWidget, name) is None] == []


def test_main_widgets_and_actions_can_be_spoken(window):
    assert [name for name in WIDGETS if not widget(window, name).accessibleName()] == []
    ours = [a for a in window.findChildren(QAction) if a.objectName().endswith("_action")]
    assert len(ours) > 30
    assert [a.objectName() for a in ours if not a.text() or not a.toolTip()] == []


def test_alt_and_a_letter_open_a_menu_and_nothing_else(window):
    """Two of one letter in a window, and neither does anything."""
    letters = [
        QKeySequence.mnemonic(one.text()).toString()
        for one in (*window.menuBar().actions(), *window.findChildren(QAbstractButton))
    ]
    letters = [letter for letter in letters if letter]
    assert "Alt+D" in letters
    assert len(letters) == len(set(letters))


def test_no_two_actions_share_a_key(window):
    ours = [a for a in window.findChildren(QAction) if a.objectName().endswith("_action")]
    keys = [key.toString() for a in ours for key in a.shortcuts()]
    assert len(keys) == len(set(keys))


def test_labels_are_there_before_a_study_is_open(window):
    texts = shown_texts(window)
    for wanted in (
        RESEARCH_USE,
        NEGATIVE_RESULT,
        HEAT_MAP_CAPTION,
        "fake-cnn 0.1 (0123456789ab)",
        "trained on simulated images only; not validated on patients",
    ):
        assert wanted in texts


def test_labels_are_there_after_detection(detected_window):
    texts = shown_texts(detected_window)
    for wanted in (RESEARCH_USE, NEGATIVE_RESULT, "fake-cnn 0.1 (0123456789ab)"):
        assert wanted in texts


def test_only_what_makes_sense_is_enabled_before_a_study_is_open(window):
    for name in ("detect", "cancel", "export_report", "toggle_heatmap", "next_finding"):
        assert not action(window, name).isEnabled()
    assert action(window, "open_folder").isEnabled()


# --- opening --------------------------------------------------------------------------------


def test_best_series_is_shown_and_marked(open_window):
    assert open_window.session.shown_series.description == "T1 VIBE HBP 20 min"
    assert widget(open_window, "series_list").currentIndex().row() == 3
    assert action(open_window, "detect").isEnabled()


def test_folder_action_opens_what_the_user_chose(qtbot, window, prompts, tmp_path):
    prompts.folder = tmp_path
    action(window, "open_folder").trigger()
    qtbot.waitUntil(lambda: window.session.viewport.volume is not None)
    assert window.controller.study.last_folder == str(tmp_path)


def test_cancelled_folder_dialog_changes_nothing(window):
    action(window, "open_folder").trigger()
    assert window.session.activity is None


def test_dropped_folder_is_opened(qtbot, window, tmp_path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    event = QDropEvent(
        QPointF(400, 300),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)
    qtbot.waitUntil(lambda: window.session.viewport.volume is not None)


def test_every_series_gets_a_thumbnail(qtbot, open_window):
    qtbot.waitUntil(lambda: len(open_window.session.thumbnails) == 4)
    assert all(picture.any() for picture in open_window.session.thumbnails.values())


def test_clicked_series_is_shown(qtbot, open_window):
    view = widget(open_window, "series_list")
    place = view.visualRect(view.model().index(1, 0)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: open_window.session.shown_row == 1)


def test_series_that_was_shown_is_not_read_again(qtbot, open_window, program):
    show_row(qtbot, open_window, 1)
    show_row(qtbot, open_window, 3)
    assert program.loaded == ["T1 VIBE HBP 20 min", "T1 VIBE native"]


def test_refused_series_says_why_and_cannot_be_detected(qtbot, open_window):
    show_row(qtbot, open_window, 0)
    assert not action(open_window, "detect").isEnabled()
    assert "it is a localizer of three planes." in shown_texts(open_window)


def test_unreadable_path_gives_a_sentence_and_keeps_the_study(qtbot, open_window, program):
    program.read_error = ReadError("The folder x does not exist.")
    with qtbot.waitSignal(open_window.session.message_changed):
        open_window.controller.study.open_path(program.study.path / "x")
    qtbot.waitUntil(lambda: open_window.session.message is not None)
    assert "The folder x does not exist." in shown_texts(open_window)
    assert open_window.session.shown_row == 3


def test_crash_while_reading_gives_a_sentence_and_keeps_the_study(qtbot, open_window, program):
    program.error = ZeroDivisionError("secret")
    open_window.controller.study.show_series(1)
    qtbot.waitUntil(lambda: open_window.session.message is not None)
    assert open_window.session.message.text == UNEXPECTED
    assert open_window.session.shown_row == 3
    assert widget(open_window, "series_list").currentIndex().row() == 3


def test_folder_without_images_says_what_was_passed_over(qtbot, window, program, tmp_path):
    program.study = Study(tmp_path, (), (("no DICOM file", 7),))
    window.controller.study.open_path(tmp_path)
    qtbot.waitUntil(lambda: window.session.message is not None)
    assert "7 files were passed over: no DICOM file." in shown_texts(window)


def test_series_is_not_lost_when_a_folder_without_images_comes_between(
    qtbot, open_window, program, tmp_path
):
    program.reading_gate.clear()
    open_window.controller.study.show_series(1)
    program.study = Study(tmp_path / "empty", (), (("no DICOM file", 7),))
    open_window.controller.study.open_path(tmp_path / "empty")
    qtbot.waitUntil(lambda: open_window.session.message is not None)
    program.reading_gate.set()
    assert open_window.session.wanted_row == 3
    show_row(qtbot, open_window, 1)


def test_message_can_be_closed(qtbot, window):
    from hcc_viewer.gui.session import Message

    window.session.set_message(Message("Something."))
    qtbot.mouseClick(widget(window, "dismiss_message_button"), Qt.MouseButton.LeftButton)
    assert not widget(window, "message_bar").isVisible()


def test_notices_of_study_series_and_result_are_listed(detected_window):
    text = widget(detected_window, "warnings_panel").text
    assert "3 files were passed over: no DICOM file." in text
    assert "Slice 12 was missing" in text
    assert "The model has seen simulated images only." in text


# --- detection ------------------------------------------------------------------------------


def test_sure_series_is_detected_without_a_question(detected_window, prompts):
    assert prompts.asked == []
    assert len(detected_window.session.detection.findings) == 2


@pytest.mark.parametrize("row", [1, 2])
def test_doubtful_series_is_asked_about_and_a_no_counts(qtbot, open_window, prompts, row):
    show_row(qtbot, open_window, row)
    prompts.answer = False
    action(open_window, "detect").trigger()
    assert prompts.asked == [open_window.session.shown_series.description]
    assert not open_window.session.is_busy("detect")


def test_doubtful_series_is_detected_after_a_yes(qtbot, open_window):
    show_row(qtbot, open_window, 2)
    action(open_window, "detect").trigger()
    qtbot.waitUntil(lambda: open_window.session.detection is not None)


def test_results_stream_in_with_a_count_while_the_window_lives(qtbot, open_window, program):
    program.gate.clear()
    action(open_window, "detect").trigger()
    strip = widget(open_window, "probability_strip")
    qtbot.waitUntil(lambda: open_window.session.activity.done == 8)
    assert "8 of 40 slices" in shown_texts(open_window)
    assert widget(open_window, "progress_bar").value() == 8
    assert (strip.probabilities[:8] >= 0).all()
    assert (strip.probabilities[8:] != strip.probabilities[8:]).all()  # NaN
    assert not action(open_window, "detect").isEnabled()
    action(open_window, "next_slice").trigger()
    assert open_window.session.viewport.slice_index == 21
    program.gate.set()
    qtbot.waitUntil(lambda: open_window.session.detection is not None)
    assert not widget(open_window, "progress_bar").isVisible()


def test_list_of_series_says_what_was_found_on_one_that_is_not_shown(detected_elsewhere):
    model = widget(detected_elsewhere, "series_list").model()
    assert [model.index(row).data(DETECTED_ROLE) for row in (2, 3)] == ["", "2 findings"]


def test_only_the_series_that_is_detected_on_promises_findings(qtbot, open_window, program):
    program.gate.clear()
    action(open_window, "detect").trigger()
    show_row(qtbot, open_window, 2)
    table = widget(open_window, "findings_table")
    assert open_window.session.is_busy("detect")
    assert table._placeholder == "Findings appear here after detection."
    show_row(qtbot, open_window, 3)
    assert table._placeholder == "Findings come when all slices are done."
    program.gate.set()


def test_cancel_stops_detection_and_keeps_nothing(qtbot, open_window, program):
    program.gate.clear()
    action(open_window, "detect").trigger()
    qtbot.waitUntil(lambda: open_window.session.activity.done == 8)
    action(open_window, "cancel").trigger()
    assert open_window.session.activity is None
    assert open_window.session.probabilities is None
    assert program.stopped.wait(1)
    assert action(open_window, "detect").isEnabled()


def test_detection_goes_on_while_another_series_is_shown(qtbot, open_window, program):
    program.gate.clear()
    action(open_window, "detect").trigger()
    show_row(qtbot, open_window, 1)
    assert open_window.session.probabilities is None
    program.gate.set()
    qtbot.waitUntil(lambda: not open_window.session.is_busy("detect"))
    assert open_window.session.detection is None
    show_row(qtbot, open_window, 3)
    assert len(open_window.session.detection.findings) == 2


def test_failed_detection_gives_its_sentence(qtbot, open_window, program):
    program.error = ModelFileError("The model file is damaged.")
    action(open_window, "detect").trigger()
    qtbot.waitUntil(lambda: open_window.session.message is not None)
    assert "The model file is damaged." in shown_texts(open_window)
    assert open_window.session.probabilities is None


def test_earlier_result_is_back_when_the_next_detection_is_cancelled_or_fails(
    qtbot, detected_window, program
):
    session, before = detected_window.session, detected_window.session.detection
    program.gate.clear()
    action(detected_window, "detect").trigger()
    qtbot.waitUntil(lambda: session.activity is not None and session.activity.done == 8)
    assert session.detection is None
    action(detected_window, "cancel").trigger()
    assert session.detection is before
    assert action(detected_window, "export_report").isEnabled()
    program.gate.set()
    program.error = ModelFileError("The model file is damaged.")
    action(detected_window, "detect").trigger()
    qtbot.waitUntil(lambda: not session.is_busy("detect"))
    assert session.detection is before


def test_window_that_is_never_shown_detects_and_names_its_model(qtbot, program, prompts, tmp_path):
    window = build(Settings(), program.services(), prompts.prompts())
    qtbot.addWidget(window, before_close_func=lambda w: w.controller.shutdown())
    window.controller.study.open_path(tmp_path)
    qtbot.waitUntil(lambda: window.session.viewport.volume is not None)
    action(window, "detect").trigger()
    qtbot.waitUntil(lambda: window.session.card is not None)
    assert len(window.session.detection.findings) == 2
    assert "fake-cnn 0.1" in widget(window, "research_banner").text


def test_refused_model_is_said_and_detect_is_off(qtbot, program, prompts, tmp_path):
    program.model_error = ModelFileError("The model file is missing.")
    window = build(Settings(), program.services(), prompts.prompts())
    qtbot.addWidget(window, before_close_func=lambda w: w.controller.shutdown())
    with qtbot.waitSignal(window.session.model_changed):
        window.controller.detection.load_model()
    window.controller.study.open_path(tmp_path)
    qtbot.waitUntil(lambda: window.session.viewport.volume is not None)
    assert not action(window, "detect").isEnabled()
    assert "The model file is missing." in widget(window, "research_banner").text


def test_study_that_is_read_again_ends_detection_and_drops_results(
    qtbot, detected_window, tmp_path
):
    detected_window.controller.keeping.is_on = False
    detected_window.controller.study.open_path(tmp_path)
    qtbot.waitUntil(lambda: detected_window.session.probabilities is None)
    qtbot.waitUntil(lambda: detected_window.session.viewport.volume is not None)
    assert detected_window.session.detection is None


# --- findings -------------------------------------------------------------------------------


def test_findings_can_be_walked_by_key_and_wrap(detected_window):
    seen = []
    for name in ("next_finding", "next_finding", "next_finding", "previous_finding"):
        action(detected_window, name).trigger()
        seen.append(detected_window.session.viewport.slice_index)
    assert seen == [14, 30, 14, 30]


def test_clicked_finding_shows_its_peak_with_a_mark(qtbot, detected_window):
    table = widget(detected_window, "findings_table")
    place = table.visualRect(table.model().index(1, 2)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    slice_, row, column, _ = LESIONS[1]
    assert detected_window.session.viewport.slice_index == slice_
    (mark,) = widget(detected_window, "slice_view").marks
    assert (mark.row, mark.column, mark.label, mark.is_selected) == (row, column, "2", True)


def test_click_on_the_current_finding_goes_back_to_it(qtbot, detected_window):
    action(detected_window, "next_finding").trigger()
    action(detected_window, "first_slice").trigger()
    table = widget(detected_window, "findings_table")
    place = table.visualRect(table.model().index(0, 2)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert detected_window.session.viewport.slice_index == 14


def test_enter_on_a_finding_goes_to_the_image(qtbot, detected_window):
    table = widget(detected_window, "findings_table")
    table.setFocus()
    table.setCurrentIndex(table.model().index(1, 0))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert detected_window.session.viewport.slice_index == 30
    assert detected_window.focusWidget() is widget(detected_window, "slice_view")


@pytest.mark.parametrize("name", ["next_finding", "previous_finding", "detect"])
def test_arrow_keys_pass_slices_after_detect_and_from_finding_to_finding(detected_window, name):
    widget(detected_window, "findings_table").setFocus()
    action(detected_window, name).trigger()
    assert detected_window.focusWidget() is widget(detected_window, "slice_view")


def test_flagged_slice_can_be_gone_to(detected_window):
    table = widget(detected_window, "flagged_slices_table")
    table.setCurrentIndex(table.model().index(0, 0))
    assert detected_window.session.viewport.slice_index == 11


def test_threshold_changes_findings_without_new_inference(qtbot, detected_window):
    widget(detected_window, "threshold_slider").setValue(800)
    qtbot.waitUntil(lambda: len(detected_window.session.detection.findings) == 1)
    assert detected_window.session.detection.threshold == 0.8
    assert widget(detected_window, "findings_table").model().rowCount() == 1
    assert "sensitivity 70% and specificity 98%" in shown_texts(detected_window)


def test_named_operating_point_sets_the_threshold(qtbot, detected_window):
    box = widget(detected_window, "operating_point_box")
    assert box.currentText() == "Balanced"
    box.setCurrentIndex(0)
    box.activated.emit(0)
    qtbot.waitUntil(lambda: detected_window.session.detection.threshold == 0.3)
    assert widget(detected_window, "threshold_slider").value() == 300


def test_box_names_the_threshold_in_use_until_there_is_another(qtbot, detected_window):
    box = widget(detected_window, "operating_point_box")
    box.setCurrentIndex(box.count() - 1)
    box.activated.emit(box.currentIndex())
    assert box.currentText() == "Balanced"
    widget(detected_window, "threshold_slider").setValue(620)
    assert box.currentText() == "Other threshold"


def test_threshold_that_comes_back_leaves_the_result_as_it_is(qtbot, detected_window):
    before = detected_window.session.detection
    slider = widget(detected_window, "threshold_slider")
    slider.setValue(800)
    slider.setValue(500)
    slider.setValue(700)
    qtbot.waitUntil(lambda: detected_window.session.detection is not before)
    assert detected_window.session.detection.threshold == 0.7


@pytest.mark.parametrize(("value", "said"), [(605, "0.60: sensitivity 84%"), (640, "")])
def test_other_threshold_has_the_numbers_measured_near_it(qtbot, detected_window, value, said):
    widget(detected_window, "threshold_slider").setValue(value)
    qtbot.waitUntil(lambda: detected_window.session.detection.threshold == value / 1000)
    texts = shown_texts(detected_window)
    assert said in texts if said else "sensitivity" not in texts


# --- heat map -------------------------------------------------------------------------------


def test_heat_map_is_off_until_it_is_asked_for(detected_window):
    view = widget(detected_window, "slice_view")
    assert not view.has_heat_map
    action(detected_window, "toggle_heatmap").trigger()
    assert view.has_heat_map
    assert widget(detected_window, "heat_map_caption").isVisible()
    action(detected_window, "toggle_heatmap").trigger()
    assert not view.has_heat_map
    assert not widget(detected_window, "heat_map_caption").isVisible()


def test_heat_map_follows_the_slice(detected_window):
    action(detected_window, "toggle_heatmap").trigger()
    action(detected_window, "next_slice").trigger()
    assert widget(detected_window, "slice_view").has_heat_map


def test_opacity_slider_sets_the_opacity(detected_window):
    widget(detected_window, "opacity_slider").setValue(80)
    assert detected_window.session.heat_map_opacity == 0.8


def test_short_press_of_the_key_switches_the_heat_map(qtbot, detected_window):
    with qtbot.waitActive(detected_window):
        detected_window.activateWindow()
    view = widget(detected_window, "slice_view")
    view.setFocus()
    qtbot.keyPress(view, Qt.Key.Key_G)
    qtbot.keyRelease(view, Qt.Key.Key_G)
    assert detected_window.session.is_heat_map_on


def test_held_key_shows_the_heat_map_only_while_it_is_held(qtbot, detected_window, monkeypatch):
    with qtbot.waitActive(detected_window):
        detected_window.activateWindow()
    now = [10.0]
    monkeypatch.setattr(detected_window.controller.display, "_clock", lambda: now[0])
    view = widget(detected_window, "slice_view")
    view.setFocus()
    qtbot.keyPress(view, Qt.Key.Key_G)
    assert detected_window.session.is_heat_map_on
    now[0] += 0.5
    qtbot.keyRelease(view, Qt.Key.Key_G)
    qtbot.waitUntil(lambda: not detected_window.session.is_heat_map_on)


def test_repeats_of_a_held_key_end_no_peek(qtbot, detected_window, monkeypatch):
    """On X11 a busy window gets them as releases and presses that do not say that they repeat."""
    now = [10.0]
    display = detected_window.controller.display
    monkeypatch.setattr(display, "_clock", lambda: now[0])
    display.press_heat_map_key()
    for _ in range(3):
        now[0] += 0.4
        display.release_heat_map_key()
        display.press_heat_map_key()
    qtbot.wait(2 * RELEASE_MILLISECONDS)
    assert detected_window.session.is_heat_map_on
    display.release_heat_map_key()
    qtbot.waitUntil(lambda: not detected_window.session.is_heat_map_on)


# --- slices by key --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "modifier", "shown"),
    [
        (Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier, 21),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier, 19),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier, 30),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier, 10),
        (Qt.Key.Key_PageDown, Qt.KeyboardModifier.NoModifier, 30),
        (Qt.Key.Key_PageUp, Qt.KeyboardModifier.NoModifier, 10),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, 0),
        (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier, 39),
    ],
)
def test_keys_pass_slices(qtbot, open_window, key, modifier, shown):
    with qtbot.waitActive(open_window):
        open_window.activateWindow()
    view = widget(open_window, "slice_view")
    view.setFocus()
    qtbot.keyClick(view, key, modifier)
    assert open_window.session.viewport.slice_index == shown


def test_arrow_keys_in_the_table_stay_with_the_table(qtbot, detected_window):
    with qtbot.waitActive(detected_window):
        detected_window.activateWindow()
    table = widget(detected_window, "findings_table")
    table.setFocus()
    table.setCurrentIndex(table.model().index(0, 0))
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert detected_window.session.viewport.slice_index == 30


def test_right_key_shows_the_next_series(qtbot, open_window):
    show_row(qtbot, open_window, 1)
    action(open_window, "next_series").trigger()
    qtbot.waitUntil(lambda: open_window.session.shown_row == 2)


def test_right_key_on_the_strip_that_was_clicked_shows_the_next_slice(qtbot, open_window):
    strip = widget(open_window, "probability_strip")
    open_window.activateWindow()
    at = QPoint(round(strip.slice_center(10)), 30)
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(strip.hasFocus)
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    assert open_window.session.viewport.slice_index == 11
    assert open_window.session.wanted_row == 3


def test_reset_brings_back_window_and_fit(open_window):
    view = widget(open_window, "slice_view")
    own = open_window.session.viewport.window
    fitted = view.transform
    view.zoom(2.0)
    open_window.controller.display.set_window(10.0, 20.0)
    action(open_window, "reset_view").trigger()
    assert open_window.session.viewport.window == own
    assert view.transform == fitted


def test_cine_runs_through_the_slices_until_it_is_stopped(qtbot, open_window):
    action(open_window, "cine").trigger()
    assert action(open_window, "cine").isChecked()
    with qtbot.waitSignals([open_window.session.viewport.slice_changed] * 2):
        pass
    action(open_window, "cine").trigger()
    assert not action(open_window, "cine").isChecked()


def test_cine_stops_when_another_series_comes(qtbot, open_window):
    action(open_window, "cine").trigger()
    show_row(qtbot, open_window, 1)
    assert not action(open_window, "cine").isChecked()


def test_scrolling_stops_at_the_ends(open_window):
    action(open_window, "last_slice").trigger()
    last = open_window.session.viewport.slice_index
    action(open_window, "next_slice").trigger()
    assert open_window.session.viewport.slice_index == last


def test_scrolling_goes_on_at_the_other_end_where_the_reader_wants_that(open_window):
    viewport = open_window.session.viewport
    action(open_window, "settings").trigger()
    dialog = widget(open_window, "settings_dialog")
    widget(dialog, "loop_scrolling_box").setChecked(True)
    dialog.accept()
    assert open_window.settings.current.loop_scrolling

    action(open_window, "last_slice").trigger()
    action(open_window, "next_slice").trigger()
    assert viewport.slice_index == 0
    action(open_window, "previous_slice").trigger()
    assert viewport.slice_index == viewport.slice_count - 1
    open_window.controller.display.step_in(0, 1)  # as the wheel does
    assert viewport.slice_index == 0
    viewport.set_slice(viewport.slice_count - 2)
    action(open_window, "forward_ten").trigger()  # stops first, so that the end is not missed
    assert viewport.slice_index == viewport.slice_count - 1


# --- report ---------------------------------------------------------------------------------


def test_report_goes_to_the_chosen_folder_and_is_named(
    qtbot, detected_window, program, prompts, tmp_path
):
    prompts.report_folder = tmp_path / "out"
    action(detected_window, "export_report").trigger()
    qtbot.waitUntil(lambda: detected_window.session.message is not None)
    assert program.exported == [(tmp_path / "out", ("pdf", "png", "csv"))]
    assert f"The report is in {tmp_path / 'out'}: report.pdf" in shown_texts(detected_window)
    assert widget(detected_window, "show_folder_button").isVisible()


def test_report_in_a_folder_with_other_files_gets_one_of_its_own(
    qtbot, detected_window, program, prompts, tmp_path
):
    (tmp_path / "letter.txt").write_text("mine")
    prompts.report_folder = tmp_path
    action(detected_window, "export_report").trigger()
    qtbot.waitUntil(lambda: bool(program.exported))
    folder, _ = program.exported[0]
    assert folder.parent == tmp_path
    assert folder.name.startswith("hcc-report-")


def test_report_that_cannot_be_written_gives_a_sentence(
    qtbot, detected_window, program, prompts, tmp_path
):
    program.error = OutputError("The folder is full.")
    prompts.report_folder = tmp_path / "out"
    action(detected_window, "export_report").trigger()
    qtbot.waitUntil(lambda: detected_window.session.message is not None)
    assert "The folder is full." in shown_texts(detected_window)
    assert action(detected_window, "export_report").isEnabled()


# --- privacy, settings, end -----------------------------------------------------------------


def test_identity_can_be_hidden(open_window):
    action(open_window, "hide_identity").trigger()
    assert open_window.session.is_identity_hidden
    assert open_window.settings.current.identity_hidden


def test_settings_are_applied_and_given_back(qtbot, program, prompts, tmp_path):
    settings = Settings(
        last_folder=str(tmp_path),
        mouse_profile="mitk-pacs",
        heat_map_opacity=0.75,
        identity_hidden=True,
    )
    window = build(settings, program.services(), prompts.prompts())
    qtbot.addWidget(window, before_close_func=lambda w: w.controller.shutdown())
    assert widget(window, "opacity_slider").value() == 75
    given_back = window.settings.current
    assert given_back.window_geometry
    assert given_back.mouse_profile == "mitk-pacs"
    assert given_back.heat_map_opacity == 0.75
    assert given_back.identity_hidden
    assert given_back.last_folder == str(tmp_path)


def test_closing_during_detection_ends_at_once(qtbot, open_window, program):
    program.gate.clear()
    action(open_window, "detect").trigger()
    qtbot.waitUntil(lambda: open_window.session.activity.done == 8)
    begun = time.monotonic()
    open_window.close()
    assert time.monotonic() - begun < 1.0
    assert program.stopped.is_set()
    assert not any(thread.name.startswith("detect") for thread in threading.enumerate())


def test_help_pages_name_model_and_keys(qtbot, window):
    action(window, "about").trigger()
    action(window, "help_keys").trigger()
    about, keys = widget(window, "about_dialog"), widget(window, "keys_dialog")
    assert RESEARCH_USE in about.text.toPlainText()
    assert "High sensitivity" in about.text.toPlainText()
    assert "Shift+N" in keys.text.toPlainText()
    about.close()
    keys.close()


def test_context_menu_offers_the_views_actions(qtbot, open_window):
    view = widget(open_window, "slice_view")
    qtbot.mouseClick(view, Qt.MouseButton.RightButton, pos=QPoint(100, 100))
    menu = open_window.findChild(QWidget, "image_menu")
    assert action(open_window, "reset_view") in menu.actions()
    menu.close()
