import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hcc_viewer.dicom import Volume
from hcc_viewer.gui.stack import acquired
from hcc_viewer.gui.viewport import Viewport, Window
from hcc_viewer.gui.views import overlay_text, view_transform
from hcc_viewer.gui.views.mouse import Tool, buttons_of
from hcc_viewer.gui.views.overlay import Mark
from hcc_viewer.gui.views.picture import picture_of
from hcc_viewer.gui.views.slice_image import slice_pixels, to_qimage
from hcc_viewer.gui.views.slice_view import FAST, FINE, SliceView
from hcc_viewer.render import overlay_heat_map
from tests.gui.fakes import SIZE, make_series, make_volume

LEFT, MIDDLE, RIGHT = (
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.MiddleButton,
    Qt.MouseButton.RightButton,
)


@pytest.fixture
def volume():
    return make_volume(make_series("HBP", 40, 90))


@pytest.fixture
def view(qtbot, volume):
    view = SliceView()
    qtbot.addWidget(view)
    view.resize(480, 480)
    view.show()
    view.set_volume(volume)
    view.set_slice(20)
    view.set_window(Window(300.0, 600.0))
    return view


def drag(view, button, dx, dy, modifier=Qt.KeyboardModifier.NoModifier):
    start = QPoint(200, 200)
    QTest.mousePress(view, button, Qt.KeyboardModifier.NoModifier, start)
    for step in (0.5, 1.0):
        at = QPointF(start) + QPointF(dx, dy) * step
        _move(view, at, button, modifier)
    QTest.mouseRelease(view, button, Qt.KeyboardModifier.NoModifier, at.toPoint())


def _move(view, at, button, modifier=Qt.KeyboardModifier.NoModifier):
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    event = QMouseEvent(
        QEvent.Type.MouseMove,
        at,
        view.mapToGlobal(at),
        Qt.MouseButton.NoButton,
        button,
        modifier,
    )
    QApplication.sendEvent(view, event)


