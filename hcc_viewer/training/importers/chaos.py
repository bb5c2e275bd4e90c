"""CHAOS: abdominal MRI of healthy people with organ masks; no lesions, no contrast agent.

Train_Sets/MR/<id>/T1DUAL/DICOM_anon/{InPhase,OutPhase}/*.dcm   T1DUAL/Ground/*.png
grey values of the masks: 55-70 liver, 110-135 and 175-200 kidneys, 240-255 spleen
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from hcc_viewer.catalogue import Exclusion, Organ, Source
from hcc_viewer.dicom import Volume, load_volume, scan_folder
from hcc_viewer.errors import ReadError
from hcc_viewer.training.importers.assemble import CaseLabels
from hcc_viewer.training.importers.base import Importer, ImportOptions, Outcome, child
from hcc_viewer.training.importers.dicom_series import axial_volume, facts_of

SOURCE = Source(
    name="chaos",
    title="CHAOS: combined healthy abdominal organ segmentation, the MRI part",
    licence="CC-BY-NC-SA-4.0",
    allows_sharing=False,
    phase="no contrast agent",
    labels="organ masks of healthy people; no lesions",
    where="Zenodo record 3431873",
    patients=20,
)

RANGES = (
    (55, 70, Organ.LIVER),
    (110, 135, Organ.KIDNEY),
    (175, 200, Organ.KIDNEY),
    (240, 255, Organ.SPLEEN),
)
"""Lowest and highest grey value of each organ in the masks."""


def read(root: Path, options: ImportOptions) -> Iterator[Outcome]:
    """The T1 images of each person, in or out of phase (`--phase InPhase`)."""
    base = child(root, "Train_Sets/MR", "MR")
    base = base / "Train_Sets" / "MR" if (base / "Train_Sets").is_dir() else base / "MR"
    phase = options.phase or "OutPhase"
    for person in sorted((p for p in base.iterdir() if p.is_dir()), key=lambda p: p.name.zfill(4)):
        yield _read_person(person, f"chaos-{person.name.zfill(3)}", phase)


def _read_person(person: Path, name: str, phase: str) -> Outcome:
    folder = person / "T1DUAL" / "DICOM_anon" / phase
    try:
        series = scan_folder(folder)
        if not series:
            raise ReadError("No image series is there.")
        volume = load_volume(max(series, key=lambda item: len(item.instances)))
    except ReadError as error:
        return Exclusion(SOURCE.name, name, "unreadable", f"T1DUAL {phase}: {error}")
    masks = sorted((person / "T1DUAL" / "Ground").glob("*.png"))
    if len(masks) != len(volume.array):
        detail = f"There are {len(masks)} masks for {len(volume.array)} slices."
        return Exclusion(SOURCE.name, name, "mismatch", detail)
    try:
        organs = _organs(volume, masks)
    except (ValueError, cv2.error) as error:
        return Exclusion(SOURCE.name, name, "mismatch", str(error))
    placed = axial_volume(volume)
    labels = CaseLabels(placed.geometry, placed.array.shape)
    labels.organs = placed.order.apply(organs)
    facts = facts_of(volume.series, SOURCE.name, name, f"T1 {phase}, no contrast agent")
    return labels.case(name, placed.array, facts, "negative")


def _organs(volume: Volume, masks: list[Path]) -> NDArray[np.uint8]:
    """(slice, row, column): the n-th mask by name belongs to the n-th file by name."""
    names = [instance.path.name for instance in volume.series.instances]
    rank = {name: place for place, name in enumerate(sorted(names))}
    organs = np.zeros(volume.array.shape, np.uint8)
    for index, name in enumerate(names):
        path = masks[rank[name]]
        grey = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_GRAYSCALE)
        if grey is None or grey.shape != organs.shape[1:]:
            raise ValueError(f"The mask {path.name} has another size than its image.")
        for low, high, organ in RANGES:
            organs[index][(grey >= low) & (grey <= high)] = organ
    return organs


IMPORTER = Importer(SOURCE, read)
