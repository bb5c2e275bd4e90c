"""The dialog of model files: which there are, which is used, install, choose, remove."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHeaderView,
    QLabel,
    QMessageBox,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from hcc_viewer.errors import HccViewerError
from hcc_viewer.gui.dialogs.fit import resize_within_screen
from hcc_viewer.gui.i18n import tr, tr_phrase
from hcc_viewer.gui.views.naming import named, translated_buttons

if TYPE_CHECKING:
    from hcc_viewer.detection.model_store import StoredModel

COLUMNS = ("Used", "Model", "Trained on")

ChooseFile = Callable[[QWidget], "Path | None"]


def ask_for_model_file(parent: QWidget) -> Path | None:
    """Ask for a model file."""
    kinds = tr("Model files (*.onnx)")
    name, _ = QFileDialog.getOpenFileName(parent, tr("Install a model"), "", kinds)
    return Path(name) if name else None


def ask_whether_to_remove(parent: QWidget, label: str) -> bool:
    """Ask before a model file is deleted."""
    box = QMessageBox(parent)
    box.setObjectName("remove_model_dialog")
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(tr("Remove the model?"))
    box.setText(tr("Remove {}? Its file is deleted from this program's folder.").format(label))
    remove = box.addButton(tr("Remove"), QMessageBox.ButtonRole.DestructiveRole)
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    cancel.setText(tr("Cancel"))
    box.setDefaultButton(cancel)
    box.exec()
    return box.clickedButton() is remove


class ModelsDialog(QDialog):
    """Lists the model files and changes them; what it shows is read anew after each change.

    A model that is not used is shown beside the one that is.

    Signals:
        model_chosen: Another model is used from now on; it must be loaded.
    """

    model_chosen = Signal()

    def __init__(
        self,
        parent: QWidget | None = None,
        choose_file: ChooseFile = ask_for_model_file,
        confirm_removal: Callable[[QWidget, str], bool] = ask_whether_to_remove,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("models_dialog")
        self.setWindowTitle(tr("Models"))
        self.setAccessibleName("Models")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._choose_file = choose_file
        self._confirm_removal = confirm_removal
        self._models: tuple[StoredModel, ...] = ()
        self._table = self._make_table()
        self._details = named(QTextBrowser(), "model_details")
        self._details.setAccessibleName("Model card")
        self._message = named(QLabel(), "models_message")
        self._message.setWordWrap(True)
        self._install = named(QPushButton(tr("&Install…")), "install_model_button")
        self._choose = named(QPushButton(tr("&Use this model")), "choose_model_button")
        self._remove = named(QPushButton(tr("&Remove")), "remove_model_button")
        self._arrange()
        self._connect_signals()
        resize_within_screen(self, 720, 460)
        self.read_models()

    def _make_table(self) -> QTableWidget:
        table = named(QTableWidget(0, len(COLUMNS)), "models_table")
        table.setAccessibleName("Models")
        table.setHorizontalHeaderLabels([tr(name) for name in COLUMNS])
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(len(COLUMNS) - 1, QHeaderView.ResizeMode.Stretch)
        table.verticalHeader().hide()
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        return table

    def _arrange(self) -> None:
        buttons = translated_buttons(QDialogButtonBox(QDialogButtonBox.StandardButton.Close))
        for button in (self._install, self._choose, self._remove):
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.addWidget(self._table, 2)
        layout.addWidget(self._details, 3)
        layout.addWidget(self._message)
        layout.addWidget(buttons)

    def _connect_signals(self) -> None:
        self._table.itemSelectionChanged.connect(self._show_details)
        self._install.clicked.connect(self.install)
        self._choose.clicked.connect(self.choose)
        self._remove.clicked.connect(self.remove)

    @property
    def selected(self) -> StoredModel | None:
        """The model of the selected row."""
        row = self._table.currentRow()
        return self._models[row] if 0 <= row < len(self._models) else None

    def read_models(self, key: str = "") -> None:
        """Show what there is now, and select the model of this key or the one that is used."""
        from hcc_viewer.detection.model_store import stored_models

        self._models = stored_models()
        self._table.blockSignals(True)  # the details are shown once, at the end
        self._table.setRowCount(len(self._models))
        for row, model in enumerate(self._models):
            trained = model.problem if model.card is None else model.card.trained_on
            for column, text in enumerate(("✓" if model.is_chosen else "", model.label, trained)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self._table.setItem(row, column, item)
        wanted = [i for i, m in enumerate(self._models) if (m.key == key if key else m.is_chosen)]
        self._table.selectRow(wanted[0] if wanted else 0)
        self._table.blockSignals(False)
        self._show_details()

    def install(self) -> None:
        """Ask for a file and take it up."""
        from hcc_viewer.detection.model_store import install_model

        path = self._choose_file(self)
        if path is not None:
            self._do(lambda: install_model(path), tr("Installed {}. Choose it to use it."))

    def choose(self) -> None:
        """Use the selected model from now on."""
        from hcc_viewer.detection.model_store import choose_model

        model = self.selected
        if model is not None and self._do(lambda: choose_model(model.key), tr("{} is used now.")):
            self.model_chosen.emit()

    def remove(self) -> None:
        """Remove the selected model; where it was used, the bundled one is used again."""
        from hcc_viewer.detection.model_store import remove_model

        model = self.selected
        if model is None or not self._confirm_removal(self, model.label):
            return
        if self._do(lambda: remove_model(model.key), tr("Removed {}.")):
            if model.is_chosen:
                self.model_chosen.emit()
            self.read_models()

    def _do(self, change: Callable[[], StoredModel], words: str) -> bool:
        """Change something and say so, or say why not."""
        try:
            model = change()
        except HccViewerError as error:
            self._say(tr_phrase(str(error)), is_error=True)
            return False
        self.read_models(model.key)
        self._say(words.format(model.label))
        return True

    def _say(self, text: str, *, is_error: bool = False) -> None:
        self._message.setText(text)
        self._message.setProperty("error", is_error)
        self._message.style().polish(self._message)

    def _show_details(self) -> None:
        model = self.selected
        used = next((other for other in self._models if other.is_chosen), None)
        self._details.setHtml("" if model is None else details_html(model, used))
        self._choose.setEnabled(model is not None and not model.problem and not model.is_chosen)
        self._remove.setEnabled(model is not None and not model.is_bundled)


def details_html(model: StoredModel, used: StoredModel | None = None) -> str:
    """The card of a model as a table, beside that of the one in use; or why it cannot be used."""
    from hcc_viewer.detection.model_store import comparison, concerns

    if model.card is None:
        return f"<p>{escape(model.problem)}</p>"
    beside = () if used is None or used.card is None or used.key == model.key else (used.card,)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(text)}&nbsp;&nbsp;</td>" for text in row) + "</tr>"
        for row in comparison((model.card, *beside))
    )
    heads = ("", tr("selected"), tr("in use")) if beside else ()
    head = "".join(f"<th align='left'>{escape(text)}</th>" for text in heads)
    notes = list(concerns(model.card))
    if beside:
        notes.append(
            tr(
                "The two were measured on different cases unless the cards say the same. To "
                "compare them, measure both on cases of your own (evaluate --cases --model2)."
            )
        )
    said = "".join(f"<p>{escape(text)}</p>" for text in notes)
    description = f"<p>{escape(model.card.description)}</p>"
    return f"{description}<table><tr>{head}</tr>{rows}</table>{said}"
