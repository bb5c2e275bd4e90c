"""The real questions: file dialogs, and whether to detect on a doubtful series."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from hcc_viewer.gui.prompts import Prompts

if TYPE_CHECKING:
    from hcc_viewer.dicom import Series


def real_prompts() -> Prompts:
    """Prompts that ask the user."""
    return Prompts(choose_folder, choose_file, choose_report_folder, confirm_detection)


def choose_folder(start: str) -> Path | None:
    """Ask for a study folder."""
    name = QFileDialog.getExistingDirectory(
        QApplication.activeWindow(), "Open a study folder", start
    )
    return Path(name) if name else None


def choose_file(start: str) -> Path | None:
    """Ask for a DICOM file or a zip."""
    name, _ = QFileDialog.getOpenFileName(
        QApplication.activeWindow(), "Open a DICOM file or a zip", start, "All files (*)"
    )
    return Path(name) if name else None


def choose_report_folder(start: str) -> Path | None:
    """Ask where to write the report."""
    name = QFileDialog.getExistingDirectory(
        QApplication.activeWindow(), "Choose a folder for the report", start
    )
    return Path(name) if name else None


def confirm_detection(series: Series) -> bool:
    """Ask whether to detect on a series that is not surely the hepatobiliary phase."""
    box = QMessageBox(QApplication.activeWindow())
    box.setObjectName("confirm_detection_dialog")
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Detect on this series?")
    box.setText(doubt_text(series))
    box.setInformativeText(reasons_text(series))
    detect = box.addButton("Detect anyway", QMessageBox.ButtonRole.AcceptRole)
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(cancel if series.phase.is_unlikely else detect)
    box.exec()
    return box.clickedButton() is detect


def doubt_text(series: Series) -> str:
    """How doubtful the series is, in a sentence."""
    phase = series.phase
    doubt = "is unlikely to be" if phase.is_unlikely else "may not be"
    return (
        f"'{series.title}' {doubt} the hepatobiliary phase (score {phase.score} of 100). "
        "The model knows no other phase; its result would mean little."
    )


def reasons_text(series: Series) -> str:
    """What the score is made of, in lines."""
    if not series.phase.reasons:
        return "Nothing in the files speaks for the hepatobiliary phase."
    return "What the files say:\n" + "\n".join(f"• {reason}" for reason in series.phase.reasons)
