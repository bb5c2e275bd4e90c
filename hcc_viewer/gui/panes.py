"""The image views of the window together: how they are arranged, linked, and which one is used."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from hcc_viewer.gui import linking
from hcc_viewer.gui.viewport import Viewport
from hcc_viewer.gui.volume_cache import is_same, with_series

if TYPE_CHECKING:
    from hcc_viewer.dicom import Series, Volume

COUNT = 4
"""Views at most."""


class Layout(Enum):
    """How many views there are, and what they show."""

    ONE = "one"
    TWO = "two"
    FOUR = "four"
    PLANES = "planes"
    """The main series in three planes."""

    @property
    def count(self) -> int:
        """How many views are seen."""
        return {Layout.ONE: 1, Layout.TWO: 2, Layout.FOUR: 4, Layout.PLANES: 3}[self]


class Panes(QObject):
    """The state of all image views. The first one is the main one: Detect works on its series.

    Signals:
        layout_changed: The views are arranged in another way.
        active_changed: Keys and menus act on another view.
        link_changed: The views are scrolled and zoomed together, or no longer.
        crosshair_changed: Another place in the patient is marked, or none. It is the main view's
            place: where another view is kept at an offset, it lies there by so much further.
        reference_lines_changed: Lines that show where the other views lie came or went.
        clearing: All views are emptied next.
    """

    layout_changed = Signal()
    active_changed = Signal()
    link_changed = Signal()
    crosshair_changed = Signal()
    reference_lines_changed = Signal()
    clearing = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.viewports = tuple(Viewport(self) for _ in range(COUNT))
        self.layout = Layout.ONE
        self.active_index = 0
        self.is_linked = True
        self.has_reference_lines = True
        self.crosshair: NDArray[np.float64] | None = None
        self._offsets_mm = [0.0] * COUNT

    @property
    def main(self) -> Viewport:
        """The view whose series is detected on."""
        return self.viewports[0]

    @property
    def active(self) -> Viewport:
        """The view that keys and menus act on."""
        return self.viewports[self.active_index]

    @property
    def seen(self) -> range:
        """The indices of the views that are seen."""
        return range(self.layout.count)

    def set_layout(self, layout: Layout) -> None:
        """Arrange the views in another way."""
        if layout != self.layout:
            self.layout = layout
            self.layout_changed.emit()
            if self.active_index >= layout.count:
                self.set_active(0)

    def set_active(self, index: int) -> None:
        """Let keys and menus act on this view."""
        if index != self.active_index and 0 <= index < self.layout.count:
            self.active_index = index
            self.active_changed.emit()

    def set_reference_lines(self, is_on: bool) -> None:
        """Show where the other views lie, or not."""
        if is_on != self.has_reference_lines:
            self.has_reference_lines = is_on
            self.reference_lines_changed.emit()

    def clear(self) -> None:
        """Show nothing in any view."""
        self.clearing.emit()
        for viewport in self.viewports:
            viewport.set_volume(None)
        self.set_crosshair(None)

    def set_crosshair(self, point: NDArray[np.float64] | None) -> None:
        """Mark a place of the main view (LPS mm) in all views, or none."""
        self.crosshair = point
        self.crosshair_changed.emit()

    def exchange_series(self, series: Sequence[Series]) -> None:
        """Go on with other stacks of the same files: what is shown of them gets their headers.

        A view beside the main one is emptied when its series is none of them; the main one, shown
        last since the others follow it, keeps its images.
        """
        renewed: dict[int, Volume | None] = {}
        for viewport in reversed(self.viewports):
            old = viewport.volume
            if old is None:
                continue
            if id(old) not in renewed:
                renewed[id(old)] = _renewed(old, series)
            new = renewed[id(old)]
            if new is not None:
                viewport.exchange_volume(new)
            elif viewport is not self.main:
                viewport.set_volume(None)

    # --- scrolled together ------------------------------------------------------------------

    def set_linked(self, is_linked: bool) -> None:
        """Scroll and zoom the views together; how they stand to each other now is kept."""
        if is_linked == self.is_linked:
            return
        self.is_linked = is_linked
        if is_linked:
            self._keep_offsets()
        self.link_changed.emit()

    def reset_offsets(self) -> None:
        """Let linked views show the same place in the patient again."""
        self._offsets_mm = [0.0] * COUNT
        self.link_changed.emit()

    def offset_mm(self, index: int) -> float:
        """How far a view is kept beyond the main one, along its own normal."""
        return self._offsets_mm[index]

    def to_main(self, index: int, point: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where the main view's series has what lies at a point (LPS mm) of a view's series."""
        return point - self._shift(index)

    def from_main(self, index: int, point: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where a view's series has what lies at a point (LPS mm) of the main view's series."""
        return point + self._shift(index)

    def _shift(self, index: int) -> NDArray[np.float64]:
        """What a view is kept beyond the main one by; nothing in the very same images."""
        stack, main = self.viewports[index].stack, self.main.stack
        if stack is None or main is None or stack.key == main.key or not stack.geometry.known:
            return np.zeros(3)
        return stack.geometry.normal * self._offsets_mm[index]

    def set_offset(self, index: int, offset_mm: float) -> None:
        """Keep a view so far beyond the main one, along its own normal."""
        self._offsets_mm[index] = offset_mm
        self.link_changed.emit()

    def clear_offset(self, index: int) -> None:
        """Another series is in this view: it has no offset."""
        self._offsets_mm[index] = 0.0

    def follow(self, source: int) -> None:
        """Show in the other views the slices that lie where this view's slice lies."""
        stack = self.viewports[source].stack
        if not self.is_linked or stack is None or not stack.geometry.known:
            return
        middle = linking.slice_middle(stack, self.viewports[source].slice_index)
        for index in self.seen:
            other = self.viewports[index]
            if index == source or other.stack is None:
                continue
            if linking.are_parallel(stack.geometry, other.stack.geometry):
                shift = self._offsets_mm[index] - self._offsets_mm[source]
                other.set_slice(linking.slice_nearest(other.stack, middle, shift))

    def go_to(self, point: NDArray[np.float64]) -> None:
        """Show in every view the slice that holds a place of the main view (LPS mm)."""
        for index in self.seen:
            viewport = self.viewports[index]
            if viewport.stack is not None and viewport.stack.geometry.known:
                place = self.from_main(index, point)
                viewport.set_slice(linking.slice_nearest(viewport.stack, place))

    def _keep_offsets(self) -> None:
        main = self.main.stack
        if main is None or not main.geometry.known:
            return
        for index in self.seen:
            other = self.viewports[index]
            if other.stack and linking.are_parallel(main.geometry, other.stack.geometry):
                self._offsets_mm[index] = linking.offset_between(
                    main, self.main.slice_index, other.stack, other.slice_index
                )


def _renewed(volume: Volume, series: Sequence[Series]) -> Volume | None:
    """The same pixels under the header that is now theirs; None when they are no stack any more."""
    same = next((one for one in series if is_same(one, volume.series)), None)
    return None if same is None else with_series(volume, same)
