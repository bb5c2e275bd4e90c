"""Breaks one defence of the program after the other and looks whether its test notices.

    python tools/break_defences.py [--only WORD]

`docs/security.md` names a test for each threat; a test that passes with the defence taken out is
worth nothing. Each break is made in a copy of the sources, the test is run there, and it must fail.
Prints a line per break; the exit status is 1 when one goes unnoticed.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

PATIENCE_S = 300


@dataclass(frozen=True)
class Break:
    """A defence, how it is taken out, and the test that must fail without it."""

    file: str
    before: str
    after: str
    test: str


SCAN = "tests/dicom/test_scan.py"
GRAPH = "tests/detection/test_model_graph.py"
MODEL = "tests/detection/test_model.py"
EXPORT = "tests/report/test_export.py"
ARCHIVE = "hcc_viewer/dicom/archive.py"
LOADER = "hcc_viewer/detection/model.py"
READER = "hcc_viewer/detection/model_graph.py"

BREAKS = (
    Break(
        "hcc_viewer/dicom/files.py",
        "if identity in entered:",
        "if False:",
        f"{SCAN}::test_a_link_to_a_parent_folder_ends",
    ),
    Break(
        ARCHIVE,
        'folder.path / f"{number:06d}.dcm"',
        "folder.path / entry.filename",
        f"{SCAN}::test_a_name_in_a_zip_cannot_point_outside",
    ),
    Break(
        ARCHIVE, "MAX_RATIO = 1000", "MAX_RATIO = 10**9", f"{SCAN}::test_a_zip_bomb_is_not_unpacked"
    ),
    Break(
        ARCHIVE,
        "if total > min(MAX_BYTES, free):",
        "if False:",
        f"{SCAN}::test_a_zip_that_fills_the_disk_is_refused",
    ),
    Break(
        "hcc_viewer/terminal.py",
        'c if c.isprintable() or c == "\\n" else',
        "c if True else",
        "tests/test_cli.py::test_what_a_terminal_would_obey_is_not_printed",
    ),
    Break(
        "hcc_viewer/gui/session_file.py",
        "allow_pickle=False",
        "allow_pickle=True",
        "tests/test_security.py::test_program_loads_nothing_that_can_hold_code",
    ),
    Break(
        READER,
        "strange = sorted(found.operators - ALLOWED_OPERATORS)",
        "strange: list[str] = []",
        f"{GRAPH}::test_operation_outside_plain_arithmetic_is_named",
    ),
    Break(
        READER,
        "        if number in _SUBGRAPHS:",
        "        if number in ():",
        f"{GRAPH}::test_network_within_an_operation_is_refused",
    ),
    Break(
        READER,
        "        elif number == _FUNCTIONS:",
        "        elif number == 10**6:",
        f"{GRAPH}::test_functions_are_refused",
    ),
    Break(
        READER,
        "if number == _EXTERNAL_DATA or (number == _DATA_LOCATION and value != 0):",
        "if False:",
        f"{GRAPH}::test_weights_in_another_file_are_refused",
    ),
    Break(
        READER,
        "except (IndexError, ValueError, UnicodeDecodeError):",
        "except UnicodeDecodeError:",
        f"{GRAPH}::test_any_bytes_give_a_complaint_and_never_an_exception",
    ),
    Break(
        LOADER,
        "if found != card.sha256:",
        "if False:",
        f"{MODEL}::test_model_whose_hash_differs_from_the_card_is_refused",
    ),
    Break(
        LOADER,
        "        self._check_answer(len(batch), probability, cam)\n",
        "",
        f"{MODEL}::test_network_that_gives_no_numbers_is_refused",
    ),
    Break(
        LOADER,
        "    _check_shapes(session, card, model_path)\n",
        "",
        f"{MODEL}::test_card_that_promises_other_channels_is_refused",
    ),
    Break(
        "hcc_viewer/toml_file.py",
        "except RecursionError as error:",
        "except ZeroDivisionError as error:",
        f"{MODEL}::test_broken_card_is_refused_by_the_name_of_the_key",
    ),
    Break(
        "hcc_viewer/settings.py",
        "            path.replace(aside)\n",
        "            pass\n",
        "tests/test_settings.py::test_broken_file_is_set_aside_with_a_note",
    ),
    Break(
        "hcc_viewer/settings.py",
        "            Path(name).replace(path)\n",
        "            path.write_bytes(Path(name).read_bytes())\n",
        "tests/test_kill.py::test_settings_are_whole_whenever_the_program_is_killed",
    ),
    Break(
        "hcc_viewer/report/export.py",
        "        _check_targets(folder, names)\n",
        "",
        f"{EXPORT}::test_a_strangers_file_of_the_same_name_is_never_replaced",
    ),
    Break(
        "hcc_viewer/log.py",
        '_PERSON.sub("…", _PATH.sub("…", _QUOTED.sub("\'…\'", text[:MAX_LINE])))',
        "text[:MAX_LINE]",
        "tests/test_log.py::test_message_loses_values_paths_and_names",
    ),
)


def main() -> int:
    """Break, test, tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="a word of the tests to look at")
    only = parser.parse_args().only
    unnoticed = 0
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "sources"
        for part in ("hcc_viewer", "tests", "models", "resources", "docs"):
            shutil.copytree(ROOT / part, copy / part)
        shutil.copy(ROOT / "pyproject.toml", copy)
        for one in (one for one in BREAKS if only in one.test):
            is_noticed = notices(copy, one)
            unnoticed += not is_noticed
            print(f"{'noticed  ' if is_noticed else 'UNNOTICED'} {one.test}", flush=True)
    return 1 if unnoticed else 0


def notices(copy: Path, one: Break) -> bool:
    """Whether the test passes as things are, and fails with the defence taken out.

    Raises:
        SystemExit: The defence does not stand where it is said to, or its test does not pass.
    """
    path = copy / one.file
    text = path.read_text(encoding="utf-8")
    if text.count(one.before) != 1:
        raise SystemExit(f"{one.file} does not hold once: {one.before}")
    if run_test(copy, one.test) != 0:
        raise SystemExit(f"{one.test} does not pass as things are.")
    path.write_text(text.replace(one.before, one.after), encoding="utf-8")
    status = run_test(copy, one.test)
    path.write_text(text, encoding="utf-8")
    return status == 1


def run_test(copy: Path, test: str) -> int:
    """Pytest's exit status: 0 passed, 1 failed, anything else did not run. Hanging is failing."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", test]
    try:
        ended = subprocess.run(
            command, cwd=copy, capture_output=True, check=False, timeout=PATIENCE_S
        )
    except subprocess.TimeoutExpired:
        return 1
    return ended.returncode


if __name__ == "__main__":
    sys.exit(main())
