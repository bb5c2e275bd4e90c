"""Several views: what they show, how they are linked, lines and crosshair."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QDropEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from hcc_viewer.dicom import Study
from hcc_viewer.gui.panes import Layout
from hcc_viewer.gui.stack import reformats
from hcc_viewer.gui.viewport import Window
from hcc_viewer.gui.views.series_list import MIME
from tests.gui.driving import action, click_image, do, move, view_place, widget
from tests.gui.fakes import make_series


@pytest.fixture
def two_views(qtbot, open_window):
    do(open_window, "layout_two")
    qtbot.waitUntil(lambda: open_window.session.panes.viewports[1].stack is not None)
    return open_window


def wheel(view, notches, modifier=Qt.KeyboardModifier.NoModifier):
    event = QWheelEvent(
        QPointF(50, 50),
        QPointF(view.mapToGlobal(QPoint(50, 50))),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def test_second_view_shows_another_series_of_the_same_plane(two_views):
    panes = two_views.session.panes
    assert panes.viewports[1].volume.series.orientation == "axial"
    assert panes.viewports[1].volume.series.key != panes.main.volume.series.key
    assert widget(two_views, "slice_view_2").isVisible()
    assert not widget(two_views, "slice_view_3").isVisible()


def test_linked_views_scroll_together_by_place(two_views):
    panes = two_views.session.panes
    wheel(widget(two_views, "slice_view"), -3)
    assert [v.slice_index for v in panes.viewports[:2]] == [23, 23]
    wheel(widget(two_views, "slice_view_2"), 5)
    assert [v.slice_index for v in panes.viewports[:2]] == [18, 18]


def test_wheel_needs_no_click_first_and_keys_go_to_the_clicked_view(qtbot, two_views):
    do(two_views, "link_views")
    panes = two_views.session.panes
    second = widget(two_views, "slice_view_2")
    qtbot.mouseClick(second, Qt.MouseButton.LeftButton)
    do(two_views, "next_slice")
    assert [v.slice_index for v in panes.viewports[:2]] == [20, 21]
    wheel(widget(two_views, "slice_view"), -2)
    assert [v.slice_index for v in panes.viewports[:2]] == [22, 21]


def test_offset_is_kept_when_views_are_linked_again(two_views):
    panes = two_views.session.panes
    do(two_views, "link_views")
    wheel(widget(two_views, "slice_view_2"), -4)
    do(two_views, "link_views")
    assert panes.offset_mm(1) == pytest.approx(12.0)
    wheel(widget(two_views, "slice_view"), -1)
    assert [v.slice_index for v in panes.viewports[:2]] == [21, 25]
    do(two_views, "reset_offsets")
    assert [v.slice_index for v in panes.viewports[:2]] == [21, 21]


def test_linked_views_zoom_and_pan_together(two_views):
    first, second = widget(two_views, "slice_view"), widget(two_views, "slice_view_2")
    first.set_transform(first.transform.zoomed(2.0, 30.0, 40.0).panned(5.0, 7.0))
    np.testing.assert_allclose(first.pose.center, second.pose.center, atol=1e-6)
    assert second.pose.pixels_per_mm == pytest.approx(first.pose.pixels_per_mm)
    do(two_views, "link_views")
    before = second.transform
    first.set_transform(first.transform.zoomed(2.0, 30.0, 40.0))
    assert second.transform == before


def test_series_list_acts_on_the_view_that_is_used(qtbot, two_views):
    panes = two_views.session.panes
    panes.set_active(1)
    two_views.controller.show_series(1)
    qtbot.waitUntil(lambda: panes.viewports[1].volume.series.description == "T1 VIBE native")
    assert two_views.session.shown_row == 3


def test_series_dropped_on_a_view_is_shown_there(qtbot, two_views):
    data = QMimeData()
    data.setData(MIME, b"1")
    event = QDropEvent(
        QPointF(20, 20),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    widget(two_views, "slice_view_2").dropEvent(event)
    second = two_views.session.panes.viewports[1]
    qtbot.waitUntil(lambda: second.volume.series.description == "T1 VIBE native")


def test_three_planes_have_reference_lines_and_a_linked_crosshair(open_window):
    do(open_window, "layout_planes")
    panes = open_window.session.panes
    assert [v.stack.plane for v in panes.viewports[:3]] == ["acquired", "coronal", "sagittal"]
    assert len(widget(open_window, "slice_view").lines) == 2
    assert len(widget(open_window, "slice_view_2").lines) == 2
    do(open_window, "reference_lines")
    assert widget(open_window, "slice_view").lines == ()
    do(open_window, "crosshair_tool")
    click_image(widget(open_window, "slice_view"), (30.0, 40.0))
    assert panes.viewports[1].slice_index == 40
    assert panes.viewports[2].slice_index == 30
    x, y = widget(open_window, "slice_view_2").crosshair
    assert (x, y) == (pytest.approx(30.0, abs=0.6), pytest.approx(19.0, abs=0.6))
    do(open_window, "clear_crosshair")
    assert widget(open_window, "slice_view_2").crosshair is None


def test_click_on_a_reformat_moves_the_axial_view(open_window):
    do(open_window, "layout_planes")
    do(open_window, "crosshair_tool")
    click_image(widget(open_window, "slice_view_2"), (48.0, 9.0))
    assert open_window.session.viewport.slice_index == 30


def test_finding_is_marked_in_all_views_at_its_place(qtbot, detected_window):
    do(detected_window, "layout_two")
    qtbot.waitUntil(lambda: detected_window.session.panes.viewports[1].stack is not None)
    detected_window.controller.detection.go_to_finding(1)
    for name in ("slice_view", "slice_view_2"):
        (mark,) = widget(detected_window, name).marks
        assert (mark.column, mark.row) == (pytest.approx(30.0), pytest.approx(40.0))
    assert detected_window.session.panes.viewports[1].slice_index == 14


def test_heat_map_lies_on_the_detected_series_only(qtbot, detected_window):
    do(detected_window, "layout_two")
    qtbot.waitUntil(lambda: detected_window.session.panes.viewports[1].stack is not None)
    do(detected_window, "toggle_heatmap")
    assert widget(detected_window, "slice_view").has_heat_map
    assert not widget(detected_window, "slice_view_2").has_heat_map


def test_back_to_one_view_gives_the_keys_to_it(two_views):
    two_views.session.panes.set_active(1)
    do(two_views, "layout_one")
    assert two_views.session.panes.active_index == 0
    assert two_views.session.panes.layout == Layout.ONE


def test_planes_follow_another_series(qtbot, open_window):
    do(open_window, "layout_planes")
    open_window.controller.show_series(1)
    panes = open_window.session.panes
    qtbot.waitUntil(lambda: panes.viewports[1].volume.series.description == "T1 VIBE native")
    assert panes.viewports[1].stack.plane == "coronal"


def test_layouts_need_a_study(window):
    assert not action(window, "layout_two").isEnabled()


def test_finding_is_not_marked_on_a_slice_far_away(qtbot, detected_window):
    from dataclasses import replace

    from hcc_viewer.gui.stack import acquired
    from tests.gui.fakes import make_volume

    do(detected_window, "layout_two")
    series = make_series("Localizer", 3, 0, number=8)
    affine = np.array(series.geometry.affine)
    affine[:3, 2] *= 10.0
    wide = replace(series.geometry, affine=affine, positions_mm=30.0 + 30.0 * np.arange(3))
    second = detected_window.session.panes.viewports[1]
    qtbot.waitUntil(lambda: second.stack is not None)
    second.set_stack(acquired(make_volume(replace(series, geometry=wide))))
    detected_window.controller.detection.go_to_finding(1)  # at 72 mm; the slices at 30, 60, 90
    assert second.slice_index == 1
    assert widget(detected_window, "slice_view_2").marks == ()


@pytest.mark.parametrize("layout", ["layout_one", "layout_four", "layout_planes"])
def test_caption_of_the_heat_map_lies_on_no_image(qtbot, detected_window, layout):
    do(detected_window, layout)
    do(detected_window, "toggle_heatmap")
    detected_window.resize(900, 600)
    caption = widget(detected_window, "heat_map_caption")
    names = ["slice_view", "slice_view_2", "slice_view_3", "slice_view_4"]
    views = [one for one in (widget(detected_window, name) for name in names) if one.isVisible()]
    qtbot.waitUntil(lambda: caption.height() >= caption.heightForWidth(caption.width()))

    def rect(one):
        return QRect(one.mapTo(detected_window, QPoint()), one.size())

    assert views
    assert not any(rect(caption).intersects(rect(view)) for view in views)


def test_finding_outside_a_zoomed_view_is_moved_into_it(two_views):
    session = two_views.session
    main, second = widget(two_views, "slice_view"), widget(two_views, "slice_view_2")
    main.set_transform(main.transform.zoomed(6.0, 0, 0))  # the corner of the first row and column
    scale, (_, rows, columns) = main.transform.scale, main.stack.shape
    point = session.viewport.stack.geometry.to_patient(columns - 3, rows - 4, 5)
    two_views.controller.detection.place_shown.emit(tuple(point))
    x, y = main.transform.to_view(columns - 3, rows - 4)
    assert main.rect().contains(round(x), round(y))
    assert main.transform.scale == scale
    assert second.pose.center == pytest.approx(main.pose.center)
    before = main.transform
    two_views.controller.detection.place_shown.emit(tuple(point))
    assert main.transform == before  # it is seen: nothing moves


def test_linked_views_stay_at_one_scale_when_the_main_series_changes(qtbot, two_views):
    main, second = widget(two_views, "slice_view"), widget(two_views, "slice_view_2")
    main.zoom(3.0)
    shown = main.stack.key
    do(two_views, "previous_series")
    qtbot.waitUntil(lambda: main.stack is not None and main.stack.key != shown)
    assert main.pose.pixels_per_mm == pytest.approx(second.pose.pixels_per_mm)
    assert main.pose.center == pytest.approx(second.pose.center, abs=1.0)


def test_series_read_for_another_layout_do_not_land_in_the_planes(qtbot, open_window, program):
    program.reading_gate.clear()
    do(open_window, "layout_four")
    do(open_window, "layout_planes")
    program.reading_gate.set()
    qtbot.waitUntil(lambda: not open_window.session.is_busy("compare"))

    shown = open_window.session.panes.viewports

    assert [one.stack.plane for one in shown[1:3]] == ["coronal", "sagittal"]
    assert {one.volume for one in shown[:3]} == {open_window.session.viewport.volume}


def test_another_series_of_the_plane_opens_at_the_place_that_was_shown(qtbot, open_window):
    session = open_window.session
    do(open_window, "forward_ten")
    shown, key = session.viewport.slice_index, session.viewport.volume.series.key

    wheel(widget(open_window, "slice_view"), 1, Qt.KeyboardModifier.AltModifier)

    qtbot.waitUntil(lambda: session.viewport.volume.series.key != key)
    assert session.viewport.volume.series.orientation == "axial"
    assert session.viewport.slice_index == shown


def test_series_that_does_not_reach_the_place_opens_in_its_middle(qtbot, open_window):
    do(open_window, "last_slice")

    open_window.controller.show_series(0)

    qtbot.waitUntil(lambda: open_window.session.shown_row == 0)
    qtbot.waitUntil(lambda: open_window.session.viewport.slice_count == 9)
    assert open_window.session.viewport.slice_index == 4


def test_empty_views_say_what_they_wait_for(qtbot, open_window):
    assert widget(open_window, "slice_view").hint == ""
    assert widget(open_window, "slice_view_4").hint == "Drop a series here."


def point_at(view, place, monkeypatch):
    """Put the pointer on a place of a view's image."""
    move(view, view_place(view, *place))
    monkeypatch.setattr(view, "underMouse", lambda: True)