def wheel(view, notches, modifier=Qt.KeyboardModifier.NoModifier, angle=120):
    at = QPointF(100, 100)
    event = QWheelEvent(
        at,
        view.mapToGlobal(at),
        QPoint(),
        QPoint(0, notches * angle),
        Qt.MouseButton.NoButton,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def gray_at(view, column, row):
    x, y = view.transform.to_view(column, row)
    return QColor(view.grab().toImage().pixel(int(x), int(y))).red()


def test_pixels_are_where_the_transform_says_and_as_the_window_says(view, volume):
    liver = volume.array[20, 44, 36]
    assert liver == 600.0
    assert gray_at(view, 36, 44) == 255
    assert gray_at(view, 80, 44) == pytest.approx(300 / 600 * 255, abs=2)


def test_inverted_window_turns_black_and_white_round(volume):
    normal = slice_pixels(acquired(volume), 20, Window(300.0, 600.0))
    inverted = slice_pixels(acquired(volume), 20, Window(300.0, 600.0, True))
    np.testing.assert_allclose(normal.astype(int) + inverted, 255, atol=1)


def test_heat_map_looks_as_in_the_reports(view, volume):
    rng = np.random.default_rng(3)
    cam = rng.random((SIZE, SIZE)).astype(np.float32)
    wanted = overlay_heat_map(slice_pixels(acquired(volume), 20, Window(300.0, 600.0)), cam, 0.6)
    view.set_smooth(False)
    view.cycle_overlay()
    view.cycle_overlay()
    view.set_heat_map(cam)
    view.set_opacity(0.6)
    shown = view.grab().toImage()
    for row, column in rng.integers(0, SIZE, (50, 2)):
        x, y = view.transform.to_view(column, row)
        color = QColor(shown.pixel(int(x), int(y)))
        assert color.getRgb()[:3] == pytest.approx(wanted[row, column].tolist(), abs=8)


def test_low_values_of_the_cam_leave_the_image_as_it_is(view, volume):
    before = gray_at(view, 36, 44)
    view.set_heat_map(np.full((SIZE, SIZE), 0.1, np.float32))
    view.set_opacity(1.0)
    assert gray_at(view, 36, 44) == before


def test_image_keeps_rows_whose_length_is_odd():
    pixels = np.arange(35, dtype=np.uint8).reshape(5, 7)
    image = to_qimage(pixels)
    assert [QColor(image.pixel(x, 3)).red() for x in range(7)] == list(pixels[3])


def test_left_drag_up_brightens_and_right_widens(qtbot, view):
    with qtbot.waitSignal(view.window_requested) as up:
        drag(view, LEFT, 0, -40)
    assert up.args[0] < 300.0
    assert up.args[1] == 600.0
    with qtbot.waitSignal(view.window_requested) as wider:
        drag(view, LEFT, 40, 0)
    assert wider.args[1] > 600.0


def test_window_of_small_values_changes_with_the_drag_by_its_own_measure(qtbot, view, volume):
    array = (volume.array * 1e-5).astype(np.float32)
    small = Volume(volume.series, array, 0.0015, 0.003)
    view.set_volume(small)
    view.set_window(Window(0.001, 0.002))
    with qtbot.waitSignal(view.window_requested) as wider:
        drag(view, LEFT, 15, -15)
    assert wider.args[1] == pytest.approx(0.002 * (1 + 7.5 / 300), rel=0.01)
    assert wider.args[0] == pytest.approx(0.001 - 0.002 * 7.5 / 300, rel=0.01)
    viewport = Viewport()
    viewport.set_volume(small)
    viewport.fit_window()
    assert viewport.window.width < 0.006


def test_drag_direction_can_be_turned_round(qtbot, view):
    view.set_inverted_drag(True)
    with qtbot.waitSignal(view.window_requested) as up:
        drag(view, LEFT, 0, -40)
    assert up.args[0] > 300.0


def test_middle_drag_pans(view):
    before = view.transform
    drag(view, MIDDLE, 30, 12)
    assert (view.transform.left - before.left, view.transform.top - before.top) == (30, 12)


def test_right_drag_up_zooms_in_at_the_press(view):
    before = view.transform
    place = before.to_image(200, 200)
    drag(view, RIGHT, 0, -50)
    assert view.transform.scale > before.scale
    assert view.transform.to_image(200, 200) == pytest.approx(place)


def test_right_click_without_a_move_asks_for_the_menu(qtbot, view):
    with qtbot.waitSignal(view.menu_requested):
        qtbot.mouseClick(view, RIGHT, pos=QPoint(50, 50))
    with qtbot.assertNotEmitted(view.menu_requested):
        drag(view, RIGHT, 0, 40)


def test_wheel_passes_slices_in_both_directions(qtbot, view):
    with qtbot.waitSignal(view.slice_step_requested) as towards:
        wheel(view, -1)
    with qtbot.waitSignal(view.slice_step_requested) as away:
        wheel(view, 2)
    assert (towards.args, away.args) == ([1], [-2])


def test_fine_wheel_adds_up_to_a_slice(qtbot, view):
    with qtbot.assertNotEmitted(view.slice_step_requested):
        wheel(view, -1, angle=60)
    with qtbot.waitSignal(view.slice_step_requested) as blocker:
        wheel(view, -1, angle=60)
    assert blocker.args == [1]


def test_wheel_with_ctrl_zooms(qtbot, view):
    before = view.transform.scale
    with qtbot.assertNotEmitted(view.slice_step_requested):
        wheel(view, 1, Qt.KeyboardModifier.ControlModifier)
    assert view.transform.scale > before


def test_scroll_tool_passes_slices_by_drag(qtbot, view):
    view.set_left_tool(Tool.SCROLL)
    steps = []
    view.slice_step_requested.connect(steps.append)
    drag(view, LEFT, 0, 40)
    assert sum(steps) == 5


def test_mitk_profile_puts_the_window_on_the_right_button(qtbot, view):
    view.set_buttons(buttons_of("mitk-pacs", {}))
    with qtbot.waitSignal(view.window_requested):
        drag(view, RIGHT, 40, 0)
    with qtbot.assertNotEmitted(view.window_requested):
        drag(view, LEFT, 40, 0)


def test_resized_view_stays_fitted_until_it_is_zoomed(view):
    view.resize(960, 960)
    assert view.transform.scale == pytest.approx(10.0)
    view.zoom(2.0)
    view.resize(700, 700)
    assert view.transform.scale == pytest.approx(20.0)


def test_one_to_one_takes_one_screen_pixel_for_one_image_pixel(view):
    view.show_one_to_one()
    assert view.transform.scale * view.devicePixelRatioF() == 1.0


def test_one_to_one_reads_100_percent_on_a_screen_of_fine_pixels(view, monkeypatch):
    monkeypatch.setattr(view, "devicePixelRatioF", lambda: 2.0)
    view.resize(700, 700)
    view.show_one_to_one()
    assert view.transform.scale == 0.5
    upright = overlay_text.turn_lines(view.transform.turn)
    assert "Zoom 100%" in view._corners(view.stack, upright).bottom_right


def test_overlay_has_three_states(view):
    pictures = []
    for _ in range(4):
        pictures.append(view.grab().toImage())
        view.cycle_overlay()
    assert pictures[0] != pictures[1]
    assert pictures[1] != pictures[2]
    assert pictures[3] == pictures[0]


def test_mark_is_a_ring_around_the_place_that_leaves_it_free(view):
    view.cycle_overlay()
    view.cycle_overlay()
    before = gray_at(view, 36, 44)
    view.set_result(0.9, True, [Mark(36.0, 44.0, "1", True)])
    assert gray_at(view, 36, 44) == before
    x, y = view.transform.to_view(36.0, 44.0)
    ring = QColor(view.grab().toImage().pixel(int(x + 13), int(y)))
    assert ring.red() > ring.blue() + 50


def test_paint_composes_a_slice_only_once(view, monkeypatch):
    made = []
    from hcc_viewer.gui.views import slice_canvas

    real = slice_canvas.slice_pixels
    monkeypatch.setattr(slice_canvas, "slice_pixels", lambda *a: (made.append(a[1]), real(*a))[1])
    view.set_slice(21)
    for _ in range(3):
        view.grab()
    assert made == [21]


def test_view_without_a_volume_paints_and_takes_events(qtbot):
    view = SliceView()
    qtbot.addWidget(view)
    view.show()
    view.zoom(2.0)
    view.reset_view()
    view.show_one_to_one()
    wheel(view, 1)
    drag(view, LEFT, 10, 10)
    assert not view.grab().isNull()


def test_wheel_with_shift_passes_ten(qtbot, view):
    with qtbot.waitSignal(view.slice_step_requested) as blocker:
        wheel(view, -1, Qt.KeyboardModifier.ShiftModifier)
    assert blocker.args == [10]


def test_wheel_can_be_turned_round(qtbot, view):
    view.set_inverted_wheel(True)
    with qtbot.waitSignal(view.slice_step_requested) as blocker:
        wheel(view, -1)
    assert blocker.args == [-1]


def test_wheel_with_alt_passes_series(qtbot, view):
    with (
        qtbot.assertNotEmitted(view.slice_step_requested),
        qtbot.waitSignal(view.series_step_requested) as blocker,
    ):
        wheel(view, -1, Qt.KeyboardModifier.AltModifier)
    assert blocker.args == [1]


@pytest.mark.parametrize(
    ("modifier", "factor"),
    [(Qt.KeyboardModifier.ControlModifier, FAST), (Qt.KeyboardModifier.ShiftModifier, FINE)],
)
def test_drag_is_faster_with_ctrl_and_finer_with_shift(qtbot, view, modifier, factor):
    with qtbot.waitSignal(view.window_requested) as plain:
        drag(view, LEFT, 0, 40)
    with qtbot.waitSignal(view.window_requested) as changed:
        drag(view, LEFT, 0, 40, modifier)
    moved = [one.args[0] - 300.0 for one in (plain, changed)]
    assert moved[1] == pytest.approx(factor * moved[0])


def test_panned_image_stays_under_the_pointer_with_ctrl(view):
    before = view.transform
    drag(view, Qt.MouseButton.MiddleButton, 30, 20, Qt.KeyboardModifier.ControlModifier)
    assert view.transform.left - before.left == pytest.approx(30)


def test_picture_shows_no_identity_and_says_what_it_is_for(view):
    before = view.grab().toImage()
    picture = picture_of(view, "For research use only.")
    assert picture.height() > before.height()
    assert picture.copy(0, 0, before.width(), before.height()) != before
    assert view.grab().toImage() == before


def test_empty_view_says_what_it_waits_for(view):
    view.set_hint("Drop a series here.")
    shown = view.grab().toImage()
    view.set_volume(None)
    assert view.hint == "Drop a series here."
    empty = view.grab().toImage()
    assert empty != shown
    view.set_hint("")
    assert view.grab().toImage() != empty


QUARTER_RIGHT = view_transform.RIGHT


@pytest.mark.parametrize(
    ("turn", "rotations"),
    [
        (view_transform.RIGHT, lambda shown: np.rot90(shown, -1)),
        (view_transform.LEFT, np.rot90),
        (view_transform.SIDES_EXCHANGED, np.fliplr),
        (view_transform.ENDS_EXCHANGED, np.flipud),
    ],
)
def test_turned_view_shows_the_turned_picture_with_its_heat_map(view, turn, rotations):
    cam = np.zeros((SIZE, SIZE), np.float32)
    cam[4:12, 30:50] = 1.0
    view.cycle_overlay(), view.cycle_overlay()
    view.set_smooth(False)
    view.set_heat_map(cam)
    view.set_opacity(0.5)
    upright = picture_pixels(view)
    view.turn(turn)
    turned = picture_pixels(view)
    inner = slice(2, -60)  # the last rows say how it is turned
    assert np.mean(np.abs(turned - rotations(upright))[inner] > 40) < 0.02
    assert np.mean(np.abs(turned - upright)[inner] > 40) > 0.02


def picture_pixels(view):
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : image.width()].astype(int)


