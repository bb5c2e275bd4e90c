"""Reads a study of three cases in the real window, by key presses of an X server.

Needs Xvfb and xdotool. Starts the window as a user would (`hcc-viewer reader-study read`), presses
the keys, counts the results with `hcc-viewer reader-study results`, and fails when they are
not what the keys said. `--picture FILE` keeps a screenshot (needs ImageMagick's `import`).

    python tools/drive_reader_study.py [--picture reading.png]
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

DISPLAY = ":87"
WAIT_S = 120

FIRST = 5
"""Of the two slices that are marked, from 0 at the foot end."""


def main() -> None:
    """Make the study, read it, count it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--picture", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        slices = make_study(folder)
        server = subprocess.Popen(["Xvfb", DISPLAY, "-screen", "0", "1280x900x24"])
        try:
            read(folder, options.picture)
        finally:
            server.terminate()
            server.wait()
        check(folder, slices)
    print("Three cases read by real key presses; the figures are right.")


def make_study(folder: Path) -> int:
    """Three toy cases in a study; how many slices each has."""
    from hcc_viewer.catalogue import CatalogueWriter
    from hcc_viewer.catalogue.splits import SplitShares
    from hcc_viewer.reader_study import create_study
    from hcc_viewer.training.importers.simulated import SOURCE, from_simulated
    from tests.training.toy import make_toy_case

    with CatalogueWriter(folder / "cases", SOURCE) as writer:
        for seed in (1, 2, 3):
            case = from_simulated(make_toy_case(seed), f"toy-{seed}")
            writer.add(replace(case, facts=replace(case.facts, patient=f"p{seed}")))
        catalogue = writer.finish(SplitShares(0.0, 0.0, 1.0))
    create_study(folder / "study", catalogue, washout_days=0)
    return len(case.image)


def read(folder: Path, picture: Path | None) -> None:
    """Mark two slices of every case, nothing else, and save."""
    environment = {
        **os.environ, "DISPLAY": DISPLAY, "QT_QPA_PLATFORM": "xcb", "HOME": str(folder),
    }  # fmt: skip
    words = [sys.executable, "-m", "hcc_viewer", "reader-study", "read", str(folder / "study")]
    window = subprocess.Popen([*words, "--reader", "r1"], env=environment, cwd=REPOSITORY)
    try:
        for number in range(3):
            wait_for_case(environment, number)
            press(environment, "Prior", "Prior", *["Down"] * FIRST, "space", "Down", "space")
            if number == 1 and picture is not None:
                subprocess.run(
                    ["import", "-window", "root", str(picture)], env=environment, check=True
                )
            press(environment, "Return")
            wait_for(lambda n=number: len(answers(folder)) == n + 1, "the answer to be saved")
    finally:
        window.terminate()
        window.wait()


def wait_for_case(environment: dict[str, str], number: int) -> None:
    """The window is there, has the focus, and shows a case."""

    def has_focus() -> bool:
        found = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", "Reading study"],
            env=environment, capture_output=True, text=True, check=False,
        ).stdout.split()  # fmt: skip
        if not found:
            return False
        subprocess.run(["xdotool", "windowfocus", found[0]], env=environment, check=False)
        return True

    wait_for(has_focus, "the window")
    time.sleep(4)  # the case is loaded in the background; keys before that are ignored


def press(environment: dict[str, str], *keys: str) -> None:
    """Press keys one after another."""
    for key in keys:
        subprocess.run(["xdotool", "key", key], env=environment, check=True)
        time.sleep(0.3)


def wait_for(is_so, what: str) -> None:
    """Wait until something is so, not for ever."""
    end = time.monotonic() + WAIT_S
    while not is_so():
        if time.monotonic() > end:
            raise SystemExit(f"Waited {WAIT_S} s for {what} in vain.")
        time.sleep(0.5)


def answers(folder: Path) -> list[str]:
    """The lines that were saved."""
    path = folder / "study" / "answers" / "r1-unaided.jsonl"
    return path.read_text().splitlines() if path.exists() else []


def check(folder: Path, slices: int) -> None:
    """Compare what was counted with what was pressed."""
    from hcc_viewer.catalogue import open_catalogue

    words = [sys.executable, "-m", "hcc_viewer", "reader-study", "results", str(folder / "study")]
    subprocess.run([*words, "--without-model"], cwd=REPOSITORY, check=True)
    with (folder / "study" / "results" / "results.csv").open(newline="") as stream:
        row = next(iter(csv.DictReader(stream)))
    catalogue = open_catalogue(folder / "cases")
    truth = [catalogue.load(item).slice_truth(15.0) for item in catalogue.rows]
    hits = sum(int((part[FIRST : FIRST + 2] == 1).sum()) for part in truth)
    positive = sum(int((part == 1).sum()) for part in truth)
    expected = f"{hits / positive:.3f}"
    if not row["sensitivity"].startswith(expected):
        raise SystemExit(f"Sensitivity is {row['sensitivity']}, not {expected}.")
    if not 0 < float(row["seconds per 100 images"]) < 100 * WAIT_S / slices:
        raise SystemExit(f"{row['seconds per 100 images']} s per 100 images cannot be.")


if __name__ == "__main__":
    main()
