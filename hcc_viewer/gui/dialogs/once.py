"""Shows a dialog of the window once: asked for again, the open one comes to the front."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget


def once(parent: QWidget, name: str, show: Callable[[], object]) -> Callable[[], None]:
    """What an action does for a dialog.

    Args:
        parent: The dialog's parent.
        name: The dialog's object name.
        show: Makes and shows it.
    """

    def run() -> None:
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        dialogs = parent.findChildren(QDialog, name, options=direct)
        shown = [dialog for dialog in dialogs if dialog.isVisible()]
        if not shown:
            show()
            return
        shown[0].raise_()
        shown[0].activateWindow()

    return run
