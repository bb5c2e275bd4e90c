"""The part of the session that says how results and patient are shown."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from hcc_viewer.gui.work import Work


class Appearance(Work):
    """The heat map, the patient's identity, and whether the slices run by themselves.

    Signals:
        heat_map_changed: The heat map was switched, or has another opacity.
        identity_changed: The patient's identity was hidden or shown.
        cine_changed: The slices began to run by themselves, or stopped.
    """

    heat_map_changed = Signal()
    identity_changed = Signal()
    cine_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_heat_map_on = False
        self.heat_map_opacity = 0.5
        self.heat_map_style = "map"
        self.is_identity_hidden = False
        self.is_cine_on = False

    def set_heat_map(self, is_on: bool) -> None:
        """Show or hide the heat map."""
        if is_on != self.is_heat_map_on:
            self.is_heat_map_on = is_on
            self.heat_map_changed.emit()

    def set_heat_map_opacity(self, opacity: float) -> None:
        """From 0 to 1."""
        if opacity != self.heat_map_opacity:
            self.heat_map_opacity = opacity
            self.heat_map_changed.emit()

    def set_heat_map_style(self, style: str) -> None:
        """`map` or `contour`."""
        if style != self.heat_map_style:
            self.heat_map_style = style
            self.heat_map_changed.emit()

    def set_cine(self, is_on: bool) -> None:
        """Let the slices run by themselves, or stop them."""
        if is_on != self.is_cine_on:
            self.is_cine_on = is_on
            self.cine_changed.emit()

    def set_identity_hidden(self, is_hidden: bool) -> None:
        """Hide or show who the patient is."""
        if is_hidden != self.is_identity_hidden:
            self.is_identity_hidden = is_hidden
            if is_hidden and self.message is not None and self.message.is_identifying:
                self.set_message(None)
            self.identity_changed.emit()
