import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QPushButton, QTableWidget

from hcc_viewer.detection import model_store
from hcc_viewer.gui.dialogs.models import ModelsDialog
from tests.detection.make_model import make_model


@pytest.fixture
def file(tmp_path):
    folder = tmp_path / "given"
    folder.mkdir()
    return make_model(folder)


@pytest.fixture
def dialog(qtbot, file):
    dialog = ModelsDialog(choose_file=lambda parent: file)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def click(qtbot, dialog, name):
    qtbot.mouseClick(dialog.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def message(dialog):
    return dialog.findChild(QLabel, "models_message").text()


def test_model_is_installed_chosen_and_removed_by_clicks(qtbot, dialog):
    table = dialog.findChild(QTableWidget, "models_table")
    assert table.rowCount() == 1
    click(qtbot, dialog, "install_model_button")
    assert table.rowCount() == 2
    assert "Installed spots 1.2.3" in message(dialog)
    with qtbot.waitSignal(dialog.model_chosen):
        click(qtbot, dialog, "choose_model_button")
    assert model_store.chosen_model_path().stem.startswith("spots-1.2.3")
    with qtbot.waitSignal(dialog.model_chosen):
        click(qtbot, dialog, "remove_model_button")
    assert table.rowCount() == 1
    assert not dialog.findChild(QPushButton, "remove_model_button").isEnabled()


def test_refused_model_is_told_in_the_dialog(qtbot, dialog, file):
    file.write_bytes(b"no model")
    click(qtbot, dialog, "install_model_button")
    assert "not the one its card describes" in message(dialog)
    assert dialog.findChild(QTableWidget, "models_table").rowCount() == 1


def test_window_loads_the_model_that_was_chosen(qtbot, window):
    window.findChild(QAction, "models_action").trigger()
    dialog = window.findChild(ModelsDialog, "models_dialog")
    assert dialog.isVisible()
    with qtbot.waitSignal(window.session.model_changed):
        dialog.model_chosen.emit()
