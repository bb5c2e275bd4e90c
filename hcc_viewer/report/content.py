"""Everything that a report says, in words and numbers, before any format lays it out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hcc_viewer import HEAT_MAP_CAPTION, NEGATIVE_RESULT, RESEARCH_USE, __version__
from hcc_viewer.detection import Detection, ModelCard, ModelIdentity
from hcc_viewer.detection.decisions import (
    ACCEPTED,
    ADDED,
    CORRECTED,
    REJECTED,
    Reading,
    ReadResult,
    read_result,
)
from hcc_viewer.detection.model_card import CurvePoint, OperatingPoint
from hcc_viewer.detection.types import Timing
from hcc_viewer.dicom import Patient, Series, Volume
from hcc_viewer.errors import Notice
from hcc_viewer.report.rows import (
    FindingRow,
    MeasurementRow,
    ModelFindingRow,
    SliceRow,
    measurement_row,
    model_row,
    reader_row,
    slice_row,
)
from hcc_viewer.report.words import (
    Fact,
    count,
    number,
    patient_facts,
    patient_text,
    probability_text,
    series_facts,
    shortened,
    study_facts,
)

TITLE = "HCC Viewer: detection report"

SOFTWARE_NAME = "HCC Viewer"

PAPER_SIZES = ("a4", "letter")
"""The sheets that a report may be printed on."""

UNCONFIRMED = "The findings are the computer's; no reader has confirmed them."
"""Stands with a list of findings on which no reader has decided."""

READ_FIRST = "The reader had read the series before the result was shown."

MAX_PICTURED = 20
"""Findings beyond this many stand in the table only."""

NOTE_BESIDE = 120
"""Characters of a note beside the pictures; a longer one stands whole below them."""

SAME_THRESHOLD = 0.0005
"""Thresholds that differ by less are the same: people see and set three decimals."""


@dataclass(frozen=True)
class ReportContent:
    """All that a report says. Every writer takes its words and numbers from here."""

    title: str
    created: datetime
    software_name: str
    software_version: str
    patient: Patient | None
    """None unless the report is to be identified."""
    series: Series
    patient_facts: tuple[Fact, ...]
    study_facts: tuple[Fact, ...]
    series_facts: tuple[Fact, ...]
    model: ModelIdentity
    threshold: float
    threshold_text: str
    """The threshold and, where the model card tells, what was measured at it."""
    summary: str
    """The result in one or two sentences."""
    findings: tuple[ModelFindingRow, ...]
    """The model's, the most probable first."""
    reader_findings: tuple[FindingRow, ...]
    """Those that the reader added, or accepted at another threshold."""
    reading: Reading | None
    """What the reader left on the series; None: nobody has read it in the program."""
    review: str
    """How far a reader has decided on the findings, and whether before the result was shown."""
    measurements: tuple[MeasurementRow, ...]
    slices: tuple[SliceRow, ...]
    warnings: tuple[Notice, ...]
    labels: tuple[str, ...]
    """What stands on every page and picture (docs/architecture.md, words)."""
    timing: Timing
    paper_size: str = "a4"
    """One of `PAPER_SIZES`."""

    def __post_init__(self) -> None:
        if self.paper_size not in PAPER_SIZES:
            raise ValueError(
                f"the paper size is one of {', '.join(PAPER_SIZES)}, not '{self.paper_size}'"
            )

    @property
    def all_findings(self) -> tuple[FindingRow, ...]:
        """The model's and the reader's."""
        return (*self.findings, *self.reader_findings)

    @property
    def flagged(self) -> tuple[SliceRow, ...]:
        """The flagged slices, foot to head."""
        return tuple(row for row in self.slices if row.flagged)

    @property
    def pictured_findings(self) -> tuple[FindingRow, ...]:
        """The findings that get pages of pictures: the most probable ones, and the reader's."""
        return (*self.findings[:MAX_PICTURED], *self.reader_findings[:MAX_PICTURED])

    @property
    def pictures_note(self) -> str:
        """Which findings have no pictures; empty when all have."""
        parts = []
        if len(self.findings) > MAX_PICTURED:
            parts.append(f"Pictures follow for the {MAX_PICTURED} most probable findings.")
        own = len(self.reader_findings)
        if own > MAX_PICTURED:
            parts.append(
                f"Of the {own} findings by the reader, the first {MAX_PICTURED} have pictures."
            )
        return " ".join(parts)

    @property
    def patient_text(self) -> str:
        """Name and ID for the head of every page; empty unless the report is identified."""
        return "" if self.patient is None else patient_text(self.patient)

    @property
    def measured_facts(self) -> tuple[Fact, ...]:
        """What the reader measured, one line each."""
        return tuple(Fact(f"{row.kind}, {row.place}", row.value) for row in self.measurements)

    def heading_of(self, row: FindingRow) -> str:
        """The title of a finding's page."""
        where = f"slice {row.peak_slice} of {len(self.slices)}"
        if isinstance(row, ModelFindingRow):
            where = f"moved by the reader to {where}" if row.model_place else where
            return f"Finding {row.key}: probability {row.probability}, {where}"
        return f"Finding {row.key}: {row.reader} by the reader, {where}"

    def facts_of(self, row: FindingRow) -> tuple[Fact, ...]:
        """The numbers of one finding, for beside its pictures."""
        of_model = isinstance(row, ModelFindingRow)
        limit = f" (threshold {number(self.threshold)})" if of_model else ""
        slice_name = "Slice" if row.model_place else "Peak slice"
        facts = (
            Fact("Probability", f"{row.probability}{limit}"),
            Fact("Reader", row.reader),
            Fact("Model's place", row.model_place),
            Fact("Note", shortened(row.note, NOTE_BESIDE)),
            Fact("Slices", row.slices),
            Fact(slice_name, f"{row.peak_slice} of {len(self.slices)}"),
            Fact("Row, column", row.pixel),
            Fact("Position (mm)", row.position),
            Fact("Map extent" if of_model else "Width", row.extent),
            Fact("Series", shortened(self.series.title, 60)),
        )
        return tuple(fact for fact in facts if fact.value)

    def long_note_of(self, row: FindingRow) -> str:
        """The reader's note on a finding where it is too long for beside the pictures."""
        return row.note if len(row.note) > NOTE_BESIDE else ""

    @property
    def software(self) -> str:
        """Name and version of the program."""
        return f"{self.software_name} {self.software_version}"

    @property
    def created_text(self) -> str:
        """Date and time of the report."""
        return self.created.strftime("%Y-%m-%d %H:%M %Z").strip()


