"""Decision curves: what flagging is worth at a given price of a false alarm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PRICES = tuple(round(0.02 * step, 2) for step in range(1, 26))
"""Threshold probabilities from 0.02 to 0.50."""


@dataclass(frozen=True)
class NetBenefit:
    """At one threshold probability; true positives per item."""

    threshold: float
    model: float
    all: float
    """Of flagging everything; flagging nothing is worth 0."""


def decision_curve(
    truth: NDArray[np.bool_], score: NDArray[np.float64], thresholds: Sequence[float] = PRICES
) -> tuple[NetBenefit, ...]:
    """Net benefit TP/n - FP/n * t/(1-t) (Vickers and Elkin, Med Decis Making 2006;26:565)."""
    if not truth.size:
        return ()
    prevalence = float(truth.mean())
    curve = []
    for threshold in thresholds:
        flagged = score >= threshold
        price = threshold / (1 - threshold)
        model = float((flagged & truth).mean() - (flagged & ~truth).mean() * price)
        curve.append(NetBenefit(threshold, model, prevalence - (1 - prevalence) * price))
    return tuple(curve)
