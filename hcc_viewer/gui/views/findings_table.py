"""Tables of results: findings, and flagged slices. Going to a row shows its slice."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.item_models import ID_ROLE
from hcc_viewer.gui.views.placeholder import paint_placeholder

LEAST_ROWS = 3
"""Rows that are seen at once in the smallest window."""


class ResultTable(QTableView):
    """A table whose rows are places to go to.

    Signals:
        item_requested: Go to the item with this id: clicked, reached by key.
        item_opened: The user double-clicked it or pressed Enter: go there and read on.
    """

    item_requested = Signal(int)
    item_opened = Signal(int)

    def __init__(
        self,
        model: QAbstractTableModel,
        name: str,
        title: str,
        wide_column: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(30)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(wide_column, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(24)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._placeholder = ""
        self._is_told = False
        self._connect_signals()

    def _connect_signals(self) -> None:
        self.clicked.connect(self._on_clicked)
        self.activated.connect(self._on_activated)

    def sizeHint(self) -> QSize:
        """No more than it needs: what is left of the panel is its own anyway."""
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        """The header and some rows; a table without a row says nothing."""
        rows = LEAST_ROWS * self.verticalHeader().defaultSectionSize()
        height = self.horizontalHeader().sizeHint().height() + rows + 2 * self.frameWidth()
        return QSize(super().minimumSizeHint().width(), height)

    def set_placeholder(self, text: str) -> None:
        """What the table says while it is empty."""
        self._placeholder = text
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the table, or what it says while it is empty."""
        super().paintEvent(event)
        paint_placeholder(self, self._placeholder)

    def set_row(self, row: int | None) -> None:
        """Mark a row, without asking to go there."""
        if row is not None and row == self.currentIndex().row():
            return
        self._is_told = True
        if row is None:
            self.selectionModel().clear()
        else:
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
            rows = QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().setCurrentIndex(self.model().index(row, 0), flags | rows)
        self._is_told = False

    def currentChanged(
        self,
        current: QModelIndex | QPersistentModelIndex,
        previous: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Go where the user went by key or click."""
        super().currentChanged(current, previous)
        if current.isValid() and not self._is_told:
            self.item_requested.emit(int(current.data(ID_ROLE)))

    def _on_clicked(self, index: QModelIndex) -> None:
        """Go there again: the user may have scrolled away from the row that is still current."""
        self.item_requested.emit(int(index.data(ID_ROLE)))

    def _on_activated(self, index: QModelIndex) -> None:
        self.item_opened.emit(int(index.data(ID_ROLE)))


def make_findings_table(model: QAbstractTableModel, parent: QWidget | None = None) -> ResultTable:
    """The findings, the most probable first."""
    return ResultTable(model, "findings_table", tr("Findings"), 5, parent)


def make_slices_table(model: QAbstractTableModel, parent: QWidget | None = None) -> ResultTable:
    """The flagged slices, foot to head."""
    return ResultTable(model, "flagged_slices_table", tr("Flagged slices"), 1, parent)
