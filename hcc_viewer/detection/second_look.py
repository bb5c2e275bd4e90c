"""A second look at the places where the network sees HCC, by a small network that judges places.

The network is taught slices, most of whose cells are plainly no HCC. The places that it names are
few and all alike to it; what they truly are is better learned from them alone. So what the network
saw around each of them (its own features, of this slice and of its neighbours) goes to a second
network that has learned nothing but to tell such places apart, on patients that the first had not
seen; the slice's probability and its map then say what the second says. Candidates first, then a
judge of each, is the usual order of computer-aided detection (for example Roth et al., IEEE Trans
Med Imaging 2016;35:1170).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.detection.log_odds import log_odds, logistic
from hcc_viewer.detection.model_card import FindingSpec, SecondLookSpec
from hcc_viewer.detection.places import slice_places

FloatArray = NDArray[np.float32]

Answer = tuple[int, float, FloatArray]
"""Index, probability and map (grid row, grid column; 0 to 1) of a slice."""


class Judge(Protocol):
    """The network that judges places."""

    def __call__(self, blocks: Sequence[FloatArray], first: FloatArray) -> FloatArray:
        """(place,) log-odds of HCC, from what `cut_blocks` gave and the log-odds before."""


@dataclass(frozen=True, eq=False)
class Places:
    """Where the network sees HCC in one slice, the most probable first."""

    cells: NDArray[np.intp]
    """(place, 2) row and column of the map."""
    odds: NDArray[np.float64]
    """(place,) log-odds that the slice would have if it held this place alone."""
    evidence: NDArray[np.float64]
    """(place,) log-odds of the map's cell."""

    def __len__(self) -> int:
        return len(self.odds)


class PlaceStream:
    """The places of one stack, and what the first network saw around them, as they come in."""

    def __init__(
        self,
        spec: SecondLookSpec,
        findings: FindingSpec,
        positions_mm: NDArray[np.float64],
        cell_mm: float,
    ) -> None:
        """Begin a stack.

        Args:
            spec: From the model card.
            findings: From the model card: `place_slope` ties the map to the slice.
            positions_mm: (slice,) along the normal, ascending.
            cell_mm: Side of a cell of the map.
        """
        self._spec = spec
        self._findings = findings
        self._positions = positions_mm
        self._cell_mm = cell_mm
        self._waiting: deque[Answer] = deque()
        self._features: list[tuple[FloatArray, ...] | None] = []
        """Of each slice so far; None once no slice needs them any more."""

    def add(
        self, answers: Iterable[Answer], features: Sequence[FloatArray]
    ) -> Iterator[tuple[Answer, Places, list[FloatArray]]]:
        """Take the first network's answers, and its features of the next slices.

        Args:
            answers: In order; those of slices whose features are still to come wait for them.
            features: The maps that the model file gives beside its answer, each (slice, channel,
                grid row, grid column).

        Yields:
            Each answer, in order, with its places and their blocks as `cut_blocks` gives them.
        """
        self._features.extend(zip(*features, strict=True))
        self._waiting.extend(answers)
        while self._waiting and self._reach(self._waiting[0][0])[1] < len(self._features):
            answer = self._waiting.popleft()
            index, probability, cam = answer
            first, last = self._reach(index)
            self._forget_before(first)
            places = find_places(probability, cam, self._cell_mm, self._spec.floor, self._findings)
            if not len(places):
                yield answer, places, []
                continue
            near = [one for one in self._features[first : last + 1] if one is not None]
            stacks = [np.stack(maps) for maps in zip(*near, strict=True)]
            at = self._places_of_offsets(index) - first
            grid = cam.shape[0]
            blocks = cut_blocks(stacks, at, index - first, places.cells, grid, self._spec)
            yield answer, places, blocks

    def _places_of_offsets(self, index: int) -> NDArray[np.float64]:
        """(offset,) where the slices of a block lie in the stack; between two slices or on one."""
        wanted = self._positions[index] + np.array(self._spec.offsets_mm)
        return np.asarray(np.interp(wanted, self._positions, np.arange(len(self._positions))))

    def _reach(self, index: int) -> tuple[int, int]:
        """First and last slice whose features are needed for one."""
        at = self._places_of_offsets(index)
        return min(int(at.min()), index), max(int(np.ceil(at.max())), index)

    def _forget_before(self, first: int) -> None:
        for index in range(first - 1, -1, -1):
            if self._features[index] is None:
                return
            self._features[index] = None


class SecondLook:
    """Looks again at the slices of one stack, as they come in."""

    def __init__(
        self,
        judge: Judge,
        spec: SecondLookSpec,
        findings: FindingSpec,
        positions_mm: NDArray[np.float64],
        cell_mm: float,
    ) -> None:
        """Begin a stack: `judge` is the second network, the others are as for `PlaceStream`."""
        self._judge = judge
        self._spec = spec
        self._place_slope = findings.place_slope
        self._stream = PlaceStream(spec, findings, positions_mm, cell_mm)

    def add(self, answers: Iterable[Answer], features: Sequence[FloatArray]) -> Iterator[Answer]:
        """Take the first network's answers, and its features of the next slices.

        Args:
            answers: As for `PlaceStream.add`.
            features: As for `PlaceStream.add`.

        Yields:
            The answers after the second look, in order.
        """
        spec = self._spec
        for (index, probability, cam), places, blocks in self._stream.add(answers, features):
            if len(places):
                judged = self._judge(blocks, places.odds.astype(np.float32))
                after = spec.first_weight * places.odds + spec.second_weight * judged.astype(float)
                after += spec.intercept
                told = _told_again(cam, places, after, spec.floor, self._place_slope)
                probability, cam = told
            yield index, probability, cam


