"""One labelled case: its pixels, what is known of its lesions, and where it is from."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.dicom import Geometry

LabelKind = Literal["mask", "box", "point", "slices", "negative"]
"""How the lesions are known: outlined; boxed; by their place and width only; by the numbers of the
slices that they are in; or known to be absent."""

LABEL_KINDS: tuple[LabelKind, ...] = ("mask", "box", "point", "slices", "negative")


class Organ(IntEnum):
    """What a voxel outside the lesions is, where that is known."""

    UNKNOWN = 0
    LIVER = 1
    SPLEEN = 2
    KIDNEY = 3
    GALLBLADDER = 4
    VESSEL = 5
    BOWEL = 6
    PANCREAS = 7
    HEART = 8
    LUNG = 9
    MUSCLE = 10
    BILE_DUCT = 11
    OTHER = 12
    """Known to be none of the others."""


@dataclass(frozen=True)
class CaseLesion:
    """One lesion of a case."""

    id: int
    """Value in `LabelledCase.lesions`, from 1."""
    kind: str
    """`hcc`, or what else it is; `tumour` where nobody said."""
    center_lps_mm: tuple[float, float, float]
    diameter_mm: float
    """Of the sphere with the same volume."""

    @property
    def is_hcc(self) -> bool:
        """Whether a slice through it is positive."""
        return self.kind == "hcc"


@dataclass(frozen=True)
class CaseFacts:
    """Where a case is from and how it was acquired; empty text or None: unknown."""

    source: str
    """Name of its `Source`."""
    patient: str
    """A key that is the same for all cases of a patient and names nobody."""
    centre: str = ""
    phase: str = ""
    """`hepatobiliary`, `portal venous`, ..."""
    vendor: str = ""
    scanner: str = ""
    field_strength_t: float | None = None
    image_sha256: str = ""
    """Of the image file; of all files' hashes where there are several."""
    notes: tuple[str, ...] = ()
    """What the importer repaired or assumed."""


@dataclass(frozen=True, eq=False)
class LabelledCase:
    """One series with its labels, slices from foot to head."""

    name: str
    """Like `phlf-1-007`: unique in a catalogue, and a file name."""
    image: NDArray[np.float32]
    """(slice, row, column) modality values."""
    geometry: Geometry
    facts: CaseFacts
    label_kind: LabelKind
    lesions: NDArray[np.uint16]
    """(slice, row, column) 0 or the `CaseLesion.id`."""
    organs: NDArray[np.uint8]
    """(slice, row, column) `Organ` values."""
    truth: tuple[CaseLesion, ...] = ()
    slice_labels: NDArray[np.int8] = field(default_factory=lambda: np.zeros(0, np.int8))
    """(slice,) 1 with HCC, 0 without, -1 unknown; empty unless `label_kind` is `slices`."""

    def __post_init__(self) -> None:
        if self.image.ndim != 3 or self.image.dtype != np.float32:
            raise ValueError("a case's image is a (slice, row, column) float32 array")
        if not self.lesions.shape == self.organs.shape == self.image.shape:
            raise ValueError("a case's lesions and organs have the shape of its image")
        if len(self.geometry.positions_mm) != len(self.image):
            raise ValueError("a case needs one position per slice")
        if self.label_kind == "slices" and len(self.slice_labels) != len(self.image):
            raise ValueError("a case labelled by slices needs one label per slice")

    @property
    def hcc(self) -> NDArray[np.bool_]:
        """(slice, row, column) True where HCC is marked."""
        return np.isin(self.lesions, [lesion.id for lesion in self.truth if lesion.is_hcc])

    def hcc_area_mm2(self) -> NDArray[np.float64]:
        """(slice,) area of HCC; infinite or 0 by the label where only slices are labelled.

        NaN for a slice whose label is unknown.
        """
        if self.label_kind == "slices":
            return np.array([{1: np.inf, 0: 0.0}.get(int(v), np.nan) for v in self.slice_labels])
        _, row_mm, column_mm = self.geometry.spacing_mm
        return np.asarray(self.hcc.sum(axis=(1, 2)) * row_mm * column_mm, dtype=np.float64)

    def slice_truth(self, positive_area_mm2: float) -> NDArray[np.int8]:
        """(slice,) 1 with at least this area of HCC, 0 without any, -1 between or unknown."""
        area = self.hcc_area_mm2()
        truth = np.where(area == 0, 0, np.where(area >= positive_area_mm2, 1, -1))
        return truth.astype(np.int8)
