"""Lengths, angles and regions on one image, in millimetres. No Qt."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.detection.decisions import Measurement
from hcc_viewer.gui.i18n import tr

if TYPE_CHECKING:
    from hcc_viewer.gui.stack import Stack

Points = tuple[tuple[float, float], ...]


def measured(stack: Stack, kind: str, index: int, points: Points) -> Measurement:
    """A measurement with its numbers; without millimetres where the files give no spacing.

    Args:
        stack: What it is drawn on.
        kind: `distance`, `angle` or `ellipse`.
        index: The image.
        points: (column, row), zero-based and sub-pixel.
    """
    bare = Measurement(kind, index, points, stack.plane)
    _, row_mm, column_mm = stack.geometry.spacing_mm
    places = np.array(points) * (column_mm, row_mm)
    if kind == "ellipse":
        return _region(bare, stack, places)
    if not stack.geometry.known:
        return bare
    if kind == "distance":
        return replace(bare, length_mm=float(np.linalg.norm(places[1] - places[0])))
    return replace(bare, angle_deg=angle_deg(places))


def angle_deg(places: NDArray[np.float64]) -> float:
    """The angle at the second of three points, 0 to 180 degrees; 0 where two points coincide."""
    first, second = places[0] - places[1], places[2] - places[1]
    lengths = float(np.linalg.norm(first) * np.linalg.norm(second))
    if lengths == 0:
        return 0.0
    return float(np.degrees(np.arccos(np.clip(first @ second / lengths, -1.0, 1.0))))


def inside_ellipse(points: Points, rows: int, columns: int) -> NDArray[np.bool_]:
    """(rows, columns) True where a pixel's centre lies in the ellipse of a bounding box."""
    (x0, y0), (x1, y1) = points
    half_width, half_height = max(abs(x1 - x0) / 2, 1e-9), max(abs(y1 - y0) / 2, 1e-9)
    x = (np.arange(columns) - (x0 + x1) / 2) / half_width
    y = (np.arange(rows) - (y0 + y1) / 2) / half_height
    return np.asarray(x[None, :] ** 2 + y[:, None] ** 2 <= 1.0)


def _region(bare: Measurement, stack: Stack, places: NDArray[np.float64]) -> Measurement:
    image = stack.image(bare.slice_index)
    values = image[inside_ellipse(bare.points, *image.shape)]
    values = values[np.isfinite(values)].astype(np.float64)
    width, height = np.abs(places[1] - places[0])
    return replace(
        bare,
        area_mm2=float(np.pi / 4 * width * height) if stack.geometry.known else None,
        mean=float(values.mean()) if values.size else None,
        sd=float(values.std(ddof=1)) if values.size > 1 else None,
    )


def measurement_lines(measurement: Measurement) -> tuple[str, ...]:
    """What stands beside a measurement."""
    if measurement.kind == "ellipse":
        return _region_lines(measurement)
    if measurement.length_mm is not None:
        return (f"{measurement.length_mm:.1f} mm",)
    if measurement.angle_deg is not None:
        return (f"{measurement.angle_deg:.1f}°",)
    return (tr("no spacing known"),)


def _region_lines(measurement: Measurement) -> tuple[str, ...]:
    lines = []
    if measurement.mean is not None:
        spread = "" if measurement.sd is None else tr("   SD {sd:.4g}").format(sd=measurement.sd)
        lines.append(tr("Mean {mean:.5g}").format(mean=measurement.mean) + spread)
    if measurement.area_mm2 is not None:
        lines.append(tr("Area {area:.0f} mm²").format(area=measurement.area_mm2))
    return tuple(lines) or (tr("no pixel inside"),)
