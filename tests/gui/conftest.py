"""Qt without a screen, and settings, data and logs in a folder of the test's own."""

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import pytest

from hcc_viewer import paths
from hcc_viewer.gui.app import build
from hcc_viewer.settings import Settings
from tests.gui.fakes import FakeProgram, FakePrompts


def pytest_configure(config):
    # The offscreen platform has no window manager to ask for sizes, raising or grabbing.
    config.addinivalue_line("qt_log_ignore", "This plugin does not support")


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    """No test reads or writes the user's own files."""
    for name in ("config_dir", "data_dir", "log_dir"):
        monkeypatch.setattr(paths, name, lambda name=name: tmp_path / name)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def program():
    """The program below the window, as a fake that can be told what to do."""
    return FakeProgram()


@pytest.fixture
def prompts():
    """Answers to the questions that the window asks."""
    return FakePrompts()


@pytest.fixture
def window(qtbot, program, prompts):
    """A window on the fakes, shown, with the model loaded."""
    window = build(Settings(), program.services(), prompts.prompts())
    qtbot.addWidget(window, before_close_func=lambda w: w.controller.shutdown())
    with qtbot.waitSignal(window.session.model_changed):
        window.show()
    return window


@pytest.fixture
def open_window(qtbot, window, tmp_path):
    """The window with the fake study open and its best series shown."""
    with qtbot.waitSignal(window.session.viewport.volume_changed, check_params_cb=None):
        window.controller.study.open_path(tmp_path)
    qtbot.waitUntil(lambda: window.session.viewport.volume is not None)
    return window


@pytest.fixture
def detected_window(qtbot, open_window):
    """The open window after detection."""
    open_window.findChild(object, "detect_action").trigger()
    qtbot.waitUntil(lambda: open_window.session.detection is not None)
    return open_window


@pytest.fixture
def detected_elsewhere(qtbot, open_window, program):
    """The open window after detection that ended while another series was shown."""
    session = open_window.session
    program.gate.clear()
    open_window.findChild(object, "detect_action").trigger()
    open_window.controller.show_series(2)
    qtbot.waitUntil(lambda: session.shown_row == 2)
    program.gate.set()
    qtbot.waitUntil(lambda: not session.is_busy("detect"))
    return open_window
