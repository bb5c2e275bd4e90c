"""`hcc-viewer scan`: the series of a study, their phase scores, and what can be analysed."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from hcc_viewer.terminal import say, stage_reporter


def add_scan(commands: Any) -> None:
    """Add the command to the program's commands."""
    scan = commands.add_parser(
        "scan",
        help="list the series of a study and their phase scores",
        description="List every image series of a study: its plane, slices and spacing, how likely "
        "it is the hepatobiliary phase (0 to 100) and why, and whether it can be analysed.",
    )
    scan.add_argument("path", type=Path, help="a folder, a file or a zip")
    scan.add_argument("--json", action="store_true", help="print JSON")
    scan.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from hcc_viewer.dicom import scan_study
    from hcc_viewer.scan_json import scan_record

    study = scan_study(options.path, stage_reporter()("Scanning"))
    if options.json:
        print(json.dumps(scan_record(study), indent=1, allow_nan=False))
        return 0
    for series in study.series:
        spacing = " x ".join(f"{value:.2f}" for value in series.geometry.spacing_mm)
        verdict = "refused: " + series.refusal if series.refusal else "can be analysed"
        say(
            f"{series.title}  ({series.modality}, {len(series.instances)} slices, "
            f"{series.orientation}, {spacing} mm)"
        )
        say(f"    {series.series_instance_uid}")
        say(f"    phase score {series.phase.score}: {'; '.join(series.phase.reasons)}")
        say(f"    {verdict}")
        for notice in series.warnings:
            say(f"    note: {notice.message}")
    for reason, count in study.skipped:
        say(f"skipped {count}: {reason}")
    if not study.series:
        say(f"No image series in {options.path}.")
    return 0
