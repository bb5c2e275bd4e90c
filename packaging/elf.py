"""What Linux libraries need of each other, read with binutils; prunes those that nobody needs."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from posixpath import normpath

Entry = tuple[str, str, str]
"""As in PyInstaller's table of contents: place in the program, source file, kind."""

_LIBRARY = re.compile(r"lib[^/]+\.so(\.[0-9.]+)?")

_STRIPPED = ("libpython", "_CharLS.", "_openjpeg.")
_OPENED_BY_NAME = ("libpython", "libonnxruntime_providers_shared")


def without_orphans(entries: Iterable[Entry]) -> list[Entry]:
    """Drop shared libraries that no extension module, plugin or kept library is linked with.

    Wheels hold libraries twice (GDCM), and what a dropped plugin had wanted is left over.
    """
    kept = {entry[0]: entry for entry in entries}
    by_name: dict[str, list[str]] = {}
    for target in kept:
        by_name.setdefault(PurePosixPath(target).name, []).append(target)
    reached: set[str] = set()
    waiting = [target for target in kept if not is_plain_library(target)]
    while waiting:
        target = waiting.pop()
        if target in reached:
            continue
        reached.add(target)
        source = Path(kept[target][1])
        for name in needed(source):
            waiting.extend(_candidates(target, source, name, by_name.get(name, [])))
    return [entry for target, entry in kept.items() if target in reached]


def without_symbols(entries: Iterable[Entry], folder: Path) -> list[Entry]:
    """The entries with Python's own library and modules, and some others, without symbols.

    Most wheels are left alone: where libraries were renamed and added, `strip` may break them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return [
        (target, str(_stripped(Path(source), folder)) if _has_symbols(target) else source, kind)
        for target, source, kind in entries
    ]


def is_plain_library(target: str) -> bool:
    """Whether a file is a library that others are linked with; a plugin is opened by name."""
    path = PurePosixPath(target)
    is_plugin = "plugins" in path.parts or path.name.startswith(_OPENED_BY_NAME)
    return bool(_LIBRARY.fullmatch(path.name)) and not is_plugin


def needed(path: Path) -> list[str]:
    """The names of the libraries that a file is linked with; none if it is no ELF file."""
    if not path.is_file():
        return []
    output = _run("objdump", "-p", str(path))
    return re.findall(r"^\s+NEEDED\s+(\S+)", output, re.MULTILINE)


def undefined_symbols(path: Path) -> set[str]:
    """The symbols, with `@VERSION` where they have one, that a file wants from others."""
    return _symbols(path, "--undefined-only")


def defined_symbols(path: Path) -> set[str]:
    """The symbols, with `@VERSION` where they have one, that a library gives to others."""
    return {name.replace("@@", "@") for name in _symbols(path, "--defined-only")}


def _symbols(path: Path, which: str) -> set[str]:
    output = _run("nm", "--dynamic", "--with-symbol-versions", which, str(path))
    return {line.split()[-1] for line in output.splitlines() if line.strip()}


def _candidates(target: str, source: Path, name: str, places: list[str]) -> list[str]:
    """Where the loader finds a library: in the folders that the file names, else in any."""
    if len(places) < 2:
        return places
    found = re.findall(r"^\s+(?:RPATH|RUNPATH)\s+(\S+)", _run("objdump", "-p", str(source)), re.M)
    for folder in ":".join(found).split(":"):
        place = folder.replace("$ORIGIN", str(PurePosixPath(target).parent)) + f"/{name}"
        if normpath(place) in places:
            return [normpath(place)]
    own = [place for place in places if PurePosixPath(place).parent == PurePosixPath(target).parent]
    return own or places


def _has_symbols(target: str) -> bool:
    path = PurePosixPath(target)
    return path.name.startswith(_STRIPPED) or "lib-dynload" in path.parts


def _stripped(source: Path, folder: Path) -> Path:
    target = folder / source.name
    subprocess.run(["strip", "--strip-unneeded", "-o", str(target), str(source)], check=True)
    return target


def _run(*command: str) -> str:
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return result.stdout
