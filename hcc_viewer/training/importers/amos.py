"""AMOS22: organ masks on abdominal MRI; no lesions marked, so its cases are taken for negatives.

amos22/{imagesTr,labelsTr,imagesVa,labelsVa,imagesTs}/amos_XXXX.nii.gz   MRI: numbers above 500
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from hcc_viewer.catalogue import CaseFacts, Exclusion, Organ, Source
from hcc_viewer.training.importers.assemble import CaseFiles, MaskFile, assemble
from hcc_viewer.training.importers.base import Importer, ImportOptions, Outcome, child

SOURCE = Source(
    name="amos",
    title="AMOS22: abdominal multi-organ segmentation, the MRI part",
    licence="CC-BY-4.0",
    allows_sharing=True,
    phase="unknown",
    labels="organ masks; lesions are not marked, and nobody says that there are none",
    where="Zenodo record 7262581",
    patients=60,
)

FIRST_MRI = 500
"""Cases with higher numbers are MRI, the others CT."""

ORGANS = {
    1: Organ.SPLEEN, 2: Organ.KIDNEY, 3: Organ.KIDNEY, 4: Organ.GALLBLADDER, 5: Organ.BOWEL,
    6: Organ.LIVER, 7: Organ.BOWEL, 8: Organ.VESSEL, 9: Organ.VESSEL, 10: Organ.PANCREAS,
    11: Organ.OTHER, 12: Organ.OTHER, 13: Organ.BOWEL, 14: Organ.OTHER, 15: Organ.OTHER,
}  # fmt: skip

NOTE = "Lesions are not marked in this set; the case is taken for one without HCC."


def read(root: Path, options: ImportOptions) -> Iterator[Outcome]:
    """The MRI cases of the training and validation parts."""
    base = child(root, "imagesTr", "imagesVa")
    for part in ("Tr", "Va", "Ts"):
        folder = base / f"images{part}"
        for path in sorted(folder.glob("amos_*.nii.gz")) if folder.is_dir() else []:
            match = re.fullmatch(r"amos_(\d+)\.nii\.gz", path.name)
            if match is None or int(match.group(1)) <= FIRST_MRI:
                continue
            name = f"amos-{match.group(1)}"
            label = base / f"labels{part}" / path.name
            if not label.exists():
                yield Exclusion(SOURCE.name, name, "no-label", "There is no organ mask.")
                continue
            facts = CaseFacts(SOURCE.name, name, phase=SOURCE.phase, notes=(NOTE,))
            yield assemble(CaseFiles(name, facts, path, [MaskFile(label, organs=ORGANS)]))


IMPORTER = Importer(SOURCE, read)
