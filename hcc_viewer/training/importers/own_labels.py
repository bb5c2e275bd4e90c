"""The labels of one's own case: masks, slice numbers, or what readers decided in this program."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.catalogue import CaseFacts, LabelledCase, Organ
from hcc_viewer.dicom import Geometry
from hcc_viewer.errors import ReadError
from hcc_viewer.training.importers.assemble import CaseLabels
from hcc_viewer.training.importers.dicom_masks import read_outlines
from hcc_viewer.training.importers.dicom_series import PlacedVolume
from hcc_viewer.training.importers.grids import MaskMismatchError, fit_mask
from hcc_viewer.training.importers.lesions import ball
from hcc_viewer.training.importers.volume_files import (
    is_volume_file,
    read_segments,
    read_volume_file,
)


class UnclearMaskError(ValueError):
    """A mask does not say which of its values or structures are lesions."""


MOST_VALUES = 20
"""A file with more different values is an image and no mask."""

DEFAULT_WIDTH_MM = 15.0
"""Of a reader's finding whose width nobody gave."""

_LESION = r"tumo|lesion|neoplasm|mass|nodule|cancer|carcinoma|\bgtv"

KINDS = (
    ("combined carcinoma", r"\bchcc\b|(combined|mixed).*(hcc|carcinoma|cholangio)"),
    ("cyst", r"cyst"),
    ("haemangioma", r"h(ae|a|e)mangioma"),
    ("metastasis", r"metasta"),
    ("cholangiocarcinoma", r"cholangio|\bicc\b"),
    ("focal nodular hyperplasia", r"\bfnh\b|nodular hyperplasia"),
    ("dysplastic nodule", r"dysplas|regenerat"),
    ("hcc", r"\bhccs?\b|hepatocellular|hepatoma"),
    ("hcc", _LESION),
    ("liver", r"\bliver\b"),
)
"""What a structure's name says it is, the first that fits; what fits none is no lesion."""

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
    uids: tuple[str, ...] = field(default=())


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
        uids: SOPInstanceUID of each slice, for readers' decisions; empty where there are none.

    Raises:
        ReadError: There is no label, or one cannot be read.
        MaskMismatchError: A mask does not lie on the image.
        UnclearMaskError: Nobody says whether there is a lesion.
    """
    labels = _labels_with_livers(placed, files)
    if files.masks:
        unknown = _add_masks(labels, placed, files, with_organs=False)
        if files.kind and not labels.truth:  # then what is called an organ is what is meant
            labels = _labels_with_livers(placed, files)
            unknown = _add_masks(labels, placed, files, with_organs=True)
        if unknown and not labels.truth:
            raise UnclearMaskError(
                f"No structure is called a lesion, and '{unknown[0]}' may be one: name it (HCC, "
                "cyst, ...), or say in the table's column 'kind' what the masks show."
            )
        return labels.case(name, placed.array, facts)
    if files.decisions:
        decided = sum(_add_decisions(labels, path, uids) for path in files.decisions)
        if not decided:
            raise ReadError("The readers' file holds no decision on this series.")
        note = "Lesions are balls at the places that readers accepted or added."
        noted = replace(facts, notes=(*facts.notes, note))
        return labels.case(name, placed.array, noted, "point" if labels.truth else "negative")
    if files.slices:
        return _with_slices(labels.case(name, placed.array, facts), files.slices)
    raise ReadError("There is no label: no mask, no slice numbers, no readers' decisions.")


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
    for part in re.split(r"[;,\s]+", text.strip()):
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


def _labels_with_livers(placed: PlacedVolume, files: LabelFiles) -> CaseLabels:
    labels = CaseLabels(placed.geometry, placed.array.shape)
    for path in files.livers:
        _add_mask(labels, path, placed, lambda name: "liver")
    return labels


def _add_masks(
    labels: CaseLabels, placed: PlacedVolume, files: LabelFiles, *, with_organs: bool
) -> list[str]:
    """Take up all masks; returns the names that say nothing.

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

    unknown: list[str] = []
    for path in files.masks:
        unknown += _add_mask(labels, path, placed, what, files.values)
    return unknown


def _add_mask(
    labels: CaseLabels,
    path: Path,
    placed: PlacedVolume,
    what_is: Callable[[str], str],
    values: str = "all",
) -> list[str]:
    """Take up a file's structures; returns the names that say nothing."""
    unknown = []
    for name, mask in _structures(path, placed, what_is, values, labels.notes):
        what = what_is(name)
        if what == "liver":
            labels.organs[mask] = Organ.LIVER
        elif what:
            labels.add_lesions(mask, what)
        else:
            labels.notes.append(f"The structure '{name}' is no lesion and was left out.")
            unknown += [] if is_organ(name) else [name]
    return unknown


