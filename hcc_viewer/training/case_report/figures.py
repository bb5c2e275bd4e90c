"""All figures of a model on a list of cases, each with its interval and how that was found."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.stats.bootstrap import DRAWS, Interval, patient_bootstrap
from hcc_viewer.stats.calibration import (
    ReliabilityBin,
    brier,
    calibration_error,
    calibration_line,
    reliability,
)
from hcc_viewer.stats.decision import NetBenefit, decision_curve
from hcc_viewer.stats.froc import FALSE_RATES, Froc, froc, sensitivity_at
from hcc_viewer.stats.proportions import wilson
from hcc_viewer.stats.roc import auc, average_precision, clustered_auc_interval, delong_interval
from hcc_viewer.training.case_report.figure import BOOTSTRAP, Figure, ratio, sums
from hcc_viewer.training.case_report.localisation_figures import localisation_figures
from hcc_viewer.training.case_report.measured import Measured

SIZE_BINS_MM = (
    ("all", 0.0, math.inf),
    ("under 10 mm", 0.0, 10.0),
    ("10 to 20 mm", 10.0, 20.0),
    ("20 to 30 mm", 20.0, 30.0),
    ("30 mm and more", 30.0, math.inf),
)

CURVE_POINTS = 40
"""Thresholds of the FROC curve."""


@dataclass(frozen=True)
class Subgroup:
    """The main figures of some of the cases."""

    kind: str
    name: str
    patients: int
    slices: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True, eq=False)
class ModelFigures:
    """Everything that the report says of one model."""

    slices: tuple[Figure, ...]
    lesions: tuple[Figure, ...]
    patients: tuple[Figure, ...]
    calibration: tuple[Figure, ...]
    reliability: tuple[ReliabilityBin, ...]
    slice_decisions: tuple[NetBenefit, ...]
    patient_decisions: tuple[NetBenefit, ...]
    froc: Froc | None
    subgroups: tuple[Subgroup, ...]
    false_places: tuple[tuple[str, int], ...]
    """(what false findings lie on, how many), the most frequent first."""
    notes: tuple[str, ...]
    """What could not be said, and why."""


def model_figures(measured: Measured, draws: int = DRAWS) -> ModelFigures:
    """Count everything."""
    places = Counter(name for r in measured.results for name in r.false_places(measured.threshold))
    curve = froc_curve(measured)
    both = bool(measured.patient_truth.any() and not measured.patient_truth.all())
    return ModelFigures(
        slices=slice_figures(measured, draws),
        lesions=lesion_figures(measured, curve, draws),
        patients=patient_figures(measured) if both else (),
        calibration=calibration_figures(measured, draws),
        reliability=reliability(measured.truth, measured.score),
        slice_decisions=decision_curve(measured.truth, measured.score),
        patient_decisions=(
            decision_curve(measured.patient_truth, measured.patient_score) if both else ()
        ),
        froc=curve,
        subgroups=subgroups(measured),
        false_places=tuple(places.most_common()),
        notes=_notes(measured, both),
    )


def slice_figures(measured: Measured, draws: int = DRAWS) -> tuple[Figure, ...]:
    """Of slices at their natural mix."""
    truth, flagged = measured.truth, measured.flagged
    cells = {
        "tp": flagged & truth,
        "fp": flagged & ~truth,
        "fn": ~flagged & truth,
        "tn": ~flagged & ~truth,
    }
    patients = len(measured.patients)
    counts = {name: sums(measured.slice_patient, cell, patients) for name, cell in cells.items()}
    found = [
        _share_figure("sensitivity", counts, ("tp",), ("tp", "fn"), patients, draws),
        _share_figure("specificity", counts, ("tn",), ("tn", "fp"), patients, draws),
        _share_figure("accuracy", counts, ("tp", "tn"), ("tp", "fp", "fn", "tn"), patients, draws),
        _share_figure("positive predictive value", counts, ("tp",), ("tp", "fp"), patients, draws),
        _share_figure("negative predictive value", counts, ("tn",), ("tn", "fn"), patients, draws),
    ]
    totals = {name: float(values.sum()) for name, values in counts.items()}
    tp, fp, fn, tn = (totals[name] for name in ("tp", "fp", "fn", "tn"))
    spread = math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
    return (
        auc_figure(measured, draws),
        _clustered_auc(measured),
        Figure("average precision", average_precision(truth, measured.score)),
        *found,
        Figure("F1", 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else float("nan")),
        Figure("Matthews correlation", (tp * tn - fp * fn) / spread if spread else float("nan")),
    )


def auc_figure(measured: Measured, draws: int = DRAWS) -> Figure:
    """AUC over slices with patients drawn."""
    truth, score, patient = measured.truth, measured.score, measured.slice_patient
    interval = patient_bootstrap(
        lambda counts: auc(truth, score, counts[patient]), len(measured.patients), draws=draws
    )
    return Figure("AUC", auc(truth, score), interval.low, interval.high, BOOTSTRAP)


def lesion_figures(
    measured: Measured, curve: Froc | None, draws: int = DRAWS
) -> tuple[Figure, ...]:
    """Of lesions and findings."""
    patients = len(measured.patients)
    found: list[Figure] = []
    if measured.has_lesions:
        for name, low, high in SIZE_BINS_MM:
            chosen = (measured.diameters_mm >= low) & (measured.diameters_mm < high)
            hits = sums(measured.lesion_patient[chosen], measured.found[chosen], patients)
            total = np.bincount(measured.lesion_patient[chosen], minlength=patients).astype(float)
            found.append(ratio(f"lesions found, {name}", hits, total, draws))
    false = sums(measured.case_patient, measured.false_findings, patients)
    found.append(ratio("false findings per patient", false, np.ones(patients), draws))
    found += _pointing(measured)
    found += localisation_figures(measured, draws)
    if curve is not None:
        found += [
            Figure(f"sensitivity at {rate:g} false a patient", sensitivity_at(curve, rate))
            for rate in FALSE_RATES
        ]
    return tuple(found)


def patient_figures(measured: Measured) -> tuple[Figure, ...]:
    """Of patients, one score each: DeLong and Wilson hold."""
    truth = measured.patient_truth
    found = []
    for name, score in (
        ("highest slice", measured.patient_score),
        ("highest mean of three slices", measured.patient_smooth_score),
    ):
        enough = truth.sum() > 1 and (~truth).sum() > 1
        nothing = Interval(float("nan"), float("nan"))
        interval = delong_interval(truth, score) if enough else nothing
        value = auc(truth, score)
        how = "DeLong" if enough else "too few patients"
        found.append(Figure(f"AUC, {name}", value, interval.low, interval.high, how))
        flagged = score >= measured.threshold
        for word, part, right in (
            ("sensitivity", truth, flagged),
            ("specificity", ~truth, ~flagged),
        ):
            hits, total = int(right[part].sum()), int(part.sum())
            bounds = wilson(hits, total)
            found.append(
                Figure(
                    f"{word}, {name}",
                    hits / total,
                    bounds.low,
                    bounds.high,
                    "Wilson",
                    f"{hits} of {total}",
                )
            )
    return tuple(found)


def calibration_figures(measured: Measured, draws: int = DRAWS) -> tuple[Figure, ...]:
    """Whether the slices' probabilities mean what they say."""
    truth, score, patient = measured.truth, measured.score, measured.slice_patient
    slope, intercept = calibration_line(truth, score)
    squares = sums(patient, (score - truth) ** 2, len(measured.patients))
    total = np.bincount(patient, minlength=len(measured.patients)).astype(float)
    bounds = ratio("Brier score", squares, total, draws)
    return (
        Figure("expected calibration error", calibration_error(truth, score)),
        Figure("Brier score", brier(truth, score), bounds.low, bounds.high, BOOTSTRAP),
        Figure("calibration slope", slope),
        Figure("calibration intercept", intercept),
    )


