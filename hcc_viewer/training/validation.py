"""The whole measurement of one or more detectors on the same test patients, as plain numbers.

Slice AUC alone proves little: whether liver is in view already separates many slices. So every
patient is also seen without lesions, with the same anatomy and noise, and classical detection and
chance stand beside the network.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from hcc_viewer.training.evaluate import CaseResult
from hcc_viewer.training.figures import (
    CONTRAST_BINS,
    SIZE_BINS_MM,
    Outcome,
    counted_slices,
    figures,
    intervals,
    outcome,
)

FROC_POINTS = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""False findings a patient at which the share of lesions found is read."""

CALIBRATION_BINS = 10

RAISED = "raised"
"""In a detector's figures at natural prevalence: those on patients with more that is hard."""

SIZES_APART = ("under 10 mm", "10 to 20 mm", "20 mm and more")
"""Of SIZE_BINS_MM, those that share no lesion."""


def measure(results: Sequence[CaseResult], threshold: float) -> dict[str, Any]:
    """All figures of one detector at its threshold, for JSON."""
    outcomes = [outcome(result, threshold) for result in results]
    values = figures(outcomes, threshold)
    bounds = intervals(outcomes, threshold)
    return {
        "threshold": threshold,
        "patients": len(results),
        "patients_without_hcc": sum(not result.diameters_mm for result in results),
        "slices": int(sum(result.is_counted.sum() for result in results)),
        "positive_slices": int(sum(result.is_positive.sum() for result in results)),
        "lesions": int(sum(len(result.diameters_mm) for result in results)),
        "figures": {
            name: {"value": round(value, 4), "low": round(low, 4), "high": round(high, 4)}
            for name, value in values.items()
            for low, high in [bounds[name]]
            if np.isfinite(value)
        },
        "found_by_size_and_contrast": found_by_size_and_contrast(outcomes),
        "chance_of_pointing": _mean(
            [share for result in results for share in result.chance_of_pointing(threshold)]
        ),
        "false_finding_places": dict(
            Counter(name for r in results for name in r.false_places(threshold)).most_common()
        ),
        "paired": paired_figures(results, threshold),
        "roc": roc_points(results),
        "froc": froc_points(results),
        "calibration": calibration_points(results),
        "subgroups": subgroup_figures(results, threshold),
    }


def found_by_size_and_contrast(outcomes: Sequence[Outcome]) -> dict[str, dict[str, list[int]]]:
    """(found, all) HCC of each size and contrast to noise; without those whose contrast is unknown.

    What is small is mostly faint as well: this tells what is missed for its size from what is
    missed because nothing of it is to be seen.
    """
    found = np.concatenate([item.found for item in outcomes])
    diameters = np.concatenate([item.diameters_mm for item in outcomes])
    contrasts = np.concatenate([item.contrasts_to_noise for item in outcomes])
    table: dict[str, dict[str, list[int]]] = {}
    for size, low, high in SIZE_BINS_MM:
        if size not in SIZES_APART:
            continue
        sized = (diameters >= low) & (diameters < high)
        table[size] = {}
        for contrast, least, most in CONTRAST_BINS:
            chosen = sized & (contrasts >= least) & (contrasts < most)
            table[size][contrast] = [int(found[chosen].sum()), int(chosen.sum())]
    return table


def paired_figures(results: Sequence[CaseResult], threshold: float) -> dict[str, float]:
    """The same slices, once with and once without their HCC; empty where there are no pairs.

    `auc_without` uses the labels of the images with HCC: above .5 it shows what a detector knows
    from the place of the slice and from the rest of the anatomy. `positive_pairs_won` is the share
    of positive slices whose score is higher with the HCC than without.
    """
    paired = [result for result in results if result.paired is not None]
    if not paired:
        return {}
    truth, score = counted_slices(paired)
    without = np.concatenate([_paired_scores(result)[result.is_counted] for result in paired])
    false = [float(result.paired_false(threshold)) for result in paired]
    return {
        "auc": round(float(roc_auc_score(truth, score)), 4),
        "auc_without": round(float(roc_auc_score(truth, without)), 4),
        "positive_pairs_won": round(float((score > without)[truth].mean()), 4),
        "flagged_without": round(float((without >= threshold)[truth].mean()), 4),
        "false_findings_per_patient_without": round(float(np.mean(false)), 4),
    }


