"""An append-only log of what was detected, decided, exported, sent and fetched.

One JSON object a line, by model hash and DICOM UIDs, without names, dates of birth, identifiers,
or paths (which often hold a patient's name). Several windows may share the file; nothing in the
program ever shortens it, and each line carries the hash of the one before (`audit_chain`).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hcc_viewer import __version__, paths
from hcc_viewer.audit_chain import append

if TYPE_CHECKING:
    from hcc_viewer.detection import Detection
    from hcc_viewer.detection.decisions import ReaderDecision

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class AuditEvent:
    """One thing that was done."""

    event: str
    """`detected`, `decided`, `exported`, `sent`, `fetched` or `deidentified`."""
    study_instance_uid: str = ""
    series_instance_uid: str = ""
    model: str = ""
    """Name and version."""
    model_sha256: str = ""
    details: dict[str, object] = field(default_factory=dict)
    """Numbers, formats, verdicts and UIDs."""


def audit_path() -> Path:
    """The file."""
    return paths.data_dir() / "audit.jsonl"


def record(event: AuditEvent, path: Path | None = None, now: datetime | None = None) -> bool:
    """Append an event; a log that cannot be written is told to the program's log and does not stop.

    Returns:
        Whether it was written.
    """
    path = path or audit_path()
    moment = (now or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    values = {key: value for key, value in asdict(event).items() if value}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        append(path, {"time": moment, "software": __version__, **values})
    except OSError as error:
        logger.warning("The audit log cannot be written: %s", error.strerror)
        return False
    return True


def detected(detection: Detection) -> AuditEvent:
    """A model ran on a series."""
    return _about(
        "detected",
        detection,
        threshold=detection.threshold,
        slices=len(detection.slices),
        flagged=len(detection.flagged),
        findings=[round(finding.probability, 4) for finding in detection.findings],
    )


def decided(detection: Detection, decision: ReaderDecision) -> AuditEvent:
    """A reader decided on a finding; the note stays out, since it is free text."""
    return _about(
        "decided",
        detection,
        verdict=decision.verdict,
        slice=decision.place.slice_index,
        sop_instance_uid=decision.place.sop_instance_uid,
        model_probability=decision.model_probability,
    )


def exported(detection: Detection, formats: Sequence[str], identified: bool) -> AuditEvent:
    """A report was written."""
    return _about("exported", detection, formats=list(formats), identified=identified)


def sent(ae_title: str, instance_uids: Sequence[str]) -> AuditEvent:
    """Objects were stored in a PACS."""
    details: dict[str, object] = {"to": ae_title, "sop_instance_uids": list(instance_uids)}
    return AuditEvent("sent", details=details)


def fetched(ae_title: str, study_uid: str) -> AuditEvent:
    """A study was brought from a PACS."""
    return AuditEvent("fetched", study_uid, details={"from": ae_title})


def deidentified(new_study_uids: Sequence[str], instances: int) -> AuditEvent:
    """A study was written without identity; which one it was is not told."""
    details: dict[str, object] = {"new_study_uids": list(new_study_uids), "instances": instances}
    return AuditEvent("deidentified", details=details)


def _about(event: str, detection: Detection, **details: object) -> AuditEvent:
    series, model = detection.series, detection.model
    return AuditEvent(
        event,
        series.study_instance_uid,
        series.series_instance_uid,
        f"{model.name} {model.version}",
        model.sha256,
        details,
    )
