"""OpenSwissHCC: dynamic MRI of patients with and without HCC; no hepatobiliary phase.

sub-XXX/<folder>/<raw>.nii.gz           participants.tsv (ID, HCC)
derivatives/manual_lesion_annotations/sub-XXX/<folder>/<raw>-L<n>_seg.nii.gz
derivatives/manual_liver_annotations/sub-XXX/<folder>/<raw>-liver_seg(-<annotator>).nii.gz
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from hcc_viewer.catalogue import CaseFacts, Exclusion, Organ, Source
from hcc_viewer.training.importers.assemble import CaseFiles, MaskFile, assemble
from hcc_viewer.training.importers.base import Importer, ImportOptions, Outcome, child
from hcc_viewer.training.importers.sheets import find_column, read_sheet
from hcc_viewer.training.importers.volume_files import is_volume_file

SOURCE = Source(
    name="openswisshcc",
    title="OpenSwissHCC: dynamic contrast-enhanced MRI of a surveillance cohort",
    licence="see the record",
    allows_sharing=False,
    phase="extracellular agent, several phases",
    labels="lesion and liver masks; HCC by patient",
    where="Zenodo record 21992461",
    citation="Tomography 2026, tomography12090133",
    patients=132,
)

_LESION = re.compile(r"^(?P<raw>.+)-L\d+_seg\.nii(\.gz)?$")

_LATEST_FIRST = (r"hbp|hepatobil", r"del|late|equil", r"port|pv|ven", r"art", r"")
"""Which image stands for a patient without annotations: the latest phase its name tells of."""

_YES = {"1", "yes", "true", "hcc", "positive"}


def read(root: Path, options: ImportOptions) -> Iterator[Outcome]:
    """One case for each patient."""
    base = child(root, "participants.tsv")
    rows = read_sheet(base / "participants.tsv")
    path = base / "participants.tsv"
    key = find_column(
        rows, options.id_column, r"^(participant_)?id$", path, "the patient (--id-column)"
    )
    column = find_column(rows, options.diagnosis_column, r"^hcc$", path, "HCC (--diagnosis-column)")
    has_hcc = {_subject(row.get(key, "")): row.get(column, "").casefold() in _YES for row in rows}
    for subject in sorted(p for p in base.glob("sub-*") if p.is_dir()):
        name = f"openswisshcc-{subject.name.removeprefix('sub-')}"
        if subject.name not in has_hcc:
            yield Exclusion(SOURCE.name, name, "no-label", "participants.tsv does not list it.")
            continue
        yield _read_subject(base, subject, name, has_hcc[subject.name], options.phase)


def _read_subject(base: Path, subject: Path, name: str, has_hcc: bool, phase: str) -> Outcome:
    lesions = _annotations(base, "manual_lesion_annotations", subject.name)
    images = [p for p in sorted(subject.rglob("*")) if is_volume_file(p)]
    if has_hcc and not lesions:
        return Exclusion(SOURCE.name, name, "no-label", "HCC by the table, but no lesion mask.")
    by_raw = {_stem(p): p for p in images}
    raws = sorted({raw for raw in lesions if raw in by_raw} if lesions else by_raw)
    chosen = _latest(raws, phase)
    if chosen is None:
        detail = "No image fits its masks." if lesions else "There is no such image."
        return Exclusion(SOURCE.name, name, "missing", detail)
    kind = "hcc" if has_hcc else "other lesion"
    masks = [MaskFile(p, {0: kind}) for p in lesions.get(chosen, [])]
    livers = _annotations(base, "manual_liver_annotations", subject.name, liver=True)
    masks = [
        MaskFile(p, organs={0: Organ.LIVER}, is_optional=True) for p in livers.get(chosen, [])
    ][:1] + masks
    note = "The kind of each lesion is that of its patient in participants.tsv."
    facts = CaseFacts(
        SOURCE.name, name, phase=f"{chosen}, extracellular agent", notes=(note,) * bool(lesions)
    )
    files = CaseFiles(name, facts, by_raw[chosen], masks, has_lesion=bool(lesions))
    return assemble(files)


def _annotations(
    base: Path, folder: str, subject: str, *, liver: bool = False
) -> dict[str, list[Path]]:
    """Name of the raw image to its masks."""
    pattern = re.compile(r"^(?P<raw>.+)-liver_seg(-.+)?\.nii(\.gz)?$") if liver else _LESION
    found: dict[str, list[Path]] = {}
    for path in sorted((base / "derivatives" / folder / subject).rglob("*.nii*")):
        match = pattern.match(path.name)
        if match and not path.name.startswith("."):
            found.setdefault(match.group("raw"), []).append(path)
    return found


def _latest(raws: list[str], phase: str) -> str | None:
    for pattern in (phase,) if phase else _LATEST_FIRST:
        for raw in raws:
            if re.search(pattern, raw, re.IGNORECASE):
                return raw
    return None


def _stem(path: Path) -> str:
    return path.name.partition(".nii")[0]


def _subject(identifier: str) -> str:
    return identifier if identifier.startswith("sub-") else f"sub-{identifier}"


IMPORTER = Importer(SOURCE, read)
