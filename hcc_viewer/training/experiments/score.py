"""What a fitted network answers on the validation slices, and the figures of its answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import NDArray

from hcc_viewer.stats.bootstrap import Interval, draw_counts, percentiles
from hcc_viewer.stats.roc import auc
from hcc_viewer.training.config import TrainingConfig
from hcc_viewer.training.dataset import plain_batches
from hcc_viewer.training.examples import Example

DRAWS = 1000
"""Of the bootstrap over patients."""


@dataclass(frozen=True, eq=False)
class Validation:
    """Slices that no variant is fitted on, at their natural mix."""

    images: NDArray[np.float32]
    """(slice, row, column, 1)"""
    targets: NDArray[np.float32]
    """(slice, 2) one-hot."""
    patient: NDArray[np.int64]
    """(slice,) which patient it is of."""

    @property
    def truth(self) -> NDArray[np.bool_]:
        """(slice,) True where there is HCC."""
        return np.asarray(self.targets[:, 1] > 0.5)


def validation_slices(
    examples: Iterable[Example], config: TrainingConfig, per_example: int
) -> Validation:
    """Up to `per_example` evenly spaced certain slices of each patient."""
    images, targets, patients = [], [], []
    for number, example in enumerate(examples):
        image, target, _ = plain_batches([example], config, per_example)
        images.append(image)
        targets.append(target["probability"])
        patients.append(np.full(len(image), number))
    return Validation(np.concatenate(images), np.concatenate(targets), np.concatenate(patients))


def answers(network: keras.Model, validation: Validation, batch_size: int) -> NDArray[np.float64]:
    """(slice,) probability of HCC; 0.5 where the network gives no number."""
    found = network.predict(validation.images, batch_size=batch_size, verbose=0)
    return np.nan_to_num(np.asarray(found, np.float64)[:, 1], nan=0.5)


def balanced_accuracy(truth: NDArray[np.bool_], score: NDArray[np.float64]) -> float:
    """Mean of sensitivity and specificity at 0.5: 0.5 for one answer to everything."""
    flagged = score > 0.5
    return float((flagged[truth].mean() + (~flagged[~truth]).mean()) / 2)


def auc_draws(
    truth: NDArray[np.bool_], scores: Sequence[NDArray[np.float64]], patient: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(draw,) AUC, the mean of all fits of a variant, with patients drawn with replacement.

    The draws are the same for every variant, so that two can be compared draw by draw.
    """
    counts = draw_counts(int(patient.max()) + 1, DRAWS, seed=0)
    return np.array(
        [np.mean([auc(truth, score, drawn[patient]) for score in scores]) for drawn in counts]
    )


def interval(draws: NDArray[np.float64]) -> Interval:
    """Where 95 % of the draws lie."""
    return percentiles(draws)
