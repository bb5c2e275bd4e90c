"""Array indices to patient millimetres and back, for stacks in any direction."""

from __future__ import annotations

import numpy as np
import pytest

from hcc_viewer.dicom.geometry import Geometry

PLANES = {
    "axial": ([1, 0, 0], [0, 1, 0], [0, 0, 1]),
    "coronal": ([1, 0, 0], [0, 0, -1], [0, 1, 0]),
    "sagittal": ([0, 1, 0], [0, 0, -1], [1, 0, 0]),
    "axial with rows flipped": ([1, 0, 0], [0, -1, 0], [0, 0, 1]),
    "axial with columns flipped": ([-1, 0, 0], [0, 1, 0], [0, 0, 1]),
}


def make_geometry(
    plane: str = "axial",
    positions: list[float] | None = None,
    spacing: tuple[float, float, float] = (3.0, 1.5, 1.25),
    tilt_deg: float = 0.0,
) -> Geometry:
    angle = np.radians(tilt_deg)
    turn = np.array(
        [[1, 0, 0], [0, np.cos(angle), -np.sin(angle)], [0, np.sin(angle), np.cos(angle)]]
    )
    column, row, normal = (turn @ np.array(vector, float) for vector in PLANES[plane])
    places = np.array(positions if positions is not None else np.arange(5) * spacing[0], float)
    affine = np.eye(4)
    affine[:3, 0], affine[:3, 1] = column * spacing[2], row * spacing[1]
    affine[:3, 2], affine[:3, 3] = normal * spacing[0], normal * places[0] + column * 7 - row * 4
    return Geometry(affine, places)


@pytest.mark.parametrize("plane", PLANES)
@pytest.mark.parametrize("tilt_deg", [0.0, 9.0, 31.0])
def test_an_index_comes_back_from_the_patient(plane: str, tilt_deg: float) -> None:
    geometry = make_geometry(plane, tilt_deg=tilt_deg)
    point = geometry.to_patient(3.25, 8.5, 2.75)
    assert geometry.to_index(point) == pytest.approx((3.25, 8.5, 2.75))


@pytest.mark.parametrize("plane", PLANES)
def test_the_affine_and_to_patient_agree_on_even_stacks(plane: str) -> None:
    geometry = make_geometry(plane, tilt_deg=17.0)
    by_affine = geometry.affine @ [4.0, 2.0, 3.0, 1.0]
    assert geometry.to_patient(4.0, 2.0, 3.0) == pytest.approx(by_affine[:3])


@pytest.mark.parametrize("slice_", [-1.5, 0.0, 0.5, 2.0, 2.5, 4.0, 5.5])
def test_an_index_of_an_uneven_stack_comes_back(slice_: float) -> None:
    geometry = make_geometry(positions=[0.0, 3.0, 6.0, 15.0, 18.0])
    point = geometry.to_patient(1.0, 2.0, slice_)
    assert geometry.to_index(point)[2] == pytest.approx(slice_)


def test_places_across_a_gap_are_true() -> None:
    geometry = make_geometry(positions=[0.0, 3.0, 6.0, 15.0, 18.0])
    step = geometry.to_patient(0, 0, 3) - geometry.to_patient(0, 0, 2)
    assert step == pytest.approx([0.0, 0.0, 9.0])


def test_spacing_is_given_as_slice_row_column() -> None:
    assert make_geometry(tilt_deg=20.0).spacing_mm == pytest.approx((3.0, 1.5, 1.25))


@pytest.mark.parametrize("plane", PLANES)
def test_the_plane_is_named(plane: str) -> None:
    assert make_geometry(plane).orientation == plane.split()[0]


@pytest.mark.parametrize(("tilt_deg", "name"), [(11.9, "axial"), (12.1, "oblique")])
def test_a_plane_is_named_within_twelve_degrees(tilt_deg: float, name: str) -> None:
    assert make_geometry(tilt_deg=tilt_deg).orientation == name


def test_without_positions_the_plane_is_unknown() -> None:
    known = make_geometry()
    assert Geometry(known.affine, known.positions_mm, known=False).orientation == "unknown"


def test_a_single_slice_has_a_place() -> None:
    geometry = make_geometry(positions=[12.0])
    assert geometry.to_index(geometry.to_patient(1, 2, 0)) == pytest.approx((1, 2, 0))


def test_descending_slices_are_rejected() -> None:
    with pytest.raises(ValueError, match="ascend"):
        make_geometry(positions=[3.0, 0.0])


def test_a_flat_matrix_is_rejected() -> None:
    with pytest.raises(ValueError, match="invertible"):
        Geometry(np.diag([1.0, 1.0, 0.0, 1.0]), np.zeros(1))


def test_the_matrix_cannot_be_changed_afterwards() -> None:
    geometry = make_geometry()
    with pytest.raises(ValueError, match="read-only"):
        geometry.affine[0, 0] = 2.0
