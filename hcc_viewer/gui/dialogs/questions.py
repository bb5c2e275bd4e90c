"""The real questions: file dialogs, and whether to detect on a doubtful series."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from hcc_viewer.gui.dialogs.note import NoteDialog
from hcc_viewer.gui.i18n import tr, tr_phrase
from hcc_viewer.gui.prompts import Prompts

if TYPE_CHECKING:
    from hcc_viewer.dicom import Series


def real_prompts() -> Prompts:
    """Prompts that ask the user."""
    return Prompts(choose_folder, choose_file, choose_report_folder, confirm_detection, ask_note)


def choose_folder(start: str) -> Path | None:
    """Ask for a study folder."""
    name = QFileDialog.getExistingDirectory(
        QApplication.activeWindow(), tr("Open a study folder"), start
    )
    return Path(name) if name else None


def choose_file(start: str) -> Path | None:
    """Ask for a DICOM file or a zip."""
    name, _ = QFileDialog.getOpenFileName(
        QApplication.activeWindow(), tr("Open a DICOM file or a zip"), start, tr("All files (*)")
    )
    return Path(name) if name else None


def choose_report_folder(start: str) -> Path | None:
    """Ask where to write the report."""
    name = QFileDialog.getExistingDirectory(
        QApplication.activeWindow(), tr("Choose a folder for the report"), start
    )
    return Path(name) if name else None


def ask_note(note: str) -> str | None:
    """Ask for a note on a finding."""
    dialog = NoteDialog(note, QApplication.activeWindow())
    is_kept = dialog.exec() == NoteDialog.DialogCode.Accepted
    dialog.deleteLater()
    return dialog.note if is_kept else None


def confirm_detection(series: Series) -> bool:
    """Ask whether to detect on a series that is not surely the hepatobiliary phase."""
    box = QMessageBox(QApplication.activeWindow())
    box.setObjectName("confirm_detection_dialog")
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(tr("Detect on this series?"))
    box.setText(doubt_text(series))
    box.setInformativeText(reasons_text(series))
    detect = box.addButton(tr("Detect anyway"), QMessageBox.ButtonRole.AcceptRole)
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    cancel.setText(tr("Cancel"))
    box.setDefaultButton(cancel if series.phase.is_unlikely else detect)
    box.exec()
    return box.clickedButton() is detect


def doubt_text(series: Series) -> str:
    """How doubtful the series is, in a sentence."""
    phase = series.phase
    text = tr("'{title}' may not be the hepatobiliary phase (score {score} of 100).")
    if phase.is_unlikely:
        text = tr("'{title}' is unlikely to be the hepatobiliary phase (score {score} of 100).")
    said = text.format(title=series.title, score=phase.score)
    return said + " " + tr("The model knows no other phase; its result would mean little.")


def reasons_text(series: Series) -> str:
    """What the score is made of, in lines."""
    if not series.phase.reasons:
        return tr("Nothing in the files speaks for the hepatobiliary phase.")
    return (
        tr("What the files say:")
        + "\n"
        + "\n".join(f"• {tr_phrase(reason)}" for reason in series.phase.reasons)
    )
