"""What is exported and where: chosen in the export dialog, carried out by the controller. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

REPORT_FORMATS = ("pdf", "png", "csv")
"""What is written unless more is chosen."""

FolderState = Literal["none", "free", "report", "other", "file"]
"""A folder that is not named; new or empty; holding an earlier report; other files; a file."""


@dataclass(frozen=True)
class ExportChoice:
    """An export as the user wants it."""

    folder: Path
    formats: tuple[str, ...] = REPORT_FORMATS
    """Some of `hcc_viewer.report.FORMATS`."""
    is_identified: bool = False
    """Whether PDF, pictures and tables name the patient; DICOM objects do in any case."""
    paper_size: str | None = None
    """None: what this country's printers hold."""
    replaces: bool = False
    """Whether an earlier report in the folder gives way; False: the new one goes beside it."""

    def target(self, now: datetime) -> Path:
        """The folder that is written: the chosen one, or a new one in it.

        A folder that holds other files is never filled up; an earlier report gives way only if
        that is wanted.
        """
        state = folder_state(str(self.folder))
        if state == "other" or (state == "report" and not self.replaces):
            return _new_folder_in(self.folder, now)
        return self.folder


def folder_state(name: str) -> FolderState:
    """What a folder is that was typed or chosen; one that cannot be looked into counts as free."""
    if not name.strip():
        return "none"
    folder = Path(name)
    try:
        if folder.exists() and not folder.is_dir():
            return "file"
        if (folder / "result.json").is_file():
            return "report"
        return "other" if folder.is_dir() and any(folder.iterdir()) else "free"
    except OSError:
        return "free"  # writing into it gives the sentence


def _new_folder_in(folder: Path, now: datetime) -> Path:
    """A folder that is not there yet, named by the time, and numbered if need be."""
    name = f"hcc-report-{now:%Y-%m-%d-%H%M%S}"
    place, number = folder / name, 1
    while place.exists():
        number += 1
        place = folder / f"{name}-{number}"
    return place
