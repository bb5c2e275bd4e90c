"""Lesions and vessels drawn into training slices."""

from dataclasses import replace

import numpy as np
import pytest

from hcc_viewer.training.drawing import draw_into
from hcc_viewer.training.examples import TISSUE_GROUPS, make_example
from hcc_viewer.training.online_gallbladders import draw_gallbladder
from hcc_viewer.training.online_lesions import draw_cyst, draw_hcc
from hcc_viewer.training.online_vessels import OnlineVessel, draw_vessel
from hcc_viewer.training.sampling import Place
from tests.training.toy import make_toy_case

LIVER = [name for name, _ in TISSUE_GROUPS].index("liver")
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
        "necrosis": 0.0, "halo": 0.0, "bulge": 0.0, "turn": np.eye(3, dtype=np.float32),
    }  # fmt: skip
    return replace(lesion, **(still | changes))


def draw(example, place, drawing):
    """The slice with it, its share in each pixel, the tissue map."""
    stored = example.stored(place.index, OFFSETS).copy()
    tissues = example.tissues[place.index].copy()
    mask = draw_into(stored, tissues, example, place, OFFSETS, PIXEL_MM, drawing)
    return stored, mask, tissues


def test_lesion_has_its_contrast_and_size(example, place):
    lesion = plain(draw_hcc(np.random.default_rng(0)), diameter=30.0, contrast=0.5)
    before = example.stored(place.index, OFFSETS)
    stored, mask, _ = draw(example, place, lesion)
    inside = mask > 250
    assert stored[inside, 1].mean() / before[inside, 1].mean() == pytest.approx(0.5, abs=0.04)
    area = mask.sum() / 255 * PIXEL_MM**2
    assert area == pytest.approx(np.pi * 15**2, rel=0.08)


def test_nothing_changes_far_from_it(example, place):
    lesion = plain(draw_hcc(np.random.default_rng(1)), diameter=20.0)
    before = example.stored(place.index, OFFSETS)
    stored, _, _ = draw(example, place, lesion)
    rows, columns = np.indices(before.shape[:2])
    far = np.hypot(rows - place.row, columns - place.column) * PIXEL_MM > 22
    np.testing.assert_array_equal(stored[far], before[far])


def test_small_lesion_is_not_in_slices_beyond_it(example, place):
    lesion = plain(draw_hcc(np.random.default_rng(2)), diameter=8.0, contrast=0.4)
    before = example.stored(place.index, OFFSETS)
    stored, _, _ = draw(example, place, lesion)
    np.testing.assert_array_equal(stored[..., 0], before[..., 0])
    assert (stored[..., 1] != before[..., 1]).any()


def at_the_edge(example, place):
    """Where the liver ends at the patient's right."""
    rows, columns = np.nonzero(example.tissues[place.index] == LIVER)
    return Place(0, place.index, 2.0 * rows[columns.argmin()], 2.0 * columns.min())


