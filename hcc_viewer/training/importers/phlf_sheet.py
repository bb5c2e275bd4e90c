"""What PHLF's clinical sheets say of each tumour: HCC or not.

The names of their columns are not published, so the columns are found by what they hold first and
by what they are called second; whatever is not plain is asked of the user in one sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hcc_viewer.errors import UsageError
from hcc_viewer.training.importers.base import ImportOptions
from hcc_viewer.training.importers.sheets import Row, columns_of, find_column, read_sheet

_DIAGNOSIS = re.compile(
    r"diagnos|path?olog|histolog|tumou?r.*(type|class|kind)|(lesion|cancer).*type|entity|"
    r"^(group|label|class|category|type)$|病理|诊断",
    re.IGNORECASE,
)
_IDENTIFIER = re.compile(
    r"^(patients?|case|image|img|subject|serial|study|file|record)?s?[ _.#-]*"
    r"(id|i\.d\.|no\.?|nr\.?|num(ber)?|index|name|code|#)?\.?$|编号|序号",
    re.IGNORECASE,
)
_NOT_A_DIAGNOSIS = re.compile(
    r"famil|histor(y|ies)|recur|treat|therap|stage|bclc|risk|grade|surviv", re.IGNORECASE
)

_HCC = re.compile(
    r"\bHCCs?\b|hepato-?cellular|hepato-?carcinoma|hepatoma|肝细胞(肝)?癌", re.IGNORECASE
)
_NOT_HCC = re.compile(
    r"\bno\b|\bnon\b|\bnot\b|combined|mixed|c-?hcc|chc|\bicc\b|\bcca\b|cholangio|混合|胆管",
    re.IGNORECASE,
)
_LEGEND = re.compile(r"(\d+)\s*[=:\uff1a-]\s*([^,;\uff0c\uff1b)\d]+)")
"""In a column's name, like `(1=HCC, 2=ICC)`."""

_LEGEND_TURNED = re.compile(r"([^\d=:\uff1a,;\uff0c\uff1b(]+)\s*[=:\uff1a]\s*(\d+)")
"""The same the other way round, like `HCC=1, ICC=2`."""

_CHOICE = re.compile(r"\(.*?\)|\byes\b.*", re.IGNORECASE)
"""In a column's name, like `HCC (yes/no)`: the answers, not what is asked."""

_YES = {"1", "yes", "true", "y", "+", "positive", "是"}
_NO = {"0", "no", "false", "n", "-", "negative", "", "否"}

LEAST_COVERED = 0.5
"""Of the images whose numbers a column of cases must hold, when its name says that it is one."""

LEAST_COVERED_UNNAMED = 0.9
"""The same for a column that its name does not tell."""


@dataclass(frozen=True)
class SheetKinds:
    """What a sheet says."""

    kinds: dict[str, str]
    """Case to `hcc` or `other tumour`."""
    note: str
    """Which columns said so."""


def read_kinds(path: Path, cases: Sequence[str], options: ImportOptions) -> SheetKinds:
    """Find the columns of the case and of the diagnosis, and read them.

    Args:
        path: The sheet of a centre.
        cases: The names of its images, without leading zeros.
        options: Columns and words that the user named.

    Raises:
        UsageError: A column cannot be told, or no line says HCC; the sentence lists the columns.
    """
    rows = read_sheet(path)
    key = _case_column(rows, cases, options.id_column, path)
    column = _diagnosis_column([name for name in columns_of(rows) if name != key], rows, options,
                               path)  # fmt: skip
    kinds = {
        identifier: "hcc" if _is_hcc(value, column, options.hcc_value) else "other tumour"
        for row in rows
        if (identifier := _identifier(row.get(key, ""))) and (value := row.get(column, ""))
    }
    if "hcc" not in kinds.values():
        raise UsageError(
            f"No line of {path.name} says HCC in '{column}' (it says: {_values(rows, column)}); "
            "name the column with --diagnosis-column and its word for HCC with --hcc-value."
        )
    return SheetKinds(kinds, f"Kind of tumour by the sheet's columns '{key}' and '{column}'.")


