from dataclasses import replace

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMessageBox, QPushButton, QTableWidget, QTextBrowser

from hcc_viewer.detection import model_store
from hcc_viewer.gui.dialogs.models import ModelsDialog, ask_whether_to_remove
from tests.detection.make_model import make_model
from tests.gui.fakes import CARD


@pytest.fixture
def file(tmp_path):
    folder = tmp_path / "given"
    folder.mkdir()
    return make_model(folder)


@pytest.fixture
def dialog(qtbot, file):
    dialog = ModelsDialog(choose_file=lambda parent: file, confirm_removal=lambda *_: True)
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


def test_model_is_kept_when_the_question_is_denied(qtbot, dialog):
    click(qtbot, dialog, "install_model_button")
    dialog._confirm_removal = lambda parent, label: False
    click(qtbot, dialog, "remove_model_button")
    assert dialog.findChild(QTableWidget, "models_table").rowCount() == 2


def test_question_before_removal_names_the_model_and_denies_by_default(qtbot, dialog):
    seen = []

    def answer():
        box = dialog.findChild(QMessageBox, "remove_model_dialog")
        seen.append(box.text())
        qtbot.mouseClick(box.defaultButton(), Qt.MouseButton.LeftButton)

    QTimer.singleShot(0, answer)
    assert not ask_whether_to_remove(dialog, "spots 1.2.3")
    assert "spots 1.2.3" in seen[0]


def test_model_is_shown_beside_the_one_in_use(qtbot, dialog):
    details = dialog.findChild(QTextBrowser, "model_details")
    assert "in use" not in details.toPlainText()
    click(qtbot, dialog, "install_model_button")
    text = details.toPlainText()
    assert "spots 1.2.3" in text
    assert "hcc-hbp" in text
    assert "measured on different cases" in text


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


def test_shown_result_keeps_the_name_of_its_model_and_loses_the_figures_of_another(
    qtbot, detected_window
):
    panel = detected_window.findChild(QLabel, "operating_point_label")
    banner = detected_window.findChild(QLabel, "model_label")
    assert panel.isVisible()
    other = replace(CARD, name="other-cnn")
    detected_window.session.set_model(other, "other-cnn 0.1 (0123456789ab)")
    assert "fake-cnn" in banner.text()
    assert "other-cnn" not in banner.text()
    assert not panel.isVisible()
    detected_window.session.set_model(CARD, "fake-cnn 0.1 (0123456789ab)")
    assert panel.isVisible()


def test_model_in_use_is_named_where_no_result_is_shown(qtbot, open_window):
    open_window.session.set_model(replace(CARD, name="other-cnn"), "other-cnn 0.1 (0123456789ab)")
    assert "other-cnn" in open_window.findChild(QLabel, "model_label").text()
