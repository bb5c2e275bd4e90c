"""The index of a catalogue: `catalogue.toml`, `cases.csv`, `splits.csv`, `exclusions.csv`.

All four are text that a person can read and a spreadsheet can open. Pixels are in `cases/`.
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from hcc_viewer.catalogue.sources import Exclusion, Source
from hcc_viewer.catalogue.splits import PARTS
from hcc_viewer.catalogue.store import load_labelled_case
from hcc_viewer.catalogue.tables import delimiter_of, read_table_text
from hcc_viewer.catalogue.types import LABEL_KINDS, LabelledCase
from hcc_viewer.errors import ReadError, UsageError
from hcc_viewer.records import build_record

FORMAT = "hcc-viewer-catalogue"
VERSION = 1

INDEX_NAME = "catalogue.toml"
CASES_NAME = "cases.csv"
SPLITS_NAME = "splits.csv"
EXCLUSIONS_NAME = "exclusions.csv"
CASES_FOLDER = "cases"

REST = "more cells"
"""Key of what a line has beyond the columns."""


@dataclass(frozen=True)
class CaseRow:
    """One line of `cases.csv`."""

    case: str
    source: str
    patient: str
    centre: str
    phase: str
    label_kind: str
    hcc: int
    """How many HCC are marked; 0 where only slices are labelled."""
    other_lesions: int
    positive_slices: int
    slices: int
    vendor: str
    scanner: str
    field_strength_t: str
    image_sha256: str
    notes: str

    def __post_init__(self) -> None:
        if self.label_kind not in LABEL_KINDS:
            raise ValueError(f"label_kind is one of {', '.join(LABEL_KINDS)}")

    @property
    def has_hcc(self) -> bool:
        """Whether any slice is positive."""
        return self.hcc > 0 or self.positive_slices > 0


@dataclass(frozen=True)
class Catalogue:
    """An open catalogue."""

    folder: Path
    pseudonym_key: str
    """Mixed into the keys of patients who come with an identifier; nobody else's business."""
    sources: tuple[Source, ...] = ()
    rows: tuple[CaseRow, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    splits: Mapping[str, str] | None = None
    """Patient to part; of patients whose cases are left out for now too."""

    def split_of(self, row: CaseRow) -> str:
        """`train`, `tune` or `test`."""
        return (self.splits or {}).get(row.patient, "train")

    def part(self, name: str) -> tuple[CaseRow, ...]:
        """The cases of a part; `all` gives all.

        Raises:
            UsageError: There is no such part.
        """
        if name not in (*PARTS, "all"):
            raise UsageError(f"A part is one of {', '.join((*PARTS, 'all'))}, not '{name}'.")
        return tuple(row for row in self.rows if name == "all" or self.split_of(row) == name)

    def source_of(self, row: CaseRow) -> Source:
        """Where a case is from."""
        return next(source for source in self.sources if source.name == row.source)

    def load(self, row: CaseRow) -> LabelledCase:
        """Read a case.

        Raises:
            ReadError: Its file is missing or damaged.
        """
        return load_labelled_case(case_path(self.folder, row.case))


def case_path(folder: Path, name: str) -> Path:
    """Where a case's pixels are."""
    return folder / CASES_FOLDER / f"{name}.npz"


def open_catalogue(folder: Path) -> Catalogue:
    """Read the index of a catalogue.

    Raises:
        ReadError: There is none, or a file of it is damaged; the sentence names it.
    """
    path = folder / INDEX_NAME
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ReadError(
            f"{folder} is no case catalogue (there is no {INDEX_NAME}); make one with "
            "`hcc-viewer import`."
        ) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ReadError(f"The catalogue's {path} cannot be read: {error}.") from error
    if table.get("format") != FORMAT or table.get("version") != VERSION:
        raise ReadError(f"{path} is no case catalogue of version {VERSION}.")
    rows = _records(folder / CASES_NAME, CaseRow)
    splits = _splits(folder / SPLITS_NAME)
    try:
        sources = tuple(build_record(Source, item) for item in table.get("sources", []))
    except ValueError as error:
        raise ReadError(f"The catalogue's {path} is refused: {error}.") from error
    _check_sources(rows, sources, folder)
    return Catalogue(
        folder,
        str(table.get("pseudonym_key", "")),
        sources,
        rows,
        _records(folder / EXCLUSIONS_NAME, Exclusion),
        splits,
    )


def _splits(path: Path) -> dict[str, str]:
    """Patient to part."""
    splits: dict[str, str] = {}
    for line in _lines(path, ("patient", "part")):
        patient, part = line["patient"].strip(), line["part"].strip()
        if part not in PARTS:
            raise ReadError(
                f"{path} puts patient '{patient}' into '{part}'; a part is one of "
                f"{', '.join(PARTS)}."
            )
        if splits.setdefault(patient, part) != part:
            raise ReadError(f"{path} puts patient '{patient}' into {splits[patient]} and {part}.")
    return splits


def _check_sources(rows: Iterable[CaseRow], sources: Iterable[Source], folder: Path) -> None:
    known = {source.name for source in sources}
    for row in rows:
        if row.source not in known:
            raise ReadError(
                f"The case '{row.case}' in {folder / CASES_NAME} is from '{row.source}', which "
                f"{INDEX_NAME} does not list."
            )


def _records(path: Path, kind: type[Any]) -> tuple[Any, ...]:
    numbers = {item.name for item in fields(kind) if item.type == "int"}
    records = []
    lines = _lines(path, tuple(item.name for item in fields(kind)))
    for number, line in enumerate(lines, start=2):
        try:
            table = {key: int(v) if key in numbers else v for key, v in line.items()}
            records.append(build_record(kind, table))
        except ValueError as error:
            raise ReadError(f"Line {number} of {path} is refused: {error}.") from error
    return tuple(records)


def _lines(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """The lines of a table that has these columns; as spreadsheets save it, so `;` parts too."""
    if not path.exists():
        return []
    try:
        text = read_table_text(path)
        stream = io.StringIO(text, newline="")
        lines = list(csv.DictReader(stream, delimiter=delimiter_of(text), restkey=REST))
    except (OSError, ValueError, csv.Error) as error:
        raise ReadError(f"The catalogue's {path} cannot be read: {error}.") from error
    found = []
    for number, line in enumerate(lines, start=2):
        rest = line.pop(REST, "")
        if not any(line.values()) and not any(rest):
            continue
        found.append(line)
        if any(rest) or None in line.values() or not set(columns) <= set(line):
            raise ReadError(f"Line {number} of {path} needs the columns {', '.join(columns)}.")
    return found
