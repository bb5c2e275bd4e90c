"""How good a model is on labelled cases: slices, lesions, patients.

The model runs as in the program (`detect`), one case after another. A slice is positive when HCC
covers at least the given area in it; slices with less are left out. A finding hits a lesion when
its peak lies within TOLERANCE_MM of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from sklearn.metrics import roc_auc_score

from hcc_viewer.detection import Detection, Model, at_threshold, detect
from hcc_viewer.detection.model_card import CurvePoint, OperatingPoint
from hcc_viewer.training.cases import case_volume
from hcc_viewer.training.phantom.types import SimulatedCase

TOLERANCE_MM = 10.0
"""A peak this near to a lesion's edge hits it."""

BOOTSTRAP_DRAWS = 1000
"""Of patients, with replacement, for 95 % intervals."""

SIZE_BINS_MM: tuple[tuple[str, float, float], ...] = (
    ("all", 0.0, 1e9),
    ("under 10 mm", 0.0, 10.0),
    ("under 20 mm", 0.0, 20.0),
    ("10 to 20 mm", 10.0, 20.0),
    ("20 mm and more", 20.0, 1e9),
)

OPERATING_TARGETS: tuple[tuple[str, float], ...] = (
    ("high-sensitivity", 0.98),
    ("high-specificity", 0.80),
)
"""Named points with the slice sensitivity on the tuning patients that fixes their threshold."""


FALSE_FINDING_COST = 0.05
"""One false finding more a patient weighs as much as five points of sensitivity (our choice: each
costs a reader's time, a missed lesion costs more)."""


@dataclass(frozen=True, eq=False)
class CaseResult:
    """What the model said of one case, beside the truth."""

    detection: Detection
    is_positive: NDArray[np.bool_]
    """(slice,)"""
    is_counted: NDArray[np.bool_]
    """(slice,) False where HCC covers too little to call the slice positive or negative."""
    distance_mm: NDArray[np.float32]
    """(lesion, slice, row, column) distance from each HCC of the case, halved resolution."""
    diameters_mm: tuple[float, ...]
    """Of each HCC."""

    @property
    def probabilities(self) -> NDArray[np.float64]:
        """(slice,) of HCC."""
        return np.array([item.probability for item in self.detection.slices])

    def at(self, threshold: float) -> tuple[NDArray[np.bool_], int]:
        """(lesion,) which HCCs are found at a threshold, and the number of false findings."""
        found = np.zeros(len(self.diameters_mm), bool)
        false = 0
        for finding in at_threshold(self.detection, threshold).findings:
            near = self._near(finding.peak_slice, finding.row, finding.column)
            found |= near
            false += int(not near.any())
        return found, false

    def pointing(self, threshold: float) -> tuple[int, int]:
        """Hits of the CAM's peak in the HCC (with tolerance), and flagged positive slices."""
        hits = total = 0
        for item in self.detection.slices:
            if self.is_positive[item.index] and item.probability >= threshold:
                total += 1
                hits += int(self._near(item.index, item.peak.row, item.peak.column).any())
        return hits, total

    def _near(self, index: int, row: float, column: float) -> NDArray[np.bool_]:
        if not len(self.diameters_mm):
            return np.zeros(0, bool)
        _, _, rows, columns = self.distance_mm.shape
        place = (
            min(max(round(row / 2), 0), rows - 1),
            min(max(round(column / 2), 0), columns - 1),
        )
        return np.asarray(self.distance_mm[:, index, place[0], place[1]] <= TOLERANCE_MM)


