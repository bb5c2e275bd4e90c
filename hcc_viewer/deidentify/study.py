"""Writes a copy of a study without identity: beside its place and moved in, or not at all."""

from __future__ import annotations

import secrets
import tempfile
import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pydicom import Dataset, FileDataset
from pydicom.uid import EnhancedMRImageStorage, MRImageStorage, generate_uid

from hcc_viewer.deidentify.profile import Pseudonyms, deidentify_dataset
from hcc_viewer.dicom import Study
from hcc_viewer.dicom.careful_read import name_encoding, read_dataset
from hcc_viewer.dicom.tolerance import MALFORMED, quiet
from hcc_viewer.dicom.unread import Unread
from hcc_viewer.errors import Notice, OutputError, ReadError
from hcc_viewer.phrases import Phrase, counted
from hcc_viewer.progress import ReportProgress, ignore_progress
from hcc_viewer.system_faults import os_reason

_CAPTURES = "1.2.840.10008.5.1.4.1.1.7"
"""Begins the class UIDs of Secondary Captures."""

BURNED_IN = Notice(
    "burned-in-text",
    Phrase(
        "Text that is burned into the pixels is not taken out; look at the copies before you give "
        "them away."
    ),
)
"""Said of every copy: a file's word that it has none is often missing, and sometimes wrong."""

_CAPTURE, _BURNED, _DAMAGED = "capture", "burned", "damaged"
"""Why an image is left out."""

_PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")


@dataclass(frozen=True)
class DeidentifiedStudy:
    """A copy without identity."""

    folder: Path
    study_uids: tuple[str, ...]
    """The new ones."""
    instances: int
    notices: tuple[Notice, ...]
    """What was left out, and what to look at."""


def deidentify_study(
    study: Study,
    out_dir: str | Path,
    key: bytes | None = None,
    report_progress: ReportProgress = ignore_progress,
) -> DeidentifiedStudy:
    """Write copies of all images of a study into a new folder `out_dir`.

    Screen captures and images that say that they have burned-in text are left out, as is all that
    is no image (reports, presentation states), since nobody can clean free text surely. So are
    images of which pydicom cannot make a file again.

    Args:
        study: As `scan_study` gives it.
        out_dir: Must not be there yet, or be empty.
        key: Secret that decides the pseudonyms; None: a new one, which nobody keeps.
        report_progress: Called with the files written and their total.

    Raises:
        ReadError: There is no image to copy, or one is gone.
        OutputError: The folder is taken, lies in the study's own, or cannot be written.
        CancelledError: `report_progress` asked to stop.
    """
    out = Path(out_dir)
    pseudonyms = Pseudonyms(key or secrets.token_bytes(32))
    paths = sorted({one.path for series in study.series for one in series.instances})
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise OutputError(
            Phrase("'{out}' is there already; choose a new folder for the copies.", out=str(out))
        )
    if out.resolve().is_relative_to(study.path.resolve()):
        raise OutputError(
            Phrase(
                "'{out}' lies in the folder of the study itself; choose one outside of it, so that "
                "copies and originals are not mixed.",
                out=str(out),
            )
        )
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".hcc-viewer-", dir=out.parent) as name:
            hidden = Path(name) / "study"
            made = _write(paths, hidden, pseudonyms, report_progress)
            if not made.written:
                raise ReadError(
                    Phrase("There is no image in {path} that can be copied.", path=str(study.path))
                )
            hidden.replace(out)
    except OSError as error:
        raise OutputError(
            Phrase(
                "The copies cannot be written to '{out}': {error}; choose another folder.",
                out=str(out),
                error=os_reason(error),
            )
        ) from error
    notices = (BURNED_IN, *_left_out(made.left_out), *_unread(study))
    return DeidentifiedStudy(out, tuple(sorted(made.studies)), made.written, notices)


class _Made:
    """Counts what was written and what was not."""

    def __init__(self) -> None:
        self.written = 0
        self.studies: set[str] = set()
        self.left_out: Counter[str] = Counter()


def _write(
    paths: list[Path], folder: Path, pseudonyms: Pseudonyms, report_progress: ReportProgress
) -> _Made:
    made = _Made()
    folder.mkdir()
    for done, path in enumerate(paths):
        report_progress(done, len(paths))
        why = _copy(path, folder, pseudonyms, made)
        if why:
            made.left_out[why] += 1
    report_progress(len(paths), len(paths))
    return made


