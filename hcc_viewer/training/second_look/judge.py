"""The second network: which of the places that the first one names are HCC."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from hcc_viewer.detection.log_odds import logistic
from hcc_viewer.detection.model_card import SecondLookSpec
from hcc_viewer.training.config import JudgeConfig
from hcc_viewer.training.second_look.places import PlaceSet

logger = logging.getLogger(__name__)

FloatArray = NDArray[np.float32]

BESIDE_HCC = 0.3
"""Weight of what is none where an HCC lies above or below it."""

LABEL_SMOOTHING = 0.02
WEIGHT_DECAY = 1e-3


def build_judge(
    shapes: Sequence[tuple[int, ...]], offsets: int, config: JudgeConfig
) -> keras.Model:
    """The second network: several small ones, the mean of which is its answer.

    Each also looks at the block with head and feet exchanged.

    Args:
        shapes: (row, column, channel) of the blocks of each map of features.
        offsets: Slices that the first block holds one after another.
        config: Its shape.

    Returns:
        A model from the blocks and (place, 1) first log-odds to (place, 1) log-odds.
    """
    blocks = [layers.Input(shape, name=f"block_{number}") for number, shape in enumerate(shapes)]
    first = layers.Input((1,), name="first")
    members = [_member(shapes, config, number) for number in range(config.members)]
    turned = [_Turn(offsets, name="turn")(blocks[0]), *blocks[1:]]
    answers = [member([*view, first]) for member in members for view in (blocks, turned)]
    return keras.Model([*blocks, first], layers.Average(name="log_odds")(answers))


def _member(shapes: Sequence[tuple[int, ...]], config: JudgeConfig, number: int) -> keras.Model:
    blocks = [layers.Input(shape) for shape in shapes]
    first = layers.Input((1,))
    x = layers.BatchNormalization()(blocks[0])
    x = layers.SpatialDropout2D(0.1)(x)
    for kernel in (1, 3, 3):
        x = layers.Conv2D(config.width, kernel, use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    edge = (x.shape[1] - 3) // 2
    near = layers.Flatten()(layers.Cropping2D(edge)(x))
    around = [layers.GlobalAveragePooling2D()(x), layers.GlobalMaxPooling2D()(x)]
    parts = [_dense(layers.Concatenate()([near, *around]), 32, config)]
    parts += [
        _dense(layers.Flatten()(layers.BatchNormalization()(b)), 16, config) for b in blocks[1:]
    ]
    seen = layers.Dropout(config.dropout)(layers.Concatenate()(parts))
    seen = layers.Dense(1)(seen)
    both = layers.Concatenate()([seen, first])
    answer = layers.Dense(1, kernel_initializer="ones")(both)
    return keras.Model([*blocks, first], answer, name=f"member_{number}")


def _dense(x: Any, units: int, config: JudgeConfig) -> Any:
    return layers.Dense(units, activation="relu")(layers.Dropout(config.dropout)(x))


@keras.saving.register_keras_serializable("hcc_viewer")
class _Turn(layers.Layer):  # type: ignore[misc] # Keras is untyped
    """Exchanges head and feet: the slices of a block in the opposite order."""

    def __init__(self, offsets: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.offsets = offsets

    def call(self, inputs: Any) -> Any:
        """(place, row, column, slices * channel) to the same with its slices turned round."""
        parts = keras.ops.split(inputs, self.offsets, axis=3)
        return keras.ops.concatenate(parts[::-1], axis=3)


def fit_judge(
    sets: Sequence[PlaceSet], spec: SecondLookSpec, config: JudgeConfig, *, verbose: int = 0
) -> keras.Model:
    """Fit the second network on the places of patients.

    Half of each batch is HCC. A patient counts by the root of the number of structures that its
    places lie on, a lesion as much as another however many slices it is seen in, and what is none
    by the root of its highest probability.

    Raises:
        ValueError: There are no places of HCC, or none of anything else.
    """
    with_hcc = [one for one in sets if one.is_hcc.any()]
    without = [one for one in sets if (~one.is_hcc).any()] if with_hcc else []
    if not with_hcc or not without:
        raise ValueError("The patients give no places both of HCC and of something else.")
    keras.utils.set_random_seed(config.seed)
    shapes = [block.shape[1:] for block in with_hcc[0].blocks]
    judge = build_judge(shapes, len(spec.offsets_mm), config)
    members = [layer for layer in judge.layers if isinstance(layer, keras.Model)]
    for number, member in enumerate(members):
        steps = config.epochs * config.steps_per_epoch
        rate = keras.optimizers.schedules.CosineDecay(config.learning_rate, steps)
        member.compile(
            keras.optimizers.AdamW(rate, weight_decay=WEIGHT_DECAY),
            keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=LABEL_SMOOTHING),
        )
        batches = _Batches(with_hcc, without, len(spec.offsets_mm), config, number)
        history = member.fit(batches, epochs=config.epochs, verbose=verbose)
        logger.info("Second look, member %d: loss %.4f", number, history.history["loss"][-1])
    return judge


class _Batches(keras.utils.PyDataset):  # type: ignore[misc] # Keras is untyped
    """Places of both kinds in equal numbers, drawn anew for each epoch."""

    def __init__(
        self,
        with_hcc: Sequence[PlaceSet],
        without: Sequence[PlaceSet],
        offsets: int,
        config: JudgeConfig,
        number: int,
    ) -> None:
        super().__init__()
        self._kinds = [
            [_Structured(one, kind) for one in sets]
            for kind, sets in ((False, without), (True, with_hcc))
        ]
        self._offsets = offsets
        self._config = config
        self._generator = np.random.default_rng([config.seed, number])

    def __len__(self) -> int:
        return self._config.steps_per_epoch

    def __getitem__(self, step: int) -> tuple[tuple[Any, ...], FloatArray]:
        drawn = [self._draw(number % 2) for number in range(self._config.batch_size)]
        blocks = [
            np.stack(parts).astype(np.float32) for parts in zip(*(b for b, _ in drawn), strict=True)
        ]
        first = np.array([[odds] for _, odds in drawn], np.float32)
        truth = (np.arange(len(drawn)) % 2).astype(np.float32)[:, None]
        return (*blocks, first), truth

    def _draw(self, kind: int) -> tuple[list[NDArray[np.float16]], float]:
        patients = self._kinds[kind]
        weights = np.sqrt([len(one.structures) for one in patients])
        patient = patients[int(self._generator.choice(len(patients), p=weights / weights.sum()))]
        weights = patient.weights
        structure = int(self._generator.choice(len(weights), p=weights / weights.sum()))
        at = int(self._generator.choice(patient.structures[structure]))
        blocks = [block[at] for block in patient.places.blocks]
        if self._generator.random() < 0.5:
            parts = np.split(blocks[0], self._offsets, axis=2)
            blocks[0] = np.concatenate(parts[::-1], axis=2)
        return blocks, float(patient.places.odds[at])


class _Structured:
    """The places of one kind in a patient, by the structures that they lie on."""

    def __init__(self, places: PlaceSet, is_hcc: bool) -> None:
        self.places = places
        chosen = np.flatnonzero(places.is_hcc == is_hcc)
        numbers = places.structure[chosen]
        self.structures = [chosen[numbers == number] for number in np.unique(numbers)]
        highest = np.array([places.odds[indices].max() for indices in self.structures])
        # What would hardly ever be flagged needs little judging.
        if is_hcc:
            self.weights = np.ones(len(highest))
        else:
            beside = [
                places.is_hcc[places.structure == number].any() for number in np.unique(numbers)
            ]
            self.weights = np.sqrt(logistic(highest)) * np.where(beside, BESIDE_HCC, 1.0)
