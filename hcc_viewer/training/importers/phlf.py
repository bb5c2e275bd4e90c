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
from collections.abc import Iterator
from pathlib import Path

from hcc_viewer.catalogue import CaseFacts, Exclusion, Organ, Source
from hcc_viewer.errors import UsageError
from hcc_viewer.training.importers.assemble import CaseFiles, MaskFile, assemble
from hcc_viewer.training.importers.base import Importer, ImportOptions, Outcome, child
from hcc_viewer.training.importers.sheets import Row, find_column, read_sheet
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

_DIAGNOSIS = r"diagnos|patholog|histolog|tumou?r[ _]*type|^hcc$"
_IDENTIFIER = r"^(patient|case|image|subject|serial)?[ _]*(id|no\.?|number|index|name)$"

_HCC = re.compile(r"\bHCC\b|hepatocellular", re.IGNORECASE)
_NOT_HCC = re.compile(r"\bnon\b|\bnot\b|combined|mixed|chc|icc|cholangio", re.IGNORECASE)

_YES = {"1", "yes", "true", "y"}

_ORGANS = (
    ("Annotation_Muscle", Organ.MUSCLE),
    ("Annotation_Spleen", Organ.SPLEEN),
    ("Annotation_Couinaud liver segments", Organ.LIVER),
    ("Annotation_Whole liver", Organ.LIVER),
)


def read(root: Path, options: ImportOptions) -> Iterator[Outcome]:
    """All cases, centre by centre."""
    base = child(root, "Center1", "Center2", "Center3")
    for centre in sorted(entry for entry in base.iterdir() if _CENTRE.match(entry.name)):
        yield from _read_centre(centre, options)


def _read_centre(centre: Path, options: ImportOptions) -> Iterator[Outcome]:
    match = _CENTRE.match(centre.name)
    number = match.group(1) if match else centre.name
    kinds = _kinds(centre, options)
    images = {_identifier(p): p for p in _files(centre / "Image")}
    for identifier in sorted(images, key=_as_number):
        name = f"phlf-{number}-{identifier.zfill(3)}"
        tumour = _mask(centre, "Annotation_Liver tumor", identifier)
        kind = kinds.get("*", kinds.get(identifier, ""))
        if tumour is None:
            yield Exclusion(SOURCE.name, name, "no-label", "There is no tumour mask.")
        elif not kind:
            yield Exclusion(
                SOURCE.name, name, "no-label", "The clinical sheet does not say what tumour it is."
            )
        else:
            facts = CaseFacts(SOURCE.name, name, f"centre {number}", SOURCE.phase)
            masks = [*_organ_masks(centre, identifier), MaskFile(tumour, {0: kind})]
            yield assemble(CaseFiles(name, facts, images[identifier], masks))


def _organ_masks(centre: Path, identifier: str) -> list[MaskFile]:
    masks = []
    for folder, organ in _ORGANS:
        path = _mask(centre, folder, identifier)
        if path is not None:
            masks.append(MaskFile(path, organs={0: organ}, is_optional=True))
    return masks


def _kinds(centre: Path, options: ImportOptions) -> dict[str, str]:
    """Identifier to `hcc` or `other tumour`; the key `*` stands for all."""
    if options.hcc_value == "*":
        return {"*": "hcc"}
    sheets = [p for p in centre.iterdir() if p.suffix.lower() in (".xlsx", ".csv")]
    sheets = [p for p in sheets if not p.name.startswith(("~", "."))]
    if len(sheets) != 1:
        raise UsageError(
            f"{centre} must hold one clinical sheet (.xlsx), not {len(sheets)}; with "
            "--hcc-value '*' every tumour is taken for HCC without one."
        )
    rows = read_sheet(sheets[0])
    column = find_column(
        rows, options.diagnosis_column, _DIAGNOSIS, sheets[0], "the diagnosis (--diagnosis-column)"
    )
    key = _identifier_column(rows, options, sheets[0])
    kinds = {}
    for row in rows:
        digits = re.search(r"(\d+)\D*$", row.get(key, ""))
        value = row.get(column, "")
        if digits and value:
            kinds[str(int(digits.group(1)))] = _kind(value, column, options.hcc_value)
    if "hcc" not in kinds.values():
        values = ", ".join(sorted({row.get(column, "") for row in rows} - {""})[:8])
        raise UsageError(
            f"No line of {sheets[0].name} says HCC in '{column}' (it says: {values}); name the "
            "column with --diagnosis-column and its word for HCC with --hcc-value."
        )
    return kinds


def _identifier_column(rows: list[Row], options: ImportOptions, path: Path) -> str:
    try:
        return find_column(rows, options.id_column, _IDENTIFIER, path, "the case (--id-column)")
    except UsageError:
        first = next(iter(rows[0]), "") if rows else ""
        if options.id_column or not first:
            raise
        return first


def _kind(value: str, column: str, hcc_value: str) -> str:
    if hcc_value:
        is_hcc = value.casefold() == hcc_value.casefold()
    elif column.casefold() == "hcc":
        is_hcc = value.casefold() in _YES
    else:
        is_hcc = bool(_HCC.search(value)) and not _NOT_HCC.search(value)
    return "hcc" if is_hcc else "other tumour"


def _files(folder: Path) -> list[Path]:
    return [p for p in folder.iterdir() if is_volume_file(p)] if folder.is_dir() else []


def _mask(centre: Path, folder: str, identifier: str) -> Path | None:
    return next((p for p in _files(centre / folder) if _identifier(p) == identifier), None)


def _identifier(path: Path) -> str:
    name = path.name.partition(".")[0].strip()
    return str(int(name)) if name.isdigit() else name


def _as_number(identifier: str) -> tuple[int, str]:
    return (int(identifier) if identifier.isdigit() else 1_000_000, identifier)


IMPORTER = Importer(SOURCE, read)
