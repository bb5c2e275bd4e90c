"""Training slices with nothing but their class, as the paper's network is taught."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from hcc_viewer.training.config import TrainingConfig
from hcc_viewer.training.dataset import TrainingSlices
from hcc_viewer.training.examples import Example


class SliceLabels(keras.utils.PyDataset):  # type: ignore[misc] # Keras is untyped
    """Batches of (image, class, weight)."""

    def __init__(self, examples: Sequence[Example], config: TrainingConfig, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._slices = TrainingSlices(examples, config)

    def __len__(self) -> int:
        return len(self._slices)

    def __getitem__(self, number: int) -> tuple[Any, Any, Any]:
        images, targets, weights = self._slices[number]
        return images, targets["probability"], weights["probability"]

    def on_epoch_end(self) -> None:
        """Draw the next epoch's slices."""
        self._slices.on_epoch_end()
