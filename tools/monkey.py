"""Random events on the real window, seeded: keys, mouse, actions, studies opened and closed.

    QT_QPA_PLATFORM=offscreen python tools/monkey.py [--minutes 30] [--seed 1] [--study FOLDER ...]

Ends with status 1 and says what happened when an exception is raised, Qt warns, or the memory grows
by more than the limit after the warm-up. Every event is counted, so that a failure can be repeated
with the same seed up to that event.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from hcc_viewer.gui.app import build  # isort: skip  # ONNX Runtime comes before Qt
from PySide6.QtCore import (
    QEvent,
    QPoint,
    QPointF,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QAction, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QWidget

from hcc_viewer.gui import early_imports
from hcc_viewer.gui.main_window import MainWindow
from hcc_viewer.gui.prompts import Prompts
from hcc_viewer.paths import demo_study_dir
from hcc_viewer.settings import Settings

NEVER = {"quit_action", "log_folder_action"}
"""Actions that end the program or open another one."""

WARM_UP = (
    *("detect", "next_finding", "toggle_heatmap", "layout_four", "layout_planes", "layout_one"),
    *("export_report", "help_keys", "about", "licences", "settings", "export_as", "models"),
    *("show_header", "deidentify_study", "reader_study", "fetch_study", "pacs_settings"),
)
"""What is done before the memory is measured first: what loads libraries and fills caches."""

_HAS_CLOCKS = hasattr(time, "pthread_getcpuclockid")

PATIENCE_MS = 2000
"""A question that waits for an answer for longer than this gets none."""

HARMLESS = "This plugin does not support"
"""What the offscreen platform says of itself."""

_LETTERS = "WZTSDAEHGNKICLXMYR0123456789"
_NAMED = (
    *("Escape", "Home", "End", "PageUp", "PageDown", "Up", "Down", "Left", "Right", "Delete"),
    *("Tab", "Plus", "Minus", "F5", "F11", "Space", "Return"),
)
KEYS = [getattr(Qt.Key, f"Key_{name}") for name in (*_LETTERS, *_NAMED)]
BUTTONS = (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton)
MODIFIERS = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


@dataclass
class Outcome:
    """What went wrong, and how much was done."""

    faults: list[str] = field(default_factory=list)
    events: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0
    slowest_kind: str = ""
    slow_events: int = 0
    """Events that kept the GUI thread busy for over 50 ms of its own processor time."""
    slow_by_clock: int = 0
    """Events that took over 50 ms by the clock, waiting for a processor included."""
    slow_code: Counter[str] = field(default_factory=Counter)
    """What ran in the GUI thread when an event had taken over 30 ms of its processor time."""


class Lookout(threading.Thread):
    """Notes what the GUI thread runs when an event takes long."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(daemon=True)
        self._outcome = outcome
        self._watched = threading.get_ident()
        self._clock = time.pthread_getcpuclockid(self._watched) if _HAS_CLOCKS else None
        self.started_at: float | None = None
        """The GUI thread's processor time when the running event began; None between events."""

    def run(self) -> None:
        """Look every 5 ms."""
        while True:
            time.sleep(0.005)
            started = self.started_at
            if started is not None and self._now() - started > 0.03:
                frame = sys._current_frames().get(self._watched)
                self._outcome.slow_code[_own_calls(frame)] += 1

    def _now(self) -> float:
        """The GUI thread's processor time; where a system does not tell, never late."""
        return 0.0 if self._clock is None else time.clock_gettime(self._clock)


def _own_calls(frame: FrameType | None) -> str:
    """The program's innermost calls, the last one first."""
    stack = reversed(traceback.extract_stack(frame)) if frame is not None else ()
    own = [f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in stack]
    return " < ".join(own[:6])


