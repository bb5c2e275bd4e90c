"""Keeps the process as small as what it holds: freed memory goes back to the system. No Qt.

The C library of Linux gives each thread a heap of its own, raises by itself the size from which
blocks are unmapped to 32 MB, and then keeps up to twice that at the end of each heap (mallopt(3),
M_MMAP_THRESHOLD and M_TRIM_THRESHOLD). A day of studies opened and closed makes the process grow by
hundreds of megabytes of which it uses none. Setting the sizes stops that. Elsewhere this does
nothing.
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache

OWN_BLOCK_BYTES = 4_000_000
"""Blocks from this size on are mapped one by one and unmapped when they are freed: volumes, the
network's working memory, pages of a report. Pictures of single slices are smaller: those are cheap.
"""

KEPT_AT_END_BYTES = 4_000_000
"""What may lie free at the end of a heap; more goes back at once."""

HEAPS = 2
"""One for the window and one for all workers, of which one or two work at a time."""

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Parameters of `mallopt` in glibc's malloc.h."""


def keep_small() -> bool:
    """Set the heap up, before there are threads; whether this system has such settings."""
    library = _c_library()
    if library is None:
        return False
    wanted = (
        (_MMAP_THRESHOLD, OWN_BLOCK_BYTES),
        (_TRIM_THRESHOLD, KEPT_AT_END_BYTES),
        (_ARENA_MAX, HEAPS),
    )
    answers = [int(library.mallopt(parameter, value)) for parameter, value in wanted]
    return all(answers)


def give_back() -> bool:
    """Return free pages to the system; whether there were any. Takes some milliseconds."""
    library = _c_library()
    return library is not None and bool(library.malloc_trim(0))


@cache
def _c_library() -> ctypes.CDLL | None:
    """Glibc; None on systems with another C library."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        library = ctypes.CDLL(None)
        library.mallopt.argtypes = [ctypes.c_int, ctypes.c_int]
        library.malloc_trim.argtypes = [ctypes.c_size_t]
    except (OSError, AttributeError):
        return None  # musl has neither
    return library
