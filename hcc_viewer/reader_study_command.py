"""`hcc-viewer reader-study`: make a reading study, read it in a window, count its results."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

ARMS = ("unaided", "aided")
"""Those of `reader_study.plan`, whose libraries a parser does not need; a test compares them."""

WASHOUT_DAYS = 28
"""Likewise."""


def add_reader_study(commands: Any) -> None:
    """Add the command and its parts to the program's commands."""
    study = commands.add_parser(
        "reader-study",
        help="blinded reading of cases: make a study, read it, count the results",
        description="Draw cases of a catalogue in random order, let readers mark slices against "
        "the clock, without and with the model, and set readers and model side by side.",
    )
    parts = study.add_subparsers(dest="part", required=True)
    _add_create(parts)
    _add_read(parts)
    _add_results(parts)


def _add_create(parts: Any) -> None:
    create = parts.add_parser("create", help="draw cases of a catalogue into a study")
    create.add_argument("folder", type=Path, help="of the study")
    create.add_argument("--cases", type=Path, required=True, help="a case catalogue")
    create.add_argument("--part", default="test", help="of the catalogue; default: test")
    create.add_argument("--number", type=int, help="how many cases; default: all of the part")
    create.add_argument(
        "--with-ai", action="store_true", help="a second arm with the model's result"
    )
    create.add_argument("--washout-days", type=int, default=WASHOUT_DAYS)
    create.add_argument("--seed", type=int, default=0, help="of the draw and the orders")
    create.add_argument("--name", default="Reading study")
    create.set_defaults(run=_create)


def _add_read(parts: Any) -> None:
    read = parts.add_parser("read", help="open the window and read")
    read.add_argument("folder", type=Path, help="of the study")
    read.add_argument("--reader", required=True, help="the reader's code, such as r1")
    read.add_argument("--arm", choices=ARMS, default=ARMS[0])
    read.set_defaults(run=_read)


def _add_results(parts: Any) -> None:
    results = parts.add_parser("results", help="readers and model side by side, as CSV")
    results.add_argument("folder", type=Path, help="of the study")
    results.add_argument("--out", type=Path, help="folder of the tables; default: FOLDER/results")
    results.add_argument("--model", help="a model file or installed model; default: the chosen")
    results.add_argument("--without-model", action="store_true", help="readers only")
    results.set_defaults(run=_results)


def _create(options: argparse.Namespace) -> int:
    from hcc_viewer.catalogue import open_catalogue
    from hcc_viewer.reader_study.plan import PLAN_NAME, create_study

    plan = create_study(
        options.folder,
        open_catalogue(options.cases),
        part=options.part,
        number=options.number,
        arms=ARMS if options.with_ai else ARMS[:1],
        washout_days=options.washout_days,
        seed=options.seed,
        name=options.name,
    )
    print(f"Wrote {options.folder / PLAN_NAME}: {len(plan.cases)} cases, {', '.join(plan.arms)}.")
    print(f"To read: hcc-viewer reader-study read {options.folder} --reader r1")
    return 0


def _read(options: argparse.Namespace) -> int:
    from hcc_viewer.errors import UsageError
    from hcc_viewer.gui.screen import why_no_window

    obstacle = why_no_window()
    if obstacle:
        raise UsageError(obstacle)
    from hcc_viewer.gui.reader_study.app import run
    from hcc_viewer.interrupts import left_to_the_system

    with left_to_the_system():
        return run(options.folder, options.reader, options.arm)


def _results(options: argparse.Namespace) -> int:
    from hcc_viewer.detection import load_model
    from hcc_viewer.detection.model_store import chosen_model_path, find_model
    from hcc_viewer.reader_study.evaluation import evaluate_study
    from hcc_viewer.reader_study.export import (
        PAPER_ROWS,
        SCORE_HEADER,
        comparison_row,
        export_study,
        score_row,
    )

    path = find_model(options.model) if options.model else chosen_model_path()
    model = None if options.without_model else load_model(path)
    result, answers, truths = evaluate_study(options.folder, model)
    out = options.out or options.folder / "results"
    paths = export_study(out, answers, truths, result)
    for row in (SCORE_HEADER, *(score_row(s) for s in result.scores), *PAPER_ROWS):
        print("  ".join(f"{cell:24s}" for cell in row))
    for item in result.comparisons:
        print("  ".join(comparison_row(item)))
    for reader, days in result.washout_days:
        print(f"Washout of {reader}: {days:g} days")
    print(f"Tables     {out.resolve()}: {', '.join(p.name for p in paths)}")
    return 0
