"""Means over neighbouring slices."""

from itertools import chain

import numpy as np
import pytest

from hcc_viewer.detection.log_odds import log_odds, logistic
from hcc_viewer.detection.neighbours import NeighbourMean

PROBABILITIES = np.array([0.1, 0.9, 0.2, 0.6, 0.5, 0.3, 0.8], np.float32)
CAMS = np.random.default_rng(0).random((7, 4, 5), dtype=np.float32)


def run(positions, smooth_mm, batch=2):
    mean = NeighbourMean(np.array(positions, float), smooth_mm)
    result = []
    for start in range(0, len(positions), batch):
        part = slice(start, start + batch)
        result.append(list(mean.add(PROBABILITIES[part], CAMS[part])))
    return result


def test_without_smoothing_slices_come_at_once_as_they_are():
    batches = run(range(7), 0.0)
    assert [[index for index, *_ in batch] for batch in batches] == [[0, 1], [2, 3], [4, 5], [6]]
    for index, probability, cam in chain(*batches):
        assert probability == pytest.approx(PROBABILITIES[index])
        np.testing.assert_allclose(cam, CAMS[index], atol=1e-6)


def test_mean_is_one_of_log_odds_weighted_by_distance():
    positions = np.array([0.0, 2.0, 5.0, 6.0, 9.0, 30.0, 31.0])
    answers = list(chain(*run(positions, 1.5)))
    assert [index for index, *_ in answers] == list(range(7))
    away = positions[:, None] - positions
    weights = np.exp(-0.5 * (away / 1.5) ** 2) * (abs(away) <= 4.5)
    weights /= weights.sum(axis=1, keepdims=True)
    expected = logistic(weights @ log_odds(PROBABILITIES))
    np.testing.assert_allclose([probability for _, probability, _ in answers], expected, rtol=1e-5)
    maps = logistic(np.tensordot(weights, log_odds(CAMS), axes=1))
    np.testing.assert_allclose(np.stack([cam for *_, cam in answers]), maps, atol=1e-5)


@pytest.mark.parametrize("batch", [1, 3, 7])
def test_batches_change_nothing(batch):
    ours, theirs = (list(chain(*run(range(0, 21, 3), 2.0, size))) for size in (2, batch))
    assert [answer[:2] for answer in ours] == [answer[:2] for answer in theirs]


def test_slice_waits_for_its_neighbours_and_no_longer():
    batches = run(range(0, 14, 2), 1.0, 1)
    assert [[index for index, *_ in batch] for batch in batches] == [
        [], [0], [1], [2], [3], [4], [5, 6]
    ]  # fmt: skip


def test_single_slice_answers():
    mean = NeighbourMean(np.array([3.0]), 2.0)
    [(index, probability, _)] = mean.add(PROBABILITIES[:1], CAMS[:1])
    assert (index, probability) == (0, pytest.approx(0.1))


def test_unread_slice_has_no_say_in_its_neighbours_answers() -> None:
    maps = np.full((3, 1, 1), 0.9, np.float32)
    mean = NeighbourMean(np.array([0.0, 3.0, 6.0]), 3.0, frozenset({1}))
    answers = list(mean.add(np.array([0.9, 0.001, 0.9], np.float32), maps))
    assert [answers[index][1] for index in (0, 2)] == pytest.approx([0.9, 0.9], abs=1e-4)
