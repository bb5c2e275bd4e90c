"""Keeps simulated cases in one small file each, for training."""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

import numpy as np

from hcc_viewer.dicom import Geometry
from hcc_viewer.errors import OutputError, ReadError
from hcc_viewer.training.phantom.types import Lesion, SimulatedCase

FORMAT = "hcc-viewer-simulated-case"
VERSION = 1

DAMAGED = (EOFError, KeyError, ValueError, zipfile.BadZipFile, zlib.error)
"""What reading a file of arrays raises that was cut off or changed on the disk."""


def save_case(case: SimulatedCase, path: Path) -> Path:
    """Write a case to `path` (.npz): image, labels, lesions, and the rest as JSON inside.

    Raises:
        OutputError: The file cannot be written.
    """
    arrays: dict[str, Any] = {
        "image": case.image,
        "labels": case.labels,
        "lesions": case.lesions,
        "affine": case.geometry.affine,
        "positions_mm": case.geometry.positions_mm,
        "about": np.array(json.dumps(_about(case), default=_plain)),
    }
    if case.image_without_lesions is not None:
        arrays["image_without_lesions"] = case.image_without_lesions
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            write_arrays(file, arrays)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise OutputError(f"The simulated case cannot be written to {path}: {error}.") from error
    return path


def load_case(path: Path) -> SimulatedCase:
    """Read a case that `save_case` wrote.

    Raises:
        ReadError: The file is missing, damaged, or of another kind.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            about = json.loads(str(stored["about"]))
            if about.get("format") != FORMAT or about.get("version") != VERSION:
                raise ReadError(f"{path} is no simulated case of version {VERSION}.")
            paired = "image_without_lesions" in stored
            return SimulatedCase(
                name=about["name"],
                seed=about["seed"],
                image=stored["image"],
                labels=stored["labels"],
                lesions=stored["lesions"],
                geometry=Geometry(stored["affine"], stored["positions_mm"]),
                truth=tuple(_lesion(lesion) for lesion in about["truth"]),
                protocol=about["protocol"],
                parameters=about["parameters"],
                image_without_lesions=stored["image_without_lesions"] if paired else None,
                source=about["source"],
            )
    except (OSError, *DAMAGED) as error:
        raise ReadError(f"The simulated case {path} cannot be read: {error}.") from error


def truth_as_dicts(truth: tuple[Lesion, ...]) -> list[dict[str, Any]]:
    """For JSON."""
    return [asdict(lesion) for lesion in truth]


def write_arrays(file: IO[bytes], arrays: dict[str, Any]) -> None:
    """What `np.savez_compressed` writes, compressed lightly: three times faster, hardly larger."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asanyarray(array), allow_pickle=False)


def _about(case: SimulatedCase) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "name": case.name,
        "seed": case.seed,
        "truth": truth_as_dicts(case.truth),
        "protocol": case.protocol,
        "parameters": case.parameters,
        "source": case.source,
    }


def _lesion(stored: dict[str, Any]) -> Lesion:
    x, y, z = stored["center_lps_mm"]
    return Lesion(**(stored | {"center_lps_mm": (x, y, z), "traits": tuple(stored["traits"])}))


def _plain(value: object) -> object:
    """NumPy scalars and arrays as JSON knows them."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} has no place in JSON.")
