"""Uses a program as its users do, from outside: the same check for source, folder and package.

    python packaging/check_program.py -- dist/hcc-viewer/hcc-viewer
    python packaging/check_program.py -- python -m hcc_viewer
    python packaging/check_program.py --root /srv/bare -- /opt/hcc-viewer/hcc-viewer

Headless: detects on the demo study in every report format, and on part of it in every transfer
syntax (`codec_samples.py`). With Xvfb and xdotool: opens the demo study, detects, exports the
report, by keys alone. `--root` runs the program inside that folder by chroot. Prints a line per
check; the exit status is 1 when one fails.
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
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

PATIENCE_S = 300
SAME = 1e-4
"""Lossless encodings must give the same probabilities but for the last digits of float32."""

REPORT = {"result.json", "report.pdf", "overview.png", "slices.csv", "findings.csv", "sr.dcm"}


@dataclass(frozen=True)
class Program:
    """A program to check, and where it sees the folder of the samples."""

    command: Sequence[str]
    root: Path
    """`/`, or the folder that the program takes for it."""
    work: Path
    """As seen from outside; lies below `root`."""

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run to the end."""
        return subprocess.run(
            self.line(*words),
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    def line(self, *words: str) -> list[str]:
        """The whole command."""
        inside = [*self.command, *words]
        return inside if self.root == Path("/") else ["chroot", str(self.root), *inside]

    def inside(self, path: Path) -> str:
        """A path as the program sees it."""
        return str(path) if self.root == Path("/") else f"/{path.relative_to(self.root)}"

    def environment(self, **more: str) -> dict[str, str]:
        """A home of its own, and no settings of the caller's Python or Qt."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("QT_")}
        kept.pop("PYTHONPATH", None)
        home = self.inside(self.work / "home")
        places = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"), home)
        return kept | places | {"LC_ALL": "C.UTF-8"} | more


def main() -> int:
    """Run all checks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path("/"))
    parser.add_argument("--no-window", action="store_true", help="leave out the window")
    parser.add_argument("--only", default="", help="a word of the checks to run")
    parser.add_argument("--screenshot", type=Path, help="keep a picture of the window here")
    parser.add_argument("command", nargs="+", help="the program, after --")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.root / "tmp") as name:
        work = Path(name)
        (work / "home").mkdir()
        program = Program(options.command, options.root, work)
        checks: list[tuple[str, Callable[[], str]]] = [
            ("version", lambda: check_version(program)),
            ("demo, every report format", lambda: check_demo(program)),
            ("every transfer syntax", lambda: check_codecs(program)),
            ("what cannot be read", lambda: check_refusal(program)),
        ]
        if not options.no_window:
            checks.append(("window", lambda: check_window(program, options.screenshot)))
        results = [report(name, check) for name, check in checks if options.only in name]
    return 0 if results and all(results) else 1


def report(name: str, check: Callable[[], str]) -> bool:
    """Run one check and print how it went."""
    started = time.monotonic()
    try:
        word, said, good = "ok    ", check(), True
    except (AssertionError, OSError, ValueError, subprocess.SubprocessError) as error:
        word, said, good = "FAILED", f"{type(error).__name__}: {error}", False
    print(f"{word} {name} ({time.monotonic() - started:.1f} s): {said}", flush=True)
    return good


def check_version(program: Program) -> str:
    """The program starts at all, and holds no TensorFlow."""
    result = program.run("--version")
    expect(result.returncode == 0, result.stderr)
    return result.stdout.strip()


def check_demo(program: Program) -> str:
    """Detects on the demo study and writes every format."""
    out = program.work / "demo"
    demo = _demo_study(program)
    formats = "pdf,png,csv,sr,sc,ko"
    result = program.run("detect", demo, "--out", program.inside(out), "--format", formats)
    expect(result.returncode == 0, result.stderr)
    found = {path.name for path in out.iterdir()}
    expect(found >= REPORT, f"missing: {sorted(REPORT - found)}")
    record = json.loads((out / "result.json").read_text(encoding="utf-8"))
    expect(len(record["findings"]) > 0, "no finding in the demo study")
    return f"{len(record['slices'])} slices, {len(record['findings'])} findings, {len(found)} files"


def check_codecs(program: Program) -> str:
    """Every transfer syntax gives what the plain one gives."""
    from codec_samples import LOSSY, write_samples

    samples = program.work / "codecs"
    references = write_samples(samples)
    found: dict[str, list[float]] = {}
    for name, reference in references.items():
        out = program.work / "results" / name
        folder = program.inside(samples / name)
        result = program.run("detect", folder, "--out", program.inside(out))
        expect(result.returncode == 0, f"{name}: {result.stderr}")
        record = json.loads((out / "result.json").read_text(encoding="utf-8"))
        values = found[name] = [item["probability"] for item in record["slices"]]
        limit = 0.2 if name in LOSSY else SAME
        worst = max(abs(a - b) for a, b in zip(values, found[reference], strict=True))
        expect(worst <= limit, f"{name}: probabilities differ by {worst:.5f}")
    return ", ".join(references)


