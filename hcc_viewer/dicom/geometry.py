"""Where the pixels of a stack lie in the patient: the step from array indices to millimetres."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Orientation = Literal["axial", "coronal", "sagittal", "oblique", "unknown"]

PLANE_TOLERANCE_DEG = 12.0
"""A stack whose normal is within this angle of a body axis has the name of that plane."""

_AXIS_PLANES: tuple[Orientation, ...] = ("sagittal", "coronal", "axial")


@dataclass(frozen=True, eq=False)
class Geometry:
    """Position of every pixel of a stack in the patient.

    The coordinate frame is DICOM's patient frame, LPS: x to the patient's left, y to posterior,
    z to the head, in mm (PS3.3 C.7.6.2.1.1). An index (column, row, slice) names a pixel centre.
    Slices run from foot to head (sagittal stacks from right to left, coronal stacks from anterior
    to posterior).
    """

    affine: NDArray[np.float64]
    """(4, 4) matrix from (column, row, slice, 1) to (x, y, z, 1); exact when spacing is even.

    Its third column is the step from a slice's corner to the next one's: along `normal` unless the
    stack is sheared.
    """

    positions_mm: NDArray[np.float64]
    """(slices,) signed distance of each slice from the frame's origin along `normal`, ascending."""

    known: bool = True
    """False when the files give no positions: then lengths and places mean nothing."""

    def __post_init__(self) -> None:
        if self.affine.shape != (4, 4):
            raise ValueError("Affine matrix must have shape (4, 4).")
        if not np.isfinite(self.affine).all() or abs(np.linalg.det(self.affine[:3, :3])) < 1e-12:
            raise ValueError("Affine matrix must be finite and invertible.")
        if self.positions_mm.ndim != 1 or len(self.positions_mm) == 0:
            raise ValueError("A stack needs one position per slice.")
        if (np.diff(self.positions_mm) < 0).any():
            raise ValueError("Slice positions must ascend.")
        self.affine.setflags(write=False)
        self.positions_mm.setflags(write=False)

    @property
    def spacing_mm(self) -> tuple[float, float, float]:
        """Distance between neighbouring slices (of their planes), rows and columns."""
        column, row = (float(np.linalg.norm(self.affine[:3, i])) for i in range(2))
        return float(self.affine[:3, 2] @ self.normal), row, column

    @property
    def column_direction(self) -> NDArray[np.float64]:
        """Unit vector along which the column index grows."""
        return _unit(self.affine[:3, 0])

    @property
    def row_direction(self) -> NDArray[np.float64]:
        """Unit vector along which the row index grows."""
        return _unit(self.affine[:3, 1])

    @property
    def normal(self) -> NDArray[np.float64]:
        """Unit vector at right angles to the slices, to the side where their index grows."""
        normal = _unit(np.cross(self.affine[:3, 0], self.affine[:3, 1]))
        return normal if normal @ self.affine[:3, 2] > 0 else -normal

    @property
    def orientation(self) -> Orientation:
        """The plane that the slices lie in."""
        if not self.known:
            return "unknown"
        plane_normal = np.cross(self.column_direction, self.row_direction)
        axis = int(np.argmax(np.abs(plane_normal)))
        angle = math.degrees(math.acos(min(1.0, abs(float(plane_normal[axis])))))
        return _AXIS_PLANES[axis] if angle <= PLANE_TOLERANCE_DEG else "oblique"

    def to_patient(self, column: float, row: float, slice_: float) -> NDArray[np.float64]:
        """The point (x, y, z) in mm of a sub-pixel index, exact for uneven slices too."""
        index = np.arange(len(self.positions_mm), dtype=np.float64)
        along = float(np.interp(slice_, index, self.positions_mm)) - float(self.positions_mm[0])
        spacing = self.spacing_mm[0]
        if slice_ < 0:
            along = slice_ * spacing
        elif slice_ > len(index) - 1:
            along += (slice_ - (len(index) - 1)) * spacing
        in_plane = self.affine[:3, 0] * column + self.affine[:3, 1] * row + self.affine[:3, 3]
        return np.asarray(in_plane + self.affine[:3, 2] * (along / spacing), dtype=np.float64)

    def to_index(self, point: NDArray[np.float64]) -> tuple[float, float, float]:
        """The sub-pixel (column, row, slice) of a point (x, y, z) in mm."""
        column, row, along = np.linalg.inv(self.affine[:3, :3]) @ (point - self.affine[:3, 3])
        distance = float(along) * self.spacing_mm[0] + float(self.positions_mm[0])
        index = np.arange(len(self.positions_mm), dtype=np.float64)
        slice_ = float(np.interp(distance, self.positions_mm, index))
        if distance < self.positions_mm[0] or distance > self.positions_mm[-1]:
            edge = 0.0 if distance < self.positions_mm[0] else float(len(index) - 1)
            slice_ = edge + (distance - float(self.positions_mm[int(edge)])) / self.spacing_mm[0]
        return float(column), float(row), slice_


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float64)
