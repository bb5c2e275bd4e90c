"""From an image file with its masks to a labelled case, or to the reason why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.catalogue import CaseFacts, CaseLesion, Exclusion, LabelKind, LabelledCase, Organ
from hcc_viewer.dicom import Geometry
from hcc_viewer.errors import ReadError
from hcc_viewer.training.importers.base import Outcome
from hcc_viewer.training.importers.grids import (
    Grid,
    MaskMismatchError,
    axial_geometry,
    axial_order,
    fit_mask,
    is_axial,
)
from hcc_viewer.training.importers.lesions import describe_lesion, merge_outlines, split_lesions
from hcc_viewer.training.importers.volume_files import hash_file, read_volume_file

NO_PLACE = (
    "The image does not say how large its voxels are and where they lie (its affine is the "
    "identity): sizes in mm would mean nothing."
)


@dataclass(frozen=True)
class MaskFile:
    """A file of labels and what its values mean."""

    path: Path
    lesions: Mapping[int, str] = field(default_factory=dict)
    """Value to kind of lesion; 0 as a key stands for every value above 0."""
    organs: Mapping[int, Organ] = field(default_factory=dict)
    """Value to organ; 0 as a key stands for every value above 0."""
    is_optional: bool = False
    """Left out with a note, instead of the case, where it does not fit."""


@dataclass(frozen=True)
class CaseFiles:
    """The files of one case."""

    name: str
    facts: CaseFacts
    image: Path
    masks: Sequence[MaskFile] = ()
    has_lesion: bool = False
    """The set says that there is one: empty masks are then a fault and not a negative case."""


def assemble(files: CaseFiles) -> Outcome:
    """Read the files of a case and put them on one grid.

    A case without any lesion in its masks is a negative one.
    """
    try:
        image = read_volume_file(files.image)
        if not is_axial(image):
            return _exclude(files, "not-axial", "The slices do not lie across the body.")
        if not image.has_sizes:
            return _exclude(files, "mismatch", NO_PLACE)
        case = _assemble(files, image)
        if files.has_lesion and not case.truth:
            return _exclude(files, "no-label", "Its lesion masks are empty on the image.")
        return case
    except MaskMismatchError as error:
        return _exclude(files, "mismatch", f"{str(error).capitalize()}.")
    except ReadError as error:
        return _exclude(files, "unreadable", str(error))


def _assemble(files: CaseFiles, image: Grid) -> LabelledCase:
    order = axial_order(image)
    geometry = axial_geometry(image, order)
    array = order.apply(image.array).astype(np.float32)
    labels = CaseLabels(geometry, array.shape)
    for mask in files.masks:
        try:
            values, note = fit_mask(read_volume_file(mask.path), image)
        except (MaskMismatchError, ReadError) as error:
            if not mask.is_optional:
                raise
            labels.notes.append(f"{mask.path.parent.name} was left out: {error}.")
            continue
        if note:
            labels.notes.append(f"{mask.path.name}: {note}")
        labels.add(order.apply(values), mask.lesions, mask.organs)
    return labels.case(files.name, array, hashed(files.facts, files.image))


class CaseLabels:
    """Gathers lesions and organs of one case."""

    def __init__(self, geometry: Geometry, shape: tuple[int, ...]) -> None:
        self.geometry = geometry
        self.lesions = np.zeros(shape, np.uint16)
        self.organs = np.zeros(shape, np.uint8)
        self.truth: tuple[CaseLesion, ...] = ()
        self.notes: list[str] = []

    def add(
        self,
        values: NDArray[np.int16],
        lesions: Mapping[int, str],
        organs: Mapping[int, Organ],
    ) -> None:
        """Take up a mask that is on the image's grid; see `MaskFile`."""
        for value, organ in organs.items():
            self.organs[values > 0 if value == 0 else values == value] = organ
        for value, kind in lesions.items():
            self.add_lesions(values > 0 if value == 0 else values == value, kind)

    def add_lesions(self, mask: NDArray[np.bool_], kind: str) -> None:
        """Take up the islands of a mask as lesions of one kind; where lesions meet, the first.

        An island that is mostly a lesion of that kind already, as a second reader outlines it, only
        adds its edge to that lesion.
        """
        same = [lesion.id for lesion in self.truth if lesion.kind == kind]
        known = merge_outlines(self.lesions, mask, same)
        if known.any():
            self.notes.append("Outlines of the same lesion were joined.")
            self.truth = tuple(
                describe_lesion(self.lesions == lesion.id, self.geometry, lesion.kind, lesion.id)
                for lesion in self.truth
            )
        first = max((lesion.id for lesion in self.truth), default=0) + 1
        free = mask & ~known & (self.lesions == 0)
        numbers, found = split_lesions(free, self.geometry, kind, first)
        self.lesions[numbers > 0] = numbers[numbers > 0]
        self.truth += found

    def case(
        self,
        name: str,
        image: NDArray[np.float32],
        facts: CaseFacts,
        kind: LabelKind | None = None,
    ) -> LabelledCase:
        """The case, whole."""
        return LabelledCase(
            name=name,
            image=image,
            geometry=self.geometry,
            facts=replace(facts, notes=(*facts.notes, *dict.fromkeys(self.notes))),
            label_kind=kind or ("mask" if self.truth else "negative"),
            lesions=self.lesions,
            organs=self.organs,
            truth=self.truth,
        )


def hashed(facts: CaseFacts, path: Path) -> CaseFacts:
    """With the hash of the image file."""
    return replace(facts, image_sha256=hash_file(path))


def _exclude(files: CaseFiles, reason: str, detail: str) -> Exclusion:
    return Exclusion(files.facts.source, files.name, reason, detail)
