"""How a model's figures change when images are made worse: AUC by kind and strength of change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.catalogue import CaseRow, Catalogue, LabelledCase, case_volume
from hcc_viewer.detection import Model, detect
from hcc_viewer.progress import ReportProgress, ignore_progress
from hcc_viewer.stats.bootstrap import DRAWS, draw_counts, percentiles
from hcc_viewer.stats.roc import auc
from hcc_viewer.training.case_report.figure import BOOTSTRAP, Figure
from hcc_viewer.training.case_report.image_changes import CHANGES, Change
from hcc_viewer.training.case_report.measured import Measured


@dataclass(frozen=True)
class RobustnessRow:
    """What one strength of one change does."""

    change: str
    """`none` for the images as they are."""
    strength: float
    unit: str
    auc: Figure
    difference: Figure
    """AUC less that of the images as they are, on the same draws of patients."""
    sensitivity: float
    """Of slices, at the threshold that was fixed beforehand."""
    specificity: float
    changed_cases: int
    """Cases that the change altered: a slice can only be made thicker than it is."""


@dataclass(frozen=True, eq=False)
class _Scores:
    """Counted slices of all cases."""

    truth: NDArray[np.bool_]
    score: NDArray[np.float64]
    patient: NDArray[np.int64]
    changed_cases: int

    def draws(self, counts: NDArray[np.int64]) -> NDArray[np.float64]:
        """(draw,) AUC with each patient counted as often as drawn; `counts` is (draw, patient)."""
        return np.array([auc(self.truth, self.score, drawn[self.patient]) for drawn in counts])


def measure_robustness(
    catalogue: Catalogue,
    measured: Measured,
    positive_area_mm2: float,
    draws: int = DRAWS,
    changes: Sequence[Change] = CHANGES,
    report_progress: ReportProgress = ignore_progress,
) -> tuple[RobustnessRow, ...]:
    """Run the model of `measured` on its cases again, changed in every way.

    Args:
        catalogue: Whose cases.
        measured: The model and the cases as they are.
        positive_area_mm2: As `measured` was made with.
        draws: Of the bootstrap over patients.
        changes: What is tried.
        report_progress: Called after each case.
    """
    steps = [(change, strength) for change in changes for strength in change.strengths]
    answers: list[list[_Answer]] = [[] for _ in steps]
    for done, row in enumerate(measured.rows, start=1):
        case = catalogue.load(row)
        for place, (change, strength) in enumerate(steps):
            changed = change.apply(case, strength)
            answers[place].append(
                _answer(changed, row, measured.model, positive_area_mm2, changed is not case)
            )
        report_progress(done, len(measured.rows))
    counts = draw_counts(len(measured.patients), draws, seed=0)
    plain = _Scores(measured.truth, measured.score, measured.slice_patient, 0)
    plain_draws = plain.draws(counts)
    found = [_row(("none", 0.0, ""), plain, plain_draws, plain, plain_draws, measured.threshold)]
    for (change, strength), parts in zip(steps, answers, strict=True):
        name = (change.name, strength, change.unit)
        scores = _gathered(parts, measured.patients)
        found.append(
            _row(name, scores, scores.draws(counts), plain, plain_draws, measured.threshold)
        )
    return tuple(found)


@dataclass(frozen=True, eq=False)
class _Answer:
    """Counted slices of one changed case."""

    patient: str
    truth: NDArray[np.bool_]
    score: NDArray[np.float64]
    is_changed: bool


def _answer(
    case: LabelledCase, row: CaseRow, model: Model, positive_area_mm2: float, is_changed: bool
) -> _Answer:
    detection = detect(case_volume(case), model)
    truth = case.slice_truth(positive_area_mm2)
    counted = truth >= 0
    score = np.array([item.probability for item in detection.slices])
    return _Answer(row.patient, truth[counted] == 1, score[counted], is_changed)


def _gathered(parts: Sequence[_Answer], patients: Sequence[str]) -> _Scores:
    order = {patient: number for number, patient in enumerate(patients)}
    numbers = [order[part.patient] for part in parts]
    return _Scores(
        np.concatenate([part.truth for part in parts]),
        np.concatenate([part.score for part in parts]),
        np.repeat(numbers, [len(part.truth) for part in parts]).astype(np.int64),
        sum(part.is_changed for part in parts),
    )


def _row(
    name: tuple[str, float, str],
    scores: _Scores,
    draws: NDArray[np.float64],
    plain: _Scores,
    plain_draws: NDArray[np.float64],
    threshold: float,
) -> RobustnessRow:
    bounds, apart = percentiles(draws), percentiles(draws - plain_draws)
    value = auc(scores.truth, scores.score)
    less = value - auc(plain.truth, plain.score)
    flagged = scores.score >= threshold
    return RobustnessRow(
        *name,
        auc=Figure("AUC", value, bounds.low, bounds.high, BOOTSTRAP),
        difference=Figure("difference", less, apart.low, apart.high, BOOTSTRAP),
        sensitivity=_share(flagged, scores.truth),
        specificity=_share(~flagged, ~scores.truth),
        changed_cases=scores.changed_cases,
    )


def _share(right: NDArray[np.bool_], part: NDArray[np.bool_]) -> float:
    return float(right[part].mean()) if part.any() else float("nan")
