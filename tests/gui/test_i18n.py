"""The window speaks another language wholly, with the same placeholders; English needs no file."""

import string
import sys

import pytest
from PySide6.QtCore import QTranslator

from hcc_viewer.gui.app import build
from hcc_viewer.gui.i18n import CONTEXT, install_language, language_name, languages, tr
from hcc_viewer.paths import resources_dir
from hcc_viewer.settings import Settings
from tests.conftest import REPOSITORY
from tests.gui.driving import action, widget

sys.path.insert(0, str(REPOSITORY / "tools"))
import update_translations  # a script, no module of the package

MOST_MISSING = 0.03
"""New texts may wait for their translation as long as they are few; they are shown in English."""

TRANSLATED = [code for code in languages() if code != "en"]


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.fixture(autouse=True)
def english_again(qapp):
    yield
    install_language(qapp, "en")


def test_korean_is_there():
    assert "ko" in TRANSLATED
    assert language_name("ko") == "한국어"


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_text_is_translated_with_its_placeholders(qapp, code):
    translator = QTranslator()
    path = resources_dir() / "translations" / f"hcc_viewer_{code}.qm"
    assert translator.load(str(path))
    texts = update_translations.texts()
    found = {text: translator.translate(CONTEXT, text) for text in texts}
    missing = [text for text, translated in found.items() if not translated]
    assert len(missing) <= MOST_MISSING * len(texts), f"translate these: {missing}"
    for text, translated in found.items():
        assert not translated or fields(translated) == fields(text), text


def test_window_speaks_korean_when_it_is_chosen(qtbot, program, prompts):
    window = build(Settings(language="ko"), program.services(), prompts.prompts())
    qtbot.addWidget(window, before_close_func=lambda w: w.controller.shutdown())
    assert action(window, "detect").text() == "검출(&D)"
    assert "진단에 사용하지 마십시오" in widget(window, "research_use_label").text()
    assert "F5" in action(window, "detect").toolTip()


def test_unknown_language_is_english(qapp):
    assert install_language(qapp, "tlh") == "en"
    assert tr("Findings") == "Findings"
