"""Pixels as files hold them: integers, and the rescaling that makes modality values of them.

MR pixels are integers of 16 bits. Kept so, they take half the memory of modality values, and no
value changes: both ways come to the same `float32` numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import EllipsisType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Key = int | slice | NDArray[Any] | EllipsisType | tuple[int | slice | EllipsisType, ...]
"""What numpy takes as an index."""


@dataclass(frozen=True, eq=False)
class StoredImage:
    """One image: stored values, and how they become modality values (PS3.3 C.11.1.1.2)."""

    stored: NDArray[Any]
    """(row, column) of any type of number."""
    slope: float = 1.0
    intercept: float = 0.0

    def write_values(self, out: NDArray[np.float32]) -> None:
        """Put the modality values into an array of the same shape."""
        out[...] = self.stored
        _rescale(out, np.float32(self.slope), np.float32(self.intercept))

    @property
    def values(self) -> NDArray[np.float32]:
        """(row, column) modality values."""
        out = np.empty(self.stored.shape, np.float32)
        self.write_values(out)
        return out


@dataclass(frozen=True, eq=False)
class StoredPixels:
    """A stack of stored images. Indexing it gives modality values, as indexing an array of them."""

    stored: NDArray[np.integer]
    """(image, row, column), 8 or 16 bits."""
    slope: NDArray[np.float32]
    """Of the shape of `stored`, without memory of its own: one value for each acquired slice."""
    intercept: NDArray[np.float32]
    is_rescaled: bool
    """Whether any slope is not 1 or any intercept not 0."""

    def __post_init__(self) -> None:
        if self.stored.dtype.itemsize > 2 or self.stored.dtype.kind not in "iu":
            raise ValueError("Stored pixels are integers of at most 16 bits.")
        for part in (self.stored, self.slope, self.intercept):
            if part.shape != self.stored.shape or part.ndim != 3:
                raise ValueError("Stored pixels, slope and intercept are (image, row, column).")
            part.setflags(write=False)

    def __len__(self) -> int:
        return len(self.stored)

    def __getitem__(self, key: Key) -> NDArray[np.float32]:
        values = np.asarray(self.stored[key]).astype(np.float32)
        if self.is_rescaled:
            _rescale(values, self.slope[key], self.intercept[key])
        return values

    @property
    def shape(self) -> tuple[int, int, int]:
        """Images, rows and columns."""
        images, rows, columns = self.stored.shape
        return images, rows, columns

    @property
    def nbytes(self) -> int:
        """The memory it takes."""
        return self.stored.nbytes

    def turned(self, order: Sequence[int], flips: tuple[slice, ...]) -> StoredPixels:
        """The same memory with its axes in another order and direction."""
        return StoredPixels(
            self.stored.transpose(order)[flips],
            self.slope.transpose(order)[flips],
            self.intercept.transpose(order)[flips],
            self.is_rescaled,
        )


Pixels = NDArray[np.float32] | StoredPixels
"""(image, row, column): modality values, or what gives them when it is indexed."""


def turned(pixels: Pixels, order: Sequence[int], flips: tuple[slice, ...]) -> Pixels:
    """The same memory with its axes in another order and direction."""
    if isinstance(pixels, StoredPixels):
        return pixels.turned(order, flips)
    return pixels.transpose(order)[flips]


def stack_images(images: list[StoredImage | None]) -> Pixels:
    """One stack of images of one size, as small as it goes without changing a value.

    Args:
        images: Of every slice; None where it could not be read: it gets the lowest value of all.
            The list is emptied on the way, so that the images are not held twice.
    """
    first = next(image for image in images if image is not None)
    if any(image is None for image in images):
        lowest = min(float(image.values.min()) for image in images if image is not None)
        blank = StoredImage(np.zeros(first.stored.shape, np.uint8), 1.0, lowest)
        images[:] = [image or blank for image in images]
    known = [image for image in images if image is not None]
    images.clear()
    dtype = _common_type([image.stored for image in known])
    shape = (len(known), *first.stored.shape)
    if dtype is None:
        values = np.empty(shape, np.float32)
        for out, image in zip(values, known, strict=True):
            image.write_values(out)
        return values
    slopes = np.array([image.slope for image in known], np.float32)
    intercepts = np.array([image.intercept for image in known], np.float32)
    stored = np.empty(shape, dtype)
    for index in range(len(known)):
        stored[index] = known[index].stored
        known[index] = first  # so that this one's memory is free before the next is copied
    return StoredPixels(
        stored,
        np.broadcast_to(slopes[:, None, None], shape),
        np.broadcast_to(intercepts[:, None, None], shape),
        bool((slopes != 1.0).any() or intercepts.any()),
    )


def _common_type(images: Sequence[NDArray[Any]]) -> np.dtype[Any] | None:
    """The integer type of at most 16 bits that holds all values; None when there is none."""
    if any(image.dtype.kind not in "iu" or image.dtype.itemsize > 2 for image in images):
        return None
    joined = np.result_type(*{image.dtype for image in images})
    if joined.itemsize <= 2:
        return joined
    highest = max(int(image.max()) for image in images)
    return np.dtype(np.int16) if highest <= np.iinfo(np.int16).max else None


def _rescale(
    values: NDArray[np.float32],
    slope: np.float32 | NDArray[np.float32],
    intercept: np.float32 | NDArray[np.float32],
) -> None:
    values *= slope
    values += intercept
