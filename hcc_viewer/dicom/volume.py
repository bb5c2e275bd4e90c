"""From a series to its pixels: one array of modality values in patient geometry."""

from __future__ import annotations

import os
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.dicom.geometry import Geometry
from hcc_viewer.dicom.photometric import Ends, ends_of, fitting_mirror, mirrored, odd_ones
from hcc_viewer.dicom.pixels import (
    DecodedImage,
    EncodedFile,
    decode_images,
    read_encoded,
    read_plain_image,
)
from hcc_viewer.dicom.series import Series
from hcc_viewer.dicom.stored_pixels import Pixels, StoredImage, StoredPixels, stack_images
from hcc_viewer.dicom.tolerance import MALFORMED, plain_reason, quiet
from hcc_viewer.dicom.window import display_window
from hcc_viewer.errors import Notice, ReadError
from hcc_viewer.phrases import Phrase
from hcc_viewer.progress import ReportProgress, ignore_progress

UNDECODABLE = "undecodable-slices"
"""Code of the notice of slices that could not be read and are blank."""

MAX_VOLUME_BYTES = 6 * 1024**3
"""More pixels than this are damage, not a series."""

_FRAMES_PER_JOB = 32
"""Frames of one file that one thread reads in a go."""

MOST_LOST_FRAMES = 3
"""After so many damaged frames one after the other the rest of a part is not tried."""

_WORKERS = max(2, min(8, os.cpu_count() or 2))


@dataclass(frozen=True, eq=False)
class Volume:
    """The pixels of one series, slices foot to head."""

    series: Series
    pixels: Pixels
    """(slice, row, column): `array` itself, or what gives parts of it when it is indexed."""
    window_center: float
    """Window for display, one for the whole volume; see `window_width`."""
    window_width: float
    is_inverted: bool = False
    """MONOCHROME1: the lowest value is white. Display and network turn it round, the values not."""
    padding: NDArray[np.bool_] | None = None
    """(slice, row, column) True where the pixel is padding and means nothing; None without any."""
    color: NDArray[np.uint8] | None = None
    """(slice, row, column, 3) RGB for colour images, of which `array` holds the luminance."""
    warnings: tuple[Notice, ...] = ()
    """What was found and repaired: of the series (headers) and of the pixels."""
    read_seconds: float = 0.0
    unread: frozenset[int] = frozenset()
    """Slices that could not be read: they are blank, and nothing may be told of them."""

    def __post_init__(self) -> None:
        if not isinstance(self.pixels, StoredPixels):
            if self.pixels.ndim != 3 or self.pixels.dtype != np.float32:
                raise ValueError("A volume is a (slice, row, column) float32 array.")
            self.pixels.setflags(write=False)
        if len(self.pixels) != len(self.series.instances):
            raise ValueError("A volume has one slice per instance of its series.")

    @property
    def array(self) -> NDArray[np.float32]:
        """(slice, row, column) modality values: stored values times slope plus intercept.

        Of a compact volume each call makes the whole array anew: take one slice of `pixels`, or
        keep the result.
        """
        return self.pixels[...] if isinstance(self.pixels, StoredPixels) else self.pixels

    @property
    def geometry(self) -> Geometry:
        """Where the pixels lie in the patient."""
        return self.series.geometry


def load_volume(
    series: Series,
    report_progress: ReportProgress = ignore_progress,
    *,
    compact: bool = False,
) -> Volume:
    """Read the pixels of a series.

    A slice that cannot be decoded is filled with the lowest value and named in `warnings`.

    Args:
        series: One stack, as found by `scan_folder`.
        report_progress: Called after each slice with the slices read and their total.
        compact: Keep the integers of the files where they have 16 bits or fewer: half the memory,
            the same values. For who looks at single slices, as a viewer does.

    Raises:
        ReadError: No slice can be read; the sentence names the first file and the reason.
        CancelledError: `report_progress` asked to stop.
    """
    started = time.perf_counter()
    _check_size(series)
    volume = _Loading(series, compact)
    with quiet():
        volume.read(report_progress)
    return volume.finish(time.perf_counter() - started)


