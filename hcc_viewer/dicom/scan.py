"""From a path (folder, file or zip) to the series in it, by their headers alone."""

from __future__ import annotations

import itertools
import logging
import os
import stat
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from hcc_viewer.dicom.archive import TemporaryFolder, is_zip, unpack
from hcc_viewer.dicom.describe import describe_stacks
from hcc_viewer.dicom.dicomdir import MISSING, indexed_folders, is_dicomdir
from hcc_viewer.dicom.duplicates import drop_copies
from hcc_viewer.dicom.files import walk
from hcc_viewer.dicom.headers import ImageHeader
from hcc_viewer.dicom.image_evidence import with_image_evidence
from hcc_viewer.dicom.long_paths import openable
from hcc_viewer.dicom.read_files import read_batches
from hcc_viewer.dicom.series import Series, Study, count_reasons
from hcc_viewer.dicom.stacks import Stack, split_series
from hcc_viewer.dicom.tolerance import quiet
from hcc_viewer.dicom.unread import with_unread
from hcc_viewer.errors import ReadError
from hcc_viewer.phrases import Phrase
from hcc_viewer.progress import ReportProgress, ignore_progress

_Key = tuple[tuple[str, ...], str]
"""What the images of a series have in common, and the patient's identifier, empty if unsaid."""

_LOG = logging.getLogger(__name__)

PARTIAL_SECONDS = 0.25
"""So long at least lies between two partial results, and thrice the time that one costs."""

OnPartial = Callable[[Study], None]
"""Called with what has been found so far, in the thread that scans."""


def scan_folder(
    path: str | Path, report_progress: ReportProgress = ignore_progress
) -> list[Series]:
    """The series under `path`; see `scan_study`, which also tells what was passed over."""
    return list(scan_study(path, report_progress).series)


def scan_study(
    path: str | Path,
    report_progress: ReportProgress = ignore_progress,
    on_partial: OnPartial | None = None,
) -> Study:
    """Find every image series in a folder (with subfolders), a single file, or a zip.

    Of a DICOMDIR the folders that it names are searched.

    Args:
        path: What to open.
        report_progress: Called with the files done and their total; the total is 0 until all
            folders are listed.
        on_partial: Called with a `Study` that is not complete, first as soon as there is an image,
            then from time to time. Its series can be loaded and shown. They may still grow, be
            split and be scored otherwise, and their keys may change.

    Raises:
        ReadError: The path does not exist or cannot be read.
        CancelledError: `report_progress` asked to stop.
    """
    scan = _Scan(Path(path), on_partial)
    with quiet():
        scan.read(report_progress)
        study = scan.study()
        series = with_image_evidence(study.series, lambda *_: report_progress(*scan.progress))
        study = replace(study, series=tuple(series))
    _LOG.info(
        "%d stacks in %d images, %d files passed over",
        len(study.series),
        len(scan.images),
        sum(count for _, count in study.skipped),
    )
    return study


class _Scan:
    """What has been found so far."""

    def __init__(self, path: Path, on_partial: OnPartial | None) -> None:
        self.images: list[ImageHeader] = []
        self.progress = 0, 0
        """Files done, and their total; 0 while it is not known."""
        self._path = path
        self._skipped: list[str] = []
        self._source: TemporaryFolder | None = None
        self._on_partial = on_partial
        self._next_partial = 0.0

    def read(self, report_progress: ReportProgress) -> None:
        """Read the headers of all files."""
        self._source, files = _files_of(self._path, self._skipped, report_progress)
        for batch, total in read_batches(files):
            for result in batch:
                if isinstance(result, str):
                    self._skipped.append(result)
                else:
                    self.images += result
            done = self.progress[0] + len(batch)
            self.progress = done, total
            report_progress(done, total)
            if done != total:
                self._show_partial()

    def study(self, *, is_complete: bool = True) -> Study:
        """The series of what was read."""
        skipped = list(self._skipped)
        series = describe_stacks(_stacks_of(self.images, skipped), self._source)
        if is_complete:
            series = with_unread(series, skipped)
        return Study(self._path, tuple(series), count_reasons(skipped), is_complete)

    def _show_partial(self) -> None:
        started = time.monotonic()
        if self._on_partial is None or not self.images or started < self._next_partial:
            return
        self._on_partial(self.study(is_complete=False))
        ended = time.monotonic()
        self._next_partial = ended + max(PARTIAL_SECONDS, 3 * (ended - started))


