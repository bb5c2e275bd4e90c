"""What the window shows before a study is open: how to begin, and what was open last."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.views.action_button import ActionButton
from hcc_viewer.gui.views.naming import named
from hcc_viewer.gui.views.recent import recent_text

SHOWN_RECENT = 5
"""Recent studies that the page lists; the menu has them all."""

SPACING = 12
LEAST_SIZE = 240, 260


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
        self._buttons = buttons = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        buttons.setSpacing(SPACING)
        for action in actions:
            button = ActionButton(action, "large")
            button.setObjectName(f"start_{button.objectName()}")
            buttons.addWidget(button)
        self._recent_title = named(QLabel(tr("Opened last")), "start_hint")
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        layout = QVBoxLayout(self)
        layout.setSpacing(14)
        layout.addStretch()
        for label in (title, hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            layout.addWidget(label)
        layout.addSpacing(6)
        layout.addLayout(buttons)
        layout.setAlignment(buttons, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(10)
        self._recent_title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(self._recent_title)
        layout.addLayout(self._recent)
        layout.addStretch()
        self.setMinimumSize(*LEAST_SIZE)
        self.set_paths((), False)

    def event(self, event: QEvent) -> bool:
        """Arrange the buttons anew when the page or what they need changes."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._arrange_buttons()
        return super().event(event)

    def _arrange_buttons(self) -> None:
        """Side by side, or one under the other where they have no room for it."""
        buttons = [self._buttons.itemAt(index) for index in range(self._buttons.count())]
        needed = sum(item.sizeHint().width() + SPACING for item in buttons if item is not None)
        directions = QBoxLayout.Direction
        has_room = needed <= self.width() - SPACING
        self._buttons.setDirection(directions.LeftToRight if has_room else directions.TopToBottom)

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
