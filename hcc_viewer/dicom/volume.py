"""From a series to its pixels: one array of modality values in patient geometry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.dicom.geometry import Geometry
from hcc_viewer.dicom.series import Series
from hcc_viewer.errors import Notice
from hcc_viewer.progress import ReportProgress, ignore_progress


@dataclass(frozen=True, eq=False)
class Volume:
    """The pixels of one series, slices foot to head."""

    series: Series
    array: NDArray[np.float32]
    """(slice, row, column) modality values: stored values times slope plus intercept."""
    window_center: float
    """Window for display, one for the whole volume; see `window_width`."""
    window_width: float
    is_inverted: bool = False
    """MONOCHROME1: the lowest value is white. Display and network turn it round, `array` not."""
    padding: NDArray[np.bool_] | None = None
    """(slice, row, column) True where the pixel is padding and means nothing; None without any."""
    color: NDArray[np.uint8] | None = None
    """(slice, row, column, 3) RGB for colour images, of which `array` holds the luminance."""
    warnings: tuple[Notice, ...] = ()
    """What was found and repaired: of the series (headers) and of the pixels."""
    read_seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.array.ndim != 3 or self.array.dtype != np.float32:
            raise ValueError("A volume is a (slice, row, column) float32 array.")
        if len(self.array) != len(self.series.instances):
            raise ValueError("A volume has one slice per instance of its series.")
        self.array.setflags(write=False)

    @property
    def geometry(self) -> Geometry:
        """Where the pixels lie in the patient."""
        return self.series.geometry


def load_volume(series: Series, report_progress: ReportProgress = ignore_progress) -> Volume:
    """Read the pixels of a series.

    A slice that cannot be decoded is filled with the lowest value and named in `warnings`.

    Args:
        series: One stack, as found by `scan_folder`.
        report_progress: Called after each slice with the slices read and their total.

    Raises:
        ReadError: No slice can be read; the sentence names the first file and the reason.
        CancelledError: `report_progress` asked to stop.
    """
    raise NotImplementedError
