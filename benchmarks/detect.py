"""How long detection takes and how much memory, beside yardsticks measured in the same run.

    python -m benchmarks.detect [--study STUDY] [--runs 3] [--tensorflow] [--json FILE]

Prints a table and JSON. The yardsticks: the network's multiply-adds at the speed of a matrix
product; a Python that only imports TensorFlow; and with `--tensorflow` the paper's way, the same
network in TensorFlow, slice by slice. The last two need the training extra. On a machine that does
other work as well only the ratios mean anything, and the processor times more than the wall's.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from benchmarks import processes
from benchmarks.arithmetic import best_seconds, multiply_adds, seconds_per_multiply_add
from benchmarks.study import write_study
from hcc_viewer.detection import Detection, Model, detect, load_model
from hcc_viewer.detection.model import bundled_model_path
from hcc_viewer.detection.pipeline import BATCH_SIZE
from hcc_viewer.dicom import Volume, load_volume, scan_study
from hcc_viewer.headless import choose_series

WINDOW = (
    "from hcc_viewer.gui.app import build; from hcc_viewer.settings import Settings;"
    "from PySide6.QtWidgets import QApplication; w = build(Settings()); w.show();"
    "QApplication.processEvents(); w.controller.shutdown()"
)
BARE_WINDOW = (
    "from PySide6.QtWidgets import QApplication, QMainWindow; a = QApplication([]);"
    "w = QMainWindow(); w.show(); a.processEvents()"
)


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    name: str
    value: float
    unit: str
    ratio: float | None = None
    """To its yardstick."""
    yardstick: str = ""

    def line(self) -> str:
        """The line as text."""
        ratio = f"{self.ratio:7.2f} x {self.yardstick}" if self.ratio is not None else ""
        return f"{self.name:44s} {self.value:9.3f} {self.unit:4s} {ratio}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--study", type=Path, help="default: 100 slices of 320 x 320, made here")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--tensorflow", action="store_true", help="measure the paper's way too")
    parser.add_argument("--json", type=Path, help="write the JSON here as well")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        study = options.study or write_study(Path(name) / "study")
        # First, while this process is small: Linux counts a parent's memory for its child's.
        outer = whole_processes(study, Path(name), options.runs)
        figures = in_process(study, options.runs, options.tensorflow) + outer
    for figure in figures:
        print(figure.line())
    text = json.dumps({figure.name: vars(figure) for figure in figures}, indent=1)
    print(text)
    if options.json:
        options.json.write_text(text, encoding="utf-8")


def in_process(study: Path, runs: int, with_tensorflow: bool) -> list[Figure]:
    """Stages, floor, first slice, and the paper's way."""
    model = load_model()
    series = choose_series(scan_study(study))
    trials = [_trial(load_volume(series), model) for _ in range(runs + 1)][1:]
    slices = len(series.instances)
    floor = multiply_adds(bundled_model_path()) * slices * seconds_per_multiply_add()
    network = _network_seconds(model, slices, runs)
    figures = [Figure("slices", slices, "")]
    for stage in ("read", "prepare", "predict", "total"):
        value = statistics.median(getattr(found.timing, stage) for found, _ in trials)
        figures.append(Figure(stage, value, "s", value / floor, "the arithmetic floor"))
    first = statistics.median(seconds for _, seconds in trials)
    figures += [
        Figure("arithmetic floor", floor, "s"),
        Figure("network alone", network, "s", network / floor, "the arithmetic floor"),
        Figure("first flagged slice after the click", first, "s", first / floor, "the floor"),
    ]
    if with_tensorflow:
        paper = _paper_seconds(model, slices)
        ours = statistics.median(found.timing.total for found, _ in trials)
        figures.append(Figure("the paper's way, network alone", paper, "s", paper / ours, "total"))
    return figures


def whole_processes(study: Path, out: Path, runs: int) -> list[Figure]:
    """`detect` and the window as whole processes, beside one that only imports TensorFlow or Qt."""
    program = [sys.executable, "-m", "hcc_viewer", "detect", str(study), "--out", str(out / "out")]
    figures = []
    ours = processes.median([processes.run(program) for _ in range(runs)])
    figures.append(Figure("detect, whole process: peak memory", ours.peak_mb, "MB"))
    if find_spec("tensorflow") is None:
        figures.append(Figure("detect, whole process", ours.seconds, "s"))
    else:
        command = [sys.executable, "-c", "import tensorflow"]
        theirs = processes.median([processes.run(command) for _ in range(runs)])
        wall, busy = theirs.seconds, theirs.processor_seconds
        name = "importing TensorFlow"
        figures += [
            Figure("detect, whole process", ours.seconds, "s", ours.seconds / wall, name),
            Figure(
                "detect, processor time",
                ours.processor_seconds,
                "s",
                ours.processor_seconds / busy,
                name,
            ),
        ]
    windows = [
        processes.median(
            [
                processes.run([sys.executable, "-c", code], QT_QPA_PLATFORM="offscreen")
                for _ in range(runs)
            ]
        ).seconds
        for code in (WINDOW, BARE_WINDOW)
    ]
    figures.append(
        Figure("start to usable window", windows[0], "s", windows[0] / windows[1], "a bare window")
    )
    return figures


def _trial(volume: Volume, model: Model) -> tuple[Detection, float]:
    """A detection, and the seconds until its first flagged slice (or its end, without any)."""
    started = time.perf_counter()
    seen: list[float] = []

    def watch(batch: list) -> None:
        if not seen and any(item.probability >= model.card.threshold for item in batch):
            seen.append(time.perf_counter() - started)

    found = detect(volume, model, on_slices=watch)
    return found, seen[0] if seen else time.perf_counter() - started


def _network_seconds(model: Model, slices: int, runs: int) -> float:
    size, channels = model.card.input.size, len(model.card.input.offsets_mm)
    batch = np.random.default_rng(0).random((BATCH_SIZE, size, size, channels), np.float32)
    return best_seconds(lambda: model.predict(batch), 3 * runs) * slices / BATCH_SIZE


def _paper_seconds(model: Model, slices: int) -> float:
    """The same layers in TensorFlow, one `predict` a slice, as the paper's program did."""
    from hcc_viewer.records import build_record
    from hcc_viewer.training.architecture import build_network
    from hcc_viewer.training.config import NetworkConfig

    config = build_record(NetworkConfig, model.card.training["config"]["network"])
    network = build_network(config, model.card.input)
    size, channels = model.card.input.size, len(model.card.input.offsets_mm)
    image = np.zeros((1, size, size, channels), np.float32)
    return best_seconds(lambda: network.predict(image, verbose=0), 10) * slices


if __name__ == "__main__":
    main()
