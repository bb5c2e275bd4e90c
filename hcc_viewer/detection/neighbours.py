"""Lets slices answer together with their neighbours: a lesion goes on, a mistake often does not."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.detection.log_odds import log_odds, logistic

FloatArray = NDArray[np.float32]

WIDTHS = 3.0
"""Slices further away than so many standard deviations have no say."""


class NeighbourMean:
    """Means over neighbouring slices, weighted by a Gaussian of their distance, as they come in.

    What is averaged is the log-odds, of the slice and of each cell of its map: that is the scale on
    which answers are calibrated, and a line through them stays one under a mean.
    """

    def __init__(
        self,
        positions_mm: NDArray[np.float64],
        smooth_mm: float,
        unread: frozenset[int] = frozenset(),
    ) -> None:
        """Begin a stack.

        Args:
            positions_mm: (slice,) along the normal, rising.
            smooth_mm: The Gaussian's standard deviation; 0: each slice for itself.
            unread: Slices that are blank, and have no say in their neighbours' answers.
        """
        reach = WIDTHS * smooth_mm
        self._positions = positions_mm
        self._width = max(smooth_mm, 1e-6)
        self._unread = np.isin(np.arange(len(positions_mm)), list(unread))
        self._first = np.searchsorted(positions_mm, positions_mm - reach, "left")
        self._end = np.searchsorted(positions_mm, positions_mm + reach, "right")
        self._odds: list[float] = []
        self._maps: list[FloatArray | None] = []
        """Log-odds; None once no slice needs them any more."""
        self._given = 0

    def add(
        self, probabilities: FloatArray, cams: FloatArray
    ) -> Iterator[tuple[int, float, FloatArray]]:
        """Take the network's answers on the next slices.

        Args:
            probabilities: (slice,)
            cams: (slice, grid row, grid column), 0 to 1.

        Yields:
            Index, probability and map (0 to 1) of the slices whose neighbours are all there now, in
            order. With the last slice of the stack all have come.
        """
        self._odds.extend(log_odds(probabilities).tolist())
        self._maps.extend(np.asarray(evidence, np.float32) for evidence in log_odds(cams))
        while self._given < len(self._odds) and self._end[self._given] <= len(self._odds):
            self._forget_before(int(self._first[self._given]))
            yield self._given, *self._mean(self._given)
            self._given += 1

    def _mean(self, index: int) -> tuple[float, FloatArray]:
        first, end = int(self._first[index]), int(self._end[index])
        away = (self._positions[first:end] - self._positions[index]) / self._width
        weights = np.exp(-0.5 * away**2)
        if not self._unread[index]:
            weights[self._unread[first:end]] = 0.0
        weights /= weights.sum()
        maps = np.stack([item for item in self._maps[first:end] if item is not None])
        evidence = np.tensordot(weights.astype(np.float32), maps, axes=1)
        odds = weights @ np.array(self._odds[first:end])
        return float(logistic(odds)), logistic(evidence).astype(np.float32)

    def _forget_before(self, first: int) -> None:
        for index in range(first - 1, -1, -1):
            if self._maps[index] is None:
                return
            self._maps[index] = None
