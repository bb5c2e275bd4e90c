"""What is no tissue and would set the scale of grey values: padding, bottles, text, damaged slices.

The grey range goes by what is bright in the images. A frame of a constant value, a water bottle
beside the patient or one broken slice may be brighter than all tissue, and the liver black beside
it.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

LOOKED_AT = 9
"""Slices whose median says what is the same in most of the stack."""

BODY_SHARE = 0.12
"""Of the brightness in the middle of the image: what is brighter is no air."""

FOREIGN_TIMES = 1.5
"""What lies apart from the middle and is so many times brighter than it is no part of a body."""

OUTLYING_TIMES = 4.0
"""A slice so many times brighter than the usual one is damaged, and says nothing of the others."""

BORDER_SHARE = 0.3
"""Of the image's border has one exact value: padding, if no tissue and no air has it."""


def ordinary_slices(array: NDArray[np.float32], is_inverted: bool = False) -> NDArray[np.bool_]:
    """(slice,) False for those whose brightness is out of all proportion to the others'.

    Args:
        array: (slice, row, column) modality values.
        is_inverted: MONOCHROME1: values are turned round.
    """
    part = np.asarray(array[:, ::8, ::8], np.float32).reshape(len(array), -1)
    low, high = np.percentile(-part if is_inverted else part, (1.0, 99.0), axis=1)
    height = high - float(np.median(low))
    if not (height > 0).any():
        return np.ones(len(array), np.bool_)
    usual = float(np.median(height[height > 0]))
    return np.asarray(height <= OUTLYING_TIMES * usual)


def foreign_pixels(
    array: NDArray[np.float32], is_inverted: bool = False
) -> NDArray[np.bool_] | None:
    """(row, column) True for what is the same in most slices and no body; None: nothing.

    Args:
        array: (slice, row, column) modality values.
        is_inverted: MONOCHROME1: values are turned round.
    """
    chosen = np.unique(np.linspace(0, len(array) - 1, LOOKED_AT).astype(int))
    middle = len(chosen) // 2
    # The middle value: np.median takes three times as long.
    view = np.partition(np.asarray(array[chosen], np.float32), middle, axis=0)[middle]
    view = -view if is_inverted else view
    foreign = _padding_at_border(view, is_inverted)
    foreign |= _bright_things_apart(view, foreign)
    return foreign if foreign.any() else None


def _padding_at_border(view: NDArray[np.float32], is_inverted: bool) -> NDArray[np.bool_]:
    """Where the border's most frequent value is, if it lies far beyond the range of all others.

    Scanners set air to 0, which lies below all tissue and is no padding. A negative value where
    nothing else is negative is.
    """
    border = np.concatenate([view[0], view[-1], view[:, 0], view[:, -1]])
    values, counts = np.unique(border, return_counts=True)
    value, share = values[counts.argmax()], counts.max() / len(border)
    rest = view[view != value]
    if share > BORDER_SHARE and rest.size:
        low, high = (float(end) for end in np.percentile(rest, (1.0, 99.0)))
        width = high - low
        is_alone_negative = not is_inverted and value < 0 <= low and value < low - 0.1 * width
        if is_alone_negative or not low - width <= value <= high + 0.5 * width:
            return np.asarray(view == value)
    return np.zeros(view.shape, np.bool_)


def _bright_things_apart(
    view: NDArray[np.float32], foreign: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """What does not hang together with the middle of the image, and is brighter than it."""
    found = np.zeros(view.shape, np.bool_)
    rows, columns = view.shape
    middle = (slice(rows // 4, -(-3 * rows // 4)), slice(columns // 4, -(-3 * columns // 4)))
    known = view[~foreign]
    air = float(np.percentile(known, 1.0)) if known.size else 0.0
    body = float(np.percentile(view[middle], 95.0)) - air
    if body <= 0:
        return found
    mask = ((view > air + BODY_SHARE * body) & ~foreign).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    inside = set(np.unique(labels[middle]).tolist())
    for label in range(1, count):
        if label in inside or stats[label, cv2.CC_STAT_AREA] < 4:
            continue
        here = labels == label
        if np.percentile(view[here], 90.0) - air > FOREIGN_TIMES * body:
            found |= cv2.dilate(here.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return found
