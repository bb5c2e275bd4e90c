"""Single values out of a DICOM data set, whatever is wrong with them: a value of use, or nothing.

pydicom converts a value when it is first asked for, checks it, and may raise or warn. These read
the bytes themselves: no value can break a scan, and a header costs a third of the time.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache

from pydicom.charset import convert_encodings, decode_bytes
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag
from pydicom.values import convert_SQ

from hcc_viewer.dicom.quick_header import HeaderElements
from hcc_viewer.dicom.tolerance import MALFORMED
from hcc_viewer.dicom.undeclared_text import guess_text

Source = Dataset | HeaderElements
"""Where values are taken from: pydicom's data set, or what `quick_header` reads in its stead."""

_BINARY = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d"}
_FREE_TEXT = {"LT", "ST", "UT"}
"""Value representations in which a backslash is a character, not a separator."""

EMPTY = Dataset()
"""Stands for an item that is not there; never written to."""

_TIME = re.compile(r"(\d{2}):?(\d{2})?:?(\d{2}(?:\.\d+)?)?")


@lru_cache(maxsize=256)
def tag_of(keyword: str) -> BaseTag:
    """The tag of a DICOM keyword."""
    return BaseTag(number_of(keyword))


@lru_cache(maxsize=256)
def number_of(keyword: str) -> int:
    """The tag of a DICOM keyword as a plain number, which is quicker to look up."""
    tag = tag_for_keyword(keyword)
    if tag is None:
        raise KeyError(f"There is no DICOM keyword {keyword!r}.")
    return tag


def tags_of(keywords: Iterable[str]) -> list[BaseTag]:
    """The tags of several keywords, in ascending order."""
    return sorted(tag_of(keyword) for keyword in keywords)


def texts(dataset: Source, keyword: str) -> tuple[str, ...]:
    """All values of an element as text without padding; empty when it is absent or unreadable."""
    try:
        return tuple(_strip(str(value)) for value in _values(dataset, keyword))
    except MALFORMED:
        return ()


def text(dataset: Source, keyword: str) -> str:
    """The first value of an element as text; empty when it is absent or unreadable."""
    return next(iter(texts(dataset, keyword)), "")


def numbers(dataset: Source, keyword: str) -> tuple[float | None, ...]:
    """All values of an element as finite numbers; None for each that is none."""
    try:
        return tuple(_finite(value) for value in _values(dataset, keyword))
    except MALFORMED:
        return ()


def number(dataset: Source, keyword: str) -> float | None:
    """The first value of an element as a finite number; None when it is absent or unreadable."""
    return next(iter(numbers(dataset, keyword)), None)


def integer(dataset: Source, keyword: str) -> int | None:
    """The first value of an element as a whole number; None when it is absent or unreadable."""
    value = number(dataset, keyword)
    return None if value is None else int(value)


def vector(dataset: Source, keyword: str, length: int) -> tuple[float, ...] | None:
    """A value of exactly `length` finite numbers; None when it is anything else."""
    values = numbers(dataset, keyword)
    known = tuple(value for value in values if value is not None)
    return known if len(values) == len(known) == length else None


def items(dataset: Source, keyword: str) -> list[Dataset]:
    """The items of a sequence; none when it is absent or unreadable."""
    try:
        if isinstance(dataset, HeaderElements):
            return _quick_items(dataset, keyword)
        element = dataset.get(tag_of(keyword))
        value = None if element is None else element.value
        return [item for item in value or [] if isinstance(item, Dataset)]
    except MALFORMED:
        return []


def first_item(dataset: Source, keyword: str) -> Dataset:
    """The first item of a sequence; an empty data set when there is none."""
    return next(iter(items(dataset, keyword)), EMPTY)


def raw_tag(dataset: Dataset, keyword: str) -> int | None:
    """The tag that an element points to (value representation AT); None when it is none."""
    try:
        value = dataset.get(tag_of(keyword))
        return None if value is None else int(value.value)
    except MALFORMED:
        return None


