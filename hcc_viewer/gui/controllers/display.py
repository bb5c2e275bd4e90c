"""Decides what the image view shows: slice, window, heat map."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Slot

from hcc_viewer.gui.session import Session
from hcc_viewer.gui.viewport import Viewport, narrowest_window

if TYPE_CHECKING:
    from hcc_viewer.dicom import Volume

PEEK_SECONDS = 0.3
"""The heat map key, held longer than this, shows the heat map only while it is held."""

RELEASE_MILLISECONDS = 50
"""A key that is pressed again so soon was never let go: on X11 a busy window gets the repeats of a
held key as releases and presses."""

CINE_MILLISECONDS = 80
"""Between two slices that run by themselves."""


class DisplayController(QObject):
    """Answers what concerns the display."""

    def __init__(
        self,
        session: Session,
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._clock = clock
        self._key_pressed_at: float | None = None
        self._key_held_s = 0.0
        self._release = QTimer(self)
        self._release.setSingleShot(True)
        self._release.setInterval(RELEASE_MILLISECONDS)
        self.is_looping = False
        """Whether scrolling goes on at the other end of the stack."""
        self._cine = QTimer(self)
        self._cine.setInterval(CINE_MILLISECONDS)
        self._connect_signals()

    def _connect_signals(self) -> None:
        self._cine.timeout.connect(self._run_on)
        self._release.timeout.connect(self._end_peek)
        for viewport in self._session.panes.viewports:
            viewport.volume_changed.connect(self.stop_cine)

    @property
    def _active(self) -> Viewport:
        """The view that keys and menus act on."""
        return self._session.panes.active

    def show_in(self, index: int, slice_index: int) -> None:
        """Show a slice in one view, and what lies there in those linked to it."""
        panes = self._session.panes
        before = panes.viewports[index].slice_index
        panes.viewports[index].set_slice(slice_index)
        if panes.viewports[index].slice_index != before:
            panes.follow(index)

    def step_in(self, index: int, step: int) -> None:
        """Show the slice `step` further in one view; from an end the other one, where that loops.

        A step that would pass an end stops there, so that a reader notices it.
        """
        viewport = self._session.panes.viewports[index]
        last = viewport.slice_count - 1
        if self.is_looping and step > 0 and viewport.slice_index == last:
            self.show_in(index, 0)
        elif self.is_looping and step < 0 and viewport.slice_index == 0:
            self.show_in(index, last)
        else:
            self.show_in(index, viewport.slice_index + step)

    def set_window_in(self, index: int, center: float, width: float) -> None:
        """Show one view in this window, black and white as they are."""
        viewport = self._session.panes.viewports[index]
        viewport.set_window(replace(viewport.window, center=center, width=width))

    def _show(self, slice_index: int) -> None:
        self.show_in(self._session.panes.active_index, slice_index)

    def set_cine_speed(self, slices_per_second: int) -> None:
        """How fast slices run by themselves."""
        self._cine.setInterval(round(1000 / max(1, min(slices_per_second, 60))))

    @Slot(int)
    def show_slice(self, index: int) -> None:
        """Show this slice in the main view."""
        self.show_in(0, index)

    @Slot(int)
    def step_slice(self, step: int) -> None:
        """Show the slice `step` further to the head."""
        self.step_in(self._session.panes.active_index, step)

    @Slot()
    def toggle_cine(self) -> None:
        """Let the slices run by themselves, or stop them."""
        if self._cine.isActive():
            self.stop_cine()
        elif self._active.slice_count > 1:
            self._cine.start()
            self._session.set_cine(True)

    @Slot()
    def stop_cine(self) -> None:
        """Let the slices stand still."""
        self._cine.stop()
        self._session.set_cine(False)

    @Slot()
    def _run_on(self) -> None:
        self._show((self._active.slice_index + 1) % max(self._active.slice_count, 1))

    def first_slice(self) -> None:
        """Show the slice nearest to the feet."""
        self._show(0)

    def last_slice(self) -> None:
        """Show the slice nearest to the head."""
        self._show(self._active.slice_count - 1)

    @Slot(float, float)
    def set_window(self, center: float, width: float) -> None:
        """Show the active view in this window, black and white as they are."""
        self.set_window_in(self._session.panes.active_index, center, width)

    @Slot()
    def invert(self) -> None:
        """Turn black and white round."""
        window = self._active.window
        self._active.set_window(replace(window, is_inverted=not window.is_inverted))

    def preset_window(self, factor: float) -> None:
        """The volume's own window, narrower or wider by a factor around its center."""
        volume = self._active.volume
        if volume is not None:
            self.set_window(volume.window_center, volume.window_width * factor)

    def percentile_window(self, low: float, high: float) -> None:
        """Spread the values between two percentiles of the shown slice from black to white."""
        stack = self._active.stack
        if stack is not None:
            values = stack.image(self._active.slice_index)
            body = values[values > values.min()]
            first, last = np.percentile(body if body.size else values, (low, high))
            self._spread(stack.volume, float(first), float(last))

    def volume_window(self, low: float, high: float) -> None:
        """The same, from the values of the whole series."""
        volume = self._active.volume
        if volume is not None:
            thinned = volume.pixels[:: max(1, len(volume.pixels) // 24), ::4, ::4]
            first, last = np.percentile(thinned, (low, high))
            self._spread(volume, float(first), float(last))

    def _spread(self, volume: Volume, first: float, last: float) -> None:
        self.set_window((first + last) / 2, max(last - first, narrowest_window(volume)))

    @Slot(bool)
    def set_heat_map(self, is_on: bool) -> None:
        """Show or hide the heat map."""
        self._session.set_heat_map(is_on)

    @Slot()
    def press_heat_map_key(self) -> None:
        """Switch the heat map; `release_heat_map_key` may take it back."""
        if self._release.isActive():
            self._release.stop()  # a repeat of the key that is still held
            return
        self._key_pressed_at = self._clock()
        self._session.set_heat_map(not self._session.is_heat_map_on)

    @Slot()
    def release_heat_map_key(self) -> None:
        """Take the switch back if the key was held, as soon as it is sure that it was let go."""
        if self._key_pressed_at is not None:
            self._key_held_s = self._clock() - self._key_pressed_at
            self._release.start()

    @Slot()
    def _end_peek(self) -> None:
        self._key_pressed_at = None
        if self._key_held_s > PEEK_SECONDS:
            self._session.set_heat_map(not self._session.is_heat_map_on)

    @Slot(float)
    def set_opacity(self, opacity: float) -> None:
        """Of the heat map, 0 to 1."""
        self._session.set_heat_map_opacity(opacity)

    @Slot(str)
    def set_style(self, style: str) -> None:
        """Of the heat map: `map` or `contour-50` and the like."""
        self._session.set_heat_map_style(style)
