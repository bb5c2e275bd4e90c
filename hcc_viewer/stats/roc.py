"""The area under the ROC curve: plain, weighted, with DeLong's and Obuchowski's variances."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.stats.bootstrap import Interval
from hcc_viewer.stats.proportions import normal_two_sided

Truth = NDArray[np.bool_]
Score = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RocCurve:
    """Points of a ROC curve, from the highest threshold to the lowest."""

    thresholds: Score
    sensitivity: Score
    specificity: Score


def roc_curve(truth: Truth, score: Score) -> RocCurve:
    """The empirical curve, one point per different score, and the point where nothing is flagged.

    Raises:
        ValueError: There are no positive or no negative items.
    """
    _check_both(truth)
    order = np.argsort(-score, kind="stable")
    ordered, positive = score[order], truth[order]
    last = np.append(np.flatnonzero(np.diff(ordered)), len(ordered) - 1)
    hits = np.cumsum(positive)[last] / truth.sum()
    false = np.cumsum(~positive)[last] / (~truth).sum()
    return RocCurve(
        np.append(np.inf, ordered[last]), np.append(0.0, hits), np.append(1.0, 1 - false)
    )


def auc(truth: Truth, score: Score, weight: NDArray[np.int64] | None = None) -> float:
    """Area under the ROC curve; NaN when one class is missing.

    Args:
        truth: (item,) True where positive.
        score: (item,) higher means more likely positive.
        weight: (item,) how often the item counts, for the bootstrap; None: once.
    """
    weights = np.ones(len(truth)) if weight is None else weight.astype(float)
    positive, negative = weights * truth, weights * ~truth
    if not positive.sum() or not negative.sum():
        return float("nan")
    _, group = np.unique(score, return_inverse=True)
    by_score_positive = np.bincount(group, positive)
    by_score_negative = np.bincount(group, negative)
    below = np.cumsum(by_score_negative) - by_score_negative
    won = (by_score_positive * (below + 0.5 * by_score_negative)).sum()
    return float(won / (positive.sum() * negative.sum()))


def average_precision(truth: Truth, score: Score) -> float:
    """Mean precision over the positives, by descending score; NaN without positives."""
    if not truth.any():
        return float("nan")
    order = np.argsort(-score, kind="stable")
    ordered, positive = score[order], truth[order]
    last = np.append(np.flatnonzero(np.diff(ordered)), len(ordered) - 1)
    hits = np.cumsum(positive)[last]
    precision = hits / (last + 1)
    return float((np.diff(np.append(0, hits)) * precision).sum() / truth.sum())


def structural_components(truth: Truth, score: Score) -> tuple[Score, Score]:
    """DeLong's components: how often each positive item wins, and each negative item loses."""
    positive, negative = score[truth], score[~truth]
    wins = _mid_rank(positive, negative) / len(negative)
    losses = 1 - _mid_rank(negative, positive) / len(positive)
    return wins, losses


def delong_interval(truth: Truth, score: Score, level: float = 0.95) -> Interval:
    """Interval of the AUC by DeLong et al. (Biometrics 1988;44:837), on the logit scale.

    Valid only with one score for each independent patient.
    """
    variance = delong_covariance(truth, [score])[0, 0]
    return _logit_interval(auc(truth, score), variance, level)


def delong_covariance(truth: Truth, scores: list[Score]) -> NDArray[np.float64]:
    """(score, score) covariance of the AUCs of several scores of the same independent items.

    Raises:
        ValueError: There are fewer than two positive or two negative items.
    """
    if truth.sum() < 2 or (~truth).sum() < 2:
        raise ValueError("DeLong's variance needs at least two positive and two negative items")
    parts = [structural_components(truth, score) for score in scores]
    wins = np.atleast_2d(np.cov([part[0] for part in parts]))
    losses = np.atleast_2d(np.cov([part[1] for part in parts]))
    return np.asarray(wins / truth.sum() + losses / (~truth).sum())


@dataclass(frozen=True)
class Difference:
    """A difference with its interval and two-sided probability under no difference."""

    value: float
    interval: Interval
    p: float


def delong_test(truth: Truth, first: Score, second: Score, level: float = 0.95) -> Difference:
    """First AUC less second AUC on the same independent items (DeLong 1988)."""
    covariance = delong_covariance(truth, [first, second])
    value = auc(truth, first) - auc(truth, second)
    error = math.sqrt(max(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1], 0.0))
    return normal_difference(value, error, level)


def normal_difference(value: float, error: float, level: float = 0.95) -> Difference:
    """A difference whose standard error is known, taken as normal."""
    if error == 0:
        p = 1.0 if value == 0 else 0.0
        return Difference(value, Interval(value, value), p)
    half = NormalDist().inv_cdf((1 + level) / 2) * error
    return Difference(value, Interval(value - half, value + half), normal_two_sided(value / error))


def clustered_auc_interval(
    truth: Truth, score: Score, patient: NDArray[np.int64], level: float = 0.95
) -> Interval:
    """Interval of an AUC over slices, by patient (Obuchowski, Biometrics 1997;53:567), logit scale.

    Args:
        truth: (item,) True where positive.
        score: (item,)
        patient: (item,) which patient the item is of, from 0.
        level: Of confidence.
    """
    value = auc(truth, score)
    if math.isnan(value):
        return Interval(float("nan"), float("nan"))
    wins, losses = structural_components(truth, score)
    patients = int(patient.max()) + 1
    of_positive = np.bincount(patient[truth], wins - value, patients)
    of_negative = np.bincount(patient[~truth], losses - value, patients)
    positives, negatives = truth.sum(), (~truth).sum()
    with_positive = len(np.unique(patient[truth]))
    with_negative = len(np.unique(patient[~truth]))
    variance = (
        _factor(with_positive) * (of_positive**2).sum() / positives**2
        + _factor(with_negative) * (of_negative**2).sum() / negatives**2
        + 2 * _factor(patients) * (of_positive * of_negative).sum() / (positives * negatives)
    )
    return _logit_interval(value, float(variance), level)


def _factor(patients: int) -> float:
    return patients / (patients - 1) if patients > 1 else float("nan")


def _mid_rank(values: Score, others: Score) -> Score:
    """For each value: how many of the others lie below it, ties half."""
    ordered = np.sort(others)
    left = np.searchsorted(ordered, values, "left")
    right = np.searchsorted(ordered, values, "right")
    return np.asarray((left + right) / 2, dtype=np.float64)


def _logit_interval(value: float, variance: float, level: float) -> Interval:
    """On the logit scale, so that the ends stay within 0 and 1."""
    if math.isnan(variance) or math.isnan(value):
        return Interval(float("nan"), float("nan"))
    if variance <= 0 or value in (0.0, 1.0):
        return Interval(value, value)
    half = NormalDist().inv_cdf((1 + level) / 2) * math.sqrt(variance) / (value * (1 - value))
    middle = math.log(value / (1 - value))
    return Interval(_logistic(middle - half), _logistic(middle + half))


def _logistic(odds: float) -> float:
    return 1 / (1 + math.exp(-odds)) if odds > -700 else 0.0


def _check_both(truth: Truth) -> None:
    if truth.all() or not truth.any():
        raise ValueError("A ROC curve needs positive and negative items")
