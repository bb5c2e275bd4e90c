"""A reading study goes through the window by keys and clicks and gives the right figures."""

import time
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit, QListWidget, QPushButton

from hcc_viewer import HEAT_MAP_CAPTION
from hcc_viewer.catalogue import CatalogueWriter
from hcc_viewer.catalogue.splits import SplitShares
from hcc_viewer.detection import load_model
from hcc_viewer.gui.dialogs.reader_study import ReaderStudyDialog
from hcc_viewer.gui.reader_study import window as reading_window
from hcc_viewer.gui.reader_study.loading import catalogue_loader
from hcc_viewer.gui.reader_study.window import ReaderStudyWindow
from hcc_viewer.gui.views.probability_strip import ProbabilityStrip
from hcc_viewer.gui.views.slice_view import SliceView
from hcc_viewer.reader_study import create_study, read_answers, start_run
from hcc_viewer.reader_study.evaluation import evaluate_study
from tests.catalogue.test_catalogue import SOURCE, make_case
from tests.detection.make_model import make_model


def three_cases(folder):
    with CatalogueWriter(folder, SOURCE) as writer:
        for number in range(3):
            case = make_case(f"toy-{number}", f"p{number}")
            image = np.repeat(np.repeat(case.image, 16, axis=1), 16, axis=2)
            labels = [np.repeat(np.repeat(a, 16, axis=1), 16, axis=2) for a in (
                case.lesions, case.organs)]  # fmt: skip
            writer.add(replace(case, image=image, lesions=labels[0], organs=labels[1]))
        return writer.finish(SplitShares(0.0, 0.0, 1.0))


@pytest.fixture
def study(tmp_path):
    catalogue = three_cases(tmp_path / "cases")
    arms = ("unaided", "aided")
    create_study(tmp_path / "study", catalogue, arms=arms, washout_days=0)
    return tmp_path / "study", catalogue


@pytest.fixture(autouse=True)
def no_wait(monkeypatch):
    """Answers are saved at once; only the test of a second press waits."""
    monkeypatch.setattr(reading_window, "SAVE_WAIT_SECONDS", 0.0)


@pytest.fixture
def model(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.detection.make_model.LEVEL", 0.5)  # the toy cases are not bright
    (tmp_path / "m").mkdir()
    return load_model(make_model(tmp_path / "m"))


def open_reading(qtbot, study, arm="unaided", model=None, clock=time.monotonic):
    folder, catalogue = study
    label = "" if model is None else model.identity.label
    run = start_run(folder, "r1", arm, model=label, clock=clock)
    window = ReaderStudyWindow(run, catalogue_loader(catalogue, model))
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.case_shown):
        window.show()
    window.activateWindow()
    return window


def text(window, name):
    return window.findChild(QLabel, name).text()


def press(qtbot, window, key):
    qtbot.keyClick(window, key)


def test_three_cases_are_read_by_keys_and_counted_right(qtbot, study):
    window = open_reading(qtbot, study)
    assert text(window, "reader_case_title") == "Case 1 of 3"
    for number in range(3):
        press(qtbot, window, Qt.Key.Key_Up)
        press(qtbot, window, Qt.Key.Key_Up)
        if number < 2:
            press(qtbot, window, Qt.Key.Key_Down)
            press(qtbot, window, Qt.Key.Key_Space)
            assert window.findChild(QListWidget, "marked_slices").count() == 1
        qtbot.waitUntil(lambda: window.run.seconds > 0.001)
        signal = window.case_shown if number < 2 else window.finished
        with qtbot.waitSignal(signal):
            press(qtbot, window, Qt.Key.Key_Return)
    assert "All cases are read" in text(window, "reader_curtain")
    result, answers, _ = evaluate_study(study[0], None, draws=50)
    assert len(answers) == 3
    assert all(0 < answer.seconds < 60 for answer in answers)
    score = result.scores[0]
    # In each case only the middle of three slices shows HCC; the third case was left unmarked.
    assert (score.sensitivity.hits, score.sensitivity.total) == (2, 3)
    assert (score.specificity.hits, score.specificity.total) == (6, 6)


def test_case_is_blind(qtbot, study):
    window = open_reading(qtbot, study)
    series = window.viewport.volume.series
    assert series.description == "Case 1 of 3"
    assert "toy" not in repr(series)
    shown = " ".join(label.text() for label in window.findChildren(QLabel))
    assert "toy" not in shown


def test_pause_hides_the_image_and_stops_the_clock(qtbot, study):
    window = open_reading(qtbot, study)
    qtbot.mouseClick(window.findChild(QPushButton, "pause_button"), Qt.MouseButton.LeftButton)
    assert window.findChild(QLabel, "reader_curtain").isVisible()
    stood = window.run.seconds
    press(qtbot, window, Qt.Key.Key_Space)
    press(qtbot, window, Qt.Key.Key_Return)
    assert window.run.marked == set()
    assert read_answers(study[0]) == ()
    assert window.run.seconds == stood
    qtbot.mouseClick(window.findChild(QPushButton, "pause_button"), Qt.MouseButton.LeftButton)
    assert window.run.is_running


def test_aided_arm_shows_what_the_model_says_and_records_which(qtbot, study, model):
    window = open_reading(qtbot, study, "aided", model)
    strip = window.findChild(object, "probability_strip")
    assert strip.isVisible()
    assert len(strip.probabilities) == 3
    heat = window.findChild(object, "reader_heat_map")
    press(qtbot, window, Qt.Key.Key_G)
    assert heat.isChecked()
    with qtbot.waitSignal(window.case_shown):
        press(qtbot, window, Qt.Key.Key_Return)
    assert not heat.isChecked()
    assert read_answers(study[0])[0].model == model.identity.label


