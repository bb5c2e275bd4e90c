"""From answers to the paper's table 4: readers and model side by side, and their differences."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.errors import ReadError
from hcc_viewer.reader_study.answers import Answer
from hcc_viewer.reader_study.plan import AIDED, UNAIDED, StudyPlan
from hcc_viewer.stats.bootstrap import DRAWS, Interval, patient_bootstrap
from hcc_viewer.stats.paired import gee_difference, mcnemar
from hcc_viewer.stats.proportions import wilson
from hcc_viewer.stats.roc import Difference

MODEL = "model"


@dataclass(frozen=True, eq=False)
class CaseTruth:
    """What is so in a case."""

    case: str
    patient: str
    truth: NDArray[np.int8]
    """(slice,) 1 with HCC, 0 without, -1 not counted."""


@dataclass(frozen=True, eq=False)
class Reading:
    """Who said what of all cases: a reader in an arm, or the model."""

    who: str
    arm: str
    flagged: Mapping[str, NDArray[np.bool_]]
    """Case to (slice,) said to show HCC."""
    seconds: Mapping[str, float]
    """Case to the time taken."""


@dataclass(frozen=True)
class Share:
    """A share with its interval (bootstrap over patients)."""

    value: float
    interval: Interval
    hits: int
    total: int


@dataclass(frozen=True)
class ReaderScore:
    """One line of table 4."""

    who: str
    arm: str
    cases: int
    sensitivity: Share
    specificity: Share
    accuracy: Share
    seconds_per_100_images: float
    seconds_per_case: float


@dataclass(frozen=True)
class Comparison:
    """Two lines of table 4 on the slices of the cases that both read."""

    first: str
    second: str
    figure: str
    """`sensitivity`, `specificity` or `accuracy`."""
    difference: Difference
    """First less second: GEE by patient."""
    only_first: int
    only_second: int
    mcnemar_p: float
    """Clustered by patient (Durkalski 2003)."""
    exact_p: float
    """As if slices were independent, like the paper's; too small as a rule."""


@dataclass(frozen=True)
class StudyResult:
    """All figures of a study."""

    scores: tuple[ReaderScore, ...]
    comparisons: tuple[Comparison, ...]
    washout_days: tuple[tuple[str, float], ...]
    """(reader, days between the last answer of the one arm and the first of the other)."""


def readings_of(answers: Sequence[Answer]) -> tuple[Reading, ...]:
    """Answers gathered by reader and arm."""
    keys = dict.fromkeys((answer.reader, answer.arm) for answer in answers)
    readings = []
    for reader, arm in keys:
        own = [a for a in answers if (a.reader, a.arm) == (reader, arm)]
        flagged = {}
        for answer in own:
            marks = np.zeros(answer.slices, bool)
            marks[list(answer.marked)] = True
            flagged[answer.case] = marks
        readings.append(Reading(reader, arm, flagged, {a.case: a.seconds for a in own}))
    return tuple(readings)


def score_study(
    plan: StudyPlan,
    truths: Sequence[CaseTruth],
    answers: Sequence[Answer],
    model: Reading | None = None,
    draws: int = DRAWS,
) -> StudyResult:
    """Count everything.

    Args:
        plan: Of the study.
        truths: Of its cases.
        answers: Of all readers.
        model: What the model says, where it was asked.
        draws: Of the bootstrap.

    Raises:
        ReadError: An answer has another number of slices than its case.
    """
    by_case = {truth.case: truth for truth in truths if truth.case in plan.cases}
    readings = [*readings_of(answers), *([model] if model is not None else [])]
    for reading in readings:
        _check(reading, by_case)
    scores = tuple(_score(reading, by_case, draws) for reading in readings)
    pairs = [(one, model) for one in readings if model is not None and one is not model]
    for one in readings:
        for other in readings:
            if one.who == other.who and (one.arm, other.arm) == (AIDED, UNAIDED):
                pairs.append((one, other))
    comparisons = tuple(
        comparison for one, other in pairs for comparison in _compare(one, other, by_case)
    )
    return StudyResult(scores, comparisons, _washouts(answers))


def _check(reading: Reading, by_case: Mapping[str, CaseTruth]) -> None:
    for case, flagged in reading.flagged.items():
        if case in by_case and len(flagged) != len(by_case[case].truth):
            raise ReadError(
                f"The reader {reading.who} answered on {len(flagged)} slices of a case that has "
                f"{len(by_case[case].truth)}: the catalogue has changed since."
            )