def kind_of(name: str) -> str:
    """What a structure's name says it is; empty: nothing known."""
    found = (kind for kind, pattern in KINDS if re.search(pattern, _words(name), re.IGNORECASE))
    return next(found, "")


def is_organ(name: str) -> bool:
    """Whether a structure's name says that it is a part of the body, the liver among them."""
    return kind_of(name) == "liver" or (not kind_of(name) and bool(_ORGANS.search(_words(name))))


def _words(name: str) -> str:
    return re.sub(r"[\W\d_]+", " ", name)


def _structures(
    path: Path,
    placed: PlacedVolume,
    what_is: Callable[[str], str],
    values: str,
    notes: list[str],
) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    if not is_volume_file(path):
        for outline in read_outlines(
            path, placed.grid, placed.geometry, lambda name: bool(what_is(name))
        ):
            yield outline.name, placed.order.apply(outline.mask)
        return
    segments = read_segments(path)
    for name, grid in segments:
        fitted, _ = fit_mask(grid, placed.grid)
        yield name, placed.order.apply(fitted) > 0
    if segments:
        return
    name = path.name.partition(".")[0]
    if is_organ(name) and not what_is(name):
        yield name, np.zeros(placed.array.shape, bool)
        return
    fitted, note = fit_mask(read_volume_file(path), placed.grid)
    if note:
        notes.append(note)
    yield name if kind_of(name) else "hcc", _chosen(placed.order.apply(fitted), values, path)


def _chosen(array: NDArray[np.int16], values: str, path: Path) -> NDArray[np.bool_]:
    """Where a mask has the wanted values; without any named, it may have one only.

    Raises:
        UnclearMaskError: It has several and nobody said which are lesions, or lacks the wanted.
    """
    present = [int(value) for value in np.unique(array) if value > 0]
    if values.casefold() == "all" or (not values and len(present) <= 1):
        return np.asarray(array > 0)
    if len(present) > MOST_VALUES:
        raise UnclearMaskError(f"{path.name} has {len(present)} values: an image and no mask.")
    text = ", ".join(str(value) for value in present)
    if not values:
        raise UnclearMaskError(
            f"{path.name} marks the values {text}: say which of them are lesions with "
            "--mask-values, or in the table's column 'values' ('all': each of them)."
        )
    try:
        wanted = [int(part) for part in re.split(r"[;,\s]+", values.strip())]
    except ValueError as error:
        raise UnclearMaskError(f"'{values}' are no values of a mask.") from error
    return np.isin(array, wanted)


def _add_decisions(labels: CaseLabels, path: Path, uids: tuple[str, ...]) -> int:
    """Take up what readers accepted, corrected or added as HCC, what they rejected as a mimic.

    Returns:
        How many decisions concern this series.
    """
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise ReadError(f"The readers' file {path.name} cannot be read: {error}.") from error
    decided = 0
    for decision in _decisions(record):
        place = decision["place"]
        uid = place.get("sop_instance_uid", "")
        if uid and uids and uid not in uids:
            continue
        kind = "rejected finding" if decision["verdict"] == "rejected" else "hcc"
        labels.add_lesions(_ball(place, labels.geometry, labels.lesions.shape), kind)
        decided += 1
    return decided


def _decisions(record: Any) -> Iterator[dict[str, Any]]:
    """Every decision with a place, wherever it stands in the file."""
    if isinstance(record, dict):
        if "verdict" in record and isinstance(record.get("place"), dict):
            yield record
        for value in record.values():
            yield from _decisions(value)
    elif isinstance(record, list):
        for value in record:
            yield from _decisions(value)


def _ball(place: dict[str, Any], geometry: Geometry, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    try:
        point = np.array([float(value) for value in place["center_lps_mm"]])
        width = float(place.get("extent_mm") or DEFAULT_WIDTH_MM)
    except (KeyError, TypeError, ValueError) as error:
        raise ReadError(f"A reader's decision has no place in the patient ({error}).") from error
    column, row, slice_ = geometry.to_index(point)
    inside = [-1 <= v <= n for v, n in zip((slice_, row, column), shape, strict=True)]
    if not all(inside):
        raise MaskMismatchError("a reader's finding lies outside the image")
    return ball(shape, geometry, (slice_, row, column), width)
