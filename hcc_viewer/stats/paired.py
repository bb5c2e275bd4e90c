"""Two readers, or a reader and a model, on the same items: McNemar's test and its clustered kin.

The clustered forms sum over the patient before they square, since a reader who fails on one slice
of a patient tends to fail on the next.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.stats.bootstrap import Interval
from hcc_viewer.stats.proportions import binomial_two_sided, chi_square_tail
from hcc_viewer.stats.roc import Difference, normal_difference


@dataclass(frozen=True)
class McNemar:
    """Discordant items, and how likely they are under no difference."""

    only_first: int
    """Items that only the first got right."""
    only_second: int
    exact_p: float
    """Binomial; right for independent items only."""
    clustered_p: float
    """Durkalski et al., Stat Med 2003;22:2417; NaN where no patient is discordant."""


def mcnemar(
    first_right: NDArray[np.bool_], second_right: NDArray[np.bool_], patient: NDArray[np.int64]
) -> McNemar:
    """Compare two answers to the same items.

    Args:
        first_right: (item,) True where the first answer is right.
        second_right: (item,) True where the second is.
        patient: (item,) which patient the item is of, from 0.
    """
    only_first = first_right & ~second_right
    only_second = second_right & ~first_right
    items = np.bincount(patient)
    kept = items > 0
    gap = np.bincount(patient, only_first.astype(float) - only_second.astype(float))
    share = gap[kept] / items[kept]
    scatter = float((share**2).sum())
    statistic = float(share.sum()) ** 2 / scatter if scatter else float("nan")
    return McNemar(
        int(only_first.sum()),
        int(only_second.sum()),
        binomial_two_sided(int(only_first.sum()), int((only_first | only_second).sum())),
        chi_square_tail(statistic) if not math.isnan(statistic) else float("nan"),
    )


def gee_difference(
    first: NDArray[np.bool_], second: NDArray[np.bool_], patient: NDArray[np.int64]
) -> Difference:
    """Difference of two shares over the same items, with the robust variance by patient.

    This is what generalised estimating equations give with an identity link and an independence
    working correlation (Liang and Zeger, Biometrika 1986;73:13), corrected for few clusters by
    the factor patients / (patients - 1). The interval is NaN for fewer than two patients, and where
    all agree: it would claim certainty.
    """
    items = np.bincount(patient)
    kept = items > 0
    gap = np.bincount(patient, first.astype(float) - second.astype(float))[kept]
    items = items[kept]
    value = float(gap.sum() / items.sum())
    patients = len(items)
    if patients < 2:
        return normal_difference(value, float("nan"))
    residual = gap - items * value
    if not residual.any():
        return normal_difference(value, float("nan"))
    variance = patients / (patients - 1) * float((residual**2).sum()) / float(items.sum()) ** 2
    found = normal_difference(value, math.sqrt(variance))
    bounds = Interval(max(found.interval.low, -1.0), min(found.interval.high, 1.0))
    return Difference(found.value, bounds, found.p)
