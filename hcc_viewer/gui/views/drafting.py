"""How a measurement is drawn with the mouse, point by point; knows nothing of widgets."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.detection.decisions import MEASUREMENT_POINTS, Measurement

Place = tuple[float, float]
"""(column, row), zero-based and sub-pixel."""

ELLIPSE_CORNERS = 65
"""Of the polygon that stands for an ellipse when the pointer's distance from it is measured."""


@dataclass(frozen=True)
class Draft:
    """A measurement on its way, or one whose handle is moved."""

    kind: str
    points: tuple[Place, ...]
    """The last one follows the pointer."""
    edited: int | None = None
    """The number of the measurement that is changed; None: it is a new one."""
    handle: int = -1
    """Which point follows the pointer."""

    @staticmethod
    def begin(kind: str, place: Place) -> Draft:
        """A new measurement: its first point, and the next one at the pointer."""
        return Draft(kind, (place, place))

    @staticmethod
    def edit(number: int, measurement: Measurement, handle: int) -> Draft:
        """Move one handle of a measurement that is there."""
        return Draft(measurement.kind, measurement.points, number, handle)

    def moved(self, place: Place) -> Draft:
        """The pointer is here now."""
        points = list(self.points)
        points[self.handle] = place
        return replace(self, points=tuple(points))

    @property
    def is_complete(self) -> bool:
        """Whether all points are there."""
        return len(self.points) == MEASUREMENT_POINTS[self.kind]

    @property
    def is_empty(self) -> bool:
        """Whether it is nothing but a click."""
        return self.points[0] == self.points[1]

    def continued(self) -> Draft:
        """The point at the pointer stays, and the next one follows the pointer."""
        return replace(self, points=(*self.points, self.points[-1]))


def handle_near(
    measurements: tuple[tuple[int, Measurement], ...], place: Place, reach: Place
) -> tuple[int, Measurement, int] | None:
    """The measurement and its handle under the pointer.

    Args:
        measurements: Each with its number.
        place: Where the pointer is.
        reach: How many columns and rows away a handle may be.
    """
    for number, measurement in reversed(measurements):
        for handle, point in enumerate(measurement.points):
            x, y = (point[0] - place[0]) / reach[0], (point[1] - place[1]) / reach[1]
            if x * x + y * y <= 1.0:
                return number, measurement, handle
    return None


def measurement_near(
    measurements: tuple[tuple[int, Measurement], ...], place: Place, reach: Place
) -> int | None:
    """The number of the measurement under the pointer: nearest by its lines, else around it.

    Args:
        measurements: Each with its number.
        place: Where the pointer is.
        reach: How many columns and rows away a line may be.
    """
    scale = np.array(reach)
    pointer = np.array(place) / scale
    found = []
    for number, measurement in measurements:
        corners = np.array(measurement.points) / scale
        if measurement.kind == "ellipse":
            distance = _from_ellipse(pointer, corners)
        else:
            distance = _from_lines(pointer, corners)
        found.append((distance, -number))
    distance, number = min(found, default=(np.inf, 0))
    return -number if distance <= 1.0 else None


def _from_lines(pointer: NDArray[np.float64], points: NDArray[np.float64]) -> float:
    """How far a point lies from the nearest of the lines that join some points."""
    first, along = points[:-1], np.diff(points, axis=0)
    lengths = np.maximum((along**2).sum(axis=1), 1e-12)
    share = np.clip(((pointer - first) * along).sum(axis=1) / lengths, 0.0, 1.0)
    nearest = first + share[:, None] * along
    return float(np.linalg.norm(nearest - pointer, axis=1).min())


def _from_ellipse(pointer: NDArray[np.float64], corners: NDArray[np.float64]) -> float:
    """How far a point lies from an ellipse's line or handles; at most 1 inside it."""
    center, half = corners.mean(axis=0), np.abs(corners[1] - corners[0]) / 2
    angles = np.linspace(0.0, 2 * np.pi, ELLIPSE_CORNERS)
    line = center + half * np.stack((np.cos(angles), np.sin(angles)), axis=1)
    is_inside = bool((((pointer - center) / np.maximum(half, 1e-9)) ** 2).sum() <= 1.0)
    handles = np.linalg.norm(corners - pointer, axis=1)
    return float(min(_from_lines(pointer, line), *handles, 1.0 if is_inside else np.inf))
