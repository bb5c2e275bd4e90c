"""How a measurement is drawn with the mouse, point by point; knows nothing of widgets."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hcc_viewer.detection.decisions import MEASUREMENT_POINTS, Measurement

Place = tuple[float, float]
"""(column, row), zero-based and sub-pixel."""


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