class _Loading:
    """A volume on its way: threads fill in its slices, each its own."""

    def __init__(self, series: Series, compact: bool) -> None:
        self._shape = (len(series.instances), series.rows, series.columns)
        self._series = series
        self._values = None if compact else np.zeros(self._shape, dtype=np.float32)
        self._images: list[StoredImage | None] = [None] * len(series.instances)
        self._padding: NDArray[np.bool_] | None = None
        self._color: NDArray[np.uint8] | None = None
        self._windows: dict[int, tuple[float, float]] = {}
        self._inverted: dict[int, bool] = {}
        self._mirrors: dict[int, float] = {}
        self._failed: dict[int, str] = {}
        self._cut: list[int] = []
        self._lock = threading.Lock()

    def read(self, report_progress: ReportProgress) -> None:
        """Read all slices in threads.

        Raises:
            CancelledError: `report_progress` asked to stop.
        """
        total, done = len(self._series.instances), 0
        with ThreadPoolExecutor(_WORKERS, thread_name_prefix="load") as pool:
            try:
                jobs = list(self._submit(pool))
                for job in as_completed(jobs):
                    done += job.result()
                    report_progress(done, total)
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def finish(self, seconds: float) -> Volume:
        """The volume, with what went wrong.

        Raises:
            ReadError: No slice could be read.
        """
        count = len(self._series.instances)
        if len(self._failed) == count:
            first = self._series.instances[0].path.name
            sentence = "No image of the series can be read. {file}: {reason}."
            raise ReadError(Phrase(sentence, file=first, reason=self._failed[0]))
        good = [index for index in range(count) if index not in self._failed]
        turned = self._bring_into_one_sense()
        pixels = self._finished_pixels(good)
        middle = min(self._windows, key=lambda index: abs(index - count // 2), default=-1)
        center, width = display_window(pixels, self._padding, self._windows.get(middle))
        return Volume(
            series=self._series,
            pixels=pixels,
            window_center=center,
            window_width=width,
            is_inverted=self._inverted[good[len(good) // 2]],
            padding=self._padding,
            color=self._color,
            warnings=self._series.warnings + _notices(self._failed, self._cut, turned),
            read_seconds=seconds,
            unread=frozenset(self._failed),
        )

    def _bring_into_one_sense(self) -> list[int]:
        """Turn round the slices that disagree with most on what is white; which they were."""
        turned = [] if self._color is not None else odd_ones(self._inverted)
        if not turned:
            return []
        ends = {index: self._ends_of(index) for index in self._inverted}
        others = [one for index, one in ends.items() if one is not None and index not in turned]
        lowest = min((low for low, _ in others), default=0.0)
        highest = max((high for _, high in others), default=0.0)
        for index in turned:
            own, mirror = ends[index], self._mirrors[index]
            if own is not None and others:
                mirror = fitting_mirror(mirror, own, (lowest, highest))
            self._turn_round(index, mirror)
            self._inverted[index] = not self._inverted[index]
            self._windows.pop(index, None)
        return turned

    def _turn_round(self, index: int, mirror: float) -> None:
        image = self._images[index]
        if image is not None:
            self._images[index] = mirrored(image, mirror)
        if self._values is not None:
            np.subtract(np.float32(mirror), self._values[index], out=self._values[index])

    def _ends_of(self, index: int) -> Ends | None:
        image = self._images[index]
        padding = None if self._padding is None else self._padding[index]
        if image is not None:
            return ends_of(image.values, padding)
        return None if self._values is None else ends_of(self._values[index], padding)

    def _finished_pixels(self, good: list[int]) -> Pixels:
        """All slices; those that cannot be read with the lowest value of the others."""
        if self._values is None:
            return stack_images(self._images)
        if self._failed:
            lowest = min(float(self._values[index].min()) for index in good)
            self._values[list(self._failed)] = lowest
        return self._values

    def _submit(self, pool: ThreadPoolExecutor) -> Iterator[Future[int]]:
        """Start the reading: file by file, a long multi-frame file in parts."""
        by_path: dict[Path, list[int]] = defaultdict(list)
        for index, instance in enumerate(self._series.instances):
            by_path[instance.path].append(index)
        for path, indices in by_path.items():
            file = _LazyFile(path)
            for start in range(0, len(indices), _FRAMES_PER_JOB):
                yield pool.submit(self._read, file, indices[start : start + _FRAMES_PER_JOB])

    def _read(self, file: _LazyFile, indices: list[int]) -> int:
        """Read some images of one file into their slices; how many were tried."""
        waiting, in_a_row = deque(indices), 0
        while waiting:
            before = len(waiting)
            try:
                self._decode(file, waiting)
            except MALFORMED as error:
                in_a_row = in_a_row + 1 if len(waiting) == before else 1
                lost = len(waiting) if in_a_row == MOST_LOST_FRAMES or not file.is_read else 1
                for _ in range(lost):
                    self._failed[waiting.popleft()] = plain_reason(error)
        return len(indices)

    def _decode(self, file: _LazyFile, waiting: deque[int]) -> None:
        """Decode what is waited for, in order, and take from the queue what is done.

        Raises:
            Exception: One of MALFORMED; the first that still waits is to blame.
        """
        frames = [self._series.instances[index].frame for index in waiting]
        if frames == [None]:
            plain = read_plain_image(file.path)
            if plain is not None:
                self._put(waiting[0], plain)
                waiting.popleft()
                return
        for image in decode_images(file.get(), frames):
            self._put(waiting[0], image)
            waiting.popleft()
        if waiting:
            raise ValueError("it has fewer frames than its header says")

    def _put(self, index: int, image: DecodedImage) -> None:
        if image.pixels.stored.shape != self._shape[1:]:
            rows, columns = image.pixels.stored.shape
            raise ValueError(f"it has {columns} x {rows} pixels, other than its header says")
        if self._values is None:
            self._images[index] = image.pixels
        else:
            image.pixels.write_values(self._values[index])
        self._inverted[index] = image.is_inverted
        self._mirrors[index] = image.mirror
        if image.is_cut:
            self._cut.append(index)
        if image.window is not None:
            self._windows[index] = image.window
        if image.padding is not None:
            self._padding_of_all()[index] = image.padding
        if image.color is not None:
            self._color_of_all()[index] = image.color

    def _padding_of_all(self) -> NDArray[np.bool_]:
        with self._lock:
            if self._padding is None:
                self._padding = np.zeros(self._shape, dtype=np.bool_)
            return self._padding

    def _color_of_all(self) -> NDArray[np.uint8]:
        with self._lock:
            if self._color is None:
                self._color = np.zeros((*self._shape, 3), dtype=np.uint8)
            return self._color


class _LazyFile:
    """A file that is read when the first thread wants it, and once for all of its frames."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._file: EncodedFile | None = None

    @property
    def is_read(self) -> bool:
        """Whether the file could be read; its frames may still be damaged."""
        return self._file is not None

    def get(self) -> EncodedFile:
        """The file, read now if it was not before."""
        with self._lock:
            if self._file is None:
                self._file = read_encoded(self.path)
            return self._file


def _check_size(series: Series) -> None:
    needed = len(series.instances) * series.rows * series.columns * 4
    if needed > MAX_VOLUME_BYTES:
        raise ReadError(
            f"The series {series.title} needs {needed / 1e9:.0f} GB of memory; that is too much. "
            "Its files may be damaged."
        )


def _notices(failed: dict[int, str], cut: list[int], turned: list[int]) -> tuple[Notice, ...]:
    notices: tuple[Notice, ...] = ()
    if failed:
        message = Phrase(
            "Slices that cannot be read are left black: {slices} ({reason}). "
            "What lies there is not examined.",
            slices=_slice_numbers(list(failed)),
            reason=failed[min(failed)],
        )
        notices += (Notice(UNDECODABLE, message),)
    if cut:
        message = Phrase(
            "Files end before their image does, as after a broken copy: slices {slices}. "
            "The missing part is left black and not examined.",
            slices=_slice_numbers(cut),
        )
        notices += (Notice("cut-slices", message),)
    if turned:
        message = Phrase(
            "In some slices black and white are exchanged against the others: {slices}. "
            "They have been turned round.",
            slices=_slice_numbers(turned),
        )
        notices += (Notice("mixed-photometric", message),)
    return notices


def _slice_numbers(indices: list[int]) -> str:
    """The first few slices by number, counted from 1."""
    named = ", ".join(str(index + 1) for index in sorted(indices)[:10])
    if len(indices) <= 10:
        return named
    return Phrase("{slices} and {count} more", slices=named, count=len(indices) - 10)
