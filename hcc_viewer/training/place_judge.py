"""Teaches the second network: which of the places that the first one names are HCC.

It learns from patients of its own (`cases.places_patients`), because on those that it was fitted on
the first network is surer than it will be on anyone else. See `detection/second_look.py`.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from hcc_viewer.detection import Model
from hcc_viewer.detection.log_odds import logistic
from hcc_viewer.detection.model_card import SecondLookSpec
from hcc_viewer.detection.neighbours import NeighbourMean
from hcc_viewer.detection.second_look import SecondLook
from hcc_viewer.training.config import JudgeConfig, TrainingConfig
from hcc_viewer.training.dataset import USUAL_FIELD_MM
from hcc_viewer.training.examples import Example
from hcc_viewer.training.phantom.store import write_arrays

logger = logging.getLogger(__name__)

FloatArray = NDArray[np.float32]

NEAR_MM = 5.0
"""A place this near to HCC of its slice is one of it: about a cell of the map."""

FREE_MM = 14.0
"""A place with no HCC so near in its slice is none of it; between the two it teaches nothing: the
edge of a lesion."""

BESIDE_HCC = 0.3
"""Weight of what is none where an HCC lies above or below it."""

HCC_SHARE = 100
"""A pixel is HCC from this share on, times 255."""

LABEL_SMOOTHING = 0.02
WEIGHT_DECAY = 1e-3


@dataclass(frozen=True, eq=False)
class PlaceSet:
    """Places of one patient that are surely HCC or surely none."""

    blocks: tuple[NDArray[np.float16], ...]
    """Of each map of features (place, row, column, channel), as the second network gets them."""
    odds: FloatArray
    """(place,) log-odds that the first network gave."""
    is_hcc: NDArray[np.bool_]
    """(place,)"""
    structure: NDArray[np.int64]
    """(place,) number of what it lies on: places of neighbouring slices one above the other."""

    def __len__(self) -> int:
        return len(self.odds)


def find_place_set(example: Example, model: Model, config: TrainingConfig) -> PlaceSet:
    """The places that the program would look at again in one patient, with their truth.

    Args:
        example: The patient.
        model: The first network, which gives its features.
        config: `second_look`, `input` and `findings` as in the model's card.
    """
    spec = config.second_look
    pixel_mm = (config.input.field_mm or USUAL_FIELD_MM) / config.input.size
    positions = example.positions_mm
    mean = NeighbourMean(positions, model.card.findings.smooth_mm)
    look = SecondLook(_unasked, spec, model.card.findings, positions, pixel_mm * model.stride)
    kept: list[tuple[list[NDArray[np.float16]], FloatArray, NDArray[np.bool_]]] = []
    numbers: list[NDArray[np.int64]] = []
    structures = _Structures(model.card.findings.link_mm / pixel_mm)
    for index in range(len(example.slices)):
        batch = example.image(index, config.input.offsets_mm)[None]
        probabilities, cams, features = model.predict_with_features(batch)
        answers = mean.add(probabilities, cams)
        for (at, _, _), places, blocks in look.gather(answers, features):
            if not len(places):
                continue
            points = (places.cells + 0.5) * model.stride - 0.5
            number = structures.number(at, np.asarray(points, np.float64))
            truth = np.array([_truth(example, at, r, c, pixel_mm) for r, c in points.tolist()])
            sure = truth >= 0
            if sure.any():
                parts = [block[sure].astype(np.float16) for block in blocks]
                kept.append((parts, places.odds[sure].astype(np.float32), truth[sure] == 1))
                numbers.append(number[sure])
    if not kept:
        return PlaceSet((), np.zeros(0, np.float32), np.zeros(0, bool), np.zeros(0, np.int64))
    parts_of_maps = zip(*(part for part, _, _ in kept), strict=True)
    joined = tuple(np.concatenate(parts) for parts in parts_of_maps)
    odds = np.concatenate([part for _, part, _ in kept])
    is_hcc = np.concatenate([part for _, _, part in kept])
    return PlaceSet(joined, odds, is_hcc, np.concatenate(numbers))


class _Structures:
    """Numbers the places of a stack by what they lie on, slice after slice."""

    def __init__(self, reach: float) -> None:
        """Places of two slices that follow each other are one structure within `reach` pixels."""
        self._reach = reach
        self._last: tuple[int, NDArray[np.float64], NDArray[np.int64]] | None = None
        self._count = 0

    def number(self, index: int, points: NDArray[np.float64]) -> NDArray[np.int64]:
        """(place,) numbers of the (place, 2) points of a slice."""
        numbers = np.arange(self._count, self._count + len(points))
        self._count += len(points)
        if self._last is not None and self._last[0] == index - 1:
            away = np.linalg.norm(points[:, None] - self._last[1][None], axis=2)
            near = away.argmin(axis=1)
            same = away.min(axis=1) <= self._reach
            numbers[same] = self._last[2][near[same]]
        self._last = index, points, numbers
        return numbers


def _unasked(blocks: Sequence[FloatArray], first: FloatArray) -> FloatArray:
    raise AssertionError("places are gathered before there is a judge")


def _truth(example: Example, index: int, row: float, column: float, pixel_mm: float) -> int:
    """1: a place of HCC; 0: of none; -1: neither for sure."""
    if not np.isfinite(example.hcc_area_mm2[index]):
        return -1  # somebody knows of HCC there, and nobody said where
    rows, columns = np.nonzero(example.hcc[index] > HCC_SHARE)
    if not len(rows):
        return 0 if example.hcc_area_mm2[index] == 0 else -1
    squares = (rows - row) ** 2 + (columns - column) ** 2
    away = float(squares.min()) ** 0.5 * pixel_mm
    if away <= NEAR_MM:
        return 1
    return 0 if away > FREE_MM else -1


def save_place_set(places: PlaceSet, path: Path) -> None:
    """Write it beside its place and move it in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".part")
    with temporary.open("wb") as stream:
        blocks = {f"block_{number}": block for number, block in enumerate(places.blocks)}
        told = {"odds": places.odds, "is_hcc": places.is_hcc, "structure": places.structure}
        write_arrays(stream, told | blocks)
    temporary.replace(path)


def load_place_set(path: Path) -> PlaceSet:
    """Read what `save_place_set` wrote."""
    with np.load(path, allow_pickle=False) as stored:
        blocks = tuple(stored[f"block_{number}"] for number in range(len(stored.files) - 3))
        return PlaceSet(blocks, stored["odds"], stored["is_hcc"], stored["structure"])


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
