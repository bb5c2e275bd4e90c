"""What one image view shows: volume, slice, window. The session has one of these for each view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from hcc_viewer.dicom import Volume


@dataclass(frozen=True)
class Window:
    """The range of modality values that is spread from black to white."""

    center: float
    width: float
    is_inverted: bool = False
    """True when the user turned black and white round, on top of what the volume says."""


class Viewport(QObject):
    """The state of one image view.

    Signals:
        volume_changed: Another volume, or none, is shown.
        slice_changed: Another slice is shown.
        window_changed: The window has another center, width or direction.
    """

    volume_changed = Signal()
    slice_changed = Signal()
    window_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._volume: Volume | None = None
        self._slice = 0
        self._window = Window(0.0, 1.0)

    @property
    def volume(self) -> Volume | None:
        """The volume that is shown."""
        return self._volume

    @property
    def slice_index(self) -> int:
        """The slice that is shown, from 0 at the foot end."""
        return self._slice

    @property
    def slice_count(self) -> int:
        """The slices of the volume; 0 without one."""
        return 0 if self._volume is None else len(self._volume.array)

    @property
    def window(self) -> Window:
        """The window in use."""
        return self._window

    def set_volume(self, volume: Volume | None) -> None:
        """Show a volume at its middle slice, with its own window."""
        self._volume = volume
        self._slice = self.slice_count // 2
        self._window = _own_window(volume)
        self.volume_changed.emit()

    def set_slice(self, index: int) -> None:
        """Show a slice; an index beyond the ends gives the end."""
        index = max(0, min(int(index), self.slice_count - 1))
        if self._volume is not None and index != self._slice:
            self._slice = index
            self.slice_changed.emit()

    def set_window(self, window: Window) -> None:
        """Show the volume in another window."""
        if window != self._window:
            self._window = window
            self.window_changed.emit()

    def reset_window(self) -> None:
        """Show the volume in its own window."""
        self.set_window(_own_window(self._volume))

    def fit_window(self) -> None:
        """Spread the middle 98 % of the shown slice's values from black to white."""
        if self._volume is None:
            return
        low, high = np.percentile(self._volume.array[self._slice], (1.0, 99.0))
        self.set_window(Window(float(low + high) / 2, max(float(high - low), 1.0)))


def _own_window(volume: Volume | None) -> Window:
    return Window(volume.window_center, volume.window_width) if volume else Window(0.0, 1.0)
