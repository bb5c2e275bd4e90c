"""Unpacks a zip into a private temporary folder, which goes when nobody needs it any more."""

from __future__ import annotations

import shutil
import tempfile
import weakref
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hcc_viewer.dicom.header_reader import looks_like_dicom, what_else
from hcc_viewer.dicom.long_paths import openable
from hcc_viewer.dicom.tolerance import plain_reason
from hcc_viewer.dicom.unread import Unread
from hcc_viewer.errors import ReadError
from hcc_viewer.progress import ReportProgress

MAX_BYTES = 32 * 1024**3
"""A larger content is refused: no study is so large."""

MAX_ENTRIES = 500_000
"""More files than this are refused."""

MAX_RATIO = 1000
"""A file that shrank by more than this, and is large, is a trap: pixels never pack so well."""

LARGE_BYTES = 256 * 1024**2
"""Below this the ratio does not matter: an empty image packs to nearly nothing."""

SPARE_BYTES = 512 * 1024**2
"""What has to stay free on the disk."""

_CHUNK = 1024**2
_HEAD_BYTES = 132


class TemporaryFolder:
    """A private folder that is removed with this object, at the latest when the program ends."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="hcc-viewer-"))
        self._finalizer = weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)

    def remove(self) -> None:
        """Remove the folder now."""
        self._finalizer()


def is_zip(path: Path) -> bool:
    """Whether a file begins as a zip does; its name does not matter."""
    try:
        with open(openable(path), "rb") as file:  # noqa: PTH123 -- may be extended
            return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
    except OSError:
        return False


def unpack(path: Path, skipped: list[str], report_progress: ReportProgress) -> TemporaryFolder:
    """Unpack the DICOM files of a zip.

    Files get running numbers for names. Names in an archive may point outside (`..`), clash, or be
    too long for the file system, and nothing depends on them.

    Args:
        path: The zip.
        skipped: A reason is appended for each file that is not unpacked.
        report_progress: Called with the files done and their total.

    Raises:
        ReadError: The zip is damaged, locked, or too large.
    """
    try:
        folder = TemporaryFolder()
    except OSError as error:
        raise ReadError(f"No temporary folder can be made: {plain_reason(error)}.") from error
    try:
        with _opened(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check_size(path, entries, folder.path)
            for number, entry in enumerate(entries):
                _unpack_entry(archive, entry, folder.path / f"{number:06d}.dcm", skipped)
                report_progress(number + 1, len(entries))
    except BaseException:
        folder.remove()
        raise
    return folder


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(openable(path))
    except zipfile.BadZipFile as error:
        raise ReadError(
            f"The zip {path.name} cannot be read: it is damaged or incomplete; copy it again."
        ) from error
    except (OSError, ValueError, LookupError, NotImplementedError) as error:
        raise ReadError(f"The zip {path.name} cannot be read: {plain_reason(error)}.") from error
    with archive:
        yield archive


def _check_size(path: Path, entries: list[zipfile.ZipInfo], folder: Path) -> None:
    """Refuse what would fill the disk, by the sizes that the archive states."""
    if len(entries) > MAX_ENTRIES:
        raise ReadError(f"The zip {path.name} holds {len(entries)} files; that is no single study.")
    total = sum(entry.file_size for entry in entries)
    free = shutil.disk_usage(folder).free - SPARE_BYTES
    if total > min(MAX_BYTES, free):
        raise ReadError(
            f"The zip {path.name} needs {total / 1e9:.1f} GB unpacked; there is no room for that. "
            "Unpack it yourself and open the folder."
        )


def _unpack_entry(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, skipped: list[str]
) -> None:
    if entry.flag_bits & 0x1:
        raise ReadError(
            "The zip is locked with a password. Unpack it yourself and open the folder."
        )
    if entry.file_size > LARGE_BYTES and entry.file_size > MAX_RATIO * entry.compress_size:
        skipped.append(Unread("packed suspiciously small (a zip bomb)"))
        return
    try:
        with archive.open(entry) as source:
            head = source.read(_HEAD_BYTES)
            if not looks_like_dicom(head):
                skipped.append(what_else(head))
                return
            with target.open("wb") as file:
                file.write(head)
                shutil.copyfileobj(source, file, _CHUNK)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        target.unlink(missing_ok=True)
        skipped.append(Unread("cannot be unpacked: {reason}", reason=plain_reason(error)))
    except OSError as error:
        raise ReadError(f"The zip cannot be unpacked: {plain_reason(error)}.") from error
