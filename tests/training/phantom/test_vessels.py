import numpy as np
import pytest

from hcc_viewer.training.phantom.raster import rasterise
from hcc_viewer.training.phantom.vessels import (
    Tubes,
    draw_vessels,
    find_landmarks,
    grow_vessels,
    push_aside,
)
from tests.training.phantom.tiny import SPACING, draw_tiny_anatomy


def test_the_veins_meet_beside_the_cava_near_the_dome() -> None:
    anatomy = draw_tiny_anatomy(np.random.default_rng(0))
    confluence = find_landmarks(anatomy).venous_confluence
    labels = anatomy.labels
    index = np.rint(confluence / np.array(SPACING)).astype(int)
    around = labels[index[0], index[1] - 3 : index[1] + 4, index[2] - 3 : index[2] + 4]
    assert 10 in around
    assert index[0] > labels.shape[0] / 2


def test_vessels_are_thickest_at_their_root() -> None:
    anatomy = draw_tiny_anatomy(np.random.default_rng(0))
    rng = np.random.default_rng(0)
    _, portal, _ = grow_vessels(rng, anatomy, draw_vessels(rng, is_cirrhotic=False))
    root = find_landmarks(anatomy).porta_hepatis
    near = np.linalg.norm(portal.points - root, axis=1) < 6
    assert portal.radii[near].max() == portal.radii.max()


def test_a_tube_fills_its_cross_section() -> None:
    along = np.arange(0, 40, 1.0, dtype=np.float32)
    points = np.stack([along, np.full(40, 20.0), np.full(40, 20.0)], axis=1).astype(np.float32)
    directions = np.tile(np.array([1, 0, 0], np.float32), (40, 1))
    tubes = Tubes(points, directions, np.full(40, 3.0, np.float32))
    mask = rasterise(tubes, (40, 41, 41), (1.0, 1.0, 1.0))
    assert mask[20].sum() == pytest.approx(np.pi * 9, rel=0.1)


def test_a_thin_vessel_gives_partial_volume() -> None:
    points = np.array([[10, 10, 10]], np.float32)
    tubes = Tubes(points, np.array([[1, 0, 0]], np.float32), np.array([0.5], np.float32))
    assert 0 < rasterise(tubes, (20, 20, 20), (1.0, 1.4, 1.4)).max() < 1


def test_a_mass_pushes_vessels_out_and_leaves_far_ones() -> None:
    points = np.array([[0, 0, 2], [0, 0, 40]], np.float32)
    tubes = Tubes(points, np.zeros((2, 3), np.float32), np.ones(2, np.float32))
    moved = push_aside(tubes, np.zeros(3, np.float32), radius_mm=10.0, strength=0.8)
    assert moved.points[0, 2] > 8
    np.testing.assert_array_equal(moved.points[1], points[1])
