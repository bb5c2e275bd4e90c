"""Whether a probability means what it says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 15
"""Of equal mass (Naeini et al., AAAI 2015)."""


@dataclass(frozen=True)
class ReliabilityBin:
    """One bin of a reliability diagram."""

    mean_score: float
    share_positive: float
    items: int


def reliability(
    truth: NDArray[np.bool_], score: NDArray[np.float64], bins: int = BINS
) -> tuple[ReliabilityBin, ...]:
    """Bins of equal mass by ascending score; empty without items."""
    if not truth.size:
        return ()
    order = np.argsort(score, kind="stable")
    parts = np.array_split(order, min(bins, len(order)))
    return tuple(
        ReliabilityBin(float(score[part].mean()), float(truth[part].mean()), len(part))
        for part in parts
    )


def calibration_error(
    truth: NDArray[np.bool_], score: NDArray[np.float64], bins: int = BINS
) -> float:
    """Expected calibration error; NaN without items."""
    found = reliability(truth, score, bins)
    if not found:
        return float("nan")
    gaps = [abs(item.mean_score - item.share_positive) * item.items for item in found]
    return float(sum(gaps) / len(truth))


def brier(truth: NDArray[np.bool_], score: NDArray[np.float64]) -> float:
    """Mean squared error of the probability (Brier 1950); NaN without items."""
    return float(np.mean((score - truth) ** 2)) if truth.size else float("nan")


def calibration_line(
    truth: NDArray[np.bool_], score: NDArray[np.float64], steps: int = 50
) -> tuple[float, float]:
    """Slope and intercept of the truth's log-odds on the score's log-odds (Cox 1958).

    1 and 0 for an honest score; a slope below 1 says that it is too sure of itself. NaN where one
    class is missing or the scores part the classes perfectly.
    """
    if truth.all() or not truth.any():
        return float("nan"), float("nan")
    clipped = np.clip(score, 1e-6, 1 - 1e-6)
    design = np.column_stack([np.log(clipped / (1 - clipped)), np.ones(len(score))])
    weights = np.array([1.0, 0.0])
    for _ in range(steps):
        mean = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        spread = np.maximum(mean * (1 - mean), 1e-9)
        information = design.T @ (design * spread[:, None])
        try:
            step = np.linalg.solve(information, design.T @ (truth - mean))
        except np.linalg.LinAlgError:
            return float("nan"), float("nan")
        weights = weights + step
        if np.abs(step).max() < 1e-8:
            return float(weights[0]), float(weights[1])
    return float("nan"), float("nan")


def shift_prior(
    score: NDArray[np.float64], from_share: float, to_share: float
) -> NDArray[np.float64]:
    """Probabilities for another share of positives: the log-odds move by that of the shares."""
    clipped = np.clip(score, 1e-9, 1 - 1e-9)
    odds = np.log(clipped / (1 - clipped))
    move = np.log(to_share / (1 - to_share)) - np.log(from_share / (1 - from_share))
    return np.asarray(1 / (1 + np.exp(-(odds + move))), dtype=np.float64)
