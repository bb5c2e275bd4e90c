"""`hcc-viewer experiments`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from hcc_viewer.errors import UsageError
from hcc_viewer.training.experiments.config import load_experiments


def experiments_command(words: Sequence[str]) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="hcc-viewer experiments",
        description="Fits the variants of the paper's tables on simulated cases and sets the "
        "results beside the paper's. What is done is not done again.",
    )
    parser.add_argument("--config", default="paper", help="paper, toy, or a TOML file")
    parser.add_argument(
        "--work", type=Path, default=Path("hcc-viewer-experiments"), help="folder of the fits"
    )
    parser.add_argument("--docs", type=Path, help="folder for experiments.md and its plots")
    parser.add_argument("--workers", type=int, default=1, help="fits at once")
    parser.add_argument(
        "--only", action="append", default=[], metavar="TABLE", help="such as 'table 1'; repeatable"
    )
    parser.add_argument("--list", action="store_true", help="list the variants and stop")
    options = parser.parse_args(words)
    config = load_experiments(options.config)
    tables = list(dict.fromkeys(variant.table for variant in config.variants))
    for table in options.only:
        if table not in tables:
            raise UsageError(f"--only is one of {', '.join(tables)}, not '{table}'.")
    if options.workers < 1:
        raise UsageError(f"--workers must be at least 1, not {options.workers}.")
    if options.list:
        for variant in config.variants:
            print(f"{variant.table:10s} {variant.name}")
        return 0
    from hcc_viewer.training.experiments.report import write_report
    from hcc_viewer.training.experiments.run import read_results, run_experiments

    run_experiments(config, options.work, workers=options.workers, only=options.only)
    if options.docs is not None:
        page = write_report(config, read_results(config, options.work), options.docs)
        print(f"Wrote {page}.")
    return 0
