"""Says in a sentence why a report could not be written, and what to do about it."""

from __future__ import annotations

import errno
from pathlib import Path

from hcc_viewer.errors import OutputError

_FORBIDDEN = (
    "you may not write there, or one of its files is open in another program; "
    "close it, or choose a folder of your own"
)

_REASONS = {
    errno.ENOSPC: "the disk is full; free some space or choose another disk",
    errno.EDQUOT: "your share of the disk is used up; free some space or choose another disk",
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.EROFS: "the disk is read-only; choose another folder",
    errno.ENOTDIR: "part of that path is a file; choose a folder",
    errno.EEXIST: "that is a file; choose a folder",
    errno.ENAMETOOLONG: "the path is too long; choose a shorter one",
    errno.EISDIR: "a folder has the name of a report's file; choose another folder",
}


def output_error(folder: Path, error: OSError) -> OutputError:
    """The error for the user: which path, why, and a way out."""
    code = error.errno or 0
    reason = _REASONS.get(code, f"{error.strerror or error}; choose another folder")
    return OutputError(f"The report cannot be written to '{folder}': {reason}.")
