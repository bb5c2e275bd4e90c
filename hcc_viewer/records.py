"""Typed records from TOML tables, and back: every key is known, every value has its type."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

Record = TypeVar("Record")

_WORDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    dict: "a table",
}


def build_record(kind: type[Record], table: dict[str, Any]) -> Record:
    """A dataclass from a TOML table; nested dataclasses from nested tables.

    Args:
        kind: A dataclass whose fields are bool, int, float, str, dict, None, tuples of these, or
            other such dataclasses. A field without default must be in the table.
        table: What tomllib gives.

    Raises:
        ValueError: A key is missing, unknown, or its value has another type or is out of range; the
            text names it.
    """
    return typing.cast(Record, _build(kind, table, ""))


def to_table(record: Any) -> Any:
    """The TOML table of a record; fields that are None are left out."""
    if dataclasses.is_dataclass(record) and not isinstance(record, type):
        values = {item.name: getattr(record, item.name) for item in dataclasses.fields(record)}
        return {name: to_table(value) for name, value in values.items() if value is not None}
    if isinstance(record, tuple | list):
        return [to_table(item) for item in record]
    if isinstance(record, Mapping):
        return {key: to_table(value) for key, value in record.items() if value is not None}
    return record


def _build(kind: Any, table: Any, where: str) -> object:
    if not isinstance(table, dict):
        raise ValueError(f"'{where.rstrip('.')}' must be a table")
    hints = typing.get_type_hints(kind)
    known = {item.name: item for item in dataclasses.fields(kind)}
    for key in table:
        if key not in known:
            raise ValueError(f"unknown key '{where}{key}'")
    values = {}
    for name, item in known.items():
        if name in table:
            values[name] = _convert(hints[name], table[name], f"{where}{name}")
        elif item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING:
            raise ValueError(f"the key '{where}{name}' is missing")
    return typing.cast(object, kind(**values))


def _convert(hint: Any, value: Any, where: str) -> object:
    """A TOML value as the type that the annotation asks for."""
    if isinstance(hint, types.UnionType):
        hint = next(arg for arg in typing.get_args(hint) if arg is not type(None))
    if dataclasses.is_dataclass(hint):
        return _build(hint, value, where + ".")
    if typing.get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise ValueError(f"'{where}' must be a list")
        return tuple(_convert(typing.get_args(hint)[0], item, where) for item in value)
    if typing.get_origin(hint) in (dict, Mapping):
        inner = typing.get_args(hint)[1]
        if dataclasses.is_dataclass(inner) and isinstance(value, dict):
            return {key: _build(inner, item, f"{where}.{key}.") for key, item in value.items()}
        hint = dict
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if hint is float and is_number:
        return float(value)
    if not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool):
        raise ValueError(f"'{where}' must be {_WORDS[hint]}, not {value!r}")
    return typing.cast(object, value)
