"""The page that finds studies in a PACS and fetches one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import (
    QAbstractItemView,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from hcc_viewer.gui.dialogs.fit import resize_within_screen
from hcc_viewer.gui.dialogs.pacs import NetworkDialog, peer_box
from hcc_viewer.gui.i18n import plural, tr, tr_phrase
from hcc_viewer.gui.views.naming import named
from hcc_viewer.names import name_text

if TYPE_CHECKING:
    from hcc_viewer.gui.controllers.network import NetworkController
    from hcc_viewer.pacs import PacsSettings, StudyMatch

_HEADINGS = ("Date", "Patient", "Patient ID", "Description", "Modalities", "Images")

_FIELDS = {
    "patient_id": "Patient ID",
    "patient_name": "Patient name",
    "date_from": "From (YYYYMMDD)",
    "date_to": "To (YYYYMMDD)",
    "modality": "Modality",
}


class FetchDialog(NetworkDialog):
    """Asks for patient, dates and modality, lists what matches, fetches what is chosen."""

    def __init__(
        self, settings: PacsSettings, controller: NetworkController, parent: QWidget
    ) -> None:
        super().__init__("fetch_dialog", tr("Fetch a study from a PACS"), controller, parent)
        self._settings = settings
        self._matches: list[StudyMatch] = []
        self._earlier = ""
        self.peers = peer_box(settings.peers, "fetch_peer_box")
        self.fields = {name: named(QLineEdit(), f"fetch_{name}_field") for name in _FIELDS}
        self.fields["modality"].setText("MR")
        self.find_button = named(QPushButton(tr("Find")), "find_button", tr("Find"))
        self.fetch_button = named(QPushButton(tr("Fetch and open")), "fetch_button")
        self.table = self._make_table()
        form = QFormLayout()
        form.addRow(tr("PACS"), self.peers)
        for name, field in self.fields.items():
            field.setAccessibleName(tr(_FIELDS[name]))
            form.addRow(tr(_FIELDS[name]), field)
        buttons = QHBoxLayout()
        buttons.addWidget(self.find_button)
        buttons.addWidget(self.fetch_button)
        self.body.addLayout(form)
        self.body.addWidget(self.table, 1)
        self.body.addLayout(buttons)
        self.set_busy_widgets(self.find_button, self.fetch_button, self.table, self.peers)
        self.find_button.setDefault(True)
        self.fetch_button.setEnabled(False)
        self._connect_signals()
        resize_within_screen(self, 760, 560)

    def _make_table(self) -> QTableWidget:
        table = named(QTableWidget(0, len(_HEADINGS)), "fetch_table", tr("Studies"))
        table.setHorizontalHeaderLabels([tr(text) for text in _HEADINGS])
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.verticalHeader().hide()
        table.horizontalHeader().setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        return table

    def _connect_signals(self) -> None:
        self.find_button.clicked.connect(self._find)
        self.fetch_button.clicked.connect(self._fetch)
        self.table.itemSelectionChanged.connect(self._on_selection)
        self.table.doubleClicked.connect(self._fetch)

    def take_failure(self, text: str) -> None:
        """The work ended with a sentence; an earlier copy of what was to be fetched is named."""
        super().take_failure(f"{text} {self._earlier}".strip())

    def _find(self) -> None:
        from hcc_viewer.pacs import StudyQuery

        self._earlier = ""
        try:
            query = StudyQuery(**{name: field.text() for name, field in self.fields.items()})
        except ValueError as error:
            self.status.setText(
                tr("The query is refused: {reason}.").format(reason=tr_phrase(str(error)))
            )
            return
        peer, settings = self.peers.currentData(), self._settings
        find = self.controller.services.find
        self.work(
            tr("Asking {peer}…").format(peer=peer.title),
            lambda context: find(peer, query, settings, context),
            self._show_matches,
        )

    def _show_matches(self, result: object) -> None:
        self._matches = cast("list[StudyMatch]", result)
        self.table.setRowCount(len(self._matches))
        for row, match in enumerate(self._matches):
            amount = "" if match.instances is None else str(match.instances)
            who = (match.study_date, name_text(match.patient_name), match.patient_id)
            for column, text in enumerate((*who, match.description, match.modalities, amount)):
                self.table.setItem(row, column, QTableWidgetItem(text))
        if self._matches:
            self.table.selectRow(0)
        count = len(self._matches)
        self.status.setText(plural(count, "1 study matches.", "{count} studies match."))
        self._on_selection()

    def _on_selection(self) -> None:
        self.fetch_button.setEnabled(bool(self.table.selectedItems()))

    def _fetch(self) -> None:
        """Fetch what is chosen; what is here already stays, and is enough where it is all."""
        from hcc_viewer.pacs import instances_in

        row = self.table.currentRow()
        if not 0 <= row < len(self._matches):
            return
        peer, settings = self.peers.currentData(), self._settings
        uid, folder = self._matches[row].study_instance_uid, self.controller.fetch_folder()
        there, here = self._matches[row].instances, len(instances_in(folder / uid))
        if here and there is not None and here >= there:
            self._open(folder / uid)
            return
        earlier = tr("An earlier copy is in '{folder}'.").format(folder=folder / uid)
        self._earlier = earlier if here else ""
        fetch = self.controller.services.fetch
        self.work(
            tr("Fetching from {peer}…").format(peer=peer.title),
            lambda context: fetch(peer, uid, folder, settings, context),
            self._open,
        )

    def _open(self, place: object) -> None:
        self.controller.open_fetched(cast("Path", place))
        self.close()
