"""What a DICOMDIR names. It is a hint only: discs hold more, or less, than their index says."""

from __future__ import annotations

from pathlib import Path

from pydicom.filereader import read_file_meta_info
from pydicom.uid import MediaStorageDirectoryStorage

from hcc_viewer.dicom import values
from hcc_viewer.dicom.careful_read import read_dataset
from hcc_viewer.dicom.tolerance import MALFORMED
from hcc_viewer.dicom.unread import Unread
from hcc_viewer.phrases import Phrase

DICOMDIR = Phrase("DICOMDIR (an index, not an image)")
"""The reason why such a file is not taken up as an image."""

MISSING = Unread("named in the DICOMDIR but missing")


def is_dicomdir(path: Path) -> bool:
    """Whether a file is an index by its contents; its name does not matter."""
    try:
        meta = read_file_meta_info(path)
        return str(meta.get("MediaStorageSOPClassUID", "")) == MediaStorageDirectoryStorage
    except MALFORMED:
        return False


def indexed_folders(path: Path) -> tuple[list[Path], int]:
    """The folders to search for what an index names, and how many of its files are missing.

    A name that points out of the index's own folder is not followed.

    Args:
        path: The DICOMDIR.
    """
    root = path.parent
    names = _names(path)
    found = [_find(root, name) for name in names]
    missing = sum(one is None for one in found)
    tops = {root / one.relative_to(root).parts[0] for one in found if one is not None}
    if not tops or any(not top.is_dir() for top in tops):
        return [root], missing
    return sorted(tops), missing


def _names(path: Path) -> list[list[str]]:
    try:
        dataset = read_dataset(path, values.tags_of(["DirectoryRecordSequence"]))
    except MALFORMED:
        return []
    records = values.items(dataset, "DirectoryRecordSequence")
    names = [list(values.texts(record, "ReferencedFileID")) for record in records]
    return [name for name in names if name and all(_is_plain(part) for part in name)]


def _is_plain(part: str) -> bool:
    return part not in ("", ".", "..") and not any(sign in part for sign in "/\\:\0")


def _find(root: Path, name: list[str]) -> Path | None:
    """The file of that name; upper and lower case may differ, as on discs that were copied."""
    current = root
    for part in name:
        exact = current / part
        if not exact.exists():
            matching = [entry for entry in _entries(current) if entry.name.upper() == part.upper()]
            if not matching:
                return None
            exact = matching[0]
        current = exact
    return current if current.is_file() else None


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []
