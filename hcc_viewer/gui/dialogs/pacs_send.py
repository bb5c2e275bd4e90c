"""The page that sends the shown result to a PACS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QGroupBox,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from hcc_viewer import RESEARCH_USE
from hcc_viewer.gui.dialogs.fit import resize_within_screen
from hcc_viewer.gui.dialogs.pacs import NetworkDialog, peer_box
from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.views.naming import named

if TYPE_CHECKING:
    from hcc_viewer.dicom import Series
    from hcc_viewer.gui.controllers.network import NetworkController
    from hcc_viewer.pacs import PacsSettings

OBJECTS = {
    "sr": "Findings and decisions as structured report",
    "ko": "Flagged slices and key images as key objects",
    "sc": "Flagged slices with heat map as pictures",
    "epdf": "The report as PDF",
    "gsps": "Marks on the original images",
    "pm": "The map's numbers",
}
"""What can be sent, in the order of the page."""

CHOSEN = ("sr", "ko", "sc")


class SendDialog(NetworkDialog):
    """Chooses objects and a PACS; sends what is shown of its series when the button is pressed."""

    def __init__(
        self,
        settings: PacsSettings,
        series: Series,
        controller: NetworkController,
        parent: QWidget,
    ) -> None:
        super().__init__("send_dialog", tr("Send results to a PACS"), controller, parent)
        self._settings, self._series = settings, series
        self.series_label = named(QLabel(_name(series)), "send_series_label", tr("Series"))
        self.series_label.setTextFormat(Qt.TextFormat.PlainText)
        self.series_label.setWordWrap(True)
        self.peers = peer_box(settings.peers, "send_peer_box")
        self.boxes = {name: QCheckBox(tr(text)) for name, text in OBJECTS.items()}
        group = named(QGroupBox(tr("Objects")), "send_objects", tr("Objects"))
        inside = QVBoxLayout(group)
        for name, box in self.boxes.items():
            inside.addWidget(named(box, f"send_{name}_box", tr(OBJECTS[name])))
            box.setChecked(name in CHOSEN)
        self.send_button = named(QPushButton(tr("Send")), "send_button", tr("Send"))
        self.send_button.setDefault(True)
        self.send_button.clicked.connect(self._send)
        form = QFormLayout()
        form.addRow(tr("Series"), self.series_label)
        form.addRow(tr("PACS"), self.peers)
        self.body.addLayout(form)
        self.body.addWidget(group)
        self.body.addWidget(self.send_button)
        self.set_busy_widgets(self.peers, group, self.send_button)
        self.status.setText(tr("The objects carry the patient's identity. ") + tr(RESEARCH_USE))
        resize_within_screen(self, 460, 380)

    def _send(self) -> None:
        formats = [name for name, box in self.boxes.items() if box.isChecked()]
        if not formats:
            self.status.setText(tr("Choose at least one kind of object."))
            return
        results = self.controller.results()
        if results is None or results.detection.series.key != self._series.key:
            text = tr("The result of {series} is not shown now; show it again, or close this page.")
            self.status.setText(text.format(series=_name(self._series)))
            return
        peer, settings = self.peers.currentData(), self._settings
        send = self.controller.services.send
        self.work(
            tr("Sending to {peer}…").format(peer=peer.title),
            lambda context: send(peer, results, formats, settings, context),
            lambda text: self.status.setText(str(text)),
        )


def _name(series: Series) -> str:
    number = series.acquisition.series_number
    return series.title if number is None else f"{number}: {series.title}"
