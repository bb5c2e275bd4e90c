"""Keeps results and readings in the user's data folder, and brings them back with their series."""

from __future__ import annotations

import logging
import zipfile
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QTimer, Slot

from hcc_viewer.detection.decisions import Reading
from hcc_viewer.gui import session_file
from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.jobs import Job, JobContext, JobRunner
from hcc_viewer.gui.results import READABLE_AGAIN, card_of, with_readable_slices
from hcc_viewer.gui.services import Services
from hcc_viewer.gui.session import Message, Session
from hcc_viewer.gui.session_file import KeptReading
from hcc_viewer.gui.volume_cache import is_same

if TYPE_CHECKING:
    from hcc_viewer.detection import Detection
    from hcc_viewer.dicom import Series, SeriesKey, Study, Volume

logger = logging.getLogger(__name__)

SAVE_MILLISECONDS = 700
"""Changes are written this long after the last one."""

RETRY_MILLISECONDS = 10_000
"""What could not be written is tried again this long after."""

DAMAGED = (ValueError, OSError, zipfile.BadZipFile)


class KeepingController(QObject):
    """Answers what concerns sessions that are restored. Nothing goes into the study's folder."""

    def __init__(self, session: Session, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._services = services
        self.is_on = True
        self._changed: dict[SeriesKey, KeptReading] = {}
        self._held: dict[SeriesKey, KeptReading] = {}
        """What this window had of a series when its file was last read or written."""
        self._shared: set[SeriesKey] = set()
        self._is_failing = False
        self._thresholds: dict[SeriesKey, float] = {}
        self._told: set[SeriesKey] = set()
        self._unwritten: list[Detection] = []
        self._unread: list[Job] = []
        self._timer = QTimer(self, singleShot=True)
        self._writer = JobRunner("keep", self)
        self._reader = JobRunner("restore", self)
        self._connect_signals()

    def _connect_signals(self) -> None:
        self._timer.timeout.connect(self.save_now)
        self._session.readings.changed.connect(self._on_reading_changed)
        self._session.result_changed.connect(self._on_result_changed)
        self._session.veil_changed.connect(self._on_result_changed)
        self._writer.succeeded.connect(self._write_next)
        self._writer.failed.connect(self._on_failed)
        self._reader.succeeded.connect(self._on_restored)
        self._reader.failed.connect(self._on_failed)
        self._reader.succeeded.connect(self._read_next)
        self._reader.failed.connect(self._read_next)

    @property
    def runners(self) -> tuple[JobRunner, ...]:
        """Everything that must stop before the window goes."""
        return self._writer, self._reader

    # --- writing ----------------------------------------------------------------------------

    @Slot(object)
    def _on_reading_changed(self, key: SeriesKey) -> None:
        if self.is_on:
            reading, threshold = self._session.readings.of(key), self._thresholds.get(key)
            is_told = self._session.read_first.is_told(key)
            images = self._images_of(key)
            self._changed[key] = KeptReading(reading, threshold, is_told, images)
            self._timer.start(SAVE_MILLISECONDS)

    def _images_of(self, key: SeriesKey) -> tuple[str, ...]:
        """Of a series of an open study, as it is or was before a merge or split."""
        known = (one for study in self._session.studies for one in study.history)
        series = (one for study in known for one in study.series if one.key == key)
        return next(map(session_file.image_names, series), ())

    @Slot()
    def _on_result_changed(self) -> None:
        detection = self._session.detection
        if detection is None or not self.is_on:
            return
        key = detection.series.key
        if self._thresholds.get(key) != detection.threshold or key not in self._told:
            self._thresholds[key] = detection.threshold
            self._told.add(key)
            self._on_reading_changed(key)

    @Slot()
    def save_now(self, _study: object = None) -> None:
        """Write what changed; what cannot be written is tried again later."""
        self._timer.stop()
        if not self.is_on:
            self._changed = {}
        errors: list[OSError] = []
        for key, kept in list(self._changed.items()):
            try:
                session_file.write_reading(key, self._with_others(key, kept))
                del self._changed[key]
                self._held[key] = kept
            except OSError as error:
                errors.append(error)
        if errors:
            self._timer.start(RETRY_MILLISECONDS)
        if errors and not self._is_failing:
            self._complain(errors[0])
        self._is_failing = bool(errors)

    def _with_others(self, key: SeriesKey, kept: KeptReading) -> KeptReading:
        """What to write: another window of the program may have written to the file meanwhile."""
        try:
            theirs = session_file.read_reading(key)
        except ValueError as error:
            logger.warning("A kept reading is set aside: %s", error)
            session_file.set_aside(key, is_result_left=True)
            theirs = None
        if theirs is None:
            return kept
        both = kept.merged(self._held.get(key, KeptReading(Reading())), theirs)
        if both.reading != kept.reading and key not in self._shared:
            self._shared.add(key)
            text = tr("Another window has this series too; what is decided in both is kept.")
            self._session.set_message(Message(text))
        return both

    def _complain(self, error: OSError) -> None:
        logger.warning("A reading could not be kept: %s", error.strerror)
        text = tr("Decisions cannot be kept for the next session: {reason}.")
        self._session.set_message(Message(text.format(reason=error.strerror), is_error=True))

    @Slot(object)
    def keep(self, detection: Detection) -> None:
        """Keep a new result, and its threshold and reading, whichever series is shown."""
        if self.is_on:
            key = detection.series.key
            self._thresholds[key] = detection.threshold
            self._on_reading_changed(key)
            self._unwritten.append(detection)
            self._write_next()

    def _write_next(self, _result: object = None) -> None:
        if self._unwritten and not self._writer.is_running:
            detection = self._unwritten.pop(0)
            self._writer.start(lambda _: _write(detection))

    @Slot(str)
    def _on_failed(self, text: str) -> None:
        logger.warning("Keeping or restoring failed: %s", text)

    # --- restoring --------------------------------------------------------------------------

    @Slot(object)
    def restore_shown(self, study: Study) -> None:
        """Bring back what was kept of the images that are shown already, now that all are known."""
        for viewport in self._session.panes.viewports:
            volume = viewport.volume
            if volume is not None and any(is_same(volume.series, one) for one in study.series):
                self._restore(volume)

    @Slot(object)
    def restore(self, volume: Volume) -> None:
        """Bring back what was kept of a series, before the reader sees it; see `_restore`.

        Not while the study is being scanned: the series may have more images than are known yet.
        """
        study = self._session.study
        if study is not None and study.is_complete:
            self._restore(volume)

    def _restore(self, volume: Volume) -> None:
        """Bring back what was kept, unless there is something newer.

        A change comes after it: what is changed first would take the place of what was kept.
        """
        series = volume.series
        if not self.is_on:
            return
        if self._session.detection_of(series.key) is not None:
            return
        if self._session.readings.of(series.key) != Reading():
            return
        if series.key not in self._changed:
            self._held.pop(series.key, None)
        try:
            kept = self._changed.get(series.key) or session_file.read_reading(series.key)
        except DAMAGED as error:
            self._refuse(series, error)
            return
        if kept is not None:
            self._take(series, kept)
            self._unread.append(partial(_read, self._services, volume, kept.threshold))
            self._read_next()

    def _take(self, series: Series, kept: KeptReading) -> None:
        """Let what was kept hold; the file stays as it is until something changes."""
        key, waiting = series.key, self._changed.get(series.key)
        self._session.readings.restore(key, kept.reading_on(series))
        if waiting is None:
            self._changed.pop(key, None)
            images = session_file.image_names(series)
            self._held[key] = replace(kept, reading=kept.reading_on(series), images=images)
        if kept.threshold is not None:
            self._thresholds[key] = kept.threshold
            if kept.is_told:
                self._told.add(key)
                self._session.read_first.tell(key)

    def _read_next(self, _result: object = None) -> None:
        if self._unread and not self._reader.is_running:
            self._reader.start(self._unread.pop(0))

    @Slot(object)
    def _on_restored(self, result: object) -> None:
        if isinstance(result, tuple):
            self._refuse(*result)
            return
        detection = cast("Detection | None", result)
        if detection is None or self._session.detection_of(detection.series.key) is not None:
            return
        card = self._session.card
        if card is not None and card_of(detection, card) is None:
            text = tr("The kept result is another model's and is left out; press Detect anew.")
            self._session.set_message(Message(text))
            return
        key = detection.series.key
        if all(one.key != key for study in self._session.studies for one in study.series):
            return
        self._session.set_detection(detection)
        if self._session.read_first.is_told(key):
            self._session.unveil(key)
        if self._session.detection is detection:
            text = tr("The result and your decisions of an earlier session are back.")
            if any(one.code == READABLE_AGAIN for one in detection.warnings):
                text = tr(
                    "The result of an earlier session is back, but slices that could not be read "
                    "then can be read now: press Detect again."
                )
            self._session.set_message(Message(text))

    def _refuse(self, series: Series, error: Exception) -> None:
        logger.warning("A kept reading is refused: %s", error)
        try:
            session_file.set_aside(series.key)
        except OSError as failure:
            logger.warning("It cannot be set aside: %s", failure.strerror)
        text = tr("What was kept of this series cannot be read ({reason}); it was set aside.")
        self._session.set_message(Message(text.format(reason=error), is_error=True))


def _write(detection: Detection) -> None:
    try:
        session_file.write_result(detection)
    except OSError as error:
        logger.warning("A result could not be kept: %s", error.strerror)


def _read(
    services: Services, volume: Volume, threshold: float | None, context: JobContext
) -> Detection | tuple[Series, Exception] | None:
    try:
        detection = session_file.read_result(volume.series)
    except DAMAGED as error:
        return volume.series, error
    context.check()
    if detection is None:
        return None
    detection = with_readable_slices(detection, volume.unread)
    return services.at_threshold(detection, detection.threshold if threshold is None else threshold)
