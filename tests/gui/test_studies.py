"""Several studies, recent studies, settings dialog, first start."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from hcc_viewer.dicom import Patient, Study
from hcc_viewer.gui.app import build
from hcc_viewer.gui.item_models import DETECTED_ROLE
from hcc_viewer.gui.menus import TOOLS
from hcc_viewer.gui.viewport import Window
from hcc_viewer.settings import Settings, load_settings, save_settings
from tests.gui.driving import action, do, drag_image, widget
from tests.gui.fakes import make_series, make_study


def other_study(path):
    series = make_series("Other HBP", 12, 95, number=9)
    series = replace(series, patient=Patient("SIM^0002", "SIM-0002"))
    return Study(path, (series,))


@pytest.fixture
def two_studies(qtbot, detected_window, program, tmp_path):
    program.study = other_study(tmp_path / "other")
    detected_window.controller.study.open_path(tmp_path)
    qtbot.waitUntil(lambda: detected_window.session.viewport.slice_count == 12)
    return detected_window


def test_second_study_gets_a_tab_beside_the_first(two_studies):
    tabs = widget(two_studies, "study_tabs")
    assert tabs.isVisible()
    assert [tabs.tabText(i) for i in range(tabs.count())] == [
        "SIM 0001  2026-11-23",
        "SIM 0002  2026-11-23",
    ]
    assert tabs.currentIndex() == 1
    assert two_studies.session.detection is None


def test_first_study_is_back_with_its_result(qtbot, two_studies):
    widget(two_studies, "study_tabs").setCurrentIndex(0)
    qtbot.waitUntil(lambda: two_studies.session.viewport.slice_count == 40)
    assert two_studies.session.detection is not None
    do(two_studies, "next_study")
    qtbot.waitUntil(lambda: two_studies.session.viewport.slice_count == 12)


def turn_to(qtbot, window, tab, slices):
    widget(window, "study_tabs").setCurrentIndex(tab)
    qtbot.waitUntil(lambda: window.session.viewport.slice_count == slices)


def test_study_comes_back_as_it_was_left(qtbot, two_studies):
    session, viewport = two_studies.session, two_studies.session.viewport
    view = widget(two_studies, "slice_view")
    turn_to(qtbot, two_studies, 0, 40)
    do(two_studies, "next_finding")
    finding = session.selected_finding
    viewport.set_window(Window(77.0, 33.0))
    viewport.set_slice(7)
    view.set_transform(view.transform.zoomed(3.0, 40.0, 50.0))
    session.panes.set_crosshair(np.array([1.0, 2.0, 3.0]))
    left = view.transform
    turn_to(qtbot, two_studies, 1, 12)
    assert view.is_fitted
    viewport.set_slice(2)
    turn_to(qtbot, two_studies, 0, 40)
    assert (viewport.slice_index, viewport.window) == (7, Window(77.0, 33.0))
    assert view.transform == left
    assert session.selected_finding == finding
    assert session.panes.crosshair.tolist() == [1.0, 2.0, 3.0]
    turn_to(qtbot, two_studies, 1, 12)
    assert viewport.slice_index == 2
    assert view.is_fitted
    assert session.panes.crosshair is None


def test_views_beside_come_back_with_their_series_and_slices(qtbot, two_studies):
    panes = two_studies.session.panes
    turn_to(qtbot, two_studies, 0, 40)
    do(two_studies, "layout_two")
    beside = panes.viewports[1]
    qtbot.waitUntil(lambda: beside.volume is not None)
    shown = two_studies.session.series.index(beside.volume.series)
    wanted = next(row for row in (2, 1, 0) if row not in (shown, 3))
    two_studies.controller.panes.show_series_in(1, wanted)
    series = two_studies.session.series[wanted]
    qtbot.waitUntil(lambda: beside.volume.series.key == series.key)
    panes.set_linked(False)
    beside.set_slice(1)
    turn_to(qtbot, two_studies, 1, 12)
    turn_to(qtbot, two_studies, 0, 40)
    qtbot.waitUntil(lambda: beside.volume is not None and beside.volume.series.key == series.key)
    assert beside.slice_index == 1


def test_study_that_was_closed_opens_anew(qtbot, two_studies, program, tmp_path):
    turn_to(qtbot, two_studies, 0, 40)
    first = two_studies.session.study
    two_studies.session.viewport.set_slice(7)
    turn_to(qtbot, two_studies, 1, 12)
    two_studies.controller.study.close_study(0)
    program.study = first
    two_studies.controller.study.open_path(tmp_path / "study")
    qtbot.waitUntil(lambda: two_studies.session.viewport.slice_count == 40)
    assert two_studies.session.viewport.slice_index == 20


def test_list_of_series_still_says_what_was_found(qtbot, two_studies):
    widget(two_studies, "study_tabs").setCurrentIndex(0)
    assert widget(two_studies, "series_list").model().index(3).data(DETECTED_ROLE) == "2 findings"


def test_series_is_shown_on_which_a_change_is_taken_back(qtbot, two_studies):
    session = two_studies.session
    widget(two_studies, "study_tabs").setCurrentIndex(0)
    qtbot.waitUntil(lambda: session.viewport.slice_count == 40)
    do(two_studies, "key_image")
    two_studies.controller.show_series(2)
    qtbot.waitUntil(lambda: session.shown_row == 2)
    do(two_studies, "undo")
    qtbot.waitUntil(lambda: session.shown_row == 3)
    assert session.reading.key_slices == ()
    two_studies.controller.show_series(2)
    qtbot.waitUntil(lambda: session.shown_row == 2)
    widget(two_studies, "study_tabs").setCurrentIndex(1)
    qtbot.waitUntil(lambda: session.viewport.slice_count == 12)
    do(two_studies, "redo")
    qtbot.waitUntil(lambda: session.shown_row == 3)
    assert session.reading.key_slices


def test_study_that_is_opened_again_is_shown_as_it_is(qtbot, two_studies, program, tmp_path):
    two_studies.controller.keeping.is_on = False
    session, first = two_studies.session, two_studies.session.studies[0]
    program.study = make_study(tmp_path / "third")
    two_studies.controller.study.open_path(first.path.absolute())
    assert session.study is first
    assert "open already" in session.message.text
    two_studies.controller.study.open_paths([tmp_path / "other", tmp_path / "third"])
    qtbot.waitUntil(lambda: len(session.studies) == 3)
    assert session.studies[0] is first
    assert session.detection_of(first.series[3].key) is not None


@pytest.fixture
def twice(qtbot, detected_window, program, tmp_path):
    """A study with decisions that is open a second time, under the path of a folder within."""
    do(detected_window, "next_finding")
    do(detected_window, "accept_finding")
    program.study = replace(program.study, path=tmp_path / "within")
    detected_window.controller.study.open_path(tmp_path / "within")
    qtbot.waitUntil(lambda: len(detected_window.session.studies) == 2)
    qtbot.waitUntil(lambda: detected_window.session.viewport.volume is not None)
    return detected_window


@pytest.mark.parametrize("closed", [0, 1])
def test_result_and_decisions_stay_while_their_series_is_open_under_another_path(
    qtbot, twice, closed
):
    session = twice.session
    reading = session.reading
    twice.controller.study.close_study(closed)
    qtbot.waitUntil(lambda: session.viewport.volume is not None)
    assert len(reading.decisions) == 1
    assert session.reading == reading
    assert session.detection is not None
    assert session.thumbnails
    do(twice, "undo")
    assert session.reading.decisions == ()


def test_copy_of_an_open_study_is_read_from_its_own_files(
    qtbot, detected_window, program, tmp_path
):
    def copied(series):
        images = (replace(one, path=tmp_path / one.path) for one in series.instances)
        return replace(series, instances=tuple(images))

    study = program.study
    program.study = replace(study, path=tmp_path / "copy", series=tuple(map(copied, study.series)))
    detected_window.controller.study.open_path(tmp_path / "copy")
    qtbot.waitUntil(lambda: detected_window.session.shown_series is program.study.series[3])
    assert action(detected_window, "detect").isEnabled()


def test_detection_goes_on_while_its_series_is_open_under_another_path(qtbot, twice, program):
    program.gate.clear()
    do(twice, "detect")
    do(twice, "close_study")
    assert twice.session.is_busy("detect")
    program.gate.set()
    qtbot.waitUntil(lambda: not twice.session.is_busy("detect"))
    do(twice, "close_study")
    assert twice.session.studies == []


def test_slow_scan_under_another_path_leaves_the_decisions(
    qtbot, detected_window, program, tmp_path, monkeypatch
):
    """What it shows first holds some of the images only."""
    monkeypatch.setattr("hcc_viewer.gui.preview.PREVIEW_AFTER_S", 0.0)
    session = detected_window.session
    detected_window.controller.keeping.is_on = False
    do(detected_window, "key_image")
    reading = session.reading
    series = program.study.series[3]
    geometry = replace(series.geometry, positions_mm=series.geometry.positions_mm[:25])
    part = replace(series, instances=series.instances[:25], geometry=geometry)
    program.study = replace(program.study, path=tmp_path / "within")
    program.partial = replace(program.study, series=(part,), is_complete=False)
    detected_window.controller.study.open_path(tmp_path / "within")
    qtbot.waitUntil(lambda: len(session.studies) == 2 and session.viewport.volume is not None)
    program.scan_gate.set()
    qtbot.waitUntil(lambda: session.is_whole and session.viewport.slice_count == 40)
    assert session.reading == reading
    assert session.detection is not None


def test_series_that_is_being_read_comes_though_its_study_is_opened_again(
    qtbot, open_window, program
):
    program.reading_gate.clear()
    open_window.controller.show_series(1)
    open_window.controller.study.open_path(program.study.path)
    assert open_window.session.is_busy("read")
    program.reading_gate.set()
    qtbot.waitUntil(lambda: open_window.session.shown_row == 1)
    assert not open_window.session.is_busy("read")


def test_closed_study_goes_and_its_neighbour_is_shown(qtbot, two_studies):
    do(two_studies, "close_study")
    qtbot.waitUntil(lambda: two_studies.session.viewport.slice_count == 40)
    assert not widget(two_studies, "study_tabs").isVisible()
    do(two_studies, "close_study")
    assert two_studies.session.study is None
    assert widget(two_studies, "start_page").isVisible()


def test_hidden_identity_hides_names_in_tabs_and_recent_studies(two_studies):
    do(two_studies, "hide_identity")
    tabs = widget(two_studies, "study_tabs")
    assert [tabs.tabText(i)[:7] for i in range(2)] == ["Study 1", "Study 2"]
    texts = [one.text() for one in two_studies.findChild(object, "recent_menu").actions()]
    assert texts == ["&1  Recent study 1", "&2  Recent study 2"]


def test_recent_studies_are_kept_and_opened_again(qtbot, two_studies, program, tmp_path):
    assert two_studies.settings.current.recent == (str(tmp_path / "other"), "study")
    program.study = make_study()
    two_studies.findChild(object, "recent_2_action").trigger()
    qtbot.waitUntil(lambda: two_studies.session.viewport.slice_count == 40)
    assert two_studies.settings.current.recent[0] == "study"


def test_start_page_lists_recent_studies(qtbot, program, prompts, tmp_path):
    settings = Settings(recent=(str(tmp_path / "a"), str(tmp_path / "b")))
    window = build(settings, program.services(), prompts.prompts())
    qtbot.addWidget(window, before_close_func=lambda w: w.controller.shutdown())
    window.show()
    qtbot.mouseClick(widget(window, "recent_2_button"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.viewport.volume is not None)


def test_demo_is_no_recent_study(qtbot, window):
    do(window, "open_demo")
    qtbot.waitUntil(lambda: window.session.viewport.volume is not None)
    assert window.settings.current.recent == ()


def test_settings_dialog_applies_what_was_chosen(open_window):
    do(open_window, "settings")
    dialog = widget(open_window, "settings_dialog")
    box = widget(dialog, "mouse_left_box")
    box.setCurrentIndex(box.findData("pan"))
    widget(dialog, "read_first_box").setChecked(True)
    widget(dialog, "cine_box").setValue(30)
    dialog.accept()
    settings = open_window.settings.current
    assert (settings.mouse_left, settings.read_first, settings.cine_per_second) == ("pan", True, 30)
    assert action(open_window, "read_first").isChecked()


def choose_left_drag(qtbot, window, drag):
    do(window, "settings")
    dialog = widget(window, "settings_dialog")
    box = widget(dialog, "mouse_left_box")
    box.setCurrentIndex(box.findData(drag))
    dialog.accept()
    qtbot.waitUntil(lambda: widget(window, "settings_dialog") is None)


def tools_on(window):
    return [name for name in TOOLS if action(window, name).isChecked()]


def is_moved(window):
    """Whether a drag with the left button moves the image."""
    view = widget(window, "slice_view")
    before = view.transform
    drag_image(view, (40.0, 40.0), (50.0, 50.0))
    return view.transform != before


def test_left_drag_of_the_settings_holds_at_once_and_shows_its_tool(qtbot, open_window):
    assert (tools_on(open_window), is_moved(open_window)) == (["window_tool"], False)
    choose_left_drag(qtbot, open_window, "pan")
    assert (tools_on(open_window), is_moved(open_window)) == (["pan_tool"], True)
    choose_left_drag(qtbot, open_window, "nothing")
    assert (tools_on(open_window), is_moved(open_window)) == ([], False)


def test_mouse_profile_of_the_menu_gives_the_left_button_its_drag(open_window):
    window = open_window.session.viewport.window
    action(open_window, "mouse_profile_mitk_pacs").trigger()
    drag_image(widget(open_window, "slice_view"), (40.0, 40.0), (50.0, 50.0))
    assert (tools_on(open_window), open_window.session.viewport.window) == ([], window)
    action(open_window, "mouse_profile_weasis").trigger()
    assert tools_on(open_window) == ["window_tool"]


def test_tool_stays_on_when_the_left_drag_stays(open_window):
    do(open_window, "distance_tool")
    action(open_window, "mouse_profile_weasis").trigger()
    do(open_window, "settings")
    widget(open_window, "settings_dialog").accept()
    assert tools_on(open_window) == ["distance_tool"]
    do(open_window, "distance_tool")
    assert tools_on(open_window) == ["window_tool"]
    assert widget(open_window, "slice_view").cursor().shape() == Qt.CursorShape.ArrowCursor


def test_heat_map_looks_as_the_settings_dialog_says(open_window):
    do(open_window, "settings")
    dialog = widget(open_window, "settings_dialog")
    box = widget(dialog, "heat_map_style_choice")
    box.setCurrentIndex(box.findData("contour-50"))
    dialog.accept()
    assert open_window.session.heat_map_style == "contour-50"
    assert widget(open_window, "heat_map_style_box").currentData() == "contour-50"
    assert open_window.settings.current.heat_map_style == "contour-50"


def test_settings_dialog_that_is_given_up_changes_nothing(open_window):
    before = open_window.settings.current
    do(open_window, "settings")
    dialog = widget(open_window, "settings_dialog")
    widget(dialog, "cine_box").setValue(30)
    dialog.reject()
    assert open_window.settings.current == before


def test_all_settings_survive_their_file(tmp_path):
    settings = Settings(
        recent=("/a/b", "C:\\studies\\x"),
        mouse_right="scroll",
        heat_map_style="contour-30",
        cine_per_second=5,
        hints_shown=True,
    )
    save_settings(settings, tmp_path / "settings.toml")
    assert load_settings(tmp_path / "settings.toml") == settings


@pytest.mark.parametrize(
    "bad", [{"mouse_left": "fly"}, {"heat_map_style": "jet"}, {"cine_per_second": 0}]
)
def test_settings_that_make_no_sense_are_refused(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        Settings(**bad)


def test_first_start_says_how_to_begin_and_the_second_does_not(qtbot, window):
    window.show_hint_once()
    page = widget(window, "first_steps_dialog")
    assert "Press Detect" in page.text.toPlainText()
    assert page.text.verticalScrollBar().maximum() == 0  # all of it is seen
    assert page.height() < 560
    assert window.settings.current.hints_shown
    widget(window, "first_steps_dialog").close()
    qtbot.waitUntil(lambda: widget(window, "first_steps_dialog") is None)
    window.show_hint_once()
    assert widget(window, "first_steps_dialog") is None


def test_licences_name_the_libraries(window):
    do(window, "licences")
    text = widget(window, "licences_dialog").text.toPlainText()
    assert "Apache License 2.0" in text
    assert "pydicom" in text
    assert "PySide6" in text


def test_heat_map_is_shown_as_a_contour(qtbot, detected_window):
    do(detected_window, "next_finding")
    do(detected_window, "toggle_heatmap")
    box = widget(detected_window, "heat_map_style_box")
    box.setCurrentIndex(box.findData("contour-50"))
    box.activated.emit(box.currentIndex())
    assert detected_window.session.heat_map_style == "contour-50"
    assert widget(detected_window, "slice_view").has_heat_map
    assert not widget(detected_window, "opacity_slider").isEnabled()
    assert detected_window.settings.current.heat_map_style == "contour-50"


def test_every_window_preset_changes_the_window(open_window):
    names = ["auto", "own", "narrow", "wide", "lesion", "dark", "vessels", "flat", "middle", "full"]
    windows = set()
    for name in names:
        do(open_window, f"window_{name}")
        windows.add(open_window.session.viewport.window)
    assert len(windows) >= 8


def test_every_action_and_key_is_there_once(window):
    from hcc_viewer.gui.actions import SPECS

    keys = [key for spec in SPECS for key in spec.keys]
    assert len(keys) == len(set(keys))
    for wanted in [
        "W",
        "Z",
        "T",
        "S",
        "0",
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
        "7",
        "8",
        "9",
        "I",
        "Esc",
        "C",
        "D",
        "A",
        "H",
        "K",
        "Home",
        "End",
        "N",
        "Shift+N",
        "G",
    ]:
        assert wanted in keys
