"""One sentence above the image: what went wrong, or what was done. It blocks nothing."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.views.naming import named


class MessageBar(QFrame):
    """A band with a sentence and a button that closes it; hidden while there is none.

    Signals:
        dismissed: The user closed it.
        folder_requested: The user wants to see the folder that it speaks of.
    """

    dismissed = Signal()
    folder_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message_bar")
        self.setAccessibleName(tr("Message"))
        self._label = named(QLabel(), "message_label")
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = named(QToolButton(), "dismiss_message_button")
        close.setText("✕")
        close.setAccessibleName(tr("Close the message"))
        close.setToolTip(tr("Close the message"))
        close.setAutoRaise(True)
        close.clicked.connect(self.dismissed)
        self._folder = named(QToolButton(), "show_folder_button", tr("Show the folder"))
        self._folder.setText(tr("Show the folder"))
        self._folder.clicked.connect(self.folder_requested)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 6, 6)
        layout.addWidget(self._label, 1)
        layout.addWidget(self._folder, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.set_message("", is_error=False)

    def set_message(self, text: str, *, is_error: bool, has_folder: bool = False) -> None:
        """Say this; empty: nothing."""
        self._folder.setVisible(has_folder)
        self._label.setText(text)
        self.setAccessibleDescription(text)
        self.setProperty("error", is_error)
        self.style().unpolish(self)
        self.style().polish(self)
        self.setVisible(bool(text))

    @property
    def text(self) -> str:
        """What is said."""
        return self._label.text()
