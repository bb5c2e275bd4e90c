"""OpenSwissHCC: dynamic MRI of patients with and without HCC; no hepatobiliary phase.

sub-XXX/<folder>/<raw>.nii.gz           participants.tsv (ID, HCC)
derivatives/manual_lesion_annotations/sub-XXX/<folder>/<raw>-L<n>_seg.nii.gz
derivatives/manual_liver_annotations/sub-XXX/<folder>/<raw>-liver_seg(-<annotator>).nii.gz
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
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

_LIVER = re.compile(r"^(?P<raw>.+)-liver_seg(-.+)?\.nii(\.gz)?$")

Raw = tuple[str, str]
"""An image: its folder below the subject's, and its name without `.nii.gz`. Names alone are not
enough: two folders of a subject may hold the same."""

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
    images = {_raw(p, subject): p for p in sorted(subject.rglob("*")) if is_volume_file(p)}
    lesions, lost = _annotations(base, "manual_lesion_annotations", subject.name, images, _LESION)
    if has_hcc and not lesions and not lost:
        return Exclusion(SOURCE.name, name, "no-label", "HCC by the table, but no lesion mask.")
    chosen = _latest(sorted(lesions) if lesions or lost else sorted(images), phase)
    if chosen is None:
        detail = f"No image fits its masks: {', '.join(lost)}." if lost else "There is no image."
        return Exclusion(SOURCE.name, name, "missing", detail)
    kind = "hcc" if has_hcc else "other lesion"
    livers, _ = _annotations(base, "manual_liver_annotations", subject.name, images, _LIVER)
    masks = [
        MaskFile(p, organs={0: Organ.LIVER}, is_optional=True) for p in livers.get(chosen, [])
    ][:1]
    masks += [MaskFile(p, {0: kind}) for p in lesions.get(chosen, [])]
    notes = ["The kind of each lesion is that of its patient in participants.tsv."] * bool(lesions)
    if lost:
        notes.append(f"Masks without an image of their own were left out: {', '.join(lost)}.")
    facts = CaseFacts(
        SOURCE.name,
        name,
        phase=f"{_title(chosen, images)}, extracellular agent",
        notes=tuple(notes),
    )
    return assemble(CaseFiles(name, facts, images[chosen], masks, has_lesion=bool(lesions)))


def _annotations(
    base: Path, folder: str, subject: str, images: Mapping[Raw, Path], pattern: re.Pattern[str]
) -> tuple[dict[Raw, list[Path]], list[str]]:
    """The masks of each image, and those of none.

    A mask lies in a folder named as its image's; where there is no such image, it is taken for
    that of the only image of its name.
    """
    root = base / "derivatives" / folder / subject
    found: dict[Raw, list[Path]] = {}
    lost = []
    for path in sorted(root.rglob("*.nii*")):
        match = pattern.match(path.name)
        if not match or path.name.startswith("."):
            continue
        raw = (path.parent.relative_to(root).as_posix(), match.group("raw"))
        alike = [item for item in images if item[1] == raw[1]]
        if raw in images:
            found.setdefault(raw, []).append(path)
        elif len(alike) == 1:
            found.setdefault(alike[0], []).append(path)
        else:
            lost.append(path.relative_to(root).as_posix())
    return found, lost


def _latest(raws: Sequence[Raw], phase: str) -> Raw | None:
    """The latest by the images' names; where these tell nothing, by their folders'."""
    for place in (1, 0):
        for pattern in (phase,) if phase else _LATEST_FIRST[: None if place == 0 else -1]:
            for raw in raws:
                if re.search(pattern, raw[place], re.IGNORECASE):
                    return raw
    return None


def _raw(path: Path, subject: Path) -> Raw:
    return path.parent.relative_to(subject).as_posix(), path.name.partition(".nii")[0]


def _title(raw: Raw, images: Mapping[Raw, Path]) -> str:
    """The image's name, with its folder where others have the same."""
    shared = sum(item[1] == raw[1] for item in images) > 1
    return f"{raw[0]}/{raw[1]}" if shared else raw[1]


def _subject(identifier: str) -> str:
    return identifier if identifier.startswith("sub-") else f"sub-{identifier}"


IMPORTER = Importer(SOURCE, read)
