"""Contours become the voxels that they enclose, on slices of any spacing."""

import numpy as np
import pytest

pytest.importorskip("scipy", reason="needs the training extra")

from hcc_viewer.dicom import Geometry
from hcc_viewer.training.importers.contours import fill_contours
from hcc_viewer.training.importers.dicom_masks import read_outlines
from hcc_viewer.training.importers.grids import Grid, MaskMismatchError
from tests.training.importers.outlines import write_rtstruct

SHAPE = (12, 60, 60)
GEOMETRY = Geometry(np.diag([1.5, 1.5, 3.0, 1.0]), np.arange(12) * 3.0)


def circle(z, radius=6.0, center=(40.0, 40.0)):
    angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    x, y = center[0] + radius * np.cos(angle), center[1] + radius * np.sin(angle)
    return np.column_stack([x, y, np.full_like(x, z)])


def areas(mask):
    return mask.sum(axis=(1, 2)) * 1.5 * 1.5


@pytest.mark.parametrize("radius", [3.0, 6.0, 12.0])
def test_area_is_that_of_the_contour(radius):
    places = [(40 + 0.3 * i, 40 + 0.17 * i) for i in range(20)]
    found = [areas(fill_contours([circle(9, radius, p)], GEOMETRY, SHAPE))[3] for p in places]
    assert np.mean(found) == pytest.approx(np.pi * radius**2, rel=0.05)


@pytest.mark.parametrize("step", [1.0, 1.5, 3.0, 4.5, 6.0, 9.0])
def test_planes_of_another_series_leave_no_slice_out(step):
    mask = fill_contours([circle(z) for z in np.arange(6, 25, step)], GEOMETRY, SHAPE)
    marked = areas(mask) > 0
    assert list(np.flatnonzero(marked)) == list(range(2, 9))
    np.testing.assert_allclose(areas(mask)[marked], np.pi * 36, rtol=0.1)


def test_planes_far_apart_are_two_lesions():
    mask = fill_contours([circle(6), circle(24)], GEOMETRY, SHAPE)
    assert list(np.flatnonzero(areas(mask))) == [2, 8]


def test_contour_inside_another_is_a_hole():
    mask = fill_contours([circle(9, 12), circle(9, 6)], GEOMETRY, SHAPE)
    assert areas(mask)[3] == pytest.approx(np.pi * (144 - 36), rel=0.05)


def test_contour_between_the_centres_of_pixels_marks_the_nearest():
    mask = fill_contours([circle(9, 0.3, (40.1, 40.1))], GEOMETRY, SHAPE)
    assert [int(axis[0]) for axis in np.nonzero(mask)] == [3, 27, 27]


def test_structure_may_reach_beyond_the_image_but_not_mostly():
    mask = fill_contours([circle(z) for z in np.arange(-9, 16, 3)], GEOMETRY, SHAPE)
    assert list(np.flatnonzero(areas(mask))) == [0, 1, 2, 3, 4, 5]
    with pytest.raises(MaskMismatchError, match="33 %"):
        fill_contours([circle(z) for z in (-6, -3, 0)], GEOMETRY, SHAPE)


def test_structure_that_is_not_wanted_may_lie_anywhere(tmp_path):
    path = write_rtstruct([circle(-90.0)], tmp_path / "rt.dcm", name="Spinal cord")
    image = Grid(np.zeros(SHAPE), GEOMETRY.affine[:, [2, 1, 0, 3]])
    found = list(read_outlines(path, image, GEOMETRY, lambda name: name == "HCC"))
    assert [(item.name, item.mask.any()) for item in found] == [("Spinal cord", False)]