def froc_curve(measured: Measured) -> Froc | None:
    """Lesions found against false findings over thresholds; None without outlined lesions."""
    if not measured.has_lesions:
        return None
    known = np.isfinite(measured.diameters_mm)
    scores = np.concatenate([result.probabilities for result in measured.results])
    limits = np.unique(np.quantile(scores, 1 - np.geomspace(1, 1e-3, CURVE_POINTS)))
    limits = np.unique(np.append(limits, measured.threshold))
    patients = len(measured.patients)
    kept, found, false = [], [], []
    for limit in limits[::-1]:
        at = [result.at(float(limit)) for result in measured.results]
        kept.append(float(limit))
        found.append(np.concatenate([item[0] for item in at])[known])
        false.append(sums(measured.case_patient, np.array([item[1] for item in at]), patients))
        if false[-1].mean() > 2 * max(FALSE_RATES):
            break  # nobody reads so many, and joining them takes its time
    return froc(kept, np.array(found), np.array(false).astype(np.int64))


def subgroups(measured: Measured) -> tuple[Subgroup, ...]:
    """By data set, centre, vendor and field strength, where there is more than one."""
    kinds: tuple[tuple[str, Callable[[int], str]], ...] = (
        ("data set", lambda i: measured.rows[i].source),
        ("centre", lambda i: measured.rows[i].centre or "unknown"),
        ("vendor", lambda i: measured.rows[i].vendor or "unknown"),
        ("field strength", lambda i: f"{measured.rows[i].field_strength_t or 'unknown'} T"),
    )
    found = []
    for kind, name_of in kinds:
        names = sorted({name_of(i) for i in range(len(measured.rows))})
        if len(names) < 2:
            continue
        for name in names:
            chosen = [i for i in range(len(measured.rows)) if name_of(i) == name]
            found.append(_subgroup(kind, name, measured.part(chosen)))
    return tuple(found)


