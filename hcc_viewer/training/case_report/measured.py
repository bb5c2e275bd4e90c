"""A model's answers on a catalogue's cases, and what the figures are counted over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.catalogue import CaseRow, Catalogue
from hcc_viewer.detection import Model
from hcc_viewer.progress import ReportProgress, ignore_progress
from hcc_viewer.training.case_report.localisation import Localisation, localise
from hcc_viewer.training.catalogue_cases import catalogue_result
from hcc_viewer.training.evaluate import CaseResult, model_detector


@dataclass(frozen=True, eq=False)
class Measured:
    """One model on one list of cases."""

    model: Model
    threshold: float
    rows: tuple[CaseRow, ...]
    results: tuple[CaseResult, ...]
    localisations: tuple[Localisation, ...] = ()
    """Of each case, where they were measured."""

    @cached_property
    def patients(self) -> tuple[str, ...]:
        """Every patient once."""
        return tuple(dict.fromkeys(row.patient for row in self.rows))

    @cached_property
    def case_patient(self) -> NDArray[np.int64]:
        """(case,) which patient it is of."""
        order = {patient: number for number, patient in enumerate(self.patients)}
        return np.array([order[row.patient] for row in self.rows], dtype=np.int64)

    @cached_property
    def truth(self) -> NDArray[np.bool_]:
        """(counted slice,) True where positive, case after case."""
        return _joined([r.is_positive[r.is_counted] for r in self.results], bool)

    @cached_property
    def score(self) -> NDArray[np.float64]:
        """(counted slice,) probability of HCC."""
        return _joined([r.probabilities[r.is_counted] for r in self.results], float)

    @cached_property
    def slice_patient(self) -> NDArray[np.int64]:
        """(counted slice,) which patient it is of."""
        counts = [int(result.is_counted.sum()) for result in self.results]
        return np.repeat(self.case_patient, counts)

    @cached_property
    def flagged(self) -> NDArray[np.bool_]:
        """(counted slice,) at or above the threshold."""
        return np.asarray(self.score >= self.threshold)

    @cached_property
    def patient_truth(self) -> NDArray[np.bool_]:
        """(patient,) True with any HCC, one too small to make a slice positive included."""
        found = np.zeros(len(self.patients), bool)
        found[self.lesion_patient] = True
        np.logical_or.at(found, self.slice_patient, self.truth)
        return found

    @cached_property
    def patient_score(self) -> NDArray[np.float64]:
        """(patient,) highest probability of any slice."""
        return self._highest([result.probabilities for result in self.results])

    @cached_property
    def patient_smooth_score(self) -> NDArray[np.float64]:
        """(patient,) highest mean of three neighbouring slices: one bright slice is not enough."""
        return self._highest([_moving_mean(result.probabilities) for result in self.results])

    @cached_property
    def _at_threshold(self) -> list[tuple[NDArray[np.bool_], int]]:
        return [result.at(self.threshold) for result in self.results]

    @cached_property
    def found(self) -> NDArray[np.bool_]:
        """(lesion,) found at the threshold."""
        return _joined([found for found, _ in self._at_threshold], bool)

    @cached_property
    def diameters_mm(self) -> NDArray[np.float64]:
        """(lesion,) NaN where nobody outlined it."""
        return _joined([np.array(result.diameters_mm) for result in self.results], float)

    @cached_property
    def lesion_patient(self) -> NDArray[np.int64]:
        """(lesion,) which patient it is of."""
        return np.repeat(self.case_patient, [len(r.diameters_mm) for r in self.results])

    @cached_property
    def false_findings(self) -> NDArray[np.int64]:
        """(case,) false findings at the threshold."""
        return np.array([false for _, false in self._at_threshold], dtype=np.int64)

    @property
    def has_lesions(self) -> bool:
        """Whether any lesion has a place and a size."""
        return bool(np.isfinite(self.diameters_mm).any())

    def part(self, chosen: Sequence[int]) -> Measured:
        """The same for some of the cases."""
        return Measured(
            self.model,
            self.threshold,
            tuple(self.rows[i] for i in chosen),
            tuple(self.results[i] for i in chosen),
            tuple(self.localisations[i] for i in chosen) if self.localisations else (),
        )

    def _highest(self, values: list[NDArray[np.float64]]) -> NDArray[np.float64]:
        highest = np.zeros(len(self.patients))
        for patient, scores in zip(self.case_patient, values, strict=True):
            highest[patient] = max(highest[patient], float(scores.max()))
        return highest


def measure_cases(
    catalogue: Catalogue,
    rows: Sequence[CaseRow],
    model: Model,
    positive_area_mm2: float,
    threshold: float | None = None,
    report_progress: ReportProgress = ignore_progress,
) -> Measured:
    """Run a model on cases.

    Args:
        catalogue: Whose cases.
        rows: Which of them.
        model: As the program runs it.
        positive_area_mm2: A slice is positive with at least this area of HCC.
        threshold: None: the card's, which was fixed on other patients.
        report_progress: Called after each case.
    """
    results, localisations = [], []
    detector = model_detector(model)
    for done, row in enumerate(rows, start=1):
        case = catalogue.load(row)
        results.append(catalogue_result(case, detector, positive_area_mm2))
        localisations.append(localise(case, results[-1].detection))
        report_progress(done, len(rows))
    limit = model.card.threshold if threshold is None else threshold
    return Measured(model, limit, tuple(rows), tuple(results), tuple(localisations))


def _joined(parts: list[NDArray[np.generic]], kind: type) -> NDArray:  # type: ignore[type-arg]
    return np.concatenate([np.zeros(0, kind), *parts]).astype(kind)


def _moving_mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    if len(values) < 3:
        return np.array([values.mean()])
    return np.convolve(values, np.full(3, 1 / 3), "valid")
