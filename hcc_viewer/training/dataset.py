"""From examples to batches: what an epoch shows, and what the network is told of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import keras
import numpy as np
from numpy.typing import NDArray

from hcc_viewer.training.augment import (
    Augmentation,
    augment_image,
    augment_labels,
    augment_mask,
    draw_augmentation,
)
from hcc_viewer.training.config import TrainingConfig
from hcc_viewer.training.drawing import Drawing, draw_into
from hcc_viewer.training.examples import (
    TISSUE_GROUPS,
    TISSUE_SCALE,
    UNKNOWN_TISSUE,
    Example,
)
from hcc_viewer.training.online_gallbladders import draw_gallbladder
from hcc_viewer.training.online_lesions import draw_cyst, draw_hcc
from hcc_viewer.training.online_vessels import draw_vessel
from hcc_viewer.training.sampling import Sampler, Shown

FULL_CELL = 0.25
"""A cell whose area is HCC to this share counts as HCC whole: lesions smaller than a cell count."""

CELL_WEIGHT, REGION_WEIGHT = 3.0, 24.0
"""Weight of an HCC cell in the map's loss: the first, and the second shared out by the root of the
number of cells of its lesion's cross-section, so that a small lesion is not lost beside a large."""

MAX_CELL_WEIGHT = 20.0

USUAL_FIELD_MM = 380.0
"""Taken for the width of the input where the configuration shows whole images."""

DRAW: dict[str, Callable[[np.random.Generator], Drawing]] = {
    "hcc": draw_hcc,
    "cyst": draw_cyst,
    "gallbladder": draw_gallbladder,
    "vessel": draw_vessel,
}
"""By `sampling.Drawn.kind`."""

Batch = tuple[NDArray[np.float32], dict[str, Any], dict[str, Any]]


class TrainingSlices(keras.utils.PyDataset):  # type: ignore[misc] # Keras is untyped
    """Batches of augmented slices, or parts of slices, drawn anew for each epoch."""

    def __init__(
        self,
        examples: Sequence[Example],
        config: TrainingConfig,
        crop: int | None = None,
        **kwargs: Any,
    ) -> None:
        """Show parts of `crop` pixels a side; None: whole slices.

        A batch has about as many pixels either way, and an epoch as many batches.
        """
        super().__init__(**kwargs)
        self.sampler = Sampler(examples, config.fit, config.cases.positive_area_mm2)
        self._examples = examples
        self._config = config
        self._epoch = 0
        fit, size = config.fit, config.input.size
        self._crop = min(crop or size, size)
        usual = min(fit.crop or size, size)
        self._count = max(2, round(fit.batch_size * usual**2 / self._crop**2))

    def __len__(self) -> int:
        return math.ceil(self._config.fit.slices_per_epoch / self._config.fit.batch_size)

    def __getitem__(self, number: int) -> Batch:
        seeds = np.random.SeedSequence([self._config.fit.seed, self._epoch, number])
        items = []
        for seed in seeds.spawn(self._count):
            generator = np.random.default_rng(seed)
            shown = self.sampler.draw(generator, self._crop)
            example = self._examples[shown.place.example]
            items.append(_augmented(example, shown, self._config, generator, self._crop))
        return make_batch(items, self._config)

    def set_epoch(self, epoch: int) -> None:
        """Show the slices of this epoch, counted from 0."""
        self._epoch = epoch

    def on_epoch_end(self) -> None:
        """Draw the next epoch's slices."""
        self.set_epoch(self._epoch + 1)


@dataclass(frozen=True, eq=False)
class Item:
    """A slice or a part of one as the network gets it, with what it should answer."""

    image: NDArray[np.float32]
    """(size, size, channels)"""
    hcc: NDArray[np.uint8]
    """(size, size) share of HCC times 255."""
    tissues: NDArray[np.uint8]
    """(size / 2, size / 2) index into TISSUE_GROUPS."""
    hcc_area_mm2: float
    """Of HCC in what is shown; infinite where there is some and nobody said where."""


def plain_batches(
    examples: Sequence[Example], config: TrainingConfig, per_example: int
) -> tuple[NDArray[np.float32], dict[str, Any], dict[str, Any]]:
    """Up to `per_example` evenly spaced certain slices of each example, not augmented, at once."""
    items = []
    for example in examples:
        certain = np.flatnonzero(~example.is_uncertain(config.cases.positive_area_mm2))
        chosen = certain[np.unique(np.linspace(0, len(certain) - 1, per_example).astype(int))]
        items += [_plain(example, int(index), config) for index in chosen]
    return make_batch(items, config)


