"""What the window shows before a study is open: how to begin."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from hcc_viewer.gui.views.action_button import ActionButton
from hcc_viewer.gui.views.naming import named

HINT = (
    "A folder, a DICOM file or a zip. The program finds the hepatobiliary phase,\n"
    "you press Detect, and it lists the slices that look like HCC."
)


class StartPage(QWidget):
    """A hint and buttons in the middle of the empty image area."""

    def __init__(self, actions: tuple[QAction, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("start_page")
        self.setAccessibleName("Start")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        title = named(QLabel("Drop a study here"), "start_title")
        hint = named(
            QLabel(
                "A folder, a DICOM file or a zip. The program finds the hepatobiliary phase,\n"
                "you press Detect, and it lists the slices that look like HCC."
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
        layout = QVBoxLayout(self)
        layout.setSpacing(14)
        layout.addStretch()
        for label in (title, hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        layout.addSpacing(6)
        layout.addLayout(buttons)
        layout.addStretch()
