"""Probabilities as log-odds and back: the scale on which evidence is added and averaged."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

SMALLEST = 1e-7
"""Probabilities nearer to 0 or 1 are not told apart: networks give them as 32-bit numbers."""


def log_odds(probability: ArrayLike) -> NDArray[np.float64]:
    """ln(p / (1 - p)), of the same shape, within the log-odds of SMALLEST and of 1 - SMALLEST."""
    inside = np.clip(np.asarray(probability, np.float64), SMALLEST, 1 - SMALLEST)
    return np.asarray(np.log(inside) - np.log1p(-inside))


def logistic(odds: ArrayLike) -> NDArray[np.float64]:
    """The probability of log-odds, of the same shape."""
    return np.asarray(1 / (1 + np.exp(-np.clip(np.asarray(odds, np.float64), -30.0, 30.0))))
