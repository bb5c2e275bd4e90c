"""How fast the viewer paints and scrolls, and what a large study needs of memory.

    QT_QPA_PLATFORM=offscreen python -m benchmarks.viewer [--paints N]

Three figures: the time to paint a 512x512 slice with its heat map in a 1200x900 view; whether 200
wheel steps at 60 a second show 200 different slices; the resident memory with a study of 4 series
and 400 slices of 512x512 open in four views. The processor time of the GUI thread is given beside
the wall time: on a busy machine only the former tells something of the program.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from hcc_viewer.gui.app import build  # isort: skip  # ONNX Runtime comes before Qt
import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from benchmarks.study import write_study
from hcc_viewer.dicom import Geometry, Instance, PhaseScore, Series, Study, Volume
from hcc_viewer.gui.panes import Layout
from hcc_viewer.gui.services import Services
from hcc_viewer.gui.viewport import Window
from hcc_viewer.gui.views.slice_view import SliceView
from hcc_viewer.settings import Settings

SIZE = 512
VIEW = (1200, 900)
STEPS = 200
PER_SECOND = 60


@dataclass(frozen=True)
class Times:
    """Of one kind of work, in milliseconds."""

    median: float
    p99: float
    worst: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--paints", type=int, default=300)
    parser.add_argument("--memory", choices=[one.value for one in Layout], help="only this")
    parser.add_argument("--only-speed", action="store_true", help="do not measure the memory")
    parser.add_argument("--study", type=Path, help="with --memory: open this folder")
    options = parser.parse_args()
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    if options.memory:
        print(memory_mb_of(Layout(options.memory), options.study))
        return
    wall, busy = time_paints(options.paints)
    shown, late, lag = scroll()
    memory = {} if options.only_speed else measure_memory()
    record = {
        "paint_ms": {"wall": asdict(wall), "gui_thread": asdict(busy)},
        "scroll": {
            "steps": STEPS,
            "different_slices_painted": shown,
            "late_steps": late,
            "wheel_to_paint_ms": asdict(lag),
        },
        "memory_mb": {layout.value: round(mb) for layout, mb in memory.items()},
    }
    print(f"paint, wall        median {wall.median:6.2f} ms   99 % {wall.p99:6.2f} ms")
    print(f"paint, GUI thread  median {busy.median:6.2f} ms   99 % {busy.p99:6.2f} ms")
    print(f"scroll             {shown} different slices of {STEPS} steps, {late} steps late")
    print(f"wheel to paint     median {lag.median:6.2f} ms   99 % {lag.p99:6.2f} ms")
    for layout, mb in memory.items():
        print(f"memory             {mb:.0f} MB, 4 series and 400 slices, layout '{layout.value}'")
    print(json.dumps(record))


# --- painting -------------------------------------------------------------------------------


def time_paints(count: int) -> tuple[Times, Times]:
    """Paint a new slice with a new heat map each time: wall time, and the thread's own time."""
    volume = make_volume(make_series(1, 40))
    view = SliceView()
    view.resize(*VIEW)
    view.show()
    view.set_volume(volume)
    view.set_window(Window(500.0, 1000.0))
    view.set_opacity(0.5)
    QApplication.processEvents()  # until it is exposed, a repaint does nothing
    cams = [make_cam(index) for index in range(8)]
    wall, busy = [], []
    for index in range(count + 20):
        view.set_slice(index % 40)
        view.set_heat_map(cams[index % len(cams)])
        first, own = time.perf_counter(), time.thread_time()
        view.repaint()
        wall.append(time.perf_counter() - first)
        busy.append(time.thread_time() - own)
    view.close()
    return _times(wall[20:]), _times(busy[20:])


def _times(seconds: list[float]) -> Times:
    ordered = sorted(1e3 * one for one in seconds)
    p99 = ordered[min(len(ordered) - 1, round(0.99 * len(ordered)))]
    return Times(round(statistics.median(ordered), 2), round(p99, 2), round(ordered[-1], 2))


# --- scrolling ------------------------------------------------------------------------------


def scroll() -> tuple[int, int, Times]:
    """Send wheel steps at 60 a second.

    Returns:
        The different slices painted; the steps whose slice was not painted before the next step
        was due; the time from wheel to paint.
    """
    series = make_series(1, STEPS + 1)
    window = build(Settings(restore_sessions=False), services_for((series,)))
    window.resize(*VIEW)
    window.show()
    window.controller.study.open_path(Path())
    wait(lambda: window.session.viewport.volume is not None)
    wait(lambda: window.session.card is not None)
    window.controller.display.first_slice()
    view = window.findChild(SliceView, "slice_view")
    assert isinstance(view, SliceView)
    for _ in range(50):
        QApplication.processEvents()
    painted: dict[int, float] = {}
    watcher = PaintWatcher(view, painted)
    sent = []
    start = time.perf_counter() + 0.1
    for step in range(STEPS):
        while time.perf_counter() < start + step / PER_SECOND:
            QApplication.processEvents()
        sent.append(time.perf_counter())
        turn_wheel(view)
        QApplication.processEvents()
    wait(lambda: STEPS in painted)
    view.removeEventFilter(watcher)
    window.close()
    lags = [painted[i + 1] - moment for i, moment in enumerate(sent) if i + 1 in painted]
    late = STEPS - len(lags) + sum(lag > 1 / PER_SECOND for lag in lags)
    return len(painted), late, _times(lags)


