"""Decodes JPEG frames in a process of its own: a damaged frame may end the decoder, or hang it.

Run by `isolated_decoders` alone. It reads requests from its standard input and writes
answers to its standard output until the input ends:

    request: little-endian numbers: rows, columns, samples, bits allocated, bits stored, signed;
             then the lengths of the three that follow:
             transfer syntax, photometric interpretation, encoded frame
    answer:  the length of the decoded frame, 0 when it is refused; then the frame

It imports nothing of this package, so that it starts quickly.
"""

from __future__ import annotations

import signal
import struct
import sys
from typing import BinaryIO

REQUEST = struct.Struct("<9L")
ANSWER = struct.Struct("<L")
JPEG_LS = ("1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81")
CPU_SECONDS = 3.0
"""A frame that takes longer than this of the processor's time is damaged."""

READY = b"R"
"""The first thing that is written: from then on an answer may be waited for."""


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Say that one is ready; answer requests until there are no more."""
    answers.write(READY)
    answers.flush()
    while head := _exactly(requests, REQUEST.size):
        *numbers, syntax, interpretation, frame = REQUEST.unpack(head)
        texts = [_exactly(requests, length) for length in (syntax, interpretation, frame)]
        _end_after(CPU_SECONDS)
        decoded = _decode(numbers, texts[0].decode(), texts[1].decode(), texts[2])
        _end_after(0.0)
        answers.write(ANSWER.pack(len(decoded)) + decoded)
        answers.flush()


def limits_itself() -> bool:
    """Whether the worker ends by its own processor time, which a busy machine does not use up."""
    return hasattr(signal, "setitimer")


def _end_after(seconds: float) -> None:
    """Let the system end this process once it has computed for so long; 0: no more.

    A thread could not: a decoder that hangs may hold Python's lock.
    """
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _exactly(source: BinaryIO, length: int) -> bytes:
    return source.read(length) if length else b""


def _decode(numbers: list[int], syntax: str, interpretation: str, encoded: bytes) -> bytes:
    """The decoded frame; empty when it is refused."""
    try:
        if syntax in JPEG_LS:
            return _by_charls(encoded)
        return _by_gdcm(numbers, syntax, interpretation, encoded)
    except (RuntimeError, SystemError, TypeError, ValueError):
        return b""


def _by_charls(encoded: bytes) -> bytes:
    import jpeg_ls  # type: ignore[import-untyped]

    return bytes(jpeg_ls.decode_pixel_data(encoded)[0])


def _by_gdcm(numbers: list[int], syntax: str, interpretation: str, encoded: bytes) -> bytes:
    import gdcm  # type: ignore[import-untyped]  # SWIG bindings without types

    gdcm.Trace.WarningOff()
    gdcm.Trace.ErrorOff()
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
    return bytes(image.GetBuffer().encode("utf-8", "surrogateescape"))


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
