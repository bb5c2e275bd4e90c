"""Reads the wanted elements of an ordinary DICOM file, several times faster than pydicom.

A study has thousands of files and a scan wants sixty elements of each. This walks the top level of
little-endian files and steps over all else. Whatever is out of the ordinary (big endian, deflated,
no preamble, sequences that are wanted, any sign of damage) is left to pydicom: then the answer is
None, never an error.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from struct import Struct
from typing import BinaryIO

from pydicom.datadict import dictionary_has_tag, dictionary_VR
from pydicom.dataelem import RawDataElement
from pydicom.tag import BaseTag
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
)

_PREAMBLE_BYTES = 132
_SYNTAX_TAG = 0x00020010
_FIRST_PIXEL_TAG = 0x7FE00008
"""FloatPixelData; DoubleFloatPixelData and PixelData follow it."""

_SEQUENCE_DELIMITER = 0xFFFEE0DD
_ITEM = 0xFFFEE000
_ITEM_DELIMITER = 0xFFFEE00D
_UNDEFINED = 0xFFFFFFFF
_MAX_DEPTH = 16

_SHORT_NAMES = "AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US"
_LONG_NAMES = "OB OD OF OL OV OW SQ SV UC UN UR UT UV"
_EXPLICIT = {
    name.encode(): (name, names is _LONG_NAMES)
    for names in (_SHORT_NAMES, _LONG_NAMES)
    for name in names.split()
}
"""Value representation as stored: its name, and whether its length takes four bytes."""

_tag_and_length = Struct("<HHL").unpack_from
_tag_and_vr = Struct("<HH2sH").unpack_from
_long_length = Struct("<L").unpack_from


@lru_cache(maxsize=256)
def _is_sequence(tag: int) -> bool:
    return dictionary_has_tag(tag) and dictionary_VR(tag) == "SQ"


class HeaderElements(dict[int, RawDataElement]):
    """The wanted elements of one file by tag; a stand-in for a pydicom data set."""

    get_item = dict.get


class _OutOfOrdinaryError(Exception):
    """pydicom had better read this file."""


def read_quickly(file: BinaryIO, head: bytes, wanted: Collection[int]) -> HeaderElements | None:
    """The wanted elements of a file up to its pixels; None where pydicom has to look.

    Args:
        file: Opened for reading in binary mode.
        head: The first bytes of the file, at least 132 and better all of its header.
        wanted: Tags.
    """
    if head[128:132] != b"DICM":
        return None
    reader = _Reader(file, head)
    try:
        meta = reader.elements(_PREAMBLE_BYTES, {_SYNTAX_TAG}, implicit=False, group=2)
        syntax = str((meta[_SYNTAX_TAG].value or b"").decode("ascii")).rstrip("\0 ")
        if syntax in ("", DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian):
            return None
        implicit = syntax == ImplicitVRLittleEndian
        elements = reader.elements(reader.end, wanted, implicit=implicit)
    except (_OutOfOrdinaryError, KeyError, UnicodeDecodeError, OSError):
        return None
    return elements if reader.has_pixels else None


class _Reader:
    """Walks the elements of a file; fetches more of it when they lie beyond what was read."""

    def __init__(self, file: BinaryIO, head: bytes) -> None:
        self._file = file
        self._data = head
        self._base = 0
        self.end = 0
        """Where the last walk ended, in bytes from the beginning of the file."""
        self.has_pixels = False

    def elements(
        self, start: int, wanted: Collection[int], *, implicit: bool, group: int | None = None
    ) -> HeaderElements:
        """The wanted elements from a place on, to the pixels or to the end of one group."""
        found = HeaderElements()
        position = start
        while self._has(position, 8):
            if group is not None and self._group(position) != group:
                break
            tag, vr, length, value_at = self._element(position, implicit)
            if tag >= _FIRST_PIXEL_TAG and tag >> 16 == 0x7FE0:
                self.has_pixels = True
                break
            if tag in wanted and (length == _UNDEFINED or _is_sequence(tag)):
                raise _OutOfOrdinaryError
            if length == _UNDEFINED:
                position = self._after_sequence(value_at, length, implicit, 0)
                continue
            if tag in wanted:
                value = self._value(value_at, length)
                found[tag] = RawDataElement(
                    BaseTag(tag), vr, length, value, value_at, implicit, True
                )
            position = value_at + length
        self.end = position
        return found

    def _group(self, position: int) -> int:
        """The group of an element, whose encoding may differ from what came before."""
        at = position - self._base
        return int.from_bytes(self._data[at : at + 2], "little")

    def _element(self, position: int, implicit: bool) -> tuple[int, str | None, int, int]:
        """Tag, value representation, length, and where the value begins."""
        at = position - self._base
        if implicit:
            group, element, length = _tag_and_length(self._data, at)
            return group << 16 | element, None, length, position + 8
        group, element, code, length = _tag_and_vr(self._data, at)
        vr, is_long = _EXPLICIT.get(code, ("", False))
        if not vr:
            raise _OutOfOrdinaryError
        if not is_long:
            return group << 16 | element, vr, length, position + 8
        if not self._has(position, 12):
            raise _OutOfOrdinaryError
        (length,) = _long_length(self._data, position - self._base + 8)
        return group << 16 | element, vr, length, position + 12

    def _after_sequence(self, position: int, length: int, implicit: bool, depth: int) -> int:
        """Where a sequence of undefined length ends."""
        if length != _UNDEFINED:
            return position + length
        if depth > _MAX_DEPTH:
            raise _OutOfOrdinaryError
        while self._has(position, 8):
            group, element, item_length = _tag_and_length(self._data, position - self._base)
            tag = group << 16 | element
            position += 8
            if tag == _SEQUENCE_DELIMITER:
                return position
            if tag != _ITEM:
                raise _OutOfOrdinaryError
            if item_length == _UNDEFINED:
                position = self._after_item(position, implicit, depth)
            else:
                position += item_length
        raise _OutOfOrdinaryError

    def _after_item(self, position: int, implicit: bool, depth: int) -> int:
        """Where an item of undefined length ends."""
        while self._has(position, 8):
            group, element, _ = _tag_and_length(self._data, position - self._base)
            if group << 16 | element == _ITEM_DELIMITER:
                return position + 8
            _, _, length, value_at = self._element(position, implicit)
            position = self._after_sequence(value_at, length, implicit, depth + 1)
        raise _OutOfOrdinaryError

    def _value(self, position: int, length: int) -> bytes:
        if not self._has(position, length):
            raise _OutOfOrdinaryError
        at = position - self._base
        return self._data[at : at + length]

    def _has(self, position: int, length: int) -> bool:
        """Whether so many bytes are in memory from a place on, after fetching them if need be."""
        if position - self._base + length <= len(self._data):
            return True
        self._file.seek(position)
        self._data = self._file.read(max(length, 16384)) if length < 1_000_000 else b""
        self._base = position
        return len(self._data) >= length
