"""Hard-negative mining: looks for places where the network sees HCC and there is none."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import keras
import numpy as np
from numpy.typing import NDArray

from hcc_viewer.training.config import TrainingConfig
from hcc_viewer.training.dataset import TrainingSlices
from hcc_viewer.training.examples import Example
from hcc_viewer.training.sampling import Place

FIRST_EPOCH, EVERY = 4, 6
"""Mining before this epoch, counted from 0, and then again after so many."""

SLICE_STEP = 6
"""Every so many slices of an example are looked at, others each time."""

LEVEL = 0.3
"""A place counts from this value of the CAM on."""

FREE_PIXELS = 10
"""So far around an HCC nothing is a mistake."""

BATCH = 8


class HardNegativeMining(keras.callbacks.Callback):  # type: ignore[misc] # Keras is untyped
    """Hands the mistakes of the present weights to the sampler, every few epochs."""

    def __init__(
        self, slices: TrainingSlices, examples: Sequence[Example], config: TrainingConfig
    ) -> None:
        super().__init__()
        self._slices = slices
        self._examples = examples
        self._config = config
        self._is_due = True

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Mine where it is time, and at once in a run that goes on."""
        if epoch < FIRST_EPOCH:
            return
        if self._is_due or (epoch - FIRST_EPOCH) % EVERY == 0:
            places = find_mistakes(self.model, self._examples, self._config, epoch % SLICE_STEP)
            self._slices.sampler.set_hard_places(places)
            self._is_due = False


def find_mistakes(
    network: keras.Model, examples: Sequence[Example], config: TrainingConfig, first: int = 0
) -> list[Place]:
    """Places in slices without HCC nearby where the CAM reaches LEVEL, its maxima only."""
    places = []
    for number, example in enumerate(examples):
        indices = np.arange(first, len(example.slices), SLICE_STEP)
        for start in range(0, len(indices), BATCH):
            part = indices[start : start + BATCH]
            images = [example.image(int(index), config.input.offsets_mm) for index in part]
            maps = np.asarray(network.predict_on_batch(np.stack(images))["map"])
            for index, logits in zip(part, maps, strict=True):
                if not np.isfinite(example.hcc_area_mm2[index]):
                    continue
                free = _far_from_hcc(example.hcc[index], config.network.stride)
                places += _maxima(number, int(index), logits, free, config.network.stride)
    return places


def _far_from_hcc(hcc: NDArray[np.uint8], stride: int) -> NDArray[np.bool_]:
    """(row, column) True for cells that are not near an HCC."""
    size = hcc.shape[0] // stride
    if not hcc.any():
        return np.ones((size, size), bool)
    kernel = np.ones((2 * FREE_PIXELS + 1,) * 2, np.uint8)
    near = cv2.dilate((hcc > 0).astype(np.uint8), kernel)
    return np.asarray(cv2.resize(near, (size, size), interpolation=cv2.INTER_AREA) == 0)


def _maxima(
    number: int,
    index: int,
    logits: NDArray[np.float32],
    free: NDArray[np.bool_],
    stride: int,
) -> list[Place]:
    odds = logits[..., 1] - logits[..., 0]
    is_peak = (odds >= cv2.dilate(odds, np.ones((5, 5), np.uint8))) & free
    is_peak &= odds >= np.log(LEVEL / (1 - LEVEL))
    middle = (stride - 1) / 2
    return [
        Place(number, index, float(row * stride + middle), float(column * stride + middle))
        for row, column in np.argwhere(is_peak)
    ]
