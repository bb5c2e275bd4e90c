"""How far the CAM covers the outlined HCC, in numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.stats.bootstrap import DRAWS, patient_bootstrap
from hcc_viewer.training.case_report.figure import BOOTSTRAP, Figure, ratio, sums
from hcc_viewer.training.case_report.localisation import HALF, LEVELS
from hcc_viewer.training.case_report.measured import Measured

LEAST_OVERLAPS = (0.1, 0.25, 0.5)
"""Intersections over union that are counted as on the lesion."""


def localisation_figures(measured: Measured, draws: int = DRAWS) -> list[Figure]:
    """How far the CAM covers the mask, in the positive slices that are flagged."""
    overlap, distance, patient = marked_slices(measured)
    if not len(overlap):
        return []
    patients = len(measured.patients)
    total = np.bincount(patient, minlength=patients).astype(float)
    half = overlap[:, HALF]
    mean = ratio("CAM overlap with the mask (IoU at half the peak)", sums(patient, half, patients),
                  total, draws)  # fmt: skip
    found = [replace(mean, count=f"mean of {len(half)} flagged slices")]
    found += [
        ratio(f"CAM overlap {least:g} or more", hits, total, draws)
        for least in LEAST_OVERLAPS
        for hits in [sums(patient, half >= least, patients)]
    ]
    middle = patient_bootstrap(
        lambda counts: _weighted_median(distance, counts[patient]), patients, draws=draws
    )
    found.append(
        Figure("CAM's middle to the lesion's, median mm", float(np.median(distance)), middle.low,
               middle.high, BOOTSTRAP)
    )  # fmt: skip
    return found


def mean_overlaps(measured: Measured) -> list[float]:
    """Mean intersection over union by LEVELS, over flagged positive slices; NaN without any."""
    overlap, _, _ = marked_slices(measured)
    return (
        [float(v) for v in overlap.mean(axis=0)] if len(overlap) else [float("nan")] * len(LEVELS)
    )


def marked_slices(
    measured: Measured,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Overlap by level, distance, and patient of each flagged positive slice with a mask."""
    overlaps, distances, patients = [np.zeros((0, len(LEVELS)))], [np.zeros(0)], [np.zeros(0, int)]
    if not measured.localisations:
        return overlaps[0], distances[0], patients[0]
    parts = zip(measured.localisations, measured.results, measured.case_patient, strict=True)
    for place, result, patient in parts:
        index = place.slices
        chosen = result.is_positive[index] & (result.probabilities[index] >= measured.threshold)
        overlaps.append(place.overlap[chosen])
        distances.append(place.distance_mm[chosen])
        patients.append(np.full(int(chosen.sum()), patient))
    return np.concatenate(overlaps), np.concatenate(distances), np.concatenate(patients)


def _weighted_median(values: NDArray[np.float64], weight: NDArray[np.int64]) -> float:
    return float(np.median(np.repeat(values, weight))) if weight.any() else float("nan")
