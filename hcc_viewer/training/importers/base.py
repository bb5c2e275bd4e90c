"""What an importer is, and what it may be told."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hcc_viewer.catalogue import Exclusion, LabelledCase, Source
from hcc_viewer.catalogue.sources import REASONS
from hcc_viewer.catalogue.tables import delimiter_of, read_table_text
from hcc_viewer.errors import ReadError, UsageError

Outcome = LabelledCase | Exclusion
"""Every case that a data set holds is taken up or left out for a reason."""


@dataclass(frozen=True)
class ImportOptions:
    """Choices of the person who imports; each set uses those that concern it."""

    phase: str = ""
    """Which of a set's phases; empty: the one nearest to the hepatobiliary phase."""
    diagnosis_column: str = ""
    """Column of the clinical sheet that tells HCC from other tumours; empty: found by its name."""
    id_column: str = ""
    hcc_value: str = ""
    """What that column says of HCC; `*`: every tumour is HCC; empty: the word HCC."""
    rater: int = 1
    """Whose outlines, where several drew them."""
    mask_values: str = ""
    """Of own masks that have several values: which are lesions, like `2`, or `all`."""
    slice_order: str = ""
    """`foot-to-head` or `head-to-foot`, for sets whose files do not say."""
    manifest: Path | None = None
    """The table of one's own cases."""
    pseudonym: Callable[[str], str] = field(default=lambda identifier: identifier)
    """From a patient's identifier to a key that names nobody."""

    def __post_init__(self) -> None:
        if self.slice_order not in ("", "foot-to-head", "head-to-foot"):
            raise UsageError(
                f"The slice order is foot-to-head or head-to-foot, not '{self.slice_order}'."
            )
        if self.rater < 1:
            raise UsageError(f"Raters are counted from 1, not {self.rater}.")


@dataclass(frozen=True)
class Importer:
    """How one data set is read."""

    source: Source
    read: Callable[[Path, ImportOptions], Iterator[Outcome]]


def child(root: Path, *names: str) -> Path:
    """`root` or the folder below it that holds the first of `names`, whichever the user named.

    Args:
        root: What the user named: the data set's folder, its parent, or a folder inside it.
        names: Relative paths, any of which marks the place.

    Raises:
        ReadError: None is there; the sentence names what was looked for.
    """
    if not root.is_dir():
        raise ReadError(f"There is no folder {root}; unpack the data set's archive and name it.")
    candidates = [root, *sorted(entry for entry in root.iterdir() if entry.is_dir())]
    candidates += [inner for entry in candidates[1:] for inner in sorted(entry.iterdir())]
    candidates += [root.parent, root.parent.parent]
    for folder in candidates:
        if folder.is_dir() and any((folder / name).exists() for name in names):
            return folder
    raise ReadError(f"{root} does not hold {' or '.join(names)}; name the data set's own folder.")


def read_exclusions(path: Path) -> Mapping[str, tuple[str, str]]:
    """A user's own list of cases to leave out: columns `case`, `reason`, and `note` if wanted.

    Raises:
        UsageError: It cannot be read, a line has more cells than columns, or a reason is unknown;
            the sentence names the line.
    """
    _, lines = read_lines(path, "list of exclusions")
    found: dict[str, tuple[str, str]] = {}
    for number, cells in lines:
        line = cells_of(cells, number, path)
        case, reason = line.get("case", ""), line.get("reason", "")
        if not case or reason not in REASONS:
            raise UsageError(
                f"Line {number} of {path} needs a case and one of the reasons {', '.join(REASONS)}."
            )
        found[case] = (reason, line.get("note", ""))
    return found


def read_lines(path: Path, what: str) -> tuple[Sequence[str], list[tuple[int, dict[Any, Any]]]]:
    """The columns of a user's CSV file, in small letters, and its lines with their numbers.

    Lines and columns that spreadsheets leave empty are left out.

    Args:
        path: The file.
        what: What it is, for people.

    Raises:
        UsageError: It cannot be read, is empty, or has a column twice.
    """
    try:
        text = read_table_text(path)
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
        filled = [(rows.line_num, row) for row in rows if any(cell.strip() for cell in row)]
    except (OSError, ValueError, csv.Error) as error:
        raise UsageError(f"The {what} {path} cannot be read: {error}.") from error
    if not filled:
        raise UsageError(f"The {what} {path} is empty; its first line names the columns.")
    names = [name.strip().casefold() for name in filled[0][1]]
    columns = [name for name in names if name]
    twice = [name for name in columns if columns.count(name) > 1]
    if twice:
        raise UsageError(
            f"The {what} {path} has the column '{twice[0]}' twice; put both into one, or take one "
            "out."
        )
    return columns, [(number, _by_column(names, row)) for number, row in filled[1:]]


def _by_column(names: Sequence[str], row: Sequence[str]) -> dict[Any, Any]:
    """Column to cell; None to the cells that are in no column."""
    named = {name: cell for name, cell in zip(names, row, strict=False) if name}
    unnamed = [cell for name, cell in zip(names, row, strict=False) if not name]
    return named | {None: [*unnamed, *row[len(names) :]]}


def cells_of(line: Mapping[Any, Any], number: int, path: Path) -> dict[str, str]:
    """Column to cell of a line of `read_lines`, without spaces around it.

    Raises:
        UsageError: It has more cells than there are columns, as by a comma outside of quotes.
    """
    if any(cell.strip() for cell in line.get(None, ())):
        raise UsageError(
            f"Line {number} of {path} has more cells than columns; put a cell like '12-15, 31' or "
            "'a.nii; b.nii' in quotes."
        )
    return {name: cell.strip() for name, cell in line.items() if name}
