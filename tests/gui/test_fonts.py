"""The window writes every script, with the program's own fonts where the system has none."""

import pytest
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo

from hcc_viewer.gui import fonts
from hcc_viewer.paths import resources_dir


@pytest.fixture
def bare(monkeypatch, qapp):
    """A system without a font for these scripts; what is added is kept in a list."""
    added = []

    class Fonts:
        WritingSystem = QFontDatabase.WritingSystem

        @staticmethod
        def families(script):
            return []

        @staticmethod
        def addApplicationFont(path):  # noqa: N802
            added.append(path)
            return QFontDatabase.addApplicationFont(path)

    monkeypatch.setattr(fonts, "QFontDatabase", Fonts)
    monkeypatch.setattr(fonts.sys, "platform", "linux")
    qapp.setProperty("hcc_fonts", None)
    yield added
    qapp.setProperty("hcc_fonts", None)


def test_missing_scripts_are_written_with_the_programs_fonts(bare, qapp):
    before = QFontInfo(QFont()).family()
    assert fonts.add_missing_fonts(qapp) == list(fonts.FILES)
    assert bare == [str(resources_dir() / "fonts" / name) for name in fonts.FILES]
    assert QFontDatabase.families(QFontDatabase.WritingSystem.Korean)
    assert QFontInfo(QFont()).family() == before
    assert fonts.add_missing_fonts(qapp) == []


def test_system_with_fonts_of_its_own_keeps_them(bare, qapp, monkeypatch):
    monkeypatch.setattr(fonts.QFontDatabase, "families", staticmethod(lambda script: ["Font"]))
    assert fonts.add_missing_fonts(qapp) == []
    assert bare == []


def test_every_window_has_the_fonts(window, qapp):
    assert qapp.property("hcc_fonts") or fonts.sys.platform in ("win32", "darwin")
