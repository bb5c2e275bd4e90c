"""One case in one compressed file."""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.catalogue.types import CaseFacts, CaseLesion, LabelledCase
from hcc_viewer.dicom import Geometry
from hcc_viewer.errors import OutputError, ReadError
from hcc_viewer.records import build_record, to_table

FORMAT = "hcc-viewer-labelled-case"
VERSION = 1

_DAMAGE = (
    OSError, ValueError, KeyError, TypeError, EOFError, NotImplementedError, MemoryError,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What NumPy and zipfile raise on damaged files."""


def save_labelled_case(case: LabelledCase, path: Path) -> None:
    """Write a case beside its place and move it in.

    Raises:
        OutputError: It cannot be written.
    """
    about = {
        "format": FORMAT,
        "version": VERSION,
        "name": case.name,
        "label_kind": case.label_kind,
        "facts": to_table(case.facts),
        "truth": [to_table(lesion) for lesion in case.truth],
    }
    arrays: dict[str, Any] = {
        "image": _compact(case.image),
        "lesions": case.lesions,
        "organs": case.organs,
        "slice_labels": case.slice_labels,
        "affine": case.geometry.affine,
        "positions_mm": case.geometry.positions_mm,
        "geometry_known": np.array(case.geometry.known),
        "about": np.array(json.dumps(about)),
    }
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_arrays(part, arrays)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):  # as where a part of its path is a file
            part.unlink()
        raise OutputError(f"The case cannot be written to {path}: {error}.") from error


def load_labelled_case(path: Path) -> LabelledCase:
    """Read a case.

    Raises:
        ReadError: The file is missing, damaged, or of another kind.
    """
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            about = json.loads(str(stored["about"]))
            if about.get("format") != FORMAT or about.get("version") != VERSION:
                raise ReadError(f"{path} is no labelled case of version {VERSION}.")
            return LabelledCase(
                name=about["name"],
                image=stored["image"].astype(np.float32),
                geometry=Geometry(
                    stored["affine"], stored["positions_mm"], bool(stored["geometry_known"])
                ),
                facts=build_record(CaseFacts, about["facts"]),
                label_kind=about["label_kind"],
                lesions=stored["lesions"],
                organs=stored["organs"],
                truth=tuple(build_record(CaseLesion, item) for item in about["truth"]),
                slice_labels=stored["slice_labels"],
            )
    except _DAMAGE as error:
        raise _cannot_be_read(path, error) from error


def fingerprint(path: Path) -> str:
    """The checksums of what is in a case's file; the same when it is written again.

    Raises:
        ReadError: The file is missing or damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return " ".join(f"{member.CRC:08x}" for member in archive.infolist())
    except _DAMAGE as error:
        raise _cannot_be_read(path, error) from error


def _cannot_be_read(path: Path, error: Exception) -> ReadError:
    return ReadError(f"The case {path} cannot be read ({error}); import its data set again.")


def _compact(image: NDArray[np.float32]) -> NDArray[Any]:
    """The same values in two bytes each where they are whole numbers."""
    low, high = float(image.min()), float(image.max())
    for kind in (np.uint16, np.int16):
        limits = np.iinfo(kind)
        if limits.min <= low and high <= limits.max and (image == np.rint(image)).all():
            return image.astype(kind)
    return image


def _write_arrays(path: Path, arrays: dict[str, Any]) -> None:
    """What `np.savez_compressed` writes, compressed lightly: faster, hardly larger."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asanyarray(array), allow_pickle=False)
