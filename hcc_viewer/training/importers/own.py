"""One's own cases: DICOM, NIfTI or NRRD images with labels of many kinds.

Without a table, every folder below the one that is named is a patient's study. Its likeliest
hepatobiliary phase is taken, and SEG, RTSTRUCT, NIfTI and NRRD files in it are its masks. With a
table (`--table`), each line is a case; see `OwnLine` for its columns.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

from hcc_viewer.catalogue import CaseFacts, Exclusion, Source
from hcc_viewer.catalogue.sources import REASONS
from hcc_viewer.dicom import Patient, Series, Study, load_volume, scan_study
from hcc_viewer.errors import ReadError, UsageError
from hcc_viewer.training.importers.assemble import NO_PLACE
from hcc_viewer.training.importers.base import (
    Importer,
    ImportOptions,
    Outcome,
    cells_of,
    read_lines,
)
from hcc_viewer.training.importers.dicom_masks import find_mask_files, is_elsewhere
from hcc_viewer.training.importers.dicom_series import PlacedVolume, axial_volume, facts_of
from hcc_viewer.training.importers.grids import (
    MaskMismatchError,
    axial_geometry,
    axial_order,
    is_axial,
)
from hcc_viewer.training.importers.own_decisions import OtherSeriesError
from hcc_viewer.training.importers.own_labels import (
    LESION_KINDS,
    LabelFiles,
    NoLabelError,
    kind_of,
    label_case,
)
from hcc_viewer.training.importers.volume_files import (
    hash_file,
    is_volume_file,
    read_volume_file,
)

SOURCE = Source(
    name="own",
    title="Own cases",
    licence="as the owner decides",
    allows_sharing=False,
    phase="hepatobiliary",
    labels="masks, slice numbers, or the decisions of readers in this program",
    where="the owner's files",
)

NOBODY = (
    "Neither the file nor a table says whose image it is: it counts as a patient of its own. Name "
    "the patient in the table's column 'patient' where several images are of one."
)


NEEDS_TABLE = (
    "It holds NIfTI or NRRD files and no DICOM, and nothing says which of them is the image: name "
    "it in the column 'image' of a table (--table)."
)


@dataclass(frozen=True)
class OwnLine:
    """One line of the table: paths are relative to the table, several parted by `;`."""

    image: str
    """A folder of DICOM files, or a NIfTI or NRRD file."""
    patient: str = ""
    """A key that names nobody; empty: made from the file's identifier, or the folder."""
    series: str = ""
    """SeriesInstanceUID; empty: the likeliest hepatobiliary phase."""
    mask: str = ""
    """Masks of lesions: SEG, RTSTRUCT, NIfTI or NRRD."""
    liver: str = ""
    """A mask of the liver."""
    slices: str = ""
    """Slices with HCC, counted from 1 at the foot end as the window counts: `12-15; 31`; `none`."""
    decisions: str = ""
    """A file of findings that readers accepted, rejected and added in this program."""
    kind: str = ""
    """What the masks show, one of `LESION_KINDS`; empty: HCC unless their names say otherwise."""
    values: str = ""
    """Which values of a NIfTI or NRRD mask are lesions, like `2`; `all`; needed for several."""
    centre: str = ""
    split: str = ""
    exclude: str = ""
    """A reason of the exclusion log; empty: the case is taken."""


def read(root: Path, options: ImportOptions) -> Iterator[Outcome]:
    """All cases of the table, or of the folder."""
    if options.manifest is not None:
        lines = read_table(options.manifest)
        base = options.manifest.parent
    else:
        lines = _lines_of(root)
        base = root
    for number, line in enumerate(lines, start=1):
        yield _read_line(base, line, _case_name(number), options)


def read_table(path: Path) -> list[OwnLine]:
    """The lines of a table of own cases.

    Raises:
        UsageError: It cannot be read, or a column or value is unknown; the sentence names it.
    """
    columns, rows = read_lines(path, "table")
    known = [item.name for item in fields(OwnLine)]
    unknown = [name for name in columns if name not in known]
    if unknown or "image" not in columns:
        raise UsageError(
            f"The table {path} needs the column 'image' and may have {', '.join(known[1:])}"
            + (f"; it has '{unknown[0]}'." if unknown else ".")
        )
    lines = [(number, {"image": "", **cells_of(row, number, path)}) for number, row in rows]
    return [_checked(OwnLine(**cells), f"Line {number} of {path}") for number, cells in lines]


