"""Lesions drawn into training slices."""

from dataclasses import replace

import numpy as np
import pytest

from hcc_viewer.training.examples import TISSUE_GROUPS, make_example
from hcc_viewer.training.online_lesions import add_lesion, draw_cyst, draw_hcc, draw_vessel
from hcc_viewer.training.sampling import Place
from tests.training.toy import make_toy_case

OFFSETS = (-8.0, 0.0, 8.0)
PIXEL_MM = 380 / 320


@pytest.fixture(scope="module")
def example(smoke):
    return make_example(make_toy_case(3, with_hcc=False), smoke.input)


@pytest.fixture(scope="module")
def place(example):
    """In the middle of the liver."""
    liver = [name for name, _ in TISSUE_GROUPS].index("liver")
    rows, columns = np.nonzero(example.tissues[6] == liver)
    return Place(0, 6, 2 * float(rows.mean()), 2 * float(columns.mean()))


def plain(lesion, **changes):
    """Without anything that varies inside."""
    still = {
        "shift": 0.0, "lobulation": 0.0, "grain": 0.0, "mosaic": 0.0, "capsule": 0.0,
        "necrosis": 0.0, "halo": 0.0, "turn": np.eye(3, dtype=np.float32),
    }  # fmt: skip
    return replace(lesion, **(still | changes))


def test_lesion_has_its_contrast_and_size(example, place):
    lesion = plain(draw_hcc(np.random.default_rng(0)), diameter=30.0, contrast=0.5)
    before = example.stored(place.index, OFFSETS)
    stored, mask, _ = add_lesion(example, place, OFFSETS, PIXEL_MM, lesion)
    inside = mask > 250
    assert stored[inside, 1].mean() / before[inside, 1].mean() == pytest.approx(0.5, abs=0.04)
    area = mask.sum() / 255 * PIXEL_MM**2
    assert area == pytest.approx(np.pi * 15**2, rel=0.08)


def test_nothing_changes_far_from_it(example, place):
    lesion = plain(draw_hcc(np.random.default_rng(1)), diameter=20.0)
    before = example.stored(place.index, OFFSETS)
    stored, _, _ = add_lesion(example, place, OFFSETS, PIXEL_MM, lesion)
    rows, columns = np.indices(before.shape[:2])
    far = np.hypot(rows - place.row, columns - place.column) * PIXEL_MM > 22
    np.testing.assert_array_equal(stored[far], before[far])


def test_small_lesion_is_not_in_slices_beyond_it(example, place):
    lesion = plain(draw_hcc(np.random.default_rng(2)), diameter=8.0, contrast=0.4)
    before = example.stored(place.index, OFFSETS)
    stored, _, _ = add_lesion(example, place, OFFSETS, PIXEL_MM, lesion)
    np.testing.assert_array_equal(stored[..., 0], before[..., 0])
    assert (stored[..., 1] != before[..., 1]).any()


def test_lesion_stays_in_the_liver(example, place):
    liver = [name for name, _ in TISSUE_GROUPS].index("liver")
    rows, columns = np.nonzero(example.tissues[place.index] == liver)
    edge = Place(0, place.index, 2.0 * rows[columns.argmin()], 2.0 * columns.min())
    lesion = plain(draw_hcc(np.random.default_rng(3)), diameter=30.0)
    _, mask, _ = add_lesion(example, edge, OFFSETS, PIXEL_MM, lesion)
    fully = np.nonzero(mask > 250)
    assert len(fully[0]) > 50
    assert (example.tissues[place.index][fully[0] // 2, fully[1] // 2] == liver).mean() > 0.97


def test_tissue_map_tells_hcc_from_cyst(example, place):
    for draw, name in ((draw_hcc, "hcc"), (draw_cyst, "mimic"), (draw_vessel, "blood")):
        lesion = plain(draw(np.random.default_rng(4)), diameter=25.0)
        _, _, tissues = add_lesion(example, place, OFFSETS, PIXEL_MM, lesion)
        group = [item for item, _ in TISSUE_GROUPS].index(name)
        assert (tissues == group).sum() > 50


def test_small_ones_are_common_and_darkness_varies():
    drawn = [draw_hcc(np.random.default_rng(seed)) for seed in range(400)]
    sizes = np.array([lesion.diameter for lesion in drawn])
    assert 0.6 < np.mean(sizes < 20) < 0.85
    contrasts = np.array([lesion.contrast for lesion in drawn])
    assert contrasts.min() < 0.4
    assert contrasts.max() > 0.8


def test_vessel_goes_on_where_a_lesion_as_wide_has_ended(example, place):
    upright = np.diag(np.array([1 / 8, 1, 1], np.float32))
    vessel = plain(
        draw_vessel(np.random.default_rng(0)), diameter=8.0, length=64.0, contrast=0.5, turn=upright
    )
    before = example.stored(place.index, OFFSETS)
    stored, mask, _ = add_lesion(example, place, OFFSETS, PIXEL_MM, vessel)
    row, column = round(place.row), round(place.column)
    assert (stored[row, column] < 0.75 * before[row, column]).all()
    assert mask.sum() / 255 * PIXEL_MM**2 == pytest.approx(np.pi * 4**2, rel=0.2)


def test_vessels_run_in_all_directions():
    drawn = [draw_vessel(np.random.default_rng(seed)) for seed in range(300)]
    # The row with the smallest entries is the long axis.
    along = [vessel.turn[np.linalg.norm(vessel.turn, axis=1).argmin()] for vessel in drawn]
    upright = np.abs([row[0] / np.linalg.norm(row) for row in along])
    assert np.mean(upright) == pytest.approx(0.5, abs=0.06)
    assert all(vessel.length > 3 * vessel.diameter for vessel in drawn)
