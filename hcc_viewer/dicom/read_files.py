"""Reads the headers of many files, batch by batch: in threads where files are slow to come."""

from __future__ import annotations

import itertools
import os
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from hcc_viewer.dicom.header_reader import HeaderReader
from hcc_viewer.dicom.headers import ImageHeader, NotTakenUpError

_BATCH = 32
"""Files read by one task: enough to make the hand-over cheap, few enough to cancel quickly."""

_WORKERS = min(8, 2 * (os.cpu_count() or 2))
"""More threads than cores: on a network drive or a disc the time goes by waiting."""

SLOW_SECONDS = 0.001
"""When a file is waited for longer than this, threads pay."""

LISTING_SECONDS = 1.0
"""Folders that take longer to list are read while they are listed, without a known total."""

FileResult = list[ImageHeader] | str
"""The images of a file, or the reason why it is not taken up."""


def read_batches(files: Iterable[Path]) -> Iterator[tuple[list[FileResult], int]]:
    """Read files batch by batch, in their order; with each batch, the number of all files.

    Files that come at once are read one after the other: there, threads would only wait for each
    other. As soon as the waiting for a disc or a network outweighs, several are read at a time.

    Args:
        files: May be lazy.

    Yields:
        What each file gave, and the number of all files; 0 while that is not known.
    """
    listed, total = _list_ahead(files)
    batches, reader, read = _batches(listed), HeaderReader(), 0
    for batch in batches:
        waited = time.thread_time() - time.perf_counter()
        results = _read_batch(reader, batch)
        waited += time.perf_counter() - time.thread_time()
        read += len(batch)
        yield results, total
        if waited > SLOW_SECONDS * len(batch):
            break
    for results, rest in _in_threads(reader, batches):
        yield results, total or (read + rest if rest else 0)


def _list_ahead(files: Iterable[Path]) -> tuple[Iterator[Path], int]:
    """All files if they can be listed soon, and their number; else the number is 0."""
    iterator = iter(files)
    ahead: list[Path] = []
    deadline = time.monotonic() + LISTING_SECONDS
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
