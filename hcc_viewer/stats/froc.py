"""Free-response ROC: lesions found against false findings a patient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FALSE_RATES = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""False findings a patient at which the sensitivity is told (LUNA16, Setio et al. 2017)."""


@dataclass(frozen=True, eq=False)
class Froc:
    """One point for each threshold, from the highest to the lowest."""

    thresholds: NDArray[np.float64]
    sensitivity: NDArray[np.float64]
    """(threshold,) share of lesions found."""
    false_per_patient: NDArray[np.float64]


def froc(
    thresholds: Sequence[float],
    found: NDArray[np.bool_],
    false: NDArray[np.int64],
    lesion_weight: NDArray[np.int64] | None = None,
    patient_weight: NDArray[np.int64] | None = None,
) -> Froc:
    """The curve from what was found at each threshold.

    Args:
        thresholds: In any order.
        found: (threshold, lesion) True where the lesion is found.
        false: (threshold, patient) false findings.
        lesion_weight: (lesion,) how often it counts, for the bootstrap.
        patient_weight: (patient,) likewise.
    """
    order = np.argsort(-np.asarray(thresholds))
    lesions = np.ones(found.shape[1]) if lesion_weight is None else lesion_weight
    patients = np.ones(false.shape[1]) if patient_weight is None else patient_weight
    share = found @ lesions / lesions.sum() if lesions.sum() else np.full(len(found), np.nan)
    rate = false @ patients / patients.sum() if patients.sum() else np.full(len(false), np.nan)
    return Froc(np.asarray(thresholds, float)[order], share[order], rate[order])


def sensitivity_at(curve: Froc, rate: float) -> float:
    """The best sensitivity with at most `rate` false findings a patient; 0 where none has so few.

    NaN without lesions.
    """
    allowed = curve.false_per_patient <= rate
    return float(curve.sensitivity[allowed].max()) if allowed.any() else 0.0