def test_finding_is_added_where_another_plane_shows_the_place(open_window, monkeypatch):
    do(open_window, "layout_planes")
    coronal = widget(open_window, "slice_view_2")
    point_at(coronal, (30.0, 10.0), monkeypatch)
    column, row = coronal.pointed
    do(open_window, "add_finding")
    (own,) = open_window.session.reading.decisions
    stack = open_window.session.panes.viewports[1].stack
    point = stack.geometry.to_patient(column, row, 48)
    assert own.place.slice_index == 29
    assert own.place.center_lps_mm == pytest.approx(tuple(point), abs=1.6)


def test_place_that_the_main_series_lacks_gets_no_finding(two_views, monkeypatch):
    second = two_views.session.panes.viewports[1]
    moved = second.stack.geometry.affine.copy()
    moved[0, 3] += 500.0
    far = replace(second.stack.geometry, affine=moved)
    object.__setattr__(second.stack, "geometry", far)
    point_at(widget(two_views, "slice_view_2"), (30.0, 40.0), monkeypatch)
    do(two_views, "add_finding")
    assert two_views.session.reading.decisions == ()
    assert "main view" in two_views.session.message.text


@pytest.mark.parametrize("row", [1, 2])  # read before, and not
def test_view_shows_the_series_that_was_chosen_last(qtbot, two_views, program, row):
    second = two_views.session.panes.viewports[1]
    program.reading_gate.clear()
    two_views.controller.panes.show_series_in(1, 0)
    two_views.controller.panes.show_series_in(1, row)
    program.reading_gate.set()
    wanted = two_views.session.series[row].description
    qtbot.waitUntil(lambda: second.volume.series.description == wanted)
    qtbot.waitUntil(lambda: not two_views.session.is_busy("compare"))
    assert second.volume.series.description == wanted


