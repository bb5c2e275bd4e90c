"""What a reader says of a series beside the model: decisions on findings, key images, measurements.

All of it is frozen, small and free of Qt, so that the window edits it, reports print it, and a file
in the user's data folder keeps it. A decision is tied to a place in the patient and not to the rank
of a finding, since ranks change with the threshold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import numpy as np

from hcc_viewer.detection.types import Detection, Finding

ACCEPTED = "accepted"
REJECTED = "rejected"
CORRECTED = "corrected"
ADDED = "added"
UNDECIDED = "undecided"
VERDICTS = (ACCEPTED, REJECTED, CORRECTED, ADDED)

SAME_PLACE_MM = 15.0
"""A decision belongs to the finding whose peak is nearest to the decided one, up to here."""

MEASUREMENT_POINTS = {"distance": 2, "angle": 3, "ellipse": 2}
"""How many points each kind of measurement has. The angle's second point is its vertex; an ellipse
is given by two opposite corners of its bounding box."""

ACQUIRED = "acquired"
"""The plane of the stack as it was scanned; the other planes are reformats, by their name."""


@dataclass(frozen=True)
class Place:
    """One place in a stack."""

    slice_index: int
    """From 0 at the foot end."""
    row: float
    """Zero-based, sub-pixel, in the stored image; down."""
    column: float
    """Zero-based, sub-pixel, in the stored image; right."""
    center_lps_mm: tuple[float, float, float]
    """The same place in the patient, in mm."""
    extent_mm: float | None = None
    """Greatest in-plane width; None where nobody gave one."""
    sop_instance_uid: str = ""
    frame: int | None = None

    def __post_init__(self) -> None:
        if self.slice_index < 0:
            raise ValueError(f"slice_index counts from 0, not {self.slice_index}")
        if len(self.center_lps_mm) != 3:
            raise ValueError("center_lps_mm must hold three numbers")


@dataclass(frozen=True)
class ReaderDecision:
    """What the reader says of one finding, or a finding that the reader made."""

    verdict: str
    """One of `VERDICTS`."""
    place: Place
    """Where the reader says that it is: the model's place unless corrected or added."""
    model_place: Place | None = None
    """Where the model said that it is; None for an added finding."""
    model_probability: float | None = None
    note: str = ""
    decided_at: str = ""
    """ISO 8601 in UTC, to the second."""

    def __post_init__(self) -> None:
        if self.verdict not in VERDICTS:
            raise ValueError(f"verdict must be one of {', '.join(VERDICTS)}, not '{self.verdict}'")
        if (self.model_place is None) != (self.verdict == ADDED):
            raise ValueError("a decision has a model_place unless the finding was added")


@dataclass(frozen=True)
class Measurement:
    """A length, an angle or a region that the reader drew on one image."""

    kind: str
    """A key of `MEASUREMENT_POINTS`."""
    slice_index: int
    points: tuple[tuple[float, float], ...]
    """(column, row) positions in the image, zero-based and sub-pixel."""
    plane: str = ACQUIRED
    """`acquired`, or the name of the reformat that it was drawn on."""
    length_mm: float | None = None
    angle_deg: float | None = None
    area_mm2: float | None = None
    mean: float | None = None
    """Of the modality values inside an ellipse."""
    sd: float | None = None
    """Their sample standard deviation."""

    def __post_init__(self) -> None:
        if len(self.points) != MEASUREMENT_POINTS.get(self.kind, -1):
            raise ValueError(f"a measurement of kind '{self.kind}' has another number of points")


@dataclass(frozen=True)
class Reading:
    """All that the reader left on one series."""

    decisions: tuple[ReaderDecision, ...] = ()
    key_slices: tuple[int, ...] = ()
    """The slices marked as key images, ascending, from 0 at the foot end."""
    measurements: tuple[Measurement, ...] = ()
    read_first: bool = False
    """Whether the reader had been through the stack before the model's result was shown."""

    def with_decision(
        self, decision: ReaderDecision, instead_of: ReaderDecision | None = None
    ) -> Reading:
        """With this decision in place of an earlier one on the same finding.

        Args:
            decision: The new one.
            instead_of: The one that stood for the finding though it was made at another threshold.
        """
        kept = tuple(
            one
            for one in self.decisions
            if one != instead_of and not is_same_subject(one, decision)
        )
        return replace(self, decisions=(*kept, decision))

    def without_decision(self, decision: ReaderDecision) -> Reading:
        """As if this decision had not been made."""
        return replace(self, decisions=tuple(one for one in self.decisions if one != decision))

    def with_key_slice_toggled(self, index: int) -> Reading:
        """With a slice marked as a key image, or no longer."""
        return replace(self, key_slices=tuple(sorted(set(self.key_slices) ^ {index})))


@dataclass(frozen=True)
class ReadFinding:
    """A finding as it stands after the reader: the model's, the reader's, or both."""

    finding: Finding | None = None
    """What the model says at the present threshold; None when it says nothing there."""
    decision: ReaderDecision | None = None

    @property
    def verdict(self) -> str:
        """One of `VERDICTS`, or `undecided`."""
        return UNDECIDED if self.decision is None else self.decision.verdict

    @property
    def note(self) -> str:
        """What the reader wrote."""
        return "" if self.decision is None else self.decision.note

    @property
    def is_positive(self) -> bool:
        """Whether the reader stands behind it."""
        return self.verdict in (ACCEPTED, CORRECTED, ADDED)


