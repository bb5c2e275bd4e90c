"""Shares of independent patients: Wilson's interval, and the tails of two distributions."""

from __future__ import annotations

import math
from statistics import NormalDist

from hcc_viewer.stats.bootstrap import Interval


def wilson(hits: int, total: int, level: float = 0.95) -> Interval:
    """Wilson's score interval of a share (JASA 1927;22:209); whole range where nothing was counted.

    Right only where the `total` are independent, such as one answer a patient.
    """
    if not 0 <= hits <= total:
        raise ValueError(f"hits must lie between 0 and {total}, not {hits}")
    if total == 0:
        return Interval(0.0, 1.0)
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = hits / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total**2)) / (1 + z * z / total)
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def normal_two_sided(z: float) -> float:
    """Probability of a standard normal value at least as far from 0 as `z`."""
    return math.erfc(abs(z) / math.sqrt(2))


def chi_square_tail(value: float) -> float:
    """Probability of a chi-square value with one degree of freedom above `value`."""
    return math.erfc(math.sqrt(max(value, 0.0) / 2))


def binomial_two_sided(successes: int, trials: int) -> float:
    """Two-sided exact probability of a fair coin: twice the smaller tail, at most 1."""
    if trials == 0:
        return 1.0
    low = min(successes, trials - successes)
    tail = sum(math.comb(trials, k) for k in range(low + 1)) / 2**trials
    return float(min(1.0, 2 * tail))
