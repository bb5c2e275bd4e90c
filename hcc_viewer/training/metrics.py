"""Keras metrics of the probability of HCC."""

from __future__ import annotations

from typing import Any

import keras


class PositiveAuc(keras.metrics.AUC):  # type: ignore[misc] # Keras is untyped
    """The AUC of the second class's probability.

    Keras's own, given one-hot targets, throws both columns together: a network that answers the
    same for every slice then has the AUC that the commoner class's share gives it, not 0.5.
    """

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add slices; both are (slice, 2)."""
        super().update_state(y_true[:, 1], y_pred[:, 1], sample_weight)
