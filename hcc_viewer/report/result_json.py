"""Writes `result.json`: the result for other programs (docs/architecture.md, command line)."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from hcc_viewer.detection import Detection, Finding
from hcc_viewer.detection.decisions import Place, ReaderDecision
from hcc_viewer.dicom import Patient, Volume
from hcc_viewer.report.content import ReportContent
from hcc_viewer.report.rows import ModelFindingRow, SliceRow

FILE_NAME = "result.json"

FORMAT = "hcc-viewer-result"

VERSION = 1

PROGRAM = "hcc-viewer"
"""The name of the software as the contract writes it."""


def files(
    content: ReportContent, detection: Detection, volume: Volume
) -> Iterator[tuple[str, bytes]]:
    """Yield `result.json`."""
    text = json.dumps(result_record(content), indent=1, ensure_ascii=False, allow_nan=False)
    yield FILE_NAME, f"{text}\n".encode()


def result_record(content: ReportContent) -> dict[str, Any]:
    """The result as JSON values, keys in the order of the contract, numbers finite or null."""
    series, model, timing = content.series, content.model, content.timing
    patient = {} if content.patient is None else {"patient": _patient(content.patient)}
    return {
        "format": FORMAT,
        "version": VERSION,
        "software": {"name": PROGRAM, "version": content.software_version},
        "model": {
            "name": model.name,
            "version": model.version,
            "sha256": model.sha256,
            "threshold": content.threshold,
            "trained_on": model.trained_on,
        },
        **patient,
        "study": {"study_instance_uid": series.study_instance_uid},
        "series": {
            "series_instance_uid": series.series_instance_uid,
            "description": series.description,
            "phase": {"score": series.phase.score, "reasons": list(series.phase.reasons)},
        },
        "warnings": [{"code": w.code, "message": w.message} for w in content.warnings],
        "slices": [_slice(row) for row in content.slices],
        "findings": [_finding(row, content) for row in content.findings],
        **_reading(content),
        "timing_s": {
            name: _finite(getattr(timing, name), 4)
            for name in ("read", "prepare", "predict", "total")
        },
    }


def _patient(patient: Patient) -> dict[str, str]:
    return {
        "name": patient.name,
        "patient_id": patient.patient_id,
        "birth_date": patient.birth_date,
        "sex": patient.sex,
    }


def _slice(row: SliceRow) -> dict[str, Any]:
    prediction = row.prediction
    return {
        "index": prediction.index,
        "sop_instance_uid": prediction.sop_instance_uid,
        "frame": prediction.frame,
        "position_mm": _finite(prediction.position_mm, 3),
        "probability": _finite(prediction.probability, 6),
        "flagged": row.flagged,
        "examined": prediction.is_examined,
        "peak": {
            "row": _finite(prediction.peak.row, 2),
            "column": _finite(prediction.peak.column, 2),
            "value": _finite(prediction.peak.value, 6),
        },
    }


def _finding(row: ModelFindingRow, content: ReportContent) -> dict[str, Any]:
    """A finding; with the reader's decision, or null, where a reader has been at the series."""
    decision = {} if content.reading is None else {"decision": _decision(row.decision)}
    return {**_model_finding(row.finding), **decision}


def _reading(content: ReportContent) -> dict[str, Any]:
    """What the reader left beside the model's findings; nothing where there was no reader."""
    if content.reading is None:
        return {}
    own = [_decision(row.decision) for row in content.reader_findings]
    return {
        "reading": {
            "read_first": content.reading.read_first,
            "key_slices": list(content.reading.key_slices),
            "findings": own,
            "measurements": [asdict(row.measurement) for row in content.measurements],
        }
    }


def _decision(decision: ReaderDecision | None) -> dict[str, Any] | None:
    if decision is None:
        return None
    return {
        "verdict": decision.verdict,
        "note": decision.note,
        "decided_at": decision.decided_at,
        "place": _place(decision.place),
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "slice": place.slice_index,
        "row": _finite(place.row, 2),
        "column": _finite(place.column, 2),
        "center_lps_mm": [_finite(value, 3) for value in place.center_lps_mm],
        "extent_mm": None if place.extent_mm is None else _finite(place.extent_mm, 2),
    }


def _model_finding(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "slices": [finding.first_slice, finding.last_slice],
        "peak_slice": finding.peak_slice,
        "row": _finite(finding.row, 2),
        "column": _finite(finding.column, 2),
        "center_lps_mm": [_finite(value, 3) for value in finding.center_lps_mm],
        "extent_mm": _finite(finding.extent_mm, 2),
        "probability": _finite(finding.probability, 6),
    }


def _finite(value: float, decimals: int) -> float | None:
    """The number, rounded; None where it is not one, since JSON has no word for that."""
    value = float(value)
    return round(value, decimals) if math.isfinite(value) else None
