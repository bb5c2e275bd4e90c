"""From the start of the program to its window, and to its first answer to a key.

    python -m benchmarks.start [--runs 5] [--json FILE] [-- dist/hcc-viewer/hcc-viewer]

Without a command: the program from source. On an X server of its own (Xvfb, xdotool); the answer
is the dialog that Ctrl+O brings, so its own making is counted too. The yardstick, measured in turn
with the program, is a Python that shows an empty Qt window.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "packaging"))

from check_program import Program, Screen

BARE_TITLE = "bare window"
BARE_WINDOW = (
    "from PySide6.QtWidgets import QApplication, QMainWindow; a = QApplication([]);"
    f"w = QMainWindow(); w.setWindowTitle('{BARE_TITLE}'); w.show(); a.exec()"
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write the JSON here as well")
    parser.add_argument("command", nargs="*", help="the program, after --")
    options = parser.parse_args()
    command = options.command or [sys.executable, "-m", "hcc_viewer"]
    rows = []
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "home").mkdir()
        program = Program(command, Path("/"), Path(name))
        with Screen(program) as screen:
            for _ in range(options.runs + 1):
                bare, _ = seconds([sys.executable, "-c", BARE_WINDOW], program, screen, BARE_TITLE)
                rows.append((bare, *seconds(command, program, screen, "HCC Viewer")))
    record = summary(rows[1:])
    for title, value in record.items():
        print(f"{title:28s} {value:6.3f}")
    text = json.dumps(record, indent=1)
    print(text)
    if options.json:
        options.json.write_text(text, encoding="utf-8")


def seconds(
    command: Sequence[str], program: Program, screen: Screen, title: str
) -> tuple[float, float]:
    """From the start of a process to its window, and to the dialog that Ctrl+O brings, if any."""
    environment = program.environment(DISPLAY=screen.name)
    started = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        screen.wait_for_window(title, pause=0.005)
        shown = time.perf_counter() - started
        if title == BARE_TITLE:
            return shown, shown
        screen.press("ctrl+o", title)
        screen.wait_for_window("Open", pause=0.005)
        return shown, time.perf_counter() - started
    finally:
        process.kill()
        process.wait()


def summary(rows: Sequence[tuple[float, float, float]]) -> dict[str, float]:
    """Medians in seconds, and their ratios to the bare window."""
    bare, shown, answered = (statistics.median(column) for column in zip(*rows, strict=True))
    return {
        "bare window, s": bare,
        "window shown, s": shown,
        "window shown, ratio": shown / bare,
        "key answered, s": answered,
        "key answered, ratio": answered / bare,
    }


if __name__ == "__main__":
    main()