def roc_points(results: Sequence[CaseResult], points: int = 200) -> list[tuple[float, float]]:
    """(1 - specificity, sensitivity) of slices."""
    truth, score = counted_slices(results)
    limits = np.unique(np.quantile(score, np.linspace(0, 1, points)))[::-1]
    curve = [
        (round(float((score[~truth] >= t).mean()), 4), round(float((score[truth] >= t).mean()), 4))
        for t in limits
    ]
    return [(0.0, 0.0), *curve, (1.0, 1.0)]


def froc_points(results: Sequence[CaseResult]) -> dict[str, list[float]]:
    """Share of lesions found, by size, at FROC_POINTS false findings a patient."""
    _, score = counted_slices(results)
    limits = np.unique(np.quantile(score, np.linspace(0.5, 1, 60)))
    rates, shares = [], []
    diameters = np.concatenate([np.array(result.diameters_mm) for result in results])
    for limit in limits:
        pairs = [result.at(float(limit)) for result in results]
        rates.append(float(np.mean([false for _, false in pairs])))
        found = np.concatenate([found for found, _ in pairs])
        shares.append([_share(found, diameters, low, high) for _, low, high in SIZE_BINS_MM])
    order = np.argsort(rates, kind="stable")
    out: dict[str, list[float]] = {"false_findings_per_patient": list(FROC_POINTS)}
    for column, (name, _, _) in enumerate(SIZE_BINS_MM):
        values = np.maximum.accumulate(np.array([shares[i][column] for i in order]))
        out[name] = [
            round(float(v), 4) for v in np.interp(FROC_POINTS, np.array(rates)[order], values)
        ]
    return out


def calibration_points(results: Sequence[CaseResult]) -> list[tuple[float, float, int]]:
    """(mean probability, share positive, slices) in bins of equal width."""
    truth, score = counted_slices(results)
    place = np.minimum((score * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    return [
        (
            round(float(score[place == number].mean()), 4),
            round(float(truth[place == number].mean()), 4),
            int((place == number).sum()),
        )
        for number in range(CALIBRATION_BINS)
        if (place == number).any()
    ]


SUBGROUPS: dict[str, Callable[[CaseResult], str]] = {
    "anatomy": lambda result: (
        "procedural" if result.facts.anatomy == "procedural" else "real cases"
    ),
    "vendor": lambda result: result.facts.vendor,
    "field strength": lambda result: f"{result.facts.field_strength_t:g} T",
}
"""By what the test patients are told apart."""


def subgroup_figures(results: Sequence[CaseResult], threshold: float) -> dict[str, dict[str, Any]]:
    """A few figures of each subgroup, by its name."""
    out = {}
    for kind, name_of in SUBGROUPS.items():
        for name in sorted({name_of(result) for result in results}):
            chosen = [result for result in results if name_of(result) == name]
            values = figures([outcome(result, threshold) for result in chosen], threshold)
            kept = ("slice AUC", "lesions found, all", "false findings per patient")
            out[f"{kind}: {name}"] = {"patients": len(chosen)} | {
                key: round(values[key], 4) for key in kept if np.isfinite(values[key])
            }
    return out


def _paired_scores(result: CaseResult) -> NDArray[np.float64]:
    assert result.paired is not None
    return np.array([item.probability for item in result.paired.slices])


def _share(
    found: NDArray[np.bool_], diameters: NDArray[np.float64], low: float, high: float
) -> float:
    chosen = (diameters >= low) & (diameters < high)
    return float(found[chosen].mean()) if chosen.any() else 0.0


def _mean(values: Sequence[float]) -> float:
    return round(float(np.mean(values)), 4) if values else 0.0
