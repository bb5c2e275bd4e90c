"""From a path (folder, file or zip) to the series in it, by their headers alone."""

from __future__ import annotations

import itertools
import logging
import os
import time
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from hcc_viewer.dicom.archive import TemporaryFolder, is_zip, unpack
from hcc_viewer.dicom.describe import describe_stacks
from hcc_viewer.dicom.duplicates import drop_copies
from hcc_viewer.dicom.files import walk
from hcc_viewer.dicom.header_reader import HeaderReader
from hcc_viewer.dicom.headers import ImageHeader, NotTakenUpError
from hcc_viewer.dicom.series import Series, Study, count_reasons
from hcc_viewer.dicom.stacks import Stack, split_series
from hcc_viewer.dicom.tolerance import quiet
from hcc_viewer.errors import ReadError
from hcc_viewer.progress import ReportProgress, ignore_progress

_LOG = logging.getLogger(__name__)

_BATCH = 32
"""Files read by one task: enough to make the hand-over cheap, few enough to cancel quickly."""

_WORKERS = min(8, 2 * (os.cpu_count() or 2))
"""More threads than cores: on a network drive or a disc the time goes by waiting."""

_SLOW_SECONDS = 0.001
"""When a file is waited for longer than this, threads pay."""

_LISTING_SECONDS = 1.0
"""Folders that take longer to list are read while they are listed, without a known total."""

FileResult = list[ImageHeader] | str
"""The images of a file, or the reason why it is not taken up."""


def scan_folder(
    path: str | Path, report_progress: ReportProgress = ignore_progress
) -> list[Series]:
    """The series under `path`; see `scan_study`, which also tells what was passed over."""
    return list(scan_study(path, report_progress).series)


def scan_study(path: str | Path, report_progress: ReportProgress = ignore_progress) -> Study:
    """Find every image series in a folder (with subfolders), a single file, or a zip.

    Args:
        path: What to open.
        report_progress: Called with the files done and their total; the total is 0 until all
            folders are listed.

    Raises:
        ReadError: The path does not exist or cannot be read.
        CancelledError: `report_progress` asked to stop.
    """
    path = Path(path)
    skipped: list[str] = []
    with quiet():
        source, files = _files_of(path, skipped, report_progress)
        images = _read_all(files, skipped, report_progress)
        series = describe_stacks(_stacks_of(images, skipped), source)
    _LOG.info(
        "%d stacks in %d images, %d files passed over", len(series), len(images), len(skipped)
    )
    return Study(path=path, series=tuple(series), skipped=count_reasons(skipped))


def _files_of(
    path: Path, skipped: list[str], report_progress: ReportProgress
) -> tuple[TemporaryFolder | None, Iterable[Path]]:
    """The files to read, and what keeps them in place while they are in use."""
    try:
        if path.is_dir():
            os.scandir(path).close()
            return None, walk(path, skipped)
        if path.exists() and not path.is_file():
            raise ReadError(f"{path} is neither a file nor a folder.")
        with path.open("rb"):
            pass
    except FileNotFoundError as error:
        raise ReadError(f"There is no file or folder {path}.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ReadError(f"{path} cannot be opened: {reason.lower()}.") from error
    if not is_zip(path):
        return None, [path]
    folder = unpack(path, skipped, report_progress)
    return folder, walk(folder.path, skipped)


def _read_all(
    files: Iterable[Path], skipped: list[str], report_progress: ReportProgress
) -> list[ImageHeader]:
    """The headers of all images, in the order of the files."""
    images: list[ImageHeader] = []
    done = 0
    for batch, total in _read_batches(files):
        for result in batch:
            if isinstance(result, str):
                skipped.append(result)
            else:
                images += result
        done += len(batch)
        report_progress(done, total)
    return images


def _read_batches(files: Iterable[Path]) -> Iterator[tuple[list[FileResult], int]]:
    """Read files batch by batch; with each batch, the number of all files if it is known.

    Files that come at once are read one after the other: there, threads would only wait for each
    other. As soon as the waiting for a disc or a network outweighs, several are read at a time.
    """
    listed, total = _list_ahead(files)
    batches, reader, read = _batches(listed), HeaderReader(), 0
    for batch in batches:
        waited = -time.perf_counter() + time.thread_time()
        results = _read_batch(reader, batch)
        waited += time.perf_counter() - time.thread_time()
        read += len(batch)
        yield results, total
        if waited > _SLOW_SECONDS * len(batch):
            break
    for results, listed_so_far in _in_threads(reader, batches):
        yield results, total or listed_so_far + (read if listed_so_far else 0)


def _list_ahead(files: Iterable[Path]) -> tuple[Iterator[Path], int]:
    """All files if they can be listed soon, and their number; else the number is 0."""
    iterator = iter(files)
    ahead: list[Path] = []
    deadline = time.monotonic() + _LISTING_SECONDS
    for path in iterator:
        ahead.append(path)
        if time.monotonic() > deadline:
            return itertools.chain(ahead, iterator), 0
    return iter(ahead), len(ahead)


def _in_threads(
    reader: HeaderReader, batches: Iterator[list[Path]]
) -> Iterator[tuple[list[FileResult], int]]:
    """Read batches in threads, a few ahead; with each, the number of their files if known."""
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="scan") as pool:
        running: deque[Future[list[FileResult]]] = deque()
        listed, ended = 0, False
        try:
            while running or not ended:
                while not ended and len(running) < 2 * _WORKERS:
                    batch = next(batches, None)
                    if batch is None:
                        ended = True
                    else:
                        listed += len(batch)
                        running.append(pool.submit(_read_batch, reader, batch))
                if running:
                    yield running.popleft().result(), listed if ended else 0
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _batches(files: Iterable[Path]) -> Iterator[list[Path]]:
    iterator = iter(files)
    while batch := list(itertools.islice(iterator, _BATCH)):
        yield batch


def _read_batch(reader: HeaderReader, paths: list[Path]) -> list[FileResult]:
    """What is found in each file."""
    results: list[FileResult] = []
    for path in paths:
        try:
            results.append(reader.read(path))
        except NotTakenUpError as error:
            results.append(str(error))
    return results


def _stacks_of(images: list[ImageHeader], skipped: list[str]) -> list[list[Stack]]:
    """The stacks of each DICOM series, the series in the order of their numbers.

    Args:
        images: Of all files.
        skipped: A reason is appended for each file that is a copy of another one.
    """
    by_series: dict[tuple[str, ...], list[ImageHeader]] = defaultdict(list)
    for image in images:
        by_series[_series_key(image)].append(image)
    ordered = sorted(by_series.values(), key=_series_order)
    return [split_series(*drop_copies(members, skipped)) for members in ordered]


def _series_key(image: ImageHeader) -> tuple[str, ...]:
    """Images without a series identifier belong together by folder and description."""
    series = image.series
    if series.series_instance_uid:
        return series.study_instance_uid, series.series_instance_uid, series.modality
    number = str(series.acquisition.series_number)
    return series.study_instance_uid, str(image.path.parent), series.description, number


def _series_order(images: list[ImageHeader]) -> tuple[str, str, int, float]:
    series = images[0].series
    number = series.acquisition.series_number
    return (
        series.acquisition.study_date,
        series.study_instance_uid,
        number if number is not None else 1_000_000,
        images[0].acquisition_time_s or 0.0,
    )
