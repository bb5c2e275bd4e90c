"""Opens studies, shows series, and has their thumbnails made."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal, Slot

from hcc_viewer.gui import words
from hcc_viewer.gui.activity import Activity
from hcc_viewer.gui.jobs import JobContext, JobRunner
from hcc_viewer.gui.prompts import Prompts
from hcc_viewer.gui.services import Services
from hcc_viewer.gui.session import Message, SeriesKey, Session
from hcc_viewer.gui.thumbnails import make_thumbnails, thumbnail_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hcc_viewer.dicom import Series, Study, Volume

logger = logging.getLogger(__name__)

KEPT_BYTES = 300_000_000
"""Volumes that were shown are kept up to this size, so that going back to one is at once."""


class StudyController(QObject):
    """Answers what concerns reading.

    Signals:
        study_opening: Another study was read and takes the place of the open one now.
    """

    study_opening = Signal()

    def __init__(
        self, session: Session, services: Services, prompts: Prompts, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._services = services
        self._prompts = prompts
        self._scanner = JobRunner("scan", self)
        self._loader = JobRunner("load", self)
        self._thumbnailer = JobRunner("thumbnails", self)
        self._kept: OrderedDict[SeriesKey, Volume] = OrderedDict()
        self.last_folder = ""
        self._connect_signals()

    def _connect_signals(self) -> None:
        self._scanner.progressed.connect(self._on_progressed)
        self._scanner.succeeded.connect(self._on_scanned)
        self._scanner.failed.connect(self._on_failed)
        self._loader.progressed.connect(self._on_progressed)
        self._loader.succeeded.connect(self._on_loaded)
        self._loader.failed.connect(self._on_failed)
        self._thumbnailer.delivered.connect(self._on_thumbnail)
        self._thumbnailer.failed.connect(self._on_thumbnails_failed)

    @property
    def runners(self) -> tuple[JobRunner, ...]:
        """Everything that must stop before the window goes."""
        return self._scanner, self._loader, self._thumbnailer

    @Slot()
    def ask_for_folder(self) -> None:
        """Let the user choose a study folder, and open it."""
        path = self._prompts.choose_folder(self.last_folder)
        if path is not None:
            self.open_path(path)

    @Slot()
    def ask_for_file(self) -> None:
        """Let the user choose a DICOM file or zip, and open it."""
        path = self._prompts.choose_file(self.last_folder)
        if path is not None:
            self.open_path(path)

    @Slot(object)
    def open_path(self, path: Path) -> None:
        """Read what lies under a folder, file or zip; the open study stays until that is done."""
        self.last_folder = str(path if path.is_dir() else path.parent)
        self._session.set_message(None)
        self._loader.cancel()
        self._begin("Reading files", "files")
        self._scanner.start(partial(self._services.scan, path))

    @Slot(int)
    def show_series(self, row: int) -> None:
        """Read the series in this row of the study and show it."""
        if not 0 <= row < len(self._session.series) or row == self._session.wanted_row:
            return
        self._session.set_wanted_row(row)
        if row == self._session.shown_row:
            self._loader.cancel()
            self._session.set_activity("read", None)
            return
        self._session.set_message(None)
        series = self._session.series[row]
        if series.key in self._kept:
            self._loader.cancel()
            self._session.set_activity("read", None)
            self._show(self._kept[series.key])
            return
        self._begin("Reading the series", "slices")
        self._loader.start(partial(_load, self._services, series))

    def step_series(self, step: int) -> None:
        """Show the series `step` places further down the list."""
        row = self._session.wanted_row
        self.show_series(0 if row is None else row + step)

    @Slot()
    def cancel(self) -> None:
        """Stop reading; what is shown stays."""
        self._scanner.cancel()
        self._loader.cancel()
        self._session.set_activity("read", None)
        self._session.set_wanted_row(self._session.shown_row)
        self._start_thumbnails()

    def _begin(self, label: str, unit: str) -> None:
        self._session.set_activity("read", Activity(label, unit, started=time.monotonic()))

    @Slot(int, int)
    def _on_progressed(self, done: int, total: int) -> None:
        self._session.progress("read", done, total)

    @Slot(object)
    def _on_scanned(self, result: object) -> None:
        study = cast("Study", result)
        self._session.set_activity("read", None)
        if not study.series:
            self._session.set_message(Message(_nothing_found(study), is_error=True))
            return
        self.study_opening.emit()
        self._thumbnailer.cancel()
        self._kept.clear()
        self._session.set_study(study)
        best = study.best_series or max(study.series, key=lambda one: len(one.instances))
        self.show_series(study.series.index(best))

    @Slot(object)
    def _on_loaded(self, result: object) -> None:
        volume, picture = cast("tuple[Volume, NDArray[np.uint8]]", result)
        self._session.set_activity("read", None)
        self._session.set_thumbnail(volume.series.key, picture)
        self._show(volume)

    def _show(self, volume: Volume) -> None:
        self._kept[volume.series.key] = volume
        self._kept.move_to_end(volume.series.key)
        while len(self._kept) > 1 and sum(v.array.nbytes for v in self._kept.values()) > KEPT_BYTES:
            self._kept.popitem(last=False)
        self._session.viewport.set_volume(volume)
        self._start_thumbnails()

    @Slot(str)
    def _on_failed(self, text: str) -> None:
        self._session.set_activity("read", None)
        self._session.set_message(Message(text, is_error=True))
        self._session.set_wanted_row(self._session.shown_row)
        self._start_thumbnails()

    def _start_thumbnails(self) -> None:
        missing = [s for s in self._session.series if s.key not in self._session.thumbnails]
        if missing and not self._thumbnailer.is_running:
            self._thumbnailer.start(partial(_deliver_thumbnails, self._services, missing))

    @Slot(object)
    def _on_thumbnail(self, part: object) -> None:
        series, picture = cast("tuple[Series, NDArray[np.uint8]]", part)
        self._session.set_thumbnail(series.key, picture)

    @Slot(str)
    def _on_thumbnails_failed(self, text: str) -> None:
        logger.warning("Thumbnails stopped: %s", text)


def _load(
    services: Services, series: Series, context: JobContext
) -> tuple[Volume, NDArray[np.uint8]]:
    volume = services.load_volume(series, context)
    return volume, thumbnail_of(volume)


def _deliver_thumbnails(services: Services, series: list[Series], context: JobContext) -> None:
    def check(done: int, total: int) -> None:
        context.check()

    for part in make_thumbnails(series, services.load_volume, check):
        context.deliver(part)


def _nothing_found(study: Study) -> str:
    text = f"No images were found in {study.path.name}."
    if study.skipped:
        reason, count = study.skipped[0]
        text += f" {words.skipped_text(reason, count)}"
    return f"{text} Choose the folder that holds the study's DICOM files."
