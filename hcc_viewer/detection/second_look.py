"""A second look at the places where the network sees HCC, by a small network that judges places.

The network is taught slices, most of whose cells are plainly no HCC, and its first convolution
halves the image. The places that it names are few; what they truly are is better learned from them
alone, and from every pixel. So what lies around each of them, in this slice and its neighbours,
goes to a second network that has learned nothing but to tell such places apart; the slice's
probability and its map then say what both say. Candidates first, then a judge of each, is the usual
order of computer-aided detection (for example Roth et al., IEEE Trans Med Imaging 2016;35:1170).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.detection.log_odds import log_odds, logistic
from hcc_viewer.detection.model_card import FindingSpec, SecondLookSpec
from hcc_viewer.detection.places import slice_places
from hcc_viewer.detection.preprocess import PreparedStack, join_channels

FloatArray = NDArray[np.float32]

Answer = tuple[int, float, FloatArray]
"""Index, probability and map (grid row, grid column; 0 to 1) of a slice."""


class Judge(Protocol):
    """The network that judges places."""

    def __call__(self, patches: FloatArray) -> FloatArray:
        """(place,) log-odds of HCC, from what `cut_patches` gave."""


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

    def points(self, stride: float) -> NDArray[np.float64]:
        """(place, 2) row and column of the cells' middles, in network pixels."""
        return np.asarray((self.cells + 0.5) * stride - 0.5, np.float64)


class SecondLook:
    """Looks again at the slices of one stack, as they come in."""

    def __init__(
        self,
        judge: Judge,
        spec: SecondLookSpec,
        findings: FindingSpec,
        stack: PreparedStack,
        stride: float,
    ) -> None:
        """Begin a stack.

        Args:
            judge: The second network.
            spec: From the model card.
            findings: From the model card: `place_slope` ties the map to the slice.
            stack: Its slices; those that the network has seen are prepared.
            stride: Network pixels per cell of the map.
        """
        self._judge = judge
        self._spec = spec
        self._findings = findings
        self._stack = stack
        self._stride = stride
        reach = max(spec.offsets_mm) + max(spec.shifts_mm)
        positions = stack.positions_mm
        self._last = np.minimum(np.searchsorted(positions, positions + reach), len(positions) - 1)
        """(slice,) the last slice that a patch of each needs."""
        self._waiting: deque[Answer] = deque()

    def add(self, answers: Iterable[Answer], prepared: int) -> Iterator[Answer]:
        """Take the first network's answers.

        Args:
            answers: In order; those whose patches need further slices wait for them.
            prepared: So many slices of the stack are prepared by now.

        Yields:
            The answers after the second look, in order.
        """
        self._waiting.extend(answers)
        while self._waiting and self._last[self._waiting[0][0]] < prepared:
            yield self._look(*self._waiting.popleft())

    def _look(self, index: int, probability: float, cam: FloatArray) -> Answer:
        spec, stack, findings = self._spec, self._stack, self._findings
        cell_mm = stack.frame.pixel_mm * self._stride
        places = find_places(probability, cam, cell_mm, spec.floor, findings)
        if not len(places):
            return index, probability, cam
        judged = judge_places(self._judge, stack, index, places.points(self._stride), spec)
        after = spec.first_weight * places.odds + spec.second_weight * judged.astype(float)
        after += spec.intercept
        return index, *_told_again(cam, places, after, spec.floor, findings.place_slope)


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


def judge_places(
    judge: Judge,
    stack: PreparedStack,
    index: int,
    points: NDArray[np.float64],
    spec: SecondLookSpec,
) -> FloatArray:
    """(place,) log-odds that the second network gives places, the mean over `spec.shifts_mm`.

    The other arguments are as for `cut_patches`.
    """
    views = [cut_patches(stack, index, points, spec, shift) for shift in spec.shifts_mm]
    odds = judge(np.concatenate(views)).reshape(len(views), len(points))
    return np.asarray(odds.mean(axis=0), np.float32)


def cut_patches(
    stack: PreparedStack,
    index: int,
    points: NDArray[np.float64],
    spec: SecondLookSpec,
    shift_mm: float = 0.0,
) -> FloatArray:
    """What lies around places of one slice.

    Args:
        stack: Its slices, prepared as far as the patches reach.
        index: Of the slice.
        points: (place, 2) row and column in network pixels.
        spec: How large the patches are, and in which slices.
        shift_mm: How far from the slice along the normal their middle lies.

    Returns:
        (place, size, size, offset) normalised values; air beyond the border. The place lies in the
        middle, to the nearest pixel; between two slices the value is interpolated.
    """
    size, side = spec.size_px, stack.slices.shape[1]
    offsets = tuple(offset + shift_mm for offset in spec.offsets_mm)
    patches = np.zeros((len(points), size, size, len(offsets)), np.float32)
    corners = np.rint(np.asarray(points) - (size - 1) / 2).astype(int)
    for patch, (top, left) in zip(patches, corners.tolist(), strict=True):
        rows = slice(min(max(top, 0), side), max(min(top + size, side), 0))
        columns = slice(min(max(left, 0), side), max(min(left + size, side), 0))
        if rows.start >= rows.stop or columns.start >= columns.stop:
            continue
        near = stack.slices[:, rows, columns]
        seen = join_channels(near, stack.positions_mm, index, offsets)
        patch[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left] = seen
    return patches


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
