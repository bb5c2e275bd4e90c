"""Intervals from drawing patients with replacement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DRAWS = 2000
"""Enough for the 2.5th percentile to stand still in the second digit (Efron and Tibshirani)."""


@dataclass(frozen=True)
class Interval:
    """Lower and upper end; NaN where nothing can be said."""

    low: float
    high: float


def patient_bootstrap(
    figure: Callable[[NDArray[np.int64]], float],
    patients: int,
    *,
    draws: int = DRAWS,
    level: float = 0.95,
    seed: int = 0,
) -> Interval:
    """Percentile interval of a figure under drawing patients with replacement.

    Args:
        figure: From how often each patient was drawn, (patient,) counts, to the figure; NaN where
            the draw holds too little to say it.
        patients: How many there are.
        draws: How many times.
        level: Share of the draws within the interval.
        seed: The same seed gives the same draws, so that two figures can be compared draw by draw.

    Returns:
        The interval; NaN ends with fewer than two patients or no draw that gives a figure.
    """
    if patients < 2:
        return Interval(float("nan"), float("nan"))
    return percentiles([figure(counts) for counts in draw_counts(patients, draws, seed)], level)


def percentiles(values: Sequence[float] | NDArray[np.float64], level: float = 0.95) -> Interval:
    """The interval that holds this share of a figure's draws; draws without a figure are NaN."""
    known = np.asarray(values, dtype=np.float64)
    known = known[np.isfinite(known)]
    if not known.size:
        return Interval(float("nan"), float("nan"))
    low, high = np.percentile(known, (50 * (1 - level), 50 * (1 + level)))
    return Interval(float(low), float(high))


def draw_counts(patients: int, draws: int, seed: int) -> NDArray[np.int64]:
    """(draw, patient) how often each patient is in each draw."""
    generator = np.random.default_rng(seed)
    chosen = generator.integers(patients, size=(draws, patients))
    return np.stack([np.bincount(row, minlength=patients) for row in chosen]).astype(np.int64)
