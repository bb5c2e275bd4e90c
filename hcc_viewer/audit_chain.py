"""The audit log's lines, each with the hash of the line before, so that a change by hand shows.

What the chain cannot show is said by `ChainCheck`: whoever may write the file may cut lines off its
end, or write all of it anew. A copy of the last line, kept elsewhere, closes both gaps.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

PREVIOUS = "previous_sha256"
"""The key of a line that holds the hash of the bytes of the line before, without its end."""

_LOCKED_BYTE = 2**30
"""On Windows a lock shuts others out of what is locked; this lies far behind the end."""


@dataclass(frozen=True)
class ChainCheck:
    """What a look at all lines found."""

    lines: int
    chained: int
    """Lines that carry the hash of the one before; those of early versions do not."""
    broken_at: int | None
    """The first line, from 1, before which something was changed, put in or taken out."""


def append(path: Path, values: Mapping[str, object]) -> None:
    """Put a line at the end of the file, which is made if need be; several windows may.

    Raises:
        OSError: The file cannot be written.
    """
    descriptor = os.open(path, os.O_APPEND | os.O_CREAT | os.O_RDWR, 0o600)
    with os.fdopen(descriptor, "r+b", buffering=0) as file, _locked(file):
        chained = {**values, PREVIOUS: _hash(_last_line(file))}
        line = f"{json.dumps(chained, ensure_ascii=False)}\n".encode()
        _write_whole(file, line if _ends_a_line(file) else b"\n" + line)


def check(path: Path) -> ChainCheck:
    """Compare each line with the hash that the next one carries.

    Raises:
        OSError: The file cannot be read.
    """
    before, lines, chained, broken = b"", 0, 0, None
    with path.open("rb") as file:
        for lines, line in enumerate(file, 1):
            told = _told(line)
            chained += told is not None
            fits = told == _hash(before) if told is not None else not chained
            if broken is None and not fits:
                broken = lines
            before = line.rstrip(b"\n")
    return ChainCheck(lines, chained, broken)


def _told(line: bytes) -> str | None:
    """The hash that a line carries; None where it is none of ours, or of an early version."""
    try:
        values = json.loads(line)
    except ValueError:
        return None
    return values.get(PREVIOUS) if isinstance(values, dict) else None


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def _write_whole(file: BinaryIO, data: bytes) -> None:
    """Write at the end, or nothing: a full disk takes a part, to which the next line would stick.

    Raises:
        OSError: It cannot be written.
    """
    end = file.seek(0, os.SEEK_END)
    try:
        if file.write(data) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    except OSError:
        file.truncate(end)
        raise


def _ends_a_line(file: BinaryIO) -> bool:
    """Whether nothing stands at the end that a power cut left half written."""
    if not file.seek(0, os.SEEK_END):
        return True
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"


def _last_line(file: BinaryIO) -> bytes:
    """The last line without its end; a line may be long, so more and more is read."""
    end, size = file.seek(0, os.SEEK_END), 4096
    while True:
        start = max(0, end - size)
        file.seek(start)
        tail = file.read(end - start).rstrip(b"\n")
        if start == 0 or b"\n" in tail:
            return tail.rsplit(b"\n", 1)[-1]
        size *= 4


@contextmanager
def _locked(file: BinaryIO) -> Iterator[None]:
    """Nobody else appends meanwhile."""
    if sys.platform == "win32":
        import msvcrt

        file.seek(_LOCKED_BYTE)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        try:
            yield
        finally:
            file.seek(_LOCKED_BYTE)
            msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX)  # given back when the file is closed
        yield
