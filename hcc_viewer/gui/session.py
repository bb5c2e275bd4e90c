"""The one owner of the window's state; it changes only in the GUI thread."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from hcc_viewer.detection.decisions import Reading, ReadResult, read_result
from hcc_viewer.errors import Notice
from hcc_viewer.gui.appearance import Appearance
from hcc_viewer.gui.finding_rows import FindingRow, finding_rows, followed
from hcc_viewer.gui.message import Message as Message
from hcc_viewer.gui.notices import all_notices
from hcc_viewer.gui.opening import own_keys
from hcc_viewer.gui.panes import Panes
from hcc_viewer.gui.read_first import ReadFirst
from hcc_viewer.gui.readings import Readings
from hcc_viewer.gui.results import Results, card_of
from hcc_viewer.gui.viewport import Viewport
from hcc_viewer.gui.volume_cache import is_same

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hcc_viewer.detection import Detection, ModelCard, SlicePrediction
    from hcc_viewer.dicom import Series, SeriesKey, Study, Volume


class Session(Appearance):
    """Studies, shown series, results and notices.

    The image views' own state is in `panes`, what the reader did in `readings`, what was seen in
    `read_first`; what is being done comes from `Work`, and how it is shown from `Appearance`.

    Signals:
        studies_changed: A study was opened or closed beside others.
        study_changed: Another study, or none, is open.
        row_changed: Another series is wanted: it is shown, or is being read.
        selection_changed: Other rows of the list of series are marked.
        thumbnail_changed: The picture of the series in this row is there.
        result_changed: The probabilities, findings or threshold of the shown series changed.
        reading_changed: What the reader decided, marked or measured changed.
        veil_changed: The result is hidden until the stack was read, or no longer.
        finding_changed: Another finding, or none, is selected.
        notices_changed: There is more or less to warn of.
    """

    studies_changed = Signal()
    study_changed = Signal()
    row_changed = Signal()
    selection_changed = Signal()
    thumbnail_changed = Signal(int)
    result_changed = Signal()
    reading_changed = Signal()
    veil_changed = Signal()
    finding_changed = Signal()
    notices_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.panes = Panes(self)
        self.readings = Readings(self)
        self.studies: list[Study] = []
        self.study: Study | None = None
        self.wanted_row: int | None = None
        self.selected_rows: tuple[int, ...] = ()
        self.thumbnails: dict[SeriesKey, NDArray[np.uint8]] = {}
        self.selected_finding: int | None = None
        self._listed: tuple[FindingRow, ...] = ()
        self._results = Results()
        self.read_first = ReadFirst()
        self.viewport.volume_changed.connect(self._on_volume_changed)
        self.viewport.slice_changed.connect(self._on_slice_changed)
        self.readings.changed.connect(self._on_reading_changed)
        self.result_changed.connect(self._note_told)
        self.veil_changed.connect(self._note_told)

    @property
    def viewport(self) -> Viewport:
        """The main view: Detect works on its series."""
        return self.panes.main

    # --- study and series -------------------------------------------------------------------

    @property
    def series(self) -> tuple[Series, ...]:
        """The series of the study."""
        return () if self.study is None else self.study.series

    @property
    def shown_series(self) -> Series | None:
        """The series whose volume is shown."""
        return None if self.viewport.volume is None else self.viewport.volume.series

    @property
    def shown_row(self) -> int | None:
        """The place of the shown series in `series`; None while it is stale."""
        shown = self.shown_series
        rows = (row for row, s in enumerate(self.series) if shown and is_same(s, shown))
        return next(rows, None)

    @property
    def is_stale(self) -> bool:
        """Whether the images shown are of a stack that is another one now, and is being read."""
        return self.shown_series is not None and self.study is not None and self.shown_row is None

    @property
    def is_switching(self) -> bool:
        """Whether another series than the shown one is wanted, and is being read."""
        return self.wanted_row is not None and self.wanted_row != self.shown_row

    @property
    def is_whole(self) -> bool:
        """Whether a study is shown whose images are all known, and none of them are stale."""
        return self.study is not None and self.study.is_complete and not self.is_stale

    def is_open(self, study: Study) -> bool:
        """Whether a study is among the open ones, as it is and not as it was."""
        return any(one is study for one in self.studies)

    def add_study(self, study: Study) -> None:
        """Open a study beside the others, in place of one that was read from the same path."""
        for one in [one for one in self.studies if one.path == study.path]:
            self._forget(one)
            self.studies.remove(one)
        self.studies.append(study)
        self.studies_changed.emit()

    def set_study(self, study: Study | None) -> None:
        """Show one of the open studies; one that is not open yet is opened."""
        if study is not None and not self.is_open(study):
            self.add_study(study)
        self.study = study
        self.wanted_row = None
        self.set_selected_rows(())
        self.set_message(None)
        self.panes.clear()
        self.study_changed.emit()

    def close_study(self, study: Study) -> None:
        """Forget a study and all that belongs to it; show a neighbour if it was the shown one."""
        if study not in self.studies:
            return
        at = self.studies.index(study)
        self._forget(study)
        self.studies = [one for one in self.studies if one is not study]
        self.studies_changed.emit()
        if study is self.study:
            self.set_study(self.studies[min(at, len(self.studies) - 1)] if self.studies else None)

    def replace_study(self, old: Study, new: Study) -> None:
        """Go on with other stacks of the same files; what is known of stacks that stay is kept.

        Views whose images are gone keep showing them until `show_volume`; see `is_stale`.
        """
        kept = {one.key: one for study in new.history for one in study.series}
        own = own_keys(old, self.studies)
        for series in (one for study in old.history for one in study.series if one.key in own):
            if series.key not in kept or not is_same(series, kept[series.key]):
                self._forget_series(series.key)
        self.studies = [new if one is old else one for one in self.studies]
        if self.study is old:
            self.study = new
            self.set_selected_rows(())
            self.panes.exchange_series(new.series)
            self.wanted_row = self.shown_row
        self.studies_changed.emit()
        self.study_changed.emit()

    def show_volume(self, volume: Volume) -> None:
        """Show a volume in the main view, at the same place if it holds what is shown there."""
        shown, viewport = self.shown_series, self.viewport
        image = None if shown is None else self.viewport.shown_image
        if self.is_stale and image in volume.series.instances:
            viewport.exchange_volume(volume)
        else:
            viewport.set_volume(volume)

    def _forget(self, study: Study) -> None:
        for key in own_keys(study, self.studies):
            self._forget_series(key)

    def _forget_series(self, key: SeriesKey) -> None:
        self.thumbnails.pop(key, None)
        self._results.forget(key)
        self.read_first.forget(key)
        self.readings.forget(key)

    def set_wanted_row(self, row: int | None) -> None:
        """Mark a series as the one to be shown."""
        self.wanted_row = row
        self.row_changed.emit()

    def set_selected_rows(self, rows: tuple[int, ...]) -> None:
        """Mark rows of the list of series, for what is done with several at once."""
        if rows != self.selected_rows:
            self.selected_rows = rows
            self.selection_changed.emit()

    def set_thumbnail(self, key: SeriesKey, picture: NDArray[np.uint8]) -> None:
        """Keep the picture of a series: (row, column) gray or (row, column, 3) RGB."""
        if all(series.key != key for study in self.studies for series in study.series):
            return
        self.thumbnails[key] = picture
        for row, series in enumerate(self.series):
            if series.key == key:
                self.thumbnail_changed.emit(row)

    # --- results ----------------------------------------------------------------------------

    @property
    def detection(self) -> Detection | None:
        """The finished result of the shown series, unless it is hidden for now."""
        shown = self.shown_series
        return None if shown is None else self.visible_detection_of(shown.key)

    @property
    def probabilities(self) -> NDArray[np.float64] | None:
        """One per slice of the shown series, NaN where none is known yet; None without any."""
        shown = self.shown_series
        return None if shown is None or self.is_veiled else self._results.probabilities(shown.key)

    @property
    def threshold(self) -> float | None:
        """Of the shown result, or what the model card says before there is one."""
        if self.detection is not None:
            return self.detection.threshold
        return None if self.card is None else self.card.threshold

    @property
    def result_card(self) -> ModelCard | None:
        """The card that tells of the shown result, as `results.card_of`."""
        return card_of(self.detection, self.card)

    @property
    def result_model(self) -> tuple[str, str]:
        """Label and training of the model that the shown result is from, or the next one will be.

        Empty where there is none.
        """
        if self.detection is not None:
            return self.detection.model.label, self.detection.model.trained_on
        return self.model_label, "" if self.card is None else self.card.trained_on

    @property
    def rows(self) -> tuple[FindingRow, ...]:
        """The findings of the shown series as they stand after the reader."""
        return finding_rows(self.detection, self.reading)

    @property
    def finding(self) -> FindingRow | None:
        """The selected finding."""
        return next((row for row in self.rows if row.id == self.selected_finding), None)

    def detection_of(self, key: SeriesKey) -> Detection | None:
        """The finished result of any series."""
        return self._results.detection(key)

    def visible_detection_of(self, key: SeriesKey) -> Detection | None:
        """The finished result of any series, unless it is hidden for now."""
        return None if self.read_first.hides(key) else self._results.detection(key)

    def is_detecting(self, key: SeriesKey) -> bool:
        """Whether detection runs on a series."""
        return self._results.is_streaming(key)

    # --- what the reader did ----------------------------------------------------------------

    @property
    def reading(self) -> Reading:
        """What the reader did on the shown series."""
        shown = self.shown_series
        return Reading() if shown is None else self.readings.of(shown.key)

    @property
    def read_result(self) -> ReadResult | None:
        """The shown result with the reader's decisions."""
        return None if self.detection is None else read_result(self.detection, self.reading)

    @property
    def is_veiled(self) -> bool:
        """Whether the result is hidden, since the reader has not been through the stack."""
        shown = self.shown_series
        return shown is not None and self.read_first.hides(shown.key)

    @property
    def seen_slices(self) -> tuple[int, int]:
        """How many slices of the shown series the reader has looked at, and how many there are."""
        shown = self.shown_series
        return (0, 0) if shown is None else (self.read_first.seen(shown.key), len(shown.instances))

    def set_read_first(self, is_on: bool) -> None:
        """Hide results until the reader has been through the stack, or show them at once."""
        if is_on != self.read_first.is_on:
            self.read_first.is_on = is_on
            self.veil_changed.emit()

    def lift_veil(self) -> None:
        """Show the result of the shown series from now on."""
        shown = self.shown_series
        if shown is not None:
            self.unveil(shown.key)

    def unveil(self, key: SeriesKey) -> None:
        """Show the result of a series from now on, wherever the series is shown."""
        if self.read_first.unveil(key):
            self.veil_changed.emit()

    def begin_stream(self, series: Series) -> None:
        """Detection begins on a series: nothing is known of any slice."""
        self._results.begin(series)
        self.select_finding(None)
        self.result_changed.emit()
        self.notices_changed.emit()

    def add_to_stream(self, series: Series, slices: Sequence[SlicePrediction]) -> None:
        """Some slices of the running detection are known."""
        if self._results.add(series.key, slices):
            self.result_changed.emit()

    def end_stream(self, series: Series) -> None:
        """Detection on a series ended without a result; an earlier one is back."""
        if self._results.end(series.key):
            self.result_changed.emit()
            self.notices_changed.emit()

    def finish_stream(self, detection: Detection) -> None:
        """Detection on a series ended with this result."""
        self._results.end(detection.series.key)
        self.set_detection(detection)

    def set_detection(self, detection: Detection) -> None:
        """Keep the result of a series, in place of an earlier one."""
        self._results.put(detection)
        self._follow_finding()
        self.result_changed.emit()
        self.notices_changed.emit()

    def select_finding(self, finding_id: int | None) -> None:
        """Mark a finding as the one that is looked at."""
        self._listed = self.rows
        if finding_id != self.selected_finding:
            self.selected_finding = finding_id
            self.finding_changed.emit()

    def _follow_finding(self) -> None:
        """Keep the same finding selected when results or decisions gave it another id."""
        row = followed(self.selected_finding, self._listed, self.rows)
        self.select_finding(None if row is None else row.id)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What the user should know of the study, the shown series and its result."""
        shown, is_hidden = (self.study, self.viewport.volume), self.is_identity_hidden
        return all_notices(*shown, self.detection, is_hidden=is_hidden)

    def _on_slice_changed(self) -> None:
        shown, stack = self.shown_series, self.viewport.stack
        if shown is None or stack is None or not stack.is_acquired or not self.is_whole:
            return
        index, count = self.viewport.slice_index, len(shown.instances)
        has_seen_all = self.read_first.see(shown.key, index, count)
        if self.is_veiled and has_seen_all:
            if not self.read_first.is_told(shown.key):
                reading = replace(self.readings.of(shown.key), read_first=True)
                self.readings.restore(shown.key, reading)
            self.lift_veil()
        elif self.is_veiled:
            self.veil_changed.emit()

    def _note_told(self) -> None:
        """What the list of series says of a finished result counts, and a part of a running one."""
        for series in self.series:
            if self.visible_detection_of(series.key) is not None:
                self.read_first.tell(series.key)
        shown, probabilities = self.shown_series, self.probabilities
        if shown is not None and probabilities is not None and np.isfinite(probabilities).any():
            self.read_first.tell(shown.key)

    def _on_reading_changed(self, key: SeriesKey) -> None:
        shown = self.shown_series
        if shown is not None and key == shown.key:
            self._follow_finding()
            self.reading_changed.emit()

    def _on_volume_changed(self) -> None:
        self._on_slice_changed()
        if not self.viewport.is_continued or self.finding is None:
            self.selected_finding = None
        self.finding_changed.emit()
        self.result_changed.emit()
        self.notices_changed.emit()
