"""What a reader decided and measured, as content items of measurement groups in the SR.

The person is the group's observer (HAS OBS CONTEXT, TID 1003), the decision a coded evaluation; a
finding on which nobody decided says so.
"""

from __future__ import annotations

from datetime import datetime

from highdicom import sr
from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from hcc_viewer.detection.decisions import (
    ACCEPTED,
    ADDED,
    CORRECTED,
    REJECTED,
    UNDECIDED,
    Measurement,
    ReaderDecision,
)
from hcc_viewer.report.dicom_common import SCHEME, UNNAMED_READER
from hcc_viewer.report.rows import FindingRow

READER_DECISION = Code("reader-decision", SCHEME, "Decision of the reader")

MODEL_PLACE = Code("model-place", SCHEME, "Place that the model gave")

_LENGTH = Code("410668003", "SCT", "Length")
_ANGLE = Code("1483009", "SCT", "Angle")
_AREA = Code("42798000", "SCT", "Area")

VERDICT_CODES = {
    ACCEPTED: Code("accepted", SCHEME, "Accepted by the reader"),
    REJECTED: Code("rejected", SCHEME, "Rejected by the reader"),
    CORRECTED: Code("corrected", SCHEME, "Accepted at a corrected place"),
    ADDED: Code("added", SCHEME, "Added by the reader"),
    UNDECIDED: Code("unverified", SCHEME, "Unverified: not reviewed by a reader"),
}
"""Codes of our own: the standard has none for a reader's answer to one CAD finding."""


def evaluation(decision: ReaderDecision | None) -> sr.QualitativeEvaluation:
    """The decision as a coded value."""
    verdict = UNDECIDED if decision is None else decision.verdict
    return sr.QualitativeEvaluation(READER_DECISION, VERDICT_CODES[verdict])


def add_reader(group: Dataset, row: FindingRow) -> None:
    """Put observer, time and note of a decision into a measurement group's container.

    Where the reader moved the finding, the group's point is the reader's, and the model's place is
    a text beside it.
    """
    decision = row.decision
    if decision is None:
        return
    observed(group)
    contains = sr.RelationshipTypeValues.CONTAINS
    for name, text in ((codes.DCM.Comment, row.note), (MODEL_PLACE, row.model_place)):
        if text:
            group.ContentSequence.append(sr.TextContentItem(name, text, contains))
    moment = _moment(decision.decided_at)
    if moment is not None:
        group.ObservationDateTime = moment.strftime("%Y%m%d%H%M%S+0000")


def measured(measurement: Measurement) -> list[sr.Measurement]:
    """The numbers of a measurement of the reader, as far as standard terms name them."""
    values = (
        (_LENGTH, measurement.length_mm, codes.UCUM.Millimeter),
        (_ANGLE, measurement.angle_deg, codes.UCUM.Degree),
        (_AREA, measurement.area_mm2, codes.UCUM.SquareMillimeter),
    )
    return [
        sr.Measurement(name, round(value, 3), unit)
        for name, value, unit in values
        if value is not None
    ]


def observed(group: Dataset) -> None:
    """Name the reader as the observer of a measurement group."""
    group.ContentSequence.extend(_observer())


def _observer() -> list[sr.ContentItem]:
    context = sr.RelationshipTypeValues.HAS_OBS_CONTEXT
    return [
        sr.CodeContentItem(codes.DCM.ObserverType, codes.DCM.Person, context),
        sr.PnameContentItem(codes.DCM.PersonObserverName, UNNAMED_READER, context),
    ]


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
