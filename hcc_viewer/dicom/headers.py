"""What one file says of its images, pixels left unread: what a scan collects."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from hcc_viewer.dicom.series import Acquisition, Patient


class NotTakenUpError(Exception):
    """A file holds no image that can be shown; the text is the reason, in plain words."""


@dataclass(frozen=True)
class SeriesHeader:
    """What all images of one kind in a DICOM series have in common. Equal ones are shared."""

    study_instance_uid: str = ""
    series_instance_uid: str = ""
    description: str = ""
    modality: str = ""
    is_color: bool = False
    patient: Patient = field(default_factory=Patient, repr=False)
    acquisition: Acquisition = field(default_factory=Acquisition)
    scanning_sequence: tuple[str, ...] = ()
    acquisition_type: str = ""
    sequence_name: str = ""
    acquisition_contrast: str = ""
    image_comments: str = ""
    agent: str = ""
    bolus_start_s: float | None = None
    spacing_between_slices_mm: float | None = None

    @property
    def stated_spacing_mm(self) -> float | None:
        """How far slices are apart as far as the files say so, or how thick they are."""
        for stated in (self.spacing_between_slices_mm, self.acquisition.slice_thickness_mm):
            if stated is not None and 0.0 < abs(stated) < 1000.0:
                return abs(stated)
        return None


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """One image: a single-frame file, or one frame. What a stack is sorted and split by."""

    series: SeriesHeader
    path: Path
    sop_instance_uid: str
    frame: int | None
    rows: int
    columns: int
    orientation: tuple[float, ...] | None = None
    """Direction in which the column index grows, then the row index: six numbers."""
    position: tuple[float, ...] | None = None
    pixel_spacing: tuple[float, ...] | None = None
    slice_location: float | None = None
    instance_number: int | None = None
    image_type: tuple[str, ...] = ()
    echo_time_ms: float | None = None
    inversion_time_ms: float | None = None
    b_value: float | None = None
    temporal_position: float | None = None
    trigger_time_ms: float | None = None
    acquisition_time_s: float | None = None
    content_time_s: float | None = None
    acquisition_number: float | None = None
