"""A note on a finding, written and confirmed without the mouse."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from hcc_viewer.gui.dialogs.fit import resize_within_screen
from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.views.naming import named, translated_buttons

CONFIRM_KEYS = ("Ctrl+Return", "Ctrl+Enter")
"""Enter alone begins another line."""


class NoteDialog(QDialog):
    """A text with OK and Cancel; Tab goes from one to the next."""

    def __init__(self, note: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("note_dialog")
        self.setWindowTitle(tr("Note on the finding"))
        self._text = named(QPlainTextEdit(note), "note_text", tr("Note on the finding"))
        self._text.setTabChangesFocus(True)
        said = tr("The note stands in the report. Do not write the patient's name here.")
        kinds = QDialogButtonBox.StandardButton
        buttons = translated_buttons(QDialogButtonBox(kinds.Ok | kinds.Cancel))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        keys = [QKeySequence(key) for key in CONFIRM_KEYS]
        for key in keys:
            QShortcut(key, self).activated.connect(self.accept)
        native = QKeySequence.SequenceFormat.NativeText
        buttons.button(kinds.Ok).setToolTip(keys[0].toString(native))
        layout = QVBoxLayout(self)
        label = QLabel(said)
        label.setWordWrap(True)
        for widget in (label, self._text, buttons):
            layout.addWidget(widget)
        resize_within_screen(self, 440, 240)
        self._text.setFocus()

    @property
    def note(self) -> str:
        """What is written, in one line."""
        return " ".join(self._text.toPlainText().split())
