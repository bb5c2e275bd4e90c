"""What the reader decided, marked and measured on each series, with undo and redo."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from hcc_viewer.detection.decisions import Reading

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

    from hcc_viewer.dicom import SeriesKey


MOST_STEPS = 200
"""Changes that can be taken back."""


@dataclass(frozen=True)
class Step:
    """One change: of which series, what was before and after, and what it is called."""

    key: SeriesKey
    before: Reading
    after: Reading
    name: str


class Readings(QObject):
    """One `Reading` for each series; every change can be taken back.

    Signals:
        changed: The reading of the series with this key is another one.
        steps_changed: Other changes can be taken back or done again, since other series are there.
    """

    changed = Signal(object)
    steps_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._readings: dict[SeriesKey, Reading] = {}
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._present: Set[SeriesKey] | None = None

    def set_present(self, keys: Set[SeriesKey]) -> None:
        """Pass over the changes on series that are not there now, as before a merge or split."""
        self._present = keys
        self.steps_changed.emit()

    def of(self, key: SeriesKey) -> Reading:
        """The reading of a series; an empty one before there is any."""
        return self._readings.get(key, Reading())

    def restore(self, key: SeriesKey, reading: Reading) -> None:
        """Put back what was kept from an earlier session; that is no change to take back."""
        self._readings[key] = reading
        self.changed.emit(key)

    def change(self, key: SeriesKey, reading: Reading, name: str) -> None:
        """Change a reading; `name` says what is done, for the undo menu."""
        before = self.of(key)
        if reading == before:
            return
        self._done = [*self._done, Step(key, before, reading, name)][-MOST_STEPS:]
        self._undone = []
        self._put(key, reading)

    def forget(self, key: SeriesKey) -> None:
        """The series' study is closed."""
        self._readings.pop(key, None)
        self._done = [step for step in self._done if step.key != key]
        self._undone = [step for step in self._undone if step.key != key]

    @property
    def undo_name(self) -> str:
        """What would be taken back; empty: nothing."""
        step = self._last_of(self._done)
        return "" if step is None else step.name

    @property
    def redo_name(self) -> str:
        """What would be done again; empty: nothing."""
        step = self._last_of(self._undone)
        return "" if step is None else step.name

    def undo(self) -> SeriesKey | None:
        """Take back the last change; gives the series that it was made on, None without any."""
        step = self._last_of(self._done)
        if step is None:
            return None
        self._done = [one for one in self._done if one is not step]
        self._undone.append(step)
        self._step_to(step.key, step.before)
        return step.key

    def redo(self) -> SeriesKey | None:
        """Do again what was taken back last; gives the series that it is done on."""
        step = self._last_of(self._undone)
        if step is None:
            return None
        self._undone = [one for one in self._undone if one is not step]
        self._done.append(step)
        self._step_to(step.key, step.after)
        return step.key

    def _last_of(self, steps: Sequence[Step]) -> Step | None:
        """The last change on a series that is there."""
        present = self._present
        there = (one for one in reversed(steps) if present is None or one.key in present)
        return next(there, None)

    def _step_to(self, key: SeriesKey, reading: Reading) -> None:
        """Put back a reading; that the stack was read first is no change, and stays true."""
        self._put(key, replace(reading, read_first=self.of(key).read_first))

    def _put(self, key: SeriesKey, reading: Reading) -> None:
        self._readings[key] = reading
        self.changed.emit(key)
