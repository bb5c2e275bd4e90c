"""Collects the window's texts for Qt Linguist, and compiles the translations.

    python tools/update_translations.py [CODE ...]

Without codes it brings every `resources/translations/hcc_viewer_<code>.ts` up to date and writes
the `.qm` beside it, which is what the program loads. A code that has no file yet gets one:
translate it in Qt Linguist (`pyside6-linguist FILE`), and run this again.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import PySide6

from hcc_viewer import HEAT_MAP_CAPTION, NEGATIVE_RESULT, RESEARCH_USE
from hcc_viewer.gui import item_models, jobs, menus, words
from hcc_viewer.gui.actions import SPECS
from hcc_viewer.gui.dialogs import export, pacs_fetch, pacs_send, pacs_settings, settings
from hcc_viewer.gui.i18n import CONTEXT, PREFIX
from hcc_viewer.gui.views import mouse

REPOSITORY = Path(__file__).resolve().parent.parent
TRANSLATIONS = REPOSITORY / "resources" / "translations"
SOURCES = REPOSITORY / "hcc_viewer"


def texts() -> list[str]:
    """All texts of the window, each once, in the order of the code."""
    found = [text for path in sorted(SOURCES.rglob("*.py")) for text in _texts_of(path)]
    return list(dict.fromkeys((*found, *_texts_of_tables())))


def _texts_of(path: Path) -> Iterator[str]:
    """The literal texts that a module gives to `tr` and `plural`, or makes phrases of."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = _named_texts(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        wanted = {
            "tr": node.args[:1],
            "Phrase": node.args[:1],
            "Unread": node.args[:1],
            "plural": node.args[1:],
            "counted": node.args[1:],
        }.get(node.func.id, [])
        for argument in wanted:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value
            elif isinstance(argument, ast.Name):
                yield from named.get(argument.id, [])


def _named_texts(tree: ast.AST) -> dict[str, list[str]]:
    """The literal texts that a module gives a name, by their names."""
    found: dict[str, list[str]] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Constant):
            continue
        for target in node.targets:
            if isinstance(target, ast.Name) and isinstance(node.value.value, str):
                found.setdefault(target.id, []).append(node.value.value)
    return found


def _texts_of_tables() -> Iterator[str]:
    """The texts that lie in tables and are translated where they are used."""
    yield from (RESEARCH_USE, NEGATIVE_RESULT, HEAT_MAP_CAPTION, jobs.UNEXPECTED)
    for spec in SPECS:
        yield from filter(None, (spec.text, spec.tip, spec.short))
    yield from menus.MENUS
    yield from mouse.PROFILE_TITLES.values()
    yield from settings._DRAG_TITLES.values()  # these tables are nobody else's
    yield from pacs_fetch._HEADINGS
    for table in (pacs_fetch._FIELDS, pacs_settings._TEXTS, pacs_send.OBJECTS):
        yield from table.values()
    for table in (export.DOCUMENTS, export._STATES):
        yield from table.values()
    yield from (text for _, text in words._VERDICT_COUNTS)
    for model in (item_models.FindingsModel, item_models.FlaggedModel):
        for title, tip in model.columns:
            yield from (title, tip)
    yield from ("axial", "coronal", "sagittal", "oblique", "unknown")
    yield from ("Axial reformat", "Coronal reformat", "Sagittal reformat")
    yield from ("High sensitivity", "Balanced", "High specificity")
    yield "simulated images only; not validated on patients"


def read_ts(path: Path) -> dict[str, str]:
    """The finished translations of a file, by their texts."""
    if not path.is_file():
        return {}
    known = {}
    for message in ET.parse(path).getroot().iter("message"):  # our own file
        translation = message.find("translation")
        if translation is not None and translation.get("type") is None and translation.text:
            known[message.findtext("source", "")] = translation.text
    return known


def write_ts(path: Path, code: str, translations: dict[str, str]) -> int:
    """Write a file for Qt Linguist; how many texts are not translated yet."""
    root = ET.Element("TS", version="2.1", language=code, sourcelanguage="en")
    context = ET.SubElement(root, "context")
    ET.SubElement(context, "name").text = CONTEXT
    missing = 0
    for text in texts():
        message = ET.SubElement(context, "message")
        ET.SubElement(message, "source").text = text
        translation = ET.SubElement(message, "translation")
        if translations.get(text):
            translation.text = translations[text]
        else:
            translation.set("type", "unfinished")
            missing += 1
    ET.indent(root, "    ")
    body = ET.tostring(root, encoding="unicode")
    head = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n'
    path.write_text(f"{head}{body}\n", encoding="utf-8")
    return missing


def compile_ts(path: Path) -> Path:
    """Make the `.qm` that the program loads."""
    target = path.with_suffix(".qm")
    folder = Path(PySide6.__file__).parent
    tool = next(one for one in (folder / "lrelease", folder / "lrelease.exe") if one.exists())
    subprocess.run([tool, "-silent", path, "-qm", target], check=True)
    return target


def main() -> None:
    """Bring the files up to date."""
    TRANSLATIONS.mkdir(exist_ok=True)
    there = [path.stem.removeprefix(PREFIX) for path in TRANSLATIONS.glob(f"{PREFIX}*.ts")]
    for code in sorted({*there, *sys.argv[1:]}):
        path = TRANSLATIONS / f"{PREFIX}{code}.ts"
        missing = write_ts(path, code, read_ts(path))
        compile_ts(path)
        print(f"{path.name}: {len(texts())} texts, {missing} not translated")


if __name__ == "__main__":
    main()
