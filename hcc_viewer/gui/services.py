"""The functions that the window calls, in one place, so that a test or a script can replace them.

The real ones are imported when they are first called: a window must be on the screen before
pydicom, OpenCV and the model are loaded.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.progress import ReportProgress, ignore_progress

if TYPE_CHECKING:
    from hcc_viewer.detection import Detection, Model, ModelCard, Reading, SlicePrediction
    from hcc_viewer.dicom import Regrouping, Series, SplitKey, Study, Volume
    from hcc_viewer.dicom.elements import Element


class DetectFunction(Protocol):
    """What `hcc_viewer.detection.detect` is."""

    def __call__(
        self,
        volume: Volume,
        model: Model,
        report_progress: ReportProgress | None = None,
        *,
        threshold: float | None = None,
        on_slices: Callable[[list[SlicePrediction]], None] | None = None,
    ) -> Detection:
        """Run the model over every slice."""
        ...


ElementsFunction = Callable[[Path, "int | None"], "list[Element]"]
"""What `hcc_viewer.dicom.elements.list_elements` is."""

ScanFunction = Callable[[Path, ReportProgress, Callable[["Study"], None]], "Study"]
"""What `hcc_viewer.dicom.scan_study` is."""


class ExportFunction(Protocol):
    """What `hcc_viewer.report.export_report` is."""

    def __call__(
        self,
        detection: Detection,
        volume: Volume,
        out_dir: Path,
        formats: Sequence[str],
        card: ModelCard | None,
        reading: Reading,
        *,
        identified: bool = False,
        paper_size: str | None = None,
        report_progress: ReportProgress = ignore_progress,
    ) -> list[Path]:
        """Write a result into a folder."""
        ...


def _scan(
    path: Path,
    report_progress: ReportProgress,
    on_partial: Callable[[Study], None] | None = None,
) -> Study:
    from hcc_viewer.dicom import scan_study

    return scan_study(path, report_progress, on_partial)


def _load_volume(series: Series, report_progress: ReportProgress) -> Volume:
    from hcc_viewer.dicom import load_volume

    return load_volume(series, report_progress, compact=True)


def _list_elements(path: Path, frame: int | None) -> list[Element]:
    from hcc_viewer.dicom.elements import list_elements

    return list_elements(path, frame)


def _load_model() -> Model:
    from hcc_viewer.detection import load_model
    from hcc_viewer.detection.model_store import chosen_model_path

    return load_model(chosen_model_path())


def _detect(
    volume: Volume,
    model: Model,
    report_progress: ReportProgress | None = None,
    *,
    threshold: float | None = None,
    on_slices: Callable[[list[SlicePrediction]], None] | None = None,
) -> Detection:
    from hcc_viewer.detection import detect

    return detect(volume, model, report_progress, threshold=threshold, on_slices=on_slices)


def _at_threshold(detection: Detection, threshold: float) -> Detection:
    from hcc_viewer.detection import at_threshold

    return at_threshold(detection, threshold)


def _cam_on_image(detection: Detection, index: int) -> NDArray[np.float32]:
    from hcc_viewer.detection import cam_on_image

    return cam_on_image(detection, index)


def _export_report(
    detection: Detection,
    volume: Volume,
    out_dir: Path,
    formats: Sequence[str],
    card: ModelCard | None,
    reading: Reading,
    *,
    identified: bool = False,
    paper_size: str | None = None,
    report_progress: ReportProgress = ignore_progress,
) -> list[Path]:
    from hcc_viewer.report import export_report

    return export_report(
        detection,
        volume,
        out_dir,
        formats,
        identified,
        card=card,
        reading=reading,
        paper_size=paper_size,
        report_progress=report_progress,
    )


def _merge(study: Study, series: Sequence[Series], report_progress: ReportProgress) -> Study:
    from hcc_viewer.dicom import merge_series

    return merge_series(study, series, report_progress)


def _split(study: Study, series: Series, key: SplitKey, report_progress: ReportProgress) -> Study:
    from hcc_viewer.dicom import split_series_by

    return split_series_by(study, series, key, report_progress)


def _repeat_regroupings(
    study: Study, steps: Sequence[Regrouping], report_progress: ReportProgress
) -> Study:
    from hcc_viewer.dicom import repeat_regroupings

    return repeat_regroupings(study, steps, report_progress)


@dataclass(frozen=True)
class Services:
    """The program below the window. All of it is slow but `cam_on_image`."""

    scan: ScanFunction = _scan
    load_volume: Callable[[Series, ReportProgress], Volume] = _load_volume
    load_model: Callable[[], Model] = _load_model
    detect: DetectFunction = _detect
    at_threshold: Callable[[Detection, float], Detection] = _at_threshold
    cam_on_image: Callable[[Detection, int], NDArray[np.float32]] = _cam_on_image
    export_report: ExportFunction = _export_report
    list_elements: ElementsFunction = _list_elements
    merge: Callable[[Study, Sequence[Series], ReportProgress], Study] = _merge
    split: Callable[[Study, Series, SplitKey, ReportProgress], Study] = _split
    repeat_regroupings: Callable[[Study, Sequence[Regrouping], ReportProgress], Study] = (
        _repeat_regroupings
    )


class SharedModel:
    """Loads the model once, for whichever thread asks first."""

    def __init__(self, load: Callable[[], Model]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._model: Model | None = None

    def get(self) -> Model:
        """The model, loaded now if it has not been yet.

        Raises:
            ModelFileError: The model file is missing or refused.
        """
        with self._lock:
            if self._model is None:
                self._model = self._load()
            return self._model
