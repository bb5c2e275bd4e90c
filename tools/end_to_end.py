"""Drives the real program under a window manager with real mouse and key events.

    python tools/end_to_end.py [--pictures FOLDER]

Needs Xvfb, openbox, xdotool and, for pictures, ImageMagick's `import`. A folder is dragged from
another program's window and dropped on HCC Viewer; Detect is pressed by its key; slices, window,
zoom and pan are tried with the mouse; findings are accepted and rejected; a distance is drawn; the
report is written through the file dialog; the window is closed. What was done is read back from the
files that the program left, so that the script fails when any of it did not happen.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
STUDY = REPOSITORY / "resources" / "demo"
NEEDED = ("Xvfb", "openbox", "xdotool")
SCREEN = "1600x1000x24"
PATIENCE_S = 120.0

DRAG_SOURCE = """
import sys
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QApplication, QLabel

class Source(QLabel):
    def mousePressEvent(self, event):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(sys.argv[1])])
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.exec(Qt.DropAction.CopyAction)

application = QApplication([])
source = Source("study")
source.setWindowTitle("drag source")
source.setWindowFlags(Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint)
source.setGeometry(20, 930, 120, 50)
source.show()
application.exec()
"""


class Hand:
    """A mouse and a keyboard on one display."""

    def __init__(self, display: str, pictures: Path | None) -> None:
        self.environment = {**os.environ, "DISPLAY": display}
        self._pictures = pictures
        self._count = 0

    def do(self, *words: object) -> str:
        """One call of xdotool."""
        command = ["xdotool", *(str(word) for word in words)]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    def key(self, *keys: str) -> None:
        """Press keys one after another."""
        self.do("key", "--delay", 60, *keys)
        time.sleep(0.3)

    def drag(self, button: int, first: tuple[int, int], second: tuple[int, int]) -> None:
        """Drag with a button, in steps as a hand does."""
        self.do("mousemove", *first)
        time.sleep(0.2)
        self.do("mousedown", button)
        for step in range(1, 13):
            x = first[0] + (second[0] - first[0]) * step // 12
            y = first[1] + (second[1] - first[1]) * step // 12
            self.do("mousemove", x, y)
            time.sleep(0.04)
        time.sleep(0.3)
        self.do("mouseup", button)
        time.sleep(0.3)

    def picture(self, name: str) -> None:
        """Take a picture of the screen."""
        if self._pictures is None or shutil.which("import") is None:
            return
        self._count += 1
        path = self._pictures / f"{self._count:02d}-{name}.png"
        command = ["import", "-window", "root", str(path)]
        subprocess.run(command, env=self.environment, check=True)


def main() -> int:
    """Run all of it; 0 when everything happened."""
    return drive(run, str(__doc__), "The whole way from a dropped folder to a report was gone.")


def drive(run: Callable[[Hand, Path], None], about: str, done: str) -> int:
    """Do something on a screen and in a home of its own; 0 when everything happened."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--pictures", type=Path)
    options = parser.parse_args()
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        print(f"These programs are needed and missing here: {', '.join(missing)}.")
        return 2
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="hcc-viewer-e2e-"))
    config = home / "xdg_config_home" / "hcc-viewer"
    config.mkdir(parents=True)
    (config / "settings.toml").write_text("hints_shown = true\n", encoding="utf-8")
    try:
        with display() as name:
            hand = Hand(name, options.pictures)
            for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
                hand.environment[variable] = str(home / variable.lower())
            run(hand, home)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(done)
    return 0


def run(hand: Hand, home: Path) -> None:
    """The whole way."""
    (home / "out").mkdir()
    with process(hand, "-m", "hcc_viewer") as program, process(hand, "-c", DRAG_SOURCE, STUDY):
        window = find_window(hand)
        hand.picture("started")
        drop_study(hand, window)
        detect(hand, home)
        use_the_mouse(hand)
        decide(hand, home)
        export(hand, home)
        hand.do("windowactivate", "--sync", window)
        hand.key("ctrl+q")
        program.wait(30)
        check(program.returncode == 0, f"the program ended with {program.returncode}")
    check_log(home)


def find_window(hand: Hand) -> str:
    """The program's window, moved to where the script expects it."""

    def found() -> str:
        return hand.do("search", "--onlyvisible", "--name", "HCC Viewer").split("\n")[0]

    wait("the window", lambda: bool(found()))
    window = found()
    time.sleep(1.0)
    hand.do("windowsize", window, 1500, 880)
    hand.do("windowmove", window, 40, 20)
    hand.do("windowactivate", "--sync", window)
    time.sleep(1.0)
    return window


def drop_study(hand: Hand, window: str) -> None:
    """Drag the study from the other program's window and drop it."""
    wait("the drag source", lambda: bool(hand.do("search", "--name", "drag source")))
    time.sleep(0.5)
    hand.drag(1, (80, 955), (800, 500))
    wait_for_study(hand, window)
    time.sleep(2.0)
    hand.picture("dropped")


