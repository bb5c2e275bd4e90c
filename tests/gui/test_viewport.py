import pytest

from hcc_viewer.gui.viewport import Viewport, Window
from tests.gui.fakes import make_series, make_volume


@pytest.fixture
def viewport(qapp):
    viewport = Viewport()
    viewport.set_volume(make_volume(make_series("HBP", 40, 90)))
    return viewport


def test_volume_opens_at_its_middle_slice_and_own_window(viewport):
    assert viewport.slice_index == 20
    assert viewport.window == Window(300.0, 600.0)


@pytest.mark.parametrize(("asked", "shown"), [(-5, 0), (0, 0), (39, 39), (400, 39)])
def test_slice_stays_within_the_stack(viewport, asked, shown):
    viewport.set_slice(asked)
    assert viewport.slice_index == shown


def test_same_slice_is_not_announced_again(qtbot, viewport):
    with qtbot.assertNotEmitted(viewport.slice_changed):
        viewport.set_slice(20)


def test_window_can_be_fitted_and_reset(viewport):
    viewport.fit_window()
    assert viewport.window != Window(300.0, 600.0)
    assert viewport.window.width > 100
    viewport.reset_window()
    assert viewport.window == Window(300.0, 600.0)


def test_empty_viewport_takes_everything_calmly(qapp):
    viewport = Viewport()
    viewport.set_slice(3)
    viewport.fit_window()
    viewport.reset_window()
    assert viewport.slice_index == 0
    assert viewport.slice_count == 0


def test_place_is_kept_only_where_somebody_went_to_it(viewport):
    other = make_volume(make_series("other", 20, 10, number=2))
    viewport.set_volume(other)
    assert viewport.slice_index == 10
    viewport.set_slice(3)
    viewport.set_volume(make_volume(make_series("HBP", 40, 90)))
    assert viewport.slice_index == 3
    viewport.set_slice(39)
    viewport.set_volume(other)
    assert viewport.slice_index == 10
