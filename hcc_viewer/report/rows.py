"""One line of a report for each finding and each slice, in words and with its numbers."""

from __future__ import annotations

from dataclasses import dataclass

from hcc_viewer.detection import Detection, Finding, SlicePrediction
from hcc_viewer.detection.decisions import (
    ADDED,
    REJECTED,
    Measurement,
    Place,
    ReaderDecision,
    ReadFinding,
)
from hcc_viewer.dicom import Series
from hcc_viewer.report.words import length_text, plain, position_text, probability_text

FINDING_HEADINGS = (
    "No.", "Probability", "Slices", "Peak slice", "Position (mm)", "Extent", "Reader",
)  # fmt: skip
"""Of the table of findings; `FindingRow.cells` goes under it."""

NOT_REVIEWED = "not reviewed"

NOT_EXAMINED = "not examined"
"""Of a slice that could not be read."""

_DASH = "\N{EN DASH}"


@dataclass(frozen=True)
class FindingRow:
    """One line of the table of findings: of the model, or of the reader alone."""

    key: str
    """`1` for the model's first, `R1` for the reader's first."""
    decision: ReaderDecision | None
    peak_index: int
    """The slice that is pictured, from 0 at the foot end."""
    mark: tuple[float, float]
    """(row, column) of the peak, or of where the reader moved it; zero-based."""
    center_lps_mm: tuple[float, float, float]
    """The same place in the patient."""
    probability: str
    slices: str
    """`42` or `42-46`: numbers as people count, from 1 at the foot end."""
    position: str
    """Patient position in mm, such as `R 63.2  A 41.0  H 102.4`."""
    extent: str
    """Width of the heat map around the peak, which is not the lesion's size."""
    reader: str
    """What the reader decided, in a word or two."""
    model_place: str = ""
    """Where the model says that it is, of a finding that the reader moved."""

    @property
    def peak_slice(self) -> str:
        """The pictured slice's number as people count."""
        return str(self.peak_index + 1)

    @property
    def pixel(self) -> str:
        """Row and column of the mark in words."""
        return f"{self.mark[0]:.0f}, {self.mark[1]:.0f}"

    @property
    def note(self) -> str:
        """What the reader wrote."""
        return "" if self.decision is None else plain(self.decision.note)

    @property
    def cells(self) -> tuple[str, ...]:
        """The line of the table."""
        where = (self.slices, self.peak_slice, self.position, self.extent)
        return self.key, self.probability, *where, self.reader


@dataclass(frozen=True, kw_only=True)
class ModelFindingRow(FindingRow):
    """The line of a finding of the model at the present threshold."""

    finding: Finding


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
class MeasurementRow:
    """What is reported of a measurement of the reader."""

    measurement: Measurement
    kind: str
    place: str
    value: str


def model_row(read: ReadFinding, finding: Finding, series: Series) -> ModelFindingRow:
    """The line of a model's finding, with what the reader decided on it.

    It lies where the reader moved it; its slices and extent are the model's.
    """
    first, last = finding.first_slice + 1, finding.last_slice + 1
    known = series.geometry.known
    decision = read.decision
    of_model = Place(finding.peak_slice, finding.row, finding.column, finding.center_lps_mm)
    moved = _moved_to(decision)
    place = moved or of_model
    return ModelFindingRow(
        key=str(finding.id),
        decision=decision,
        peak_index=place.slice_index,
        mark=(place.row, place.column),
        center_lps_mm=place.center_lps_mm,
        probability=probability_text(finding.probability),
        slices=str(first) if first == last else f"{first}-{last}",
        position=position_text(place.center_lps_mm) if known else "unknown",
        extent=length_text(finding.extent_mm) if known else "unknown",
        reader=NOT_REVIEWED if decision is None else decision.verdict,
        model_place=_place_text(of_model, series) if moved else "",
        finding=finding,
    )


def reader_row(number: int, decision: ReaderDecision, series: Series) -> FindingRow:
    """The line of a finding that the model does not have at the present threshold."""
    place, known = decision.place, series.geometry.known
    extent, probability = place.extent_mm, decision.model_probability
    suffix = "" if decision.verdict == ADDED else " at another threshold"
    of_model = decision.model_place if _moved_to(decision) else None
    return FindingRow(
        key=f"R{number}",
        decision=decision,
        peak_index=place.slice_index,
        mark=(place.row, place.column),
        center_lps_mm=place.center_lps_mm,
        probability=_DASH if probability is None else probability_text(probability),
        slices=str(place.slice_index + 1),
        position=position_text(place.center_lps_mm) if known else "unknown",
        extent=length_text(extent) if known and extent is not None else _DASH,
        reader=decision.verdict + suffix,
        model_place="" if of_model is None else _place_text(of_model, series),
    )


def slice_row(prediction: SlicePrediction, detection: Detection) -> SliceRow:
    """What is reported of a slice."""
    index = prediction.index
    flagged = prediction.reaches(detection.threshold)
    spanning = tuple(f.id for f in detection.findings if f.first_slice <= index <= f.last_slice)
    known, examined = detection.series.geometry.known, prediction.is_examined
    return SliceRow(
        prediction=prediction,
        number=index + 1,
        flagged=flagged,
        finding_ids=spanning if flagged else (),
        probability=probability_text(prediction.probability) if examined else NOT_EXAMINED,
        position=f"{prediction.position_mm:.1f} mm" if known else "unknown",
    )


def measurement_row(measurement: Measurement) -> MeasurementRow:
    """What is reported of a measurement."""
    where = f"slice {measurement.slice_index + 1}"
    if measurement.plane != "acquired":
        where = f"{measurement.plane} {where}"
    values = (
        (measurement.length_mm, "{:.1f} mm"),
        (measurement.angle_deg, "{:.1f}\N{DEGREE SIGN}"),
        (measurement.area_mm2, "area {:.0f} mm\N{SUPERSCRIPT TWO}"),
        (measurement.mean, "mean {:.5g}"),
        (measurement.sd, "SD {:.4g}"),
    )
    value = ", ".join(form.format(number) for number, form in values if number is not None)
    return MeasurementRow(measurement, measurement.kind, where, value or "unknown")


def _moved_to(decision: ReaderDecision | None) -> Place | None:
    """Where the reader has a finding of the model, when that is another place than the model's."""
    if decision is None or decision.model_place is None or decision.verdict == REJECTED:
        return None
    place, of_model = decision.place, decision.model_place
    there = (of_model.slice_index, of_model.row, of_model.column)
    return None if (place.slice_index, place.row, place.column) == there else place


def _place_text(place: Place, series: Series) -> str:
    where = f"slice {place.slice_index + 1}, row {place.row:.0f}, column {place.column:.0f}"
    if not series.geometry.known:
        return where
    return f"{where}; {position_text(place.center_lps_mm)}"
