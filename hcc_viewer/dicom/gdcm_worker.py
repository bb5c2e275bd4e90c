"""Decodes JPEG frames with GDCM in a process of its own: a damaged frame may end or hang it.

Run by `isolated_gdcm` and by nobody else. It reads requests from its standard input and writes
answers to its standard output until the input ends:

    request: little-endian numbers: rows, columns, samples, bits allocated, bits stored, signed;
             then the lengths of the three that follow:
             transfer syntax, photometric interpretation, encoded frame
    answer:  the length of the decoded frame, 0 when GDCM refuses; then the frame

It imports nothing of this package, so that it starts quickly.
"""

from __future__ import annotations

import struct
import sys
from typing import BinaryIO

REQUEST = struct.Struct("<9L")
ANSWER = struct.Struct("<L")
READY = b"R"
"""The first thing that is written: from then on an answer may be waited for."""


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Say that one is ready; answer requests until there are no more."""
    import gdcm  # type: ignore[import-untyped]  # SWIG bindings without types

    gdcm.Trace.WarningOff()
    gdcm.Trace.ErrorOff()
    answers.write(READY)
    answers.flush()
    while head := _exactly(requests, REQUEST.size):
        *numbers, syntax, interpretation, frame = REQUEST.unpack(head)
        texts = [_exactly(requests, length) for length in (syntax, interpretation, frame)]
        decoded = _decode(numbers, texts[0].decode(), texts[1].decode(), texts[2])
        answers.write(ANSWER.pack(len(decoded)) + decoded)
        answers.flush()


def _exactly(source: BinaryIO, length: int) -> bytes:
    return source.read(length) if length else b""


def _decode(numbers: list[int], syntax: str, interpretation: str, encoded: bytes) -> bytes:
    """The decoded frame; empty when GDCM refuses it."""
    import gdcm

    rows, columns, samples, allocated, stored, signed = numbers
    fragment = gdcm.Fragment()
    fragment.SetByteStringValue(encoded)
    fragments = gdcm.SequenceOfFragments.New()
    fragments.AddFragment(fragment)
    element = gdcm.DataElement(gdcm.Tag(0x7FE0, 0x0010))
    element.SetValue(fragments.__ref__())
    image = gdcm.Image()
    image.SetNumberOfDimensions(2)
    image.SetDimensions((columns, rows, 1))
    image.SetDataElement(element)
    kind = gdcm.PhotometricInterpretation.GetPIType(interpretation)
    image.SetPhotometricInterpretation(gdcm.PhotometricInterpretation(kind))
    if samples > 1:
        image.SetPlanarConfiguration(0)
    image.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.GetTSType(syntax)))
    image.SetPixelFormat(gdcm.PixelFormat(samples, allocated, stored, stored - 1, signed))
    try:
        return bytes(image.GetBuffer().encode("utf-8", "surrogateescape"))
    except (RuntimeError, SystemError, TypeError, ValueError):
        return b""


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
