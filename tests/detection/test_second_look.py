"""The second look at the places that the first network names."""

from dataclasses import replace
from itertools import chain

import numpy as np
import pytest

from hcc_viewer.detection.log_odds import log_odds, logistic
from hcc_viewer.detection.model_card import FindingSpec, SecondLookSpec
from hcc_viewer.detection.preprocess import NetworkFrame, PreparedStack
from hcc_viewer.detection.second_look import SecondLook, cut_patches, find_places, judge_places

SPEC = SecondLookSpec(size_px=8, offsets_mm=(-4.0, 0.0, 4.0), floor=0.02)
FINDINGS = FindingSpec(place_slope=0.8)
POSITIONS = np.arange(6) * 3.0
GRID = 20
CELL_MM = 4.75
STRIDE = 4
HIGH, LOW = (5, 6), (14, 12)


def map_of(high, low):
    """A map with two hills, 3 cells wide, over a ground where nothing is."""
    evidence = np.full((GRID, GRID), -9.0)
    for (row, column), top in ((HIGH, high), (LOW, low)):
        for r in range(row - 2, row + 3):
            for c in range(column - 2, column + 3):
                evidence[r, c] = top - 1.0 * max(abs(r - row), abs(c - column))
    return logistic(evidence).astype(np.float32)


def stack_of():
    """A stack whose values tell where they are from: slice, row and column."""
    side = GRID * STRIDE
    values = np.arange(side)[:, None] * 100.0 + np.arange(side)
    planes = np.arange(len(POSITIONS))[:, None, None] * 10_000.0 + values
    frame = NetworkFrame(np.eye(2, 3), CELL_MM / STRIDE)
    offsets = (0.0,)
    return PreparedStack(planes.astype(np.float32), frame, POSITIONS, offsets)


def look_at(judge, answers, batch=6, spec=SPEC):
    """`judge` sees the log-odds before as well."""
    before = []

    def judge_patches(patches):
        return judge(patches, before.pop(0))

    look = SecondLook(judge_patches, spec, FINDINGS, stack_of(), STRIDE)
    result = []
    for start in range(0, len(answers), batch):
        part = answers[start : start + batch]
        for _, probability, cam in part:
            places = find_places(probability, cam, CELL_MM, spec.floor, FINDINGS)
            before += [places.odds] if len(places) else []
        result.append(list(look.add(part, start + len(part))))
    return result


def answers_of(probability, cam):
    return [(index, probability, cam) for index in range(len(POSITIONS))]


def own_odds(probability, cam, cell):
    below = log_odds(cam).max() - log_odds(cam[cell])
    return float(log_odds(probability) - FINDINGS.place_slope * below)


def test_places_are_the_maxima_that_would_reach_the_floor_by_themselves():
    cam = map_of(2.0, -1.0)
    places = find_places(0.7, cam, CELL_MM, 0.02, FINDINGS)
    assert places.cells.tolist() == [list(HIGH), list(LOW)]
    assert places.odds[0] == pytest.approx(log_odds(0.7))
    assert places.odds[1] == pytest.approx(log_odds(0.7) - 0.8 * 3.0, abs=1e-3)
    assert find_places(0.7, cam, CELL_MM, 0.3, FINDINGS).cells.tolist() == [list(HIGH)]
    assert not len(find_places(0.01, cam, CELL_MM, 0.02, FINDINGS))


def test_patch_shows_the_surroundings_of_a_place_in_the_slices_at_the_offsets():
    points = np.array([[21.5, 25.5], [0.5, 78.5]])
    patches = cut_patches(stack_of(), 2, points, SPEC)
    assert patches.shape == (2, 8, 8, 3)
    # 4 mm away from the slice at 6 mm: two thirds of the way from the one at 3 mm to that at 0.
    between = [20_000 - 40_000 / 3, 20_000, 20_000 + 40_000 / 3]
    np.testing.assert_allclose(patches[0, 0, 0], np.array(between) + 1822, rtol=1e-5)
    np.testing.assert_allclose(patches[0, 7, 7], np.array(between) + 2529, rtol=1e-5)
    corner = patches[1]
    assert not corner[:3].any()  # air beyond the border
    assert not corner[:, 5:].any()
    assert corner[3, 4, 1] == 20_000 + 79


def test_first_and_last_slice_go_on_in_a_patch():
    patch = cut_patches(stack_of(), 0, np.array([[40.0, 40.0]]), SPEC)[0]
    np.testing.assert_array_equal(patch[..., 0], patch[..., 1])
    assert (patch[..., 2] > patch[..., 1]).all()
    last = cut_patches(stack_of(), 5, np.array([[40.0, 40.0]]), SPEC)[0]
    np.testing.assert_array_equal(last[..., 2], last[..., 1])


def test_patch_may_be_cut_off_the_slice():
    points = np.array([[40.0, 40.0]])
    moved = cut_patches(stack_of(), 2, points, SPEC, 3.0)
    np.testing.assert_array_equal(moved, cut_patches(stack_of(), 3, points, SPEC))


