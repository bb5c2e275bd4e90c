from dataclasses import replace

import numpy as np
import pytest

from hcc_viewer.gui import linking
from hcc_viewer.gui.stack import acquired, reformats
from tests.gui.fakes import make_series, make_volume


@pytest.fixture
def stack():
    return acquired(make_volume(make_series("HBP", 40, 90)))


@pytest.fixture
def thin():
    return acquired(make_volume(make_series("native", 20, 20)))


def test_nearest_slice_is_found_by_place_and_kept_in_the_stack(stack):
    assert linking.slice_nearest(stack, np.array([0.0, 0.0, 60.0])) == 10
    assert linking.slice_nearest(stack, np.array([0.0, 0.0, 60.0]), offset_mm=6.0) == 12
    assert linking.slice_nearest(stack, np.array([0.0, 0.0, 999.0])) == 39


def test_offset_is_what_the_views_differ_by(stack, thin):
    assert linking.offset_between(stack, 10, thin, 12) == pytest.approx(6.0)


def test_parallel_stacks_have_no_reference_line(stack, thin):
    assert linking.are_parallel(stack.geometry, thin.geometry)
    assert linking.reference_line(stack, 10, thin, 3) is None


def test_axial_slice_is_a_level_line_on_the_coronal_reformat(stack):
    coronal = reformats(stack.volume)[0]
    line = linking.reference_line(stack, 10, coronal, 40)
    (x0, y0), (x1, y1) = sorted(line)
    assert y0 == pytest.approx(29.0)  # head up: 40 slices, the eleventh from the feet
    assert y1 == pytest.approx(29.0)
    assert (x0, x1) == (pytest.approx(-0.5), pytest.approx(95.5))


def test_line_that_does_not_cross_the_slice_is_left_out(stack):
    sagittal = reformats(stack.volume)[1]
    short = acquired(make_volume(make_series("HBP", 3, 90)))
    assert linking.reference_line(sagittal, 10, short, 1) is not None
    from dataclasses import replace

    affine = np.array(short.geometry.affine)
    affine[2, 3] = 900.0
    moved = replace(short.geometry, affine=affine, positions_mm=900.0 + 3.0 * np.arange(3))
    far = replace(short, geometry=moved)
    assert linking.reference_line(sagittal, 10, far, 1) is None


def test_place_of_another_series_is_found_in_its_own_slice(stack, thin):
    point = stack.geometry.to_patient(30.0, 20.0, 12)
    column, row, at = (float(one) for one in thin.geometry.to_index(point))
    found = linking.place_in(thin, round(at), (column, row), stack)
    assert found[:2] == pytest.approx((30.0, 20.0))
    assert found[2] == 12
    assert linking.place_in(stack, 12, (30.0, 20.0), stack) == (30.0, 20.0, 12)


def test_place_outside_or_of_another_frame_is_not_found(stack, thin):
    assert linking.place_in(stack, 12, (-3.0, 20.0), stack) is None
    acquisition = replace(stack.series.acquisition, frame_of_reference_uid="1.2.9")
    elsewhere = replace(thin.series.acquisition, frame_of_reference_uid="1.2.8")
    one, other = (
        acquired(make_volume(replace(of.series, acquisition=frame, description=name)))
        for of, frame, name in ((stack, acquisition, "a"), (stack, elsewhere, "b"))
    )
    other = replace(other, plane="coronal")
    assert linking.place_in(other, 12, (30.0, 20.0), one) is None
