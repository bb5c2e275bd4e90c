"""Writes `slices.csv` and `findings.csv`: the result as tables, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from hcc_viewer.detection import Detection, Finding
from hcc_viewer.detection.decisions import REJECTED, UNDECIDED, Place, ReaderDecision
from hcc_viewer.dicom import Volume
from hcc_viewer.names import name_text
from hcc_viewer.report.content import ReportContent
from hcc_viewer.report.words import plain

SLICES_NAME = "slices.csv"

FINDINGS_NAME = "findings.csv"

_ORIGIN = (
    "study_instance_uid",
    "series_instance_uid",
    "model_name",
    "model_version",
    "model_sha256",
    "threshold",
    "hcc_viewer_version",
    "note",
)

_SLICE = (
    "index",
    "slice_number",
    "sop_instance_uid",
    "frame",
    "position_mm",
    "probability",
    "flagged",
    "finding_ids",
    "peak_row",
    "peak_column",
    "peak_value",
)

_FINDING = (
    "id",
    "probability",
    "first_slice_index",
    "last_slice_index",
    "peak_slice_index",
    "peak_row",
    "peak_column",
    "center_x_lps_mm",
    "center_y_lps_mm",
    "center_z_lps_mm",
    "extent_mm",
    "reader_verdict",
    "reader_note",
    "decided_at",
)

_READER_PLACE = (
    "reader_slice_index",
    "reader_row",
    "reader_column",
    "reader_x_lps_mm",
    "reader_y_lps_mm",
    "reader_z_lps_mm",
)
"""Where the reader says that a finding is; empty where the reader says nothing, or rejects it."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A text that begins so is run as a formula by spreadsheets (OWASP, CSV injection)."""

_IDENTITY = ("patient_name", "patient_id")
"""The last columns of an identified report; others do not have them."""

Cell = str | int | float | bool | None


def files(
    content: ReportContent, detection: Detection, volume: Volume
) -> Iterator[tuple[str, bytes]]:
    """Yield the tables of slices and of findings."""
    who = () if content.patient is None else _IDENTITY
    yield SLICES_NAME, _table(_SLICE + _ORIGIN + who, slice_rows(content))
    yield FINDINGS_NAME, _table(_FINDING + _ORIGIN + _READER_PLACE + who, finding_rows(content))


def slice_rows(content: ReportContent) -> list[list[Cell]]:
    """One row per slice, foot to head; indices from 0 as in `result.json`, numbers from 1.

    Of a slice that could not be read nothing is told but where it is.
    """
    rows: list[list[Cell]] = []
    for row in content.slices:
        it = row.prediction
        ids = " ".join(str(id_) for id_ in row.finding_ids)
        place: list[Cell] = [it.index, row.number, it.sop_instance_uid, it.frame]
        where: list[Cell] = [round(it.position_mm, 3)]
        values: list[Cell] = [round(it.probability, 6), row.flagged, ids]
        peak: list[Cell] = [round(it.peak.row, 2), round(it.peak.column, 2)]
        peak.append(round(it.peak.value, 6))
        if not it.is_examined:
            values, peak = [None] * len(values), [None] * len(peak)
        rows.append([*place, *where, *values, *peak, *_origin(content), *_identity(content)])
    return rows


def finding_rows(content: ReportContent) -> list[list[Cell]]:
    """One row per finding: the model's, the most probable first, then the reader's own."""
    said = [(_model_cells(row.finding), row.decision) for row in content.findings]
    for own in content.reader_findings:
        if own.decision is not None:
            said.append((_own_cells(own.key, own.decision), own.decision))
    origin, who = _origin(content), _identity(content)
    return [
        [*cells, *_reader_cells(decision), *origin, *_place_cells(decision), *who]
        for cells, decision in said
    ]


def _model_cells(it: Finding) -> list[Cell]:
    slices: list[Cell] = [it.first_slice, it.last_slice, it.peak_slice]
    place: list[Cell] = [round(it.row, 2), round(it.column, 2)]
    center: list[Cell] = [round(value, 3) for value in it.center_lps_mm]
    return [it.id, round(it.probability, 6), *slices, *place, *center, round(it.extent_mm, 2)]


def _own_cells(key: str, decision: ReaderDecision) -> list[Cell]:
    """A finding that the model does not have at this threshold, or not at all."""
    it = decision.place
    whole: list[Cell] = [it.slice_index, it.slice_index]
    return [key, decision.model_probability, *whole, *_cells_of(it), it.extent_mm]


def _cells_of(place: Place) -> list[Cell]:
    center: list[Cell] = [round(value, 3) for value in place.center_lps_mm]
    return [place.slice_index, round(place.row, 2), round(place.column, 2), *center]


def _reader_cells(decision: ReaderDecision | None) -> list[Cell]:
    if decision is None:
        return [UNDECIDED, "", ""]
    return [decision.verdict, plain(decision.note), decision.decided_at]


def _place_cells(decision: ReaderDecision | None) -> list[Cell]:
    if decision is None or decision.verdict == REJECTED:
        return [None] * len(_READER_PLACE)
    return _cells_of(decision.place)


def safe_cell(value: Cell) -> str:
    """A cell as text; a text that a spreadsheet would run gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA_STARTS):
        return f"'{value}"
    return str(value)


def _origin(content: ReportContent) -> list[Cell]:
    """Where the row is from, and what must be said of it; the same in every row."""
    series, model = content.series, content.model
    uids: list[Cell] = [series.study_instance_uid, series.series_instance_uid]
    who: list[Cell] = [model.name, model.version, model.sha256, content.threshold]
    return [*uids, *who, content.software_version, " ".join(content.labels)]


def _identity(content: ReportContent) -> list[Cell]:
    """Name and ID of the patient if they are to be said."""
    patient = content.patient
    return [] if patient is None else [plain(name_text(patient.name)), plain(patient.patient_id)]


def _table(header: Sequence[str], rows: list[list[Cell]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return text.getvalue().encode()
