"""Finds the weights; goes on where an interrupted run stopped."""

from __future__ import annotations

import csv
import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from hcc_viewer.errors import UsageError
from hcc_viewer.training.architecture import build_network
from hcc_viewer.training.config import TrainingConfig
from hcc_viewer.training.dataset import TrainingSlices, plain_batches
from hcc_viewer.training.examples import Example
from hcc_viewer.training.metrics import PositiveAuc
from hcc_viewer.training.mining import HardNegativeMining
from hcc_viewer.training.precision import arithmetic

logger = logging.getLogger(__name__)

WEIGHTS_NAME = "best.weights.h5"
"""In the run's folder: the weights of the epoch with the best MONITOR."""

MONITOR = "val_probability_auc"
"""Area under the ROC curve of the validation slices: unlike the loss it does not care that positive
slices are rarer among them than in training, which calibration puts right afterwards."""

VALIDATION_SLICES = 16
"""Of each tuning patient, evenly spaced, so that positive slices have their natural share."""

MOST_VALIDATION_SLICES = 600
"""Of all of them: of many patients fewer each, so that an epoch's validation stays short."""


def fit_networks(
    config: TrainingConfig,
    train: Sequence[Example],
    tune: Sequence[Example],
    folder: Path,
    *,
    verbose: int = 1,
    prepare: Callable[[keras.Model, int], None] | None = None,
) -> list[keras.Model]:
    """Train all networks of a model file, one after another, each from a seed of its own.

    With `FitConfig.twin_epoch` there is one fit, and the twin is the network as it was then.

    Args:
        config: As for `fit`, like the others that are not told here.
        train: As there.
        tune: As there.
        folder: Of the first network; the others' are beside it.
        verbose: As there.
        prepare: Called with each network and its number, from 0, before it is compiled.
    """
    networks = []
    for number in range(config.network.networks):
        if number > 0 and config.fit.twin_epoch:
            networks.append(_kept(config, folder / _snapshot_name(config.fit.twin_epoch)))
            continue
        own = replace(config, fit=replace(config.fit, seed=config.fit.seed + number))
        place = folder if number == 0 else folder.with_name(f"{folder.name}-{number + 1}")
        begin = None if prepare is None else partial(_begin, prepare, number)
        networks.append(fit(own, train, tune, place, verbose=verbose, prepare=begin))
    return networks


def _kept(config: TrainingConfig, path: Path) -> keras.Model:
    """The network with the weights that a fit wrote down on its way."""
    network = compiled_network(config, steps_of(config))
    if not path.exists():
        raise UsageError(
            f"The fit in {path.parent} kept no weights of epoch {config.fit.twin_epoch} "
            f"({path.name}) for fit.twin_epoch; name the end of another cycle, or begin anew."
        )
    network.load_weights(path)
    return _finished(network, config)


def steps_of(config: TrainingConfig) -> int:
    """Batches of an epoch."""
    return math.ceil(config.fit.slices_per_epoch / config.fit.batch_size)


def _finished(network: keras.Model, config: TrainingConfig) -> keras.Model:
    """For images of the input's size, in float32, with the pooling of the file."""
    finished = build_network(config.network, config.input)
    finished.set_weights(network.get_weights())
    return finished