def test_place_is_judged_from_each_shift_and_told_the_mean():
    points = np.array([[40.0, 40.0], [20.0, 60.0]])
    spec = replace(SPEC, shifts_mm=(-3.0, 0.0, 3.0))
    heights = []

    def judge(patches):
        heights.append(patches[:, 4, 4, 1] // 10_000)
        return heights[-1] ** 2

    told = judge_places(judge, stack_of(), 2, points, spec)
    assert heights[0].tolist() == [1, 1, 2, 2, 3, 3]
    np.testing.assert_allclose(told, [14 / 3] * 2, rtol=1e-6)


def test_slice_waits_for_what_the_shifts_reach():
    """4 mm of the patch and 3 mm of the shift: to the third slice of 3 mm above."""
    spec = replace(SPEC, shifts_mm=(-3.0, 3.0))
    look = SecondLook(lambda patches: np.zeros(len(patches)), spec, FINDINGS, stack_of(), STRIDE)
    answers = answers_of(0.7, map_of(2.0, -1.0))
    assert not list(look.add(answers[:1], 3))
    assert len(list(look.add([], 4))) == 1


def test_place_outside_the_image_is_air():
    assert not cut_patches(stack_of(), 1, np.array([[-50.0, 20.0], [20.0, 500.0]]), SPEC).any()


def test_middle_of_a_cell_is_the_middle_of_its_patch():
    places = find_places(0.7, map_of(2.0, -1.0), CELL_MM, 0.3, FINDINGS)
    assert places.points(4.0).tolist() == [[21.5, 25.5]]
    assert places.points(16.0).tolist() == [[87.5, 103.5]]


def test_judge_that_agrees_changes_nothing():
    cam = map_of(2.0, -1.0)
    [answers] = look_at(lambda patches, first: first, answers_of(0.7, cam))
    for _, probability, told in answers:
        assert probability == pytest.approx(0.7, abs=1e-5)
        np.testing.assert_allclose(told, cam, atol=1e-5)


def test_place_that_is_rejected_falls_to_the_ground_and_the_other_one_stays():
    cam = map_of(2.0, -1.0)
    before = own_odds(0.7, cam, LOW)
    [answers] = look_at(lambda _, first: np.array([-9.0, first[1]]), answers_of(0.7, cam))
    for _, probability, told in answers:
        assert float(log_odds(probability)) == pytest.approx(before, abs=1e-4)
        assert np.unravel_index(told.argmax(), told.shape) == LOW
        assert told[LOW] == pytest.approx(cam[LOW], abs=1e-5)
        # All of the rejected hill lies where a place at the floor would, and nothing below that.
        hill = told[HIGH[0] - 2 : HIGH[0] + 3, HIGH[1] - 2 : HIGH[1] + 3]
        assert own_odds(probability, told, HIGH) == pytest.approx(log_odds(0.02), abs=1e-3)
        assert hill.max() - hill.min() < 1e-5
        assert told[0, 0] == cam[0, 0]


def test_place_that_is_confirmed_rises_and_the_map_keeps_the_order_of_its_cells():
    cam = map_of(0.0, -1.0)
    [answers] = look_at(lambda _, first: np.array([first[0], 3.0]), answers_of(0.3, cam))
    for _, probability, told in answers:
        assert float(log_odds(probability)) == pytest.approx(3.0, abs=1e-4)
        assert np.unravel_index(told.argmax(), told.shape) == LOW
        assert own_odds(probability, told, HIGH) == pytest.approx(log_odds(0.3), abs=1e-3)
        row, column = LOW
        assert told[row, column] > told[row, column + 1] > told[row, column + 2] > told[0, 0]


def test_calibration_of_the_card_holds():
    weights = {"first_weight": 0.25, "second_weight": 0.5, "intercept": 1.0}
    spec = replace(SPEC, **weights)
    cam = map_of(2.0, -8.0)
    [answers] = look_at(lambda _, first: np.full(len(first), 3.0), answers_of(0.7, cam), spec=spec)
    assert float(log_odds(answers[0][1])) == pytest.approx(
        0.25 * float(log_odds(0.7)) + 0.5 * 3.0 + 1.0, abs=1e-4
    )


def test_slice_without_a_place_is_not_judged():
    def judge(patches, first):
        raise AssertionError("nothing to judge")

    cam = map_of(-5.0, -6.0)
    [answers] = look_at(judge, answers_of(0.001, cam))
    assert [(index, probability) for index, probability, _ in answers] == [
        (index, 0.001) for index in range(len(POSITIONS))
    ]


@pytest.mark.parametrize("batch", [1, 2, 4])
def test_batches_change_nothing_and_a_slice_waits_for_what_its_patch_needs(batch):
    def judge(patches, first):
        return first + 1e-6 * patches.mean(axis=(1, 2, 3))

    answers = answers_of(0.7, map_of(2.0, -1.0))
    [whole] = look_at(judge, answers)
    parts = look_at(judge, answers, batch)
    for ours, theirs in zip(chain(*parts), whole, strict=True):
        assert ours[:2] == pytest.approx(theirs[:2])
        np.testing.assert_allclose(ours[2], theirs[2], atol=1e-6)
    if batch == 1:  # 4 mm reach into the second slice on, 3 mm apart
        assert [len(part) for part in parts] == [0, 0, 1, 1, 1, 3]
