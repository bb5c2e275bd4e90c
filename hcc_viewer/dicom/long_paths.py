r"""Paths as the system opens them: Windows refuses long ones unless they are written `\\?\C:\...`.

Studies from CDs and exports lie in deep folders with long names; 260 characters are soon full. Only
the text that the system is given is extended; paths that are shown and kept stay as they are.
"""

from __future__ import annotations

import ntpath
import os
from pathlib import Path

LONGEST_PLAIN = 247
"""A folder of more characters cannot be made without the prefix: 260 less a short file name."""

_IS_WINDOWS = os.name == "nt"
_PREFIXES = ("\\\\?\\", "\\\\.\\")


def openable(path: Path) -> str | Path:
    """What to give to `open`, `os.stat` and `os.scandir` in place of a path."""
    return extended(str(path)) if _IS_WINDOWS else path


def extended(path: str) -> str:
    r"""A Windows path with its prefix where it is long: of a drive `\\?\`, of a server `\\?\UNC\`.

    The system takes an extended path literally, so it is made absolute and free of `..` and `/`.
    """
    if path.startswith(_PREFIXES):
        return path
    whole = ntpath.normpath(path if ntpath.isabs(path) else ntpath.join(str(Path.cwd()), path))
    if len(whole) <= LONGEST_PLAIN:
        return path
    if whole.startswith("\\\\"):
        return f"\\\\?\\UNC\\{whole[2:]}"
    return f"\\\\?\\{whole}"