class Monkey:
    """Does one random thing after another to a window."""

    def __init__(self, window: MainWindow, studies: list[Path], seed: int) -> None:
        self.window = window
        self.studies = studies
        self.random = random.Random(seed)
        self.outcome = Outcome()
        self.deeds: list[tuple[str, int, Callable[[], None]]] = [
            ("key", 30, self._key),
            ("wheel", 25, self._wheel),
            ("drag", 25, self._drag),
            ("click", 15, self._click),
            ("action", 20, self._action),
            ("slider", 4, self._slider),
            ("open", 1, self._open),
            ("resize", 1, self._resize),
            ("close dialogs", 4, self._close_dialogs),
        ]
        self._lookout = Lookout(self.outcome)
        self._lookout.start()
        self._acted = ""
        self._waited_at = -1
        self._impatience = QTimer(window)
        self._impatience.timeout.connect(self._refuse_to_answer)
        self._impatience.start(PATIENCE_MS)

    def _refuse_to_answer(self) -> None:
        """Close a question that holds this event up, such as one for a file."""
        asked = QApplication.activeModalWidget()
        if self._waited_at == self.outcome.events and isinstance(asked, QDialog):
            asked.reject()
        self._waited_at = self.outcome.events

    def step(self) -> None:
        """One event, and what follows from it."""
        kinds = [kind for kind, _, _ in self.deeds]
        weights = [weight for _, weight, _ in self.deeds]
        kind = self.random.choices(kinds, weights)[0]
        deed = next(do for name, _, do in self.deeds if name == kind)
        started, clock = time.thread_time(), time.monotonic()
        self._lookout.started_at = started
        deed()
        _process_events()
        took = time.thread_time() - started
        self._lookout.started_at = None
        self.outcome.slow_by_clock += time.monotonic() - clock > 0.05
        self.outcome.events += 1
        self.outcome.kinds[kind] += 1
        self.outcome.slow_events += took > 0.05
        what = f"{kind} {self._acted}" if kind == "action" else kind
        if took > 0.05:
            text = f"event {self.outcome.events}: {what} {took * 1e3:.0f} ms of processor time"
            print(text, flush=True)
        if took > self.outcome.slowest_s:
            self.outcome.slowest_s, self.outcome.slowest_kind = took, what
        if QApplication.activePopupWidget() is not None:
            QApplication.activePopupWidget().close()

    def _target(self) -> QWidget:
        """Some widget that is seen; an image view more often than not.

        What lies at a point is asked for instead of a list of all widgets: Python would keep
        something of each of them, also after its dialog is gone, and that would look like a leak.
        """
        views = [v for v in self.window._views.images.slice_views if v.isVisible()]
        if views and self.random.random() < 0.6:
            return self.random.choice(views)
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        dialogs = self.window.findChildren(QDialog, options=direct)
        top = self.random.choice([self.window, *(one for one in dialogs if one.isVisible())])
        return top.childAt(self._spot(top)) or top

    def _spot(self, widget: QWidget) -> QPoint:
        return QPoint(
            self.random.randrange(max(widget.width(), 1)),
            self.random.randrange(max(widget.height(), 1)),
        )

    def _key(self) -> None:
        widget = QApplication.focusWidget() or self.window
        QTest.keyClick(widget, self.random.choice(KEYS), self.random.choice(MODIFIERS))

    def _wheel(self) -> None:
        widget = self._target()
        spot = QPointF(self._spot(widget))
        event = QWheelEvent(
            spot,
            QPointF(widget.mapToGlobal(spot)),
            QPoint(),
            QPoint(0, self.random.choice((-240, -120, 120, 240))),
            Qt.MouseButton.NoButton,
            self.random.choice(MODIFIERS),
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, event)

    def _drag(self) -> None:
        widget, button = self._target(), self.random.choice(BUTTONS)
        none = Qt.KeyboardModifier.NoModifier
        if widget.objectName() == "series_list" or widget.parent() is None:
            return  # a real drag and drop waits for the mouse of a person
        if widget.parent().objectName() == "series_list":
            return
        start, end = self._spot(widget), self._spot(widget)
        QTest.mousePress(widget, button, none, start)
        for share in (0.3, 0.7, 1.0):
            at = QPointF(start) + QPointF(end - start) * share
            self._move(widget, at, button)
        QTest.mouseRelease(widget, button, none, end)

    def _move(self, widget: QWidget, at: QPointF, button: Qt.MouseButton) -> None:
        none = Qt.KeyboardModifier.NoModifier
        spot = QPointF(widget.mapToGlobal(at))
        kind = QEvent.Type.MouseMove
        QApplication.sendEvent(widget, QMouseEvent(kind, at, spot, button, button, none))

    def _click(self) -> None:
        widget = self._target()
        spot = self._spot(widget)
        if self.random.random() < 0.1:
            QTest.mouseDClick(widget, Qt.MouseButton.LeftButton, MODIFIERS[0], spot)
        else:
            QTest.mouseClick(widget, self.random.choice(BUTTONS), MODIFIERS[0], spot)

    def _action(self) -> None:
        actions = [a for a in self.window.findChildren(QAction) if a.isEnabled()]
        named = [a for a in actions if a.objectName().endswith("_action")]
        chosen = self.random.choice(named)
        if chosen.objectName() not in NEVER and chosen.menu() is None:
            self._acted = chosen.objectName()
            chosen.trigger()

    def _slider(self) -> None:
        session = self.window.session
        if session.detection is not None:
            self.window.controller.detection.set_threshold(self.random.random())

    def _open(self) -> None:
        self.window.controller.study.open_path(self.random.choice(self.studies))

    def _resize(self) -> None:
        self.window.showNormal()
        self.window.resize(self.random.randrange(700, 1900), self.random.randrange(500, 1200))

    def _close_dialogs(self) -> None:
        for dialog in self.window.findChildren(QDialog):
            dialog.close()


