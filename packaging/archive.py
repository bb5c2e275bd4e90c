"""Packs the program's folder so that the same files always give the same bytes."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from contents import NAME, ROOT


def pack(folder: Path, out: Path) -> Path:
    """A `.tar.xz`, or a `.zip` on Windows; gives its path."""
    stem = f"{NAME}-{version()}-{sys.platform}-{platform.machine().lower()}"
    if sys.platform == "win32":
        return _zip(folder, out / f"{stem}.zip")
    return _tar(folder, out / f"{stem}.tar.xz")


def version() -> str:
    """The program's version, read without importing it."""
    text = (ROOT / "hcc_viewer" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([^"]+)"', text, re.MULTILINE)
    if found is None:
        raise SystemExit("hcc_viewer/__init__.py states no version")
    return found[1]


def _tar(folder: Path, target: Path) -> Path:
    plain = target.with_suffix("")
    with tarfile.open(plain, "w", format=tarfile.GNU_FORMAT) as file:
        for path in [folder, *sorted(folder.rglob("*"))]:
            name = path.relative_to(folder.parent)
            file.add(path, str(name), recursive=False, filter=_without_owner)
    # One block size makes the result the same however many threads there are.
    command = ["xz", "--force", "-6", "--threads=0", "--block-size=64MiB", str(plain)]
    subprocess.run(command, check=True)
    return target


def _without_owner(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mtime = int(os.environ["SOURCE_DATE_EPOCH"])
    entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
    return entry


def _zip(folder: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder.parent).as_posix())
            entry.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(entry, path.read_bytes())
    return target