def test_lesion_stays_in_the_liver(example, place):
    edge = at_the_edge(example, place)
    lesion = plain(draw_hcc(np.random.default_rng(3)), diameter=30.0)
    _, mask, _ = draw(example, edge, lesion)
    fully = np.nonzero(mask > 250)
    assert len(fully[0]) > 50
    assert (example.tissues[place.index][fully[0] // 2, fully[1] // 2] == LIVER).mean() > 0.97


def test_a_bulging_lesion_reaches_out_of_the_liver_as_far_as_it_may(example, place):
    edge = at_the_edge(example, place)
    lesion = plain(draw_hcc(np.random.default_rng(3)), diameter=30.0)
    kept = draw(example, edge, lesion)[1]
    bulging = draw(example, edge, replace(lesion, bulge=6.0))[1]

    def leftmost(mask):
        return np.nonzero((mask > 127).any(axis=0))[0].min()

    assert (leftmost(kept) - leftmost(bulging)) * PIXEL_MM == pytest.approx(6.0, abs=2.5)


def test_layers_of_a_gallbladder_meet_in_a_level(example, place):
    drawn = draw_gallbladder(np.random.default_rng(0))
    drawn = replace(
        drawn,
        body=plain(drawn.body, diameter=30.0, contrast=0.4),
        level=0.0,
        posterior_contrast=1.5,
        blur=0.5,
    )
    before = example.stored(place.index, OFFSETS)
    stored, mask, tissues = draw(example, place, drawn)
    rows = np.indices(mask.shape)[0]
    for side, contrast in ((rows < place.row - 2, 0.4), (rows > place.row + 2, 1.5)):
        inside = (mask > 250) & side
        assert inside.sum() > 50
        ratio = stored[inside, 1].mean() / before[inside, 1].mean()
        assert ratio == pytest.approx(contrast, abs=0.06)
    assert (tissues == [name for name, _ in TISSUE_GROUPS].index("bile")).sum() > 50


def test_gallbladders_are_dark_bright_or_layered():
    drawn = [draw_gallbladder(np.random.default_rng(seed)) for seed in range(300)]
    pairs = np.array([(one.body.contrast, one.posterior_contrast) for one in drawn])
    layered = pairs[:, 0] != pairs[:, 1]
    assert layered.mean() == pytest.approx(0.4, abs=0.1)
    assert ((pairs[layered].min(axis=1) < 1) & (pairs[layered].max(axis=1) > 1)).all()
    assert 0.05 < (pairs.min(axis=1) > 1).mean() < 0.3


def test_tissue_map_tells_hcc_from_cyst_and_vessel(example, place):
    for drawing, name in (
        (plain(draw_hcc(np.random.default_rng(4)), diameter=25.0), "hcc"),
        (plain(draw_cyst(np.random.default_rng(4)), diameter=25.0), "mimic"),
        (straight_vessel((1, 0, 0), 10.0), "blood"),
    ):
        tissues = draw(example, place, drawing)[2]
        group = [item for item, _ in TISSUE_GROUPS].index(name)
        assert (tissues == group).sum() > 50


def test_small_ones_are_common_and_darkness_varies():
    drawn = [draw_hcc(np.random.default_rng(seed)) for seed in range(400)]
    sizes = np.array([lesion.diameter for lesion in drawn])
    assert 0.6 < np.mean(sizes < 20) < 0.85
    contrasts = np.array([lesion.contrast for lesion in drawn])
    assert contrasts.min() < 0.4
    assert contrasts.max() > 0.8


def straight_vessel(direction, radius, *, first=-40.0, last=40.0):
    """Along a direction (z, y, x), from one distance in mm to another."""
    steps = np.arange(first, last + 0.5, 1.0)
    points = (steps[:, None] * np.asarray(direction, float)).astype(np.float32)
    return OnlineVessel("blood", points, np.full(len(points), radius, np.float32), 0.4, 0.5)


def test_vessel_goes_on_where_a_lesion_as_wide_has_ended(example, place):
    before = example.stored(place.index, OFFSETS)
    stored, mask, _ = draw(example, place, straight_vessel((1, 0, 0), 4.0))
    row, column = round(place.row), round(place.column)
    assert (stored[row, column] < 0.75 * before[row, column]).all()
    assert mask.sum() / 255 * PIXEL_MM**2 == pytest.approx(np.pi * 4**2, rel=0.2)


def test_vessel_ends_where_its_last_ball_ends(example, place):
    before = example.stored(place.index, OFFSETS)
    stored, _, _ = draw(example, place, straight_vessel((1, 0, 0), 4.0, last=2.0))
    row, column = round(place.row), round(place.column)
    dark = stored[row, column] < 0.75 * before[row, column]
    assert dark.tolist() == [True, True, False]


def test_vessel_in_the_plane_is_as_long_and_wide_as_it_was_drawn(example, place):
    mask = draw(example, place, straight_vessel((0, 0, 1), 3.0, first=-10.0, last=10.0))[1]
    rows, columns = np.nonzero(mask > 127)
    assert np.ptp(columns) * PIXEL_MM == pytest.approx(26, abs=3)
    assert np.ptp(rows) * PIXEL_MM == pytest.approx(6, abs=2.5)


def test_some_vessels_are_as_wide_as_the_cava_and_run_through_all_slices():
    drawn = [draw_vessel(np.random.default_rng(seed)) for seed in range(300)]
    wide = [vessel for vessel in drawn if vessel.radii[0] > 7]
    assert 0.05 < len(wide) / len(drawn) < 0.25
    assert all(np.ptp(vessel.points[:, 0]) > 25 for vessel in wide)


def test_vessels_run_in_all_directions_and_are_shown_anywhere():
    drawn = [draw_vessel(np.random.default_rng(seed)) for seed in range(300)]
    spans = np.array([np.ptp(vessel.points, axis=0) for vessel in drawn])
    longest = np.bincount(spans.argmax(axis=1), minlength=3) / len(drawn)
    assert (longest > 0.25).all()
    assert {vessel.group for vessel in drawn} == {"blood", "bile"}
    for vessel in drawn:
        nearest = np.linalg.norm(vessel.points, axis=1).min()
        assert nearest <= vessel.radii.max()
        assert vessel.reach > np.abs(vessel.points[:, 1:]).max()
