"""Opens the dialogs of the network, runs their slow work, and makes copies without identity."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from hcc_viewer import paths
from hcc_viewer.errors import HccViewerError
from hcc_viewer.gui.activity import Activity
from hcc_viewer.gui.i18n import tr, tr_phrase
from hcc_viewer.gui.jobs import Job, JobRunner
from hcc_viewer.gui.network import NetworkServices, shown_results
from hcc_viewer.gui.prompts import Prompts
from hcc_viewer.gui.session import Message, Session

if TYPE_CHECKING:
    from hcc_viewer.gui.dialogs.pacs import NetworkDialog
    from hcc_viewer.gui.network import Results
    from hcc_viewer.pacs import PacsSettings

OpenPath = Callable[[Path], None]


class NetworkController(QObject):
    """Answers what concerns a PACS. At most one dialog and one job are there at a time."""

    def __init__(
        self,
        session: Session,
        prompts: Prompts,
        open_path: OpenPath,
        services: NetworkServices | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._prompts = prompts
        self._open_path = open_path
        self.services = services or NetworkServices()
        self._runner = JobRunner("network", self)
        self._copier = JobRunner("copy", self)
        self._dialog: NetworkDialog | None = None
        self._connect_signals()

    def _connect_signals(self) -> None:
        self._runner.progressed.connect(self._on_progressed)
        self._runner.succeeded.connect(self._on_succeeded)
        self._runner.failed.connect(self._on_failed)
        self._copier.progressed.connect(self._on_copy_progressed)
        self._copier.succeeded.connect(self._on_copied)
        self._copier.failed.connect(self._on_copy_failed)

    @property
    def runners(self) -> tuple[JobRunner, ...]:
        """Everything that must stop before the window goes."""
        return self._runner, self._copier

    def results(self) -> Results | None:
        """What may be sent now; None where no result is to be seen."""
        return shown_results(self._session)

    # --- dialogs ----------------------------------------------------------------------------

    def show_settings(self, parent: QWidget) -> None:
        """Open the page of addresses."""
        from hcc_viewer.gui.dialogs.pacs_settings import PacsSettingsDialog

        settings = self._settings()
        if settings is not None:
            self._show(PacsSettingsDialog(settings, self, parent))

    def show_fetch(self, parent: QWidget) -> None:
        """Open the page that finds and fetches studies; that of addresses where there is none."""
        from hcc_viewer.gui.dialogs.pacs_fetch import FetchDialog

        settings = self._settings()
        if settings is not None and settings.peers:
            self._show(FetchDialog(settings, self, parent))
        elif settings is not None:
            self.show_settings(parent)

    def show_send(self, parent: QWidget) -> None:
        """Open the page that sends the shown result."""
        from hcc_viewer.gui.dialogs.pacs_send import SendDialog

        settings, results = self._settings(), self.results()
        if results is None:
            text = tr("There is no result to send yet; detect first.")
            self._session.set_message(Message(text, is_error=True))
        elif settings is not None and settings.peers:
            self._show(SendDialog(settings, results.detection.series, self, parent))
        elif settings is not None:
            self.show_settings(parent)

    def _settings(self) -> PacsSettings | None:
        try:
            return self.services.load_settings()
        except HccViewerError as error:
            self._session.set_message(Message(tr_phrase(str(error)), is_error=True))
            return None

    def _show(self, dialog: NetworkDialog) -> None:
        if self._dialog is not None:
            self._dialog.close()
        self._dialog = dialog
        dialog.destroyed.connect(partial(self._forget, dialog))
        dialog.show()

    def _forget(self, dialog: NetworkDialog) -> None:
        if self._dialog is dialog:
            self._dialog = None

    # --- work -------------------------------------------------------------------------------

    def run(self, job: Job) -> None:
        """Do slow work for the dialog that is open, in place of what runs."""
        self._runner.start(job)

    def cancel(self) -> None:
        """Stop it; nothing more arrives."""
        self._runner.cancel()

    def fetch_folder(self) -> Path:
        """Where fetched studies go."""
        return paths.data_dir() / "studies"

    def open_fetched(self, place: Path) -> None:
        """Show a study that was fetched."""
        self._open_path(place)

    @Slot(int, int)
    def _on_progressed(self, done: int, total: int) -> None:
        if self._dialog is not None:
            self._dialog.show_progress(done, total)

    @Slot(object)
    def _on_succeeded(self, result: object) -> None:
        if self._dialog is not None:
            self._dialog.take_result(result)

    @Slot(str)
    def _on_failed(self, text: str) -> None:
        if self._dialog is not None:
            self._dialog.take_failure(text)

    # --- copies without identity ------------------------------------------------------------

    @Slot()
    def deidentify(self) -> None:
        """Ask where, and write a copy of the open study without identity there."""
        study = self._session.study
        if study is None or self._session.is_busy("copy"):
            return
        chosen = self._prompts.choose_report_folder("")
        if chosen is None:
            return
        folder = chosen / f"deidentified-{datetime.now():%Y-%m-%d-%H%M%S}"
        self._session.set_message(None)
        activity = Activity(tr("Copying without identity"), tr("files"), time.monotonic())
        self._session.set_activity("copy", activity)
        self._copier.start(
            lambda context: (folder, self.services.deidentify(study, folder, context))
        )

    @Slot()
    def cancel_copy(self) -> None:
        """Stop copying; nothing of it stays."""
        self._copier.cancel()
        self._session.set_activity("copy", None)
        self._session.set_message(Message(tr("The copying was cancelled.")))

    @Slot(int, int)
    def _on_copy_progressed(self, done: int, total: int) -> None:
        self._session.progress("copy", done, total)

    @Slot(object)
    def _on_copied(self, result: object) -> None:
        folder, text = cast("tuple[Path, str]", result)
        self._session.set_activity("copy", None)
        self._session.set_message(Message(text, folder=folder))

    @Slot(str)
    def _on_copy_failed(self, text: str) -> None:
        self._session.set_activity("copy", None)
        self._session.set_message(Message(text, is_error=True))
