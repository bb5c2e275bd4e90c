"""How damaged files are met: what reading them may raise, and how pydicom is kept quiet."""

from __future__ import annotations

import contextlib
import logging
import struct
import threading
import warnings
import zlib
from collections.abc import Iterator

from pydicom.errors import BytesLengthException, InvalidDicomError

from hcc_viewer.phrases import Phrase

MALFORMED: tuple[type[Exception], ...] = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BufferError,
    BytesLengthException,
    EOFError,
    InvalidDicomError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SystemError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What pydicom and the pixel decoders raise on files that break the standard.

They name no errors of their own for most damage, so a list of the builtin ones has to do. It leaves
out our own errors: a CancelledError passes through.
"""

_WARNING_SOURCES = r"(pydicom|hcc_viewer\.dicom)(\.|$)"
"""Modules to whose code pydicom's warnings are ascribed: its own, or ours that called it."""

_lock = threading.Lock()
_depth = 0
_stack = contextlib.ExitStack()


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep pydicom's warnings about odd values away from the screen and the log.

    A scan may meet the same odd value in thousands of files; what matters to the user becomes a
    Notice. Warning filters belong to the whole process, so the first to enter sets them and the
    last to leave takes them back: scans may overlap in several threads.
    """
    global _depth
    with _lock:
        _depth += 1
        if _depth == 1:
            _stack.enter_context(_silenced())
    try:
        yield
    finally:
        with _lock:
            _depth -= 1
            if _depth == 0:
                _stack.close()


@contextlib.contextmanager
def _silenced() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in ("pydicom", "pylibjpeg", "openjpeg")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module=_WARNING_SOURCES)
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def plain_reason(error: Exception) -> str:
    """What an error says, in words for a list of reasons."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    lines = str(error).strip().splitlines() or [type(error).__name__]
    for begin, reason in _REASONS:
        if lines[0].startswith(begin):
            return reason
    return lines[0].rstrip(".")[:160]


_REASONS = (
    ("Unable to decode", Phrase("its compressed pixels are damaged or of a rare kind")),
    ("No pixel data decoders", Phrase("it is encoded in a way that this program cannot decode")),
    ("The dataset has no 'Pixel Data'", Phrase("no pixels can be found in it")),
    ("invalid literal", Phrase("a number in its header is damaged")),
    ("could not convert", Phrase("a number in its header is damaged")),
    ("unpack requires", Phrase("its header is damaged")),
    ("Missing required element", Phrase("its header lacks what is needed to decode it")),
    ("Unexpected tag", Phrase("its compressed pixels are damaged")),
)
"""How messages of pydicom and Python begin, and what to say in their stead."""
