"""The user merges and splits series in the window, on real files, and takes it back."""

import gc
import weakref
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from hcc_viewer.gui import groups_file
from hcc_viewer.gui.app import build
from hcc_viewer.gui.services import Services
from hcc_viewer.settings import Settings
from tests.gui.driving import action, do, widget
from tests.make_dicom import CORONAL, HBP, make_series

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def folder(tmp_path):
    """Two halves of a liver in two series, a coronal series, and the hepatobiliary phase."""
    folder = tmp_path / "study"
    for number, name, origin, tags in (
        (1, "lower", (0, 0, 0), {}),
        (2, "upper", (0, 0, 60), {}),
        (3, "cor", (0, 0, 0), {"orientation": CORONAL}),
        (4, "HBP", (0, 0, 0), HBP),
    ):
        make_series(
            folder,
            12,
            series=name,
            prefix=name,
            origin=origin,
            shape=(24, 24),
            pixels=lambda i, n=number: np.full((24, 24), 100 * n + i, np.uint16),
            **{"SeriesDescription": name, "SeriesNumber": number, **tags},
        )
    return folder


@pytest.fixture
def open_real(qtbot, program, prompts, folder):
    """Opens the folder in a window whose scan, reading and regrouping are real."""

    def open_it():
        fakes, real = program.services(), Services()
        services = replace(fakes, scan=real.scan, load_volume=real.load_volume)
        window = build(Settings(), services, prompts.prompts())
        qtbot.addWidget(window, before_close_func=lambda w: w.controller.shutdown())
        window.resize(1200, 800)
        with qtbot.waitSignal(window.session.model_changed):
            window.show()
        window.controller.study.open_path(folder)
        session = window.session
        qtbot.waitUntil(lambda: is_open(session), timeout=20_000)
        return window

    return open_it


@pytest.fixture
def window(open_real):
    return open_real()


def is_open(session):
    return session.study is not None and session.study.is_complete and not session.is_busy("read")


def titles(window):
    return [one.description for one in window.session.series]


