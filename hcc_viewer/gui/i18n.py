"""The program's words in the user's language: English in the code, other languages in a file each.

A translation is `resources/translations/hcc_viewer_<code>.qm`, made by Qt Linguist from the `.ts`
beside it; `tools/update_translations.py` collects the texts that go in. A new language needs such a
file only.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale, QTranslator

from hcc_viewer.errors import HccViewerError
from hcc_viewer.paths import resources_dir
from hcc_viewer.phrases import translated

CONTEXT = "HccViewer"
"""All texts are in one context: the same words mean the same all over the window."""

SYSTEM = "system"
"""The setting that follows the computer's own language."""

PREFIX = "hcc_viewer_"


def tr(text: str) -> str:
    """A text in the user's language; the text itself where there is no translation."""
    return QCoreApplication.translate(CONTEXT, text)


def tr_phrase(text: str) -> str:
    """A text from the program below the window in the user's language, where it is a phrase."""
    return translated(text, tr)


def plural(count: int, one: str, many: str) -> str:
    """`one` or `many` with the number in place of `{count}`."""
    return tr(one if count == 1 else many).format(count=count)


def languages() -> tuple[str, ...]:
    """The codes of the languages that the program speaks, English first."""
    found = sorted(path.stem.removeprefix(PREFIX) for path in _folder_files())
    return ("en", *found)


def language_name(code: str) -> str:
    """A language as its speakers call it."""
    name = QLocale(code).nativeLanguageName()
    return name[:1].upper() + name[1:] if name else code


def install_language(application: QCoreApplication, setting: str) -> str:
    """Speak this language from now on, in place of what was spoken before.

    Args:
        application: What carries the translator.
        setting: A code from `languages`, or `system`.

    Returns:
        The code of the language that is spoken.
    """
    earlier = application.property("hcc_translator")
    if isinstance(earlier, QTranslator):
        application.removeTranslator(earlier)
        application.setProperty("hcc_translator", None)
    code = QLocale.system().name().split("_")[0] if setting == SYSTEM else setting
    for path in _folder_files():
        if path.stem == PREFIX + code:
            translator = QTranslator(application)
            if translator.load(str(path)):
                application.installTranslator(translator)
                application.setProperty("hcc_translator", translator)
                return code
    return "en"


def _folder_files() -> list[Path]:
    try:
        return list((resources_dir() / "translations").glob(f"{PREFIX}*.qm"))
    except (HccViewerError, OSError):
        return []
