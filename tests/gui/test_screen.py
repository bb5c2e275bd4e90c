import ctypes
import subprocess
import sys

import pytest

from hcc_viewer.gui import screen

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux can lack the libraries or the screen"
)


@pytest.fixture
def no_screen(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


def test_offscreen_needs_no_screen(no_screen, monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert screen.why_no_window() is None


def test_missing_screen_is_named(no_screen, monkeypatch):
    monkeypatch.setattr(screen, "_missing_library", lambda: "")
    assert "needs a screen" in screen.why_no_window()


def test_display_that_does_not_answer_is_no_screen(no_screen, monkeypatch):
    monkeypatch.setattr(screen, "_missing_library", lambda: "")
    monkeypatch.setenv("DISPLAY", ":9987")
    assert "not answered" in screen.why_no_window()


def test_missing_library_is_named_with_the_way_out(no_screen, monkeypatch):
    def refuse(name):
        raise OSError("libEGL.so.1: cannot open shared object file: No such file or directory")

    monkeypatch.setattr(ctypes, "CDLL", refuse)
    sentence = screen.why_no_window()
    assert "(libEGL.so.1)" in sentence
    assert f"apt-get install {screen.DEBIAN_PACKAGES}" in sentence


def test_question_is_answered_without_qt():
    code = (
        "import sys; from hcc_viewer.gui.screen import why_no_window; why_no_window(); "
        "print([name for name in sys.modules if name.startswith('PySide6')])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