def find_places(
    probability: float, cam: FloatArray, cell_mm: float, floor: float, findings: FindingSpec
) -> Places:
    """The local maxima of a map whose own probability reaches `floor`.

    Args:
        probability: Of the slice.
        cam: (grid row, grid column) its map, 0 to 1.
        cell_mm: Side of a cell.
        floor: 0 to 1.
        findings: `place_slope` says how far below the slice's log-odds a lower cell is.
    """
    if probability < floor:
        return Places(np.zeros((0, 2), np.intp), np.zeros(0), np.zeros(0))
    cells_only = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    over = log_odds(probability) - log_odds(floor)
    level = logistic(log_odds(cam.max()) - over / max(findings.place_slope, 1e-3) - 1e-6)
    found = slice_places(probability, cam, cells_only, cell_mm, float(level), findings)
    cells = np.rint([[peak.row, peak.column] for peak in found.peaks]).astype(np.intp)
    cells = np.clip(cells, 0, np.array(cam.shape) - 1)
    kept = found.odds >= log_odds(floor)
    return Places(cells[kept], found.odds[kept], found.evidence[kept])


def cut_blocks(
    maps: Sequence[FloatArray],
    at: NDArray[np.float64],
    index: int,
    cells: NDArray[np.intp],
    grid: int,
    spec: SecondLookSpec,
) -> list[FloatArray]:
    """What the first network saw around places of one slice.

    Args:
        maps: Its features, each (slice, channel, row, column), the first on the map's grid, the
            others on that or coarser ones.
        at: (offset,) where in `maps` the slices of a block lie; between two, what is interpolated.
        index: Of the slice in `maps`.
        cells: (place, 2) row and column of the map.
        grid: Rows of the map.
        spec: How far the blocks reach.

    Returns:
        For each of `maps` (place, row, column, channel): of the first all the slices of a block,
        one after another, of the others the slice itself. Beyond the border the last cell goes on.
    """
    finest = maps[0]
    below = np.minimum(at.astype(int), len(finest) - 1)
    above = np.minimum(below + 1, len(finest) - 1)
    share = (at - below).astype(np.float32)[:, None, None, None]
    blocks = []
    for number, (stack, reach) in enumerate(zip(maps, spec.reach_cells, strict=True)):
        scale = grid / stack.shape[2]
        steps = np.arange(-reach, reach + 1)
        parts = []
        for row, column in cells:
            middle = [int(np.floor((value + 0.5) / scale)) for value in (row, column)]
            rows = np.clip(middle[0] + steps, 0, stack.shape[2] - 1)[:, None]
            columns = np.clip(middle[1] + steps, 0, stack.shape[3] - 1)[None, :]
            if number:
                parts.append(stack[index][:, rows, columns].transpose(1, 2, 0))
                continue
            part = stack[:, :, rows, columns]
            part = part[below] * (1 - share) + part[above] * share
            parts.append(part.transpose(2, 3, 0, 1).reshape(len(steps), len(steps), -1))
        blocks.append(np.stack(parts).astype(np.float32))
    return blocks


def _told_again(
    cam: FloatArray, places: Places, after: NDArray[np.float64], floor: float, slope: float
) -> tuple[float, FloatArray]:
    """Probability and map of a slice whose places have other log-odds now.

    The map keeps its ground, which is what a place at the floor has. Above it each cell goes with
    the place that it is nearest to: as much higher or lower over the ground, in proportion.
    """
    lowest = float(log_odds(floor))
    slope = max(slope, 1e-3)
    ground = float(places.evidence[0] - (places.odds[0] - lowest) / slope)
    wanted = places.evidence + (np.maximum(after, lowest) - places.odds) / slope
    height = np.maximum(places.evidence - ground, 1e-6)
    factor = (wanted - ground) / height
    evidence = log_odds(cam)
    nearest = _nearest(cam.shape, places.cells)
    over = np.clip(evidence - ground, 0.0, height[nearest])
    told = np.where(over > 0, ground + over * factor[nearest], evidence)
    return float(logistic(after.max())), logistic(told).astype(np.float32)


def _nearest(shape: tuple[int, ...], cells: NDArray[np.intp]) -> NDArray[np.intp]:
    """(row, column) number of the place that each cell of a map is nearest to."""
    row, column = np.ogrid[: shape[0], : shape[1]]
    away = [(row - at[0]) ** 2 + (column - at[1]) ** 2 for at in cells]
    return np.asarray(np.argmin(away, axis=0))