def evaluate_case(
    case: SimulatedCase, model: Model, positive_area_mm2: float, *, with_lesions: bool = True
) -> CaseResult:
    """Run the model on one case.

    Args:
        case: The case with its truth.
        model: As in the program.
        positive_area_mm2: See the module's docstring.
        with_lesions: False: on the paired image without HCC; every slice is negative.
    """
    detection = detect(case_volume(case, with_lesions=with_lesions), model)
    lesions = [lesion for lesion in case.truth if lesion.is_hcc and with_lesions]
    is_hcc = np.isin(case.lesions, [lesion.id for lesion in lesions])
    slice_mm, row_mm, column_mm = case.geometry.spacing_mm
    area = is_hcc.sum(axis=(1, 2)) * row_mm * column_mm
    sampling = (slice_mm, row_mm * 2, column_mm * 2)
    small = case.lesions[:, ::2, ::2]
    distance = [
        ndimage.distance_transform_edt(small != lesion.id, sampling=sampling) for lesion in lesions
    ]
    return CaseResult(
        detection=detection,
        is_positive=np.asarray(area >= positive_area_mm2),
        is_counted=np.asarray((area == 0) | (area >= positive_area_mm2)),
        distance_mm=np.asarray(distance, np.float32).reshape(len(lesions), *small.shape),
        diameters_mm=tuple(lesion.diameter_mm for lesion in lesions),
    )


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
        false,
        result.pointing(threshold),
    )


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


def operating_curve(results: Sequence[CaseResult], points: int = 41) -> tuple[CurvePoint, ...]:
    """Sensitivity, specificity and false findings over the range of thresholds."""
    truth, score = _slices(results)
    thresholds = np.unique(np.round(np.quantile(score, np.linspace(0.3, 1, points)), 4))
    return tuple(_curve_point(results, truth, score, float(limit)) for limit in thresholds)


def choose_operating_points(results: Sequence[CaseResult]) -> tuple[OperatingPoint, ...]:
    """Three thresholds fixed on tuning patients: high sensitivity, balanced, high specificity.

    Balanced is the greatest sensitivity + specificity (Youden), less FALSE_FINDING_COST for each
    false finding a patient beyond the first; the others are the highest thresholds that keep the
    sensitivity of OPERATING_TARGETS.
    """
    truth, score = _slices(results)
    curve = operating_curve(results)
    balanced = max(curve, key=_worth)
    chosen = {"balanced": balanced}
    for name, target in OPERATING_TARGETS:
        limit = float(np.quantile(score[truth], 1 - target)) if truth.any() else 0.5
        keep = min if name == "high-sensitivity" else max
        limit = keep(limit, balanced.threshold)
        chosen[name] = _curve_point(results, truth, score, round(limit, 4))
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
    )


def evaluate(
    cases: Iterable[SimulatedCase],
    model: Model,
    positive_area_mm2: float,
    report_progress: Callable[[int], None] | None = None,
) -> list[CaseResult]:
    """Run the model on cases one after another; `report_progress` gets the number done."""
    results = []
    for done, case in enumerate(cases, start=1):
        results.append(evaluate_case(case, model, positive_area_mm2))
        if report_progress is not None:
            report_progress(done)
    return results


def _slices(results: Sequence[CaseResult]) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    truth = [result.is_positive[result.is_counted] for result in results]
    score = [result.probabilities[result.is_counted] for result in results]
    return np.concatenate(truth or [np.zeros(0, bool)]), np.concatenate(score or [np.zeros(0)])


def _worth(point: CurvePoint) -> float:
    excess = max(0.0, point.false_findings_per_patient - 1)
    return point.sensitivity + point.specificity - FALSE_FINDING_COST * excess


def _curve_point(
    results: Sequence[CaseResult],
    truth: NDArray[np.bool_],
    score: NDArray[np.float64],
    threshold: float,
) -> CurvePoint:
    flagged = score >= threshold
    return CurvePoint(
        threshold,
        round(_mean(flagged[truth]), 4) if truth.any() else 0.0,
        round(_mean(~flagged[~truth]), 4) if (~truth).any() else 0.0,
        round(_mean(np.array([result.at(threshold)[1] for result in results])), 3),
    )


def _auc(truth: NDArray[np.bool_], score: NDArray[np.float64]) -> float:
    """Area under the ROC curve; NaN when one class is missing."""
    if truth.all() or not truth.any():
        return float("nan")
    return float(roc_auc_score(truth, score))


def _mean(values: NDArray[np.generic]) -> float:
    return float(np.mean(values)) if values.size else float("nan")  # type: ignore[arg-type]