def _copy(path: Path, folder: Path, pseudonyms: Pseudonyms, made: _Made) -> str:
    """Copy one image; why it is left out, empty when it is not."""
    try:
        with quiet():
            dataset = _read(path)
            why = _why_not(dataset)
            if not why:
                _write_copy(dataset, folder, pseudonyms)
    except OSError:
        raise
    except MALFORMED:
        return _DAMAGED
    if not why:
        made.studies.add(str(dataset.StudyInstanceUID))
        made.written += 1
    return why


def _write_copy(dataset: FileDataset, folder: Path, pseudonyms: Pseudonyms) -> None:
    """Write one copy; remarks of pydicom are dropped, since they would print the patient's data."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        deidentify_dataset(dataset, pseudonyms)
        series = folder / str(dataset.SeriesInstanceUID)
        series.mkdir(exist_ok=True)
        place = series / f"{dataset.SOPInstanceUID}.dcm"
        if place.exists():  # another image bears the same UID, against the standard
            dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
            place = series / f"{dataset.SOPInstanceUID}.dcm"
        dataset.preamble = b"\0" * 128
        try:
            dataset.save_as(place, enforce_file_format=True)
        except MALFORMED:
            place.unlink(missing_ok=True)
            raise


def _read(path: Path) -> FileDataset:
    """The whole file, with what the standard wants a file to say of itself.

    Raises:
        ReadError: It cannot be read any more.
        Exception: One of MALFORMED; it is damaged.
    """
    try:
        dataset = read_dataset(path, None)
    except OSError as error:
        raise ReadError(
            Phrase("'{path}' can no longer be read; open the study again.", path=str(path))
        ) from error
    name_encoding(dataset)
    _name_class(dataset)
    return dataset


def _name_class(dataset: FileDataset) -> None:
    """Say in both places of what class an image is, where one does, or none of an MR image."""
    meta = dataset.file_meta
    stated = dataset.get("SOPClassUID") or meta.get("MediaStorageSOPClassUID")
    if not stated and dataset.get("Modality") == "MR":
        is_enhanced = "PerFrameFunctionalGroupsSequence" in dataset
        stated = EnhancedMRImageStorage if is_enhanced else MRImageStorage
    if stated:
        dataset.SOPClassUID = stated
        if not meta.get("MediaStorageSOPClassUID"):
            meta.MediaStorageSOPClassUID = stated


def _why_not(dataset: Dataset) -> str:
    """Why an image is left out; empty when it is not. Without a class it may be a capture."""
    if not dataset.get("SOPClassUID") or not any(keyword in dataset for keyword in _PIXELS):
        return _DAMAGED
    if str(dataset.get("SOPClassUID", "")).startswith(_CAPTURES):
        return _CAPTURE
    if str(dataset.get("BurnedInAnnotation", "")).upper() == "YES":
        return _BURNED
    return ""


def _left_out(counts: Counter[str]) -> list[Notice]:
    return [Notice("left-out", _left_out_text(count, what)) for what, count in counts.items()]


def _unread(study: Study) -> tuple[Notice, ...]:
    """What there is to say of files that may have held images and were not read."""
    count = sum(count for reason, count in study.skipped if isinstance(reason, Unread))
    if not count:
        return ()
    one = "{count} file could not be read and is not among the copies."
    many = "{count} files could not be read and are not among the copies."
    return (Notice("unread-files", counted(count, one, many)),)


def _left_out_text(count: int, what: str) -> Phrase:
    if what == _CAPTURE:
        return counted(
            count,
            "{count} screen capture was left out: the pixels may hold a name.",
            "{count} screen captures were left out: the pixels may hold a name.",
        )
    if what == _DAMAGED:
        return counted(
            count,
            "{count} image was left out: its file is damaged, or lacks too much to make a copy.",
            "{count} images were left out: their files are damaged, or lack too much to make "
            "copies.",
        )
    return counted(
        count,
        "{count} image with burned-in text was left out: the pixels may hold a name.",
        "{count} images with burned-in text were left out: the pixels may hold a name.",
    )
