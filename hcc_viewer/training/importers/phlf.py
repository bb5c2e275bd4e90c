"""PHLF: hepatobiliary phase with tumour masks from three centres; the set that matters most.

    PHLF/Center{1,2,3}/Image/<id>.nii.gz            ids begin again in every centre
    PHLF/Center{n}/Annotation_Liver tumor/<id>.nii.gz   and likewise: Annotation_Whole liver,
        Annotation_Couinaud liver segments, Annotation_Spleen, Annotation_Muscle
    PHLF/Center{n}/Center_{n}_clinicopathological data.xlsx

In a few of its cases the masks have another shape than the image: they are brought onto it by their
geometry where that works and left out, with the reason, where it does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from hcc_viewer.catalogue import CaseFacts, Exclusion, Organ, Source
from hcc_viewer.errors import UsageError
from hcc_viewer.training.importers.assemble import CaseFiles, MaskFile, assemble
from hcc_viewer.training.importers.base import Importer, ImportOptions, Outcome, child
from hcc_viewer.training.importers.phlf_sheet import SheetKinds, read_kinds
from hcc_viewer.training.importers.volume_files import is_volume_file

SOURCE = Source(
    name="phlf",
    title="PHLF: hepatobiliary-phase MRI of three centres with liver and tumour masks",
    licence="CC-BY-4.0",
    allows_sharing=True,
    phase="hepatobiliary",
    labels="tumour, liver, Couinaud segment, spleen and muscle masks; diagnosis in the sheets",
    where="Zenodo record 18622298",
    citation="Sci Data, doi:10.1038/s41597-026-07483-x",
    patients=220,
    archive_md5="0bd127e0e144b3ed3d75432d70963865",
    archive_name="PHLF.zip",
)

_CENTRE = re.compile(r"Center[ _]?(\d+)$", re.IGNORECASE)

_ORGANS = (
    ("Annotation_Muscle", Organ.MUSCLE),
    ("Annotation_Spleen", Organ.SPLEEN),
    ("Annotation_Couinaud liver segments", Organ.LIVER),
    ("Annotation_Whole liver", Organ.LIVER),
)


def read(root: Path, options: ImportOptions) -> Iterator[Outcome]:
    """All cases, centre by centre."""
    names = [f"Center{space}{number}" for space in ("", " ", "_") for number in (1, 2, 3)]
    base = child(root, *names)
    centres = [entry for entry in base.iterdir() if entry.is_dir() and _CENTRE.match(entry.name)]
    for centre in sorted(centres):
        yield from _read_centre(centre, options)


def _read_centre(centre: Path, options: ImportOptions) -> Iterator[Outcome]:
    match = _CENTRE.match(centre.name)
    number = match.group(1) if match else centre.name
    images = {_identifier(p): p for p in _files(_folder(centre, "Image"))}
    cases = sorted(images, key=_as_number)
    said = _kinds(centre, cases, options)
    for identifier in cases:
        name = f"phlf-{number}-{identifier.zfill(3)}"
        tumour = _mask(centre, "Annotation_Liver tumor", identifier)
        kind = said.kinds.get(identifier, "")
        if tumour is None:
            yield Exclusion(SOURCE.name, name, "no-label", "There is no tumour mask.")
        elif not kind:
            yield Exclusion(
                SOURCE.name, name, "no-label", "The clinical sheet does not say what tumour it is."
            )
        else:
            facts = CaseFacts(
                SOURCE.name, name, f"centre {number}", SOURCE.phase, notes=(said.note,)
            )
            masks = [*_organ_masks(centre, identifier), MaskFile(tumour, {0: kind})]
            yield assemble(CaseFiles(name, facts, images[identifier], masks, has_lesion=True))


def _organ_masks(centre: Path, identifier: str) -> list[MaskFile]:
    masks = []
    for folder, organ in _ORGANS:
        path = _mask(centre, folder, identifier)
        if path is not None:
            masks.append(MaskFile(path, organs={0: organ}, is_optional=True))
    return masks


def _kinds(centre: Path, cases: Sequence[str], options: ImportOptions) -> SheetKinds:
    """Identifier to `hcc` or `other tumour`."""
    if options.hcc_value == "*":
        return SheetKinds(dict.fromkeys(cases, "hcc"), "Every tumour was taken for HCC.")
    sheets = [p for p in centre.iterdir() if p.suffix.lower() in (".xlsx", ".csv")]
    sheets = [p for p in sheets if not p.name.startswith(("~", "."))]
    if len(sheets) != 1:
        raise UsageError(
            f"{centre} must hold one clinical sheet (.xlsx), not {len(sheets)}; with "
            "--hcc-value '*' every tumour is taken for HCC without one."
        )
    return read_kinds(sheets[0], cases, options)


def _files(folder: Path) -> list[Path]:
    return [p for p in folder.iterdir() if is_volume_file(p)] if folder.is_dir() else []


def _mask(centre: Path, folder: str, identifier: str) -> Path | None:
    files = _files(_folder(centre, folder))
    return next((p for p in files if _identifier(p) == identifier), None)


def _folder(centre: Path, name: str) -> Path:
    """A folder of a centre by its name, however it is spaced and spelt."""
    wanted = _letters(name)
    found = [p for p in centre.iterdir() if p.is_dir() and _letters(p.name) == wanted]
    return found[0] if found else centre / name


def _letters(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum()).replace("tumour", "tumor")


def _identifier(path: Path) -> str:
    name = path.name.partition(".")[0].strip()
    return str(int(name)) if name.isdigit() else name


def _as_number(identifier: str) -> tuple[int, str]:
    return (int(identifier) if identifier.isdigit() else 1_000_000, identifier)


IMPORTER = Importer(SOURCE, read)
