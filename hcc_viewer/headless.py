"""The whole job without a window: from a path to findings and files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from hcc_viewer import audit
from hcc_viewer.detection import Detection, Model, detect, load_model
from hcc_viewer.detection.model_store import chosen_model_path, find_model
from hcc_viewer.dicom import Series, Study, load_volume, scan_study
from hcc_viewer.errors import NothingToDetectError, Notice
from hcc_viewer.phrases import Phrase
from hcc_viewer.progress import ReportProgress
from hcc_viewer.report import export_report

QUOTED_NOTHING = '""'
"""What to type for a series without an identifier."""

ReportStage = Callable[[str], ReportProgress]
"""Called with the name of a stage; gives what the stage reports its progress to."""


@dataclass(frozen=True)
class DetectRequest:
    """What to detect on, how, and where the result goes."""

    path: Path
    out: Path
    series_uid: str | None = None
    """SeriesInstanceUID of an explicit choice; None: the likeliest hepatobiliary phase."""
    threshold: float | None = None
    operating_point: str | None = None
    formats: Sequence[str] = ()
    """Beside `result.json`."""
    model_path: str | Path | None = None
    """A file, or the name of an installed model; None: the one that the user chose."""
    identified: bool = False
    """Put the patient's name, birth date and identifier into the files."""
    paper_size: str | None = None
    """Of the PDF: `a4` or `letter`; None: what this country's printers hold."""


def run_detection(
    request: DetectRequest, report_stage: ReportStage
) -> tuple[Detection, list[Path]]:
    """Scan, choose the series, detect, write the files; gives the result and their paths.

    Raises:
        HccViewerError: Any of the errors of these steps.
    """
    model, study = _load_and_scan(request, report_stage)
    threshold = request.threshold
    if request.operating_point is not None:
        threshold = model.card.operating_point(request.operating_point).threshold
    series = choose_series(study, request.series_uid)
    volume = load_volume(series, report_stage("Reading"))
    volume = replace(volume, warnings=(*volume.warnings, *_other_studies(study, series)))
    detection = detect(volume, model, report_stage("Detecting"), threshold=threshold)
    audit.record(audit.detected(detection))
    paths = export_report(
        detection,
        volume,
        request.out,
        tuple(request.formats) or ("json",),
        request.identified,
        card=model.card,
        paper_size=request.paper_size,
    )
    audit.record(audit.exported(detection, request.formats, request.identified))
    return detection, paths


def _other_studies(study: Study, chosen: Series) -> Iterator[Notice]:
    """What is said where the path holds hepatobiliary phases of other studies or patients too."""
    others = {
        series.study_instance_uid
        for series in study.series
        if series.detectable and not series.phase.is_unlikely
    } - {chosen.study_instance_uid}
    if others:
        text = (
            "The folder holds hepatobiliary phases of other studies too ({count}); this result is "
            "of the study of {date} only."
        )
        date = chosen.acquisition.study_date or "?"
        yield Notice("other-studies", Phrase(text, count=len(others), date=date))


def _load_and_scan(request: DetectRequest, report_stage: ReportStage) -> tuple[Model, Study]:
    """Load the model while the study is scanned; what is wrong with the model is said first."""
    with ThreadPoolExecutor(1, thread_name_prefix="model") as pool:
        loading = pool.submit(_load_model, request.model_path)
        try:
            study = scan_study(request.path, report_stage("Scanning"))
        finally:
            model = loading.result()
    return model, study


def _load_model(named: str | Path | None) -> Model:
    return load_model(chosen_model_path() if named is None else find_model(named))


def choose_series(study: Study, uid: str | None = None) -> Series:
    """The series to detect on: the one that was named, or the likeliest hepatobiliary phase.

    Raises:
        NothingToDetectError: There is none; the sentence says why.
    """
    if uid is not None:
        return _named_series(study, uid)
    if not study.series:
        raise NothingToDetectError(
            f"There is no readable image series in {study.path}{_why(study)}."
        )
    best = study.best_series
    if best is None:
        first = study.series[0]
        raise NothingToDetectError(
            f"None of the {len(study.series)} series in {study.path} can be analysed; the first, "
            f"'{first.title}': {first.refusal}"
        )
    if best.phase.is_unlikely:
        raise NothingToDetectError(
            f"No series in {study.path} looks like the hepatobiliary phase; the likeliest, "
            f"'{best.title}', scores {best.phase.score} of 100. To detect on it all the same, name "
            f"it: --series {best.series_instance_uid or QUOTED_NOTHING}"
        )
    return best


def _why(study: Study) -> str:
    """The reason for which most files of a study were passed over; empty where there is none."""
    if not study.skipped:
        return ""
    reason, count = max(study.skipped, key=lambda item: item[1])
    return f": {reason} ({count} {'file' if count == 1 else 'files'})"


def _named_series(study: Study, uid: str) -> Series:
    named = [series for series in study.series if series.series_instance_uid == uid]
    if not named:
        raise NothingToDetectError(
            f"There is no series {uid} in {study.path}; `hcc-viewer scan` lists those there are."
        )
    detectable = [series for series in named if series.detectable]
    if not detectable:
        raise NothingToDetectError(f"Series {uid} is refused: {named[0].refusal}")
    return max(detectable, key=lambda series: series.phase.score)
