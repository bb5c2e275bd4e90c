"""The studies that were opened last, as a menu and as what their entries say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from hcc_viewer.gui.i18n import tr


def recent_text(path: str, number: int, is_hidden: bool) -> str:
    """How a study is called: its folder and the one around it, or a number."""
    if is_hidden:
        return tr("Recent study {number}").format(number=number)
    parts = Path(path).parts[-2:]
    return "/".join(parts).replace("//", "/")


class RecentMenu(QMenu):
    """The menu of recent studies.

    Signals:
        path_requested: Open this path.
    """

    path_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("&Recent studies"), parent)
        self.setObjectName("recent_menu")
        self.menuAction().setObjectName("recent_menu_action")
        self.set_paths((), False)

    def set_paths(self, paths: Sequence[str], is_hidden: bool) -> None:
        """List these."""
        self.clear()
        for number, path in enumerate(paths, 1):
            name = recent_text(path, number, is_hidden).replace("&", "&&")
            action = self.addAction(f"&{number}  {name}" if number < 10 else name)
            action.setObjectName(f"recent_{number}_action")
            if not is_hidden:
                action.setToolTip(path)
            action.triggered.connect(lambda _=False, p=path: self.path_requested.emit(Path(p)))
        self.setEnabled(bool(paths))