def _case_column(rows: Sequence[Row], cases: Sequence[str], wanted: str, path: Path) -> str:
    if wanted:
        return find_column(rows, wanted, "", path, "the case (--id-column)")
    columns = columns_of(rows)
    shares = {name: _covered(rows, name, cases) for name in columns}
    called = [name for name in columns if _IDENTIFIER.search(name)]
    for names, least in ((called, LEAST_COVERED), (columns, LEAST_COVERED_UNNAMED)):
        fitting = [name for name in names if shares[name] >= least]
        if fitting:
            return max(fitting, key=lambda name: shares[name])
    raise UsageError(
        f"No column of {path.name} holds the numbers of the cases (the images are named "
        f"{', '.join(cases[:3])}, ...); name it with --id-column. It has: {', '.join(columns)}."
    )


def _covered(rows: Sequence[Row], column: str, cases: Sequence[str]) -> float:
    """Share of the cases that a column names; 0 where it names one twice, as ages do."""
    found = [name for row in rows if (name := _identifier(row.get(column, "")))]
    if len(set(found)) < len(found):
        return 0.0
    return len(set(found) & set(cases)) / max(len(cases), 1)


def _diagnosis_column(
    columns: Sequence[str], rows: Sequence[Row], options: ImportOptions, path: Path
) -> str:
    if options.diagnosis_column:
        return find_column(rows, options.diagnosis_column, "", path, "the diagnosis")
    called = [c for c in columns if _DIAGNOSIS.search(c) and not _NOT_A_DIAGNOSIS.search(c)]
    if options.hcc_value:
        saying = [
            c for c in columns if any(_is_word(r.get(c, ""), options.hcc_value) for r in rows)
        ]
    else:
        saying = [c for c in columns if any(_is_hcc(r.get(c, ""), c, "") for r in rows)]
        saying = [c for c in saying if not _NOT_A_DIAGNOSIS.search(c)]
    best = [c for c in saying if c in called] or saying
    if not best:
        values = "".join(f" '{c}' says: {_values(rows, c)}." for c in called[:3])
        raise UsageError(
            f"No column of {path.name} says in words which tumour is an HCC; name the column with "
            f"--diagnosis-column and its word for HCC with --hcc-value. It has: "
            f"{', '.join(columns_of(rows))}.{values}"
        )
    answers = {c: [_is_hcc(r.get(c, ""), c, options.hcc_value) for r in rows] for c in best}
    if any(answer != answers[best[0]] for answer in answers.values()):
        raise UsageError(
            f"Several columns of {path.name} tell HCC, and not the same ({', '.join(best)}); name "
            "one with --diagnosis-column."
        )
    return best[0]


def _is_hcc(value: str, column: str, hcc_value: str) -> bool:
    """Whether a cell says HCC: in the user's word, in words, by the column's legend, by yes."""
    if hcc_value:
        return _is_word(value, hcc_value)
    pairs = _LEGEND.findall(column) + [(n, words) for words, n in _LEGEND_TURNED.findall(column)]
    legend = {number: _says_hcc(words) for number, words in pairs}
    if any(legend.values()):
        return legend.get(value, False)
    if value.casefold() in _YES | _NO:
        return value.casefold() in _YES and _says_hcc(_CHOICE.sub("", column))
    return _says_hcc(value)


def _says_hcc(text: str) -> bool:
    return bool(_HCC.search(text)) and not _NOT_HCC.search(text)


def _is_word(value: str, word: str) -> bool:
    return value.casefold() == word.casefold()


def _values(rows: Sequence[Row], column: str) -> str:
    return ", ".join(sorted({row.get(column, "") for row in rows} - {""})[:8])


def _identifier(text: str) -> str:
    """The last number in a cell, without leading zeros; empty: none."""
    digits = re.search(r"(\d+)\D*$", text)
    return str(int(digits.group(1))) if digits else ""
