"""The page of PACS addresses, with a test of each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from hcc_viewer.errors import HccViewerError
from hcc_viewer.gui.dialogs.fit import resize_within_screen
from hcc_viewer.gui.dialogs.pacs import NetworkDialog
from hcc_viewer.gui.i18n import tr, tr_phrase
from hcc_viewer.gui.views.naming import named
from hcc_viewer.gui.views.part_scroll import PartScroll

if TYPE_CHECKING:
    from hcc_viewer.gui.controllers.network import NetworkController
    from hcc_viewer.pacs import PacsSettings, Peer

_TEXTS = {
    "name": "Name",
    "host": "Address",
    "ae_title": "AE title",
    "tls_ca_file": "TLS: authority's certificate",
    "tls_certificate_file": "TLS: own certificate",
    "tls_key_file": "TLS: own key",
}
"""Fields of a peer that are text."""


class PacsSettingsDialog(NetworkDialog):
    """One PACS at a time; the first box chooses which, or a new one."""

    def __init__(
        self, settings: PacsSettings, controller: NetworkController, parent: QWidget
    ) -> None:
        super().__init__("pacs_settings_dialog", tr("PACS addresses"), controller, parent)
        self._settings = settings
        self.which = named(QComboBox(), "pacs_which_box", tr("PACS"))
        self.texts = {name: named(QLineEdit(), f"pacs_{name}_field") for name in _TEXTS}
        self.port = _port_box("pacs_port_box", 104)
        self.tls = named(QCheckBox(), "pacs_tls_box", tr("TLS"))
        self.retrieve = named(QComboBox(), "pacs_retrieve_box", tr("Retrieve by"))
        self.retrieve.addItem("C-GET", "get")
        self.retrieve.addItem("C-MOVE", "move")
        self.own_title = named(QLineEdit(settings.own_ae_title), "pacs_own_title_field")
        self.store_port = _port_box("pacs_store_port_box", settings.store_port)
        self.commitment = named(QCheckBox(), "pacs_commitment_box")
        self.commitment.setChecked(settings.ask_commitment)
        self.save_button = named(QPushButton(tr("Save")), "pacs_save_button", tr("Save"))
        self.test_button = named(QPushButton(tr("Test")), "pacs_test_button", tr("Test"))
        self.remove_button = named(QPushButton(tr("Remove")), "pacs_remove_button", tr("Remove"))
        self._lay_out()
        self.set_busy_widgets(self.save_button, self.test_button, self.remove_button)
        self.which.currentIndexChanged.connect(self._show_peer)
        self.save_button.clicked.connect(self.save)
        self.test_button.clicked.connect(self.test)
        self.remove_button.clicked.connect(self.remove)
        self._fill(0)
        resize_within_screen(self, 520, 560)

    def _lay_out(self) -> None:
        content = QWidget()
        form = QFormLayout(content)
        form.setContentsMargins(0, 0, 0, 0)
        rows: list[tuple[str, QWidget]] = [(tr("PACS"), self.which)]
        rows += [(tr(_TEXTS[name]), self.texts[name]) for name in ("name", "host")]
        rows += [(tr("Port"), self.port), (tr("AE title"), self.texts["ae_title"])]
        rows += [(tr("Retrieve by"), self.retrieve), (tr("TLS"), self.tls)]
        rows += [(tr(text), self.texts[name]) for name, text in _TEXTS.items() if "tls" in name]
        rows += [(tr("This program's AE title"), self.own_title)]
        rows += [(tr("This program's store port"), self.store_port)]
        rows += [(tr("Ask for confirmation of storage"), self.commitment)]
        for title, widget in rows:
            widget.setAccessibleName(title)
            form.addRow(title, widget)
        buttons = QHBoxLayout()
        for button in (self.test_button, self.remove_button, self.save_button):
            buttons.addWidget(button)
        self.body.addWidget(PartScroll(content, "pacs_settings_scroll"), 1)
        self.body.addLayout(buttons)

    def _fill(self, index: int) -> None:
        """Show the list of PACS, and one of them."""
        self.which.blockSignals(True)
        self.which.clear()
        for peer in self._settings.peers:
            self.which.addItem(peer.name or peer.title)
        self.which.addItem(tr("A new one"))
        self.which.setCurrentIndex(index)
        self.which.blockSignals(False)
        self._show_peer(index)

    def _show_peer(self, index: int) -> None:
        peers = self._settings.peers
        peer = peers[index] if index < len(peers) else None
        for name, field in self.texts.items():
            field.setText("" if peer is None else str(getattr(peer, name)))
        self.port.setValue(104 if peer is None else peer.port)
        self.tls.setChecked(peer is not None and peer.tls)
        way = "get" if peer is None else peer.retrieve
        self.retrieve.setCurrentIndex(self.retrieve.findData(way))
        self.remove_button.setEnabled(peer is not None)

    def edited(self) -> tuple[Peer, PacsSettings] | None:
        """The PACS and the settings as the page shows them; None, with a word, if they are bad."""
        from hcc_viewer.pacs import Peer

        texts = {name: field.text().strip() for name, field in self.texts.items()}
        try:
            peer = Peer(
                texts["host"],
                ae_title=texts["ae_title"],
                name=texts["name"],
                tls_ca_file=texts["tls_ca_file"],
                tls_certificate_file=texts["tls_certificate_file"],
                tls_key_file=texts["tls_key_file"],
                port=self.port.value(),
                tls=self.tls.isChecked(),
                retrieve=self.retrieve.currentData(),
            )
            settings = replace(
                self._settings,
                own_ae_title=self.own_title.text().strip(),
                store_port=self.store_port.value(),
                ask_commitment=self.commitment.isChecked(),
            )
        except ValueError as error:
            self.status.setText(
                tr("This cannot be used: {reason}.").format(reason=tr_phrase(str(error)))
            )
            return None
        return peer, settings

    def test(self) -> None:
        """Ask the PACS whether it answers."""
        edited = self.edited()
        if edited is None:
            return
        peer, settings = edited
        verify = self.controller.services.verify
        self.work(
            tr("Asking {peer}…").format(peer=peer.title),
            lambda context: verify(peer, settings, context),
            lambda text: self.status.setText(str(text)),
        )

    def save(self) -> None:
        """Keep what the page shows."""
        edited = self.edited()
        if edited is not None:
            peer, settings = edited
            index, peers = self.which.currentIndex(), list(settings.peers)
            peers[index : index + 1] = [peer]
            self._keep(replace(settings, peers=tuple(peers)), index)

    def remove(self) -> None:
        """Forget the PACS that the page shows."""
        peers = list(self._settings.peers)
        del peers[self.which.currentIndex()]
        self._keep(replace(self._settings, peers=tuple(peers)), 0)

    def _keep(self, settings: PacsSettings, index: int) -> None:
        try:
            self.controller.services.save_settings(settings)
        except HccViewerError as error:
            self.status.setText(tr_phrase(str(error)))
            return
        self._settings = settings
        self._fill(index)
        self.status.setText(tr("Saved."))


def _port_box(name: str, value: int) -> QSpinBox:
    box = named(QSpinBox(), name)
    box.setRange(1, 65535)
    box.setValue(value)
    return box
