"""The whole of detection on one volume, in order."""

from __future__ import annotations

from collections.abc import Callable

from hcc_viewer.detection.model import Model
from hcc_viewer.detection.types import Detection, SlicePrediction
from hcc_viewer.dicom import Volume
from hcc_viewer.progress import ReportProgress


def detect(
    volume: Volume,
    model: Model,
    report_progress: ReportProgress | None = None,
    *,
    threshold: float | None = None,
    on_slices: Callable[[list[SlicePrediction]], None] | None = None,
) -> Detection:
    """Run the model over every slice of a volume and join what it flags to findings.

    Args:
        volume: What `load_volume` gave.
        model: What `load_model` gave.
        report_progress: Called after each batch with the slices done and their total.
        threshold: Of a flagged slice; None: the card's.
        on_slices: Called with each batch's predictions as soon as they are there.

    Raises:
        NothingToDetectError: The series is not one to detect on; the sentence says why.
        CancelledError: `report_progress` asked to stop.
    """
    raise NotImplementedError
