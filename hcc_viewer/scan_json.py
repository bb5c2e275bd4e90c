"""What `hcc-viewer scan --json` prints: the series of a study as plain values."""

from __future__ import annotations

from typing import Any

from hcc_viewer.dicom import Series, Study

FORMAT = "hcc-viewer-scan"
VERSION = 1


def scan_record(study: Study) -> dict[str, Any]:
    """A study as the contract in docs/architecture.md says; no patient data."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "series": [_series_record(series) for series in study.series],
        "skipped": [{"reason": reason, "count": count} for reason, count in study.skipped],
    }


def _series_record(series: Series) -> dict[str, Any]:
    return {
        "series_instance_uid": series.series_instance_uid,
        "description": series.description,
        "modality": series.modality,
        "slices": len(series.instances),
        "orientation": series.orientation,
        "spacing_mm": [round(value, 6) for value in series.geometry.spacing_mm],
        "phase": {"score": series.phase.score, "reasons": list(series.phase.reasons)},
        "detectable": series.detectable,
        "refusal": series.refusal,
        "warnings": [{"code": item.code, "message": item.message} for item in series.warnings],
        "instances": [
            {"sop_instance_uid": item.sop_instance_uid, "frame": item.frame}
            for item in series.instances
        ],
    }