def seconds(value: str) -> float | None:
    """Seconds since midnight of a DICOM time (HHMMSS.F) or date with time (YYYYMMDDHHMMSS.F)."""
    digits = value.strip()
    if len(digits) >= 10 and digits[:10].isdigit():
        digits = digits[8:]
    match = _TIME.match(digits)
    if match is None:
        return None
    hours, minutes, rest = (float(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + rest if hours < 24 and minutes < 60 else None


def _quick_items(elements: HeaderElements, keyword: str) -> list[Dataset]:
    found = elements.get(number_of(keyword))
    if found is None:
        return []
    names = list(texts(elements, "SpecificCharacterSet")) or ["ISO_IR 6"]
    return list(convert_SQ(found[1], elements.is_implicit, True, convert_encodings(names)))


def _values(dataset: Source, keyword: str) -> Iterable[object]:
    if isinstance(dataset, HeaderElements):
        found = dataset.get(number_of(keyword))
        return () if found is None else _raw_values(*found, keyword, dataset)
    element = dataset.get_item(tag_of(keyword))
    if element is None or element.value is None:
        return ()
    if isinstance(element, RawDataElement):
        order = "<" if element.is_little_endian else ">"
        return _raw_values(element.VR or "", element.value, keyword, dataset, order)
    return _converted_values(element)


def _converted_values(element: DataElement) -> Iterable[object]:
    value = element.value
    return value if isinstance(value, MultiValue | list | tuple) else (value,)


def _raw_values(
    vr: str, value: bytes, keyword: str, dataset: Source, order: str = "<"
) -> Iterable[object]:
    """The values of an element as stored.

    Args:
        vr: Value representation; empty or UN where the dictionary has to tell it.
        value: As stored.
        keyword: Of the element.
        dataset: Names the character set.
        order: Of the bytes, as `struct` writes it.
    """
    representation = vr if vr not in ("", "UN") else _dictionary_vr(keyword)
    code = _BINARY.get(representation)
    if code is not None:
        count = len(value) // struct.calcsize(code)
        return struct.unpack_from(f"{order}{count}{code}", value)
    decoded = _decode(value, dataset)
    if not decoded.strip(" \0"):
        return ()
    return (decoded,) if representation in _FREE_TEXT else decoded.split("\\")


_LATIN = {"", "ISO_IR 6", "ISO_IR 100", "ISO 2022 IR 6", "ISO 2022 IR 100"}


def _decode(value: bytes, dataset: Source) -> str:
    """Text in the character set that the data set names; Latin-1 when that makes no sense.

    Many programs write UTF-8 and name no set, or Latin-1: text of another kind is next to never
    valid UTF-8 by chance. Others write their country's.
    """
    if value.isascii() and b"\x1b" not in value:
        return value.decode("ascii")
    names = list(texts(dataset, "SpecificCharacterSet")) or ["ISO_IR 6"]
    if _LATIN.issuperset(names):
        with suppress(UnicodeDecodeError):
            return value.decode("utf-8")
        guessed = guess_text(value)
        if guessed is not None:
            return guessed
    try:
        return decode_bytes(value, convert_encodings(names), {ord(c) for c in "\\^="})
    except MALFORMED:
        return value.decode("latin-1")


@lru_cache(maxsize=256)
def _dictionary_vr(keyword: str) -> str:
    return str(dictionary_VR(tag_of(keyword))).split(" ")[0]


def _strip(value: str) -> str:
    return value.strip(" \0\t\r\n")


def _finite(value: object) -> float | None:
    try:
        result = float(_strip(value)) if isinstance(value, str) else float(value)  # type: ignore[arg-type]  # anything may come; what is no number raises
    except (TypeError, ValueError, OverflowError):
        return None
    return result if math.isfinite(result) and abs(result) < 1e15 else None
