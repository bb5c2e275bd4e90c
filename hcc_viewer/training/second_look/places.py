"""The places that the first network names in a patient, each with its truth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.detection import Model
from hcc_viewer.detection.neighbours import NeighbourMean
from hcc_viewer.detection.second_look import find_places
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

    index: NDArray[np.int64]
    """(place,) of the slice."""
    points: NDArray[np.float64]
    """(place, 2) row and column in network pixels."""
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
        model: The first network.
        config: `second_look`, `input` and `findings` as in the model's card.
    """
    findings = model.card.findings
    pixel_mm = (config.input.field_mm or USUAL_FIELD_MM) / config.input.size
    mean = NeighbourMean(example.positions_mm, findings.smooth_mm)
    structures = _Structures(findings.link_mm / pixel_mm)
    rows: list[tuple[int, float, float, float, int, int]] = []
    for number in range(len(example.slices)):
        batch = example.image(number, config.input.offsets_mm)[None]
        for index, probability, cam in mean.add(*model.predict(batch)):
            floor = config.second_look.floor
            places = find_places(probability, cam, pixel_mm * model.stride, floor, findings)
            points = places.points(model.stride)
            numbers = structures.number(index, points).tolist()
            told = zip(points.tolist(), places.odds.tolist(), numbers, strict=True)
            for (row, column), odds, structure in told:
                truth = _truth(example, index, row, column, pixel_mm)
                rows.append((index, row, column, odds, truth, structure))
    table = np.array([row for row in rows if row[4] >= 0], float).reshape(-1, 6)
    return PlaceSet(
        index=table[:, 0].astype(np.int64),
        points=table[:, 1:3],
        odds=table[:, 3].astype(np.float32),
        is_hcc=table[:, 4] == 1,
        structure=table[:, 5].astype(np.int64),
    )


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
        if self._last is not None and self._last[0] == index - 1 and len(self._last[1]):
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
        write_arrays(stream, dict(vars(places)))
    temporary.replace(path)


def load_place_set(path: Path) -> PlaceSet:
    """Read what `save_place_set` wrote."""
    with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        return PlaceSet(**{name: stored[name] for name in stored.files})
