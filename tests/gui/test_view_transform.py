import pytest

from hcc_viewer.gui.views.view_transform import MAX_SCALE, ViewTransform, fitted


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
