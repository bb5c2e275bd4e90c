"""Keeps TensorFlow's remarks about the processor away from a terminal, and nothing else.

TensorFlow writes them in C++ to the file descriptor of standard error, before any setting of its
own counts. They go through a process that leaves lines of known form out and passes everything else
on at once; being a process, it also passes on what a crash wrote last.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

REMARKS = (
    r"I\d{4} ",  # information
    r"WARNING: All log messages before absl::InitializeLog",
    r"To enable the following instructions: ",
    r"E\d{4} .*oneDNN supports DT_\w+ only on platforms with",
    r"W\d{4} .*Allocation of \d+ exceeds 10% of free system memory",
)
"""How the lines that are left out begin (TensorFlow 2.16 to 2.21)."""

_FILTER = """
import re, sys
remark = re.compile(sys.argv[1].encode())
for line in sys.stdin.buffer:
    if not remark.match(line):
        sys.stderr.buffer.write(line)
        sys.stderr.buffer.flush()
"""


@contextmanager
def without_remarks() -> Iterator[None]:
    """While this lasts, what C++ writes to standard error is filtered; Python's own is not touched.

    Does nothing where there is no such descriptor, in the built program, and on Windows, where the
    C++ runtime keeps a descriptor of its own.
    """
    if os.name == "nt" or getattr(sys, "frozen", False):
        yield
        return
    try:
        kept = os.dup(2)
    except OSError:
        yield
        return
    stderr = sys.stderr
    with (
        os.fdopen(os.dup(kept), "w", 1, "utf-8", "backslashreplace") as python,
        _start_filter(kept) as child,
    ):
        assert child.stdin is not None
        os.dup2(child.stdin.fileno(), 2)
        if _writes_to(stderr, 2):
            sys.stderr = python
        try:
            yield
        finally:
            sys.stderr = stderr
            os.dup2(kept, 2)
            os.close(kept)
            child.stdin.close()
            with suppress(subprocess.TimeoutExpired):
                child.wait(1)
            if child.poll() is None:  # a process that outlives the command holds the pipe open
                child.kill()


def _start_filter(stderr: int) -> subprocess.Popen[bytes]:
    """The filter; an interruption of the terminal never reaches it, not while it starts either."""
    pattern = "|".join(f"(?:{remark})" for remark in REMARKS)
    command = [sys.executable, "-I", "-S", "-c", _FILTER, pattern]
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:  # a process begins with what its parent blocks
        return subprocess.Popen(command, stdin=subprocess.PIPE, stderr=stderr)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _writes_to(stream: object, descriptor: int) -> bool:
    try:
        return bool(stream.fileno() == descriptor)  # type: ignore[attr-defined] # any stream
    except (AttributeError, OSError, ValueError):
        return False
