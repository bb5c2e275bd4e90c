from __future__ import annotations

import numpy as np
import pytest

from hcc_viewer.render import (
    HEAT_MAP_FLOOR,
    contour_lines,
    heat_colors,
    heat_table,
    overlay_heat_map,
    to_gray,
)


def _gray(values: list[float], center: float, width: float, *, inverted: bool = False) -> list[int]:
    image = np.array([values], dtype=np.float32)
    return [int(value) for value in to_gray(image, center, width, inverted=inverted)[0]]


def test_a_window_maps_its_ends_to_black_and_white() -> None:
    # PS3.3 C.11.2.1.2.1: black up to c - 0.5 - (w - 1) / 2, white from c - 0.5 + (w - 1) / 2.
    assert _gray([-0.5, 0.0, 254.5, 255.0], 128, 256) == [0, 0, 254, 255]


def test_values_outside_the_window_are_clipped() -> None:
    assert _gray([-1e9, 1e9], 50, 100) == [0, 255]


def test_an_inverted_window_turns_black_and_white_round() -> None:
    plain = _gray([0, 25, 50, 75, 100], 50, 100)

    assert _gray([0, 25, 50, 75, 100], 50, 100, inverted=True) == [255 - value for value in plain]


@pytest.mark.parametrize("width", [1.0, 0.5, 0.0, -3.0])
def test_a_window_of_no_width_is_a_step(width: float) -> None:
    assert _gray([-10, 10], 0, width) == [0, 255]


def test_a_stack_is_windowed_like_its_slices() -> None:
    stack = np.arange(24, dtype=np.float32).reshape(2, 3, 4)

    gray = to_gray(stack, 12, 24)

    assert gray.shape == stack.shape
    assert np.array_equal(gray[1], to_gray(stack[1], 12, 24))


def test_a_pixel_that_is_no_number_is_black() -> None:
    assert _gray([float("nan"), 100.0], 50, 100)[0] == 0


def test_windowing_leaves_the_image_untouched() -> None:
    image = np.array([[1.0, 2.0]], dtype=np.float32)
    image.setflags(write=False)

    to_gray(image, 1.5, 3)

    assert image.tolist() == [[1.0, 2.0]]


def test_the_heat_maps_brightness_grows_with_the_value() -> None:
    brightness = heat_table().astype(float) @ (0.299, 0.587, 0.114)

    assert heat_table().shape == (256, 3)
    assert (np.diff(brightness) > -1.0).all()
    assert brightness[-1] > brightness[0] + 200


def test_colours_are_those_of_the_table() -> None:
    colors = heat_colors(np.array([-1.0, 0.0, 1.0, 2.0], dtype=np.float32))

    assert np.array_equal(colors, heat_table()[[0, 0, 255, 255]])


def test_low_values_leave_the_image_as_it_is() -> None:
    gray = np.array([[10, 200]], dtype=np.uint8)
    cam = np.full((1, 2), HEAT_MAP_FLOOR, dtype=np.float32)

    assert overlay_heat_map(gray, cam, 1.0)[0].tolist() == [[10] * 3, [200] * 3]


def test_no_opacity_leaves_the_image_as_it_is() -> None:
    gray = np.array([[10, 200]], dtype=np.uint8)

    assert overlay_heat_map(gray, np.ones((1, 2), np.float32), 0.0)[0].tolist() == [
        [10] * 3, [200] * 3,
    ]  # fmt: skip


def test_full_opacity_shows_the_top_colour_at_the_peak() -> None:
    gray = np.zeros((1, 1), dtype=np.uint8)

    assert np.array_equal(
        overlay_heat_map(gray, np.ones((1, 1), np.float32), 1.0)[0, 0], heat_table()[255]
    )


def test_a_heat_map_begins_without_an_edge() -> None:
    gray = np.full((1, 101), 128, dtype=np.uint8)
    cam = np.linspace(0.1, 0.3, 101, dtype=np.float32)[None]

    steps = np.abs(np.diff(overlay_heat_map(gray, cam, 1.0)[0].astype(int), axis=0))

    assert steps.max() <= 3


def test_a_colour_image_is_laid_over_as_it_is() -> None:
    rgb = np.zeros((1, 1, 3), dtype=np.uint8)
    rgb[0, 0] = (10, 20, 30)

    assert overlay_heat_map(rgb, np.zeros((1, 1), np.float32), 1.0)[0, 0].tolist() == [10, 20, 30]


def test_contour_runs_where_the_map_crosses_the_level():
    rows, columns = np.mgrid[0:60, 0:80].astype(np.float32)
    distance = np.hypot(rows - 30, columns - 50)
    cam = np.clip(1 - distance / 20, 0, 1).astype(np.float32)
    (line,) = contour_lines(cam, 0.5)
    radius = np.hypot(line[:, 0] - 50, line[:, 1] - 30)
    np.testing.assert_allclose(radius, 10.0, atol=0.1)
    np.testing.assert_allclose(line[0], line[-1])


def test_map_below_the_level_has_no_contour():
    assert contour_lines(np.full((8, 8), 0.2, np.float32), 0.5) == []
