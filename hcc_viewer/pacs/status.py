"""What a peer answers, in words (PS3.7 C and PS3.4 B.2.3, C.4)."""

from __future__ import annotations

from pydicom import Dataset
from pynetdicom.status import code_to_category

from hcc_viewer.phrases import Phrase

SUCCESS = 0x0000

CANCELLED = 0xFE00

_MEANINGS = (
    (0x0110, 0x0110, Phrase("it failed to process the object")),
    (0x0122, 0x0122, Phrase("it does not take this kind of object")),
    (0x0124, 0x0124, Phrase("this program is not allowed to do that there")),
    (0x0211, 0x0211, Phrase("it does not know the operation")),
    (0xA700, 0xA7FF, Phrase("it is out of space or resources")),
    (0xA801, 0xA801, Phrase("it does not know this program's AE title as a place to send to")),
    (0xA900, 0xA9FF, Phrase("it says that the object does not fit its kind")),
    (0xC000, 0xCFFF, Phrase("it cannot understand the object or the query")),
)


_REMARKS = {
    0xB000: Phrase("it changed some elements"),
    0xB006: Phrase("it left some elements out"),
    0xB007: Phrase("it says that the object does not fit its kind"),
}
"""Warnings of C-STORE (PS3.4 table B.2-1)."""


def is_pending(status: Dataset) -> bool:
    """Whether more answers follow."""
    return status.get("Status") in (0xFF00, 0xFF01)


def is_stored(status: Dataset) -> bool:
    """Whether an object was stored, be it with a warning."""
    return status.get("Status") == SUCCESS or bool(remark(status))


def remark(status: Dataset) -> str:
    """What a peer did to an object that it stored; empty where it did nothing."""
    code = status.get("Status")
    if code is None or code_to_category(code) != "Warning":
        return ""
    words = _REMARKS.get(code, Phrase("it warns"))
    return Phrase("stored, but {words} (status {code})", words=words, code=f"0x{code:04X}")


def reason(status: Dataset) -> str:
    """Why a peer refused, for a sentence; ends with the number for its administrator."""
    code = status.get("Status")
    if code is None:
        return Phrase("it gave no answer")
    failed = Phrase("it failed")
    words = next((text for low, high, text in _MEANINGS if low <= code <= high), failed)
    return Phrase("{words} (status {code})", words=words, code=f"0x{code:04X}")
