"""What the headers of one stack of images say; no pixels. The first product of opening a study."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from hcc_viewer.dicom.clock import past_midnight
from hcc_viewer.dicom.geometry import Geometry, Orientation
from hcc_viewer.errors import Notice

if TYPE_CHECKING:
    from hcc_viewer.dicom.facts import StackFacts

SURE_SCORE = 70
"""At this phase score and above, a series is taken for the hepatobiliary phase without asking."""

UNSURE_SCORE = 40
"""From here to SURE_SCORE a series is preselected and the user is asked."""

SeriesKey = tuple[str, str, int | None]
"""SeriesInstanceUID, then SOPInstanceUID and frame of the first image. A stack that the user merged
or split has a digest of its images behind the first, and is never taken for one as scanned."""

SplitKey = Literal[
    "automatic",
    "place",
    "image type",
    "echo time",
    "temporal position",
    "trigger time",
    "acquisition time",
    "acquisition number",
]
"""What to split a series by. `automatic`: as a scan does. `place`: the first image at each place,
the second, and so on."""

SPLIT_KEYS: tuple[SplitKey, ...] = get_args(SplitKey)
"""All of them, in the order in which to offer them."""


@dataclass(frozen=True)
class Regrouping:
    """One merge or split by the user."""

    keys: tuple[SeriesKey, ...]
    """Of the series that were merged, or of the one that was split."""
    split_by: SplitKey | None = None
    """None: they were merged."""


@dataclass(frozen=True)
class PhaseScore:
    """How likely a series is the hepatobiliary phase, and why."""

    score: int
    """0 (surely not) to 100 (surely)."""

    reasons: tuple[str, ...] = ()
    """Plain words, the weightiest first, for example `20 min in the series description`."""

    def __post_init__(self) -> None:
        if not 0 <= self.score <= 100:
            raise ValueError(f"A phase score lies between 0 and 100, not {self.score}.")

    @property
    def is_sure(self) -> bool:
        """Detection may start without a question."""
        return self.score >= SURE_SCORE

    @property
    def is_unlikely(self) -> bool:
        """Detection needs an explicit choice of this series."""
        return self.score < UNSURE_SCORE


@dataclass(frozen=True)
class Instance:
    """One image of a stack: a whole single-frame file, or one frame of a multi-frame file."""

    path: Path
    sop_instance_uid: str
    frame: int | None = None
    """Number of the frame, counted from 1 as in ReferencedFrameNumber (0008,1160); None for a
    single-frame file."""


@dataclass(frozen=True)
class Patient:
    """Who the study is of. Never logged; exported only on request."""

    name: str = field(default="", repr=False)
    patient_id: str = field(default="", repr=False)
    birth_date: str = field(default="", repr=False)
    sex: str = field(default="", repr=False)


@dataclass(frozen=True)
class Acquisition:
    """How and when a series was acquired, as its headers say. Empty text or None: unknown."""

    study_date: str = ""
    study_description: str = ""
    series_number: int | None = None
    acquisition_time: str = ""
    protocol_name: str = ""
    manufacturer: str = ""
    manufacturer_model_name: str = ""
    body_part_examined: str = ""
    contrast_bolus_agent: str = ""
    magnetic_field_strength_t: float | None = None
    repetition_time_ms: float | None = None
    echo_time_ms: float | None = None
    flip_angle_deg: float | None = None
    slice_thickness_mm: float | None = None
    frame_of_reference_uid: str = ""
    image_type: tuple[str, ...] = ()
    time_after_injection_s: float | None = None


@dataclass(frozen=True)
class Series:
    """One stack of parallel images of one kind and time point, foot to head.

    A DICOM series that holds several stacks (phases, orientations, Dixon parts) gives several of
    these with the same `series_instance_uid`; `key` tells them apart.
    """

    study_instance_uid: str
    series_instance_uid: str
    description: str
    modality: str
    instances: tuple[Instance, ...]
    geometry: Geometry
    rows: int
    columns: int
    phase: PhaseScore
    refusal: str | None = None
    """Why detection is refused, as a sentence; None when it is possible."""
    warnings: tuple[Notice, ...] = ()
    stack: str = ""
    """What tells this stack from others of its DICOM series, for people: `coronal`, `phase 2`."""
    patient: Patient = field(default_factory=Patient, repr=False)
    acquisition: Acquisition = field(default_factory=Acquisition)
    source: object = field(default=None, repr=False, compare=False)
    """Keeps the files alive: an unpacked zip's temporary folder goes with its last series."""
    evidence: StackFacts | None = field(default=None, repr=False, compare=False)
    """What the headers say of the phase; kept so that the score can be told anew."""
    regrouped: str = ""
    """A digest of the images, where the user merged or split; empty: as the scan found it."""

    def __post_init__(self) -> None:
        if not self.instances:
            raise ValueError("A series needs at least one instance.")
        if len(self.instances) != len(self.geometry.positions_mm):
            raise ValueError("A series needs one position per instance.")

    @property
    def key(self) -> SeriesKey:
        """Identifies this stack within its study; see `SeriesKey`."""
        first = self.instances[0]
        return self.series_instance_uid + self.regrouped, first.sop_instance_uid, first.frame

    @property
    def orientation(self) -> Orientation:
        """The plane that the slices lie in."""
        return self.geometry.orientation

    @property
    def detectable(self) -> bool:
        """Whether the detector can run on this series at all."""
        return self.refusal is None

    @property
    def title(self) -> str:
        """What the series is called in lists: its description, and its stack where it has one."""
        name = self.description or "(no description)"
        return f"{name} [{self.stack}]" if self.stack else name