def _checked(line: OwnLine, where: str) -> OwnLine:
    """The line with its kind as the catalogue calls it.

    Raises:
        UsageError: A value makes no sense; the sentence begins with `where`.
    """
    if not line.image:
        raise UsageError(f"{where} names no image.")
    if line.exclude and line.exclude not in REASONS:
        raise UsageError(
            f"{where}: 'exclude' is one of {', '.join(REASONS)}, not '{line.exclude}'."
        )
    if line.split not in ("", "train", "tune", "test"):
        raise UsageError(f"{where}: 'split' is train, tune or test.")
    labels = [name for name in ("mask", "decisions", "slices") if getattr(line, name)]
    if len(labels) > 1:
        raise UsageError(
            f"{where} has both '{labels[0]}' and '{labels[1]}', and lesions are taken from one of "
            "them; leave the other empty."
        )
    kind = kind_of(line.kind)
    if line.kind and kind not in LESION_KINDS:
        raise UsageError(
            f"{where}: 'kind' is one of {', '.join(LESION_KINDS)}, not '{line.kind}'; masks of the "
            "liver go into the column 'liver'."
        )
    return replace(line, kind=kind)


def shared_identifiers(patients: Mapping[str, str], manifest: Path | None) -> list[int]:
    """How many folders bear each identifier that the files of several folders bear, most first.

    Args:
        patients: Case to patient, of the own cases of a catalogue.
        manifest: The table that they are from. A key that it gives is meant and not counted.
    """
    lines = [] if manifest is None else read_table(manifest)
    named = {_case_name(number): line for number, line in enumerate(lines, start=1)}
    folders: dict[str, set[Path]] = {}
    for case, patient in patients.items():
        line = named.get(case, OwnLine(image=case))
        if not line.patient:
            folders.setdefault(patient, set()).add(Path(line.image))
    return sorted((len(found) for found in folders.values() if len(found) > 1), reverse=True)


def _case_name(number: int) -> str:
    return f"own-{number:04d}"


def _lines_of(root: Path) -> list[OwnLine]:
    if not root.is_dir():
        raise ReadError(f"There is no folder {root}.")
    studies = sorted(entry for entry in root.iterdir() if entry.is_dir())
    if not studies:
        raise ReadError(f"{root} holds no folders; each patient's study is one, or use --table.")
    return [_line_of(study, root) for study in studies]


def _line_of(study: Path, root: Path) -> OwnLine:
    """A study's masks: whatever is one; those that are called liver, and nothing else, are it."""
    masks = find_mask_files(study) + [p for p in sorted(study.rglob("*")) if is_volume_file(p)]
    livers = [p for p in masks if is_volume_file(p) and _is_liver(p)]
    lesions = [p for p in masks if p not in livers]
    names = [";".join(str(p.relative_to(root)) for p in group) for group in (lesions, livers)]
    return OwnLine(image=study.name, mask=names[0], liver=names[1])


def _is_liver(path: Path) -> bool:
    """Whether it is called a liver; 3D Slicer's structures have names of their own."""
    return not path.name.lower().endswith(".seg.nrrd") and kind_of(path.name) == "liver"


def _read_line(base: Path, line: OwnLine, name: str, options: ImportOptions) -> Outcome:
    if line.exclude:
        return Exclusion(SOURCE.name, name, line.exclude, "As the table says.")
    path = base / line.image
    try:
        placed, facts, series = (
            _from_file(path, line, options)
            if path.is_file() and is_volume_file(path)
            else _from_dicom(path, line, options)
        )
        uids = () if series is None else _uids_of(series)
        masks, note = _of_this_exam(_paths(base, line.mask), series, options.manifest is not None)
        facts = replace(facts, notes=(*facts.notes, *([note] if note else [])))
        files = LabelFiles(
            masks=masks,
            livers=_paths(base, line.liver),
            slices=line.slices,
            decisions=_paths(base, line.decisions),
            kind=line.kind,
            values=line.values or options.mask_values,
        )
        return label_case(name, placed, facts, files, uids)
    except _NotTakenError as error:
        return Exclusion(SOURCE.name, name, error.reason, str(error))
    except NoLabelError as error:
        return Exclusion(SOURCE.name, name, "no-label", _without_names(str(error), base, line))
    except MaskMismatchError as error:
        return Exclusion(SOURCE.name, name, "mismatch", f"{str(error).capitalize()}.")
    except OtherSeriesError as error:
        return Exclusion(SOURCE.name, name, "mismatch", str(error))
    except ReadError as error:
        return Exclusion(SOURCE.name, name, "unreadable", _without_names(str(error), base, line))


