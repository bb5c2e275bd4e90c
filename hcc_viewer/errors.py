"""Everything the program says when something is wrong.

    HccViewerError
        UsageError              wrong arguments                                exit status 2
        NothingToDetectError    no readable series, or none to detect on       exit status 3
            ReadError           a file or series cannot be read                exit status 3
        ModelFileError          the model file is missing or refused           exit status 4
        OutputError             the output cannot be written                   exit status 5
        PacsError               the PACS cannot be reached or refuses           exit status 6
        CancelledError          the user stopped the job                       exit status 130

The text of an error is a sentence for the user: it names the file or value and a way out. It never
holds a patient's name, birth date or identifier.
"""

from __future__ import annotations

from dataclasses import dataclass


class HccViewerError(Exception):
    """Base of all errors that this program raises on purpose."""

    exit_status = 1
    """What the command line returns to the shell (docs/architecture.md, command line)."""


class UsageError(HccViewerError):
    """An argument or a setting has a value that cannot be used."""

    exit_status = 2


class NothingToDetectError(HccViewerError):
    """There is no readable series, or none on which detection makes sense."""

    exit_status = 3


class ReadError(NothingToDetectError):
    """A path, file or series cannot be read."""


class ModelFileError(HccViewerError):
    """The model file or its card is missing, damaged, or does not fit."""

    exit_status = 4


class OutputError(HccViewerError):
    """A file or folder cannot be written."""

    exit_status = 5


class PacsError(HccViewerError):
    """The PACS cannot be reached, refuses, or breaks off."""

    exit_status = 6


class CancelledError(HccViewerError):
    """The user stopped the job."""

    exit_status = 130


@dataclass(frozen=True)
class Notice:
    """Something the user should know about a series or a result, which did not stop the work.

    Shown in the warnings panel, in reports, and as `warnings` in JSON.
    """

    code: str
    """Stable identifier in lower case with hyphens, for example `uneven-spacing`."""

    message: str
    """One or two plain sentences: what was found, and what that does to the result."""
