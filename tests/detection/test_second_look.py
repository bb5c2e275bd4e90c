"""The second look at the places that the first network names."""

from itertools import chain

import numpy as np
import pytest

from hcc_viewer.detection.log_odds import log_odds, logistic
from hcc_viewer.detection.model_card import FindingSpec, SecondLookSpec
from hcc_viewer.detection.second_look import PlaceStream, SecondLook, cut_blocks, find_places

SPEC = SecondLookSpec(reach_cells=(2, 1), offsets_mm=(-4.0, 0.0, 4.0))
FINDINGS = FindingSpec(place_slope=0.8)
POSITIONS = np.arange(6) * 3.0
GRID = 20
CELL_MM = 4.75
HIGH, LOW = (5, 6), (14, 12)


def map_of(high, low):
    """A map with two hills, 3 cells wide, over a ground where nothing is."""
    evidence = np.full((GRID, GRID), -9.0)
    for (row, column), top in ((HIGH, high), (LOW, low)):
        for r in range(row - 2, row + 3):
            for c in range(column - 2, column + 3):
                evidence[r, c] = top - 1.0 * max(abs(r - row), abs(c - column))
    return logistic(evidence).astype(np.float32)


def features_of(slices):
    """Two maps whose values tell where they are from: the slice, then row and column."""
    fine = np.zeros((slices, 2, GRID, GRID), np.float32)
    fine[:, 0] = np.arange(slices)[:, None, None]
    fine[:, 1] = np.arange(GRID)[:, None] * 100 + np.arange(GRID)
    coarse = fine[:, :, ::2, ::2].copy()
    return [fine, coarse]


def look_at(judge, answers, batch=6, spec=SPEC):
    look = SecondLook(judge, spec, FINDINGS, POSITIONS, CELL_MM)
    features = features_of(len(POSITIONS))
    result = []
    for start in range(0, len(answers), batch):
        stop = start + batch
        part = [one[start:stop] for one in features]
        result.append(list(look.add(answers[start:stop], part)))
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


def test_blocks_hold_the_slices_of_the_first_map_and_the_surroundings_of_the_others():
    at = np.array([0.5, 2.0, 3.25])
    blocks = cut_blocks(features_of(5), at, 2, np.array([[5, 6], [0, 19]]), GRID, SPEC)
    assert [block.shape for block in blocks] == [(2, 5, 5, 6), (2, 3, 3, 2)]
    np.testing.assert_allclose(blocks[0][0, ..., 0::2], np.broadcast_to(at, (5, 5, 3)), atol=1e-6)
    assert blocks[0][0, 2, 2, 1] == 506
    assert blocks[0][0, 0, 4, 1] == 308
    assert blocks[1][0, 1, 1].tolist() == [2, 406]  # cell (2, 3) of the coarser map
    # Beyond the corner the last cell goes on.
    assert blocks[0][1, 0, 4, 1] == blocks[0][1, 2, 2, 1] == 19


def test_judge_that_agrees_changes_nothing():
    cam = map_of(2.0, -1.0)
    [answers] = look_at(lambda blocks, first: first, answers_of(0.7, cam))
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
    spec = SecondLookSpec(reach_cells=(2, 1), offsets_mm=(-4, 0, 4), **weights)
    cam = map_of(2.0, -8.0)
    [answers] = look_at(lambda _, first: np.full(len(first), 3.0), answers_of(0.7, cam), spec=spec)
    assert float(log_odds(answers[0][1])) == pytest.approx(
        0.25 * float(log_odds(0.7)) + 0.5 * 3.0 + 1.0, abs=1e-4
    )


def test_slice_without_a_place_is_not_judged():
    def judge(blocks, first):
        raise AssertionError("nothing to judge")

    cam = map_of(-5.0, -6.0)
    [answers] = look_at(judge, answers_of(0.001, cam))
    assert [(index, probability) for index, probability, _ in answers] == [
        (index, 0.001) for index in range(len(POSITIONS))
    ]


@pytest.mark.parametrize("batch", [1, 2, 4])
def test_batches_change_nothing_and_a_slice_waits_for_what_its_block_needs(batch):
    def judge(blocks, first):
        return first + 0.1 * blocks[0].mean(axis=(1, 2, 3)) * 1e-2

    answers = answers_of(0.7, map_of(2.0, -1.0))
    [whole] = look_at(judge, answers)
    parts = look_at(judge, answers, batch)
    for ours, theirs in zip(chain(*parts), whole, strict=True):
        assert ours[:2] == pytest.approx(theirs[:2])
        np.testing.assert_allclose(ours[2], theirs[2], atol=1e-6)
    if batch == 1:  # 4 mm reach into the second slice on, 3 mm apart
        assert [len(part) for part in parts] == [0, 0, 1, 1, 1, 3]


def test_features_are_kept_no_longer_than_they_are_needed():
    stream = PlaceStream(SPEC, FINDINGS, POSITIONS, CELL_MM)
    cam = map_of(2.0, -1.0)
    for index in range(len(POSITIONS)):
        part = [one[index : index + 1] for one in features_of(len(POSITIONS))]
        list(stream.add([(index, 0.7, cam)], part))
    kept = [index for index, one in enumerate(stream._features) if one is not None]
    assert kept == [3, 4, 5]
