"""The labels of one's own case: masks, slice numbers, or what readers decided in this program."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.catalogue import CaseFacts, LabelledCase, Organ
from hcc_viewer.errors import ReadError
from hcc_viewer.training.importers.assemble import CaseLabels
from hcc_viewer.training.importers.dicom_masks import read_outlines
from hcc_viewer.training.importers.dicom_series import PlacedVolume
from hcc_viewer.training.importers.grids import fit_mask
from hcc_viewer.training.importers.own_decisions import add_decisions
from hcc_viewer.training.importers.volume_files import (
    is_volume_file,
    read_segments,
    read_volume_file,
)


class NoLabelError(ValueError):
    """Nothing says whether there is a lesion: no label at all, or a mask that leaves it open."""


MOST_VALUES = 20
"""A file with more different values is an image and no mask."""

_LESION = r"tumo|lesion|neoplasm|mass|nodule|cancer|carcinoma|\bgtv"

KINDS = (
    ("combined carcinoma", r"\bchcc|(combined|mixed).*(hcc|carcinoma|cholangio)"),
    ("cyst", r"cyst"),
    ("haemangioma", r"h(ae|a|e)mangioma"),
    ("metastasis", r"metasta|\bmet\b|mets\b|\bcrlms?\b"),
    ("cholangiocarcinoma", r"cholangio|\bicc\b"),
    ("focal nodular hyperplasia", r"\bfnh\b|nodular hyperplasia"),
    ("dysplastic nodule", r"dysplas|regenerat"),
    ("adenoma", r"adenoma(?!to)|\bhcas?\b"),
    ("other lesion", r"\bother (lesion|tumo|neoplasm|mass|nodule)|\bbenign|abscess|adenocarcinoma"),
    ("other lesion", r"\bno[nt]? ?(hcc|hepatocellular)"),
    ("hcc", r"hcc|hepatocellular|hepatoma"),
    ("hcc", _LESION),
    ("liver", r"liver"),
)
"""What a structure's name says it is, the first that fits; what fits none is no lesion."""

LESION_KINDS = tuple(dict.fromkeys(kind for kind, _ in KINDS if kind != "liver"))
"""The kinds of lesions; each is a name of itself."""

_ORGANS = re.compile(
    r"spleen|kidney|renal|gall ?bladder|stomach|gastr|pancrea|duoden|bowel|colon|intestin|aorta|"
    r"cava|\bveins?\b|\barter(y|ies)\b|vessel|vascul|bile|heart|lung|muscle|bone|vertebra|spin(e|al)|"
    r"\bribs?\b|adrenal|o?esophag|\bfat\b|\bskin\b|\bbody\b|external|couinaud|autochthon|iliopsoas",
    re.IGNORECASE,
)
"""Names of what is certainly no lesion."""


@dataclass(frozen=True)
class LabelFiles:
    """What there is of labels for a case."""

    masks: Sequence[Path] = ()
    livers: Sequence[Path] = ()
    slices: str = ""
    decisions: Sequence[Path] = ()
    kind: str = ""
    values: str = ""
    """Of mask files without names: which mark lesions, like `2; 3`, or `all`."""


@dataclass(frozen=True)
class _LeftOpen:
    """What masks do not say."""

    unknown: tuple[str, ...] = ()
    """Names of structures that are neither a lesion's nor an organ's."""
    empty: tuple[str, ...] = ()
    """How each mask of lesions that marks nothing does so, as the beginning of a sentence."""

    def __add__(self, other: _LeftOpen) -> _LeftOpen:
        return _LeftOpen(self.unknown + other.unknown, self.empty + other.empty)


@dataclass(frozen=True, eq=False)
class _Structure:
    """One mask under its name."""

    name: str
    mask: NDArray[np.bool_]
    """(slice, row, column)"""
    why_empty: str = "The mask is empty"


