"""What the dialogs of the network share: choice of a PACS, progress, cancel, and the outcome."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from hcc_viewer.gui.i18n import tr
from hcc_viewer.gui.jobs import Job
from hcc_viewer.gui.views.naming import named

if TYPE_CHECKING:
    from hcc_viewer.gui.controllers.network import NetworkController
    from hcc_viewer.pacs import Peer


class NetworkDialog(QDialog):
    """A page that does not block the window; closing it stops its work."""

    def __init__(
        self, name: str, title: str, controller: NetworkController, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.controller = controller
        self._on_result: Callable[[object], None] | None = None
        self._busy_widgets: Sequence[QWidget] = ()
        self.status = named(QLabel(), f"{name}_status", tr("Outcome"))
        self.status.setWordWrap(True)
        self.status.setTextFormat(Qt.TextFormat.PlainText)
        self.progress = named(QProgressBar(), f"{name}_progress", tr("Progress"))
        self.progress.hide()
        buttons = QDialogButtonBox()
        self.cancel_button = named(QPushButton(tr("Cancel")), f"{name}_cancel_button")
        self.cancel_button.setEnabled(False)
        buttons.addButton(self.cancel_button, QDialogButtonBox.ButtonRole.ActionRole)
        close = buttons.addButton(QDialogButtonBox.StandardButton.Close)
        close.setText(tr("Close"))
        for button in (self.cancel_button, close):
            button.setAutoDefault(False)
        self.cancel_button.clicked.connect(self.cancel_work)
        buttons.rejected.connect(self.close)
        self.body = QVBoxLayout()
        layout = QVBoxLayout(self)
        layout.addLayout(self.body, 1)
        layout.addWidget(self.status)
        layout.addWidget(self.progress)
        layout.addWidget(buttons)

    def set_busy_widgets(self, *widgets: QWidget) -> None:
        """Say what must rest while work goes on."""
        self._busy_widgets = widgets

    def work(self, text: str, job: Job, on_result: Callable[[object], None]) -> None:
        """Do slow work, show how far it is, and hand its result to `on_result`."""
        self._on_result = on_result
        self._set_busy(True)
        self.status.setText(text)
        self.progress.setRange(0, 0)
        self.controller.run(job)

    def cancel_work(self) -> None:
        """Stop the work."""
        self.controller.cancel()
        self._end(tr("Cancelled."))

    def show_progress(self, done: int, total: int) -> None:
        """Show how far the work is; `total` is 0 while it is not known."""
        self.progress.setRange(0, total)
        self.progress.setValue(done)

    def take_result(self, result: object) -> None:
        """The work is done."""
        self._end("")
        if self._on_result is not None:
            self._on_result(result)

    def take_failure(self, text: str) -> None:
        """The work ended with a sentence; the same button tries again."""
        self._end(text)

    def done(self, result: int) -> None:
        """Stop the work of a dialog that goes; Qt comes here for Esc and for every way to close."""
        self.controller.cancel()
        super().done(result)

    def _end(self, text: str) -> None:
        self._set_busy(False)
        self.status.setText(text)

    def _set_busy(self, is_busy: bool) -> None:
        self.progress.setVisible(is_busy)
        self.cancel_button.setEnabled(is_busy)
        for widget in self._busy_widgets:
            widget.setEnabled(not is_busy)


def peer_box(peers: Sequence[Peer], name: str) -> QComboBox:
    """A choice of PACS; the data is the `Peer`."""
    box = named(QComboBox(), name, tr("PACS"))
    for peer in peers:
        box.addItem(f"{peer.name} ({peer.title})" if peer.name else peer.title, peer)
    return box
