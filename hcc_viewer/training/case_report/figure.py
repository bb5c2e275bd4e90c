"""One number of the report with its interval, and ratios of sums over patients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.stats.bootstrap import patient_bootstrap
from hcc_viewer.stats.proportions import wilson

BOOTSTRAP = "bootstrap over patients"
UNANIMOUS = "Wilson, patients counted once"
"""Where all patients agree."""

NO_INTERVAL = "-"


@dataclass(frozen=True)
class Figure:
    """One number of the report; NaN where there is nothing to count."""

    name: str
    value: float
    low: float = float("nan")
    high: float = float("nan")
    how: str = NO_INTERVAL
    """How the interval was found."""
    count: str = ""
    """Over what, like `12 of 14`."""


def sums(patient: NDArray[np.int64], values: NDArray[Any], patients: int) -> NDArray[np.float64]:
    """(patient,) sum of the values of each patient's items."""
    return np.bincount(patient, values.astype(float), patients).astype(np.float64)


def ratio(name: str, hits: NDArray[np.float64], total: NDArray[np.float64], draws: int) -> Figure:
    """A ratio of sums over patients, with patients drawn."""

    def figure(counts: NDArray[np.int64]) -> float:
        below = float(counts @ total)
        return float(counts @ hits) / below if below else float("nan")

    value = figure(np.ones(len(total), np.int64))
    how = BOOTSTRAP
    bounds = patient_bootstrap(figure, len(total), draws=draws)
    if value in (0.0, 1.0) and (hits <= total).all():
        # No draw varies: the bootstrap would claim certainty. Patients, one answer each, do not.
        counted = int((total > 0).sum())
        bounds, how = wilson(round(value * counted), counted), UNANIMOUS
    return Figure(name, value, bounds.low, bounds.high, how, f"{hits.sum():g} of {total.sum():g}")