def _begin(prepare: Callable[[keras.Model, int], None], number: int, network: keras.Model) -> None:
    prepare(network, number)


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
        The network, with the weights that `FitConfig.keep` names.
    """
    folder.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(config.fit.seed)
    with _strategy(tf.config.list_logical_devices("GPU")).scope():
        network = compiled_network(config, steps_of(config), prepare)
    logger.info("Network with %d parameters", network.count_params())
    validation = plain_batches(tune, config, validation_slices(len(tune)))
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
    if config.fit.keep == "best" or config.fit.schedule == "constant":
        network.load_weights(folder / WEIGHTS_NAME)
    return _finished(network, config)


def validation_slices(patients: int) -> int:
    """Of each of so many tuning patients."""
    return max(1, min(VALIDATION_SLICES, MOST_VALIDATION_SLICES // max(patients, 1)))


def compiled_network(
    config: TrainingConfig, steps: int, prepare: Callable[[keras.Model], None] | None = None
) -> keras.Model:
    """The network, ready to be fitted.

    Args:
        config: The run's settings.
        steps: Of an epoch.
        prepare: As for `fit`.
    """
    network = _trainable_network(config)
    if prepare is not None:
        prepare(network)
    network.compile(optimizer=_optimizer(config, steps), **_losses(config))
    return network


def _strategy(devices: Sequence[Any]) -> tf.distribute.Strategy:
    """Copies of the network on several GPUs, each with its share of a batch; else just one."""
    if len(devices) > 1:
        return tf.distribute.MirroredStrategy([device.name for device in devices])
    return tf.distribute.get_strategy()


def _phases(config: TrainingConfig) -> list[tuple[int | None, int]]:
    """(side of the parts shown or None for whole slices, the epoch it ends before) in order."""
    fit, end = config.fit, 0
    phases: list[tuple[int | None, int]] = []
    for epochs in fit.cycles or (fit.epochs,):
        end += epochs
        if fit.crop and epochs > fit.whole_epochs:
            phases.append((fit.crop, end - fit.whole_epochs))
        if not fit.crop or fit.whole_epochs:
            phases.append((None, end))
    return phases


def _trainable_network(config: TrainingConfig) -> keras.Model:
    """The network for images of any size, in the arithmetic and with the pooling of the fit."""
    before = keras.mixed_precision.dtype_policy()
    keras.mixed_precision.set_dtype_policy(arithmetic(config.fit.precision))
    shape = config.network
    if config.fit.sharpness > 0:
        shape = replace(shape, sharpness=config.fit.sharpness)
    try:
        return build_network(shape, config.input, any_size=True)
    finally:
        keras.mixed_precision.set_dtype_policy(before)


def _optimizer(config: TrainingConfig, steps: int) -> keras.optimizers.Optimizer:
    rate: Any = config.fit.learning_rate
    if config.fit.schedule == "cosine":
        cycles = config.fit.cycles or (config.fit.epochs,)
        rate = CosineCycles(rate, [steps * epochs for epochs in cycles], config.fit.cycle_decay)
    steps_a_change = config.fit.accumulation
    return keras.optimizers.Adam(
        rate, gradient_accumulation_steps=steps_a_change if steps_a_change > 1 else None
    )


WARMUP_STEPS = 200
"""Or a tenth of a cycle if that is less: the learning rate grows from a twentieth."""


@keras.saving.register_keras_serializable("hcc_viewer")
class CosineCycles(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc] # Keras is untyped
    """Falls along a cosine to a hundredth, again and again (Loshchilov and Hutter, ICLR 2017)."""

    def __init__(self, rate: float, steps: Sequence[int], decay: float) -> None:
        """Take the first cycle's highest rate, each cycle's steps, and the factor between them."""
        self.rate, self.steps, self.decay = rate, list(steps), decay

    def __call__(self, step: Any) -> Any:
        """The learning rate at a step."""
        ops = keras.ops
        step = ops.cast(step, "float32")
        value, start = ops.zeros_like(step), 0
        for number, length in enumerate(self.steps):
            peak = self.rate * self.decay**number
            warmup = max(1, min(WARMUP_STEPS, length // 10))
            done = step - start
            rising = peak * (0.05 + 0.95 * done / warmup)
            share = ops.clip((done - warmup) / max(1, length - warmup), 0.0, 1.0)
            falling = peak * (0.01 + 0.99 * 0.5 * (1 + ops.cos(math.pi * share)))
            here = ops.where(done < warmup, rising, falling)
            value = ops.where(step >= start, here, value)
            start += length
        return value

    def get_config(self) -> dict[str, Any]:
        """What rebuilds the schedule."""
        return {"rate": self.rate, "steps": self.steps, "decay": self.decay}


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
    metrics = {"probability": [PositiveAuc(name="auc")]}
    return {"loss": losses, "loss_weights": weights, "weighted_metrics": metrics}


class SnapshotKeeper(keras.callbacks.Callback):  # type: ignore[misc] # Keras is untyped
    """Writes the weights of some epochs down before the epoch counts as done."""

    def __init__(self, folder: Path, epochs: Sequence[int]) -> None:
        """Take where to, and which epochs, counted from 1."""
        super().__init__()
        self._folder, self._epochs = folder, frozenset(epochs)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Keras's, which counts epochs from 0."""
        if epoch + 1 in self._epochs:
            self.model.save_weights(self._folder / _snapshot_name(epoch + 1))


def _snapshot_name(epoch: int) -> str:
    return f"epoch-{epoch}.weights.h5"


def _callbacks(config: TrainingConfig, folder: Path) -> list[keras.callbacks.Callback]:
    more: list[keras.callbacks.Callback] = []
    if config.fit.cycles:  # the last one's too: another may be added
        more.append(SnapshotKeeper(folder, config.fit.cycle_ends))
    if config.fit.schedule == "constant" or config.fit.keep == "best":
        patience = config.fit.patience
        more.append(keras.callbacks.EarlyStopping(MONITOR, mode="max", patience=patience))
    return [
        *more,
        # Before the line in the history, which says on resuming what has to be beaten.
        keras.callbacks.ModelCheckpoint(
            str(folder / WEIGHTS_NAME),
            monitor=MONITOR,
            mode="max",
            save_best_only=True,
            save_weights_only=True,
            initial_value_threshold=_best_so_far(folder),
        ),
        keras.callbacks.CSVLogger(str(folder / "history.csv"), append=True),
        keras.callbacks.BackupAndRestore(str(folder / "checkpoint"), delete_checkpoint=False),
    ]


def _history(folder: Path) -> list[dict[str, str]]:
    path = folder / "history.csv"
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def _epochs_done(folder: Path) -> int:
    """An epoch that was cut off after its line was written stands there twice."""
    return len({row["epoch"] for row in _history(folder)})


def _best_so_far(folder: Path) -> float | None:
    return max((float(row[MONITOR]) for row in _history(folder)), default=None)
