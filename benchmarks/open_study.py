"""How fast a study opens, as ratios to other readers within one run.

    python benchmarks/open_study.py [--files 2000] [--runs 5] [--json]

- `scan`: `pydicom.dcmread(stop_before_pixels=True)` over all files in one loop, over `scan_study`.
- `load`: SimpleITK's `ImageSeriesReader` on a series of 100 slices, over `load_volume`.
- `first image`: the whole scan, over the time until the first image can be drawn (partial result,
  pixels of its middle slice, display window).

Above 1 this program is the faster. Ratios are medians over the runs, which take turns, so that a
busy machine slows all alike. Needs the `test` extra (SimpleITK).
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import SimpleITK

from hcc_viewer.dicom import Geometry, Series, Study, load_volume, scan_study

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tests.make_dicom import HBP, item, make_series

SLICES = 100
SHAPE = (320, 320)


def main() -> None:
    """Write a study, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print("Writing the study ...", file=sys.stderr)
        _write_study(folder, options.files)
        ratios = {
            "scan": _ratio(options.runs, lambda: _pydicom_loop(folder), lambda: _scan(folder)),
            "load": _load_ratio(options.runs, folder),
            "first image": _ratio(
                options.runs, lambda: _scan(folder), lambda: _first_image(folder)
            ),
        }
    if options.json:
        print(json.dumps({name: round(ratio, 3) for name, ratio in ratios.items()}))
        return
    for name, ratio in ratios.items():
        print(f"{name:12s} {ratio:6.2f} times as fast")


def _write_study(folder: Path, files: int) -> None:
    """Series of 100 slices."""
    pixels = np.random.default_rng(0).integers(0, 2000, SHAPE).astype(np.uint16)
    usual = {
        "ReferencedImageSequence": [
            item(ReferencedSOPClassUID="1.2", ReferencedSOPInstanceUID=f"1.2.{i}") for i in range(3)
        ],
        "SoftwareVersions": "1.0",
        "StationName": "MR1",
        "EchoTrainLength": 1,
        "NumberOfAverages": 1,
        "PercentSampling": 80,
        "PercentPhaseFieldOfView": 75,
        "PixelBandwidth": 400,
        "PatientPosition": "HFS",
        "WindowCenter": 900,
        "WindowWidth": 1800,
    }
    for number in range(max(1, files // SLICES)):
        make_series(
            folder / f"{number:03d}",
            SLICES,
            spacing_mm=2.0,
            series=f"{number}",
            pixels=lambda i: pixels,
            **{**HBP, **usual, "PixelSpacing": [1.2, 1.2], "SeriesNumber": number},
        )


def _ratio(runs: int, theirs: Callable[[], float], ours: Callable[[], float]) -> float:
    """Their time over ours: the median over runs that take turns, after one of each to warm up."""
    theirs(), ours()
    return statistics.median(theirs() / ours() for _ in range(runs))


def _pydicom_loop(folder: Path) -> float:
    files = sorted(folder.rglob("*.dcm"))
    started = time.perf_counter()
    for path in files:
        pydicom.dcmread(path, stop_before_pixels=True)
    return time.perf_counter() - started


def _scan(folder: Path) -> float:
    started = time.perf_counter()
    scan_study(folder)
    return time.perf_counter() - started


def _load_ratio(runs: int, folder: Path) -> float:
    series = scan_study(folder / "000").series[0]
    return _ratio(runs, lambda: _simpleitk(series), lambda: _load(series))


def _simpleitk(series: Series) -> float:
    started = time.perf_counter()
    reader = SimpleITK.ImageSeriesReader()
    reader.SetFileNames([str(instance.path) for instance in series.instances])
    reader.Execute()
    return time.perf_counter() - started


def _load(series: Series) -> float:
    started = time.perf_counter()
    load_volume(series)
    return time.perf_counter() - started


def _first_image(folder: Path) -> float:
    """Until the middle slice of the first partial result is there."""
    found: list[float] = []
    started = time.perf_counter()

    def show(study: Study) -> None:
        if not found:
            _load_one_slice(study.series[0])
            found.append(time.perf_counter() - started)

    scan_study(folder, on_partial=show)
    return found[0]


def _load_one_slice(series: Series) -> None:
    middle = len(series.instances) // 2
    places = series.geometry.positions_mm[middle : middle + 1].copy()
    geometry = Geometry(series.geometry.affine.copy(), places, series.geometry.known)
    load_volume(replace(series, instances=series.instances[middle : middle + 1], geometry=geometry))


if __name__ == "__main__":
    main()
