"""Asks which reading study, who reads, and in which arm; then opens its window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from hcc_viewer.gui.dialogs.fit import resize_within_screen
from hcc_viewer.gui.i18n import tr, tr_phrase
from hcc_viewer.gui.jobs import JobRunner
from hcc_viewer.gui.views.naming import named, translated_buttons


class ReaderStudyDialog(QDialog):
    """Begins or goes on with a reading."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("reader_study_dialog")
        self.setWindowTitle(tr("Reading study"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._folder = named(QLineEdit(), "reader_study_folder", tr("Folder of the study"))
        self._browse = named(QPushButton(tr("&Browse…")), "reader_study_browse")
        self._reader = named(QLineEdit(), "reader_code", tr("Reader's code"))
        self._reader.setPlaceholderText(tr("a code such as r1, no name"))
        self._arm = named(QComboBox(), "reader_arm", tr("Arm"))
        self._arm.addItem(tr("without the model"), "unaided")
        self._arm.addItem(tr("with the model's result"), "aided")
        self._message = named(QLabel(), "reader_study_message")
        self._message.setWordWrap(True)
        self._buttons = translated_buttons(QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel))
        self._start = named(QPushButton(tr("&Read")), "start_reading_button")
        self._buttons.addButton(self._start, QDialogButtonBox.ButtonRole.AcceptRole)
        self.window_of_study: QWidget | None = None
        self._runner = JobRunner("reading study", self)
        self._runner.succeeded.connect(self._open)
        self._runner.failed.connect(self._say_why_not)
        self._arrange()
        self._buttons.accepted.connect(self.start)
        self._buttons.rejected.connect(self.close)
        self._browse.clicked.connect(self._ask_for_folder)

    def _arrange(self) -> None:
        folder = QHBoxLayout()
        folder.addWidget(self._folder, 1)
        folder.addWidget(self._browse)
        form = QFormLayout()
        form.addRow(tr("Study"), folder)
        form.addRow(tr("Reader"), self._reader)
        form.addRow(tr("Arm"), self._arm)
        hint = QLabel(
            tr(
                "A study is made with: hcc-viewer reader-study create FOLDER --cases CATALOGUE. "
                "Slices with HCC are marked with the space bar; the time is taken from the image "
                "shown to the answer saved."
            )
        )
        hint.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(hint)
        layout.addWidget(self._message)
        layout.addWidget(self._buttons)
        resize_within_screen(self, 520, 240)

    def _ask_for_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("Folder of the study"))
        if name:
            self._folder.setText(name)

    def start(self) -> None:
        """Open the study's window, or say why not; a worker reads the study and loads the model."""
        from hcc_viewer.gui.reader_study.app import prepare

        study, reader = Path(self._folder.text()), self._reader.text()
        arm = self._arm.currentData()
        self._start.setEnabled(False)
        self._message.clear()
        self._runner.start(lambda _: prepare(study, reader, arm))

    def done(self, result: int) -> None:
        """Let the worker end first."""
        self._runner.shutdown()
        super().done(result)

    def _say_why_not(self, text: str) -> None:
        self._message.setText(tr_phrase(text))
        self._start.setEnabled(True)

    def _open(self, prepared: object) -> None:
        from hcc_viewer.gui.reader_study.window import ReaderStudyWindow

        assert isinstance(prepared, tuple)
        window = ReaderStudyWindow(*prepared)
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.window_of_study = window
        window.show()
        self.close()
