"""Opens studies, shows series, and has their thumbnails made."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal, Slot

from hcc_viewer.gui import words
from hcc_viewer.gui.activity import Activity
from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.jobs import JobContext, JobRunner
from hcc_viewer.gui.preview import Preview
from hcc_viewer.gui.prompts import Prompts
from hcc_viewer.gui.services import Services
from hcc_viewer.gui.session import Message, Session
from hcc_viewer.gui.thumbnails import make_thumbnails, thumbnail_of
from hcc_viewer.gui.volume_cache import VolumeCache
from hcc_viewer.settings import MOST_RECENT

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hcc_viewer.dicom import Series, Study, Volume

logger = logging.getLogger(__name__)


class StudyController(QObject):
    """Answers what concerns reading.

    Signals:
        study_opening: A study was read and is shown now; given the study.
        study_closing: An open study is closed now; given the study.
        volume_loaded: A volume was read for the main view, which shows it now.
    """

    study_opening = Signal(object)
    study_closing = Signal(object)
    volume_loaded = Signal(object)

    def __init__(
        self,
        session: Session,
        services: Services,
        prompts: Prompts,
        cache: VolumeCache,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._services = services
        self._prompts = prompts
        self._cache = cache
        self._last_row: dict[str, int] = {}
        self._scanner = JobRunner("scan", self)
        self._loader = JobRunner("load", self)
        self._thumbnailer = JobRunner("thumbnails", self)
        self._is_remembered = True
        self._preview = Preview()
        self._queue: list[Path] = []
        self.last_folder = ""
        self.recent: tuple[str, ...] = ()
        self._connect_signals()

    def _connect_signals(self) -> None:
        self._scanner.progressed.connect(self._on_progressed)
        self._scanner.delivered.connect(self._on_partial)
        self._scanner.succeeded.connect(self._on_scanned)
        self._scanner.failed.connect(self._on_scan_failed)
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
    def open_path(self, path: Path, is_remembered: bool = True) -> None:
        """Read what lies under a folder, file or zip, and show it beside the studies open already.

        Args:
            path: What to open.
            is_remembered: Whether it goes into the list of recent studies.
        """
        self._is_remembered = is_remembered
        if is_remembered:
            self.last_folder = str(path if path.is_dir() else path.parent)
        self._session.set_message(None)
        self._scanner.cancel()
        self._loader.cancel()
        self._drop_preview()
        self._begin(tr("Reading files"), tr("files"))
        self._preview.begin()
        self._scanner.start(partial(_scan, self._services, path))

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open one study after another."""
        self._queue = list(paths[1:])
        if paths:
            self.open_path(paths[0])

    def _open_next(self) -> None:
        if self._queue:
            self.open_path(self._queue.pop(0))

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
        kept = self._cache.get(series.key)
        if kept is not None:
            self._loader.cancel()
            self._session.set_activity("read", None)
            self._show(kept)
            return
        self._begin(tr("Reading the series"), tr("slices"))
        self._loader.start(partial(_load, self._services, series))

    def step_series(self, step: int) -> None:
        """Show the series `step` places further down the list."""
        row = self._session.wanted_row
        self.show_series(0 if row is None else row + step)

    @Slot()
    def cancel(self) -> None:
        """Stop reading; what is shown stays."""
        self._queue = []
        self._scanner.cancel()
        self._loader.cancel()
        self._drop_preview()
        self._session.set_activity("read", None)
        self._session.set_wanted_row(self._session.shown_row)
        self._start_thumbnails()

    def _begin(self, label: str, unit: str) -> None:
        self._session.set_activity("read", Activity(label, unit, started=time.monotonic()))

    @Slot(int, int)
    def _on_progressed(self, done: int, total: int) -> None:
        self._session.progress("read", done, total)

    @Slot(object)
    def _on_partial(self, part: object) -> None:
        """Show the first image while the scan goes on; a study that is open already stays."""
        study = cast("Study", part)
        is_open = any(one.path == study.path for one in self._session.studies)
        if is_open or not self._preview.wants(study):
            return
        self._show_study(study)
        self._preview.show(study, self._session.wanted_row)

    def _drop_preview(self) -> None:
        """Close what a scan that did not end has shown."""
        preview = self._preview.end()
        for index, one in enumerate(self._session.studies):
            if one is preview:
                self.close_study(index)
                return

    @Slot(str)
    def _on_scan_failed(self, text: str) -> None:
        self._drop_preview()
        self._on_failed(text)

    @Slot(object)
    def _on_scanned(self, result: object) -> None:
        study = cast("Study", result)
        preview = self._preview.end()
        shown = self._session.study
        is_elsewhere = preview is not None and shown is not None and shown is not preview
        if preview is not None:
            self._last_row.pop(str(study.path), None)
            if not is_elsewhere:
                self._keep_choice(preview, study)
        self._session.set_activity("read", None)
        if not study.series:
            self._session.set_message(Message(_nothing_found(study), is_error=True))
            self._open_next()
            return
        for one in [one for one in self._session.studies if one.path == study.path]:
            self.study_closing.emit(one)
            self._cache.drop({series.key for series in one.series})
        self._remember(study)
        self._session.add_study(study)
        if not is_elsewhere:
            self._show_study(study)
        self._open_next()

    def _keep_choice(self, preview: Study, study: Study) -> None:
        """Stay on the series that the user has chosen while the scan went on."""
        row = self._preview.chosen_row(preview, study, self._session.wanted_row)
        if row is not None:
            self._last_row[str(study.path)] = row

    def _remember(self, study: Study) -> None:
        if not self._is_remembered:
            return
        name = str(study.path)
        rest = tuple(one for one in self.recent if one != name)
        self.recent = (name, *rest)[:MOST_RECENT]

    def _show_study(self, study: Study) -> None:
        self._loader.cancel()
        self._session.set_activity("read", None)
        self._thumbnailer.cancel()
        self._session.set_study(study)
        self.study_opening.emit(study)
        best = study.best_series or max(study.series, key=lambda one: len(one.instances))
        self.show_series(self._last_row.get(str(study.path), study.series.index(best)))

    @Slot(int)
    def show_study(self, index: int) -> None:
        """Show another of the open studies."""
        studies = self._session.studies
        if 0 <= index < len(studies) and studies[index] is not self._session.study:
            self._show_study(studies[index])

    def step_study(self) -> None:
        """Show the next of the open studies."""
        studies = self._session.studies
        if self._session.study in studies:
            self.show_study((studies.index(self._session.study) + 1) % len(studies))

    @Slot(int)
    def close_study(self, index: int) -> None:
        """Close an open study and forget what belongs to it."""
        if not 0 <= index < len(self._session.studies):
            return
        study = self._session.studies[index]
        self.study_closing.emit(study)
        self._last_row.pop(str(study.path), None)
        self._cache.drop({series.key for series in study.series})
        if study is self._session.study:
            self._loader.cancel()
            self._thumbnailer.cancel()
            self._session.set_activity("read", None)
        self._session.close_study(study)
        if self._session.study is not None and self._session.wanted_row is None:
            self._show_study(self._session.study)

    def close_shown_study(self) -> None:
        """Close the study that is shown."""
        if self._session.study in self._session.studies:
            self.close_study(self._session.studies.index(self._session.study))

    @Slot(object)
    def _on_loaded(self, result: object) -> None:
        volume, picture = cast("tuple[Volume, NDArray[np.uint8]]", result)
        self._session.set_activity("read", None)
        if self._scanner.is_running:
            self._begin(tr("Reading files"), tr("files"))
        self._session.set_thumbnail(volume.series.key, picture)
        self._show(volume)

    def _show(self, volume: Volume) -> None:
        self._cache.put(volume)
        row = self._session.wanted_row
        if row is not None and self._session.study is not None:
            self._last_row[str(self._session.study.path)] = row
        self._session.viewport.set_volume(volume)
        self.volume_loaded.emit(volume)
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


def _scan(services: Services, path: Path, context: JobContext) -> Study:
    return services.scan(path, context, context.deliver)


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
    text = tr("No images were found in {name}.").format(name=study.path.name)
    if study.skipped:
        reason, count = study.skipped[0]
        text += f" {words.skipped_text(reason, count)}"
    return text + " " + tr("Choose the folder that holds the study's DICOM files.")
