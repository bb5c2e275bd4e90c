"""Finds the weights; goes on where an interrupted run stopped."""

from __future__ import annotations

import csv
import logging
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from hcc_viewer.training.architecture import build_network
from hcc_viewer.training.config import TrainingConfig
from hcc_viewer.training.dataset import TrainingSlices, plain_batches
from hcc_viewer.training.examples import Example
from hcc_viewer.training.mining import HardNegativeMining

logger = logging.getLogger(__name__)

WEIGHTS_NAME = "best.weights.h5"
"""In the run's folder: the weights of the epoch with the best MONITOR."""

MONITOR = "val_probability_auc"
"""Area under the ROC curve of the validation slices: unlike the loss it does not care that positive
slices are rarer among them than in training, which calibration puts right afterwards."""

VALIDATION_SLICES = 16
"""Of each tuning patient, evenly spaced, so that positive slices have their natural share."""


def fit(
    config: TrainingConfig,
    train: Sequence[Example],
    tune: Sequence[Example],
    folder: Path,
    *,
    verbose: int = 1,
    prepare: Callable[[keras.Model], None] | None = None,
) -> keras.Model:
    """Train the network; a run that was interrupted in `folder` goes on from its last epoch.

    Args:
        config: The run's settings.
        train: Examples of the training patients.
        tune: Examples of the tuning patients, for the validation.
        folder: Of checkpoints, `history.csv` and the best weights.
        verbose: Keras's: 0 silent, 1 progress bars, 2 one line an epoch.
        prepare: Called with the network before it is compiled, for weights to begin with.

    Returns:
        The network: with the best epoch's weights under a constant learning rate, with the last
        ones under a cosine, whose end is better than any fluke of a few validation slices.
    """
    folder.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(config.fit.seed)
    steps = math.ceil(config.fit.slices_per_epoch / config.fit.batch_size)
    with _strategy(tf.config.list_logical_devices("GPU")).scope():
        network = _trainable_network(config)
        if prepare is not None:
            prepare(network)
        network.compile(optimizer=_optimizer(config, steps), **_losses(config))
    logger.info("Network with %d parameters", network.count_params())
    validation = plain_batches(tune, config, VALIDATION_SLICES)
    for crop, last_epoch in _phases(config):
        done = _epochs_done(folder)
        if done >= last_epoch and last_epoch < config.fit.epochs:
            continue
        slices = TrainingSlices(train, config, crop, workers=2, max_queue_size=8)
        slices.set_epoch(done)
        callbacks = _callbacks(config, folder)
        if config.fit.hard_share > 0:
            callbacks.append(HardNegativeMining(slices, train, config))
        network.fit(
            slices,
            epochs=last_epoch,
            validation_data=validation,
            validation_batch_size=8,
            callbacks=callbacks,
            verbose=verbose,
        )
    if config.fit.schedule == "constant":
        network.load_weights(folder / WEIGHTS_NAME)
    finished = build_network(config.network, config.input)
    finished.set_weights(network.get_weights())
    return finished


def _strategy(devices: Sequence[Any]) -> tf.distribute.Strategy:
    """Copies of the network on several GPUs, each with its share of a batch; else just one."""
    if len(devices) > 1:
        return tf.distribute.MirroredStrategy([device.name for device in devices])
    return tf.distribute.get_strategy()


def _phases(config: TrainingConfig) -> list[tuple[int | None, int]]:
    """(side of the parts shown or None for whole slices, the epoch it ends before) in order."""
    fit = config.fit
    if not fit.crop:
        return [(None, fit.epochs)]
    parts = fit.epochs - fit.whole_epochs
    return [(fit.crop, parts), (None, fit.epochs)] if fit.whole_epochs else [(fit.crop, parts)]


def _trainable_network(config: TrainingConfig) -> keras.Model:
    """The network for images of any size, in the arithmetic of the configuration."""
    before = keras.mixed_precision.dtype_policy()
    keras.mixed_precision.set_dtype_policy(config.fit.precision)
    try:
        return build_network(config.network, config.input, any_size=True)
    finally:
        keras.mixed_precision.set_dtype_policy(before)


def _optimizer(config: TrainingConfig, steps: int) -> keras.optimizers.Optimizer:
    rate: Any = config.fit.learning_rate
    if config.fit.schedule == "cosine":
        total = steps * config.fit.epochs
        warmup = min(200, total // 10)
        rate = keras.optimizers.schedules.CosineDecay(
            rate * 0.05, total - warmup, alpha=0.01, warmup_target=rate, warmup_steps=warmup
        )
    steps_a_change = config.fit.accumulation
    return keras.optimizers.Adam(
        rate, gradient_accumulation_steps=steps_a_change if steps_a_change > 1 else None
    )


def _losses(config: TrainingConfig) -> dict[str, Any]:
    """Losses by output; the map's and the tissues' are per cell."""
    crossentropy = keras.losses.CategoricalCrossentropy
    losses: dict[str, Any] = {
        "probability": crossentropy(),
        "map": crossentropy(from_logits=True),
    }
    weights = {"probability": config.fit.slice_weight, "map": config.fit.map_weight}
    if config.network.auxiliary_tissues:
        losses["tissues"] = crossentropy(from_logits=True)
        weights["tissues"] = config.fit.auxiliary_weight
    metrics = {"probability": [keras.metrics.AUC(name="auc", from_logits=False)]}
    return {"loss": losses, "loss_weights": weights, "weighted_metrics": metrics}


def _callbacks(config: TrainingConfig, folder: Path) -> list[keras.callbacks.Callback]:
    return [
        keras.callbacks.CSVLogger(str(folder / "history.csv"), append=True),
        keras.callbacks.ModelCheckpoint(
            str(folder / WEIGHTS_NAME),
            monitor=MONITOR,
            mode="max",
            save_best_only=True,
            save_weights_only=True,
            initial_value_threshold=_best_so_far(folder),
        ),
        keras.callbacks.EarlyStopping(MONITOR, mode="max", patience=config.fit.patience),
        keras.callbacks.BackupAndRestore(str(folder / "checkpoint"), delete_checkpoint=False),
    ]


def _history(folder: Path) -> list[dict[str, str]]:
    path = folder / "history.csv"
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def _epochs_done(folder: Path) -> int:
    return len(_history(folder))


def _best_so_far(folder: Path) -> float | None:
    return max((float(row[MONITOR]) for row in _history(folder)), default=None)
