"""Assistive technology, keyboard, drops, title: what makes the window comfortable."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QSize, Qt, QUrl
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QTableView,
    QWidget,
)

from hcc_viewer.errors import ReadError
from hcc_viewer.gui.actions import DIM, SPECS
from hcc_viewer.gui.app import build
from hcc_viewer.gui.drops import dropped_paths
from hcc_viewer.paths import resources_dir
from tests.gui.driving import action, do, widget
from tests.gui.fakes import make_study
from tools.dim_icons import dimmed

INNER = ("qt_", "ScrollLeftButton", "ScrollRightButton")
"""Parts that Qt makes itself inside its own widgets."""


def is_ours(one):
    return not one.objectName().startswith(INNER) and one.parentWidget() is not None


def test_every_widget_that_takes_the_focus_has_a_spoken_name(detected_window):
    controls = (QAbstractButton, QAbstractSlider, QComboBox)
    nameless = [
        f"{type(one).__name__} {one.objectName()}"
        for one in detected_window.findChildren(QWidget)
        if one.isVisible()
        and one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and is_ours(one)
        and not one.accessibleName()
        and not (isinstance(one, controls) and getattr(one, "text", str)())
    ]
    assert nameless == []


def test_every_action_has_a_name_and_says_what_it_does(window):
    named = [a for a in window.findChildren(QAction) if a.objectName().endswith("_action")]
    assert len(named) > 70
    for one in named:
        if not one.objectName().startswith(("mouse_profile", "recent_menu")):
            assert one.statusTip(), one.objectName()


def test_tab_key_reaches_list_image_table_and_sliders(qtbot, detected_window):
    detected_window.activateWindow()
    widget(detected_window, "series_list").setFocus()
    seen = set()
    for _ in range(60):
        focused = QApplication.focusWidget()
        seen.add(focused.objectName())
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    for name in ("series_list", "slice_view", "findings_table", "threshold_slider"):
        assert name in seen


def test_window_is_named_after_the_series_and_never_the_patient(open_window):
    assert open_window.windowTitle() == "T1 VIBE HBP 20 min - HCC Viewer"
    assert "SIM" not in open_window.windowTitle()


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (["a"], ["a"]),
        (["a", "b"], ["a", "b"]),
        (["a/1.dcm", "a/2.dcm"], ["a"]),
        (["a/1.dcm", "c.zip"], ["a", "c.zip"]),
        ([], []),
    ],
)
def test_anything_can_be_dropped(tmp_path, names, wanted):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    for file in ("a/1.dcm", "a/2.dcm", "c.zip"):
        (tmp_path / file).write_bytes(b"")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in names])
    assert dropped_paths(data) == [tmp_path / name for name in wanted]


def test_text_from_elsewhere_is_not_taken():
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/study.zip")])
    assert dropped_paths(data) == []


@pytest.fixture
def opened(window, program):
    """What is scanned, in order; `broken` cannot be read and `empty` holds no images."""
    paths = []

    def scan(path, report_progress, on_partial):
        paths.append(path)
        while not program.scan_gate.wait(0.01):
            report_progress(1, 2)
        if path.name == "broken":
            raise ReadError("The file broken cannot be read.")
        return replace(make_study(path), series=()) if path.name == "empty" else make_study(path)

    program.scan_gate.set()
    study = window.controller.study
    study._services = replace(study._services, scan=scan)
    return paths


def test_several_dropped_studies_are_opened_one_after_another(qtbot, window, opened, tmp_path):
    window.controller.study.open_paths([tmp_path / "a", tmp_path / "b"])
    qtbot.waitUntil(lambda: len(window.session.studies) == 2)
    assert opened == [tmp_path / "a", tmp_path / "b"]


def test_second_drop_waits_for_the_first(qtbot, window, program, opened, tmp_path):
    program.scan_gate.clear()
    window.controller.study.open_paths([tmp_path / "a", tmp_path / "broken"])
    qtbot.waitUntil(lambda: bool(opened))
    window.controller.study.open_paths([tmp_path / "b"])
    window.controller.study.open_path(tmp_path / "demo", is_remembered=False)
    program.scan_gate.set()
    qtbot.waitUntil(lambda: len(window.session.studies) == 3)
    assert [study.path.name for study in window.session.studies] == ["a", "b", "demo"]
    assert [Path(one).name for one in window.controller.study.recent] == ["b", "a"]


def test_fetched_study_is_read_anew_after_what_is_being_read(
    qtbot, window, program, opened, tmp_path
):
    program.scan_gate.clear()
    window.controller.study.open_paths([tmp_path / "a", tmp_path / "b"])
    qtbot.waitUntil(lambda: bool(opened))
    window.controller.network.open_fetched(tmp_path / "a")
    program.scan_gate.set()
    qtbot.waitUntil(lambda: len(opened) == 3 and not window.session.is_busy("read"))
    assert [path.name for path in opened] == ["a", "b", "a"]
    assert [study.path.name for study in window.session.studies] == ["b", "a"]


def test_dropped_path_that_cannot_be_opened_is_said_and_the_rest_is_opened(
    qtbot, window, opened, tmp_path
):
    names = ("broken", "a", "empty", "b")
    window.controller.study.open_paths([tmp_path / name for name in names])
    qtbot.waitUntil(lambda: len(window.session.studies) == 2)
    qtbot.waitUntil(lambda: window.session.viewport.volume is not None)
    assert [path.name for path in opened] == list(names)
    message = window.session.message
    assert message.is_error
    assert "The file broken cannot be read. No images were found in 'empty'." in message.text


@pytest.mark.parametrize("other", ["empty", "broken"])
def test_study_is_shown_though_what_was_dropped_with_it_cannot_be_opened(
    qtbot, window, opened, tmp_path, other
):
    session = window.session
    window.controller.study.open_paths([tmp_path / "a", tmp_path / other])
    qtbot.waitUntil(lambda: session.viewport.volume is not None)
    assert session.wanted_row == session.shown_row == 3
    assert not session.is_busy("read")
    assert other in session.message.text


def test_series_that_a_scan_has_interrupted_comes_when_the_scan_is_cancelled(
    qtbot, window, program, opened, tmp_path
):
    session = window.session
    program.reading_gate.clear()
    window.controller.study.open_path(tmp_path / "a")
    qtbot.waitUntil(lambda: session.study is not None)
    program.scan_gate.clear()
    window.controller.study.open_path(tmp_path / "b")
    do(window, "cancel")
    assert session.is_busy("read")
    program.reading_gate.set()
    qtbot.waitUntil(lambda: session.shown_row == 3)
    assert len(session.studies) == 1


def test_cancel_stops_what_is_read_for_the_view_too(qtbot, window, program, opened, tmp_path):
    session = window.session
    program.reading_gate.clear()
    window.controller.study.open_path(tmp_path / "a")
    qtbot.waitUntil(lambda: session.study is not None)
    do(window, "cancel")
    assert not session.is_busy("read")
    assert session.wanted_row is None
    program.reading_gate.set()


def test_identity_is_hidden_by_one_key(qtbot, open_window):
    open_window.activateWindow()
    qtbot.keyClick(open_window, Qt.Key.Key_F9)
    assert open_window.session.is_identity_hidden


def test_full_screen_and_back(qtbot, open_window):
    do(open_window, "full_screen")
    assert open_window.isFullScreen()
    do(open_window, "full_screen")
    assert not open_window.isFullScreen()


def test_window_that_was_closed_in_full_screen_knows_that_it_fills_the_screen(
    qtbot, open_window, program, prompts
):
    do(open_window, "full_screen")
    again = build(open_window.settings.current, program.services(), prompts.prompts())
    qtbot.addWidget(again, before_close_func=lambda w: w.controller.shutdown())
    assert again.isFullScreen()
    assert action(again, "full_screen").isChecked()
    again.showNormal()  # as window managers do by keys of their own
    assert not action(again, "full_screen").isChecked()


def test_small_window_has_room_for_what_the_reader_decided(qtbot, detected_window):
    detected_window.resize(1024, 700)
    header = detected_window.findChild(QTableView, "findings_table").horizontalHeader()
    qtbot.waitUntil(lambda: detected_window.width() == 1024)
    assert header.sectionSize(5) >= header.sectionSizeHint(5)


def test_tools_without_room_are_behind_an_arrow_that_can_be_seen(qtbot, window):
    window.resize(1024, 700)
    arrow = widget(window, "qt_toolbar_ext_button")
    qtbot.waitUntil(arrow.isVisible)
    picture = arrow.grab().toImage()
    lightest = max(
        picture.pixelColor(x, y).lightness()
        for x in range(picture.width())
        for y in range(picture.height())
    )
    assert lightest > 150


def test_icon_of_a_disabled_action_is_dim(window):
    def brightest(action, mode):
        image = action.icon().pixmap(QSize(20, 20), 1.0, mode).toImage()
        colors = [image.pixelColor(x, y) for x in range(20) for y in range(20)]
        return max(color.lightness() for color in colors if color.alpha() > 128)

    for spec in (one for one in SPECS if one.icon):
        action = window.findChild(object, f"{spec.name}_action")
        assert brightest(action, QIcon.Mode.Normal) > 180
        assert brightest(action, QIcon.Mode.Disabled) < 130


def test_dim_icons_are_drawn_from_the_others():
    folder = resources_dir() / "icons"
    for spec in (one for one in SPECS if one.icon):
        svg = (folder / f"{spec.icon}.svg").read_text(encoding="utf-8")
        assert (folder / f"{spec.icon}{DIM}.svg").read_text(encoding="utf-8") == dimmed(svg)