def _uids_of(series: Series) -> tuple[str, ...]:
    """Its own and its images', as far as it has any."""
    uids = (series.series_instance_uid, *(one.sop_instance_uid for one in series.instances))
    return tuple(uid for uid in uids if uid)


def _of_this_exam(
    masks: list[Path], series: Series | None, is_named: bool
) -> tuple[list[Path], str]:
    """The masks of the series' own examination, and a note of others.

    Args:
        masks: Files.
        series: What they are to lie on; None: no DICOM.
        is_named: Somebody said in a table that they do; they are kept.

    Raises:
        _NotTakenError: All are of another examination.
    """
    others = [path for path in masks if series is not None and is_elsewhere(path, series)]
    if not others:
        return masks, ""
    if is_named:
        return masks, "A mask says that it is of another examination; it was taken all the same."
    if len(others) == len(masks):
        raise _NotTakenError(
            "no-label",
            "Its masks are of another examination, by study and frame of reference; name them in a "
            "table to take them all the same.",
        )
    return [path for path in masks if path not in others], "Masks of another examination: left out."


class _NotTakenError(Exception):
    """Why a case is left out; `reason` is a code of the exclusion log."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason


def _from_dicom(
    path: Path, line: OwnLine, options: ImportOptions
) -> tuple[PlacedVolume, CaseFacts, Series | None]:
    study = scan_study(path)
    if not study.series and any(is_volume_file(file) for file in path.rglob("*")):
        raise _NotTakenError("unreadable", NEEDS_TABLE)
    series = _choose(study, line.series)
    volume = load_volume(series)
    identity = line.patient or _identity(series.patient)
    patient = line.patient or options.pseudonym(identity or line.image)
    facts = facts_of(series, SOURCE.name, patient, "hepatobiliary", line.centre)
    facts = replace(facts, notes=() if identity else (NOBODY,))
    return axial_volume(volume), facts, series


def _choose(study: Study, uid: str) -> Series:
    """The series that is named, or the likeliest hepatobiliary phase."""
    if uid:
        named = [s for s in study.series if s.series_instance_uid == uid]
        if not named:
            raise _NotTakenError("missing", "The series that the table names is not there.")
        return max(named, key=lambda s: s.phase.score)
    best = study.best_series
    if best is None:
        reason = "no-hbp" if study.series else "unreadable"
        raise _NotTakenError(reason, "There is no series to detect on.")
    if best.phase.is_unlikely:
        text = f"The likeliest series scores {best.phase.score} of 100 for the phase."
        raise _NotTakenError("no-hbp", text)
    return best


def _from_file(
    path: Path, line: OwnLine, options: ImportOptions
) -> tuple[PlacedVolume, CaseFacts, Series | None]:
    grid = read_volume_file(path)
    if not is_axial(grid):
        raise _NotTakenError("not-axial", "The slices do not lie across the body.")
    if not grid.has_sizes:
        raise _NotTakenError("mismatch", NO_PLACE)
    order = axial_order(grid)
    array = order.apply(grid.array).astype("float32")
    patient = line.patient or options.pseudonym(line.image)
    facts = CaseFacts(
        SOURCE.name, patient, line.centre, "hepatobiliary", image_sha256=hash_file(path),
        notes=() if line.patient else (NOBODY,),
    )  # fmt: skip
    return PlacedVolume(array, axial_geometry(grid, order), grid, order), facts, None


def _identity(patient: Patient) -> str:
    return patient.patient_id or patient.name


def _paths(base: Path, text: str) -> list[Path]:
    paths = [base / part.strip() for part in text.split(";") if part.strip()]
    for path in paths:
        if not path.exists():
            raise ReadError(f"There is no file {path.name}.")
    return paths


def _without_names(text: str, base: Path, line: OwnLine) -> str:
    """The words "its folder" for the names of folders and images, which may be a patient's.

    The log is to be shown around; the case's number tells its owner which one it is.
    """
    files = [part.strip() for part in f"{line.mask};{line.liver};{line.decisions}".split(";")]
    parts = [*Path(line.image).parts, *(part for file in files for part in Path(file).parts[:-1])]
    names = {part for part in parts if not (part.isalpha() and part.islower())}  # like `masks`
    names |= {str(base / line.image), line.image}
    text = text.replace(f"{base}{os.sep}", "")
    for name in sorted(names - {"", ".", ".."}, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "its folder", text)
    return text


IMPORTER = Importer(SOURCE, read)
