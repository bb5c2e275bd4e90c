import logging
from threading import Thread

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QWidget

from hcc_viewer.gui.faults import FaultReporter

logger = logging.getLogger("hcc_viewer.gui.test")


@pytest.fixture
def reporter(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    reporter = FaultReporter(lambda: "HCC Viewer 9.9", window)
    yield reporter
    reporter.stop()


def crash():
    try:
        float("SIM^0001")
    except ValueError:
        logger.exception("Job 1 crashed")


def test_error_in_any_thread_opens_one_dialog_with_what_to_send(qtbot, reporter):
    for _ in range(2):
        thread = Thread(target=crash)
        thread.start()
        thread.join()
    qtbot.waitUntil(lambda: reporter.dialog is not None)
    qtbot.waitUntil(lambda: reporter.dialog.text.toPlainText().count("Job 1 crashed") == 2)
    text = reporter.dialog.text.toPlainText()
    assert text.startswith("HCC Viewer 9.9")
    assert "test_faults.py:" in text
    assert "SIM" not in text


def test_text_can_be_copied(qtbot, reporter):
    crash()
    qtbot.waitUntil(lambda: reporter.dialog is not None)
    reporter.dialog.findChild(QPushButton, "fault_copy_button").click()
    assert "HCC Viewer 9.9" in QGuiApplication.clipboard().text()


def test_next_error_after_closing_opens_a_new_dialog(qtbot, reporter):
    crash()
    qtbot.waitUntil(lambda: reporter.dialog is not None)
    reporter.dialog.reject()
    assert reporter.dialog is None
    crash()
    qtbot.waitUntil(lambda: reporter.dialog is not None)


def test_what_is_no_crash_opens_nothing(qtbot, reporter):
    logger.error("A slice cannot be read")
    logger.warning("odd")
    QGuiApplication.processEvents()
    assert reporter.dialog is None
