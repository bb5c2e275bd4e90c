import subprocess
import sys
from dataclasses import replace

from hcc_viewer import paths
from hcc_viewer.gui import app
from hcc_viewer.gui.dialogs.questions import doubt_text, reasons_text
from hcc_viewer.gui.jobs import UNEXPECTED
from hcc_viewer.settings import Settings, load_settings, settings_path
from tests.gui.fakes import make_series

HEAVY = ("tensorflow", "keras", "pydicom", "cv2", "highdicom", "reportlab", "PIL")


def test_window_is_made_without_what_it_does_not_need_yet():
    """Each of these would make the start slower; TensorFlow is never imported by the program."""
    script = (
        "import sys\n"
        "from hcc_viewer.gui.app import build\n"
        "from hcc_viewer.settings import Settings\n"
        "build(Settings()).show()\n"
        f"print([name for name in {HEAVY} if name in sys.modules])\n"
        "order = list(sys.modules)\n"
        "print(order.index('onnxruntime') < order.index('PySide6.QtCore'))\n"
    )
    done = subprocess.run(  # its own process: this one has imported them
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n")[:2] == ["[]", "True"]


def test_run_opens_the_path_and_saves_settings_at_the_end(qtbot, monkeypatch, program, tmp_path):
    windows = []

    def build_that_closes_itself(settings):
        window = build(settings, program.services())
        windows.append(window)
        window.session.viewport.volume_changed.connect(window.close)
        return window

    build = app.build
    monkeypatch.setattr(app, "build", build_that_closes_itself)
    monkeypatch.setattr(app, "start_log", lambda: None)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    assert app.run(tmp_path) == 0
    (window,) = windows
    qtbot.addWidget(window)
    assert window.session.study is program.study
    assert load_settings().last_folder == str(tmp_path)
    assert load_settings().window_geometry


def test_settings_are_written_as_soon_as_they_are_chosen(qtbot, program):
    """The program may be ended at any time, as when the user logs out."""
    window = app.build(Settings(), program.services())
    qtbot.addWidget(window)
    keeper = app.SettingsKeeper(window, Settings())
    window.session.set_identity_hidden(True)
    assert load_settings().identity_hidden
    window.settings.choose(replace(window.settings.current, restore_sessions=False))
    assert not load_settings().restore_sessions
    keeper.keep()


def test_recent_studies_are_written_when_they_are_opened(qtbot, window, tmp_path):
    keeper = app.SettingsKeeper(window, Settings())
    window.controller.study.open_path(tmp_path)
    qtbot.waitUntil(lambda: window.session.viewport.volume is not None)
    assert load_settings().recent == ("study",)
    keeper.keep()


def test_broken_settings_are_set_aside_and_said(qtbot, monkeypatch, program):
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text("colour = 1", encoding="utf-8")
    said = []

    def build_that_closes_itself(settings):
        window = build(settings, program.services())
        qtbot.addWidget(window)
        window.session.message_changed.connect(lambda: said.append(window.session.message.text))
        window.session.model_changed.connect(window.close)
        return window

    build = app.build
    monkeypatch.setattr(app, "build", build_that_closes_itself)
    monkeypatch.setattr(app, "start_log", lambda: None)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    assert app.run() == 0
    assert "unknown key 'colour'" in said[0]


def test_unexpected_error_is_said_and_logged(qtbot, window, monkeypatch, caplog):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    app.catch_crashes(window.session)
    error = ZeroDivisionError("boom")
    sys.excepthook(ZeroDivisionError, error, None)
    assert window.session.message.text == UNEXPECTED
    assert "ZeroDivisionError" in caplog.text


def test_question_names_series_score_and_reasons():
    series = make_series("T1 late", 40, 55, reasons=("3D T1 gradient echo", "no agent named"))
    assert "'T1 late' may not be the hepatobiliary phase (score 55 of 100)" in doubt_text(series)
    assert "• no agent named" in reasons_text(series)
    unlikely = make_series("T2", 40, 10)
    assert "is unlikely to be" in doubt_text(unlikely)
    assert reasons_text(unlikely).startswith("Nothing in the files")


def test_settings_file_lies_in_the_config_folder():
    assert settings_path().parent == paths.config_dir()
    assert load_settings() == Settings()


def test_window_does_not_wait_long_for_a_worker_that_computes(qtbot, program):
    """Python's lock goes to the window within a millisecond or so."""
    window = app.build(Settings(), program.services())
    qtbot.addWidget(window)
    assert sys.getswitchinterval() <= 0.002
