"""Tables as text, as people and spreadsheets save them: parted by commas, semicolons or tabs."""

from __future__ import annotations

import codecs
import csv
import io
from itertools import islice
from pathlib import Path

_SAVE_IT = "save it as 'CSV UTF-8'"

_DELIMITERS = ",;\t"


def read_table_text(path: Path) -> str:
    """The text of a table.

    Raises:
        OSError: It cannot be read.
        ValueError: It is no UTF-8; the text, part of a sentence, says how to save it.
    """
    data = path.read_bytes()
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ValueError(f"it is UTF-16; {_SAVE_IT}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"its letters are not UTF-8; {_SAVE_IT}") from error


def delimiter_of(text: str, head: int = 1) -> str:
    """What parts the cells of a table: the one that parts most of its first rows, and most often.

    Args:
        text: Of the table.
        head: How many rows to look at; more than one where a title may stand above the header.

    Raises:
        csv.Error: It is no table.
    """

    def parts(delimiter: str) -> tuple[int, int]:
        rows = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), head))
        return sum(len(row) > 1 for row in rows), sum(len(row) for row in rows)

    return max(_DELIMITERS, key=parts)
