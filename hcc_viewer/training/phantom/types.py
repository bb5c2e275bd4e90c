"""What the simulator's stages hand to each other: Anatomy -> SimulatedCase.

All arrays are (slice, row, column) with slices from foot to head, rows from anterior to posterior
and columns from the patient's right to left: the axes of LPS, like an axial DICOM stack on screen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.dicom import Geometry


class Tissue(IntEnum):
    """Labels of an anatomy. Their MR properties are in `signal.py`."""

    AIR = 0
    FAT = 1
    MUSCLE = 2
    SKIN = 3
    BONE = 4
    """Cortical bone."""
    MARROW = 5
    CSF = 6
    SPINAL_CORD = 7
    LUNG = 8
    HEART_MUSCLE = 9
    BLOOD = 10
    """Heart chambers, aorta, inferior vena cava, portal and hepatic veins, arteries."""
    LIVER = 11
    GALLBLADDER = 12
    BILE_DUCT = 13
    SPLEEN = 14
    KIDNEY_CORTEX = 15
    KIDNEY_MEDULLA = 16
    PANCREAS = 17
    STOMACH_WALL = 18
    BOWEL_WALL = 19
    BOWEL_CONTENT = 20
    GAS = 21
    ASCITES = 22
    ADRENAL = 23
    CARTILAGE = 24
    OTHER_SOFT_TISSUE = 25


@dataclass(frozen=True, eq=False)
class Anatomy:
    """Where each tissue of one patient is; before vessels inside the liver, lesions and signal."""

    labels: NDArray[np.uint8]
    """(slice, row, column) `Tissue` values. AIR outside the body."""
    spacing_mm: tuple[float, float, float]
    """Of slices, rows and columns."""
    texture: NDArray[np.float32] | None = None
    """(slice, row, column) relative signal from real texture (mean 1 in each tissue), or None."""
    source: str = "procedural"
    """`procedural`, or the case's name, licence and hash."""
    parameters: dict[str, Any] = field(default_factory=dict)
    """What was drawn, by name; enough to tell draws apart and to report on."""
    is_cirrhotic: bool = False
    whole_liver: bool = True
    """False when the field of view cuts the liver."""


@dataclass(frozen=True)
class Lesion:
    """One lesion or mimic of a simulated case: the truth."""

    id: int
    """Value in `SimulatedCase.lesions`, from 1."""
    kind: str
    """`hcc`, `cyst`, `haemangioma`, `dysplastic nodule`, `confluent fibrosis`, `clip`, ..."""
    center_lps_mm: tuple[float, float, float]
    diameter_mm: float
    """Of the sphere with the same volume."""
    contrast: float
    """Mean signal over the liver's around it, before noise; below 1 is darker."""
    traits: tuple[str, ...] = ()
    """`capsule`, `mosaic`, `nodule in nodule`, `necrosis`, `fat`, `subcapsular`, ..."""

    @property
    def is_hcc(self) -> bool:
        """Whether a slice through it counts as positive."""
        return self.kind == "hcc"


@dataclass(frozen=True, eq=False)
class SimulatedCase:
    """One simulated hepatobiliary-phase series with its truth."""

    name: str
    """Like `SIM^0001`."""
    seed: int
    image: NDArray[np.uint16]
    """(slice, row, column) stored values."""
    labels: NDArray[np.uint8]
    """(slice, row, column) `Tissue` values on the image's grid."""
    lesions: NDArray[np.uint8]
    """(slice, row, column) 0 or the `Lesion.id` on the image's grid (majority of the voxel)."""
    geometry: Geometry
    truth: tuple[Lesion, ...]
    protocol: dict[str, Any]
    """Vendor, model, field strength, TR, TE, flip angle, fat suppression, ... by DICOM keyword."""
    parameters: dict[str, Any]
    """Every other parameter that was drawn, by stage."""
    image_without_lesions: NDArray[np.uint16] | None = None
    """The same patient and noise without HCC; None when not asked for."""
    source: str = "procedural"
