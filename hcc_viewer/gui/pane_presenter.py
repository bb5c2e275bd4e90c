"""Shows one image view's part of the session: its stack, and all that lies over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from hcc_viewer.detection.decisions import Place
from hcc_viewer.gui import linking, words
from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.session import Session
from hcc_viewer.gui.stack import Stack
from hcc_viewer.gui.viewport import Viewport
from hcc_viewer.gui.views.overlay import Mark
from hcc_viewer.gui.views.slice_view import SliceView

if TYPE_CHECKING:
    from hcc_viewer.detection import Detection

CamFunction = Callable[["Detection", int], NDArray[np.float32]]

NEAR_SLICES = 0.75
"""A place this far from an image, in slices, is marked on it..."""

NEAR_MM = 6.0
"""...if it is no farther than this: slices of a localizer are far apart."""


class PanePresenter(QObject):
    """Reads the session and tells one view; decides nothing."""

    def __init__(
        self,
        session: Session,
        index: int,
        view: SliceView,
        cam_on_image: CamFunction,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._index = index
        self._view = view
        self._cam_on_image = cam_on_image
        self._shown_cam: object = None
        self._connect_signals()
        self.show_stack()
        self.show_frame()
        self.show_hint()

    @property
    def _viewport(self) -> Viewport:
        return self._session.panes.viewports[self._index]

    @property
    def _is_seen(self) -> bool:
        return self._index in self._session.panes.seen

    def _connect_signals(self) -> None:
        session, panes = self._session, self._session.panes
        self._viewport.volume_changed.connect(self.show_stack)
        self._viewport.slice_changed.connect(self.show_slice)
        self._viewport.window_changed.connect(self.show_window)
        for viewport in panes.viewports:
            if viewport is not self._viewport:
                viewport.slice_changed.connect(self.show_lines)
                viewport.volume_changed.connect(self.show_lines)
        panes.layout_changed.connect(self.show_frame)
        panes.active_changed.connect(self.show_frame)
        panes.link_changed.connect(self.show_link)
        panes.crosshair_changed.connect(self.show_crosshair)
        panes.reference_lines_changed.connect(self.show_lines)
        session.result_changed.connect(self.show_result)
        session.veil_changed.connect(self.show_result)
        session.reading_changed.connect(self.show_marks)
        session.readings.changed.connect(self.show_measurements)
        session.finding_changed.connect(self.show_marks)
        session.heat_map_changed.connect(self.show_heat_map)
        session.identity_changed.connect(self.show_identity)
        session.activity_changed.connect(self.show_hint)

    # --- the stack --------------------------------------------------------------------------

    def show_stack(self) -> None:
        """Another stack."""
        is_continued = self._viewport.is_continued
        self._view.set_stack(self._viewport.stack, is_continued=is_continued)
        self._shown_cam = None
        self.show_window()
        self.show_slice()
        self.show_status()
        self.show_identity()

    def show_slice(self) -> None:
        """Another slice."""
        self._view.set_slice(self._viewport.slice_index)
        self._shown_cam = None
        self.show_marks()
        self.show_heat_map()
        self.show_measurements()
        self.show_lines()
        self.show_crosshair()

    def show_window(self) -> None:
        """Another window."""
        self._view.set_window(self._viewport.window)

    def show_identity(self) -> None:
        """The identity is hidden or shown."""
        self._view.set_identity_hidden(self._session.is_identity_hidden)

    def show_frame(self) -> None:
        """There are other views, or keys act on another one."""
        panes = self._session.panes
        is_framed = panes.layout.count > 1
        self._view.set_frame(is_framed, panes.active_index == self._index)
        self.show_status()
        self.show_marks()
        self.show_lines()

    def show_hint(self) -> None:
        """What the view waits for while it is empty."""
        is_reading = self._session.is_busy("compare")
        self._view.set_hint(words.empty_view_text(is_reading) if self._index else "")

    def show_link(self) -> None:
        """The views are linked in another way, or kept at other offsets."""
        self.show_status()
        self.show_marks()
        self.show_crosshair()

    def show_status(self) -> None:
        """How this view is linked to the main one."""
        self._view.set_status(tuple(self._status_lines()))

    def _status_lines(self) -> Iterator[str]:
        panes, stack, main = self._session.panes, self._viewport.stack, self._session.panes.main
        if self._index == 0 or stack is None or main.stack is None or not stack.is_acquired:
            return
        if not linking.are_parallel(stack.geometry, main.stack.geometry):
            return
        offset = panes.offset_mm(self._index)
        shown = f"{offset:+.1f}" if abs(offset) >= 0.05 else ""
        if not panes.is_linked:
            text = tr("not linked, offset {offset} mm") if shown else tr("not linked")
            yield text.format(offset=shown)
            return
        if not linking.have_same_frame(stack, main.stack):
            yield tr("other frame of reference")
        if shown:
            yield tr("linked, offset {offset} mm").format(offset=shown)

    # --- what lies over it ------------------------------------------------------------------

    def show_result(self) -> None:
        """Another result, or the same one read differently."""
        self.show_marks()
        self.show_heat_map()

    def show_marks(self) -> None:
        """Where findings lie on this slice, and what the model says of it."""
        session, stack = self._session, self._viewport.stack
        if stack is None or not self._is_seen:
            return
        index = self._viewport.slice_index
        is_main = self._index == 0 and stack.is_acquired
        probabilities, detection = session.probabilities, session.detection
        probability = None
        if is_main and probabilities is not None:
            probability = float(probabilities[index])
            if np.isnan(probability) and detection is None:
                probability = None
        is_flagged = is_main and detection is not None and detection.is_flagged(index)
        self._view.set_result(probability, is_flagged, list(self._marks(stack, index)))

    def _marks(self, stack: Stack, index: int) -> Iterator[Mark]:
        session = self._session
        if session.viewport.stack is None:
            return
        for row in session.rows:
            place = self._place_on(stack, index, row.place)
            if place is not None:
                selected = row.id == session.selected_finding
                yield Mark(place[0], place[1], row.label, selected, row.read.verdict)

    def _place_on(self, stack: Stack, index: int, place: Place) -> tuple[float, float] | None:
        """Where a place of the main series lies on an image; None when it is not near."""
        main = self._session.viewport.stack
        if main is None:
            return None
        if stack.series.key == main.series.key and stack.is_acquired:
            return (place.column, place.row) if place.slice_index == index else None
        if not stack.geometry.known or not linking.have_same_frame(stack, main):
            return None
        point = self._session.panes.from_main(self._index, np.array(place.center_lps_mm))
        column, row, at = stack.geometry.to_index(point)
        return (column, row) if _is_near(stack, at - index) else None

    def show_heat_map(self) -> None:
        """The heat map is on or off, lies on another slice, or looks different."""
        session, stack = self._session, self._viewport.stack
        detection = session.detection
        is_shown = (
            session.is_heat_map_on
            and detection is not None
            and self._index == 0
            and stack is not None
            and stack.is_acquired
        )
        wanted = None
        if is_shown and detection is not None:
            wanted = (detection.slices, self._viewport.slice_index, session.heat_map_style)
        if wanted != self._shown_cam:
            self._shown_cam = wanted
            level = contour_level(session.heat_map_style)
            cam = None
            if wanted is not None and detection is not None:
                cam = self._cam_on_image(detection, self._viewport.slice_index)
            self._view.set_heat_map(cam, level)
        self._view.set_opacity(session.heat_map_opacity)

    def show_measurements(self) -> None:
        """What the reader measured on this slice, and whether it is a key image."""
        stack = self._viewport.stack
        if stack is None:
            return
        reading = self._session.readings.of(stack.series.key)
        index = self._viewport.slice_index
        here = [
            (number, one)
            for number, one in enumerate(reading.measurements)
            if one.slice_index == index and one.plane == stack.plane
        ]
        self._view.set_measurements(here)
        self._view.set_key_image(stack.is_acquired and index in reading.key_slices)

    def show_lines(self) -> None:
        """Where the slices of the other views cut this one."""
        panes, target = self._session.panes, self._viewport.stack
        lines = []
        if panes.has_reference_lines and target is not None and self._is_seen:
            for index in panes.seen:
                other = panes.viewports[index]
                if index == self._index or other.stack is None:
                    continue
                if not linking.have_same_frame(other.stack, target):
                    continue
                line = linking.reference_line(
                    other.stack, other.slice_index, target, self._viewport.slice_index
                )
                if line is not None:
                    lines.append(line)
        self._view.set_lines(lines)

    def show_crosshair(self) -> None:
        """The place that is marked in all views."""
        panes, stack = self._session.panes, self._viewport.stack
        place = None
        if panes.crosshair is not None and stack is not None and stack.geometry.known:
            column, row, at = stack.geometry.to_index(panes.from_main(self._index, panes.crosshair))
            if _is_near(stack, at - self._viewport.slice_index):
                place = (column, row)
        self._view.set_crosshair(place)


def contour_level(style: str) -> float | None:
    """The level of a heat map style such as `contour-50`; None for the map."""
    return int(style.removeprefix("contour-")) / 100 if style.startswith("contour-") else None


def _is_near(stack: Stack, slices: float) -> bool:
    """Whether a place so many slices away is shown on an image all the same."""
    distance_mm = abs(slices) * stack.geometry.spacing_mm[0]
    return abs(slices) <= NEAR_SLICES and distance_mm <= NEAR_MM