@dataclass(frozen=True)
class ReadResult:
    """A detection together with what the reader decided."""

    findings: tuple[ReadFinding, ...]
    """The model's by rank, then those decided at another threshold, then the reader's own."""
    reading: Reading = field(default_factory=Reading)

    @property
    def is_complete(self) -> bool:
        """Whether the reader has decided on every finding."""
        return all(one.decision is not None for one in self.findings)

    def count(self, verdict: str) -> int:
        """How many findings have this verdict."""
        return sum(one.verdict == verdict for one in self.findings)


def decide(
    finding: Finding,
    detection: Detection,
    verdict: str,
    note: str = "",
    now: datetime | None = None,
) -> ReaderDecision:
    """Accept or reject a finding of the model where it is."""
    place = place_of(finding, detection)
    return ReaderDecision(verdict, place, place, finding.probability, note, _stamp(now))


def place_of(finding: Finding, detection: Detection) -> Place:
    """The place of a model's finding."""
    prediction = detection.slices[finding.peak_slice]
    return Place(
        slice_index=finding.peak_slice,
        row=finding.row,
        column=finding.column,
        center_lps_mm=finding.center_lps_mm,
        extent_mm=finding.extent_mm,
        sop_instance_uid=prediction.sop_instance_uid,
        frame=prediction.frame,
    )


def added_finding(place: Place, note: str = "", now: datetime | None = None) -> ReaderDecision:
    """A finding that the reader made."""
    return ReaderDecision(ADDED, place, None, None, note, _stamp(now))


def read_result(detection: Detection, reading: Reading) -> ReadResult:
    """Put the model's findings and the reader's decisions side by side.

    Of decisions made at several thresholds that come to the same finding, the one that was made on
    just this place counts, or else the last one.
    """
    taken: dict[int, ReaderDecision] = {}
    for decision in reading.decisions:
        finding = finding_of(decision, detection.findings)
        if finding is not None and not _is_on(taken.get(finding.id), finding):
            taken[finding.id] = decision
    left = [one for one in reading.decisions if one not in taken.values()]
    rows = [ReadFinding(finding, taken.get(finding.id)) for finding in detection.findings]
    earlier = [one for one in left if one.verdict in (ACCEPTED, CORRECTED)]
    added = [one for one in left if one.verdict == ADDED]
    rows += [ReadFinding(None, decision) for decision in (*earlier, *added)]
    return ReadResult(tuple(rows), reading)


def renumbered(reading: Reading, before: Sequence[str], after: Sequence[str]) -> Reading:
    """A reading whose slices are counted in other images of the same series.

    What lies on an image that is gone is left out, and so is a measurement on another plane when
    the images differ.

    Args:
        reading: Its slices are counted in `before`.
        before: What identifies each image, foot to head.
        after: The same for the images that there are now.
    """
    if tuple(before) == tuple(after):
        return reading
    numbers = {name: index for index, name in enumerate(after)}
    now = {index: numbers[name] for index, name in enumerate(before) if name in numbers}
    return replace(
        reading,
        decisions=tuple(
            _renumbered_decision(one, now)
            for one in reading.decisions
            if all(place.slice_index in now for place in (one.place, one.model_place or one.place))
        ),
        key_slices=tuple(sorted(now[index] for index in reading.key_slices if index in now)),
        measurements=tuple(
            replace(one, slice_index=now[one.slice_index])
            for one in reading.measurements
            if one.plane == ACQUIRED and one.slice_index in now
        ),
    )


def _renumbered_decision(decision: ReaderDecision, now: Mapping[int, int]) -> ReaderDecision:
    place, model = decision.place, decision.model_place
    return replace(
        decision,
        place=replace(place, slice_index=now[place.slice_index]),
        model_place=model and replace(model, slice_index=now[model.slice_index]),
    )


def finding_of(decision: ReaderDecision, findings: Sequence[Finding]) -> Finding | None:
    """The finding that a decision is about, at whatever threshold; None for an added one."""
    if decision.model_place is None:
        return None
    where = np.array(decision.model_place.center_lps_mm)

    def distance(finding: Finding) -> float:
        return float(np.linalg.norm(np.array(finding.center_lps_mm) - where))

    near = [finding for finding in findings if distance(finding) <= SAME_PLACE_MM]
    return min(near, key=distance, default=None)


def is_same_subject(one: ReaderDecision, other: ReaderDecision) -> bool:
    """Whether two decisions are about the same finding."""
    if one.model_place is None or other.model_place is None:
        return one.model_place is other.model_place and one.place == other.place
    return one.model_place.center_lps_mm == other.model_place.center_lps_mm


def _is_on(decision: ReaderDecision | None, finding: Finding) -> bool:
    """Whether a decision was made on just this place, and not on one nearby."""
    place = None if decision is None else decision.model_place
    return place is not None and place.center_lps_mm == finding.center_lps_mm


def _stamp(now: datetime | None) -> str:
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
