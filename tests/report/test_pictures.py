from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hcc_viewer.dicom import Geometry
from hcc_viewer.report.pictures import (
    Look,
    fitted_size,
    legend_picture,
    orientation_letters,
    ruler_mm,
    slice_picture,
    slice_pixels,
)
from tests.report.make_detection import make_detection, make_geometry, make_series, make_volume

LESION = (4, 25.0, 30.0)


def test_a_picture_has_true_proportions_for_pixels_that_are_not_square() -> None:
    series = make_series(shape=(60, 100), geometry=make_geometry(spacing=(3.0, 2.0, 1.5)))

    picture = slice_picture(make_volume(series), make_detection(series), 4, (400, 400))

    assert picture.size == (400, 320)


def test_a_picture_fits_the_height_too() -> None:
    assert fitted_size(make_geometry(), (0, 0, 100, 60), (400, 160)) == (200, 160)


def test_the_lesion_is_in_the_middle_of_the_zoomed_picture() -> None:
    series = make_series()
    volume = make_volume(series, lesions=(LESION,))
    look = Look("plain", zoom_mm=60.0, mark=LESION[1:], show_mark=False, decorate=False)

    pixels = np.asarray(slice_picture(volume, make_detection(series), 4, (120, 120), look))

    middle, edge = pixels[52:68, 52:68].mean(), pixels[52:68, 100:116].mean()
    assert middle < edge - 50


def test_a_zoom_at_the_images_corner_stays_inside_and_keeps_its_size() -> None:
    look = Look("plain", zoom_mm=60.0, mark=(0.0, 99.0))

    picture = slice_picture(make_volume(), make_detection(), 4, (120, 120), look)

    assert picture.size == (120, 120)


def test_a_zoom_wider_than_the_image_shows_all_of_it() -> None:
    look = Look("plain", zoom_mm=1000.0, mark=(10.0, 10.0))

    picture = slice_picture(make_volume(), make_detection(), 4, (300, 300), look)

    assert picture.size == (300, 240)


def test_the_heat_map_colours_the_peak_and_leaves_the_rest_gray() -> None:
    pixels = slice_pixels(make_volume(), make_detection(), 4, heat=True).astype(int)

    spread = pixels.max(axis=2) - pixels.min(axis=2)
    assert spread[25, 30] > 40
    assert spread[55, 95] == 0


def test_padding_is_black() -> None:
    volume = make_volume()
    padding = np.zeros(volume.array.shape, dtype=bool)
    padding[4, :, :10] = True

    pixels = slice_pixels(replace(volume, padding=padding), make_detection(), 4, heat=False)

    assert not pixels[:, :10].any()


def test_a_colour_image_keeps_its_colours() -> None:
    volume = make_volume()
    color = np.zeros((*volume.array.shape, 3), dtype=np.uint8)
    color[..., 1] = 77

    pixels = slice_pixels(replace(volume, color=color), make_detection(), 4, heat=False)

    assert (pixels == (0, 77, 0)).all()


def test_an_inverted_image_is_turned_round() -> None:
    volume = replace(make_volume(), is_inverted=True)

    pixels = slice_pixels(volume, make_detection(), 0, heat=False)

    assert pixels[0, 0, 0] > 200


def _turned(*columns: tuple[float, float, float]) -> Geometry:
    affine = np.eye(4)
    affine[:3, :3] = np.array(columns).T
    return Geometry(affine, np.array([0.0, 1.0]))


@pytest.mark.parametrize(
    ("geometry", "letters"),
    [
        (make_geometry(), ("R", "A", "L", "P")),
        (_turned((0, 1, 0), (0, 0, -1), (-1, 0, 0)), ("A", "H", "P", "F")),
        (_turned((-1, 0, 0), (0, 1, 0), (0, 0, 1)), ("L", "A", "R", "P")),
        (_turned((0.8, 0.6, 0), (-0.6, 0.8, 0), (0, 0, 1)), ("RA", "AL", "LP", "PR")),
    ],
)
def test_the_letters_name_the_patients_sides(
    geometry: Geometry, letters: tuple[str, str, str, str]
) -> None:
    assert orientation_letters(geometry) == letters


@pytest.mark.parametrize(("visible", "length"), [(380, 100), (80, 20), (60, 20), (6, 5)])
def test_the_ruler_has_a_round_length_that_fits(visible: float, length: int) -> None:
    assert ruler_mm(visible) == length


def test_without_geometry_neither_letters_nor_ruler_are_drawn() -> None:
    series = make_series(geometry=make_geometry(known=False))
    volume, detection = make_volume(series), make_detection(series)

    bare = slice_picture(volume, detection, 0, (300, 300), Look(decorate=False))

    assert slice_picture(volume, detection, 0, (300, 300)) == bare


def test_the_legend_starts_as_the_bare_image() -> None:
    legend = np.asarray(legend_picture(100, 4))

    assert (legend[:, 0] == 90).all()
    assert legend[0, 99, 0] > legend[0, 0, 0]