def make_content(
    detection: Detection,
    volume: Volume,
    identified: bool = False,
    *,
    card: ModelCard | None = None,
    reading: Reading | None = None,
    paper_size: str = "a4",
    now: datetime | None = None,
) -> ReportContent:
    """Put a result into words.

    Args:
        detection: The result.
        volume: The volume that it was found on.
        identified: Whether name, birth date and patient id are said.
        card: The model's card, for what was measured at the threshold.
        reading: What a reader decided, marked and measured; None: nobody has read it.
        paper_size: One of `PAPER_SIZES`.
        now: Date and time of the report; None: this moment.

    Raises:
        ValueError: The paper size is unknown.
    """
    series = detection.series
    read = read_result(detection, reading or Reading())
    return ReportContent(
        title=TITLE,
        created=now or datetime.now().astimezone(),
        software_name=SOFTWARE_NAME,
        software_version=__version__,
        patient=series.patient if identified else None,
        series=series,
        patient_facts=patient_facts(series.patient) if identified else (),
        study_facts=study_facts(series),
        series_facts=series_facts(series),
        model=detection.model,
        threshold=detection.threshold,
        threshold_text=threshold_text(detection.threshold, card),
        summary=summary_text(read, detection),
        findings=tuple(
            model_row(one, one.finding, series) for one in read.findings if one.finding is not None
        ),
        reader_findings=_reader_rows(read, series),
        reading=reading,
        review=review_text(read),
        measurements=tuple(map(measurement_row, read.reading.measurements)),
        slices=tuple(slice_row(prediction, detection) for prediction in detection.slices),
        warnings=_unique(series.warnings + volume.warnings + detection.warnings),
        labels=labels(detection.model),
        timing=detection.timing,
        paper_size=paper_size,
    )


