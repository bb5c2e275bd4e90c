"""Finds the files under a path: a folder with all below it, one file, or a zip."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterator
from pathlib import Path

from hcc_viewer.dicom.long_paths import openable
from hcc_viewer.dicom.placing import natural_key
from hcc_viewer.dicom.unread import Unread
from hcc_viewer.phrases import Phrase

NOT_A_FILE = Phrase("not a regular file (a dangling link, a pipe or a device)")


def walk(folder: Path, unreadable: list[str]) -> Iterator[Path]:
    """Every file below a folder, folder by folder in natural order.

    Symbolic links are followed, but no folder is entered twice: a link to a parent ends there.

    Args:
        folder: Where to begin.
        unreadable: A reason is appended for each folder that cannot be listed.
    """
    entered: set[Hashable] = set()
    waiting = [folder]
    while waiting:
        current = waiting.pop()
        try:
            identity = _identity(openable(current))
            if identity in entered:
                continue
            entered.add(identity)
            files, folders, others = _list(current)
        except OSError as error:
            why = (error.strerror or "error").lower()
            unreadable.append(Unread("folder cannot be listed: {reason}", reason=why))
            continue
        unreadable.extend([NOT_A_FILE] * others)
        waiting += reversed(folders)
        yield from files


def _identity(folder: str | Path) -> Hashable:
    """What is the same for one folder by whatever path; Windows numbers none on some drives."""
    status = os.stat(folder)  # noqa: PTH116 -- may be extended
    return (status.st_dev, status.st_ino) if status.st_ino else os.path.realpath(folder)


def _list(folder: Path) -> tuple[list[Path], list[Path], int]:
    """The files and the folders right in a folder in natural order, and how many are neither.

    A pipe or device must not be opened: reading from it may never end.
    """
    files: list[str] = []
    folders: list[str] = []
    others = 0
    with os.scandir(openable(folder)) as entries:
        for entry in entries:
            if _is(entry.is_dir):
                folders.append(entry.name)
            elif _is(entry.is_file):
                files.append(entry.name)
            else:
                others += 1
    files.sort(key=natural_key)
    folders.sort(key=natural_key)
    return [folder / name for name in files], [folder / name for name in folders], others


def _is(test: Callable[[], bool]) -> bool:
    try:
        return test()
    except OSError:
        return False