class PaintWatcher(QObject):
    """Takes down when each slice was painted first."""

    def __init__(self, view: SliceView, painted: dict[int, float]) -> None:
        super().__init__(view)
        self._view, self._painted = view, painted
        view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's name
        """See the paints."""
        if watched is self._view and event.type() == QEvent.Type.Paint:
            self._painted.setdefault(self._view.shown_slice, time.perf_counter())
        return False


def turn_wheel(view: SliceView) -> None:
    """One notch."""
    spot = QPointF(300, 300)
    event = QWheelEvent(
        spot,
        QPointF(view.mapToGlobal(spot)),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


# --- memory ---------------------------------------------------------------------------------


def measure_memory() -> dict[Layout, float]:
    """In one view and in four, each in a process of its own."""
    with large_study() as study:
        return {one: memory_in_a_process(one, study) for one in (Layout.ONE, Layout.FOUR)}


def memory_mb_of(layout: Layout, folder: Path | None) -> float:
    """The memory of this process with a large study open; one is written when none is given."""
    if folder is not None:
        return open_large_study(layout, folder)
    with large_study() as study:
        return memory_in_a_process(layout, study)


@contextmanager
def large_study() -> Iterator[Path]:
    """A folder with a study of 4 series of 100 slices, as scanners write it, for a while."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(1, 5):
            write_study(Path(folder) / str(number), 100, SIZE, number)
        yield Path(folder)


def memory_in_a_process(layout: Layout, study: Path) -> float:
    """The memory of a process of its own."""
    module = [sys.executable, "-m", "benchmarks.viewer"]
    command = [*module, "--memory", layout.value, "--study", str(study)]
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
    return float(done.stdout.split()[-1])


def open_large_study(layout: Layout, folder: Path) -> float:
    """The memory with a study of 4 series of 100 slices, each of which was shown and scrolled."""
    window = build(Settings(restore_sessions=False))
    window.resize(1500, 940)
    window.show()
    window.controller.study.open_path(folder)
    wait(lambda: window.session.activity is None and window.session.viewport.volume is not None)
    wait(lambda: window.session.card is not None)
    series = window.session.series
    assert [len(one.instances) for one in series] == [100] * 4
    panes = window.session.panes
    window.controller.panes.set_layout(layout)
    wait(lambda: all(panes.viewports[index].stack is not None for index in panes.seen))
    wait(lambda: len(window.session.thumbnails) == len(series))
    for row in range(len(series)) if layout == Layout.ONE else (0,):
        window.controller.show_series(row)
        wait(lambda row=row: window.session.shown_row == row)
        for index in range(100):
            window.controller.display.show_slice(index)
            QApplication.processEvents()
    result = memory_mb()
    window.close()
    return result


def memory_mb() -> float:
    """Resident memory of this process."""
    with Path("/proc/self/statm").open() as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


# --- what is looked at ----------------------------------------------------------------------


def make_series(number: int, slices: int) -> Series:
    """The headers of an axial series of 512x512 pixels."""
    affine = np.diag([0.7, 0.7, 2.0, 1.0])
    affine[:3, 3] = -180.0, -180.0, -100.0
    uid = f"1.2.{number}"
    return Series(
        study_instance_uid="1.2",
        series_instance_uid=uid,
        description=f"Series {number}",
        modality="MR",
        instances=tuple(Instance(Path(f"{i}.dcm"), f"{uid}.{i}") for i in range(slices)),
        geometry=Geometry(affine, -100.0 + 2.0 * np.arange(slices)),
        rows=SIZE,
        columns=SIZE,
        phase=PhaseScore(90 if number == 1 else 20),
    )


def make_volume(series: Series) -> Volume:
    """Noise with a bright ellipse; every slice differs."""
    generator = np.random.default_rng(len(series.instances))
    rows, columns = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    body = ((rows - 256) / 180) ** 2 + ((columns - 256) / 230) ** 2 < 1
    array = np.empty((len(series.instances), SIZE, SIZE), np.float32)
    for index in range(len(array)):
        array[index] = generator.normal(500.0, 40.0, (SIZE, SIZE)).astype(np.float32) * body + index
    return Volume(series, array, 500.0, 1000.0)


def make_cam(index: int) -> np.ndarray:
    """Two warm places."""
    rows, columns = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    near = np.exp(-((rows - 200 - index) ** 2 + (columns - 180) ** 2) / 2000.0)
    far = 0.6 * np.exp(-((rows - 300) ** 2 + (columns - 330 + index) ** 2) / 3000.0)
    return np.maximum(near, far).astype(np.float32)


def services_for(series: tuple[Series, ...]) -> Services:
    """The program below the window, with this study in place of files."""
    return replace(
        Services(),
        scan=lambda path, report, on_partial: Study(path, series),
        load_volume=lambda one, report: make_volume(one),
    )


def wait(is_done: object) -> None:
    """Let the window live until something is so."""
    end = time.monotonic() + 120
    while not is_done():  # type: ignore[operator]
        if time.monotonic() > end:
            raise SystemExit("The window did not come so far in time.")
        QApplication.processEvents()


if __name__ == "__main__":
    main()
