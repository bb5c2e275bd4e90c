"""Runs the model on the shown series, and reads its result at a threshold."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal, Slot

from hcc_viewer.errors import ModelFileError
from hcc_viewer.gui.activity import Activity
from hcc_viewer.gui.i18n import tr, tr_phrase
from hcc_viewer.gui.jobs import JobContext, JobRunner
from hcc_viewer.gui.opening import is_settled, own_keys
from hcc_viewer.gui.prompts import Prompts
from hcc_viewer.gui.results import card_of
from hcc_viewer.gui.services import Services, SharedModel
from hcc_viewer.gui.session import Message, Session
from hcc_viewer.gui.whose import name_elsewhere

if TYPE_CHECKING:
    from hcc_viewer.detection import Detection, Model, SlicePrediction
    from hcc_viewer.dicom import Series, Study, Volume


class DetectionController(QObject):
    """Answers what concerns the model and its results.

    Signals:
        place_shown: A finding is shown; given its point in the patient (LPS mm).
        detected: A run has ended with this result.
    """

    place_shown = Signal(object)
    detected = Signal(object)

    def __init__(
        self, session: Session, services: Services, prompts: Prompts, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._services = services
        self._prompts = prompts
        self._model = SharedModel(services.load_model)
        self._series: Series | None = None
        self._model_loader = JobRunner("model", self)
        self._detector = JobRunner("detect", self)
        self._reader = JobRunner("threshold", self)
        self._connect_signals()

    def _connect_signals(self) -> None:
        self._model_loader.succeeded.connect(self._on_model_loaded)
        self._detector.progressed.connect(self._on_progressed)
        self._detector.delivered.connect(self._on_slices)
        self._detector.succeeded.connect(self._on_detected)
        self._detector.failed.connect(self._on_detection_failed)
        self._reader.succeeded.connect(self._on_read_at_threshold)
        self._reader.failed.connect(self._on_failed)

    @property
    def runners(self) -> tuple[JobRunner, ...]:
        """Everything that must stop before the window goes."""
        return self._model_loader, self._detector, self._reader

    def load_model(self) -> None:
        """Load the model in the background: its label is needed, and Detect then starts at once."""
        self._model_loader.start(self._load_model)

    @Slot()
    def reload_model(self) -> None:
        """Another model file is used from now on; results of the last one stay, with its name."""
        self.cancel_detection()
        self._model = SharedModel(self._services.load_model)
        self.load_model()

    def _load_model(self, context: JobContext) -> Model | str:
        try:
            return self._model.get()
        except ModelFileError as error:
            return tr_phrase(str(error))

    @Slot(object)
    def _on_model_loaded(self, result: object) -> None:
        if isinstance(result, str):
            self._session.refuse_model(result)
            self._session.set_message(Message(result, is_error=True))
        else:
            model = cast("Model", result)
            self._session.set_model(model.card, model.identity.label)
            if self._session.result_card is None:
                text = tr("The result shown is of the model used before; press Detect anew.")
                self._session.set_message(Message(text))

    @Slot()
    def detect(self) -> None:
        """Run the model on the shown volume; ask first if it may not be the hepatobiliary phase."""
        volume = self._session.viewport.volume
        is_busy = self._session.is_busy("detect") or self._session.is_switching
        if volume is None or is_busy or self._session.is_stale:
            return
        series = volume.series
        if not series.detectable:
            self._session.set_message(Message(tr_phrase(series.refusal or ""), is_error=True))
            return
        if not series.phase.is_sure and not self._prompts.confirm_detection(series):
            return
        if not is_settled(series, self._session.studies):
            return  # its study was closed while the question was open
        self._session.set_message(None)
        self._reader.cancel()
        self._series = series
        kept = self._kept_threshold()
        self._session.begin_stream(series)
        started = time.monotonic()
        count = len(volume.pixels)
        activity = Activity(tr("Detecting"), tr("slices"), started, 0, count, series.key)
        self._session.set_activity("detect", activity)
        self._detector.start(partial(self._detect, volume, kept))

    def _kept_threshold(self) -> float | None:
        """What the reader has chosen for a result of the same model on the shown series."""
        detection, card = self._session.detection, self._session.card
        if detection is None or card is None or card_of(detection, card) is None:
            return None
        return detection.threshold if detection.threshold != card.threshold else None

    def _detect(self, volume: Volume, threshold: float | None, context: JobContext) -> Detection:
        model = self._model.get()
        found = self._services.detect(volume, model, context, on_slices=context.deliver)
        return found if threshold is None else self._services.at_threshold(found, threshold)

    @Slot()
    def cancel_detection(self) -> None:
        """Stop the running detection; nothing of it is kept, and an earlier result is back."""
        self._detector.cancel()
        self._end_detection()

    @Slot(object)
    def drop_results(self, study: Study) -> None:
        """A study is closed: nothing of it may arrive any more."""
        self._reader.cancel()
        own = own_keys(study, self._session.studies)
        if self._series is not None and self._series.key in own:
            self.cancel_detection()

    @Slot(object, object)
    def drop_regrouped(self, old: Study, new: Study) -> None:
        """Stacks were merged or split: a detection on one that is no more ends."""
        gone = {one.key for one in old.series} - {one.key for one in new.series}
        if self._series is not None and self._series.key in gone:
            self.cancel_detection()

    def _end_detection(self) -> None:
        self._session.set_activity("detect", None)
        if self._series is not None:
            self._session.end_stream(self._series)
            self._series = None

    @Slot(int, int)
    def _on_progressed(self, done: int, total: int) -> None:
        self._session.progress("detect", done, total)

    @Slot(object)
    def _on_slices(self, part: object) -> None:
        if self._series is not None:
            self._session.add_to_stream(self._series, cast("list[SlicePrediction]", part))

    @Slot(object)
    def _on_detected(self, result: object) -> None:
        detection = cast("Detection", result)
        self._session.set_activity("detect", None)
        self._series = None
        self._session.finish_stream(detection)
        self._tell_end(detection)
        self.detected.emit(detection)
        if self._session.card is None:
            self.load_model()  # it is there now; only its card is still to be shown

    def _tell_end(self, detection: Detection) -> None:
        """Say that it is done where the user looks at something else."""
        session, key = self._session, detection.series.key
        is_hidden = session.is_identity_hidden
        name = name_elsewhere(key, session.studies, session.shown_series, is_hidden)
        if name:
            text = tr("Detection in {name} is done.").format(name=name)
            session.set_message(Message(text, is_identifying=True))

    @Slot(str)
    def _on_detection_failed(self, text: str) -> None:
        self._end_detection()
        self._on_failed(text)

    @Slot(str)
    def _on_failed(self, text: str) -> None:
        self._session.set_message(Message(text, is_error=True))

    @Slot(float)
    def set_threshold(self, threshold: float) -> None:
        """Read the shown result at another threshold; of several in a row, the last one counts."""
        detection = self._session.detection
        self._reader.cancel()
        if detection is not None and threshold != detection.threshold:
            self._reader.start(lambda _: self._services.at_threshold(detection, threshold))

    @Slot(object)
    def _on_read_at_threshold(self, result: object) -> None:
        self._session.set_detection(cast("Detection", result))

    @Slot(int)
    def go_to_finding(self, finding_id: int) -> None:
        """Select a finding and show its peak slice; other views go to the same place."""
        row = next((one for one in self._session.rows if one.id == finding_id), None)
        if row is not None:
            self._session.select_finding(row.id)
            self._session.viewport.set_slice(row.place.slice_index)
            self.place_shown.emit(row.place.center_lps_mm)

    def step_finding(self, step: int) -> None:
        """Go to the finding `step` ranks on; from the last one to the first."""
        ids = [row.id for row in self._session.rows]
        if not ids:
            return
        current = self._session.selected_finding
        if current in ids:
            self.go_to_finding(ids[(ids.index(current) + step) % len(ids)])
        else:
            self.go_to_finding(ids[0 if step > 0 else -1])
