"""From a detector's answers beside the truth to figures: slices, lesions, patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from hcc_viewer.training.evaluate import CaseResult

BOOTSTRAP_DRAWS = 1000
"""Of patients, with replacement, for 95 % intervals."""

SIZE_BINS_MM: tuple[tuple[str, float, float], ...] = (
    ("all", 0.0, 1e9),
    ("under 10 mm", 0.0, 10.0),
    ("under 20 mm", 0.0, 20.0),
    ("10 to 20 mm", 10.0, 20.0),
    ("20 mm and more", 20.0, 1e9),
)


CONTRAST_BINS: tuple[tuple[str, float, float], ...] = (
    ("contrast to noise under 1.5", -1e9, 1.5),
    ("contrast to noise 1.5 to 3", 1.5, 3.0),
    ("contrast to noise 3 and more", 3.0, 1e9),
)
"""By `visibility.contrast_to_noise`: hardly visible, visible, plain."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one case adds to the figures at a threshold."""

    truth: NDArray[np.bool_]
    """(counted slice,) True where it is positive."""
    score: NDArray[np.float64]
    """(counted slice,) probability of HCC."""
    found: NDArray[np.bool_]
    """(lesion,) True where a finding hits it."""
    diameters_mm: NDArray[np.float64]
    """(lesion,) of the sphere with the same volume."""
    contrasts_to_noise: NDArray[np.float64]
    """(lesion,) NaN where it is not known."""
    false_findings: int
    pointed: tuple[int, int]
    """Hits of the CAM's peak, and flagged positive slices."""


def outcome(result: CaseResult, threshold: float) -> Outcome:
    """Read one case's result at a threshold."""
    found, false = result.at(threshold)
    counted = result.is_counted
    return Outcome(
        result.is_positive[counted],
        result.probabilities[counted],
        found,
        np.array(result.diameters_mm),
        np.array(result.contrasts_to_noise or [np.nan] * len(found)),
        false,
        result.pointing(threshold),
    )


def by_patient(outcomes: Sequence[Outcome], patients: Sequence[str]) -> list[Outcome]:
    """The outcomes of each patient's cases as one.

    Args:
        outcomes: One for each case.
        patients: (case,) whose it is.
    """
    cases: dict[str, list[Outcome]] = {}
    for item, patient in zip(outcomes, patients, strict=True):
        cases.setdefault(patient, []).append(item)
    return [
        Outcome(
            np.concatenate([item.truth for item in own]),
            np.concatenate([item.score for item in own]),
            np.concatenate([item.found for item in own]),
            np.concatenate([item.diameters_mm for item in own]),
            np.concatenate([item.contrasts_to_noise for item in own]),
            sum(item.false_findings for item in own),
            (sum(item.pointed[0] for item in own), sum(item.pointed[1] for item in own)),
        )
        for own in cases.values()
    ]


def figures(outcomes: Sequence[Outcome], threshold: float) -> dict[str, float]:
    """All figures of a set of cases, by name; shares from 0 to 1, NaN where there is nothing."""
    truth = np.concatenate([item.truth for item in outcomes])
    score = np.concatenate([item.score for item in outcomes])
    found = np.concatenate([item.found for item in outcomes])
    diameters = np.concatenate([item.diameters_mm for item in outcomes])
    hits, pointed = np.sum([item.pointed for item in outcomes], axis=0)
    flagged = score >= threshold
    values = {
        "slice AUC": _auc(truth, score),
        "slice sensitivity": _mean(flagged[truth]),
        "slice specificity": _mean(~flagged[~truth]),
        "false findings per patient": _mean(np.array([item.false_findings for item in outcomes])),
        "pointing game": float(hits / pointed) if pointed else float("nan"),
        "calibration error": calibration_error(truth, score),
    }
    for name, low, high in SIZE_BINS_MM:
        chosen = (diameters >= low) & (diameters < high)
        values[f"lesions found, {name}"] = _mean(found[chosen])
    contrasts = np.concatenate([item.contrasts_to_noise for item in outcomes])
    for name, low, high in CONTRAST_BINS:
        chosen = (contrasts >= low) & (contrasts < high)
        values[f"lesions found, {name}"] = _mean(found[chosen])
    return values


def intervals(
    outcomes: Sequence[Outcome], threshold: float, seed: int = 0
) -> dict[str, tuple[float, float]]:
    """95 % percentile intervals of `figures`, patients drawn with replacement."""
    generator = np.random.default_rng(seed)
    draws = []
    for _ in range(BOOTSTRAP_DRAWS):
        chosen = generator.integers(len(outcomes), size=len(outcomes))
        draws.append(figures([outcomes[i] for i in chosen], threshold))
    bounds = {}
    for name in draws[0]:
        values = np.array([draw[name] for draw in draws])
        values = values[np.isfinite(values)]
        low, high = np.percentile(values, (2.5, 97.5)) if values.size else (np.nan, np.nan)
        bounds[name] = float(low), float(high)
    return bounds


def calibration_error(
    truth: NDArray[np.bool_], score: NDArray[np.float64], bins: int = 15
) -> float:
    """Expected calibration error over bins of equal mass (Naeini et al., AAAI 2015)."""
    if not truth.size:
        return float("nan")
    order = np.argsort(score, kind="stable")
    parts = np.array_split(order, min(bins, len(order)))
    gaps = [abs(truth[p].mean() - score[p].mean()) * len(p) for p in parts]
    return float(sum(gaps) / len(order))


def counted_slices(results: Sequence[CaseResult]) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """(slice,) truth and probability of all counted slices of all cases."""
    truth = [result.is_positive[result.is_counted] for result in results]
    score = [result.probabilities[result.is_counted] for result in results]
    return np.concatenate(truth or [np.zeros(0, bool)]), np.concatenate(score or [np.zeros(0)])


def _auc(truth: NDArray[np.bool_], score: NDArray[np.float64]) -> float:
    """Area under the ROC curve; NaN when one class is missing."""
    if truth.all() or not truth.any():
        return float("nan")
    return float(roc_auc_score(truth, score))


def _mean(values: NDArray[np.generic]) -> float:
    return float(np.mean(values)) if values.size else float("nan")  # type: ignore[arg-type]
