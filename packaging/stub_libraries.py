"""Puts small stand-ins in the place of libraries that Linux wheels drag along.

OpenCV is linked with FFmpeg, AVIF and OpenBLAS, 80 MB which the program never calls: it warps,
blurs and labels images. GDCM is linked with OpenSSL 1.1.1, for encryption that is not used here. A
stand-in has the same name, the same symbols and the same versions, so that the loader is content;
whoever calls one of its functions ends the program with a sentence.
Needs gcc and binutils, as PyInstaller itself needs binutils.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from contents import STAND_INS, StandIns
from elf import Entry, defined_symbols, undefined_symbols

_SOURCE = """\
#include <stdio.h>
#include <stdlib.h>
static void refuse(const char *name)
{
    fprintf(stderr, "hcc-viewer: %s is not part of this program\\n", name);
    abort();
}
#define STAND_IN(name) void name(void) { refuse(#name); }
"""


def with_stubs(
    entries: Iterable[Entry], folder: Path, stand_ins: Iterable[StandIns] = STAND_INS
) -> list[Entry]:
    """The entries with stand-ins, made in `folder`, for the libraries that are not wanted."""
    listed = list(entries)
    for kind in stand_ins:
        listed = _with_stubs(listed, kind, folder)
    return listed


def _with_stubs(entries: list[Entry], kind: StandIns, folder: Path) -> list[Entry]:
    users = [Path(source) for target, source, _ in entries if target.startswith(kind.user)]
    wanted = set().union(*map(undefined_symbols, users))
    folder.mkdir(parents=True, exist_ok=True)
    return [
        (target, str(_make(Path(source), wanted, folder)), form)
        if _is_stubbed(target, kind) and form != "SYMLINK"
        else (target, source, form)
        for target, source, form in entries
    ]


def _is_stubbed(target: str, kind: StandIns) -> bool:
    path = PurePosixPath(target)
    return str(path.parent) == kind.folder and path.name.startswith(kind.libraries)


def _make(library: Path, wanted: set[str], folder: Path) -> Path:
    """Compile the stand-in of one library."""
    symbols = sorted(wanted & defined_symbols(library))
    names = sorted({symbol.partition("@")[0] for symbol in symbols})
    versions = sorted({symbol.partition("@")[2] for symbol in symbols} - {""})
    source = folder / f"{library.name}.c"
    source.write_text(_SOURCE + "".join(f"STAND_IN({name})\n" for name in names), encoding="utf-8")
    target = folder / library.name
    command = ["gcc", "-shared", "-fPIC", "-Os", "-s", "-fno-builtin", "-w"]
    command += ["-Wl,--build-id=none", f"-Wl,-soname,{library.name}", "-o", str(target)]
    if versions:
        script = folder / f"{library.name}.map"
        script.write_text(
            "".join(f"{version} {{ global: *; }};\n" for version in versions), encoding="utf-8"
        )
        command.append(f"-Wl,--version-script={script}")
    subprocess.run([*command, str(source)], check=True)
    return target
