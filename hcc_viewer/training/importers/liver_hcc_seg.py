"""LiverHccSeg: TCGA-LIHC scans with outlines by two raters; no hepatobiliary phase.

    nifti_and_segms/TCGA-XX-XXXX/MM-DD-YYYY/{pre,art,pv,del}.nii.gz
        {art_pre,art_pv,art_del}.nii.gz   the same, registered to the arterial phase
        rater{1,2}_liver.nii.gz  rater{1,2}_tumor{1,2,3}.nii.gz

There is one outline for all phases, so of a phase the registered image is taken where there is one.
Three patients have no tumour; in one (TCGA-DD-A4NH) masks and images have other numbers of slices.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hcc_viewer.catalogue import CaseFacts, Exclusion, Organ, Source
from hcc_viewer.training.importers.assemble import CaseFiles, MaskFile, assemble
from hcc_viewer.training.importers.base import Importer, ImportOptions, Outcome, child

SOURCE = Source(
    name="liverhccseg",
    title="LiverHccSeg: liver and HCC outlines of two raters on TCGA-LIHC MRI",
    licence="CC-BY-4.0",
    allows_sharing=True,
    phase="extracellular agent, several phases",
    labels="liver and HCC masks of two raters",
    where="Zenodo records 7957516 (v1.0) and 8179129 (v1.1)",
    patients=17,
)

PHASES = {"del": "delayed", "pv": "portal venous", "art": "arterial", "pre": "before contrast"}
"""File names and what they show, the nearest to the hepatobiliary phase first."""

WITHOUT_TUMOUR = ("TCGA-BC-4073", "TCGA-BC-A216", "TCGA-DD-A4NB")
"""Patients whom the data set itself lists without tumour."""


def read(root: Path, options: ImportOptions) -> Iterator[Outcome]:
    """One case for each session."""
    base = child(root, "nifti_and_segms") / "nifti_and_segms"
    for patient in sorted(p for p in base.iterdir() if p.is_dir() and p.name.startswith("TCGA")):
        sessions = sorted(p for p in patient.iterdir() if p.is_dir())
        for number, session in enumerate(sessions, start=1):
            name = f"liverhccseg-{patient.name.lower()}"
            yield _read_session(
                session, patient.name, name if number == 1 else f"{name}-{number}", options
            )


def _read_session(session: Path, patient: str, name: str, options: ImportOptions) -> Outcome:
    wanted = [options.phase] if options.phase else list(PHASES)
    names = [name for phase in wanted for name in (f"art_{phase}", phase)]
    present = [name for name in names if (session / f"{name}.nii.gz").exists()]
    if not present:
        return Exclusion(SOURCE.name, name, "missing", f"There is no {' or '.join(wanted)} image.")
    rater = options.rater
    tumours = sorted(session.glob(f"rater{rater}_tumor*.nii.gz"))
    if not tumours and patient not in WITHOUT_TUMOUR:
        return Exclusion(SOURCE.name, name, "no-label", f"Rater {rater} outlined no tumour.")
    masks = [MaskFile(path, {0: "hcc"}) for path in tumours]
    liver = session / f"rater{rater}_liver.nii.gz"
    if liver.exists():
        masks.insert(0, MaskFile(liver, organs={0: Organ.LIVER}, is_optional=True))
    name_of_phase = present[0].removeprefix("art_")
    phase = f"{PHASES.get(name_of_phase, name_of_phase)}, extracellular agent"
    facts = CaseFacts(
        SOURCE.name, f"tcga-{patient}", phase=phase, notes=(f"Outlines of rater {rater}.",)
    )
    image = session / f"{present[0]}.nii.gz"
    return assemble(CaseFiles(name, facts, image, masks, has_lesion=bool(tumours)))


IMPORTER = Importer(SOURCE, read)