@dataclass(frozen=True, eq=False)
class _Slices:
    """The counted slices of some cases in one row."""

    truth: NDArray[np.bool_]
    patient: NDArray[np.int64]


def _slices(by_case: Mapping[str, CaseTruth], cases: Sequence[str]) -> _Slices:
    patients = {p: i for i, p in enumerate(dict.fromkeys(by_case[c].patient for c in cases))}
    kept = [by_case[case].truth[by_case[case].truth >= 0] for case in cases]
    numbers = [patients[by_case[case].patient] for case in cases]
    counts = [len(part) for part in kept]
    truth = np.concatenate([np.zeros(0, np.int8), *kept]) == 1
    return _Slices(truth, np.repeat(np.array(numbers, np.int64), counts))


def _said(
    reading: Reading, by_case: Mapping[str, CaseTruth], cases: Sequence[str]
) -> NDArray[np.bool_]:
    parts = [reading.flagged[case][by_case[case].truth >= 0] for case in cases]
    return np.concatenate([np.zeros(0, bool), *parts])


def _score(reading: Reading, by_case: Mapping[str, CaseTruth], draws: int) -> ReaderScore:
    cases = [case for case in reading.flagged if case in by_case]
    slices, said = _slices(by_case, cases), _said(reading, by_case, cases)
    right = said == slices.truth
    images = sum(len(by_case[case].truth) for case in cases)
    seconds = sum(reading.seconds.get(case, 0.0) for case in cases)
    everything = np.ones(len(right), bool)
    return ReaderScore(
        who=reading.who,
        arm=reading.arm,
        cases=len(cases),
        sensitivity=_share(right, slices.truth, slices.patient, draws),
        specificity=_share(right, ~slices.truth, slices.patient, draws),
        accuracy=_share(right, everything, slices.patient, draws),
        seconds_per_100_images=100 * seconds / images if images else math.nan,
        seconds_per_case=seconds / len(cases) if cases else math.nan,
    )


def _share(
    right: NDArray[np.bool_],
    wanted: NDArray[np.bool_],
    patient: NDArray[np.int64],
    draws: int,
) -> Share:
    patients = int(patient.max()) + 1 if len(patient) else 0
    hits = np.bincount(patient[wanted & right], minlength=patients)
    total = np.bincount(patient[wanted], minlength=patients)

    def figure(counts: NDArray[np.int64]) -> float:
        below = int(counts @ total)
        return float(counts @ hits) / below if below else math.nan

    value = figure(np.ones(patients, np.int64)) if patients else math.nan
    interval = patient_bootstrap(figure, patients, draws=draws)
    if value in (0.0, 1.0):
        # No draw varies: the bootstrap would claim certainty. Patients, one answer each, do not.
        counted = int((total > 0).sum())
        interval = wilson(round(value * counted), counted)
    return Share(value, interval, int(hits.sum()), int(total.sum()))


def _compare(one: Reading, other: Reading, by_case: Mapping[str, CaseTruth]) -> list[Comparison]:
    cases = [case for case in one.flagged if case in other.flagged and case in by_case]
    if not cases:
        return []
    slices = _slices(by_case, cases)
    right = [_said(reading, by_case, cases) == slices.truth for reading in (one, other)]
    found = []
    for name, wanted in (
        ("sensitivity", slices.truth),
        ("specificity", ~slices.truth),
        ("accuracy", np.ones(len(slices.truth), bool)),
    ):
        if wanted.any():
            first, second = right[0][wanted], right[1][wanted]
            patient = slices.patient[wanted]
            test = mcnemar(first, second, patient)
            found.append(
                Comparison(
                    f"{one.who} ({one.arm})", f"{other.who} ({other.arm})", name,
                    gee_difference(first, second, patient), test.only_first, test.only_second,
                    test.clustered_p, test.exact_p,
                )
            )  # fmt: skip
    return found


def _washouts(answers: Sequence[Answer]) -> tuple[tuple[str, float], ...]:
    found: dict[str, float] = {}
    for answer in sorted(answers, key=lambda a: a.saved_at):
        if answer.days_since_other_arm is not None:
            found.setdefault(answer.reader, answer.days_since_other_arm)
    return tuple(sorted(found.items()))
