"""Everything that a report says, in words and numbers, before any format lays it out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hcc_viewer import HEAT_MAP_CAPTION, NEGATIVE_RESULT, RESEARCH_USE, __version__
from hcc_viewer.detection import Detection, Finding, ModelCard, ModelIdentity, SlicePrediction
from hcc_viewer.detection.model_card import CurvePoint, OperatingPoint
from hcc_viewer.detection.types import Timing
from hcc_viewer.dicom import Patient, Series, Volume
from hcc_viewer.errors import Notice
from hcc_viewer.report.words import (
    Fact,
    count,
    length_text,
    number,
    patient_facts,
    position_text,
    probability_text,
    series_facts,
    shortened,
    study_facts,
)

TITLE = "HCC Viewer: detection report"

SOFTWARE_NAME = "HCC Viewer"

UNCONFIRMED = "The findings are the computer's; no reader has confirmed them."
"""Stands with every list of findings until readers can decide on them in the program."""

FINDING_HEADINGS = ("No.", "Probability", "Slices", "Peak slice", "Position (mm)", "Extent")
"""Of the table of findings; `FindingRow.cells` goes under it."""

MAX_PICTURED = 20
"""Findings beyond this many stand in the table only."""

SAME_THRESHOLD = 0.0005
"""Thresholds that differ by less are the same: people see and set three decimals."""


@dataclass(frozen=True)
class FindingRow:
    """One line of the table of findings: the finding, and how it is written."""

    finding: Finding
    probability: str
    slices: str
    """`42` or `42-46`: numbers as people count, from 1 at the foot end."""
    peak_slice: str
    pixel: str
    """Row and column of the peak, zero-based, as in `result.json`."""
    position: str
    """Patient position in mm, such as `R 63.2  A 41.0  H 102.4`."""
    extent: str
    """Width of the heat map around the peak, which is not the lesion's size."""

    @property
    def cells(self) -> tuple[str, ...]:
        """The line of the table."""
        id_ = str(self.finding.id)
        return id_, self.probability, self.slices, self.peak_slice, self.position, self.extent


@dataclass(frozen=True)
class SliceRow:
    """What is reported of one slice."""

    prediction: SlicePrediction
    number: int
    """As people count: from 1 at the foot end."""
    flagged: bool
    finding_ids: tuple[int, ...]
    """The findings that span this slice; only a flagged slice has any."""
    probability: str
    position: str


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
    findings: tuple[FindingRow, ...]
    slices: tuple[SliceRow, ...]
    warnings: tuple[Notice, ...]
    labels: tuple[str, ...]
    """What stands on every page and picture (docs/architecture.md, words)."""
    timing: Timing

    @property
    def flagged(self) -> tuple[SliceRow, ...]:
        """The flagged slices, foot to head."""
        return tuple(row for row in self.slices if row.flagged)

    @property
    def pictured_findings(self) -> tuple[FindingRow, ...]:
        """The findings that get pages of pictures: the most probable ones."""
        return self.findings[:MAX_PICTURED]

    @property
    def pictures_note(self) -> str:
        """Which findings have no pictures; empty when all have."""
        rest = len(self.findings) - MAX_PICTURED
        return f"Pictures follow for the {MAX_PICTURED} most probable findings." if rest > 0 else ""

    def heading_of(self, row: FindingRow) -> str:
        """The title of a finding's page."""
        where = f"slice {row.peak_slice} of {len(self.slices)}"
        return f"Finding {row.finding.id}: probability {row.probability}, {where}"

    def facts_of(self, row: FindingRow) -> tuple[Fact, ...]:
        """The numbers of one finding, for beside its pictures."""
        return (
            Fact("Probability", f"{row.probability} (threshold {number(self.threshold)})"),
            Fact("Slices", row.slices),
            Fact("Peak slice", f"{row.peak_slice} of {len(self.slices)}"),
            Fact("Row, column", row.pixel),
            Fact("Position (mm)", row.position),
            Fact("Map extent", row.extent),
            Fact("Series", shortened(self.series.title, 60)),
        )

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
    now: datetime | None = None,
) -> ReportContent:
    """Put a result into words.

    Args:
        detection: The result.
        volume: The volume that it was found on.
        identified: Whether name, birth date and patient id are said.
        card: The model's card, for what was measured at the threshold.
        now: Date and time of the report; None: this moment.
    """
    series = detection.series
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
        summary=summary_text(detection),
        findings=tuple(_finding_row(finding, series) for finding in detection.findings),
        slices=tuple(_slice_row(prediction, detection) for prediction in detection.slices),
        warnings=_unique(series.warnings + volume.warnings + detection.warnings),
        labels=labels(detection.model),
        timing=detection.timing,
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


def summary_text(detection: Detection) -> str:
    """The result in one or two sentences."""
    total, flagged = len(detection.slices), len(detection.flagged)
    if not total:
        return f"No slice was examined. {NEGATIVE_RESULT}"
    if detection.findings:
        found = count(len(detection.findings), "finding")
        return f"{found}; {flagged} of {total} slices flagged."
    top = max(detection.slices, key=lambda prediction: prediction.probability)
    highest = f"{probability_text(top.probability)} (slice {top.index + 1})"
    if flagged:
        return f"No finding; {flagged} of {total} slices flagged, at most {highest}."
    reason = f"no slice reached the threshold; the highest probability is {highest}"
    return f"No finding: {reason}. {NEGATIVE_RESULT}"


def _measured_text(point: OperatingPoint | CurvePoint) -> str:
    """What was measured at a threshold, and on whom."""
    return (
        f"Measured there on the model's tuning cases: sensitivity {point.sensitivity:.0%} and "
        f"specificity {point.specificity:.0%} of slices, "
        f"{point.false_findings_per_patient:.2g} false findings per case."
    )


def _finding_row(finding: Finding, series: Series) -> FindingRow:
    first, last = finding.first_slice + 1, finding.last_slice + 1
    known = series.geometry.known
    return FindingRow(
        finding=finding,
        probability=probability_text(finding.probability),
        slices=str(first) if first == last else f"{first}-{last}",
        peak_slice=str(finding.peak_slice + 1),
        pixel=f"{finding.row:.0f}, {finding.column:.0f}",
        position=position_text(finding.center_lps_mm) if known else "unknown",
        extent=length_text(finding.extent_mm) if known else "unknown",
    )


def _slice_row(prediction: SlicePrediction, detection: Detection) -> SliceRow:
    index = prediction.index
    flagged = prediction.probability >= detection.threshold
    spanning = tuple(f.id for f in detection.findings if f.first_slice <= index <= f.last_slice)
    known = detection.series.geometry.known
    return SliceRow(
        prediction=prediction,
        number=index + 1,
        flagged=flagged,
        finding_ids=spanning if flagged else (),
        probability=probability_text(prediction.probability),
        position=f"{prediction.position_mm:.1f} mm" if known else "unknown",
    )


def _unique(notices: tuple[Notice, ...]) -> tuple[Notice, ...]:
    """The notices without repetitions: series, volume and detection may share them."""
    return tuple(dict.fromkeys(notices))