def test_reset_brings_back_the_window_of_every_view(two_views):
    viewports = two_views.session.panes.viewports[:2]
    for viewport in viewports:
        viewport.set_window(Window(111.0, 222.0))
    do(two_views, "reset_view")
    assert [viewport.window for viewport in viewports] == [Window(300.0, 600.0)] * 2


def test_offset_goes_with_the_main_series_that_it_was_kept_to(qtbot, two_views):
    panes = two_views.session.panes
    do(two_views, "link_views")
    wheel(widget(two_views, "slice_view_2"), -4)
    do(two_views, "link_views")
    assert panes.offset_mm(1) == pytest.approx(12.0)
    two_views.controller.show_series_in(0, 1)
    qtbot.waitUntil(lambda: two_views.session.shown_row == 1)
    assert panes.offset_mm(1) == 0.0
    assert panes.viewports[1].slice_index == panes.main.slice_index


def test_view_that_is_shown_again_lies_where_the_main_one_was_scrolled_to(two_views):
    panes = two_views.session.panes
    do(two_views, "layout_one")
    two_views.controller.display.show_slice(35)
    do(two_views, "layout_two")
    assert [viewport.slice_index for viewport in panes.viewports[:2]] == [35, 35]


def test_view_that_is_not_linked_stays_where_it_was_while_it_was_hidden(two_views):
    do(two_views, "link_views")
    do(two_views, "layout_one")
    two_views.controller.display.show_slice(35)
    do(two_views, "layout_two")
    assert two_views.session.panes.viewports[1].slice_index == 20


