"""Two models on the same cases, paired."""

from __future__ import annotations

import numpy as np

from hcc_viewer.stats.bootstrap import DRAWS, patient_bootstrap
from hcc_viewer.stats.paired import McNemar, gee_difference, mcnemar
from hcc_viewer.stats.roc import auc, delong_test
from hcc_viewer.training.case_report.figure import Figure
from hcc_viewer.training.case_report.measured import Measured


def compare(first: Measured, second: Measured, draws: int = DRAWS) -> tuple[Figure, ...]:
    """Differences, first less second, with intervals; `count` tells the probabilities.

    Raises:
        ValueError: They were not measured on the same cases.
    """
    if [row.case for row in first.rows] != [row.case for row in second.rows]:
        raise ValueError("models are compared on the same cases only")
    found = [_auc_difference(first, second, draws)]
    truth, patient = first.truth, first.slice_patient
    for name, part, one, other in (
        ("sensitivity of slices", truth, first.flagged, second.flagged),
        ("specificity of slices", ~truth, ~first.flagged, ~second.flagged),
    ):
        if part.any():
            found.append(_share_difference(name, one[part], other[part], patient[part]))
    known = np.isfinite(first.diameters_mm)
    if known.any():
        found.append(
            _share_difference(
                "lesions found", first.found[known], second.found[known],
                first.lesion_patient[known],
            )
        )  # fmt: skip
    positives = int(first.patient_truth.sum())
    if min(positives, len(first.patients) - positives) >= 2:
        test = delong_test(first.patient_truth, first.patient_score, second.patient_score)
        found.append(
            Figure(
                "AUC of patients", test.value, test.interval.low, test.interval.high, "DeLong",
                f"p {test.p:.3f}",
            )
        )  # fmt: skip
    return tuple(found)


def _auc_difference(first: Measured, second: Measured, draws: int) -> Figure:
    truth, patient = first.truth, first.slice_patient

    def difference(counts: np.ndarray[tuple[int], np.dtype[np.int64]]) -> float:
        weight = counts[patient]
        return auc(truth, first.score, weight) - auc(truth, second.score, weight)

    value = auc(truth, first.score) - auc(truth, second.score)
    bounds = patient_bootstrap(difference, len(first.patients), draws=draws)
    return Figure("AUC of slices", value, bounds.low, bounds.high, "paired bootstrap over patients")


def _share_difference(
    name: str,
    one: np.ndarray[tuple[int], np.dtype[np.bool_]],
    other: np.ndarray[tuple[int], np.dtype[np.bool_]],
    patient: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> Figure:
    found = gee_difference(one, other, patient)
    test = mcnemar(one, other, patient)
    return Figure(
        name,
        found.value,
        found.interval.low,
        found.interval.high,
        "GEE by patient",
        _discordant(test),
    )


def _discordant(test: McNemar) -> str:
    if not test.only_first + test.only_second:
        return "no answer differs"
    text = f"only first {test.only_first}, only second {test.only_second}"
    return f"{text}; McNemar by patient p {test.clustered_p:.3f}"
