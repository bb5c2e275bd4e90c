"""The frozen results of detection, from one slice's probability to the whole `Detection`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.detection.model_card import FindingSpec
from hcc_viewer.dicom import Series
from hcc_viewer.errors import Notice


@dataclass(frozen=True)
class Peak:
    """The place in a slice that speaks most for HCC."""

    row: float
    """Zero-based, sub-pixel, in the stored image; down."""
    column: float
    """Zero-based, sub-pixel, in the stored image; right."""
    value: float
    """0 to 1: the CAM there after the logistic function."""


@dataclass(frozen=True, eq=False)
class SlicePrediction:
    """What the network says of one slice."""

    index: int
    """Place in the stack, from 0 at the foot end."""
    sop_instance_uid: str
    frame: int | None
    position_mm: float
    """Along the stack's normal, in mm."""
    probability: float
    """0 to 1, calibrated as the model card says."""
    peak: Peak
    cam: NDArray[np.float32]
    """(grid row, grid column) evidence for HCC, 0 to 1; `Detection.grid_to_image` places it."""
    is_examined: bool = True
    """False where the slice could not be read: probability and map are 0 and mean nothing."""

    def __post_init__(self) -> None:
        if not 0.0 <= self.probability <= 1.0:
            raise ValueError(f"A probability lies between 0 and 1, not {self.probability}.")
        self.cam.setflags(write=False)

    def reaches(self, threshold: float) -> bool:
        """Whether the slice was examined and its probability is at or above a threshold."""
        return self.is_examined and self.probability >= threshold


@dataclass(frozen=True)
class Finding:
    """Neighbouring flagged slices joined in 3-D around one place."""

    id: int
    """Rank, from 1 for the most probable."""
    first_slice: int
    last_slice: int
    peak_slice: int
    row: float
    """Of the peak, zero-based, in the stored image of `peak_slice`."""
    column: float
    center_lps_mm: tuple[float, float, float]
    extent_mm: float
    """Greatest in-plane width of the region where the CAM is at least half its peak."""
    probability: float


@dataclass(frozen=True)
class ModelIdentity:
    """Which model gave a result; it stands on every view and export."""

    name: str
    version: str
    sha256: str
    trained_on: str
    """From the model card, for example `simulated images only; not validated on patients`."""

    @property
    def label(self) -> str:
        """Name, version and the first 12 digits of the file's hash."""
        return f"{self.name} {self.version} ({self.sha256[:12]})"


@dataclass(frozen=True)
class Timing:
    """Wall time in seconds; slices are prepared while the network works, so stages may overlap."""

    read: float = 0.0
    prepare: float = 0.0
    predict: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, eq=False)
class Detection:
    """All that one run of a model says of one series. Views, reports and JSON are made from it."""

    series: Series
    model: ModelIdentity
    threshold: float
    """A slice is flagged when its probability is at or above this."""
    slices: tuple[SlicePrediction, ...]
    findings: tuple[Finding, ...]
    grid_to_image: NDArray[np.float64]
    """(2, 3) affine from a CAM cell (grid row, grid column, 1) to the stored (row, column)."""
    warnings: tuple[Notice, ...] = ()
    timing: Timing = field(default_factory=Timing)
    finding_spec: FindingSpec = field(default_factory=FindingSpec)
    """How flagged slices are joined, from the model card."""

    def __post_init__(self) -> None:
        if not 0.0 <= self.threshold <= 1.0:
            raise ValueError(f"A threshold lies between 0 and 1, not {self.threshold}.")
        self.grid_to_image.setflags(write=False)

    def is_flagged(self, index: int) -> bool:
        """Whether the slice is at or above the threshold."""
        return self.slices[index].reaches(self.threshold)

    @property
    def flagged(self) -> tuple[SlicePrediction, ...]:
        """The flagged slices, foot to head."""
        return tuple(s for s in self.slices if s.reaches(self.threshold))

    @property
    def examined(self) -> tuple[SlicePrediction, ...]:
        """The slices that could be read, foot to head."""
        return tuple(s for s in self.slices if s.is_examined)

    @property
    def unexamined(self) -> frozenset[int]:
        """The indices of the slices that could not be read: nothing is told of them."""
        return frozenset(s.index for s in self.slices if not s.is_examined)

    def with_findings(self, threshold: float, findings: tuple[Finding, ...]) -> Detection:
        """The same predictions read at another threshold."""
        return replace(self, threshold=threshold, findings=findings)