def click_row(window, row, modifiers=Qt.KeyboardModifier.NoModifier):
    view = widget(window, "series_list")
    place = view.visualRect(view.model().index(row, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifiers, place)


def merge(qtbot, window, *rows):
    click_row(window, rows[0])
    qtbot.waitUntil(lambda: window.session.shown_row == rows[0])
    for row in rows[1:]:
        click_row(window, row, CTRL)
    do(window, "merge_series")
    qtbot.waitUntil(lambda: not window.session.is_busy("regroup"))


def merge_halves(qtbot, window):
    merge(qtbot, window, 0, 1)
    qtbot.waitUntil(lambda: window.session.viewport.slice_count == 24)


def test_marked_series_become_one_and_the_place_stays(qtbot, window):
    click_row(window, 0)
    qtbot.waitUntil(lambda: window.session.shown_row == 0)
    window.session.viewport.set_slice(9)
    view = widget(window, "slice_view")
    view.zoom(2.0)
    pose = view.pose
    merge_halves(qtbot, window)
    assert [len(one.instances) for one in window.session.series] == [24, 12, 12]
    assert window.session.viewport.slice_index == 9
    assert view.pose.pixels_per_mm == pose.pixels_per_mm
    assert view.pose.center == pytest.approx(pose.center, abs=0.5)
    assert "24 slices" in window.session.message.text
    assert window.session.shown_row == 0
    assert window.session.selected_rows == (0,)


def test_decisions_and_results_on_other_series_stay(qtbot, window):
    key = window.session.shown_series.key
    assert window.session.shown_series.description == HBP["SeriesDescription"]
    do(window, "detect")
    qtbot.waitUntil(lambda: window.session.detection is not None)
    do(window, "key_image")
    click_row(window, 0, CTRL)
    click_row(window, 1, CTRL)
    click_row(window, 3, CTRL)
    do(window, "merge_series")
    qtbot.waitUntil(lambda: window.session.viewport.slice_count == 24)
    click_row(window, 2)
    qtbot.waitUntil(lambda: window.session.shown_series.key == key)
    assert window.session.detection is not None
    assert window.session.reading.key_slices


def test_decision_on_a_series_that_was_merged_is_taken_back_only_when_it_is_there(qtbot, window):
    """One on a series that is still there is taken back instead."""
    do(window, "key_image")
    click_row(window, 0)
    qtbot.waitUntil(lambda: window.session.shown_row == 0)
    lower = window.session.shown_series.key
    do(window, "add_finding")
    merge_halves(qtbot, window)
    assert action(window, "undo").text() == "Undo: key image"
    do(window, "undo")
    assert not action(window, "undo").isEnabled()
    assert window.session.readings.of(lower).decisions
    do(window, "undo_regrouping")
    do(window, "undo")
    assert not window.session.readings.of(lower).decisions
    do(window, "redo")
    assert window.session.readings.of(lower).decisions


def test_series_that_do_not_fit_are_left_as_they_are(qtbot, window):
    merge(qtbot, window, 0, 2)
    assert window.session.message.is_error
    assert "different planes" in window.session.message.text
    assert len(window.session.series) == 4


def test_merge_is_taken_back_at_the_same_image(qtbot, window):
    merge_halves(qtbot, window)
    window.session.viewport.set_slice(20)
    do(window, "undo_regrouping")
    qtbot.waitUntil(lambda: window.session.viewport.slice_count == 12)
    assert titles(window)[:2] == ["lower", "upper"]
    assert window.session.shown_series.description == "upper"
    assert window.session.viewport.slice_index == 8
    assert not action(window, "undo_regrouping").isEnabled()


def test_merged_series_is_split_and_all_is_restored(qtbot, window):
    merge_halves(qtbot, window)
    do(window, "split_automatic")
    qtbot.waitUntil(lambda: window.session.message is not None)
    assert window.session.message.is_error
    assert "all alike" in window.session.message.text
    do(window, "restore_series")
    assert titles(window)[:2] == ["lower", "upper"]


def test_nothing_of_a_closed_study_stays_in_memory(qtbot, window):
    """Not of its series before a merge either, which are kept while it is open."""
    kept = [weakref.ref(window.session.viewport.volume)]
    merge_halves(qtbot, window)
    do(window, "split_automatic")
    qtbot.waitUntil(lambda: not window.session.is_busy("regroup"))
    kept += [weakref.ref(window.session.viewport.volume)]
    kept += [weakref.ref(one) for one in window.session.study.history]
    assert len(kept) >= 4
    do(window, "layout_planes")
    window.controller.study.close_study(0)

    def is_gone():
        gc.collect()
        assert sum(one() is not None for one in kept) == 0

    qtbot.waitUntil(is_gone)
    assert not window.session.thumbnails


def test_merge_is_back_in_the_next_session_and_can_be_taken_back(qtbot, window, open_real):
    merge_halves(qtbot, window)
    window.close()
    again = open_real()
    assert [len(one.instances) for one in again.session.series] == [24, 12, 12]
    assert "earlier session" in again.session.message.text
    do(again, "restore_series")
    assert len(again.session.series) == 4
    assert not groups_file.groups_path(again.session.study).exists()


def test_damaged_file_of_groups_is_left_out(qtbot, window, open_real):
    merge_halves(qtbot, window)
    groups_file.groups_path(window.session.study).write_text('{"format": "hcc-viewer-groups"')
    window.close()
    assert len(open_real().session.series) == 4


def test_detection_on_a_series_that_is_merged_ends(qtbot, window, program):
    program.gate.clear()
    do(window, "detect")
    qtbot.waitUntil(lambda: window.session.probabilities is not None)
    click_row(window, 0, CTRL)
    do(window, "merge_series")
    qtbot.waitUntil(lambda: len(window.session.series) == 3)
    assert not window.session.is_busy("detect")
    program.gate.set()
    qtbot.waitUntil(program.stopped.is_set)
    qtbot.waitUntil(lambda: window.session.viewport.slice_count == 24)
    assert window.session.detection is None


def test_right_click_offers_merge_and_the_ways_to_split(qtbot, window):
    view = widget(window, "series_list")
    click_row(window, 0, CTRL)
    at = view.visualRect(view.model().index(0, 0)).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.mapToGlobal(at))
    QApplication.sendEvent(view.viewport(), event)
    menu = window.findChild(QMenu, "series_menu")
    assert action(window, "merge_series") in menu.actions()
    assert action(window, "merge_series").isEnabled()
    assert not action(window, "split_place").isEnabled()
    assert action(window, "split_place") in menu.findChild(QMenu, "split_menu").actions()
    menu.close()


def test_marking_rows_shows_nothing_else(qtbot, window):
    shown = window.session.shown_row
    click_row(window, 0, CTRL)
    view = widget(window, "series_list")
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert window.session.wanted_row == shown
    assert len(window.session.selected_rows) > 1
