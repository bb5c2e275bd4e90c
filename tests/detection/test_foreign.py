"""What is no tissue does not set the grey scale, nor the field, of what the network sees."""

import numpy as np
import pytest

from hcc_viewer.detection.foreign import foreign_pixels, ordinary_slices
from hcc_viewer.detection.model_card import InputSpec
from hcc_viewer.detection.preprocess import prepare_slices
from tests.detection.make_volume import make_volume

SPEC = InputSpec(size=96, field_mm=380.0)


def prepared(array, geometry, **choices):
    return prepare_slices(array, geometry, SPEC, **choices).slices


def outside_a_circle(shape):
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    middle = (shape[0] - 1) / 2, (shape[1] - 1) / 2
    return (rows - middle[0]) ** 2 + (columns - middle[1]) ** 2 > 110**2


def with_mask(value):
    def change(array):
        array[:, outside_a_circle(array.shape[1:])] = value

    return change


def with_frame(array):
    array[:, :3] = array[:, -3:] = 5000
    array[:, :, :3] = array[:, :, -3:] = 5000


def with_bottle(array):
    array[:, 4:24, 200:230] = 12_000


def with_text(array):
    array[:, 3:9:2, 4:30:3] = 9000


def with_a_damaged_slice(array):
    array[3] = 60_000


CHANGES = {
    "padding far above": with_mask(5000.0),
    "padding far below": with_mask(-1000.0),
    "a frame": with_frame,
    "a bottle": with_bottle,
    "text": with_text,
    "a damaged slice": with_a_damaged_slice,
}


@pytest.mark.parametrize("is_inverted", [False, True])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_tissue_is_seen_as_without_it(change, is_inverted):
    volume = make_volume(balls=[(0, 0, 0, 12)])
    plain = prepared(volume.array, volume.geometry)
    array = volume.array.copy()
    change(array)
    if is_inverted:
        array = 2000 - array
    seen = prepared(array, volume.geometry, is_inverted=is_inverted)
    middle = (slice(9, 12), slice(30, 66), slice(24, 72))
    np.testing.assert_allclose(seen[middle], plain[middle], atol=0.03)


def test_negative_padding_of_images_without_other_negative_values_is_known():
    volume = make_volume(balls=[(0, 0, 0, 12)])
    plain = prepared(np.maximum(volume.array, 0), volume.geometry)
    array = np.maximum(volume.array, 0)
    with_mask(-200.0)(array)
    seen = prepared(array, volume.geometry)
    middle = (slice(9, 12), slice(30, 66), slice(24, 72))
    np.testing.assert_allclose(seen[middle], plain[middle], atol=0.03)


@pytest.mark.parametrize("is_inverted", [False, True])
def test_ordinary_images_hold_nothing_foreign(is_inverted):
    array = make_volume(balls=[(60, 20, 0, 20)], is_inverted=is_inverted).array
    assert foreign_pixels(array, is_inverted) is None
    assert ordinary_slices(array, is_inverted).all()


@pytest.mark.parametrize("shift", [0, -1000, 3000])
@pytest.mark.parametrize("darkest", [100, 240])
def test_air_that_was_set_to_one_value_is_no_padding(shift, darkest):
    array = make_volume().array.copy()
    array[array < 100] = 0
    rows = array[:, 60:90]
    rows[rows > 0] = darkest
    assert foreign_pixels(array + np.float32(shift)) is None
    assert foreign_pixels(2000 - array, is_inverted=True) is None


def test_blank_slices_and_blank_stacks_are_ordinary():
    array = make_volume().array.copy()
    array[2] = 0
    assert ordinary_slices(array).all()
    blank = np.zeros_like(array)
    assert ordinary_slices(blank).all()
    assert foreign_pixels(blank) is None


def test_what_is_brighter_inside_the_body_is_tissue():
    array = make_volume(balls=[(0, 0, 0, 15)]).array.copy()
    array[array > 1000] = 9000
    assert foreign_pixels(array) is None
