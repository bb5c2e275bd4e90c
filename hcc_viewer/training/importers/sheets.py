"""Clinical sheets (.xlsx, .csv, .tsv): rows as text, columns found by their names."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path

from hcc_viewer.catalogue.tables import delimiter_of, read_table_text
from hcc_viewer.errors import UsageError

Row = dict[str, str]

HEADER_ROWS = 6
"""The names of the columns stand in one of so many first rows."""


def read_sheet(path: Path) -> list[Row]:
    """Rows of the longest sheet as text.

    The header is the fullest of the first rows: titles and names of groups of columns may stand
    above it. Of columns with one name, the second and later get a number.

    Raises:
        UsageError: It cannot be read or has no header.
    """
    try:
        cells = _read_xlsx(path) if path.suffix.lower() == ".xlsx" else _read_text(path)
    except (OSError, ValueError, KeyError, csv.Error) as error:
        raise UsageError(f"The sheet {path} cannot be read: {error}.") from error
    filled = [sum(bool(cell) for cell in row) for row in cells[:HEADER_ROWS]]
    if max(filled, default=0) < 2:
        raise UsageError(f"The sheet {path} is empty.")
    start = filled.index(max(filled))
    header = _numbered([" ".join(name.split()) for name in cells[start]])
    return [
        {name: value for name, value in zip(header, row, strict=False) if name}
        for row in cells[start + 1 :]
        if any(row)
    ]


def columns_of(rows: Sequence[Row]) -> list[str]:
    """The names of all columns, in their order."""
    return list(dict.fromkeys(name for row in rows for name in row))


def find_column(rows: Sequence[Row], wanted: str, pattern: str, path: Path, what: str) -> str:
    """The column that the user named, or the only one whose name fits.

    Raises:
        UsageError: None or several fit; the sentence lists the columns there are.
    """
    columns = columns_of(rows)
    if wanted:
        exact = [name for name in columns if name.casefold() == wanted.casefold()]
        if exact:
            return exact[0]
        raise UsageError(
            f"The sheet {path.name} has no column '{wanted}'; it has: {', '.join(columns)}."
        )
    fitting = [name for name in columns if re.search(pattern, name, re.IGNORECASE)]
    if len(fitting) != 1:
        found = "no column" if not fitting else f"several columns ({', '.join(fitting)})"
        raise UsageError(
            f"The sheet {path.name} has {found} for {what}; name one. It has: {', '.join(columns)}."
        )
    return fitting[0]


def _numbered(names: Sequence[str]) -> list[str]:
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 or not name else f"{name} ({seen[name]})")
    return found


def _read_xlsx(path: Path) -> list[list[str]]:
    from zipfile import BadZipFile

    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, BadZipFile) as error:
        raise ValueError(str(error)) from error
    try:
        sheets = [
            [[_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
            for sheet in book.worksheets
        ]
        return max(sheets, key=len)
    finally:
        book.close()


def _read_text(path: Path) -> list[list[str]]:
    text = read_table_text(path)
    is_tsv = path.suffix.lower() == ".tsv"
    delimiter = "\t" if is_tsv else delimiter_of(text, HEADER_ROWS)
    return [
        [cell.strip() for cell in row] for row in csv.reader(text.splitlines(), delimiter=delimiter)
    ]


def _text(value: object) -> str:
    """A cell as text; whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
