"""Images and masks of any file kind on one grid: slices foot to head, as the program has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from hcc_viewer.dicom import Geometry

SAME_PLACE_MM = 1.0
"""Two grids whose corners lie this near to each other are the same."""

LEAST_SHARE = 0.5
"""A mask of which less lies on the image does not belong to it."""

RAS_TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


@dataclass(frozen=True, eq=False)
class Grid:
    """An array in the order of its file, and where its voxels are."""

    array: NDArray[Any]
    """(i, j, k)"""
    affine: NDArray[np.float64]
    """(4, 4) from (i, j, k, 1) to LPS mm."""
    is_located: bool = True
    """False: the file tells the voxels' sizes at most, and the affine's place is made up."""

    @property
    def has_sizes(self) -> bool:
        """False when the affine is the identity, up to signs: then the file says nothing."""
        return not np.allclose(np.abs(self.affine), np.eye(4))

    @property
    def has_place(self) -> bool:
        """Whether the file says where in the patient it lies."""
        return self.is_located and self.has_sizes


@dataclass(frozen=True, eq=False)
class AxialOrder:
    """How a file's axes become (slice, row, column): foot to head, to posterior, to the left."""

    axes: tuple[int, int, int]
    """Which file axis is the slice, the row, the column."""
    flipped: tuple[bool, bool, bool]
    """Whether each of them runs the other way."""

    def apply(self, array: NDArray[Any]) -> NDArray[Any]:
        """(i, j, k) to (slice, row, column)."""
        turned = np.transpose(array, self.axes)
        step = tuple(slice(None, None, -1) if flip else slice(None) for flip in self.flipped)
        return np.ascontiguousarray(turned[step])


def axial_order(grid: Grid) -> AxialOrder:
    """Which axis of a grid runs to the head, to posterior and to the left, nearly."""
    directions = grid.affine[:3, :3] / np.linalg.norm(grid.affine[:3, :3], axis=0)
    free = [0, 1, 2]
    axes, flipped = [], []
    for patient_axis in (2, 1, 0):
        axis = max(free, key=lambda i: abs(directions[patient_axis, i]))
        free.remove(axis)
        axes.append(axis)
        flipped.append(bool(directions[patient_axis, axis] < 0))
    return AxialOrder((axes[0], axes[1], axes[2]), (flipped[0], flipped[1], flipped[2]))


def axial_geometry(grid: Grid, order: AxialOrder) -> Geometry:
    """Geometry of the array that `order` makes of the grid's."""
    affine = np.eye(4)
    origin = grid.affine[:3, 3].copy()
    columns = {}
    for axis, flip in zip(order.axes, order.flipped, strict=True):
        step = grid.affine[:3, axis]
        if flip:
            origin = origin + step * (grid.array.shape[axis] - 1)
        columns[axis] = -step if flip else step
    slice_axis, row_axis, column_axis = order.axes
    affine[:3, 0] = columns[column_axis]
    affine[:3, 1] = columns[row_axis]
    affine[:3, 2] = columns[slice_axis]
    affine[:3, 3] = origin
    slices = grid.array.shape[slice_axis]
    one = Geometry(affine, np.zeros(1))
    first = float(origin @ one.normal)
    positions = np.asarray(first + one.spacing_mm[0] * np.arange(slices), dtype=np.float64)
    return Geometry(affine, positions)


def is_axial(grid: Grid) -> bool:
    """Whether the slices of a scan lie across the body.

    The axis that is much coarser than both others is that of the slices; a grid without one passes.
    """
    spacing = np.linalg.norm(grid.affine[:3, :3], axis=0)
    coarsest = int(np.argmax(spacing))
    others = np.delete(spacing, coarsest)
    has_slices = spacing[coarsest] > 1.5 * others.max()
    return not has_slices or coarsest == axial_order(grid).axes[0]


class MaskMismatchError(ValueError):
    """A mask cannot be brought onto its image."""


def fit_mask(mask: Grid, image: Grid) -> tuple[NDArray[np.int16], str]:
    """A mask's values on the image's grid, in the image's axis order.

    Returns:
        (i, j, k) values, and a note of what was done; empty where the grids are one.

    Raises:
        MaskMismatchError: It does not lie on the image, or what it marks is no whole number.
    """
    values = np.rint(np.clip(mask.array, 0, np.iinfo(np.int16).max)).astype(np.int16)
    if not values.any() and np.any(mask.array):
        raise MaskMismatchError(
            "the mask holds no whole value above 0, only values from "
            f"{mask.array.min():.3g} to {mask.array.max():.3g}; save it with 1 where a lesion is"
        )
    if mask.array.shape == image.array.shape and _same_place(mask, image):
        return values, ""
    if not mask.has_place:
        return _by_shape(values, mask, image)
    if mask.array.shape == image.array.shape and not image.is_located:
        return values, "The image has no place: a mask of its shape was taken to lie on its grid."
    if not mask.has_place or not image.has_place:
        raise _misfit(mask, image)
    return _resample(values, mask.affine, image), "A mask on another grid was resampled."


def _by_shape(values: NDArray[np.int16], mask: Grid, image: Grid) -> tuple[NDArray[np.int16], str]:
    """The values of a mask without geometry, whose axes may run as in NIfTI or as in DICOM.

    Raises:
        MaskMismatchError: Its shape is not the image's either way.
    """
    same, turned = (shape == image.array.shape for shape in (values.shape, values.shape[::-1]))
    if same and turned:
        return values, (
            "A mask without geometry was taken to lie on the image's grid; its shape fits in the "
            "order (column, row, slice) as well, so look whether it lies right."
        )
    if same:
        return values, "A mask without geometry was taken to lie on the image's grid."
    if turned:
        return values.transpose(), (
            "A mask without geometry was taken to lie on the image's grid, its axes in the reverse "
            "order."
        )
    raise _misfit(mask, image)


def _misfit(mask: Grid, image: Grid) -> MaskMismatchError:
    return MaskMismatchError(
        f"the mask has {_by(mask)} voxels, the image {_by(image)}, and one of them does not say "
        "where it lies"
    )


def _resample(
    values: NDArray[np.int16], affine: NDArray[np.float64], image: Grid
) -> NDArray[np.int16]:
    to_mask = np.linalg.inv(affine) @ image.affine
    fitted = ndimage.affine_transform(
        values,
        to_mask[:3, :3],
        to_mask[:3, 3],
        output_shape=image.array.shape,
        order=0,
        mode="grid-constant",  # the outer half of a border voxel belongs to it
        cval=0,
    )
    before = np.count_nonzero(values) * abs(np.linalg.det(affine[:3, :3]))
    after = np.count_nonzero(fitted) * abs(np.linalg.det(image.affine[:3, :3]))
    if before and after < LEAST_SHARE * before:
        raise MaskMismatchError(
            f"only {100 * after / before:.0f} % of what the mask marks lies on the image"
        )
    return np.asarray(fitted, dtype=np.int16)


def _same_place(one: Grid, other: Grid) -> bool:
    corners = np.array(np.meshgrid(*[(0, n - 1) for n in one.array.shape], indexing="ij"))
    points = np.vstack([corners.reshape(3, -1), np.ones(8)])
    gap = (one.affine - other.affine) @ points
    return bool(np.abs(gap).max() <= SAME_PLACE_MM)


def _by(grid: Grid) -> str:
    return " x ".join(str(n) for n in grid.array.shape)