def _files_of(
    path: Path, skipped: list[str], report_progress: ReportProgress
) -> tuple[TemporaryFolder | None, Iterable[Path]]:
    """The files to read, and what keeps them in place while they are in use."""
    _check_readable(path)
    if os.path.isdir(openable(path)):  # noqa: PTH112 -- may be extended
        return None, walk(path, skipped)
    if is_zip(path):
        folder = unpack(path, skipped, report_progress)
        return folder, walk(folder.path, skipped)
    if is_dicomdir(path):
        folders, missing = indexed_folders(path)
        skipped.extend([MISSING] * missing)
        return None, itertools.chain.from_iterable(walk(folder, skipped) for folder in folders)
    return None, [path]


def _check_readable(path: Path) -> None:
    try:
        if os.path.isdir(openable(path)):  # noqa: PTH112 -- may be extended
            os.scandir(openable(path)).close()
            return
        mode = os.stat(openable(path)).st_mode  # noqa: PTH116 -- may be extended
        if not stat.S_ISREG(mode):
            raise ReadError(Phrase("{path} is neither a file nor a folder.", path=path))
        with open(openable(path), "rb"):  # noqa: PTH123 -- may be extended
            pass
    except FileNotFoundError as error:
        raise ReadError(Phrase("There is no file or folder {path}.", path=path)) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        sentence = Phrase("{path} cannot be opened: {reason}.", path=path, reason=reason.lower())
        raise ReadError(sentence) from error


def _stacks_of(images: list[ImageHeader], skipped: list[str]) -> list[list[Stack]]:
    """The stacks of each DICOM series, the series in the order of their numbers.

    Args:
        images: Of all files.
        skipped: A reason is appended for each file that is a copy of another one.
    """
    by_series: dict[tuple[str, ...], list[ImageHeader]] = defaultdict(list)
    keys = [_series_key(image) for image in images]
    stated = _stated_patients(keys)
    for image, (key, patient) in zip(images, keys, strict=True):
        known = stated[key]
        whose = next(iter(known)) if not patient and len(known) == 1 else patient
        by_series[*key, whose].append(image)
    ordered = sorted(by_series.values(), key=_series_order)
    return [split_series(*drop_copies(members, skipped)) for members in ordered]


def _series_key(image: ImageHeader) -> _Key:
    """By what an image belongs to a series.

    Images without a series identifier belong together by folder and description.
    """
    series = image.series
    if series.series_instance_uid:
        # Some anonymisers give several patients the same identifiers.
        patient = series.patient.patient_id.strip().casefold()
        return (series.study_instance_uid, series.series_instance_uid, series.modality), patient
    number = str(series.acquisition.series_number)
    folder = str(image.path.parent)
    return (series.study_instance_uid, folder, series.description, number), ""


def _stated_patients(keys: Iterable[_Key]) -> dict[tuple[str, ...], set[str]]:
    """The patient identifiers that the files of each series state; some may state none."""
    stated: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for key, patient in keys:
        stated[key].update([patient] if patient else [])
    return stated


def _series_order(images: list[ImageHeader]) -> tuple[str, str, int, float]:
    series = images[0].series
    number = series.acquisition.series_number
    return (
        series.acquisition.study_date,
        series.study_instance_uid,
        number if number is not None else 1_000_000,
        images[0].acquisition_time_s or 0.0,
    )
