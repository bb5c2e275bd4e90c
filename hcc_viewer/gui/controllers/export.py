"""Writes the shown result into a folder: the report at once, or what the export dialog says."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from hcc_viewer.gui import words
from hcc_viewer.gui.activity import Activity
from hcc_viewer.gui.export_choice import REPORT_FORMATS, ExportChoice
from hcc_viewer.gui.i18n import tr, tr_phrase
from hcc_viewer.gui.jobs import JobContext, JobRunner
from hcc_viewer.gui.network import Results, shown_results
from hcc_viewer.gui.prompts import Prompts
from hcc_viewer.gui.services import Services
from hcc_viewer.gui.session import Message, Session


class ExportController(QObject):
    """Answers what concerns files of a result; one export at a time."""

    def __init__(
        self, session: Session, services: Services, prompts: Prompts, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._services = services
        self._prompts = prompts
        self._exporter = JobRunner("export", self)
        self.report_folder = ""
        self.formats: Sequence[str] = REPORT_FORMATS
        """What the dialog offers: the last choice."""
        self._connect_signals()

    def _connect_signals(self) -> None:
        self._exporter.progressed.connect(self._on_progressed)
        self._exporter.succeeded.connect(self._on_exported)
        self._exporter.failed.connect(self._on_failed)

    @property
    def runners(self) -> tuple[JobRunner, ...]:
        """Everything that must stop before the window goes."""
        return (self._exporter,)

    @Slot()
    def export_report(self) -> None:
        """Ask where, and write the report of the shown result there."""
        results = self._results()
        if results is None:
            return
        chosen = self._prompts.choose_report_folder(self.report_folder)
        if chosen is not None:
            self._export(results, ExportChoice(chosen))

    def show_dialog(self, parent: QWidget) -> None:
        """Ask what is wanted and where, and write that."""
        results = self._results()
        if results is None:
            return
        from hcc_viewer.gui.dialogs.export import ExportDialog
        from hcc_viewer.report.words import local_paper_size

        browse = self._prompts.choose_report_folder
        dialog = ExportDialog(self.report_folder, self.formats, local_paper_size(), browse, parent)
        dialog.chosen.connect(partial(self._on_chosen, results))
        dialog.open()

    def _on_chosen(self, results: Results, choice: ExportChoice) -> None:
        self.formats = choice.formats
        self._export(results, choice)

    def _export(self, results: Results, choice: ExportChoice) -> None:
        """Write as chosen what was shown when the user asked, whatever is shown by now."""
        self.report_folder = str(choice.folder)
        self._session.set_message(None)
        activity = Activity(tr("Writing the report"), tr("parts"), time.monotonic())
        self._session.set_activity("export", activity)
        self._exporter.start(partial(_write, self._services, results, choice))

    @Slot()
    def cancel(self) -> None:
        """Stop writing; the folder stays as it was."""
        self._exporter.cancel()
        self._session.set_activity("export", None)
        self._session.set_message(Message(tr("The export was cancelled.")))

    def _results(self) -> Results | None:
        """What can be exported now; nothing while an export goes on."""
        return None if self._session.is_busy("export") else shown_results(self._session)

    @Slot(int, int)
    def _on_progressed(self, done: int, total: int) -> None:
        self._session.progress("export", done, total)

    @Slot(object)
    def _on_exported(self, result: object) -> None:
        folder, files, absent = cast("tuple[Path, list[Path], str]", result)
        self._session.set_activity("export", None)
        text = tr("The report is in {folder}: {files}.")
        text = text.format(folder=folder, files=words.file_list(files))
        text = f"{text} {tr_phrase(absent)}".strip()
        self._session.set_message(Message(text, folder=folder))

    @Slot(str)
    def _on_failed(self, text: str) -> None:
        self._session.set_activity("export", None)
        self._session.set_message(Message(text, is_error=True))


def _write(
    services: Services, results: Results, choice: ExportChoice, context: JobContext
) -> tuple[Path, list[Path], str]:
    from hcc_viewer.report import absent_text

    context.check()
    folder = choice.target(datetime.now())
    files = services.export_report(
        results.detection,
        results.volume,
        folder,
        choice.formats,
        results.card,
        results.reading,
        identified=choice.is_identified,
        paper_size=choice.paper_size,
        report_progress=context,
    )
    return folder, files, absent_text(choice.formats, files)
