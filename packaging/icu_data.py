"""Makes a small data library for Qt's copy of ICU: few languages instead of all.

Qt's Linux libraries are linked with ICU, whose data library holds the names of months, currencies,
places and time zones in 800 languages, rules for writing numbers as words, and hundreds of old
character sets: 32 MB. Qt asks it to compare and to convert texts; the program shows two languages.
What is missing there ICU takes from what all languages share. The form of the data is described in
ICU's source (icu4c/source/common/ucmndata.h): a header, a sorted table of names, the items.
"""

from __future__ import annotations

import re
import struct
import subprocess
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from contents import ICU_LANGUAGES
from elf import Entry

_ALIGNMENT = 16

_SHARED = {"root", "pool", "res_index", "supplementalData", "likelySubtags", "numberingSystems"}
_DROPPED_FOLDERS = ("curr", "lang", "region", "unit", "zone", "rbnf")
_DROPPED_KINDS = (".cnv", ".dict", ".spp", ".cfu")
_LANGUAGE = re.compile(r"[a-z]{2,3}(_\w+)?")

_SOURCE = """\
    .section .rodata
    .global {symbol}
    .type {symbol}, %object
    .balign 16
{symbol}:
    .incbin "{data}"
    .size {symbol}, . - {symbol}
    .section .note.GNU-stack,"",%progbits
"""


def with_small_icu(entries: Iterable[Entry], folder: Path) -> list[Entry]:
    """The entries with a small library, made in `folder`, in the place of `libicudata`."""
    return [
        (target, str(_small_library(Path(source), folder)), kind)
        if PurePosixPath(target).name.startswith("libicudata.so") and kind != "SYMLINK"
        else (target, source, kind)
        for target, source, kind in entries
    ]


def is_wanted(name: str) -> bool:
    """Whether an item stays; `name` as in the table, such as `icudt73l/coll/ko.res`."""
    parts = name.split("/")[1:]
    if parts[0] == "translit" or parts[-1].endswith(_DROPPED_KINDS):
        return False
    stem = parts[-1].partition(".")[0]
    is_language = parts[-1].endswith(".res") and _LANGUAGE.fullmatch(stem) is not None
    if len(parts) > 1 and parts[0] in _DROPPED_FOLDERS:
        return stem in _SHARED
    return not is_language or stem.split("_")[0] in (*ICU_LANGUAGES, *_SHARED)


def without_unwanted(data: bytes) -> bytes:
    """The common data file with only the items that are wanted."""
    header = struct.unpack_from("<H", data)[0]
    items = {name: item for name, item in items_of(data).items() if is_wanted(name)}
    names = b"".join(name.encode() + b"\0" for name in items)
    table = 4 + 8 * len(items)
    place = _aligned(table + len(names))
    rows, body, name_place = [], bytearray(), table
    for name, item in items.items():
        rows.append(struct.pack("<II", name_place, place + len(body)))
        name_place += len(name) + 1
        body += item + bytes(_aligned(len(item)) - len(item))
    index = struct.pack("<I", len(items)) + b"".join(rows) + names
    return data[:header] + index + bytes(place - len(index)) + bytes(body)


def items_of(data: bytes) -> dict[str, bytes]:
    """The items of a common data file by name, in their order.

    Raises:
        SystemExit: It is not of the form that this module knows.
    """
    header, magic = struct.unpack_from("<HH", data)
    if magic != 0x27DA or data[12:16] != b"CmnD" or data[8] != 0:
        raise SystemExit("ICU's data are not little-endian common data; see packaging/icu_data.py")
    base = data[header:]
    count = struct.unpack_from("<I", base)[0]
    rows = [struct.unpack_from("<II", base, 4 + 8 * number) for number in range(count)]
    ends = [start for _, start in rows[1:]] + [len(base)]
    return {
        base[name : base.index(b"\0", name)].decode(): base[start:end]
        for (name, start), end in zip(rows, ends, strict=True)
    }


def _small_library(library: Path, folder: Path) -> Path:
    symbol, data = _data_of(library)
    folder.mkdir(parents=True, exist_ok=True)
    small = folder / "icu.dat"
    small.write_bytes(without_unwanted(data))
    source = folder / "icu.s"
    source.write_text(_SOURCE.format(symbol=symbol, data=small), encoding="utf-8")
    target = folder / library.name
    command = ["gcc", "-shared", "-nostdlib", "-s", "-Wl,--build-id=none"]
    command += [f"-Wl,-soname,{library.name}", "-o", str(target), str(source)]
    subprocess.run(command, check=True)
    return target


def _data_of(library: Path) -> tuple[str, bytes]:
    """The name of the library's one symbol, and what lies there."""
    output = _run("nm", "--dynamic", "--defined-only", str(library))
    match = re.search(r"^([0-9a-f]+) \w (icudt\d+_dat)$", output, re.MULTILINE)
    sections = re.findall(
        r"\.rodata\s+PROGBITS\s+([0-9a-f]+) ([0-9a-f]+) ([0-9a-f]+)",
        _run("readelf", "--sections", "--wide", str(library)),
    )
    if match is None or len(sections) != 1:
        raise SystemExit(f"{library} is not built as ICU's data library was")
    address, offset, size = (int(value, 16) for value in sections[0])
    start = offset + int(match[1], 16) - address
    return match[2], library.read_bytes()[start : offset + size]


def _aligned(size: int) -> int:
    return -(-size // _ALIGNMENT) * _ALIGNMENT


def _run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