def test_heat_map_is_seen_and_captioned_while_it_is_on(qtbot, study, model):
    window = open_reading(qtbot, study, "aided", model)
    view, heat = window.findChild(SliceView), window.findChild(QCheckBox, "reader_heat_map")
    caption = window.findChild(QLabel, "reader_heat_map_caption")
    without = view.grab().toImage()
    assert not caption.isVisible()
    heat.click()
    assert caption.isVisible()
    assert caption.text() == HEAT_MAP_CAPTION
    assert view.grab().toImage() != without
    heat.click()
    assert not caption.isVisible()
    assert view.grab().toImage() == without
    heat.click()
    with qtbot.waitSignal(window.case_shown):
        press(qtbot, window, Qt.Key.Key_Return)
        assert not caption.isVisible()  # while the next case is prepared


def hold(window, key, text=""):
    """The key's repeats, as they come while it is held down."""
    for _ in range(3):
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text, True)
        QApplication.sendEvent(window.windowHandle(), event)


def test_held_key_acts_once(qtbot, study, model):
    window = open_reading(qtbot, study, "aided", model)
    hold(window, Qt.Key.Key_Up)
    assert window.viewport.slice_index == 0  # repeats do reach the window
    hold(window, Qt.Key.Key_Space, " ")
    hold(window, Qt.Key.Key_G, "g")
    hold(window, Qt.Key.Key_P, "p")
    assert window.run.marked == set()
    assert not window.findChild(QCheckBox, "reader_heat_map").isChecked()
    assert window.run.is_running
    hold(window, Qt.Key.Key_Return, "\r")
    assert read_answers(study[0]) == ()


def test_second_press_does_not_save_the_next_case_unread(qtbot, study, monkeypatch):
    monkeypatch.setattr(reading_window, "SAVE_WAIT_SECONDS", 0.5)
    moment = [0.0]
    window = open_reading(qtbot, study, clock=lambda: moment[0])
    moment[0] = 9.0
    with qtbot.waitSignal(window.case_shown):
        press(qtbot, window, Qt.Key.Key_Return)
    moment[0] = 9.4
    press(qtbot, window, Qt.Key.Key_Return)
    assert len(read_answers(study[0])) == 1
    assert text(window, "reader_case_title") == "Case 2 of 3"
    moment[0] = 9.6
    with qtbot.waitSignal(window.case_shown):
        press(qtbot, window, Qt.Key.Key_Return)
    assert len(read_answers(study[0])) == 2


def test_strip_is_hidden_with_the_image(qtbot, study, model):
    window = open_reading(qtbot, study, "aided", model)
    strip = window.findChild(ProbabilityStrip)
    shown = window.viewport.slice_index
    press(qtbot, window, Qt.Key.Key_P)
    assert not strip.isVisible()
    strip.slice_requested.emit(0)
    assert window.viewport.slice_index == shown != 0
    press(qtbot, window, Qt.Key.Key_P)
    assert strip.isVisible()
    strip.slice_requested.emit(0)
    assert window.viewport.slice_index == 0
    with qtbot.waitSignal(window.case_shown):
        press(qtbot, window, Qt.Key.Key_Return)
        assert not strip.isVisible()  # while the next case is prepared
    assert strip.isVisible()


def test_heat_map_key_does_nothing_without_the_model(qtbot, study):
    window = open_reading(qtbot, study)
    press(qtbot, window, Qt.Key.Key_G)
    assert not window.findChild(QLabel, "reader_heat_map_caption").isVisible()


def test_unaided_arm_shows_nothing_of_the_model(qtbot, study):
    window = open_reading(qtbot, study)
    assert not window.findChild(object, "probability_strip").isVisible()
    assert not window.findChild(object, "reader_heat_map").isVisible()


def test_case_that_cannot_be_loaded_is_told_and_the_clock_stands(qtbot, study, tmp_path):
    for path in (tmp_path / "cases" / "cases").iterdir():
        path.unlink()
    folder, catalogue = study
    window = ReaderStudyWindow(
        start_run(folder, "r1", "unaided"), catalogue_loader(catalogue, None)
    )
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: "cannot be read" in text(window, "reader_curtain"))
    assert not window.run.is_running


def test_window_asks_for_study_reader_and_arm(qtbot, window, study):
    window.findChild(QAction, "reader_study_action").trigger()
    dialog = window.findChild(ReaderStudyDialog, "reader_study_dialog")
    start = dialog.findChild(QPushButton, "start_reading_button")
    qtbot.mouseClick(start, Qt.MouseButton.LeftButton)
    message = dialog.findChild(QLabel, "reader_study_message")
    qtbot.waitUntil(lambda: "no reading study" in message.text())
    qtbot.waitUntil(start.isEnabled)
    qtbot.keyClicks(dialog.findChild(QLineEdit, "reader_study_folder"), str(study[0]))
    qtbot.keyClicks(dialog.findChild(QLineEdit, "reader_code"), "r9")
    opened = []
    dialog._runner.succeeded.connect(lambda _: opened.append(dialog.window_of_study))
    qtbot.mouseClick(start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(opened))
    [reading] = opened
    qtbot.addWidget(reading)
    qtbot.waitUntil(lambda: reading.run.is_running)
    assert reading.run.reader == "r9"
