"""ATLAS 2023: contrast-enhanced T1 with liver and tumour masks; no hepatobiliary phase.

atlas/train/imagesTr/im{i}.nii.gz   labelsTr/lb{i}.nii.gz (1 liver, 2 tumour)
atlas/train/patient_info_train.json {"0": {"machine", "sequence", "contrast_phase", "date"}}
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hcc_viewer.catalogue import CaseFacts, Exclusion, Organ, Source
from hcc_viewer.errors import ReadError
from hcc_viewer.training.importers.assemble import CaseFiles, MaskFile, assemble
from hcc_viewer.training.importers.base import Importer, ImportOptions, Outcome, child
from hcc_viewer.training.importers.facts import vendor_of

SOURCE = Source(
    name="atlas",
    title="ATLAS 2023: tumour and liver automatic segmentation challenge",
    licence="CC-BY-NC-SA-4.0",
    allows_sharing=False,
    phase="extracellular agent, several phases",
    labels="liver and tumour masks of patients with HCC",
    where="atlas-challenge.u-bourgogne.fr, on registration",
    citation="Data 2023;8:79, doi:10.3390/data8050079",
    patients=60,
)


def read(root: Path, options: ImportOptions) -> Iterator[Outcome]:
    """All training cases."""
    base = child(root, "imagesTr")
    about = _about(base)
    images = {int(m.group(1)): p for p in (base / "imagesTr").iterdir() if (m := _number(p))}
    for number, path in sorted(images.items()):
        name = f"atlas-{number:03d}"
        label = base / "labelsTr" / path.name.replace("im", "lb", 1)
        if not label.exists():
            yield Exclusion(SOURCE.name, name, "no-label", "There is no label file.")
            continue
        facts = _facts(name, about.get(str(number), {}))
        if options.phase and options.phase.casefold() not in facts.phase.casefold():
            detail = f"Its phase is '{facts.phase}'."
            yield Exclusion(SOURCE.name, name, "no-hbp", detail)
            continue
        mask = MaskFile(label, {2: "hcc"}, {1: Organ.LIVER, 2: Organ.LIVER})
        yield assemble(CaseFiles(name, facts, path, [mask], has_lesion=True))


def _number(path: Path) -> re.Match[str] | None:
    return re.fullmatch(r"im(\d+)\.nii(\.gz)?", path.name)


def _about(base: Path) -> dict[str, dict[str, Any]]:
    path = base / "patient_info_train.json"
    if not path.exists():
        return {}
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ReadError(f"{path} cannot be read: {error}.") from error
    about = table if isinstance(table, dict) else dict(enumerate(table))
    return {str(key): value for key, value in about.items() if isinstance(value, dict)}


def _facts(name: str, about: dict[str, Any]) -> CaseFacts:
    machine = str(about.get("machine", ""))
    phase = str(about.get("contrast_phase", "")) or "unknown"
    return CaseFacts(
        SOURCE.name,
        name,
        phase=f"{phase}, extracellular agent",
        vendor=vendor_of(machine),
        scanner=machine,
    )


IMPORTER = Importer(SOURCE, read)
