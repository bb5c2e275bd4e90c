"""From examples to batches: which slices an epoch shows, and what the network is told of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import keras
import numpy as np
from numpy.typing import NDArray

from hcc_viewer.training.augment import (
    augment_image,
    augment_labels,
    augment_mask,
    draw_augmentation,
)
from hcc_viewer.training.config import TrainingConfig
from hcc_viewer.training.examples import TISSUE_GROUPS, TISSUE_SCALE, Example

FULL_CELL = 0.25
"""A cell whose area is HCC to this share counts as HCC whole: lesions smaller than a cell count."""

POSITIVE_CELL_WEIGHT = 12.0
"""Weight of an HCC cell in the map's loss; most slices have a handful among hundreds."""

LIVER_SHARE = 0.85
"""Of the negative slices, so many come from where liver is in view."""

MIN_LIVER_PIXELS = 60
"""Liver is in view with this many pixels of the tissue map (about 3 cm2 at 1.2 mm)."""

Batch = tuple[NDArray[np.float32], dict[str, Any], dict[str, Any]]


@dataclass(frozen=True)
class SliceAddress:
    """One slice of one example."""

    example: int
    index: int


class TrainingSlices(keras.utils.PyDataset):  # type: ignore[misc] # Keras is untyped
    """Batches of augmented slices; epoch n of a run shows the same slices whenever it is run."""

    def __init__(self, examples: Sequence[Example], config: TrainingConfig, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._examples = examples
        self._config = config
        self._pools = _pools(examples, config.cases.positive_area_mm2)
        self._epoch = 0
        self._plan = self._draw_plan()

    def __len__(self) -> int:
        return math.ceil(self._config.fit.slices_per_epoch / self._config.fit.batch_size)

    def __getitem__(self, number: int) -> Batch:
        size = self._config.fit.batch_size
        addresses = self._plan[number * size : (number + 1) * size]
        seeds = np.random.SeedSequence([self._config.fit.seed, self._epoch, number])
        generators = [np.random.default_rng(seed) for seed in seeds.spawn(len(addresses))]
        items = [
            _item(self._examples[address.example], address.index, self._config, generator)
            for address, generator in zip(addresses, generators, strict=True)
        ]
        return make_batch(items, self._config)

    def set_epoch(self, epoch: int) -> None:
        """Show the slices of this epoch, counted from 0."""
        self._epoch = epoch
        self._plan = self._draw_plan()

    def on_epoch_end(self) -> None:
        """Draw the next epoch's slices."""
        self.set_epoch(self._epoch + 1)

    def _draw_plan(self) -> list[SliceAddress]:
        fit = self._config.fit
        generator = np.random.default_rng([fit.seed, self._epoch])
        positive, in_liver, elsewhere = self._pools
        plan = []
        for _ in range(fit.slices_per_epoch):
            if positive and generator.uniform() < fit.positive_share:
                pool = positive
            else:
                pool = in_liver if generator.uniform() < LIVER_SHARE else elsewhere
            patient = pool[int(generator.integers(len(pool)))]
            plan.append(patient[int(generator.integers(len(patient)))])
        return plan


@dataclass(frozen=True, eq=False)
class Item:
    """One slice as the network gets it, with what it should answer."""

    image: NDArray[np.float32]
    """(size, size, channels)"""
    hcc: NDArray[np.uint8]
    """(size, size) share of HCC times 255."""
    tissues: NDArray[np.uint8]
    """(size / 2, size / 2) index into TISSUE_GROUPS."""
    is_positive: bool


def plain_batches(
    examples: Sequence[Example], config: TrainingConfig, per_example: int
) -> tuple[NDArray[np.float32], dict[str, Any], dict[str, Any]]:
    """Up to `per_example` evenly spaced certain slices of each example, not augmented, at once."""
    items = []
    for example in examples:
        certain = np.flatnonzero(~example.is_uncertain(config.cases.positive_area_mm2))
        chosen = certain[np.unique(np.linspace(0, len(certain) - 1, per_example).astype(int))]
        items += [_item(example, int(index), config, None) for index in chosen]
    return make_batch(items, config)


def make_batch(items: Sequence[Item], config: TrainingConfig) -> Batch:
    """Images, targets and weights, by the names of the network's outputs."""
    stride = config.network.stride
    positive = np.array([item.is_positive for item in items])
    cells = np.stack([_cell_targets(item.hcc, stride) for item in items])
    targets = {
        "probability": np.stack([~positive, positive], axis=1).astype(np.float32),
        "map": np.stack([1 - cells, cells], axis=3),
    }
    weights = {
        "probability": np.ones(len(items), np.float32),
        "map": 1 + (POSITIVE_CELL_WEIGHT - 1) * cells,
    }
    if config.network.auxiliary_tissues:
        tissues = [_tissue_targets(item.tissues, stride // TISSUE_SCALE) for item in items]
        targets["tissues"] = np.stack(tissues)
        weights["tissues"] = np.ones(cells.shape, np.float32)
    return np.stack([item.image for item in items]), targets, weights


def _item(
    example: Example, index: int, config: TrainingConfig, generator: np.random.Generator | None
) -> Item:
    """One slice, augmented where a generator is given."""
    offsets = config.input.offsets_mm
    is_positive = bool(example.hcc_area_mm2[index] >= config.cases.positive_area_mm2)
    hcc, tissues = example.hcc[index], example.tissues[index]
    if generator is None:
        image = example.image(index, offsets)
        return Item(image, hcc, tissues, is_positive)
    augmentation = draw_augmentation(config.augment, config.input.size, generator)
    stretched = tuple(offset * augmentation.interval for offset in offsets)
    image = example.image(index, stretched)
    return Item(
        augment_image(image, augmentation, example.clip),
        augment_mask(hcc, augmentation) if is_positive else hcc,
        augment_labels(tissues, augmentation, TISSUE_SCALE),
        is_positive,
    )


def _pools(
    examples: Sequence[Example], area_mm2: float
) -> tuple[list[list[SliceAddress]], list[list[SliceAddress]], list[list[SliceAddress]]]:
    """Slices by patient: positive, negative with liver in view, and other negative.

    A pool leaves out the patients who have no such slice.
    """
    pools: tuple[list[list[SliceAddress]], ...] = ([], [], [])
    liver = [name for name, _ in TISSUE_GROUPS].index("liver")
    for number, example in enumerate(examples):
        positive = example.is_positive(area_mm2)
        negative = ~positive & ~example.is_uncertain(area_mm2)
        in_view = (example.tissues == liver).sum(axis=(1, 2)) >= MIN_LIVER_PIXELS
        for pool, chosen in zip(
            pools, (positive, negative & in_view, negative & ~in_view), strict=True
        ):
            addresses = [SliceAddress(number, int(index)) for index in np.flatnonzero(chosen)]
            if addresses:
                pool.append(addresses)
    positive_pool, in_liver, elsewhere = pools
    if not in_liver and not elsewhere:
        raise ValueError("The cases hold no slice without HCC to train on.")
    return positive_pool, in_liver or elsewhere, elsewhere or in_liver


def _cell_targets(hcc: NDArray[np.uint8], stride: int) -> NDArray[np.float32]:
    """(row, column) 0 to 1: how much each cell of the grid counts as HCC."""
    size = hcc.shape[0] // stride
    share = cv2.resize(hcc.astype(np.float32) / 255, (size, size), interpolation=cv2.INTER_AREA)
    return np.asarray(np.clip(share / FULL_CELL, 0, 1), dtype=np.float32)


def _tissue_targets(tissues: NDArray[np.uint8], stride: int) -> NDArray[np.float32]:
    """(row, column, group) share of each tissue in a cell of the grid."""
    size = tissues.shape[0] // stride
    one_hot = np.eye(len(TISSUE_GROUPS), dtype=np.float32)[tissues]
    blocks = one_hot.reshape(size, stride, size, stride, len(TISSUE_GROUPS))
    return np.asarray(blocks.mean(axis=(1, 3)), dtype=np.float32)
