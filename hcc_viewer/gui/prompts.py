"""What the controllers ask the user; a test or a script answers with functions of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hcc_viewer.dicom import Series


def _nothing(start: str) -> Path | None:
    return None


def _same(note: str) -> str | None:
    return None


def _yes(series: Series) -> bool:
    return True


@dataclass(frozen=True)
class Prompts:
    """The questions. Each default answers without asking; `dialogs.questions` asks for real."""

    choose_folder: Callable[[str], Path | None] = _nothing
    """Which study folder to open; None: none after all. Given the folder to start in."""
    choose_file: Callable[[str], Path | None] = _nothing
    """Which DICOM file or zip to open."""
    choose_report_folder: Callable[[str], Path | None] = _nothing
    """Where to write the report."""
    confirm_detection: Callable[[Series], bool] = _yes
    """Whether to detect on a series that is not surely the hepatobiliary phase."""
    ask_note: Callable[[str], str | None] = _same
    """The reader's note on a finding, given the one there is; None: leave it."""
