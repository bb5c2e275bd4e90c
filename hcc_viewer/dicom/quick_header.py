"""Reads the wanted elements of an ordinary DICOM file, several times faster than pydicom.

A study has thousands of files and a scan wants sixty elements of each. This walks the top level of
little-endian files and steps over all else. Whatever is out of the ordinary (big endian, deflated,
no preamble, sequences that are wanted, any sign of damage) is left to pydicom: then the answer is
None, never an error.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from struct import Struct
from typing import BinaryIO

from pydicom.datadict import dictionary_has_tag, dictionary_VR
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
)

_PREAMBLE_BYTES = 132
_SYNTAX_TAG = 0x00020010
_PIXEL_GROUP = 0x7FE0
_FIRST_PIXEL_TAG = 0x7FE00008
"""FloatPixelData; DoubleFloatPixelData and PixelData follow it."""

_SEQUENCE_DELIMITER = 0xFFFEE0DD
_ITEM = 0xFFFEE000
_ITEM_DELIMITER = 0xFFFEE00D
_UNDEFINED = 0xFFFFFFFF
_MAX_DEPTH = 16
_LARGEST_VALUE = 1_000_000
"""No wanted value is longer than this."""

_REFILL_BYTES = 16384

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

Wanted = dict[int, bool]
"""Tags to read. False for sequences that are left to pydicom with their whole file, where a wanted
sequence may be large; True for plain values and for small sequences, which come as bytes."""


class HeaderElements(dict[int, tuple[str, bytes]]):
    """The wanted elements of one file: tag to (value representation, little-endian bytes).

    A stand-in for a pydicom data set. The representation is empty where the file does not state it.
    A sequence comes as the bytes of its items.
    """

    syntax = ""
    """Transfer syntax UID."""
    is_implicit = False
    pixel_tag = 0
    """Which kind of pixels the file holds."""
    pixels_at = 0
    """Where the value of the pixel element begins, in bytes."""
    pixel_bytes = 0
    """Length of the pixel element as stated; 0xFFFFFFFF when they are encapsulated."""


class _OutOfOrdinaryError(Exception):
    """pydicom had better read this file."""


def wanted_tags(tags: Iterable[int], small_sequences: Iterable[int] = ()) -> Wanted:
    """Tags as `read_quickly` takes them.

    Args:
        tags: All that is wanted.
        small_sequences: Those of them that hold short sequences.
    """
    small = {int(tag) for tag in small_sequences}
    return {int(tag): int(tag) in small or not _is_sequence(int(tag)) for tag in tags}


def read_quickly(file: BinaryIO, head: bytes, wanted: Wanted) -> HeaderElements | None:
    """The wanted elements of a file up to its pixels; None where pydicom has to look.

    Args:
        file: Opened for reading in binary mode.
        head: The first bytes of the file, at least 132 and better all of its header.
        wanted: As `wanted_tags` gives them.
    """
    if head[128:132] != b"DICM":
        return None
    syntax, start = file_meta(file, head)
    if syntax in ("", DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian):
        return None
    is_implicit = syntax == ImplicitVRLittleEndian
    reader = _Reader(file, head)
    try:
        found = reader.elements(start, wanted, implicit=is_implicit)
    except (_OutOfOrdinaryError, OSError):
        return None
    found.syntax, found.is_implicit = syntax, is_implicit
    return found if found.pixel_tag else None


def file_meta(file: BinaryIO, head: bytes) -> tuple[str, int]:
    """The transfer syntax that a file states, and where its data set begins; empty without any."""
    reader = _Reader(file, head)
    try:
        meta = reader.elements(_PREAMBLE_BYTES, _META_TAGS, implicit=False, group=2)
        return meta[_SYNTAX_TAG][1].decode("ascii").rstrip("\0 "), reader.end
    except (_OutOfOrdinaryError, KeyError, UnicodeDecodeError, OSError):
        return "", 0


@lru_cache(maxsize=256)
def _is_sequence(tag: int) -> bool:
    return dictionary_has_tag(tag) and dictionary_VR(tag) == "SQ"


_META_TAGS = wanted_tags([_SYNTAX_TAG])


class _Reader:
    """Walks the elements of a file; fetches more of it when they lie beyond what was read."""

    def __init__(self, file: BinaryIO, head: bytes) -> None:
        self._file = file
        self._data = head
        self._base = 0
        self.end = 0
        """Where the last walk ended, in bytes from the beginning of the file."""

    def elements(
        self, start: int, wanted: Wanted, *, implicit: bool, group: int | None = None
    ) -> HeaderElements:
        """The wanted elements from a place on, to the pixels or to the end of one group."""
        found = HeaderElements()
        position = start
        while self._has(position, 8):
            data, at = self._data, position - self._base
            own_group, element, code, short = _tag_and_vr(data, at)
            if group is not None and own_group != group:
                break
            tag = own_group << 16 | element
            value_at, length, vr = position + 8, short, ""
            if implicit:
                (length,) = _long_length(data, at + 4)
            else:
                vr, is_long = _EXPLICIT.get(code, ("", True))
                if is_long:
                    length = self._long_length(position, vr)
                    value_at = position + 12
            if own_group == _PIXEL_GROUP and tag >= _FIRST_PIXEL_TAG:
                found.pixel_tag, found.pixels_at, found.pixel_bytes = tag, value_at, length
                break
            is_plain = wanted.get(tag)
            if is_plain is False or (is_plain and vr == "UN"):
                raise _OutOfOrdinaryError
            if length == _UNDEFINED:
                # An unknown value of undefined length is encoded implicitly (PS3.5 6.2.2, note 2).
                position = self._after_sequence(value_at, length, implicit or vr == "UN", 0)
                length = position - 8 - value_at
            else:
                position = value_at + length
            if is_plain:
                found[tag] = vr, self._value(value_at, length)
        self.end = position
        return found

    def _long_length(self, position: int, vr: str) -> int:
        """The length of an element whose value representation has four bytes for it."""
        if not vr or not self._has(position, 12):
            raise _OutOfOrdinaryError
        return int(_long_length(self._data, position - self._base + 8)[0])

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
            group, element, length = _tag_and_length(self._data, position - self._base)
            if group << 16 | element == _ITEM_DELIMITER:
                return position + 8
            value_at = position + 8
            if not implicit:
                at = position - self._base
                vr, is_long = _EXPLICIT.get(self._data[at + 4 : at + 6], ("", True))
                length = self._long_length(position, vr) if is_long else length >> 16
                value_at += 4 * is_long
            position = self._after_sequence(value_at, length, implicit, depth + 1)
        raise _OutOfOrdinaryError

    def _value(self, position: int, length: int) -> bytes:
        at = position - self._base
        if at + length > len(self._data):
            if length > _LARGEST_VALUE or not self._has(position, length):
                raise _OutOfOrdinaryError
            at = 0
        return self._data[at : at + length]

    def _has(self, position: int, length: int) -> bool:
        """Whether so many bytes are in memory from a place on, after fetching them if need be."""
        if position - self._base + length <= len(self._data):
            return True
        self._file.seek(position)
        self._data = self._file.read(max(length, _REFILL_BYTES))
        self._base = position
        return len(self._data) >= length
