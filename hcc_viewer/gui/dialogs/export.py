"""The page that chooses what of the shown result is exported, and where."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from hcc_viewer import RESEARCH_USE
from hcc_viewer.gui.dialogs.fit import resize_within_screen
from hcc_viewer.gui.dialogs.pacs_send import OBJECTS
from hcc_viewer.gui.export_choice import ExportChoice, folder_state
from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.views.naming import named

DOCUMENTS = {
    "pdf": "Report as PDF",
    "png": "Pages as pictures (PNG)",
    "csv": "Tables of slices and findings (CSV)",
}
"""What people read; `result.json` comes with every export."""

_STATES = {
    "none": "Choose a folder.",
    "free": "The files go into this folder.",
    "report": "An earlier report is in this folder.",
    "other": "Other files are in this folder; a new folder is made in it.",
    "file": "That is a file; choose a folder.",
}


class ExportDialog(QDialog):
    """Asks for formats, DICOM objects, identity, paper and folder.

    Signals:
        chosen: The user confirmed this `ExportChoice`.
    """

    chosen = Signal(object)

    def __init__(
        self,
        folder: str,
        formats: Sequence[str],
        paper_size: str,
        browse: Callable[[str], Path | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("export_dialog")
        self.setAccessibleName(tr("Export the result"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Export the result"))
        self._browse = browse
        self.boxes: dict[str, QCheckBox] = {}
        layout = QVBoxLayout(self)
        layout.addWidget(self._make_group("export_documents", tr("For people"), DOCUMENTS, formats))
        layout.addWidget(self._make_identity(paper_size))
        layout.addWidget(
            self._make_group("export_objects", tr("DICOM objects, for a PACS"), OBJECTS, formats)
        )
        note = QLabel(tr("The objects carry the patient's identity. ") + tr(RESEARCH_USE))
        note.setWordWrap(True)
        layout.addWidget(note)
        layout.addLayout(self._make_folder(folder))
        layout.addWidget(self._make_buttons())
        self._connect_signals()
        self._show_state()
        resize_within_screen(self, 520, 520)

    def _make_group(
        self, name: str, title: str, kinds: Mapping[str, str], formats: Sequence[str]
    ) -> QGroupBox:
        group = named(QGroupBox(title), name, title)
        inside = QVBoxLayout(group)
        for kind, text in kinds.items():
            box = named(QCheckBox(tr(text)), f"export_{kind}_box", tr(text))
            box.setChecked(kind in formats)
            self.boxes[kind] = box
            inside.addWidget(box)
        return group

    def _make_identity(self, paper_size: str) -> QWidget:
        self.identity = named(
            QCheckBox(tr("Name the patient in report, pictures and tables")), "export_identity_box"
        )
        self.paper = named(QComboBox(), "export_paper_box", tr("Paper size"))
        for size, title in (("a4", "A4"), ("letter", "Letter")):
            self.paper.addItem(title, size)
        self.paper.setCurrentIndex(max(0, self.paper.findData(paper_size)))
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.identity, 1)
        layout.addWidget(QLabel(tr("Paper size")))
        layout.addWidget(self.paper)
        return row

    def _make_folder(self, folder: str) -> QVBoxLayout:
        self.folder = named(QLineEdit(folder), "export_folder_field", tr("Folder"))
        self.browse_button = named(QPushButton(tr("Browse…")), "export_browse_button")
        self.browse_button.setAutoDefault(False)
        self.replace = named(
            QCheckBox(tr("Replace it; otherwise a new folder is made in it")), "export_replace_box"
        )
        self.status = named(QLabel(), "export_status", tr("Folder"))
        self.status.setWordWrap(True)
        row = QHBoxLayout()
        row.addWidget(QLabel(tr("Folder")))
        row.addWidget(self.folder, 1)
        row.addWidget(self.browse_button)
        column = QVBoxLayout()
        column.addLayout(row)
        column.addWidget(self.status)
        column.addWidget(self.replace)
        return column

    def _make_buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox()
        self.export_button = named(QPushButton(tr("Export")), "export_button", tr("Export"))
        self.export_button.setDefault(True)
        buttons.addButton(self.export_button, QDialogButtonBox.ButtonRole.AcceptRole)
        cancel = buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        cancel.setText(tr("Cancel"))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        return buttons

    def _connect_signals(self) -> None:
        self.folder.textChanged.connect(self._show_state)
        self.browse_button.clicked.connect(self._on_browse)
        for box in self.boxes.values():
            box.toggled.connect(self._show_state)
        self.accepted.connect(lambda: self.chosen.emit(self.choice()))

    def choice(self) -> ExportChoice:
        """The export as the page shows it."""
        return ExportChoice(
            Path(self.folder.text().strip()).expanduser().absolute(),
            self._formats(),
            self.identity.isChecked(),
            self.paper.currentData(),
            self.replace.isChecked(),
        )

    def _formats(self) -> tuple[str, ...]:
        return tuple(kind for kind, box in self.boxes.items() if box.isChecked())

    def _on_browse(self) -> None:
        folder = self._browse(self.folder.text().strip())
        if folder is not None:
            self.folder.setText(str(folder))

    def _show_state(self) -> None:
        """Say what will become of the folder, and whether that can be done."""
        state = folder_state(self.folder.text())
        has_formats = bool(self._formats())
        text = tr(_STATES[state])
        self.status.setText(text if has_formats else tr("Choose at least one kind of file."))
        self.replace.setVisible(state == "report")
        self.export_button.setEnabled(has_formats and state not in ("none", "file"))