def make_batch(items: Sequence[Item], config: TrainingConfig) -> Batch:
    """Images, targets and weights, by the names of the network's outputs."""
    stride, least = config.network.stride, config.cases.positive_area_mm2
    area = np.array([item.hcc_area_mm2 for item in items])
    positive = area >= least
    cells = np.stack([_cell_targets(item.hcc, stride) for item in items])
    targets = {
        "probability": np.stack([~positive, positive], axis=1).astype(np.float32),
        "map": np.stack([1 - cells, cells], axis=3),
    }
    weights = {
        "probability": np.where((area > 0) & ~positive, 0, 1).astype(np.float32),
        "map": np.stack([_cell_weights(grid) for grid in cells])
        * np.isfinite(area)[:, None, None].astype(np.float32),
    }
    if config.network.auxiliary_tissues:
        tissues = [_tissue_targets(item.tissues, stride // TISSUE_SCALE) for item in items]
        targets["tissues"] = np.stack(tissues)
        weights["tissues"] = np.ones(cells.shape, np.float32)
    return np.stack([item.image for item in items]), targets, weights


def _plain(example: Example, index: int, config: TrainingConfig) -> Item:
    """A whole slice as the program would show it to the network."""
    return Item(
        example.image(index, config.input.offsets_mm),
        example.hcc[index],
        example.tissues[index],
        float(example.hcc_area_mm2[index]),
    )


def _augmented(
    example: Example,
    shown: Shown,
    config: TrainingConfig,
    generator: np.random.Generator,
    crop: int,
) -> Item:
    """The part of `crop` pixels that is to be shown (a whole slice: around its middle)."""
    place, whole = shown.place, crop >= config.input.size
    middle = None if whole else (place.row, place.column)
    augmentation = draw_augmentation(config.augment, crop, generator, middle)
    stretched = tuple(offset * augmentation.interval for offset in config.input.offsets_mm)
    gains = _tissue_gains(example, place.index, stretched, augmentation, crop)
    stored = example.stored(place.index, stretched)
    tissues = example.tissues[place.index]
    hcc = example.hcc[place.index]
    pixel_mm = (config.input.field_mm or USUAL_FIELD_MM) / config.input.size
    if shown.drawn:
        stored, tissues = stored.copy(), tissues.copy()
    for drawn in shown.drawn:
        drawing = DRAW[drawn.kind](generator)
        mask = draw_into(stored, tissues, example, drawn.place, stretched, pixel_mm, drawing)
        if drawn.kind == "hcc":
            hcc = augment_mask(mask, augmentation, crop)
            return Item(
                augment_image(stored, augmentation, example.clip, crop, gains),
                hcc,
                augment_labels(tissues, augmentation, TISSUE_SCALE, crop),
                float(hcc.sum(dtype=np.int64)) / 255 * pixel_mm**2,
            )
    total = int(hcc.sum(dtype=np.int64))
    area = 0.0
    if not np.isfinite(example.hcc_area_mm2[place.index]):
        # HCC somewhere in the slice: a part of it may hold it or not, and then does not count.
        area = np.inf if whole else config.cases.positive_area_mm2 / 2
        hcc = np.zeros((crop, crop), np.uint8)
    elif total:
        pixel_mm2 = float(example.hcc_area_mm2[place.index]) / total
        hcc = augment_mask(hcc, augmentation, crop)
        zoom2 = abs(float(np.linalg.det(augmentation.to_source[:, :2])))
        area = pixel_mm2 * int(hcc.sum(dtype=np.int64)) * zoom2
    else:
        hcc = np.zeros((crop, crop), np.uint8)
    return Item(
        augment_image(stored, augmentation, example.clip, crop, gains),
        hcc,
        augment_labels(tissues, augmentation, TISSUE_SCALE, crop),
        area,
    )


def _tissue_gains(
    example: Example,
    index: int,
    offsets_mm: tuple[float, ...],
    augmentation: Augmentation,
    crop: int,
) -> NDArray[np.float32] | None:
    """(crop, crop, channel) factors on the brightness by tissue; None: all are 1."""
    if not augmentation.tissue_gains.any():
        return None
    table = np.exp(augmentation.tissue_gains)
    wanted_mm = example.positions_mm[index] + np.array(offsets_mm)
    away = np.abs(example.positions_mm - wanted_mm[:, None])
    planes = np.stack([example.tissues[at] for at in away.argmin(axis=1)], axis=2)
    labels = augment_labels(planes, augmentation, TISSUE_SCALE, crop)
    gains = cv2.resize(cv2.LUT(labels, table), (crop, crop), interpolation=cv2.INTER_LINEAR)
    return np.asarray(gains, np.float32).reshape(crop, crop, len(offsets_mm))


def _cell_targets(hcc: NDArray[np.uint8], stride: int) -> NDArray[np.float32]:
    """(row, column) 0 to 1: how much each cell of the grid counts as HCC."""
    size = hcc.shape[0] // stride
    if not hcc.any():
        return np.zeros((size, size), np.float32)
    share = cv2.resize(hcc.astype(np.float32) / 255, (size, size), interpolation=cv2.INTER_AREA)
    return np.asarray(np.clip(share / FULL_CELL, 0, 1), dtype=np.float32)


def _cell_weights(cells: NDArray[np.float32]) -> NDArray[np.float32]:
    """(row, column) of the map's loss: 1, and more where there is HCC."""
    if not cells.any():
        return np.ones_like(cells)
    _, regions = cv2.connectedComponents((cells > 0).astype(np.uint8))
    counts = np.bincount(regions.ravel()).astype(np.float32)
    extra = np.minimum(CELL_WEIGHT + REGION_WEIGHT / np.sqrt(counts), MAX_CELL_WEIGHT) - 1
    return np.asarray(1 + extra[regions] * cells, np.float32)


def _tissue_targets(tissues: NDArray[np.uint8], stride: int) -> NDArray[np.float32]:
    """(row, column, group) share of each tissue in a cell; what is unknown teaches nothing."""
    size = tissues.shape[0] // stride
    table = np.zeros((UNKNOWN_TISSUE + 1, len(TISSUE_GROUPS)), np.float32)
    table[: len(TISSUE_GROUPS)] = np.eye(len(TISSUE_GROUPS))
    shares = np.zeros((size, size, len(TISSUE_GROUPS)), np.float32)
    for row, column in np.ndindex(stride, stride):
        shares += table[tissues[row::stride, column::stride]]
    return np.asarray(shares / stride**2, np.float32)
