"""Fixes thresholds on tuning patients: the named operating points and the operating curve."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.detection.model_card import CurvePoint, OperatingPoint
from hcc_viewer.training.evaluate import CaseResult
from hcc_viewer.training.figures import counted_slices

HIGH_SENSITIVITY, HIGH_SPECIFICITY = 0.96, 0.995
"""Of slices on the tuning patients: what fixes the thresholds of the points of these names."""

FREE_FALSE_FINDINGS = 0.75
"""So many false findings a patient cost nothing where the balanced point is chosen: three in four
patients (our choice; each costs a reader's time, a missed lesion costs more)."""

FALSE_FINDING_COST = 0.05
"""Each one beyond weighs as much as five points of sensitivity."""


def operating_curve(results: Sequence[CaseResult], points: int = 31) -> tuple[CurvePoint, ...]:
    """Sensitivity, specificity and false findings over the range of thresholds.

    The thresholds are quantiles of the positive slices, and of the highest negative ones.
    """
    truth, score = counted_slices(results)
    parts = [
        np.quantile(values, np.linspace(low, 1, points))
        for values, low in ((score[truth], 0.0), (score[~truth], 0.8))
        if values.size
    ]
    thresholds = np.unique(np.round(np.concatenate(parts), 4))
    return tuple(_curve_point(results, truth, score, float(limit)) for limit in thresholds)


def choose_operating_points(results: Sequence[CaseResult]) -> tuple[OperatingPoint, ...]:
    """Three thresholds fixed on tuning patients: high sensitivity, balanced, high specificity.

    Balanced is the greatest sensitivity + specificity (Youden), less FALSE_FINDING_COST for each
    false finding a patient beyond FREE_FALSE_FINDINGS; the others are the highest threshold with
    HIGH_SENSITIVITY and the lowest with HIGH_SPECIFICITY, on their side of the balanced one.
    """
    truth, score = counted_slices(results)
    curve = operating_curve(results)
    balanced = max(curve, key=_worth)
    chosen = {"balanced": balanced}
    if truth.any():
        sensitive = float(np.quantile(score[truth], 1 - HIGH_SENSITIVITY))
        limit = round(min(sensitive, balanced.threshold), 4)
        chosen["high-sensitivity"] = _curve_point(results, truth, score, limit)
    if (~truth).any():
        specific = float(np.quantile(score[~truth], HIGH_SPECIFICITY))
        limit = round(max(specific, balanced.threshold), 4)
        chosen["high-specificity"] = _curve_point(results, truth, score, limit)
    order = ("high-sensitivity", "balanced", "high-specificity")
    return tuple(
        OperatingPoint(
            name,
            chosen[name].threshold,
            round(chosen[name].sensitivity, 4),
            round(chosen[name].specificity, 4),
            round(chosen[name].false_findings_per_patient, 3),
        )
        for name in order
        if name in chosen
    )


def _worth(point: CurvePoint) -> float:
    beyond = max(point.false_findings_per_patient - FREE_FALSE_FINDINGS, 0.0)
    return point.sensitivity + point.specificity - FALSE_FINDING_COST * beyond


def _curve_point(
    results: Sequence[CaseResult],
    truth: NDArray[np.bool_],
    score: NDArray[np.float64],
    threshold: float,
) -> CurvePoint:
    flagged = score >= threshold
    return CurvePoint(
        threshold,
        round(_share(flagged[truth]), 4) if truth.any() else 0.0,
        round(_share(~flagged[~truth]), 4) if (~truth).any() else 0.0,
        round(_share(np.array([result.at(threshold)[1] for result in results])), 3),
    )


def _share(values: NDArray[np.generic]) -> float:
    return float(np.mean(values)) if values.size else float("nan")  # type: ignore[arg-type]
