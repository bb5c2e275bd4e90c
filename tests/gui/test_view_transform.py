import pytest

from hcc_viewer.gui.views.view_transform import (
    ENDS_EXCHANGED,
    LEFT,
    MAX_SCALE,
    RIGHT,
    SIDES_EXCHANGED,
    UPRIGHT,
    ViewTransform,
    fitted,
)


def test_fitted_image_is_centred_and_as_large_as_possible():
    transform = fitted(rows=100, columns=200, aspect=1.0, width=400, height=400)
    assert transform.scale == 2.0
    assert transform.to_view(-0.5, -0.5) == pytest.approx((0, 100))
    assert transform.to_view(199.5, 99.5) == pytest.approx((400, 300))


def test_pixels_that_are_not_square_keep_their_proportions():
    transform = fitted(rows=100, columns=100, aspect=2.0, width=400, height=400)
    assert (transform.scale, transform.row_scale) == (2.0, 4.0)


def test_there_and_back_gives_the_same_place():
    transform = ViewTransform(3.0, 1.5, 20.0, -30.0)
    x, y = transform.to_view(12.25, 7.75)
    assert transform.to_image(x, y) == pytest.approx((12.25, 7.75))


def test_zoom_keeps_what_lies_under_the_pointer():
    transform = ViewTransform(3.0, 1.5, 20.0, -30.0)
    before = transform.to_image(150, 90)
    assert transform.zoomed(1.7, 150, 90).to_image(150, 90) == pytest.approx(before)


def test_zoom_has_an_end():
    assert ViewTransform().zoomed(1e9, 0, 0).scale == MAX_SCALE


@pytest.mark.parametrize("turn", [RIGHT, LEFT, SIDES_EXCHANGED, ENDS_EXCHANGED])
def test_turned_image_is_found_back_and_stays_under_the_turning_point(turn):
    transform = ViewTransform(3.0, 1.5, 20.0, -30.0)
    turned = transform.turned(turn, 150, 90)
    assert turned.to_image(150, 90) == pytest.approx(transform.to_image(150, 90))
    assert turned.to_image(*turned.to_view(12.25, 7.75)) == pytest.approx((12.25, 7.75))
    assert turned.zoomed(1.7, 40, 50).to_image(40, 50) == pytest.approx(turned.to_image(40, 50))


def test_turns_go_the_way_they_say():
    assert RIGHT.apply(1, 0) == (0, 1)  # what was on the right is at the bottom
    assert LEFT.apply(1, 0) == (0, -1)
    assert SIDES_EXCHANGED.apply(1, 2) == (-1, 2)
    assert ENDS_EXCHANGED.apply(1, 2) == (1, -2)


def test_turns_add_up():
    assert RIGHT.then(LEFT) == UPRIGHT
    assert RIGHT.then(RIGHT).then(SIDES_EXCHANGED) == ENDS_EXCHANGED
    assert [turn.degrees for turn in (UPRIGHT, RIGHT, RIGHT.then(RIGHT), LEFT)] == [0, 90, 180, 270]
    flipped = SIDES_EXCHANGED.then(RIGHT)
    assert (flipped.is_mirrored, flipped.degrees) == (True, 90)
    assert not flipped.then(SIDES_EXCHANGED).is_mirrored


def test_turned_image_fits_by_its_turned_sides():
    transform = fitted(rows=100, columns=200, aspect=1.0, width=400, height=600, turn=RIGHT)
    assert transform.scale == 3.0
    corners = [transform.to_view(-0.5, -0.5), transform.to_view(199.5, 99.5)]
    assert corners[0] == pytest.approx((350, 0))
    assert corners[1] == pytest.approx((50, 600))
