"""A push button that does what an action does, and looks as the action says."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QWidget

from hcc_viewer.gui.views.naming import plain_text


class ActionButton(QPushButton):
    """Text, icon, tooltip, checked and enabled state follow the action."""

    def __init__(self, action: QAction, kind: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action = action
        self.setObjectName(action.objectName().replace("_action", "_button"))
        self.setCheckable(action.isCheckable())
        if kind:
            self.setProperty("kind", kind)
        self._connect_signals()
        self._follow()

    def _connect_signals(self) -> None:
        self._action.changed.connect(self._follow)
        self.clicked.connect(self._trigger)

    def _trigger(self) -> None:
        self.setChecked(self._action.isChecked())  # the action says when it is on
        self._action.trigger()

    def _follow(self) -> None:
        action = self._action
        plain = plain_text(action.text())  # Alt with a letter belongs to the menus
        self.setText(action.iconText() if self.property("kind") == "small" else plain)
        self.setAccessibleName(plain)
        self.setIcon(action.icon())
        self.setToolTip(action.toolTip())
        self.setEnabled(action.isEnabled())
        self.setChecked(action.isChecked())
