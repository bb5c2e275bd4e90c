"""Slices of one volume that do not agree whether their lowest value is black or white."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.dicom.stored_pixels import StoredImage

Ends = tuple[float, float]
"""Lowest and highest value."""


def mirror_of(image: StoredImage, bits_stored: int | None) -> float:
    """What a modality value is taken from, so that the ends of all possible values change places.

    Args:
        image: Of floats the ends are those that it has.
        bits_stored: How many bits of the stored integers belong to them; None for all.
    """
    stored = image.stored
    if stored.dtype.kind not in "iub":
        total = float(stored.min()) + float(stored.max())
    elif stored.dtype.kind == "i":
        total = -1.0
    else:
        total = 2.0 ** (bits_stored or 8 * stored.dtype.itemsize) - 1.0
    return image.slope * total + 2.0 * image.intercept


def odd_ones(inverted: Mapping[int, bool]) -> list[int]:
    """The slices whose sense is not that of most; of equally many those with white as lowest."""
    most = 2 * sum(inverted.values()) > len(inverted)
    return sorted(index for index, is_inverted in inverted.items() if is_inverted != most)


def fitting_mirror(mirror: float, own: Ends, others: Ends) -> float:
    """The mirror of a slice, or one that brings its lowest value to that of the others.

    The latter where the mirrored values would have none in common with the others: the writer
    turned them round within fewer bits than it states.
    """
    low, high = mirror - own[1], mirror - own[0]
    return mirror if low <= others[1] and high >= others[0] else own[1] + others[0]


def ends_of(values: NDArray[np.float32], padding: NDArray[np.bool_] | None) -> Ends | None:
    """The ends of what is no padding; None where all is."""
    signal = values if padding is None else values[~padding]
    return (float(signal.min()), float(signal.max())) if signal.size else None


def mirrored(image: StoredImage, mirror: float) -> StoredImage:
    """The same image with its modality values taken from `mirror`."""
    return StoredImage(image.stored, -image.slope, mirror - image.intercept)
