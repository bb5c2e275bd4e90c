"""`hcc-viewer import`: a data set into a case catalogue."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from hcc_viewer.catalogue import CaseRow, Catalogue, open_catalogue
from hcc_viewer.catalogue.index import INDEX_NAME
from hcc_viewer.catalogue.sources import REASONS
from hcc_viewer.catalogue.splits import PARTS, SplitShares
from hcc_viewer.errors import UsageError
from hcc_viewer.progress import ReportProgress
from hcc_viewer.training.importers import own
from hcc_viewer.training.importers.base import ImportOptions, read_exclusions
from hcc_viewer.training.importers.flow_chart import flow_of
from hcc_viewer.training.importers.run import (
    FLOW_NAME,
    IMPORTERS,
    ImportRequest,
    check_archive,
    run_import,
)

MOST_NOTES = 10
"""Lines of notes on the terminal."""


def import_command(words: Sequence[str]) -> int:
    """Run the command; returns the exit status."""
    options = _parser().parse_args(words)
    if options.archive is not None:
        check_archive(options.dataset, options.archive)
    before = _images(options.out, options.dataset)
    catalogue = run_import(_request(options), _counter())
    for line in summary(catalogue, options.dataset, options.table):
        print(line)
    gone = before - _images(options.out, options.dataset)
    if gone:
        print(
            f"Removed    {len(gone)} images that the catalogue had of this set: an import replaces "
            "the set as a whole. Import all of it together, or into another catalogue."
        )
    return 0


def _images(folder: Path, dataset: str) -> set[str]:
    """Hashes of the images that a catalogue has of a set; none where there is no catalogue."""
    rows = open_catalogue(folder).rows if (folder / INDEX_NAME).exists() else ()
    return {row.image_sha256 for row in rows if row.source == dataset}


def summary(catalogue: Catalogue, dataset: str, manifest: Path | None = None) -> list[str]:
    """What was imported, as lines for people; own cases may be from the table `manifest`."""
    source = next(item for item in catalogue.sources if item.name == dataset)
    rows = [row for row in catalogue.rows if row.source == dataset]
    left_out = [item for item in catalogue.exclusions if item.source == dataset]
    sharing = "may" if source.allows_sharing else "may NOT"
    lines = [
        f"{source.title}",
        f"Licence    {source.licence}: a model trained on it {sharing} be given away",
        f"Phase      {source.phase}",
        f"Taken up   {len(rows)} cases of {len({row.patient for row in rows})} patients, "
        f"{sum(row.has_hcc for row in rows)} with HCC",
    ]
    if source.patients and len(rows) + len(left_out) != source.patients:
        lines.append(f"Note       the complete set has {source.patients} cases")
    lines += [f"Left out   {item.case}: {REASONS[item.reason]}. {item.detail}" for item in left_out]
    lines += _notes(rows)
    parts = [f"{name} {patients}" for name, patients, _, _ in flow_of(catalogue).parts]
    lines.append(f"Patients   {', '.join(parts)} (whole catalogue)")
    if dataset == own.SOURCE.name:
        lines += _shared(own.shared_identifiers({row.case: row.patient for row in rows}, manifest))
    if not source.is_hepatobiliary:
        lines.append("Caution    not the hepatobiliary phase: lesions look different there.")
    lines.append(
        f"Catalogue  {catalogue.folder.resolve()}: cases.csv, splits.csv, exclusions.csv, "
        f"{FLOW_NAME}"
    )
    return lines


def _notes(rows: Sequence[CaseRow]) -> list[str]:
    """Each note once, with the case or the number of cases that it is of."""
    cases: dict[str, list[str]] = {}
    for row in rows:
        if row.notes:
            cases.setdefault(row.notes, []).append(row.case)
    lines = [
        f"Note       {names[0] if len(names) == 1 else f'{len(names)} cases'}: {note}"
        for note, names in cases.items()
    ]
    more = len(lines) - MOST_NOTES
    return lines if more <= 0 else [*lines[:MOST_NOTES], f"Note       {more} more; see cases.csv"]


def _shared(folders: Sequence[int]) -> list[str]:
    """A caution where several folders bear one patient identifier, as anonymisers leave it."""
    if not folders:
        return []
    one = len(folders) == 1
    what = "the same patient identifier" if one else f"{len(folders)} patient identifiers"
    who = "one patient" if one else f"{len(folders)} patients"
    return [
        f"Caution    {sum(folders)} folders bear {what} and count as {who}; give keys in the "
        "table's column 'patient' if they are several."
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hcc-viewer import",
        description="Reads a data set that you have downloaded, or your own cases, into a case "
        "catalogue for `train --cases`, `evaluate --cases` and reading studies. Nothing is "
        "downloaded. docs/real-cases.md says where each set is.",
    )
    parser.add_argument("dataset", choices=list(IMPORTERS), help="which data set")
    parser.add_argument("root", type=Path, help="its folder, unpacked")
    parser.add_argument("--out", type=Path, required=True, help="folder of the catalogue")
    parser.add_argument("--archive", type=Path, help="the downloaded archive, to check its hash")
    parser.add_argument("--phase", default="", help="which of the set's phases")
    parser.add_argument("--diagnosis-column", default="", help="column that tells HCC from others")
    parser.add_argument("--hcc-value", default="", help="its word for HCC; '*': all are HCC")
    parser.add_argument("--id-column", default="", help="column of the case's number")
    parser.add_argument("--rater", type=int, default=1, help="whose outlines, from 1")
    parser.add_argument("--slice-order", default="", help="foot-to-head or head-to-foot")
    cases = parser.add_argument_group("own cases")
    cases.add_argument("--table", type=Path, help="a CSV with a line for each case")
    cases.add_argument(
        "--mask-values", default="", help="which values of masks are lesions, like 2; 'all'"
    )
    cases.add_argument("--licence", default="", help="under which you hold them")
    cases.add_argument(
        "--shareable", action="store_true", help="a model trained on them may be given away"
    )
    split = parser.add_argument_group("parts, by patient")
    split.add_argument(
        "--split", default="0.70,0.15,0.15", metavar="TRAIN,TUNE,TEST", help="shares of patients"
    )
    split.add_argument("--split-seed", type=int, default=0, help="of the draw")
    split.add_argument(
        "--hold-out", action="append", default=[], metavar="CENTRE", help="all of it is for testing"
    )
    parser.add_argument("--exclude", type=Path, help="a CSV of cases to leave out: case, reason")
    return parser


def _request(options: argparse.Namespace) -> ImportRequest:
    return ImportRequest(
        dataset=options.dataset,
        root=options.root,
        catalogue=options.out,
        options=ImportOptions(
            phase=options.phase,
            diagnosis_column=options.diagnosis_column,
            id_column=options.id_column,
            hcc_value=options.hcc_value,
            rater=options.rater,
            slice_order=options.slice_order,
            mask_values=options.mask_values,
            manifest=options.table,
        ),
        shares=_shares(options.split, options.split_seed),
        hold_out=options.hold_out,
        exclusions={} if options.exclude is None else read_exclusions(options.exclude),
        licence=options.licence,
        allows_sharing=options.shareable,
    )


def _shares(text: str, seed: int) -> SplitShares:
    try:
        train, tune, test = (float(part) for part in text.split(","))
        return SplitShares(train, tune, test, seed)
    except ValueError as error:
        raise UsageError(
            f"--split takes shares of {', '.join(PARTS)} that add up to 1, like 0.70,0.15,0.15, "
            f"not '{text}'."
        ) from error


def _counter() -> ReportProgress:
    """Progress on one line of a terminal."""

    def report(done: int, total: int) -> None:
        if sys.stderr.isatty():
            print(f"\rCases read: {done} ", end="", file=sys.stderr, flush=True)

    return report
