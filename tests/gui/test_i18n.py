"""The window speaks another language wholly, with the same placeholders; English needs no file."""

import ast
import string
import sys
from dataclasses import replace

import pytest
from PySide6.QtCore import QTranslator

from hcc_viewer.detection.cautions import _of_phase as cautions_of_phase
from hcc_viewer.dicom import scan_study
from hcc_viewer.gui.app import build
from hcc_viewer.gui.i18n import (
    CONTEXT,
    install_language,
    language_name,
    languages,
    tr,
    tr_phrase,
)
from hcc_viewer.gui.words import series_tooltip, skipped_text
from hcc_viewer.headless import choose_series
from hcc_viewer.paths import demo_study_dir, resources_dir
from hcc_viewer.phrases import Phrase
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


def test_no_phrase_escapes_the_collection():
    """A template must be a literal, or a name given to literals in the same module."""
    for path in sorted((REPOSITORY / "hcc_viewer").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = update_translations._named_texts(tree)
        for node in ast.walk(tree):
            if path.name == "phrases.py" or not isinstance(node, ast.Call):
                continue
            kind = getattr(node.func, "id", "")
            templates = {"Phrase": node.args[:1], "counted": node.args[1:]}.get(kind, [])
            for one in templates:
                is_known = isinstance(one, ast.Constant) or getattr(one, "id", "") in named
                is_plane = getattr(one, "attr", "") == "orientation"  # their names are a table
                assert is_known or is_plane, f"{path}:{node.lineno}"


def test_reasons_and_warnings_are_spoken_in_korean(qapp):
    series = choose_series(scan_study(demo_study_dir()))
    unsure = replace(series, phase=replace(series.phase, score=50), refusal=None)
    caution = next(iter(cautions_of_phase(unsure)))
    assert install_language(qapp, "ko") == "ko"

    text = series_tooltip(series)

    assert series.phase.reasons
    assert not any(reason in text for reason in series.phase.reasons)
    assert "100점 중 50점" in tr_phrase(caution.message)
    assert skipped_text(Phrase("not a DICOM file"), 2).endswith("DICOM 파일이 아님.")
    assert "score 50 of 100" in caution.message
