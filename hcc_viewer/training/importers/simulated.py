"""Simulated cases (`*-case.npz` of a training run's folder) as if they were a hospital's.

For rehearsing the whole road, and for measuring how adapting helps on a domain that is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.catalogue import CaseFacts, CaseLesion, Exclusion, LabelledCase, Organ, Source
from hcc_viewer.errors import ReadError
from hcc_viewer.training.importers.base import Importer, ImportOptions, Outcome
from hcc_viewer.training.importers.volume_files import hash_file
from hcc_viewer.training.phantom.store import load_case
from hcc_viewer.training.phantom.types import SimulatedCase, Tissue

SOURCE = Source(
    name="simulated",
    title="Patients simulated by this program",
    licence="Apache-2.0",
    allows_sharing=True,
    phase="hepatobiliary",
    labels="the simulator's own truth",
    where="hcc_viewer.training.phantom",
)

_ORGANS = {
    Tissue.LIVER: Organ.LIVER,
    Tissue.SPLEEN: Organ.SPLEEN,
    Tissue.KIDNEY_CORTEX: Organ.KIDNEY,
    Tissue.KIDNEY_MEDULLA: Organ.KIDNEY,
    Tissue.GALLBLADDER: Organ.GALLBLADDER,
    Tissue.BLOOD: Organ.VESSEL,
    Tissue.STOMACH_WALL: Organ.BOWEL,
    Tissue.BOWEL_WALL: Organ.BOWEL,
    Tissue.BOWEL_CONTENT: Organ.BOWEL,
    Tissue.PANCREAS: Organ.PANCREAS,
    Tissue.HEART_MUSCLE: Organ.HEART,
    Tissue.LUNG: Organ.LUNG,
    Tissue.MUSCLE: Organ.MUSCLE,
    Tissue.BILE_DUCT: Organ.BILE_DUCT,
}


def read(root: Path, options: ImportOptions) -> Iterator[Outcome]:
    """Every case file below the folder."""
    paths = sorted(root.rglob("*-case.npz")) if root.is_dir() else []
    if not paths:
        raise ReadError(f"There are no simulated cases (*-case.npz) in {root}.")
    for path in paths:
        name = f"sim-{path.stem.removesuffix('-case')}"
        try:
            yield from_simulated(load_case(path), name, hash_file(path))
        except ReadError as error:
            yield Exclusion(SOURCE.name, name, "unreadable", str(error))


def from_simulated(case: SimulatedCase, name: str, image_sha256: str = "") -> LabelledCase:
    """A simulated case as a labelled one."""
    strength = case.protocol.get("MagneticFieldStrength")
    facts = CaseFacts(
        source=SOURCE.name,
        patient=name,
        phase=SOURCE.phase,
        vendor=str(case.protocol.get("vendor", "")),
        scanner=str(case.protocol.get("ManufacturerModelName", "")),
        field_strength_t=None if strength is None else float(strength),
        image_sha256=image_sha256,
    )
    truth = tuple(
        CaseLesion(lesion.id, lesion.kind, lesion.center_lps_mm, lesion.diameter_mm)
        for lesion in case.truth
    )
    return LabelledCase(
        name=name,
        image=case.image.astype(np.float32),
        geometry=case.geometry,
        facts=facts,
        label_kind="mask" if any(lesion.is_hcc for lesion in truth) else "negative",
        lesions=case.lesions.astype(np.uint16),
        organs=_organs(case.labels),
        truth=truth,
    )


def _organs(labels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    table = np.full(256, Organ.OTHER, np.uint8)
    for tissue, organ in _ORGANS.items():
        table[tissue] = organ
    return np.asarray(table[labels])


IMPORTER = Importer(SOURCE, read)
