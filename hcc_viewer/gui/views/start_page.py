"""What the window shows before a study is open: how to begin, and what was open last."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.views.action_button import ActionButton
from hcc_viewer.gui.views.naming import named
from hcc_viewer.gui.views.recent import recent_text

SHOWN_RECENT = 5
"""Recent studies that the page lists; the menu has them all."""


class StartPage(QWidget):
    """A hint, buttons and recent studies in the middle of the empty image area.

    Signals:
        path_requested: Open this path.
    """

    path_requested = Signal(object)

    def __init__(self, actions: tuple[QAction, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("start_page")
        self.setAccessibleName(tr("Start"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        title = named(QLabel(tr("Drop a study here")), "start_title")
        hint = named(
            QLabel(
                tr(
                    "A folder, a DICOM file or a zip. The program finds the hepatobiliary phase,\n"
                    "you press Detect, and it lists the slices that look like HCC."
                )
            ),
            "start_hint",
        )
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addStretch()
        for action in actions:
            button = ActionButton(action, "large")
            button.setObjectName(f"start_{button.objectName()}")
            buttons.addWidget(button)
        buttons.addStretch()
        self._recent_title = named(QLabel(tr("Opened last")), "start_hint")
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        layout = QVBoxLayout(self)
        layout.setSpacing(14)
        layout.addStretch()
        for label in (title, hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        layout.addSpacing(6)
        layout.addLayout(buttons)
        layout.addSpacing(10)
        self._recent_title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(self._recent_title)
        layout.addLayout(self._recent)
        layout.addStretch()
        self.set_paths((), False)

    def set_paths(self, paths: Sequence[str], is_hidden: bool) -> None:
        """List these as opened last."""
        while (item := self._recent.takeAt(0)) is not None:
            button = item.widget()
            if button is not None:
                button.hide()
                button.deleteLater()
        for number, path in enumerate(paths[:SHOWN_RECENT], 1):
            text = recent_text(path, number, is_hidden)
            button = named(QPushButton(text.replace("&", "&&")), f"recent_{number}_button")
            button.setProperty("kind", "link")
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.setFlat(True)
            button.clicked.connect(lambda _=False, p=path: self.path_requested.emit(Path(p)))
            self._recent.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        self._recent_title.setVisible(bool(paths))