def check_refusal(program: Program) -> str:
    """A file that is no DICOM gives one sentence and status 3."""
    path = program.work / "note.txt"
    path.write_text("no image", encoding="utf-8")
    result = program.run("detect", program.inside(path), "--out", program.inside(program.work))
    expect(result.returncode == 3, f"status {result.returncode}: {result.stderr}")
    expect("Traceback" not in result.stderr, result.stderr)
    expect(len(result.stderr.strip().splitlines()) == 1, result.stderr)
    return result.stderr.strip()


def check_window(program: Program, screenshot: Path | None) -> str:
    """Opens the demo study, detects, exports and closes, by keys on a real X server."""
    for tool in ("Xvfb", "xdotool"):
        expect(shutil.which(tool) is not None, f"{tool} is not installed")
    out = program.work / "window"
    out.mkdir()
    with Screen(program) as screen:
        started = time.monotonic()
        process = subprocess.Popen(
            program.line("demo"), env=program.environment(DISPLAY=screen.name)
        )
        try:
            screen.wait_for_window("HCC Viewer")
            shown = time.monotonic() - started
            screen.press_until_window("F5", "ctrl+e", "Choose a folder")
            screen.type_line(program.inside(out))
            wait_until(lambda: (out / "report.pdf").exists(), "the report")
            if screenshot:
                screen.save(screenshot)
            screen.press("ctrl+q", "HCC Viewer")
            status = process.wait(timeout=60)
        finally:
            if process.poll() is None:
                process.kill()
    expect(status == 0, f"the program ended with status {status}")
    record = json.loads((out / "result.json").read_text(encoding="utf-8"))
    return f"shown after {shown:.1f} s; {len(record['findings'])} findings exported"


class Screen:
    """An X server of its own, and hands on its keyboard."""

    def __init__(self, program: Program) -> None:
        self._sockets = program.root / "tmp" / ".X11-unix"
        self._is_bare = program.root != Path("/")

    def __enter__(self) -> Screen:
        reading, writing = os.pipe()
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1000x24"]
        self._server = subprocess.Popen(
            [*command, "-nolisten", "tcp"], pass_fds=[writing], stderr=subprocess.DEVNULL
        )
        os.close(writing)
        number = os.fdopen(reading).readline().strip()
        self.name = f":{number}"
        if self._is_bare:
            # An abstract socket is reached from within a chroot as it is; a path may be linked.
            self._sockets.mkdir(exist_ok=True)
            target = self._sockets / f"X{number}"
            target.unlink(missing_ok=True)
            target.hardlink_to(f"/tmp/.X11-unix/X{number}")
        return self

    def __exit__(self, *_: object) -> None:
        self._server.terminate()
        self._server.wait()

    def wait_for_window(self, title: str, pause: float = 0.2) -> str:
        """The number of the window with this title, once it is there."""
        wait_until(lambda: bool(self._find(title)), f"the window '{title}'", pause)
        return self._find(title)[-1]

    def press_until_window(self, first: str, then: str, title: str) -> None:
        """Press `first` and `then` in the main window until a window of that title comes."""
        end = time.monotonic() + PATIENCE_S
        while not self._find(title):
            expect(time.monotonic() < end, f"the window '{title}' did not come")
            self.press(first, "HCC Viewer")
            time.sleep(2)
            self.press(then, "HCC Viewer")
            time.sleep(1)

    def press(self, keys: str, title: str) -> None:
        """Press keys in the window with this title."""
        self._xdotool("windowfocus", self.wait_for_window(title), "key", "--clearmodifiers", keys)

    def type_line(self, text: str) -> None:
        """Type into the dialog that is open, and press Return twice: chosen, and confirmed."""
        self._xdotool("windowfocus", self.wait_for_window("Choose a folder"))
        time.sleep(1)
        self._xdotool("key", "ctrl+a")
        self._xdotool("type", "--delay", "20", text)
        self._xdotool("key", "Return")

    def save(self, path: Path) -> None:
        """A picture of the screen, with ImageMagick."""
        command = ["import", "-display", self.name, "-window", "root", str(path)]
        subprocess.run(command, check=False)

    def _find(self, title: str) -> list[str]:
        command = ["xdotool", "search", "--onlyvisible", "--name", title]
        result = subprocess.run(
            command, env=self._environment(), capture_output=True, text=True, check=False
        )
        return result.stdout.split()

    def _xdotool(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], env=self._environment(), check=True, timeout=60)

    def _environment(self) -> dict[str, str]:
        return os.environ | {"DISPLAY": self.name}


def wait_until(is_done: Callable[[], bool], what: str, pause: float = 0.2) -> None:
    """Wait for something with patience, and fail with its name."""
    end = time.monotonic() + PATIENCE_S
    while not is_done():
        expect(time.monotonic() < end, f"{what} did not come within {PATIENCE_S} s")
        time.sleep(pause)


def expect(condition: bool, complaint: str) -> None:
    """Fail with a sentence, also where Python leaves out its assertions."""
    if not condition:
        raise AssertionError(complaint.strip())


def _demo_study(program: Program) -> str:
    """The demo study copied to where the program sees it."""
    source = Path(__file__).resolve().parents[1] / "resources" / "demo"
    target = program.work / "study"
    if not target.exists():
        shutil.copytree(source, target)
    return program.inside(target)


if __name__ == "__main__":
    sys.exit(main())
