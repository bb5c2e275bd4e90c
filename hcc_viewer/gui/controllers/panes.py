"""Decides what the views beside the main one show: other series, or other planes."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, cast

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from hcc_viewer.gui.activity import Activity
from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.jobs import JobContext, JobRunner
from hcc_viewer.gui.panes import Layout
from hcc_viewer.gui.services import Services
from hcc_viewer.gui.session import Message, Session
from hcc_viewer.gui.stack import reformats
from hcc_viewer.gui.volume_cache import VolumeCache

if TYPE_CHECKING:
    from hcc_viewer.dicom import Series, Volume


class PanesController(QObject):
    """Answers what concerns several views.

    Signals:
        volume_loaded: A volume was read for a view beside the main one, which shows it now.
    """

    volume_loaded = Signal(object)

    def __init__(
        self,
        session: Session,
        services: Services,
        cache: VolumeCache,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._services = services
        self._cache = cache
        self._waiting: list[tuple[int, Series]] = []
        self._loading: tuple[int, Series] | None = None
        self._loader = JobRunner("compare", self)
        self._connect_signals()

    def _connect_signals(self) -> None:
        self._loader.progressed.connect(self._on_progressed)
        self._loader.succeeded.connect(self._on_loaded)
        self._loader.failed.connect(self._on_failed)
        self._session.viewport.volume_changed.connect(self._on_main_changed)
        self._session.study_changed.connect(self._on_study_changed)

    @property
    def runners(self) -> tuple[JobRunner, ...]:
        """Everything that must stop before the window goes."""
        return (self._loader,)

    # --- layout -----------------------------------------------------------------------------

    def set_layout(self, layout: Layout) -> None:
        """Arrange the views; new ones get something to show, those shown again follow the main."""
        panes = self._session.panes
        before = panes.layout
        panes.set_layout(layout)
        if Layout.PLANES in (before, layout) and before != layout:
            self.cancel()  # what is being read was for the views as they were
            for viewport in panes.viewports[1:]:
                viewport.set_stack(None)
        self._waiting = [one for one in self._waiting if one[0] in panes.seen]
        self._fill()
        if layout.count > before.count:
            panes.follow(0)

    def activate(self, index: int) -> None:
        """Keys and the series list act on this view from now on."""
        self._session.panes.set_active(index)

    def toggle_link(self) -> None:
        """Link the views as they stand now, or let each go its way."""
        panes = self._session.panes
        panes.set_linked(not panes.is_linked)

    def reset_offsets(self) -> None:
        """Let linked views show the same place of the patient again."""
        self._session.panes.reset_offsets()
        self._session.panes.follow(0)

    def _fill(self) -> None:
        """Give every view that is seen and empty something to show."""
        panes, volume = self._session.panes, self._session.viewport.volume
        if volume is None:
            return
        if panes.layout == Layout.PLANES:
            if panes.viewports[1].volume is not volume:
                self._show_planes(volume)
            return
        empty = [i for i in panes.seen if i and panes.viewports[i].stack is None]
        pending = {pane for pane, _ in self._all_waiting()}
        for index in [i for i in empty if i not in pending]:
            best = self._best_companion()
            if best is not None:
                self.show_series_in(index, best)

    def _show_planes(self, volume: Volume) -> None:
        panes = self._session.panes
        stacks = reformats(volume)
        if not stacks:
            text = tr("Other planes need the position of the slices, and these files lack it.")
            self._session.set_message(Message(text, is_error=True))
        for index in (1, 2):
            panes.clear_offset(index)
            panes.viewports[index].set_stack(stacks[index - 1] if stacks else None)

    def _best_companion(self) -> int | None:
        """The series most worth seeing beside the main one: same plane, most slices."""
        session = self._session
        main = session.shown_series
        taken = {v.volume.series.key for v in session.panes.viewports if v.volume is not None}
        taken |= {series.key for _, series in self._all_waiting()}
        candidates = [
            (series.orientation == getattr(main, "orientation", ""), len(series.instances), -row)
            for row, series in enumerate(session.series)
            if series.key not in taken
        ]
        return -max(candidates)[2] if candidates else None

    # --- series beside ----------------------------------------------------------------------

    def show_series_in(self, index: int, row: int) -> None:
        """Show a series of the study in a view other than the main one."""
        if not 0 <= row < len(self._session.series) or index not in self._session.panes.seen:
            return
        series = self._session.series[row]
        self._waiting = [one for one in self._waiting if one[0] != index]
        if self._loading is not None and self._loading[0] == index:
            self._loader.cancel()
            self._loading = None
        kept = self._cache.get(series)
        if kept is not None:
            self._show(index, kept)
            self._load_next()
            return
        self._waiting.append((index, series))
        self._load_next()

    def step_series_in(self, index: int, step: int) -> None:
        """Show the series `step` places further down the list in a view."""
        volume = self._session.panes.viewports[index].volume
        keys = [series.key for series in self._session.series]
        if volume is not None and volume.series.key in keys:
            self.show_series_in(index, keys.index(volume.series.key) + step)

    def cancel(self) -> None:
        """Stop reading; what is shown stays."""
        self._loader.cancel()
        self._waiting, self._loading = [], None
        self._session.set_activity("compare", None)

    def _all_waiting(self) -> list[tuple[int, Series]]:
        return [*self._waiting, *([self._loading] if self._loading else [])]

    def _load_next(self) -> None:
        if self._loading is not None:
            return
        if not self._waiting:
            self._session.set_activity("compare", None)
            return
        self._loading = self._waiting.pop(0)
        activity = Activity(tr("Reading the series"), tr("slices"), started=time.monotonic())
        self._session.set_activity("compare", activity)
        self._loader.start(partial(_load, self._services, self._loading[1]))

    @Slot(int, int)
    def _on_progressed(self, done: int, total: int) -> None:
        self._session.progress("compare", done, total)

    @Slot(object)
    def _on_loaded(self, result: object) -> None:
        volume = cast("Volume", result)
        loading, self._loading = self._loading, None
        if loading is not None:
            self._show(loading[0], volume)
        self._load_next()

    @Slot(str)
    def _on_failed(self, text: str) -> None:
        self._loading = None
        self._session.set_message(Message(text, is_error=True))
        self._load_next()

    def _show(self, index: int, volume: Volume) -> None:
        panes = self._session.panes
        self._cache.put(volume)
        panes.clear_offset(index)
        panes.viewports[index].set_volume(volume)
        panes.follow(0)
        self.volume_loaded.emit(volume)

    # --- the main view ----------------------------------------------------------------------

    @Slot()
    def _on_main_changed(self) -> None:
        viewport = self._session.viewport
        if viewport.volume is not None:
            if not viewport.is_continued:  # offsets were kept to the series before
                self._session.panes.reset_offsets()
            self._fill()
            self._session.panes.follow(0)

    @Slot()
    def _on_study_changed(self) -> None:
        self.cancel()
        if self._session.viewport.stack is None:  # another study: it may leave the others empty
            self.activate(0)

    # --- crosshair --------------------------------------------------------------------------

    def mark_place(self, index: int, column: float, row: float) -> None:
        """Put the crosshair on a place of one view; the other views go there."""
        viewport = self._session.panes.viewports[index]
        stack = viewport.stack
        if stack is None:
            return
        if not stack.geometry.known:
            text = tr("The crosshair needs the position of the slices, and these files lack it.")
            self._session.set_message(Message(text, is_error=True))
            return
        panes = self._session.panes
        point = panes.to_main(index, stack.geometry.to_patient(column, row, viewport.slice_index))
        panes.go_to(point)
        panes.set_crosshair(point)

    def mark_point(self, point: tuple[float, float, float]) -> None:
        """Put the crosshair on a point of the patient, if there are other views to follow."""
        stack = self._session.viewport.stack
        if self._session.panes.layout.count > 1 and stack is not None and stack.geometry.known:
            place = np.array(point)
            self._session.panes.go_to(place)
            self._session.panes.set_crosshair(place)

    def clear_crosshair(self) -> None:
        """Mark no place any more."""
        self._session.panes.set_crosshair(None)


def _load(services: Services, series: Series, context: JobContext) -> Volume:
    return services.load_volume(series, context)
