"""Decides what the reader's accepting, rejecting, marking and measuring does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from hcc_viewer.detection.decisions import (
    ACCEPTED,
    ADDED,
    CORRECTED,
    REJECTED,
    Place,
    ReaderDecision,
    added_finding,
    decide,
)
from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.linking import is_inside
from hcc_viewer.gui.measuring import measured
from hcc_viewer.gui.opening import is_settled
from hcc_viewer.gui.prompts import Prompts
from hcc_viewer.gui.session import Message, Session

if TYPE_CHECKING:
    from hcc_viewer.detection.decisions import Reading
    from hcc_viewer.dicom import Series, SeriesKey
    from hcc_viewer.gui.finding_rows import FindingRow


class ReadingController(QObject):
    """Answers what concerns the reader's own judgement. Every change can be taken back.

    Signals:
        stepped: A change was taken back, or done again, on the series with this key.
    """

    stepped = Signal(object)

    def __init__(self, session: Session, prompts: Prompts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._prompts = prompts
        session.studies_changed.connect(self._on_studies_changed)

    @Slot()
    def _on_studies_changed(self) -> None:
        keys = {series.key for study in self._session.studies for series in study.series}
        self._session.readings.set_present(keys)

    # --- decisions --------------------------------------------------------------------------

    @Slot()
    def accept(self) -> None:
        """Accept the selected finding; one that was moved stays where it was moved to."""
        self._decide(ACCEPTED, tr("accept"))

    @Slot()
    def reject(self) -> None:
        """Reject the selected finding; one of the reader's own goes."""
        self._decide(REJECTED, tr("reject"))

    def _decide(self, verdict: str, name: str) -> None:
        row, detection = self._session.finding, self._session.detection
        if row is None or (verdict == ACCEPTED and row.read.verdict == CORRECTED):
            return
        decision, series = row.read.decision, self._session.shown_series
        if row.read.finding is not None and detection is not None:
            new = decide(row.read.finding, detection, verdict, row.read.note)
            self._put(self._session.reading.with_decision(new, decision), name)
        elif decision is None or series is None or verdict != REJECTED:
            return
        elif decision.model_place is None:
            self._put(self._session.reading.without_decision(decision), name)
        else:
            new = replace(decision, verdict=REJECTED, place=decision.model_place)
            self._replace(series, row, new, name)

    @Slot()
    def clear_decision(self) -> None:
        """Decide nothing on the selected finding."""
        row = self._session.finding
        if row is not None and row.read.decision is not None:
            reading = self._session.reading.without_decision(row.read.decision)
            self._put(reading, tr("take the decision back"))

    @Slot()
    def write_note(self) -> None:
        """Ask for a note on the selected finding; a text accepts one without decision."""
        session = self._session
        row, detection, series = session.finding, session.detection, session.shown_series
        if row is None or series is None or not self._can_change(series):
            return
        reading = session.readings.of(series.key)
        note = self._prompts.ask_note(row.read.note)
        if note is None:
            return
        # Another study may be shown by now, and this one may be closed or read anew.
        if session.readings.of(series.key) != reading or not is_settled(series, session.studies):
            text = tr("The study was closed or changed meanwhile; the note is not kept.")
            session.set_message(Message(text, is_error=True))
            return
        decision = row.read.decision
        if decision is not None:
            self._replace(series, row, replace(decision, note=note), tr("note"))
        elif note and row.read.finding is not None and detection is not None:
            new = decide(row.read.finding, detection, ACCEPTED, note)
            self._replace(series, row, new, tr("note"))
            text = tr("The finding with the note counts as accepted; R rejects it.")
            session.set_message(Message(text))

    def add(self, column: float, row: float, slice_index: int) -> None:
        """Add a finding of the reader's at a place of the main series; one there is selected."""
        place = self._place(column, row, slice_index)
        if place is None:
            return
        reading = self._session.reading
        own = (one for one in reading.decisions if one.verdict == ADDED)
        decision = next((one for one in own if one.place == place), None)
        if decision is None:
            decision = added_finding(place)
            self._put(reading.with_decision(decision), tr("add a finding"))
        self._select(decision)

    def correct(self, column: float, row: float, slice_index: int) -> None:
        """Move the selected finding to a place of the main series."""
        selected, detection = self._session.finding, self._session.detection
        series, place = self._session.shown_series, self._place(column, row, slice_index)
        if selected is None or series is None or place is None:
            return
        decision = selected.read.decision
        if selected.read.finding is not None and detection is not None:
            base = decide(selected.read.finding, detection, CORRECTED, selected.read.note)
            new = replace(base, place=replace(place, extent_mm=base.place.extent_mm))
            self._put(self._session.reading.with_decision(new, decision), tr("correct"))
        elif decision is not None:
            verdict = ADDED if decision.model_place is None else CORRECTED
            moved = replace(place, extent_mm=decision.place.extent_mm)
            new = replace(decision, verdict=verdict, place=moved)
            self._replace(series, selected, new, tr("correct"))

    def _replace(
        self, series: Series, row: FindingRow, decision: ReaderDecision, name: str
    ) -> None:
        """Put a decision in the place of the row's own, where it stands."""
        reading = self._session.readings.of(series.key)
        stamped = replace(decision, decided_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        if row.read.decision is None:
            self._change(series, reading.with_decision(stamped), name)
            return
        changed = tuple(stamped if one == row.read.decision else one for one in reading.decisions)
        self._change(series, replace(reading, decisions=changed), name)
        self._select(stamped)

    def _place(self, column: float, row: float, slice_index: int) -> Place | None:
        """A place of the main series; None outside its images, where nothing can be reported."""
        stack = self._session.viewport.stack
        if stack is None or not stack.is_acquired or not is_inside(stack, column, row, slice_index):
            return None
        instance = stack.series.instances[slice_index]
        x, y, z = stack.geometry.to_patient(column, row, slice_index)
        return Place(
            slice_index,
            row,
            column,
            (float(x), float(y), float(z)),
            None,
            instance.sop_instance_uid,
            instance.frame,
        )

    def _select(self, decision: ReaderDecision) -> None:
        mine = [row for row in self._session.rows if row.read.decision == decision]
        if mine:
            self._session.select_finding(mine[0].id)

    # --- key images and measurements --------------------------------------------------------

    @Slot()
    def toggle_key_image(self) -> None:
        """Mark the slice of the active view as a key image, or no longer."""
        viewport = self._session.panes.active
        if viewport.stack is None or not viewport.stack.is_acquired:
            return
        series = viewport.stack.series
        reading = self._session.readings.of(series.key)
        changed = reading.with_key_slice_toggled(viewport.slice_index)
        self._change(series, changed, tr("key image"))

    def draw(self, pane: int, kind: str, points: tuple[tuple[float, float], ...]) -> None:
        """Keep a measurement that was drawn in a view."""
        viewport = self._session.panes.viewports[pane]
        if viewport.stack is None:
            return
        series = viewport.stack.series
        reading = self._session.readings.of(series.key)
        new = measured(viewport.stack, kind, viewport.slice_index, points)
        changed = replace(reading, measurements=(*reading.measurements, new))
        self._change(series, changed, tr("measure"))

    def redraw(self, pane: int, number: int, points: tuple[tuple[float, float], ...]) -> None:
        """A handle of a measurement was moved."""
        stack = self._session.panes.viewports[pane].stack
        if stack is None:
            return
        reading = self._session.readings.of(stack.series.key)
        if not 0 <= number < len(reading.measurements):
            return
        all_ = list(reading.measurements)
        all_[number] = measured(stack, all_[number].kind, all_[number].slice_index, points)
        changed = replace(reading, measurements=tuple(all_))
        self._change(stack.series, changed, tr("measure"))

    def delete_measurement(self, pane: int, number: int | None) -> None:
        """Delete a measurement; without a number, the last one on the shown slice of the view."""
        viewport = self._session.panes.viewports[pane]
        stack = viewport.stack
        if stack is None:
            return
        reading = self._session.readings.of(stack.series.key)
        here = [
            index
            for index, one in enumerate(reading.measurements)
            if one.slice_index == viewport.slice_index and one.plane == stack.plane
        ]
        chosen = number if number is not None else (here[-1] if here else None)
        if chosen is not None:
            rest = tuple(m for i, m in enumerate(reading.measurements) if i != chosen)
            changed = replace(reading, measurements=rest)
            self._change(stack.series, changed, tr("delete measurement"))

    def clear_measurements(self) -> None:
        """Delete all measurements of the series in the active view."""
        stack = self._session.panes.active.stack
        if stack is not None:
            reading = self._session.readings.of(stack.series.key)
            changed = replace(reading, measurements=())
            name = tr("delete all measurements")
            self._change(stack.series, changed, name)

    @Slot()
    def undo(self) -> None:
        """Take back the last change."""
        self._tell(self._session.readings.undo())

    @Slot()
    def redo(self) -> None:
        """Do again what was taken back."""
        self._tell(self._session.readings.redo())

    def _tell(self, key: SeriesKey | None) -> None:
        if key is not None:
            self.stepped.emit(key)

    def _put(self, reading: Reading, name: str) -> None:
        shown = self._session.shown_series
        if shown is not None:
            self._change(shown, reading, name)

    def _change(self, series: Series, reading: Reading, name: str) -> None:
        if self._can_change(series):
            self._session.readings.change(series.key, reading, name)

    def _can_change(self, series: Series) -> bool:
        """Say so if images are to come: marks go by the numbers of the slices."""
        if is_settled(series, self._session.studies):
            return True
        text = tr("Wait until all files are read; then you can mark and measure.")
        self._session.set_message(Message(text))
        return False