def test_turned_view_says_so_and_its_letters_turn(view):
    geometry = view.stack.geometry
    assert overlay_text.turn_lines(view.transform.turn) == ()
    letters = overlay_text.edges(geometry)
    view.turn(QUARTER_RIGHT)
    turned = overlay_text.edges(geometry, view.transform.turn)
    assert (turned.top, turned.right, turned.bottom, turned.left) == (
        letters.left, letters.top, letters.right, letters.bottom,
    )  # fmt: skip
    assert overlay_text.turn_lines(view.transform.turn) == ("turned by 90°",)
    view.turn(view_transform.SIDES_EXCHANGED)
    assert overlay_text.turn_lines(view.transform.turn) == (
        "flipped left to right, turned by 270°",
    )
    view.reset_view()
    assert overlay_text.turn_lines(view.transform.turn) == ()


def test_turned_view_keeps_the_place_that_linked_views_show(view):
    view.zoom(2.0)
    before = view.pose
    view.turn(QUARTER_RIGHT)
    np.testing.assert_allclose(view.pose.center, before.center, atol=1e-6)
    view.show_pose(before)
    np.testing.assert_allclose(view.pose.center, before.center, atol=1e-6)
    assert view.transform.turn == QUARTER_RIGHT


def test_double_click_asks_for_the_full_screen_unless_it_measures(qtbot, view):
    with qtbot.waitSignal(view.full_screen_requested):
        QTest.mouseDClick(view, LEFT, pos=QPoint(200, 200))
    view.set_left_tool(Tool.DISTANCE)
    with qtbot.assertNotEmitted(view.full_screen_requested):
        QTest.mouseDClick(view, LEFT, pos=QPoint(200, 200))
    assert view.is_drafting
