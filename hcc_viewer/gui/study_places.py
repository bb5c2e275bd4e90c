"""Lets each open study come back as it was left: slice, window, zoom, crosshair, finding.

What the views show of a study is noted when they are emptied for another one, and holds again when
the study's series is back in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Slot

from hcc_viewer.gui.controller import Controller
from hcc_viewer.gui.panes import Layout
from hcc_viewer.gui.session import Session
from hcc_viewer.gui.stack import StackKey
from hcc_viewer.gui.viewport import Window
from hcc_viewer.gui.views.slice_view import SliceView
from hcc_viewer.gui.views.view_transform import ViewTransform

if TYPE_CHECKING:
    from hcc_viewer.dicom import Study


@dataclass(frozen=True)
class PanePlace:
    """What one view showed, and how."""

    stack: StackKey
    slice_index: int
    window: Window
    transform: ViewTransform
    is_fitted: bool
    size: tuple[int, int]
    """Of the view that the transform is for."""
    offset_mm: float


@dataclass(frozen=True, eq=False)
class StudyPlace:
    """What all views showed of a study; the main one first, empty ones are left out."""

    panes: dict[int, PanePlace]
    layout: Layout
    crosshair: NDArray[np.float64] | None
    finding: int | None


class StudyPlaces(QObject):
    """Notes how a study is left, and brings that back with its series."""

    def __init__(
        self,
        session: Session,
        controller: Controller,
        views: Sequence[SliceView],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._controller = controller
        self._views = tuple(views)
        self._study: Study | None = session.study
        self._left: dict[str, StudyPlace] = {}
        self._coming: StudyPlace | None = None
        """Of the study that was turned to, until its main series is there."""
        self._waiting: dict[int, PanePlace] = {}
        """Of the views beside, until their series are there."""
        self._connect_signals()

    def _connect_signals(self) -> None:
        panes = self._session.panes
        panes.clearing.connect(self._note)
        self._session.study_changed.connect(self._on_study_changed)
        self._controller.study.study_closing.connect(self._forget)
        panes.main.volume_changed.connect(self._on_main_changed)
        for index in range(1, len(panes.viewports)):
            changed = panes.viewports[index].volume_changed
            changed.connect(partial(self._on_other_changed, index))

    @Slot()
    def _note(self) -> None:
        """The views are being emptied: another study is turned to."""
        study, panes = self._study, self._session.panes
        if study is None or panes.main.stack is None or not self._session.is_open(study):
            return
        places = {index: self._place(index) for index in panes.seen}
        known = {index: place for index, place in places.items() if place is not None}
        finding = self._session.selected_finding
        self._left[str(study.path)] = StudyPlace(known, panes.layout, panes.crosshair, finding)

    def _place(self, index: int) -> PanePlace | None:
        viewport, view = self._session.panes.viewports[index], self._views[index]
        if viewport.stack is None:
            return None
        return PanePlace(
            viewport.stack.key,
            viewport.slice_index,
            viewport.window,
            view.transform,
            view.is_fitted,
            (view.width(), view.height()),
            self._session.panes.offset_mm(index),
        )

    @Slot(object)
    def _forget(self, study: Study) -> None:
        self._left.pop(str(study.path), None)

    @Slot()
    def _on_study_changed(self) -> None:
        self._study, self._coming, self._waiting = self._session.study, None, {}
        if self._study is not None and self._session.viewport.stack is None:
            self._coming = self._left.get(str(self._study.path))

    @Slot()
    def _on_main_changed(self) -> None:
        """Once the main series is there its place holds, and the other views get theirs back."""
        coming, stack = self._coming, self._session.viewport.stack
        if coming is None or stack is None:
            return
        self._coming = None
        if coming.panes[0].stack != stack.key:
            return
        self._apply(0, coming.panes[0])
        if any(row.id == coming.finding for row in self._session.rows):
            self._session.select_finding(coming.finding)
        self._session.panes.set_crosshair(coming.crosshair)
        if coming.layout == self._session.panes.layout:
            self._bring_back_others(coming)
        self._session.panes.follow(0)

    def _bring_back_others(self, coming: StudyPlace) -> None:
        panes = self._session.panes
        rows = {series.key: row for row, series in enumerate(self._session.series)}
        for index, place in coming.panes.items():
            shown = panes.viewports[index].stack
            if index == 0 or index not in panes.seen:
                continue
            if shown is not None and shown.key == place.stack:
                self._apply(index, place)
            elif panes.layout != Layout.PLANES and place.stack[0] in rows:
                self._waiting[index] = place
                self._controller.panes.show_series_in(index, rows[place.stack[0]])

    def _on_other_changed(self, index: int) -> None:
        stack, place = self._session.panes.viewports[index].stack, self._waiting.get(index)
        if stack is not None and place is not None and stack.key == place.stack:
            del self._waiting[index]
            self._apply(index, place)

    def _apply(self, index: int, place: PanePlace) -> None:
        viewport, view = self._session.panes.viewports[index], self._views[index]
        self._session.panes.set_offset(index, place.offset_mm)
        viewport.set_window(place.window)
        viewport.set_slice(place.slice_index)
        wider, taller = view.width() - place.size[0], view.height() - place.size[1]
        view.set_transform(place.transform.panned(wider / 2, taller / 2))
        if place.is_fitted:
            view.fit()
