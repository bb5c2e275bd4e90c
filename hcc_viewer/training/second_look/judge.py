"""The second network: which of the places that the first one names are HCC."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
from keras import layers

from hcc_viewer.detection.model_card import SecondLookSpec
from hcc_viewer.training.config import JudgeConfig, TrainingConfig
from hcc_viewer.training.examples import Example
from hcc_viewer.training.precision import arithmetic
from hcc_viewer.training.second_look.patches import PatchBatches, PatchSampler
from hcc_viewer.training.second_look.places import PlaceSet

logger = logging.getLogger(__name__)

HIDDEN = 64
"""Units between what the convolutions give and the answer."""

LABEL_SMOOTHING = 0.02
WEIGHT_DECAY = 1e-3


def build_judge(spec: SecondLookSpec, config: JudgeConfig) -> keras.Model:
    """The second network.

    Stages of 3x3 convolutions with maximum pooling between them. The answer comes from the cells
    in the middle before the last pooling, where the place itself is, and from the mean and the
    maximum of the last stage, which tell what is around.

    Args:
        spec: Size of a patch and the distances of its slices, which are the channels.
        config: Its shape.

    Returns:
        A model from (place, size, size, offset) to (place, 1) log-odds.
    """
    image = layers.Input((spec.size_px, spec.size_px, len(spec.offsets_mm)), name="patches")
    x, near = image, image
    *stages, last = config.widths
    for width in stages:
        for _ in range(2):
            x = _convolution(x, width)
        near, x = x, layers.MaxPooling2D()(x)
    x = _convolution(x, last)
    edge = (near.shape[1] - 2) // 2
    middle = layers.Flatten()(layers.Cropping2D(edge)(near))
    around = [layers.GlobalAveragePooling2D()(x), layers.GlobalMaxPooling2D()(x)]
    seen = layers.Dropout(config.dropout)(layers.Concatenate()([middle, *around]))
    seen = layers.Dense(HIDDEN, activation="relu")(seen)
    seen = layers.Dropout(config.dropout)(seen)
    return keras.Model(image, layers.Dense(1, dtype="float32", name="log_odds")(seen))


def _convolution(x: Any, filters: int) -> Any:
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False, kernel_initializer="he_normal")(x)
    return layers.ReLU()(layers.BatchNormalization()(x))


def fit_judge(
    examples: Sequence[Example],
    sets: Sequence[PlaceSet],
    config: TrainingConfig,
    folder: Path,
    *,
    verbose: int = 0,
) -> keras.Model:
    """Fit the second network; what is done of it in `folder` is not done again.

    Args:
        examples: The patients.
        sets: The places of each.
        config: `judge`, `second_look`, `input`, and `fit.precision`.
        folder: Keeps the weights of each cycle's end, and how far the present one is; of one shape
            of network, patients and places only.
        verbose: As for Keras.

    Raises:
        ValueError: The patients give no places of HCC, or none of anything else.
    """
    keras.utils.set_random_seed(config.judge.seed)
    sampler = PatchSampler(examples, sets, config)
    judge = _build(config, arithmetic(config.fit.precision))
    folder.mkdir(parents=True, exist_ok=True)
    for cycle, epochs in enumerate(config.judge.cycles):
        name = "-".join(map(str, config.judge.cycles[: cycle + 1]))
        done = folder / f"after-{name}.weights.h5"
        if not done.exists():
            batches = PatchBatches(sampler, config, cycle)
            _fit_cycle(judge, batches, config, cycle, folder / f"until-{name}", verbose)
            part = folder / f"part-{done.name}"
            judge.save_weights(part)
            part.replace(done)
        judge.load_weights(done)
        logger.info("Second look: cycle %d of %d epochs is done", cycle + 1, epochs)
    result = _build(config, "float32")
    result.set_weights(judge.get_weights())
    return result


def _build(config: TrainingConfig, policy: str) -> keras.Model:
    before = keras.mixed_precision.dtype_policy()
    keras.mixed_precision.set_dtype_policy(policy)
    try:
        return build_judge(config.second_look, config.judge)
    finally:
        keras.mixed_precision.set_dtype_policy(before)


def _fit_cycle(
    judge: keras.Model,
    batches: PatchBatches,
    config: TrainingConfig,
    cycle: int,
    backup: Path,
    verbose: int,
) -> None:
    """One fall of the cosine; an interrupted one goes on after the last whole epoch of `backup`."""
    epochs = config.judge.cycles[cycle]
    start = config.judge.learning_rate * config.judge.cycle_decay**cycle
    rate = keras.optimizers.schedules.CosineDecay(start, epochs * config.judge.steps_per_epoch)
    judge.compile(
        keras.optimizers.AdamW(rate, weight_decay=WEIGHT_DECAY),
        keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=LABEL_SMOOTHING),
    )
    restore = keras.callbacks.BackupAndRestore(str(backup))
    draw = keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, _: batches.set_epoch(epoch))
    judge.fit(batches, epochs=epochs, verbose=verbose, callbacks=[restore, draw])
