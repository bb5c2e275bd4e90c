"""The header of the shown image, with a line to search it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSortFilterProxyModel, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from hcc_viewer.gui.dialogs.fit import resize_within_screen
from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.views.naming import named

if TYPE_CHECKING:
    from hcc_viewer.dicom.elements import Element

INDENT = "    "
"""Before the name of an element, for each sequence that it lies in."""


class HeaderDialog(QDialog):
    """A table of elements; it is empty until it is given some."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("header_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("DICOM header"))
        self._title = named(QLabel(title), "header_title")
        self._search = named(QLineEdit(), "header_search", tr("Search in the header"))
        self._search.setPlaceholderText(tr("Search: tag, name or value"))
        self._search.setClearButtonEnabled(True)
        self._status = named(QLabel(tr("Reading…")), "header_status")
        self._model = QStandardItemModel(0, 4, self)
        self._model.setHorizontalHeaderLabels([tr("Tag"), tr("Name"), tr("VR"), tr("Value")])
        self._found = QSortFilterProxyModel(self)
        self._found.setSourceModel(self._model)
        self._found.setFilterKeyColumn(-1)
        self._found.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._search.textChanged.connect(self._filter)
        layout = QVBoxLayout(self)
        for widget in (self._title, self._search, self._make_table(), self._status):
            layout.addWidget(widget)
        resize_within_screen(self, 820, 620)

    def _make_table(self) -> QTableView:
        table = named(QTableView(), "header_table", tr("DICOM header"))
        table.setModel(self._found)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(24)
        for column, width in enumerate((110, 300, 44)):
            table.setColumnWidth(column, width)
        table.horizontalHeader().setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        return table

    def set_elements(self, elements: Sequence[Element], *, is_identity_hidden: bool) -> None:
        """Show these alone; what tells of the patient is left out while the identity is hidden."""
        self._model.removeRows(0, self._model.rowCount())
        for one in elements:
            value = one.value
            if is_identity_hidden and one.is_identifying:
                value = tr("hidden")
            cells = (one.tag, INDENT * one.depth + one.name, one.vr, value)
            self._model.appendRow([QStandardItem(cell) for cell in cells])
        self._tell()

    def set_failure(self, text: str) -> None:
        """Say why there is nothing to see."""
        self._status.setText(text)

    def _filter(self, text: str) -> None:
        self._found.setFilterFixedString(text.strip())
        self._tell()

    def _tell(self) -> None:
        text = tr("{shown} of {count} elements")
        shown, count = self._found.rowCount(), self._model.rowCount()
        self._status.setText(text.format(shown=shown, count=count))