def label_case(
    name: str,
    placed: PlacedVolume,
    facts: CaseFacts,
    files: LabelFiles,
    uids: tuple[str, ...],
) -> LabelledCase:
    """Put the labels on the image.

    Args:
        name: Of the case.
        placed: The image.
        facts: About it.
        files: Its labels.
        uids: SeriesInstanceUID and SOPInstanceUIDs of the image, for readers' decisions; empty
            where there are none.

    Raises:
        ReadError: A label cannot be read, or readers decided on another series.
        MaskMismatchError: A mask does not lie on the image.
        NoLabelError: Nothing says whether there is a lesion.
    """
    if files.masks:
        return _labels_of_masks(placed, files).case(name, placed.array, facts)
    labels = _labels_with_livers(placed, files)
    if files.decisions:
        decided = sum(add_decisions(labels, path, uids) for path in files.decisions)
        if not decided:
            raise NoLabelError("The readers' file holds no decision on this series.")
        note = "Lesions are balls at the places that readers accepted or added."
        noted = replace(facts, notes=(*facts.notes, note))
        return labels.case(name, placed.array, noted, "point" if labels.truth else "negative")
    if files.slices:
        return _with_slices(labels.case(name, placed.array, facts), files.slices)
    raise NoLabelError(
        "There is no label (no mask, no slice numbers, no readers' decisions); put a mask into the "
        "folder, or name one of these in a table."
    )


def parse_slices(text: str, slices: int) -> NDArray[np.int8]:
    """(slice,) 1 where the text names the slice, else 0.

    Args:
        text: Numbers and ranges counted from 1 at the foot end, like `12-15; 31`, or `none`.
        slices: How many there are.

    Raises:
        ReadError: A number is out of range or no number.
    """
    labels = np.zeros(slices, np.int8)
    if text.casefold() in ("none", "0", "-"):
        return labels
    plain = re.sub(r"\s*[-\u2010-\u2015\u2212]\s*(?=\d)", "-", text.strip())
    for part in re.split(r"[;,\s]+", plain):
        match = re.fullmatch(r"(\d+)(?:-(\d+))?", part)
        if match is None:
            raise ReadError(f"'{part}' is no slice number.")
        first, last = int(match.group(1)), int(match.group(2) or match.group(1))
        if not 1 <= first <= last <= slices:
            raise ReadError(f"Slice {part} is not among the {slices} slices.")
        labels[first - 1 : last] = 1
    return labels


def _with_slices(case: LabelledCase, text: str) -> LabelledCase:
    found = parse_slices(text, len(case.image))
    if not found.any():
        return case
    return replace(case, label_kind="slices", slice_labels=found)


def _labels_of_masks(placed: PlacedVolume, files: LabelFiles) -> CaseLabels:
    """What the masks show, with a note where they make it a patient without HCC.

    Raises:
        NoLabelError: They leave open whether there is a lesion.
    """
    labels = _labels_with_livers(placed, files)
    left = _add_masks(labels, placed, files, with_organs=False)
    if files.kind and not labels.truth and not left.empty:
        labels = _labels_with_livers(placed, files)  # what is called an organ is what is meant
        left = _add_masks(labels, placed, files, with_organs=True)
    if left.unknown and not labels.truth:
        raise NoLabelError(
            f"No structure is called a lesion, and '{left.unknown[0]}' may be one: name it (HCC, "
            "cyst, ...), or say in the table's column 'kind' what the masks show."
        )
    if not any(lesion.is_hcc for lesion in labels.truth):
        reasons = left.empty or (() if labels.truth else ("No mask shows a lesion",))
        labels.notes += [f"{reason}: taken as a patient without HCC." for reason in reasons]
    return labels


def _labels_with_livers(placed: PlacedVolume, files: LabelFiles) -> CaseLabels:
    labels = CaseLabels(placed.geometry, placed.array.shape)
    for path in files.livers:
        _add_mask(labels, path, placed, lambda name: "liver")
    return labels


def _add_masks(
    labels: CaseLabels, placed: PlacedVolume, files: LabelFiles, *, with_organs: bool
) -> _LeftOpen:
    """Take up all masks; returns what they leave open.

    Args:
        labels: Gets them.
        placed: The image.
        files: The masks; the kind that they name, if any, goes before the structures' names.
        with_organs: That kind holds for structures that are called organs too.
    """

    def what(name: str) -> str:
        if files.kind and (with_organs or not is_organ(name)):
            return files.kind
        return kind_of(name)

    left = _LeftOpen()
    for path in files.masks:
        left += _add_mask(labels, path, placed, what, files.values)
    return left