def main() -> int:
    """Run and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--events", type=int, default=0, help="stop after so many; 0: by time")
    parser.add_argument("--study", type=Path, action="append", default=[])
    parser.add_argument("--growth-mb", type=float, default=50.0)
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="hcc-viewer-monkey-"))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        os.environ[name] = str(home / name.lower())
    prompts = Prompts(
        choose_folder=lambda start: demo_study_dir(),
        choose_report_folder=lambda start: home / "report",
        ask_note=lambda note: "a note" if not note else None,
    )
    window = build(Settings(), prompts=prompts)
    monkey = Monkey(window, options.study or [demo_study_dir()], options.seed)
    _watch(monkey.outcome)
    _close_file_dialogs()
    window.resize(1400, 900)
    window.show()
    early_imports.start().join()
    growth = _run(monkey, options.minutes * 60, options.events)
    window.close()
    outcome = monkey.outcome
    if growth > options.growth_mb:
        outcome.faults.append(f"The memory grew by {growth:.0f} MB.")
    print(f"{outcome.events} events of seed {options.seed}: {dict(outcome.kinds)}")
    print(f"memory growth after the warm-up {growth:.1f} MB")
    print(
        f"GUI thread: busiest event {outcome.slowest_s * 1e3:.0f} ms ({outcome.slowest_kind}), "
        f"{outcome.slow_events} events over 50 ms of processor time, "
        f"{outcome.slow_by_clock} by the clock"
    )
    for code, count in outcome.slow_code.most_common(12):
        print(f"  after 30 ms of processor time, {count} times: {code}")
    print(f"{len(outcome.faults)} faults")
    for fault in outcome.faults[:20]:
        print(f"  {fault}")
    return 1 if outcome.faults else 0


def _close_file_dialogs() -> None:
    """Give up each file dialog of the system: it would wait for a person."""
    nothing: tuple[tuple[str, object], ...] = (
        ("getOpenFileName", ("", "")),
        ("getSaveFileName", ("", "")),
        ("getExistingDirectory", ""),
    )
    for name, answer in nothing:
        setattr(QFileDialog, name, staticmethod(lambda *_, answer=answer, **__: answer))


def _watch(outcome: Outcome) -> None:
    """Take down exceptions, crashes of workers and Qt's warnings."""

    def note(kind: type[BaseException], error: BaseException, trace: object) -> None:
        outcome.faults.append(f"event {outcome.events}: {kind.__name__}: {error}")
        sys.__excepthook__(kind, error, trace)  # type: ignore[arg-type]

    def hear(kind: QtMsgType, _context: object, text: str) -> None:
        if kind != QtMsgType.QtDebugMsg and kind != QtMsgType.QtInfoMsg and HARMLESS not in text:
            outcome.faults.append(f"event {outcome.events}: Qt: {text}")

    class Crashes(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.levelno >= logging.ERROR:
                outcome.faults.append(f"event {outcome.events}: log: {record.getMessage()}")

    sys.excepthook = note
    qInstallMessageHandler(hear)
    logging.getLogger("hcc_viewer").addHandler(Crashes())


def _run(monkey: Monkey, seconds: float, events: int) -> float:
    """Let it go on; how many MB the memory grew after everything had been used once."""
    started = time.monotonic()
    baseline = 0.0 if events else _warmed_up_mb(monkey)
    if events:
        monkey._open()  # something to play with
    reported = time.monotonic()
    while True:
        elapsed = time.monotonic() - started
        if elapsed > seconds or (events and monkey.outcome.events >= events):
            break
        monkey.step()
        if time.monotonic() - reported > 60:
            reported = time.monotonic()
            done = f"{elapsed:.0f} s, {monkey.outcome.events} events, {_memory_mb():.0f} MB"
            print(done, flush=True)
    return _settled_memory_mb(monkey) - baseline if baseline else 0.0


def _warmed_up_mb(monkey: Monkey) -> float:
    """The memory after every large part of the program was used twice, as a working day does."""
    window = monkey.window

    def calm() -> bool:
        return window.session.activity is None and window.session.viewport.volume is not None

    for _ in range(2):
        _settled_memory_mb(monkey)
        for name in WARM_UP:
            action = window.findChild(QAction, f"{name}_action")
            assert isinstance(action, QAction), name
            action.trigger()
            end = time.monotonic() + 90
            while time.monotonic() < end and not calm():
                _process_events()
            monkey._close_dialogs()
    return _settled_memory_mb(monkey)


def _settled_memory_mb(monkey: Monkey) -> float:
    """The memory with the same thing open: all studies closed, then one opened and shown."""
    window = monkey.window
    monkey._close_dialogs()
    window.controller.cancel()
    while window.session.studies:
        window.controller.study.close_study(0)
    end = time.monotonic() + 60
    window.controller.study.open_path(monkey.studies[0])
    while window.session.viewport.volume is None and time.monotonic() < end:
        _process_events()
    for _ in range(200):
        _process_events()
    return _memory_mb()


def _process_events() -> None:
    """What an event loop does between two events; what was closed is deleted too.

    Outside of `exec` Qt keeps back the deletion of what an event closed (QObject.deleteLater).
    """
    QApplication.processEvents()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _memory_mb() -> float:
    with Path("/proc/self/statm").open() as file:
        pages = int(file.read().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    raise SystemExit(main())
