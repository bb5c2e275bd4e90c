"""What is wrong with the pixels themselves: blank slices, and images cut off at their top."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.detection.foreign import BODY_SHARE, LOOKED_AT
from hcc_viewer.dicom import Volume
from hcc_viewer.dicom.volume import UNDECODABLE
from hcc_viewer.errors import Notice
from hcc_viewer.phrases import Phrase, counted

MOST_SATURATED = 0.02
"""Of the body at one highest value; bile and vessels of unsaturated images have next to none."""

STEP = 2
"""Every second row and column tells the share as well."""


def image_faults(volume: Volume, foreign: NDArray[np.bool_] | None = None) -> Iterator[Notice]:
    """What lies in these pixels is not examined, or cannot be seen.

    Args:
        volume: Of which `foreign` is.
        foreign: (row, column) True for what is no tissue, as `foreign_pixels` gave it.
    """
    blank = [index for index in range(len(volume.pixels)) if _is_blank(volume, index)]
    if len(blank) == len(volume.pixels):
        yield Notice(
            "blank-image",
            Phrase(
                "The images are blank: all pixels have the same value. There is nothing to find in "
                "them, and no finding means nothing."
            ),
        )
        return
    if blank and all(notice.code != UNDECODABLE for notice in volume.warnings):
        one = "{count} slice is blank: what lies there is not examined."
        many = "{count} slices are blank: what lies there is not examined."
        yield Notice("blank-slices", counted(len(blank), one, many))
    yield from _of_saturated(volume, foreign, sorted(set(range(len(volume.pixels))) - set(blank)))


def _is_blank(volume: Volume, index: int) -> bool:
    if volume.padding is not None and volume.padding[index].all():
        return True
    values = volume.pixels[index]
    return bool(values[0, 0] == values[-1, -1] and values.min() == values.max())


def _of_saturated(
    volume: Volume, foreign: NDArray[np.bool_] | None, indices: Sequence[int]
) -> Iterator[Notice]:
    """Whether many pixels have the highest value, in slices from all of the stack."""
    chosen = np.unique(np.linspace(0, len(indices) - 1, LOOKED_AT).astype(int)).tolist()
    values = np.concatenate([_tissue(volume, foreign, indices[at]) for at in chosen])
    if not values.size:
        return
    values = -values if volume.is_inverted else values
    air, top = float(np.percentile(values, 1.0)), float(values.max())
    body = int((values > air + BODY_SHARE * (top - air)).sum())
    share = float((values == top).sum()) / max(body, 1)
    if air < top and share > MOST_SATURATED:
        yield Notice(
            "saturated",
            Phrase(
                "{percent:.0f} % of the body has the highest value of all: the images are cut off "
                "there, and what lies in the cut-off part cannot be seen.",
                percent=100 * share,
            ),
        )


def _tissue(volume: Volume, foreign: NDArray[np.bool_] | None, index: int) -> NDArray[np.float32]:
    """Values of a slice that mean something."""
    part = (slice(None, None, STEP),) * 2
    values = volume.pixels[index][part]
    kept = np.ones(values.shape, np.bool_)
    if foreign is not None:
        kept &= ~foreign[part]
    if volume.padding is not None:
        kept &= ~volume.padding[index][part]
    return np.asarray(values[kept], np.float32)
