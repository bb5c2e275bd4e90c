"""Writes a result into a folder: all files or none, and only over files of this program."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from importlib import import_module
from pathlib import Path

from hcc_viewer.detection import Detection, ModelCard
from hcc_viewer.detection.decisions import Reading
from hcc_viewer.dicom import Volume
from hcc_viewer.errors import OutputError, UsageError
from hcc_viewer.phrases import Phrase
from hcc_viewer.progress import ReportProgress, ignore_progress
from hcc_viewer.report import result_json
from hcc_viewer.report.content import PAPER_SIZES, ReportContent, make_content
from hcc_viewer.report.output_faults import output_error
from hcc_viewer.report.words import local_paper_size

FORMATS = ("pdf", "png", "csv", "json", "sr", "sc", "ko", "epdf", "pm", "gsps")
"""What `export_report` writes; `result.json` comes with each of them."""

DICOM_FORMATS = ("sr", "sc", "ko", "epdf", "pm", "gsps")
"""Those that a PACS takes."""

_Writer = Callable[[ReportContent, Detection, Volume], Iterator[tuple[str, bytes]]]

_MODULES = {
    "pdf": "page_pdf",
    "png": "page_png",
    "csv": "tables_csv",
    "json": "result_json",
    "sr": "dicom_sr",
    "sc": "dicom_sc",
    "ko": "dicom_ko",
    "epdf": "dicom_pdf",
    "pm": "dicom_pm",
    "gsps": "dicom_gsps",
}

_NAMES = {
    "pdf": re.compile(r"report\.pdf"),
    "png": re.compile(r"overview\.png|finding-R?\d+\.png|flagged-slices-\d+\.png"),
    "csv": re.compile(r"slices\.csv|findings\.csv"),
    "json": re.compile(r"result\.json"),
    "sr": re.compile(r"sr\.dcm"),
    "sc": re.compile(r"sc-\d+\.dcm"),
    "ko": re.compile(r"ko(-reader)?\.dcm"),
    "epdf": re.compile(r"report-pdf\.dcm"),
    "pm": re.compile(r"pm\.dcm"),
    "gsps": re.compile(r"gsps\.dcm"),
}
"""The files of each format, to clear away those that an earlier export left over."""

_NEEDS = {
    "ko": Phrase("no slice is flagged"),
    "sc": Phrase("no slice is flagged"),
    "gsps": Phrase("there is no finding to mark on images in gray"),
    "pm": Phrase("the images have no place in the patient"),
}
"""Why a format may give no file."""

_OUR_MARK = re.compile(rb"hcc[ _-]viewer", re.IGNORECASE)

_MARK_BYTES = 65536


def export_report(
    detection: Detection,
    volume: Volume,
    out_dir: str | Path,
    formats: Sequence[str] = ("pdf", "png"),
    identified: bool = False,
    *,
    card: ModelCard | None = None,
    reading: Reading | None = None,
    paper_size: str | None = None,
    report_progress: ReportProgress = ignore_progress,
) -> list[Path]:
    """Write the report of a result into a folder, which is made if need be.

    `result.json` is always written. The files appear together at the end; when anything fails,
    the folder is as it was before. Files of an earlier export are replaced; a file that this
    program did not write is never touched.

    Args:
        detection: The result.
        volume: The volume that it was found on.
        out_dir: Where the files go.
        formats: Some of `FORMATS`.
        identified: Whether name, birth date and patient id are said. DICOM objects carry them
            in any case, since they belong to the patient's study.
        card: The model's card, for what was measured at the threshold.
        reading: What a reader decided, marked and measured.
        paper_size: Of the PDF, one of `PAPER_SIZES`; None: what this country's printers hold.
        report_progress: Called before each file with the formats done and their total.

    Returns:
        The files written, `result.json` first.

    Raises:
        UsageError: A format or the paper size is unknown.
        OutputError: The folder or a file cannot be written; or a DICOM object cannot be made
            since a source file is gone.
        CancelledError: `report_progress` asked to stop.
    """
    paper_size = paper_size or local_paper_size()
    chosen = _checked(formats, paper_size)
    content = make_content(
        detection, volume, identified, card=card, reading=reading, paper_size=paper_size
    )
    files = _files(content, detection, volume, chosen, report_progress)
    folder = Path(out_dir)
    made = _missing_folders(folder)
    try:
        return _place(files, content, folder, chosen)
    except OSError as error:
        raise output_error(folder, error) from error
    finally:
        _remove_empty(made)


def absent_text(formats: Sequence[str], files: Sequence[Path]) -> str:
    """Which of the formats asked for gave no file, and why, in a sentence; empty when all did.

    Key objects and captures need a flagged slice, a presentation state a finding, and a parametric
    map a place of the images in the patient.
    """
    names = [path.name for path in files]
    absent = [
        format_
        for format_ in FORMATS
        if format_ in _NEEDS  # the others can always be written
        and format_ in {one.strip().lower() for one in formats}
        and not any(_NAMES[format_].fullmatch(name) for name in names)
    ]
    if not absent:
        return ""
    reasons = reduce(_and, dict.fromkeys(_NEEDS[format_] for format_ in absent))
    text = "Not written: {formats}, since {reasons}."
    return Phrase(text, formats=", ".join(absent), reasons=reasons)


def _and(first: Phrase, rest: Phrase) -> Phrase:
    return Phrase("{first} and {second}", first=first, second=rest)


def _place(
    files: Iterator[tuple[str, bytes]], content: ReportContent, folder: Path, chosen: Sequence[str]
) -> list[Path]:
    """Write the files beside their places, and move them in when all are there."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".hcc-viewer-", dir=folder) as name:
        hidden = Path(name)
        names = _write(files, hidden)
        _check_targets(folder, names)
        stale = _stale_files(content, folder, chosen, names)
        _move_in(hidden, folder, names)
        for path in stale:
            path.unlink(missing_ok=True)
    return [folder / name for name in reversed(names)]