def labels(model: ModelIdentity) -> tuple[str, ...]:
    """The sentences that stand on every page and picture of a result."""
    return (
        RESEARCH_USE,
        f"Model {model.label}, trained on {model.trained_on.rstrip('.')}.",
        NEGATIVE_RESULT,
        HEAT_MAP_CAPTION,
    )


def threshold_text(threshold: float, card: ModelCard | None) -> str:
    """The threshold, with sensitivity and specificity where the card measured them there."""
    text = f"A slice is flagged from a probability of {number(threshold)}"
    if card is None or not card.operating_points:
        return f"{text}."
    named = min(card.operating_points, key=lambda point: abs(point.threshold - threshold))
    if abs(named.threshold - threshold) < SAME_THRESHOLD:
        return f"{text} (operating point {named.name}). {_measured_text(named)}"
    near = [p for p in card.operating_curve if abs(p.threshold - threshold) < SAME_THRESHOLD]
    if not near:
        return f"{text}. The model card has no measurement at this threshold."
    return f"{text}. {_measured_text(min(near, key=lambda p: abs(p.threshold - threshold)))}"


def summary_text(read: ReadResult, detection: Detection) -> str:
    """The result in one or two sentences; negative only where the reader has no finding either."""
    total, flagged = len(detection.examined), len(detection.flagged)
    own = sum(one.is_positive for one in read.findings)
    ending = f"{count(own, 'finding')} by the reader." if own else NEGATIVE_RESULT
    if not total:
        return f"No slice was examined. {ending}"
    if detection.findings:
        found = count(len(detection.findings), "finding")
        return f"{found}; {flagged} of {total} slices flagged."
    top = max(detection.examined, key=lambda prediction: prediction.probability)
    highest = f"{probability_text(top.probability)} (slice {top.index + 1})"
    most = f"the highest probability is {highest}"
    if flagged:
        most = f"{flagged} of {total} slices flagged, at most {highest}"
    if own:
        return f"The model: no finding at this threshold; {most}. {ending}"
    if flagged:
        return f"No finding; {most}."
    return f"No finding: no slice reached the threshold; {most}. {ending}"


def _measured_text(point: OperatingPoint | CurvePoint) -> str:
    """What was measured at a threshold, and on whom."""
    amount = f"{point.false_findings_per_patient:.2g}"
    findings = "finding" if amount == "1" else "findings"
    return (
        f"Measured there on the model's tuning cases: sensitivity {point.sensitivity:.0%} and "
        f"specificity {point.specificity:.0%} of slices, "
        f"{amount} false {findings} per case."
    )


def review_text(read: ReadResult) -> str:
    """How far a reader has decided on the findings, and whether before the result was shown."""
    order = READ_FIRST if read.reading.read_first else ""
    return " ".join(filter(None, (_decided_text(read), order)))


def _decided_text(read: ReadResult) -> str:
    """How far a reader has decided on the findings; empty without findings."""
    if not read.findings:
        return ""
    decided = [one for one in read.findings if one.decision is not None]
    if not decided:
        return UNCONFIRMED
    verdicts = (ACCEPTED, CORRECTED, REJECTED, ADDED)
    counts = ", ".join(f"{read.count(word)} {word}" for word in verdicts if read.count(word))
    text = (
        f"A reader decided on {len(decided)} of {count(len(read.findings), 'finding')}: {counts}."
    )
    if not read.is_complete:
        text += " The others are the computer's; no reader has confirmed them."
    return text


def _reader_rows(read: ReadResult, series: Series) -> tuple[FindingRow, ...]:
    decisions = [one.decision for one in read.findings if one.finding is None and one.decision]
    return tuple(reader_row(place, one, series) for place, one in enumerate(decisions, 1))


def _unique(notices: tuple[Notice, ...]) -> tuple[Notice, ...]:
    """The notices without repetitions: series, volume and detection may share them."""
    return tuple(dict.fromkeys(notices))