def _add_mask(
    labels: CaseLabels,
    path: Path,
    placed: PlacedVolume,
    what_is: Callable[[str], str],
    values: str = "all",
) -> _LeftOpen:
    """Take up a file's structures; returns what they leave open."""
    left = _LeftOpen()
    for structure in _structures(path, placed, what_is, values, labels.notes):
        name, what = structure.name, what_is(structure.name)
        if what == "liver":
            labels.organs[structure.mask] = Organ.LIVER
        elif what and structure.mask.any():
            labels.add_lesions(structure.mask, what)
        elif what:
            left += _LeftOpen(empty=(structure.why_empty,))
        else:
            labels.notes.append(f"The structure '{name}' is no lesion and was left out.")
            left += _LeftOpen(unknown=() if is_organ(name) else (name,))
    return left


def kind_of(name: str) -> str:
    """What a structure's name says it is; empty: nothing known."""
    found = (kind for kind, pattern in KINDS if re.search(pattern, _words(name), re.IGNORECASE))
    return next(found, "")


def is_organ(name: str) -> bool:
    """Whether a structure's name says that it is a part of the body, the liver among them."""
    return kind_of(name) == "liver" or (not kind_of(name) and bool(_ORGANS.search(_words(name))))


def _words(name: str) -> str:
    """A name with single spaces for what is no letter, and before the capitals of `liverHCC`."""
    return re.sub(r"[\W\d_]+|(?<=[a-z]{2})(?=[A-Z])", " ", name)


def _structures(
    path: Path,
    placed: PlacedVolume,
    what_is: Callable[[str], str],
    values: str,
    notes: list[str],
) -> Iterator[_Structure]:
    if not is_volume_file(path):
        for outline in read_outlines(
            path, placed.grid, placed.geometry, lambda name: bool(what_is(name))
        ):
            yield _Structure(outline.name, placed.order.apply(outline.mask))
        return
    segments = read_segments(path)
    for name, grid in segments:
        fitted, _ = fit_mask(grid, placed.grid)
        yield _Structure(name, placed.order.apply(fitted) > 0)
    if segments:
        return
    name = re.sub(r"(\.seg)?\.(nii(\.gz)?|nrrd)$", "", path.name, flags=re.IGNORECASE)
    if is_organ(name) and not what_is(name):
        yield _Structure(name, np.zeros(placed.array.shape, bool))
        return
    fitted, note = fit_mask(read_volume_file(path), placed.grid)
    if note:
        notes.append(note)
    name = name if kind_of(name) else "hcc"
    yield _chosen(name, placed.order.apply(fitted), values, path)


def _chosen(name: str, array: NDArray[np.int16], values: str, path: Path) -> _Structure:
    """Where a mask has the wanted values; without any named, it may have one only.

    Raises:
        NoLabelError: It has several and nobody said which are lesions, or so many that it is none.
    """
    present = [int(value) for value in np.unique(array) if value > 0]
    if len(present) > MOST_VALUES:
        raise NoLabelError(
            f"{path.name} has {len(present)} values, as an image and no mask; take it out of the "
            "folder, or name the masks in a table."
        )
    if values.casefold() == "all" or (not values and len(present) <= 1):
        return _Structure(name, np.asarray(array > 0))
    text = ", ".join(str(value) for value in present)
    if not values:
        raise NoLabelError(
            f"{path.name} marks the values {text}: say which of them are lesions with "
            "--mask-values, or in the table's column 'values' ('all': each of them)."
        )
    try:
        wanted = [int(part) for part in re.split(r"[;,\s]+", values.strip())]
    except ValueError as error:
        raise NoLabelError(
            f"'{values}' are no values of a mask; write '2', '2; 3' or 'all'."
        ) from error
    if not present:
        return _Structure(name, np.zeros(array.shape, bool))
    text = ", ".join(str(value) for value in wanted)
    return _Structure(name, np.isin(array, wanted), f"The mask has none of the values {text}")