def _checked(formats: Sequence[str], paper_size: str) -> tuple[str, ...]:
    """The formats in their usual order, each once, `json` among them.

    Raises:
        UsageError: One is unknown, or the paper size is.
    """
    if paper_size not in PAPER_SIZES:
        raise UsageError(
            Phrase(
                "The paper size '{paper_size}' is not known; choose from {choice}.",
                paper_size=paper_size,
                choice=", ".join(PAPER_SIZES),
            )
        )
    wanted = [name.strip().lower() for name in formats]
    for name in wanted:
        if name not in FORMATS:
            raise UsageError(
                Phrase(
                    "The report format '{name}' is not known; choose from {choice}.",
                    name=name,
                    choice=", ".join(FORMATS),
                )
            )
    return tuple(name for name in FORMATS if name in {*wanted, "json"})


def _files(
    content: ReportContent,
    detection: Detection,
    volume: Volume,
    formats: Sequence[str],
    report_progress: ReportProgress,
) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file of every format."""
    for done, format_ in enumerate(formats):
        report_progress(done, len(formats))
        writer: _Writer = import_module(f"hcc_viewer.report.{_MODULES[format_]}").files
        for file in writer(content, detection, volume):
            report_progress(done, len(formats))
            yield file
    report_progress(len(formats), len(formats))


def _write(files: Iterator[tuple[str, bytes]], folder: Path) -> list[str]:
    """Write files into a folder; their names, `result.json` last."""
    names = []
    for name, data in files:
        (folder / name).write_bytes(data)
        names.append(name)
    return sorted(names, key=lambda name: name == result_json.FILE_NAME)


def _move_in(hidden: Path, folder: Path, names: Sequence[str]) -> None:
    """Move finished files to their places; put everything back when one cannot be moved."""
    earlier = [name for name in names if (folder / name).exists()]
    kept = hidden / "earlier"
    kept.mkdir()
    for name in earlier:
        shutil.copy2(folder / name, kept / name)
    moved: list[str] = []
    try:
        for name in names:
            (hidden / name).replace(folder / name)
            moved.append(name)
    except OSError:
        for name in moved:
            if name in earlier:
                (kept / name).replace(folder / name)
            else:
                (folder / name).unlink()
        raise


def _check_targets(folder: Path, names: Sequence[str]) -> None:
    """Make sure that nothing but files of ours will be replaced.

    Raises:
        OutputError: Something else has one of the names.
    """
    for name in names:
        path = folder / name
        if path.exists() and not _is_ours(path):
            raise OutputError(
                Phrase(
                    "'{path}' is there already and was not written by this program; choose "
                    "another folder, or move it away.",
                    path=str(path),
                )
            )


def _is_ours(path: Path) -> bool:
    """Whether this program wrote the file: all of its files name it near an end."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        start = file.read(_MARK_BYTES)
        file.seek(max(0, path.stat().st_size - _MARK_BYTES))
        return bool(_OUR_MARK.search(start) or _OUR_MARK.search(file.read()))


def _stale_files(
    content: ReportContent, folder: Path, formats: Sequence[str], names: Sequence[str]
) -> list[Path]:
    """Files of an earlier export that would contradict this one.

    These are the leftovers of the formats now written (the picture of a fifth finding where there
    are four now); and every file of ours when the folder held another series or another reading.
    """
    doubtful = formats if _is_same_result(content, folder) else FORMATS
    patterns = [_NAMES[format_] for format_ in doubtful]
    return [
        path
        for path in sorted(folder.iterdir())
        if path.name not in names
        and any(pattern.fullmatch(path.name) for pattern in patterns)
        and _is_ours(path)
    ]


def _is_same_result(content: ReportContent, folder: Path) -> bool:
    """Whether the folder's `result.json` is of the same series, model and threshold."""
    try:
        before = json.loads((folder / result_json.FILE_NAME).read_bytes())
        now = result_json.result_record(content)
        return all(before[key] == now[key] for key in ("model", "series", "findings"))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _missing_folders(folder: Path) -> list[Path]:
    """The folders that have to be made, innermost first."""
    # Unlike Path.exists, os.path.exists raises nothing where nobody may look.
    exists = os.path.exists
    return [path for path in (folder, *folder.parents) if not exists(path)]


def _remove_empty(folders: Sequence[Path]) -> None:
    """Take away the folders that were made for nothing."""
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            return
