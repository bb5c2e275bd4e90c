"""Reformats show the same patient, the right way round, whatever the stack's own plane is."""

import numpy as np
import pytest

from hcc_viewer.dicom import Geometry, Instance, Volume
from hcc_viewer.gui.stack import acquired, reformats
from tests.gui.fakes import make_series, make_volume


def volume_with(directions, spacing, shape, positions=None):
    """A volume whose value at a place tells x, y and z of the patient."""
    from dataclasses import replace
    from pathlib import Path

    columns, rows, normal = (np.array(one, float) for one in directions)
    affine = np.eye(4)
    for place, (direction, step) in enumerate(zip((columns, rows, normal), spacing, strict=True)):
        affine[:3, place] = direction * step
    affine[:3, 3] = (-20.0, 15.0, 40.0)
    first = float(normal @ affine[:3, 3])
    along = first + spacing[2] * np.arange(shape[0]) if positions is None else first + positions
    geometry = Geometry(affine, along)
    series = replace(
        make_series("HBP", shape[0], 90),
        geometry=geometry,
        instances=tuple(Instance(Path(f"{i}"), f"1.{i}") for i in range(shape[0])),
        rows=shape[1],
        columns=shape[2],
    )
    array = np.zeros(shape, np.float32)
    for s, r, c in np.ndindex(shape):
        x, y, z = geometry.to_patient(c, r, s)
        array[s, r, c] = x + 100 * y + 10000 * z
    return Volume(series, array, 300.0, 600.0)


PLANES = {
    "axial": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "axial from head, feet first": ((-1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "coronal": ((1, 0, 0), (0, 0, -1), (0, 1, 0)),
    "sagittal": ((0, 1, 0), (0, 0, -1), (1, 0, 0)),
}


SHEARED = {
    "sheared axial": ((1, 0, 0), (0, 1, 0), (0.1, -0.2, 1)),
    "sheared coronal": ((1, 0, 0), (0, 0, -1), (0, 1, 0.2)),
}


@pytest.mark.parametrize("directions", [*PLANES.values(), *SHEARED.values()])
def test_every_pixel_of_a_reformat_lies_where_its_geometry_says(directions):
    volume = volume_with(directions, (1.0, 1.5, 3.0), (5, 6, 7))
    for stack in reformats(volume):
        for s, r, c in np.ndindex(stack.shape):
            x, y, z = stack.geometry.to_patient(c, r, s)
            value = stack.image(s)[r, c]
            assert value == pytest.approx(x + 100 * y + 10000 * z, rel=1e-4, abs=0.5)


@pytest.mark.parametrize("plane", PLANES)
def test_reformats_are_turned_as_radiologists_look_at_them(plane):
    volume = volume_with(PLANES[plane], (1.0, 1.5, 3.0), (5, 6, 7))
    for stack in reformats(volume):
        down, across = stack.geometry.row_direction, stack.geometry.column_direction
        wanted = {
            "axial": ((1, 0, 0), (0, 1, 0)),
            "coronal": ((1, 0, 0), (0, 0, -1)),
            "sagittal": ((0, 1, 0), (0, 0, -1)),
        }[stack.plane]
        np.testing.assert_allclose(across, wanted[0], atol=1e-9)
        np.testing.assert_allclose(down, wanted[1], atol=1e-9)
        assert stack.geometry.orientation == stack.plane


def test_axial_stack_gives_coronal_and_sagittal():
    stacks = reformats(make_volume(make_series("HBP", 40, 90)))
    assert [stack.plane for stack in stacks] == ["coronal", "sagittal"]
    assert [stack.shape for stack in stacks] == [(96, 40, 96), (96, 40, 96)]


def test_uneven_slices_are_drawn_at_their_true_distances():
    positions = np.array([0.0, 3.0, 6.0, 15.0, 18.0])
    volume = volume_with(PLANES["axial"], (1.0, 1.0, 3.0), (5, 6, 7), positions)
    coronal = reformats(volume)[0]
    assert coronal.shape == (6, 7, 7)
    for r in range(7):
        x, y, z = coronal.geometry.to_patient(2, r, 4)
        assert coronal.image(4)[r, 2] == pytest.approx(x + 100 * y + 10000 * z, rel=1e-4)


def test_no_reformats_without_positions_or_of_a_single_slice():
    from dataclasses import replace

    volume = make_volume(make_series("HBP", 1, 90))
    assert reformats(volume) == ()
    series = make_series("HBP", 4, 90)
    unknown = replace(series, geometry=replace(series.geometry, known=False))
    assert reformats(make_volume(unknown)) == ()


def test_acquired_stack_is_the_volume_itself():
    volume = make_volume(make_series("HBP", 4, 90))
    stack = acquired(volume)
    assert stack.is_acquired
    assert np.shares_memory(stack.image(2), volume.array)
    assert np.shares_memory(reformats(volume)[0].image(2), volume.array)
