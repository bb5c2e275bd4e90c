"""What is known of a stack when its phase is scored: its texts, its sequence, its times."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from hcc_viewer.dicom.clock import wrap_midnight
from hcc_viewer.dicom.geometry import Orientation
from hcc_viewer.dicom.headers import ImageHeader, SeriesHeader
from hcc_viewer.dicom.liver_look import LiverLook
from hcc_viewer.dicom.stacks import Stack
from hcc_viewer.dicom.time_points import GUESSED

LONGEST_TEXT = 300
"""Of a longer text the rest is not looked at: it would be damage, or meant to keep us busy."""

SEPARATOR = " | "
"""Between the texts of a series."""


@dataclass(frozen=True)
class StackFacts:
    """The evidence in the headers of one stack, made from its first image unless said otherwise."""

    modality: str
    series_text: str
    """Description, protocol and comments in lower case without accents."""
    study_text: str
    image_type: tuple[str, ...]
    part: str
    """What its image type says against the other stacks of the series, in upper case."""
    agent: str
    """Names and codes of the contrast agent, in lower case."""
    body_part: str
    sequence_text: str
    scanning_sequence: tuple[str, ...]
    is_3d: bool | None
    repetition_time_ms: float | None
    echo_time_ms: float | None
    flip_angle_deg: float | None
    b_value: float | None
    slice_thickness_mm: float | None
    orientation: Orientation
    slices: int
    coverage_mm: float
    """From the first slice to the last."""
    field_of_view_mm: float
    """The longer side of an image; 0 when it is not known."""
    planes_in_series: int
    is_color: bool
    time_point: int
    time_s: float | None
    """When the stack was begun, in seconds since midnight."""
    bolus_start_s: float | None
    look: LiverLook | None = None
    """What the image shows, where the headers leave the phase in doubt and it was looked at."""
    has_description: bool = True
    """Whether the first text of the series is its description."""
    is_guess: bool = False
    """Its images could not be told apart from those of other time points: it may mix them."""

    @property
    def own_text(self) -> str:
        """The description; the protocol, which may be the whole examination's, stands in for it."""
        return self.series_text.split(SEPARATOR)[0]

    @property
    def time_after_injection_s(self) -> float | None:
        """By the injection time in the files; None when they give none that can be right."""
        if self.time_s is None or self.bolus_start_s is None or self.bolus_start_s <= 0:
            return None
        return wrap_midnight(self.time_s - self.bolus_start_s)

    @property
    def is_t1_gradient_echo(self) -> bool:
        """A spoiled gradient echo by its numbers: 3D, or 2D with a large flip angle."""
        gradient = "GR" in self.scanning_sequence or "gradient" in self.sequence_text
        repetition, echo = self.repetition_time_ms or 999.0, self.echo_time_ms or 99.0
        is_3d_like = repetition < 12.0 and (gradient or bool(self.is_3d))
        is_2d_like = gradient and repetition < 400.0 and (self.flip_angle_deg or 0.0) >= 50.0
        return echo < 6.0 and (is_3d_like or is_2d_like)


def facts_of(stack: Stack) -> StackFacts:
    """Collect the evidence of one stack."""
    image, geometry = stack.images[0], stack.geometry
    series, acquisition = image.series, image.series.acquisition
    _, row_spacing, column_spacing = geometry.spacing_mm
    extent = max(image.rows * row_spacing, image.columns * column_spacing)
    return StackFacts(
        modality=series.modality,
        series_text=plain(_series_words(series)),
        study_text=plain(acquisition.study_description),
        image_type=image.image_type,
        part=stack.part,
        agent=plain(series.agent),
        body_part=plain(acquisition.body_part_examined),
        sequence_text=plain(f"{series.sequence_name} {series.acquisition_contrast}"),
        scanning_sequence=series.scanning_sequence,
        is_3d=series.acquisition_type == "3D" if series.acquisition_type else None,
        repetition_time_ms=acquisition.repetition_time_ms,
        echo_time_ms=image.echo_time_ms,
        flip_angle_deg=acquisition.flip_angle_deg,
        b_value=max((i.b_value for i in stack.images if i.b_value is not None), default=None),
        slice_thickness_mm=acquisition.slice_thickness_mm,
        orientation=geometry.orientation,
        slices=len(stack.images),
        coverage_mm=float(geometry.positions_mm[-1] - geometry.positions_mm[0]),
        field_of_view_mm=extent if geometry.known else 0.0,
        planes_in_series=stack.planes_in_series,
        is_color=series.is_color,
        time_point=stack.time_point,
        time_s=start_time_s(stack.images),
        bolus_start_s=series.bolus_start_s,
        has_description=bool(series.description),
        is_guess=any(notice.code == GUESSED for notice in stack.notices),
    )


def start_time_s(images: tuple[ImageHeader, ...]) -> float | None:
    """The earliest acquisition time of the images; the content time when there is none."""
    acquired = [i.acquisition_time_s for i in images if i.acquisition_time_s is not None]
    written = [i.content_time_s for i in images if i.content_time_s is not None]
    return min(acquired or written, default=None)


def plain(text: str) -> str:
    """Lower case without accents, so that one pattern fits all spellings."""
    decomposed = unicodedata.normalize("NFKD", text.replace("\u00b4", "'"))  # 20 and an acute
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", bare)).strip().lower()


def _series_words(series: SeriesHeader) -> str:
    """The description, and after it the protocol where it says something else."""
    words = [series.description, series.acquisition.protocol_name, series.image_comments]
    return SEPARATOR.join(dict.fromkeys(word[:LONGEST_TEXT] for word in words if word))