def test_marks_of_a_view_that_is_shown_again_say_what_was_decided(qtbot, detected_window):
    do(detected_window, "layout_two")
    qtbot.waitUntil(lambda: detected_window.session.panes.viewports[1].stack is not None)
    detected_window.controller.detection.go_to_finding(1)
    do(detected_window, "layout_one")
    do(detected_window, "reject_finding")
    do(detected_window, "layout_two")
    (mark,) = widget(detected_window, "slice_view_2").marks
    assert mark.verdict == "rejected"


@pytest.fixture
def matched_views(two_views):
    """The main view at slice 20, the second kept 12 mm beyond it."""
    do(two_views, "link_views")
    wheel(widget(two_views, "slice_view_2"), -4)
    do(two_views, "link_views")
    return two_views


def test_crosshair_goes_by_the_offset_and_leaves_the_clicked_view(matched_views):
    panes = matched_views.session.panes
    views = [widget(matched_views, name) for name in ("slice_view", "slice_view_2")]
    do(matched_views, "crosshair_tool")
    for view in (views[1], views[1], views[0]):
        click_image(view, (40.0, 50.0))
        assert [viewport.slice_index for viewport in panes.viewports[:2]] == [20, 24]
        for one in views:
            assert one.crosshair == pytest.approx((40.0, 50.0), abs=0.6)


def test_crosshair_in_another_plane_goes_by_the_offset_of_the_matched_view(matched_views):
    panes = matched_views.session.panes
    do(matched_views, "layout_four")
    third = panes.viewports[2]
    third.set_stack(reformats(panes.main.volume)[0])
    matched_views.controller.panes.mark_place(1, 40.0, 50.0)
    assert third.slice_index == 50
    crosshair = widget(matched_views, "slice_view_3").crosshair
    assert crosshair == pytest.approx((40.0, 19.0))  # head up: 40 slices, the 21st from the feet
    matched_views.controller.panes.mark_place(2, 40.0, 9.0)
    assert [viewport.slice_index for viewport in panes.viewports[:2]] == [30, 34]


