"""Finds the files under a path: a folder with all below it, one file, or a zip."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from hcc_viewer.dicom.placing import natural_key


def walk(folder: Path, unreadable: list[str]) -> Iterator[Path]:
    """Every file below a folder, folder by folder in natural order.

    Symbolic links are followed, but no folder is entered twice: a link to a parent ends there.

    Args:
        folder: Where to begin.
        unreadable: A reason is appended for each folder that cannot be listed.
    """
    entered: set[tuple[int, int]] = set()
    waiting = [folder]
    while waiting:
        current = waiting.pop()
        try:
            status = current.stat()
            if (status.st_dev, status.st_ino) in entered:
                continue
            entered.add((status.st_dev, status.st_ino))
            files, folders = _list(current)
        except OSError as error:
            unreadable.append(f"folder cannot be listed: {(error.strerror or 'error').lower()}")
            continue
        waiting += reversed(folders)
        yield from files


def _list(folder: Path) -> tuple[list[Path], list[Path]]:
    """The files and the folders right in a folder, each in natural order."""
    files: list[str] = []
    folders: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            (folders if _is_folder(entry) else files).append(entry.name)
    files.sort(key=natural_key)
    folders.sort(key=natural_key)
    return [folder / name for name in files], [folder / name for name in folders]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