WHOLE_SHARE = 0.75
"""Of the longest of equally likely stacks: shorter ones were broken off or show only a part."""


@dataclass(frozen=True)
class Study:
    """Everything found under one path: its series and a count of what was passed over."""

    path: Path
    series: tuple[Series, ...]
    skipped: tuple[tuple[str, int], ...] = ()
    """(reason, count) of the files that were not taken up."""
    is_complete: bool = True
    """False while the scan still goes on: then more is to come."""
    before: Study | None = field(default=None, repr=False, compare=False)
    """The study as it was before the user's last merge or split; None: it is as scanned."""
    regrouping: Regrouping | None = field(default=None, compare=False)
    """What made this study of `before`."""

    @property
    def history(self) -> Iterator[Study]:
        """This study, and what it was before each merge and split, back to the scan."""
        study: Study | None = self
        while study is not None:
            yield study
            study = study.before

    @property
    def regroupings(self) -> tuple[Regrouping, ...]:
        """The merges and splits since the scan, the first one first."""
        steps = [study.regrouping for study in self.history if study.regrouping is not None]
        return tuple(reversed(steps))

    @property
    def best_series(self) -> Series | None:
        """The detectable series that is most likely the hepatobiliary phase; None without one.

        Of several that are as likely the last one as acquired, since the phase comes last, unless
        it shows much less of the patient: a repetition that was broken off.
        """
        candidates = [series for series in self.series if series.detectable]
        best = max(map(_likeliest, candidates), default=None)
        equal = [series for series in candidates if _likeliest(series) == best]
        longest = max((_coverage_mm(series) for series in equal), default=0.0)
        whole = [item for item in equal if _coverage_mm(item) >= WHOLE_SHARE * longest]
        return max(enumerate(whole), key=_when(whole), default=(0, None))[1]


def _coverage_mm(series: Series) -> float:
    """From the first slice to the last."""
    return float(series.geometry.positions_mm[-1] - series.geometry.positions_mm[0])


def _when(study: list[Series]) -> Callable[[tuple[int, Series]], tuple[str, float, int]]:
    """To sort numbered series by: their acquisition where it is known of all, else the number."""
    times = [None if series.evidence is None else series.evidence.time_s for series in study]
    known = [time_s for time_s in times if time_s is not None]
    in_order = past_midnight(known)

    def when(place: tuple[int, Series]) -> tuple[str, float, int]:
        number, series = place
        time_s = times[number] if len(known) == len(times) else None
        acquired = 0.0 if time_s is None else in_order(time_s)
        return series.acquisition.study_date, acquired, number

    return when


def _likeliest(series: Series) -> tuple[int, bool]:
    """To sort by: a derived copy, such as a registered one, comes after what was acquired."""
    return series.phase.score, "SECONDARY" not in series.acquisition.image_type


def count_reasons(reasons: list[str]) -> tuple[tuple[str, int], ...]:
    """(reason, count) pairs, the most frequent first."""
    return tuple(Counter(reasons).most_common())
