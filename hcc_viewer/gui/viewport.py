"""What one image view shows: stack, slice, window. The session has one of these for each view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from hcc_viewer.gui.linking import place_kept
from hcc_viewer.gui.stack import Stack, acquired, reformats

if TYPE_CHECKING:
    from hcc_viewer.dicom import Instance, Volume


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
        self._stack: Stack | None = None
        self._slice = 0
        self._window = Window(0.0, 1.0)
        self._is_continued = False
        self._is_chosen = False

    @property
    def is_continued(self) -> bool:
        """Whether what is shown came in place of the same images: zoom and place are kept then."""
        return self._is_continued

    @property
    def volume(self) -> Volume | None:
        """The volume that is shown, in whichever plane."""
        return None if self._stack is None else self._stack.volume

    @property
    def stack(self) -> Stack | None:
        """The images that are shown."""
        return self._stack

    @property
    def slice_index(self) -> int:
        """The slice that is shown, from 0 at the foot end."""
        return self._slice

    @property
    def shown_image(self) -> Instance | None:
        """The image of the volume that is shown; None without one, and in another plane."""
        if self._stack is None or not self._stack.is_acquired:
            return None
        return self._stack.series.instances[self._slice]

    @property
    def slice_count(self) -> int:
        """The slices of the volume; 0 without one."""
        return 0 if self._stack is None else self._stack.shape[0]

    @property
    def window(self) -> Window:
        """The window in use."""
        return self._window

    def set_volume(self, volume: Volume | None) -> None:
        """Show a volume as acquired; see `set_stack`."""
        self.set_stack(None if volume is None else acquired(volume))

    def set_stack(self, stack: Stack | None) -> None:
        """Show a volume in some plane, with its own window.

        It opens at its middle slice; or, where somebody went to a place in another series of the
        study in the same plane, at that place.
        """
        before, self._stack = self._stack, stack
        place = None
        if before is not None and self._is_chosen:
            place = place_kept(before, self._slice, stack)
        self._slice = self.slice_count // 2 if place is None else place
        self._is_chosen = place is not None
        self._window = _own_window(self.volume)
        self._is_continued = False
        self.volume_changed.emit()

    def exchange_volume(self, volume: Volume) -> None:
        """Show a volume that holds the shown image too: place, plane and the user's window stay.

        Args:
            volume: The same images under another header, some of them, or more.
        """
        shown, stack = self._stack, _in_plane(volume, self._stack)
        if shown is None or stack is None:
            self.set_volume(volume)
            return
        self._slice = _same_place(shown, self._slice, stack)
        if self._window == _own_window(shown.volume):
            self._window = _own_window(volume)
        self._stack = stack
        self._is_continued = True
        self.volume_changed.emit()

    def set_slice(self, index: int) -> None:
        """Show a slice; an index beyond the ends gives the end."""
        index = max(0, min(int(index), self.slice_count - 1))
        if self._stack is not None and index != self._slice:
            self._slice = index
            self._is_chosen = True
            self.slice_changed.emit()

    def set_window(self, window: Window) -> None:
        """Show the volume in another window."""
        if window != self._window:
            self._window = window
            self.window_changed.emit()

    def reset_window(self) -> None:
        """Show the volume in its own window."""
        self.set_window(_own_window(self.volume))

    def fit_window(self) -> None:
        """Spread the middle 98 % of the shown slice's values from black to white."""
        if self._stack is None:
            return
        low, high = np.percentile(self._stack.image(self._slice), (1.0, 99.0))
        width = max(float(high - low), narrowest_window(self._stack.volume))
        self.set_window(Window(float(low + high) / 2, width))


def narrowest_window(volume: Volume) -> float:
    """The narrowest width of use: 1, or less where all values are small, as of a diffusion map."""
    return max(min(volume.window_width / 1000.0, 1.0), 1e-6)


def _own_window(volume: Volume | None) -> Window:
    return Window(volume.window_center, volume.window_width) if volume else Window(0.0, 1.0)


def _in_plane(volume: Volume, shown: Stack | None) -> Stack | None:
    """A volume in the plane that is shown; None when that is not possible."""
    if shown is None or shown.is_acquired:
        return acquired(volume)
    return next((one for one in reformats(volume) if one.plane == shown.plane), None)


def _same_place(shown: Stack, index: int, stack: Stack) -> int:
    """Where a stack has the image that is shown, or the one nearest to it."""
    if stack.is_acquired:
        image = shown.series.instances[index]
        if image in stack.series.instances:
            return stack.series.instances.index(image)
    place = shown.geometry.positions_mm[index]
    return int(np.argmin(np.abs(stack.geometry.positions_mm - place)))
