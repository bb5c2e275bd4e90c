"""The window speaks another language wholly, with the same placeholders; English needs no file."""

import ast
import errno
import re
import string
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pydicom import Dataset
from PySide6.QtCore import QTranslator

from hcc_viewer.detection.cautions import _of_phase as cautions_of_phase
from hcc_viewer.dicom import scan_study
from hcc_viewer.errors import HccViewerError
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
from hcc_viewer.pacs import Peer, send_files, verify
from hcc_viewer.pacs.inbox import Inbox
from hcc_viewer.pacs.peer import check_ae_title
from hcc_viewer.pacs.status import reason, remark
from hcc_viewer.paths import demo_study_dir, resources_dir
from hcc_viewer.phrases import Phrase
from hcc_viewer.report import absent_text
from hcc_viewer.report.output_faults import output_error
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
    assert widget(window, "detect_button").text() == "검출"
    assert widget(window, "detect_button").accessibleName() == "검출"
    assert "(" not in widget(window, "toolbar_open_folder_action_button").text()


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


SPOKEN = ("PacsError", "OutputError", "ReadError", "UsageError", "ValueError", "Notice")
TERMINAL_ONLY = ("commands.py",)
NEVER_SHOWN = ("content.py", "dicom_sr.py", "source_headers.py", "profile.py")
"""Their ValueErrors are of the program's own mistakes, or are caught beside."""


def spoken_modules():
    """Whose sentences the window shows when something fails: the network, exports, copies."""
    for folder in ("pacs", "report", "deidentify"):
        for path in sorted((REPOSITORY / "hcc_viewer" / folder).rglob("*.py")):
            if path.name not in TERMINAL_ONLY:
                yield path


def test_no_sentence_on_failing_escapes_translation():
    checked = 0
    for path in spoken_modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in SPOKEN:
                continue
            if node.func.id == "ValueError" and path.name in NEVER_SHOWN:
                continue
            checked += 1
            for argument in node.args[-1:]:
                is_english_only = isinstance(argument, ast.JoinedStr | ast.Constant)
                assert not is_english_only, f"{path}:{argument.lineno}: make it a Phrase"
    assert checked > 30


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_sentence_on_failing_is_translated(qapp, code):
    assert install_language(qapp, code) == code
    modules = [*spoken_modules(), REPOSITORY / "hcc_viewer" / "system_faults.py"]
    texts = [text for path in modules for text in update_translations._texts_of(path)]
    assert len(texts) > 60
    same = [text for text in texts if tr(text) == text and not text.startswith("{first}, ")]
    assert not same


def peer_that_is_not_there():
    return Peer("127.0.0.1", 1, ae_title="NOWHERE", timeout_s=2)


@pytest.mark.parametrize(
    ("fail", "said"),
    [
        (lambda folder: verify(peer_that_is_not_there()), "응답하지 않습니다"),
        (lambda folder: Inbox(folder, "no uid"), "검사 UID가 아닙니다"),
        (lambda folder: send_files(peer_that_is_not_there(), [folder / "none.dcm"]), "보낼 수 없"),
        (lambda folder: check_ae_title("", "own_ae_title"), "기본 문자"),
    ],
)
def test_failures_of_the_network_are_spoken_in_korean(qapp, tmp_path, fail, said):
    install_language(qapp, "ko")
    with pytest.raises((HccViewerError, ValueError)) as caught:
        fail(tmp_path)
    assert said in tr_phrase(str(caught.value))
    assert said not in str(caught.value)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.ENAMETOOLONG])
def test_failures_of_exports_are_spoken_in_korean(qapp, code):
    install_language(qapp, "ko")
    error = output_error(Path("report"), OSError(code, "in English"))
    text = tr_phrase(str(error))
    assert "'report'에 쓸 수 없습니다" in text
    assert not re.search("[a-z]{3,}", text.replace("report", ""))


def test_answers_of_a_pacs_are_spoken_in_korean(qapp):
    install_language(qapp, "ko")
    status = Dataset()
    status.Status = 0xA700
    assert tr_phrase(reason(status)) == "공간이나 자원이 부족함(상태 0xA700)"
    status.Status = 0xB006
    assert tr_phrase(remark(status)) == "저장되었으나 일부 요소가 빠짐(상태 0xB006)"
    assert tr_phrase(absent_text(["ko", "gsps"], [])).startswith("쓰지 않음: ko, gsps.")
