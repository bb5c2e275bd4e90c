"""How long the window's own thread is busy at a time while the program works.

    QT_QPA_PLATFORM=offscreen python benchmarks/gui_thread.py

Opens the demo study, detects, goes through slices, findings, thresholds, layouts and read-first,
and takes the processor time of each turn of the event loop and of each action in the window's
thread. No turn should take over 50 ms, whatever else the machine does.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from hcc_viewer.gui.app import build  # isort: skip  # ONNX Runtime comes before Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from hcc_viewer.gui.main_window import MainWindow
from hcc_viewer.gui.prompts import Prompts
from hcc_viewer.settings import Settings

LIMIT_MS = 50.0
PATIENCE_S = 180.0


class Clock:
    """Times every turn of the event loop."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.turns: list[tuple[float, str]] = []

    def timed(self, label: str, work: Callable[[], object]) -> None:
        """Do something in the window's thread."""
        started = time.thread_time()
        work()
        self.turns.append((1e3 * (time.thread_time() - started), label))

    def trigger(self, name: str, then_s: float = 0.0) -> None:
        """Do an action, and let the window live for a while."""
        action = self._window.findChild(QAction, f"{name}_action")
        assert isinstance(action, QAction), name
        self.timed(name, action.trigger)
        end = time.monotonic() + then_s
        self.until(name, lambda: time.monotonic() >= end)

    def until(self, label: str, is_done: Callable[[], bool]) -> None:
        """Let the window live until something is so."""
        end = time.monotonic() + PATIENCE_S
        while not is_done():
            if time.monotonic() > end:
                raise SystemExit(f"The window did not come so far in time: {label}.")
            self.timed(label, QApplication.processEvents)


def main() -> None:
    """Work and print."""
    home = Path(tempfile.mkdtemp(prefix="hcc-viewer-gui-thread-"))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        os.environ[name] = str(home / name.lower())
    prompts = Prompts(choose_report_folder=lambda start: home / "report")
    window = build(Settings(), prompts=prompts)
    window.resize(1400, 900)
    window.show()
    clock = Clock(window)
    work(clock, window)
    window.close()
    turns = sorted(clock.turns, reverse=True)
    slow = [turn for turn in turns if turn[0] > LIMIT_MS]
    for busy, label in turns[:10]:
        print(f"{busy:6.1f} ms  {label}")
    record = {"turns": len(turns), "worst_ms": round(turns[0][0], 1), "over_50_ms": len(slow)}
    print(json.dumps(record))


def work(clock: Clock, window: MainWindow) -> None:
    """What a reader does in a few minutes."""
    session = window.session
    clock.until("model", lambda: session.card is not None)
    clock.trigger("open_demo")
    clock.until("open", lambda: session.viewport.volume is not None)
    clock.until("thumbnails", lambda: len(session.thumbnails) == len(session.series))
    clock.trigger("detect")
    clock.until("detect", lambda: not session.is_busy("detect"))
    for name in ("next_finding", "toggle_heatmap", "accept_finding", "undo", "key_image"):
        clock.trigger(name, 0.3)
    for name in ("layout_planes", "layout_four"):
        clock.trigger(name, 1.0)
    for _ in range(40):
        clock.trigger("next_slice", 0.02)
    for threshold in (0.1, 0.3, 0.02, 0.9):
        window.controller.detection.set_threshold(threshold)
        end = time.monotonic() + 0.4
        clock.until("threshold", lambda end=end: time.monotonic() >= end)
    clock.trigger("export_report")
    clock.until("export", lambda: not session.is_busy("export"))
    clock.trigger("read_first")
    for index in range(session.viewport.slice_count):
        clock.timed("read first", lambda index=index: window.controller.display.show_slice(index))
        clock.timed("read first", QApplication.processEvents)


if __name__ == "__main__":
    main()
