"""Every voxel of a file lies in the patient where the file says, however its axes run."""

import numpy as np
import pytest

pytest.importorskip("scipy", reason="needs the training extra")

from hcc_viewer.training.importers.grids import Grid, axial_geometry, axial_order, fit_mask

SHAPE = (10, 12, 8)


def turned(degrees):
    """A turn about the axis from right to left."""
    angle = np.radians(degrees)
    turn = np.eye(4)
    turn[1:3, 1:3] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    return turn


def affine(kind):
    plain = np.diag([1.5, 1.25, 4.0, 1.0])
    plain[:3, 3] = [-40.0, 25.0, 310.0]
    if kind == "sheared":
        plain[1, 2] = 2.0
    if kind == "LAS":
        plain = plain @ np.diag([1.0, -1.0, 1.0, 1.0])
    if kind == "head to foot":
        plain = plain @ np.diag([1.0, 1.0, -1.0, 1.0])
    if kind == "slices first":
        plain = plain[:, [2, 0, 1, 3]]
    return turned(20) @ plain if kind == "oblique" else plain


@pytest.mark.parametrize(
    "kind", ["plain", "sheared", "LAS", "head to foot", "slices first", "oblique"]
)
def test_voxel_keeps_its_place_and_its_size(kind):
    grid = Grid(np.zeros(SHAPE), affine(kind))
    grid.array[3, 4, 6] = 1
    order = axial_order(grid)
    geometry = axial_geometry(grid, order)
    slice_, row, column = (int(axis[0]) for axis in np.nonzero(order.apply(grid.array)))
    place = (grid.affine @ [3, 4, 6, 1])[:3]
    np.testing.assert_allclose(geometry.to_patient(column, row, slice_), place, atol=1e-9)
    np.testing.assert_allclose(geometry.to_index(place), (column, row, slice_), atol=1e-9)
    volume = abs(np.linalg.det(grid.affine[:3, :3]))
    np.testing.assert_allclose(np.prod(geometry.spacing_mm), volume)


@pytest.mark.parametrize("degrees", [0, 7, 20, 33])
def test_mask_with_other_axes_keeps_its_border(degrees):
    image = Grid(np.zeros(SHAPE), turned(degrees) @ affine("plain"))
    mask = Grid(np.ones(SHAPE[::-1]), image.affine[:, [2, 1, 0, 3]])
    values, _ = fit_mask(mask, image)
    assert values.all()


def test_coarse_mask_covers_all_of_its_voxels():
    image = Grid(np.zeros((8, 8, 4)), np.diag([1.0, 1.0, 3.0, 1.0]))
    coarse = np.diag([2.0, 2.0, 3.0, 1.0])
    coarse[:2, 3] = 0.5
    values, _ = fit_mask(Grid(np.ones((4, 4, 4)), coarse), image)
    assert values.all()
