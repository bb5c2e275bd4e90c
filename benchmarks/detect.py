"""How long detection takes on the demo study, beside the arithmetic that it cannot do without.

    python benchmarks/detect.py [STUDY] [--runs N]

Prints a table and JSON. The floor is the time of a float32 matrix product with as many
multiply-adds as the network needs a slice, measured in the same run on the same processors.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from hcc_viewer.detection import detect, load_model
from hcc_viewer.dicom import load_volume, scan_study
from hcc_viewer.headless import choose_series
from hcc_viewer.paths import demo_study_dir

MATRIX = 2048
"""Side of the matrices of the floor; large enough to keep all units busy."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", nargs="?", type=Path, default=demo_study_dir())
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    model = load_model()
    series = choose_series(scan_study(options.study))
    timings = [detect(load_volume(series), model).timing for _ in range(options.runs + 1)][1:]
    slices = len(series.instances)
    stages = {
        stage: statistics.median(getattr(timing, stage) for timing in timings)
        for stage in ("read", "prepare", "predict", "total")
    }
    product_s = _median_time(_matrix_product(), options.runs)
    record = {
        "slices": slices,
        "seconds": {stage: round(value, 4) for stage, value in stages.items()},
        "ms_per_slice": {stage: round(1e3 * v / slices, 3) for stage, v in stages.items()},
        "matrix_product_s": round(product_s, 4),
        "gmac_per_s": round(MATRIX**3 / product_s / 1e9, 1),
    }
    for stage, value in stages.items():
        print(
            f"{stage:8s} {value:7.3f} s  {1e3 * value / slices:7.2f} ms a slice  "
            f"{value / product_s:6.1f} matrix products"
        )
    print(json.dumps(record))


def _matrix_product() -> Callable[[], object]:
    generator = np.random.default_rng(0)
    first, second = (generator.random((MATRIX, MATRIX), np.float32) for _ in range(2))
    return lambda: first @ second


def _median_time(work: Callable[[], object], runs: int) -> float:
    times = []
    for _ in range(runs + 1):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times[1:])


if __name__ == "__main__":
    main()
