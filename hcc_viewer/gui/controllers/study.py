"""Opens studies, shows series, and has their thumbnails made."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal, Slot

from hcc_viewer.gui import opening
from hcc_viewer.gui.activity import Activity
from hcc_viewer.gui.controllers.thumbnails import Thumbnailer
from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.jobs import JobContext, JobRunner
from hcc_viewer.gui.opening import Asked, best_row, own_keys
from hcc_viewer.gui.preview import Preview
from hcc_viewer.gui.prompts import Prompts
from hcc_viewer.gui.services import Services
from hcc_viewer.gui.session import Message, Session
from hcc_viewer.gui.volume_cache import VolumeCache
from hcc_viewer.settings import MOST_RECENT

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hcc_viewer.dicom import Study, Volume


class StudyController(QObject):
    """Answers what concerns reading.

    Signals:
        study_opening: A study was read and is shown now; given the study.
        study_completed: All images are known of a study of which some are shown; given the whole
            study, which takes its place next.
        study_closing: An open study is closed now; given the study.
        study_replaced: Stacks were merged or split; given the study before and after.
        volume_loaded: A volume was read for the main view, which shows it next.
        recent_changed: A study was opened that goes into the list of recent ones.
    """

    study_opening = Signal(object)
    study_completed = Signal(object)
    study_closing = Signal(object)
    study_replaced = Signal(object, object)
    volume_loaded = Signal(object)
    recent_changed = Signal()

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
        self._thumbnailer = Thumbnailer(session, services, self)
        self._is_remembered = True
        self._preview = Preview()
        self._queue: list[Asked] = []
        self._troubles: list[str] = []
        """Why some of the paths that were asked for together could not be opened."""
        self.regroup_again: Callable[[Study, JobContext], Study] = opening.as_scanned
        """Run in the worker after a scan: merges and splits as in an earlier session."""
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

    @property
    def runners(self) -> tuple[JobRunner, ...]:
        """Everything that must stop before the window goes."""
        return self._scanner, self._loader, self._thumbnailer.runner

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
        """Show what lies under a folder, file or zip beside the studies that are open already.

        Where another path is being read, this one waits for its end.

        Args:
            path: What to open; it is read unless it is open already.
            is_remembered: Whether it goes into the list of recent studies.
        """
        self._ask_for(Asked(path, is_remembered))

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open one study after another."""
        for path in paths:
            self.open_path(path)

    @Slot(object)
    def read_path(self, path: Path) -> None:
        """Read what lies under a path, in place of a study that was read from there before."""
        self._ask_for(Asked(path, is_read_anew=True))

    def _ask_for(self, asked: Asked) -> None:
        self._queue.append(asked)
        if not self._scanner.is_running:
            self._troubles = []
            self._session.set_message(None)
            self._open_next()

    def _open_next(self) -> None:
        if not self._queue:
            return
        asked = self._queue.pop(0)
        self._is_remembered = asked.is_remembered
        places = [study.path.absolute() for study in self._session.studies]
        if asked.path.absolute() in places and not asked.is_read_anew:
            self._show_again(places.index(asked.path.absolute()))
        else:
            self._read(asked.path)

    def _show_again(self, index: int) -> None:
        """Show a study that somebody opens though it is open: its results and marks stay."""
        self._remember(self._session.studies[index])
        self.show_study(index)
        said = tr("This study is open already; close it first to read its files anew.")
        self._session.set_message(Message(" ".join((*self._troubles, said))))
        self._open_next()

    def _read(self, path: Path) -> None:
        if self._is_remembered:
            self.last_folder = str(path if path.is_dir() else path.parent)
        self._loader.cancel()
        self._begin(tr("Reading files"), tr("files"))
        self._preview.begin()
        self._scanner.start(partial(opening.scan_study, self._services, self.regroup_again, path))

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
        kept = self._cache.get(series)
        if kept is not None:
            self._loader.cancel()
            self._session.set_activity("read", None)
            self._show(kept)
            return
        self._begin(tr("Reading the series"), tr("slices"))
        self._loader.start(partial(opening.load_series, self._services, series))

    def step_series(self, step: int) -> None:
        """Show the series `step` places further down the list."""
        row = self._session.wanted_row
        self.show_series(0 if row is None else row + step)

    @Slot()
    def cancel(self) -> None:
        """Stop reading; what is shown stays, or is shown again."""
        self._queue = []
        if self._loader.is_running:
            self._loader.cancel()
            self._stay()
        self._scanner.cancel()
        self._session.set_activity("read", None)
        self._drop_preview()
        self._resume()

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
        self._pass_over(text)

    @Slot(object)
    def _on_scanned(self, result: object) -> None:
        study = cast("Study", result)
        preview = self._preview.end()
        self._session.set_activity("read", None)
        if not study.series:
            self._pass_over(opening.nothing_found(study))
            return
        self._remember(study)
        if preview is not None and self._session.is_open(preview):
            self._complete(preview, study)
        else:
            for one in [one for one in self._session.studies if one.path == study.path]:
                self.study_closing.emit(one)
                self._cache.drop(opening.keys_of(one))
            self._session.add_study(study)
            self._show_study(study)
        said = list(self._troubles)
        if study.before is not None:
            said.append(tr("Series are merged or split as in the earlier session."))
        if said:
            self._session.set_message(Message(" ".join(said), is_error=bool(self._troubles)))
        self._open_next()

    def _pass_over(self, text: str) -> None:
        """A path cannot be opened: say why, and go on with the next one."""
        self._troubles.append(text)
        self._session.set_activity("read", None)
        self._resume()
        self._session.set_message(Message(" ".join(self._troubles), is_error=True))
        self._open_next()

    def _complete(self, preview: Study, study: Study) -> None:
        """Show the whole study in place of what was shown of it while it was scanned."""
        wanted = self._session.wanted_row if self._session.study is preview else None
        chosen = self._preview.chosen_row(preview, study, wanted)
        self.study_completed.emit(study)
        self._go_on(preview, study, best_row(study) if chosen is None else chosen)
        self.study_opening.emit(study)

    def replace_study(self, old: Study, new: Study) -> None:
        """Show other stacks of the same files: the first new one, or what holds the shown image."""
        if not self._session.is_open(old):
            return
        known = {series.key for series in old.series}
        made = [row for row, series in enumerate(new.series) if series.key not in known]
        image = self._session.viewport.shown_image
        holding = [row for row in made if image in new.series[row].instances]
        self._go_on(old, new, next(iter((*holding, *made)), 0))
        self.study_replaced.emit(old, new)

    def _go_on(self, old: Study, new: Study, row: int) -> None:
        """Let a study take another one's place, and show the series in this row if it is seen."""
        self._loader.cancel()
        self._thumbnailer.cancel()
        self._session.set_activity("read", None)
        self._cache.renew(new.series)
        self._session.replace_study(old, new)
        self._last_row[str(new.path)] = row
        if self._session.study is new:
            self.show_series(row)
            if not self._loader.is_running:
                self._thumbnailer.start()

    def _remember(self, study: Study) -> None:
        if not self._is_remembered:
            return
        name = str(study.path)
        rest = tuple(one for one in self.recent if one != name)
        self.recent = (name, *rest)[:MOST_RECENT]
        self.recent_changed.emit()

    def _show_study(self, study: Study, row: int | None = None) -> None:
        self._loader.cancel()
        self._session.set_activity("read", None)
        self._thumbnailer.cancel()
        self._session.set_study(study)
        self.study_opening.emit(study)
        last = self._last_row.get(str(study.path), best_row(study))
        self.show_series(last if row is None else row)

    @Slot(int)
    def show_study(self, index: int, row: int | None = None) -> None:
        """Show another of the open studies, with the series in this row; None: the last one."""
        studies = self._session.studies
        if 0 <= index < len(studies) and studies[index] is not self._session.study:
            self._show_study(studies[index], row)
        elif row is not None:
            self.show_series(row)

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
        is_being_read = study is self._preview.study
        if is_being_read:
            self._preview.end()
            self._scanner.cancel()
            self._session.set_activity("read", None)
        self.study_closing.emit(study)
        self._last_row.pop(str(study.path), None)
        self._cache.drop(own_keys(study, self._session.studies))
        if study is self._session.study:
            self._loader.cancel()
            self._thumbnailer.cancel()
            self._session.set_activity("read", None)
        self._session.close_study(study)
        if self._session.study is not None and self._session.wanted_row is None:
            self._show_study(self._session.study)
        if is_being_read:
            self._resume()
            self._open_next()

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
        self.volume_loaded.emit(volume)
        self._session.show_volume(volume)
        self._thumbnailer.start()

    @Slot(str)
    def _on_failed(self, text: str) -> None:
        self._session.set_activity("read", None)
        self._session.set_message(Message(text, is_error=True))
        self._stay()

    def _resume(self) -> None:
        """A scan came to nothing: go on with what is read or shown, else what it interrupted."""
        row = self._session.wanted_row
        if self._loader.is_running:
            self._begin(tr("Reading the series"), tr("slices"))
        elif row is None or self._session.shown_row is not None:
            self._stay()
        else:
            self._session.set_wanted_row(None)
            self.show_series(row)

    def _stay(self) -> None:
        """What was wanted does not come: go on with what is shown, if that is still there."""
        if self._session.is_stale:
            self._session.viewport.set_volume(None)
        self._session.set_wanted_row(self._session.shown_row)
        self._thumbnailer.start()