def test_finding_is_added_by_the_offset_and_marked_by_it(matched_views, monkeypatch):
    second = widget(matched_views, "slice_view_2")
    point_at(second, (30.0, 40.0), monkeypatch)
    do(matched_views, "add_finding")
    (own,) = matched_views.session.reading.decisions
    assert own.place.slice_index == 20
    (mark,) = second.marks
    assert (mark.column, mark.row) == pytest.approx((30.0, 40.0), abs=0.6)
    do(matched_views, "reset_offsets")
    assert matched_views.session.panes.viewports[1].slice_index == 20
    assert len(second.marks) == 1


def test_offset_between_two_views_of_one_series_moves_no_finding(matched_views, monkeypatch):
    panes = matched_views.session.panes
    do(matched_views, "link_views")
    panes.viewports[1].set_volume(panes.main.volume)
    panes.viewports[1].set_slice(24)
    do(matched_views, "link_views")
    assert panes.offset_mm(1) == pytest.approx(12.0)
    point_at(widget(matched_views, "slice_view_2"), (30.0, 40.0), monkeypatch)
    do(matched_views, "add_finding")
    (own,) = matched_views.session.reading.decisions
    assert own.place.slice_index == 24
    matched_views.controller.panes.mark_place(1, 30.0, 40.0)
    assert [viewport.slice_index for viewport in panes.viewports[:2]] == [24, 24]


def test_offset_is_said_while_the_views_are_not_linked(qtbot, matched_views):
    view = widget(matched_views, "slice_view_2")
    assert view.status == ("linked, offset +12.0 mm",)
    do(matched_views, "link_views")
    assert view.status == ("not linked, offset +12.0 mm",)
    do(matched_views, "reset_offsets")
    assert view.status == ("not linked",)


def is_zoomed_alike(first, second):
    np.testing.assert_allclose(first.pose.center, second.pose.center, atol=1e-6)
    return second.pose.pixels_per_mm == pytest.approx(first.pose.pixels_per_mm)


def test_linked_view_that_is_shown_again_is_zoomed_as_the_main_one(two_views):
    first, second = widget(two_views, "slice_view"), widget(two_views, "slice_view_2")
    do(two_views, "layout_one")
    first.set_transform(first.transform.zoomed(2.0, 130.0, 140.0))
    do(two_views, "layout_two")
    assert is_zoomed_alike(first, second)
    do(two_views, "layout_one")
    do(two_views, "reset_view")
    do(two_views, "layout_four")
    assert second.is_fitted


def test_series_in_a_linked_view_opens_zoomed_as_the_main_one(qtbot, two_views):
    first, second = widget(two_views, "slice_view"), widget(two_views, "slice_view_2")
    first.set_transform(first.transform.zoomed(2.0, 30.0, 40.0))
    two_views.controller.panes.show_series_in(1, 1)
    qtbot.waitUntil(lambda: second.stack.series.description == "T1 VIBE native")
    assert is_zoomed_alike(first, second)


def test_view_that_is_not_linked_keeps_its_zoom_and_place_while_it_is_hidden(two_views):
    first, second = widget(two_views, "slice_view"), widget(two_views, "slice_view_2")
    do(two_views, "link_views")
    second.set_transform(second.transform.zoomed(2.0, 30.0, 40.0))
    before = second.pose
    do(two_views, "layout_one")
    first.set_transform(first.transform.zoomed(2.0, 130.0, 140.0))
    do(two_views, "layout_four")  # the view has another size there
    np.testing.assert_allclose(second.pose.center, before.center, atol=1e-6)
    assert second.pose.pixels_per_mm == before.pixels_per_mm


def test_empty_view_that_is_used_leaves_the_layouts_at_hand(qtbot, two_views):
    two_views.session.panes.viewports[1].set_volume(None)
    qtbot.mouseClick(widget(two_views, "slice_view_2"), Qt.MouseButton.LeftButton)
    assert not action(two_views, "next_slice").isEnabled()
    do(two_views, "layout_one")
    assert action(two_views, "next_slice").isEnabled()


def test_another_study_has_its_keys_in_the_main_view(qtbot, two_views, program, tmp_path):
    two_views.session.panes.set_active(1)
    program.study = Study(tmp_path / "other", (make_series("Other HBP", 12, 95, number=9),))
    two_views.controller.study.open_path(tmp_path / "other")
    qtbot.waitUntil(lambda: two_views.session.viewport.slice_count == 12)
    do(two_views, "first_slice")
    assert two_views.session.viewport.slice_index == 0
