"""Decides what the image view shows: slice, window, heat map."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Slot

from hcc_viewer.gui.session import Session
from hcc_viewer.gui.viewport import Window

PEEK_SECONDS = 0.3
"""The heat map key, held longer than this, shows the heat map only while it is held."""

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
        self._cine = QTimer(self)
        self._cine.setInterval(CINE_MILLISECONDS)
        self._connect_signals()

    def _connect_signals(self) -> None:
        self._cine.timeout.connect(self._run_on)
        self._session.viewport.volume_changed.connect(self.stop_cine)

    @Slot(int)
    def show_slice(self, index: int) -> None:
        """Show this slice."""
        self._session.viewport.set_slice(index)

    @Slot(int)
    def step_slice(self, step: int) -> None:
        """Show the slice `step` further to the head."""
        self._session.viewport.set_slice(self._session.viewport.slice_index + step)

    @Slot()
    def toggle_cine(self) -> None:
        """Let the slices run by themselves, or stop them."""
        if self._cine.isActive():
            self.stop_cine()
        elif self._session.viewport.slice_count > 1:
            self._cine.start()
            self._session.set_cine(True)

    @Slot()
    def stop_cine(self) -> None:
        """Let the slices stand still."""
        self._cine.stop()
        self._session.set_cine(False)

    @Slot()
    def _run_on(self) -> None:
        viewport = self._session.viewport
        viewport.set_slice((viewport.slice_index + 1) % max(viewport.slice_count, 1))

    def first_slice(self) -> None:
        """Show the slice nearest to the feet."""
        self._session.viewport.set_slice(0)

    def last_slice(self) -> None:
        """Show the slice nearest to the head."""
        self._session.viewport.set_slice(self._session.viewport.slice_count - 1)

    @Slot(float, float)
    def set_window(self, center: float, width: float) -> None:
        """Show the volume in this window, black and white as they are."""
        window = replace(self._session.viewport.window, center=center, width=width)
        self._session.viewport.set_window(window)

    @Slot()
    def invert(self) -> None:
        """Turn black and white round."""
        window = self._session.viewport.window
        self._session.viewport.set_window(replace(window, is_inverted=not window.is_inverted))

    def preset_window(self, factor: float) -> None:
        """The volume's own window, narrower or wider by a factor around its center."""
        volume = self._session.viewport.volume
        if volume is not None:
            own = Window(volume.window_center, volume.window_width * factor)
            self._session.viewport.set_window(own)

    @Slot(bool)
    def set_heat_map(self, is_on: bool) -> None:
        """Show or hide the heat map."""
        self._session.set_heat_map(is_on)

    @Slot()
    def press_heat_map_key(self) -> None:
        """Switch the heat map; `release_heat_map_key` may take it back."""
        self._key_pressed_at = self._clock()
        self._session.set_heat_map(not self._session.is_heat_map_on)

    @Slot()
    def release_heat_map_key(self) -> None:
        """Take the switch back if the key was held: that was a peek."""
        pressed_at, self._key_pressed_at = self._key_pressed_at, None
        if pressed_at is not None and self._clock() - pressed_at > PEEK_SECONDS:
            self._session.set_heat_map(not self._session.is_heat_map_on)

    @Slot(float)
    def set_opacity(self, opacity: float) -> None:
        """Of the heat map, 0 to 1."""
        self._session.set_heat_map_opacity(opacity)
