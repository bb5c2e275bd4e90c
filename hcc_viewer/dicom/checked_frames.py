"""A plugin of pydicom that looks at the size in a compressed frame before it is decoded.

A damaged frame may claim to be of billions of pixels; decoders believe that, and are busy with it
for minutes. What the frame says has to be what the DICOM header says.
"""

from __future__ import annotations

from pydicom.pixels.decoders import pylibjpeg
from pydicom.pixels.decoders.base import DecodeRunner, get_decoder
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    JPEG2000Lossless,
)

CHECKED = "checked"
"""The name by which pydicom knows this plugin."""

CHECKED_SYNTAXES = (JPEG2000Lossless, JPEG2000, HTJ2KLossless, HTJ2KLosslessRPCL, HTJ2K)

DECODER_DEPENDENCIES: dict[str, tuple[str, ...]] = dict.fromkeys(
    CHECKED_SYNTAXES, ("pylibjpeg", "pylibjpeg-openjpeg")
)
"""Asked for by pydicom."""

_FRAME_HEADERS = frozenset({*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC})
"""Markers of JPEG and JPEG-LS that state a size."""

_SCAN_HEADER = frozenset({0xDA})

_WITHOUT_LENGTH = frozenset({0x01, 0xD8, *range(0xD0, 0xD8)})
_CODESTREAM = b"\xff\x4f\xff\x51"
"""How a JPEG 2000 codestream begins: SOC and SIZ (ISO 15444-1 annex A)."""


def is_available(uid: str) -> bool:
    """Asked by pydicom: whether this plugin decodes a transfer syntax."""
    return uid in CHECKED_SYNTAXES


def add_to_pydicom() -> None:
    """Make pydicom know this plugin."""
    for syntax in CHECKED_SYNTAXES:
        decoder = get_decoder(syntax)
        if CHECKED not in decoder.available_plugins:
            decoder.add_plugin(CHECKED, (__name__, "decode_frame"))


def decode_frame(src: bytes, runner: DecodeRunner) -> bytes | bytearray:
    """Called by pydicom with an encoded frame.

    Raises:
        ValueError: The frame says another size than the header, or none.
    """
    check_size(src, runner)
    return pylibjpeg._decode_frame(src, runner)


def check_size(src: bytes, runner: DecodeRunner) -> None:
    """Compare the size that a frame states with that of the header.

    Raises:
        ValueError: They differ, or the frame states none.
    """
    stated = _jpeg_2000_size(src) if runner.transfer_syntax in CHECKED_SYNTAXES else _jpeg_size(src)
    if stated != (runner.rows, runner.columns):
        raise ValueError("the size in its compressed pixels is not that of its header")


def jpeg_precision(src: bytes) -> int:
    """Bits of a sample by the frame header; 0 without one."""
    at = _segment(src, _FRAME_HEADERS)
    return src[at + 4] if at is not None else 0


def jpeg_ls_interleave(src: bytes) -> int:
    """How the components lie: 0 by plane, 1 by line, 2 by pixel (ISO 14495-1 C.2.3)."""
    at = _segment(src, _SCAN_HEADER)
    if at is None:
        return 0
    end = at + 2 + int.from_bytes(src[at + 2 : at + 4])
    return src[end - 2] if end - 2 < len(src) else 0


def _jpeg_size(src: bytes) -> tuple[int, int] | None:
    """Rows and columns by the frame header (ISO 10918-1 B.2.2)."""
    at = _segment(src, _FRAME_HEADERS)
    if at is None:
        return None
    return int.from_bytes(src[at + 5 : at + 7]), int.from_bytes(src[at + 7 : at + 9])


def _segment(src: bytes, wanted: frozenset[int]) -> int | None:
    """Where the first segment with one of these markers begins, before the scan's data."""
    at = 0
    while at + 9 < len(src) and src[at] == 0xFF:
        marker = src[at + 1]
        if marker in wanted:
            return at
        if marker == 0xFF:
            at += 1
        elif marker in _WITHOUT_LENGTH:
            at += 2
        else:
            at += 2 + int.from_bytes(src[at + 2 : at + 4])
    return None


def _jpeg_2000_size(src: bytes) -> tuple[int, int] | None:
    """Rows and columns by the image and tile size segment (ISO 15444-1 A.5.1)."""
    at = src.find(_CODESTREAM)
    if at < 0 or at + 24 > len(src):
        return None
    right, bottom, left, top = (
        int.from_bytes(src[place : place + 4]) for place in range(at + 8, at + 24, 4)
    )
    return bottom - top, right - left
