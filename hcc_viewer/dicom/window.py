"""One display window for a whole volume: the stored one where it makes sense, else percentiles."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.dicom.stored_pixels import Pixels

_SAMPLES = 80_000
"""Pixels looked at: plenty for percentiles, and quick."""

_SLICES = 24
"""They come from so many slices or up to twice as many."""

_LEAST_OVERLAP = 0.4
"""A stored window that shows less of the values' range than this is of no use."""

_WIDEST = 4.0
"""A stored window wider than this multiple of the values' range shows a flat grey."""


def display_window(
    pixels: Pixels,
    padding: NDArray[np.bool_] | None,
    stored: tuple[float, float] | None,
) -> tuple[float, float]:
    """Center and width for a volume.

    Args:
        pixels: (slice, row, column) modality values.
        padding: Where the values mean nothing.
        stored: Center and width from the files.
    """
    sample = _sample(pixels, padding)
    if sample.size == 0:
        return stored or (0.5, 1.0)
    low, p1, p99, high = (float(v) for v in np.percentile(sample, (0.5, 1.0, 99.0, 99.5)))
    if stored is not None and _is_sensible(stored, p1, p99):
        return stored
    if high <= low:
        low, high = float(sample.min()), float(sample.max())
    return (low + high) / 2, max(high - low, 1e-3 * max(abs(low), abs(high)), 1e-6)


def _sample(pixels: Pixels, padding: NDArray[np.bool_] | None) -> NDArray[np.float32]:
    """Evenly spread pixels that are finite and no padding."""
    count, rows, columns = pixels.shape
    slice_step = max(1, count // _SLICES)
    share = len(range(0, count, slice_step)) * rows * columns / _SAMPLES
    step = max(1, min(int(share**0.5), rows, columns))
    part = slice(None, None, slice_step), slice(None, None, step), slice(None, None, step)
    thinned = pixels[part]
    chosen = np.isfinite(thinned)
    if padding is not None:
        chosen &= ~padding[part]
    return np.asarray(thinned[chosen], dtype=np.float32)


def _is_sensible(stored: tuple[float, float], p1: float, p99: float) -> bool:
    center, width = stored
    span = p99 - p1
    if not np.isfinite(center) or not np.isfinite(width) or width <= 0 or span <= 0:
        return False
    overlap = min(center + width / 2, p99) - max(center - width / 2, p1)
    return overlap >= _LEAST_OVERLAP * span and width <= _WIDEST * span