def wait_for_study(hand: Hand, window: str) -> None:
    """Wait until the window's title names a series before the program."""
    wait("the study", lambda: hand.do("getwindowname", window).endswith(" - HCC Viewer"))


def detect(hand: Hand, home: Path) -> None:
    """Press the key of Detect, and wait for the result."""
    hand.key("F5")
    kept = home / "xdg_data_home" / "hcc-viewer" / "readings"
    wait("the result", lambda: any(kept.glob("*.npz")))
    time.sleep(0.5)
    hand.picture("detected")


def use_the_mouse(hand: Hand) -> None:
    """Wheel, window, zoom, pan, menu, and a peek at the heat map."""
    hand.do("mousemove", 780, 480)
    for button in (5, 5, 5, 4):
        hand.do("click", button)
    hand.drag(1, (780, 480), (830, 450))
    hand.drag(3, (780, 480), (780, 420))
    hand.drag(2, (780, 480), (830, 500))
    hand.do("mousemove", 780, 480, "click", 3)
    time.sleep(0.5)
    hand.picture("menu")
    hand.key("Escape", "Escape")
    hand.key("n")
    hand.do("keydown", "g")
    time.sleep(0.8)
    hand.picture("peek")
    hand.do("keyup", "g")


def decide(hand: Hand, home: Path) -> None:
    """Accept one finding, reject the next, mark a key image, measure."""
    hand.key("y", "n", "r", "k", "d")
    hand.drag(1, (700, 420), (860, 470))
    hand.key("w")
    hand.picture("decided")

    def reading() -> dict[str, list[dict[str, str]]]:
        files = list((home / "xdg_data_home" / "hcc-viewer" / "readings").glob("*.json"))
        record = json.loads(files[0].read_text(encoding="utf-8")) if files else {}
        return dict(record.get("reading", {}))

    wait("the measurement", lambda: bool(reading().get("measurements")))
    kept = reading()
    verdicts = sorted(one["verdict"] for one in kept["decisions"])
    check(verdicts == ["accepted", "rejected"], f"the decisions are {verdicts}")
    check(len(kept["key_slices"]) == 1, "no key image was kept")
    check(kept["measurements"][0]["kind"] == "distance", "no distance was kept")


def export(hand: Hand, home: Path) -> None:
    """Write the report through the file dialog."""
    hand.key("ctrl+e")
    wait("the dialog", lambda: bool(hand.do("search", "--onlyvisible", "--name", "report")))
    time.sleep(1.0)
    hand.key("ctrl+a")
    hand.do("type", "--delay", 15, str(home / "out"))
    time.sleep(0.5)
    hand.key("Return")
    time.sleep(1.0)
    if hand.do("search", "--onlyvisible", "--name", "Choose a folder"):
        hand.key("Return")
    wait("the report", lambda: (home / "out" / "result.json").is_file())
    names = {path.name for path in (home / "out").iterdir()}
    check("report.pdf" in names, f"there is no report.pdf among {sorted(names)}")
    record = json.loads((home / "out" / "result.json").read_text(encoding="utf-8"))
    check(record["format"] == "hcc-viewer-result", "the result has another format")
    check(len(record["findings"]) >= 2, "the result has fewer than two findings")
    time.sleep(0.5)
    hand.picture("exported")


def check_log(home: Path) -> None:
    """The log tells of no crash, and names nobody."""
    logs = list((home / "xdg_state_home").rglob("*.log"))
    check(bool(logs), "there is no log")
    text = "".join(path.read_text(encoding="utf-8") for path in logs)
    check("Traceback" not in text, f"the log tells of a crash:\n{text}")
    check("SIM" not in text, "the log names the patient")


# --- processes ------------------------------------------------------------------------------


@contextmanager
def display() -> Iterator[str]:
    """A screen of its own with a window manager."""
    read, write = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", SCREEN, "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as answer:
        name = f":{answer.readline().strip()}"
    environment = {**os.environ, "DISPLAY": name}
    manager = subprocess.Popen(["openbox"], env=environment, stderr=subprocess.DEVNULL)
    time.sleep(1.0)
    try:
        yield name
    finally:
        for one in (manager, screen):
            one.terminate()
            one.wait(10)


@contextmanager
def process(hand: Hand, *arguments: object) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process on the display, from this checkout; ended in any case."""
    environment = {**hand.environment, "QT_QPA_PLATFORM": "xcb", "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, *(str(one) for one in arguments)]
    started = subprocess.Popen(command, env=environment, cwd=REPOSITORY)
    try:
        yield started
    finally:
        if started.poll() is None:
            started.terminate()
            started.wait(20)


def wait(what: str, is_there: Callable[[], bool]) -> None:
    """Wait until something is so, or give up."""
    end = time.monotonic() + PATIENCE_S
    while not is_there():
        if time.monotonic() > end:
            raise SystemExit(f"In vain waited for {what}.")
        time.sleep(0.2)


def check(is_so: bool, otherwise: str) -> None:
    """Give up when something is not as it should be."""
    if not is_so:
        raise SystemExit(f"Wrong: {otherwise}.")


if __name__ == "__main__":
    raise SystemExit(main())
