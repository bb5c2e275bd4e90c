"""The log file: what went wrong, for whoever mends it, and never whose images they were."""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
import re
from pathlib import Path
from typing import TextIO

from hcc_viewer import paths

MAX_BYTES = 1_000_000
"""Of one file; then it is put aside and a new one begun."""

MAX_LINE = 1000
"""Characters of a line that are kept."""

KEPT_FILES = 3
"""Older files that are kept."""

logger = logging.getLogger(__name__)

_QUOTED = re.compile(
    r"""(?<!\w)[bru]{0,2}'(?:[^'\\\n]|\\.|'(?=\w))*(?:'|\\?$)|"(?:[^"\\\n]|\\.)*(?:"|\\?$)"""
)
"""A value in quotes, or what of it a line holds; the apostrophe of "can't" opens none."""

_PATH = re.compile(
    r"""(?:[A-Za-z]:[\\/]|\\\\|(?<![\w.])/)[^\s'",;:)]+"""
    r"""(?:[ ][^'",;:)\n]*(?:[\\/][^\s'",;:)]*|\.[A-Za-z0-9]{2,5}\b))?"""
)
"""A path; a folder's name may have spaces, and ends before the last slash or ending of the line."""

_PERSON = re.compile(r"\S*\^\S*")
_OUR_FRAME = re.compile(r'^\s+File "(?P<path>[^"]+)", line (?P<line>\d+), in (?P<name>\S+)$')


class DiscreetFormatter(logging.Formatter):
    """Formats a record without quoted values, paths and persons' names.

    Folders and files are often named after patients, and errors of libraries quote the value that
    they could not take. What remains is the kind of error and where in the program it was.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record in one or more lines."""
        lines = super().format(record).splitlines()
        return "\n".join(_frame(line) or discreet(line) for line in lines)


def discreet(text: str) -> str:
    """A text without quoted values, paths and persons' names."""
    return _PERSON.sub("…", _PATH.sub("…", _QUOTED.sub("'…'", text[:MAX_LINE])))


def start_log(folder: Path | None = None) -> Path | None:
    """Write the log of this program to a file; gives its path.

    Without a file the program works all the same. To start twice changes nothing.

    Args:
        folder: Where the file goes; None: where this system keeps logs.
    """
    package = logging.getLogger("hcc_viewer")
    for handler in package.handlers:
        if isinstance(handler, logging.handlers.RotatingFileHandler):
            return Path(handler.baseFilename)
    folder = folder or paths.log_dir()
    path = folder / "hcc-viewer.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = logging.handlers.RotatingFileHandler(
            path, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8"
        )
    except OSError as error:
        package.warning("There is no log file: %s", error.strerror)
        return None
    file.setFormatter(DiscreetFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    package.addHandler(file)
    package.setLevel(logging.INFO)
    return path


def catch_native_crashes() -> TextIO | None:
    """Let a crash in native code leave the places of all threads in `crash.txt` beside the log.

    Returns:
        The open file, which has to stay open; None where it cannot be written.
    """
    try:
        folder = paths.log_dir()
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "crash.txt").open("w", encoding="utf-8")
    except OSError:
        return None
    faulthandler.enable(file)
    return file


def _frame(line: str) -> str:
    """A line of a traceback with the module in the place of the path; empty for other lines."""
    found = _OUR_FRAME.match(line)
    if found is None:
        return ""
    parts = Path(found["path"].replace("\\", "/")).parts[-3:]
    return f"  {'/'.join(parts)}:{found['line']} in {found['name']}"
