"""A small screen: findings can be read, all parts are reached, no dialog is larger than it."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QScrollArea

from hcc_viewer.gui.dialogs import fit
from hcc_viewer.gui.views.action_button import ActionButton
from hcc_viewer.gui.views.findings_table import LEAST_ROWS
from hcc_viewer.gui.views.parts_splitter import RESULTS_MIN, SERIES_MIN, part_widths
from hcc_viewer.gui.views.start_page import StartPage
from tests.gui.driving import action, do, widget

SMALL = QSize(960, 500)
"""Full HD at 200 %, less the task bar."""


@pytest.fixture
def small_window(qtbot, detected_window):
    detected_window.resize(SMALL)
    qtbot.waitUntil(lambda: detected_window.size() == SMALL)
    return detected_window


def wheel(target, notches):
    """Turn the wheel over a widget; whether that took it."""
    at = QPointF(target.rect().center())
    event = QWheelEvent(
        at,
        target.mapToGlobal(at),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(target, event)
    return event.isAccepted()


@pytest.mark.parametrize("layout", ["one", "two", "four", "planes"])
def test_window_fits_on_a_screen_of_800_by_600_and_on_960_by_500(detected_window, layout):
    do(detected_window, f"layout_{layout}")
    QApplication.processEvents()  # the layouts above the views hear of it
    least = detected_window.minimumSizeHint()
    assert least.width() <= 800
    assert least.height() <= 500


def test_start_page_fits_too(qtbot, window):
    assert window.minimumSizeHint().width() <= 800
    page = StartPage((action(window, "open_folder"), action(window, "open_demo")))
    qtbot.addWidget(page)
    page.resize(page.minimumSize())
    page.show()
    first, second = page.findChildren(ActionButton)
    qtbot.waitUntil(lambda: first.geometry().bottom() < second.geometry().top())
    page.resize(700, 400)
    qtbot.waitUntil(lambda: first.geometry().top() == second.geometry().top())


def test_research_sentence_leaves_the_others_their_share(qtbot, window):
    label = widget(window, "research_use_label")
    banner = widget(window, "research_banner")
    one_line = label.fontMetrics().horizontalAdvance(label.text())
    banner.resize(one_line * 3, 60)
    assert not label.wordWrap()
    banner.resize(one_line * 2, 60)
    assert label.wordWrap()


def test_some_findings_are_seen_in_a_low_window(qtbot, small_window):
    table = widget(small_window, "findings_table")
    rows = table.viewport().height() // table.verticalHeader().defaultSectionSize()
    assert rows >= LEAST_ROWS
    assert not table.visibleRegion().isEmpty()
    scroll = widget(small_window, "detection_scroll")
    top = table.mapTo(scroll, QPoint(0, 0)).y()
    assert top + table.horizontalHeader().height() + 30 <= scroll.height()


def test_what_is_under_the_findings_is_scrolled_to_and_whole(qtbot, small_window):
    scroll = widget(small_window, "detection_scroll")
    for name in ("operating_point_label", "operating_point_box", "export_report_button"):
        part = widget(small_window, name)
        needed = part.heightForWidth(part.width()) if part.hasHeightForWidth() else 10
        assert part.height() >= needed, name
        scroll.ensureWidgetVisible(part)
        shown = part.visibleRegion().boundingRect()
        assert shown.size() == part.size(), name


def test_wheel_that_scrolls_the_panel_does_not_change_the_threshold(qtbot, small_window):
    slider = widget(small_window, "threshold_slider")
    box = widget(small_window, "operating_point_box")
    widget(small_window, "slice_view").setFocus()
    before = slider.value(), box.currentIndex()
    assert not wheel(slider, -3)  # it goes on to the panel, which scrolls
    assert not wheel(box, -1)
    assert (slider.value(), box.currentIndex()) == before
    slider.setFocus()
    assert wheel(slider, -3)
    assert slider.value() != before[0]


def test_wheel_turns_a_slider_where_nothing_is_to_be_scrolled(qtbot, detected_window):
    detected_window.resize(1200, 1000)
    scroll = widget(detected_window, "detection_scroll")
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().maximum() == 0)
    slider = widget(detected_window, "threshold_slider")
    before = slider.value()
    assert wheel(slider, -3)
    assert slider.value() != before


def test_wide_window_has_the_usual_widths():
    assert part_widths(1374) == (250, 724, 400)
    assert part_widths(1100) == (250, 450, 400)


@pytest.mark.parametrize("width", [700, 792, 900, 960, 1040, 1050])
def test_sides_give_way_to_the_image_in_a_small_window(width):
    series, image, results = part_widths(width)
    assert series + image + results == width
    assert (series, results) >= (SERIES_MIN, RESULTS_MIN)
    assert image >= min(400, width - SERIES_MIN - RESULTS_MIN)


def test_series_can_be_folded_away_and_come_back(qtbot, small_window):
    splitter, panel = widget(small_window, "splitter"), widget(small_window, "series_panel")
    splitter.moveSplitter(0, 1)
    assert splitter.sizes()[0] == 0
    assert splitter.handle(1).isVisible()
    small_window.resize(SMALL + QSize(40, 0))
    qtbot.waitUntil(lambda: splitter.width() == SMALL.width() + 40)
    assert splitter.sizes()[0] == 0
    splitter.moveSplitter(150, 1)
    assert panel.width() == 150


@pytest.mark.parametrize("name", ["help_keys", "about", "settings", "export_as", "pacs_settings"])
def test_dialog_is_no_larger_than_the_screen(qtbot, detected_window, monkeypatch, name):
    screen = SimpleNamespace(availableSize=lambda: SMALL)
    monkeypatch.setattr(type(detected_window), "screen", lambda _: screen)
    do(detected_window, name)
    dialogs = [one for one in QApplication.topLevelWidgets() if one.isWindow() and one.isVisible()]
    (dialog,) = [one for one in dialogs if one is not detected_window]
    assert dialog.height() <= SMALL.height() - fit.FRAME.height()
    assert dialog.width() <= SMALL.width()
    dialog.close()


def test_page_of_keys_scrolls(qtbot, window):
    do(window, "help_keys")
    text = widget(window, "keys_dialog_text")
    qtbot.waitUntil(lambda: text.verticalScrollBar().maximum() > 0)
    widget(window, "keys_dialog").close()


def test_addresses_of_a_pacs_scroll(qtbot, window):
    do(window, "pacs_settings")
    dialog = widget(window, "pacs_settings_dialog")
    dialog.resize(520, 300)
    scroll = dialog.findChild(QScrollArea, "pacs_settings_scroll")
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().maximum() > 0)
    dialog.close()