def _subgroup(kind: str, name: str, part: Measured) -> Subgroup:
    truth, flagged = part.truth, part.flagged
    figures = [_clustered_auc(part)]
    for word, wanted, right in (("sensitivity", truth, flagged), ("specificity", ~truth, ~flagged)):
        share = float(right[wanted].mean()) if wanted.any() else float("nan")
        count = f"{int(right[wanted].sum())} of {int(wanted.sum())}"
        figures.append(Figure(word, share, count=count))
    known = np.isfinite(part.diameters_mm)
    share = float(part.found[known].mean()) if known.any() else float("nan")
    count = f"{int(part.found[known].sum())} of {int(known.sum())}"
    figures.append(Figure("lesions found", share, count=count))
    return Subgroup(kind, name, len(part.patients), len(truth), tuple(figures))


def _clustered_auc(measured: Measured) -> Figure:
    value = auc(measured.truth, measured.score)
    if math.isnan(value):
        return Figure("AUC, by Obuchowski", value)
    bounds = clustered_auc_interval(measured.truth, measured.score, measured.slice_patient)
    return Figure("AUC, by Obuchowski", value, bounds.low, bounds.high, "Obuchowski 1997")


def _pointing(measured: Measured) -> list[Figure]:
    """Whether the CAM's peak lies on the lesion, beside what a blind guess in the body gives."""
    if not measured.has_lesions:
        return []
    pairs = [result.pointing(measured.threshold) for result in measured.results]
    hits, total = (sum(values) for values in zip(*pairs, strict=True))
    chances = [c for r in measured.results for c in r.chance_of_pointing(measured.threshold)]
    share = hits / total if total else float("nan")
    chance = float(np.mean(chances)) if chances else float("nan")
    return [
        Figure("pointing game (10 mm)", share, count=f"{hits} of {total}"),
        Figure("pointing game by chance", chance),
    ]


def _share_figure(
    name: str,
    counts: dict[str, NDArray[np.float64]],
    above: tuple[str, ...],
    below: tuple[str, ...],
    patients: int,
    draws: int,
) -> Figure:
    hits = np.sum([counts[key] for key in above], axis=0)
    total = np.sum([counts[key] for key in below], axis=0)
    return ratio(name, hits, total, draws)


def _notes(measured: Measured, both: bool) -> tuple[str, ...]:
    notes = []
    if not both:
        lacking = "without" if measured.patient_truth.any() else "with"
        notes.append(
            f"There is no patient {lacking} HCC among these cases, so nothing is said of patients."
        )
    if not measured.has_lesions:
        notes.append("No HCC is outlined, so nothing is said of lesions.")
    if len(measured.patients) < 20:
        notes.append(
            f"{len(measured.patients)} patients are few: the intervals are wide, and the bootstrap "
            "makes them too narrow rather than too wide."
        )
    notes += _seen_in_training(measured)
    phases = sorted({row.phase for row in measured.rows} - {"hepatobiliary"})
    if phases:
        notes.append(
            f"Not all cases are of the hepatobiliary phase ({', '.join(phases[:4])}); lesions look "
            "different there."
        )
    if {row.source for row in measured.rows} == {"simulated"}:
        notes.append("All cases are simulated: the figures say nothing about patients.")
    kinds = {row.label_kind for row in measured.rows}
    if kinds & {"box", "point"}:
        notes.append("Some lesions are known by a box or a place only; their areas are estimates.")
    return tuple(notes)


def _seen_in_training(measured: Measured) -> list[str]:
    """A caution where the model's card names some of the cases."""
    data = measured.model.card.data
    known = {name for part in ("train_cases", "tune_cases") for name in data.get(part, ())}
    seen = sum(row.case in known for row in measured.rows)
    if not seen:
        return []
    return [
        f"{seen} of these {len(measured.rows)} cases have the names of cases that this model was "
        "trained or tuned on: the figures promise too much. Measure it on the test part."
    ]
