"""What the second network learns from: the places of patients, each with its truth.

They are patients of its own (`cases.places_patients`), because on those that it was fitted on the
first network is surer than it will be on anyone else.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.detection import Model
from hcc_viewer.detection.neighbours import NeighbourMean
from hcc_viewer.detection.second_look import PlaceStream
from hcc_viewer.training.config import TrainingConfig
from hcc_viewer.training.dataset import USUAL_FIELD_MM
from hcc_viewer.training.examples import Example
from hcc_viewer.training.phantom.store import write_arrays

FloatArray = NDArray[np.float32]

NEAR_MM = 5.0
"""A place this near to HCC of its slice is one of it: about a cell of the map."""

FREE_MM = 14.0
"""A place with no HCC so near in its slice is none of it; between the two it teaches nothing: the
edge of a lesion."""

HCC_SHARE = 100
"""A pixel is HCC from this share on, times 255."""


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
    stream = PlaceStream(spec, model.card.findings, positions, pixel_mm * model.stride)
    kept: list[tuple[list[NDArray[np.float16]], FloatArray, NDArray[np.bool_]]] = []
    numbers: list[NDArray[np.int64]] = []
    structures = _Structures(model.card.findings.link_mm / pixel_mm)
    for index in range(len(example.slices)):
        batch = example.image(index, config.input.offsets_mm)[None]
        probabilities, cams, features = model.predict_with_features(batch)
        answers = mean.add(probabilities, cams)
        for (at, _, _), places, blocks in stream.add(answers, features):
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
    with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        blocks = tuple(stored[f"block_{number}"] for number in range(len(stored.files) - 3))
        return PlaceSet(blocks, stored["odds"], stored["is_hcc"], stored["structure"])
