"""The dialog that opens when something unexpected went wrong: what to send, ready to be copied."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QFontDatabase, QGuiApplication
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
from hcc_viewer.paths import log_dir

EXPLANATION = (
    "Something unexpected went wrong. The study stays open and what was saved stays saved. To get "
    "it mended, send the text below; it holds no names or images of patients."
)


class FaultDialog(QDialog):
    """Shows the error and the state of the installation; it does not block the window."""

    def __init__(self, describe: Callable[[], str], parent: QWidget) -> None:
        """Make the dialog; `describe` is asked once."""
        super().__init__(parent)
        self.setObjectName("fault_dialog")
        self.setWindowTitle(tr("An unexpected error"))
        self.setAccessibleName(tr("An unexpected error"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.text = named(QPlainTextEdit(), "fault_text")
        self.text.setReadOnly(True)
        self.text.setAccessibleName(tr("What to send"))
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setPlainText(describe())
        explanation = QLabel(tr(EXPLANATION))
        explanation.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.addWidget(explanation)
        layout.addWidget(self.text)
        layout.addWidget(self._buttons())
        resize_within_screen(self, 720, 480)

    def add(self, error: str) -> None:
        """Put an error at the end of the text."""
        self.text.appendPlainText(f"\n{error}")

    def _buttons(self) -> QDialogButtonBox:
        buttons = translated_buttons(QDialogButtonBox(QDialogButtonBox.StandardButton.Close))
        copy = buttons.addButton(tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        folder = buttons.addButton(tr("Show the log"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.setObjectName("fault_copy_button")
        folder.setObjectName("fault_log_button")
        copy.clicked.connect(self._copy)
        folder.clicked.connect(self._show_log)
        buttons.rejected.connect(self.reject)
        return buttons

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())

    @Slot()
    def _show_log(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_dir())))
