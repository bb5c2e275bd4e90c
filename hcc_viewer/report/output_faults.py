"""Says in a sentence why a report could not be written, and what to do about it."""

from __future__ import annotations

import errno
from pathlib import Path

from hcc_viewer.errors import OutputError
from hcc_viewer.phrases import Phrase
from hcc_viewer.system_faults import os_number, os_reason

_FORBIDDEN = Phrase(
    "you may not write there, or one of its files is open in another program; "
    "close it, or choose a folder of your own"
)

_REASONS = {
    errno.ENOSPC: Phrase("the disk is full; free some space or choose another disk"),
    errno.EDQUOT: Phrase(
        "your share of the disk is used up; free some space or choose another disk"
    ),
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.EROFS: Phrase("the disk is read-only; choose another folder"),
    errno.ENOTDIR: Phrase("part of that path is a file; choose a folder"),
    errno.EEXIST: Phrase("that is a file; choose a folder"),
    errno.ENAMETOOLONG: Phrase("the path is too long; choose a shorter one"),
    errno.EISDIR: Phrase("a folder has the name of a report's file; choose another folder"),
}


def output_error(folder: Path, error: OSError) -> OutputError:
    """The error for the user: which path, why, and a way out."""
    reason = _REASONS.get(os_number(error)) or Phrase(
        "{error}; choose another folder", error=os_reason(error)
    )
    return OutputError(
        Phrase(
            "The report cannot be written to '{folder}': {reason}.",
            folder=str(folder),
            reason=reason,
        )
    )
