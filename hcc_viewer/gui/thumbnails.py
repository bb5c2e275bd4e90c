"""Small pictures of series for the list: the middle slice, read and windowed off the GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.errors import CancelledError, HccViewerError
from hcc_viewer.progress import ReportProgress

if TYPE_CHECKING:
    from hcc_viewer.dicom import Series, Volume

THUMBNAIL_PIXELS = 144
"""Longer side of a thumbnail: twice what the list shows, for HiDPI screens."""


def make_thumbnails(
    series: Sequence[Series],
    load_volume: Callable[[Series, ReportProgress], Volume],
    report_progress: ReportProgress,
) -> Iterator[tuple[Series, NDArray[np.uint8]]]:
    """Read one slice of each series; a series that cannot be read gives no picture."""
    for one in series:
        try:
            volume = load_volume(middle_slice_of(one), report_progress)
        except CancelledError:
            raise
        except HccViewerError:
            continue
        yield one, thumbnail_of(volume)


def middle_slice_of(series: Series) -> Series:
    """A series of just the middle slice."""
    middle = len(series.instances) // 2
    affine = series.geometry.affine.copy()
    affine[:3, 3] += affine[:3, 2] * middle
    geometry = replace(
        series.geometry,
        affine=affine,
        positions_mm=series.geometry.positions_mm[middle : middle + 1].copy(),
    )
    return replace(series, instances=series.instances[middle : middle + 1], geometry=geometry)


def thumbnail_of(volume: Volume) -> NDArray[np.uint8]:
    """The middle slice in true proportions, `THUMBNAIL_PIXELS` on its longer side."""
    import cv2

    from hcc_viewer.render import to_gray

    middle = len(volume.pixels) // 2
    if volume.color is not None:
        picture = volume.color[middle]
    else:
        picture = to_gray(
            volume.pixels[middle],
            volume.window_center,
            volume.window_width,
            inverted=volume.is_inverted,
        )
    _, row_mm, column_mm = volume.geometry.spacing_mm
    height, width = picture.shape[0] * row_mm, picture.shape[1] * column_mm
    scale = THUMBNAIL_PIXELS / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(small, dtype=np.uint8)
