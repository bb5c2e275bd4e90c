from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hcc_viewer import audit
from hcc_viewer.detection.decisions import decide
from tests.report.make_detection import MODEL, PATIENT, make_detection

MOMENT = datetime(2024, 1, 31, 9, 30, tzinfo=UTC)


def _lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_each_event_is_a_line_by_model_hash_and_uids(tmp_path: Path) -> None:
    path = tmp_path / "new" / "audit.jsonl"
    detection = make_detection()

    audit.record(audit.detected(detection), path, MOMENT)
    audit.record(audit.exported(detection, ["pdf"], identified=True), path, MOMENT)

    first, second = _lines(path)
    assert (first["event"], second["event"]) == ("detected", "exported")
    assert first["time"] == "2024-01-31T09:30:00Z"
    assert first["model_sha256"] == MODEL.sha256
    assert first["series_instance_uid"] == "1.2.3.4.5"
    assert first["details"] == {
        "threshold": 0.5, "slices": 12, "flagged": 3, "findings": [0.97],
    }  # fmt: skip


def test_no_event_holds_a_name_a_note_or_a_path(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    detection = make_detection()
    decision = decide(detection.findings[0], detection, "accepted", f"{PATIENT.name} again")

    for event in (
        audit.detected(detection),
        audit.decided(detection, decision),
        audit.exported(detection, ["sr"], identified=True),
        audit.sent("ORTHANC", ["1.2"]),
        audit.fetched("ORTHANC", "1.2"),
        audit.deidentified(["1.2"], 3),
    ):
        assert audit.record(event, path)

    text = path.read_text()
    assert len(_lines(path)) == 6
    words = (PATIENT.name, PATIENT.patient_id, PATIENT.birth_date, "slice-4.dcm", "again")
    assert not any(word in text for word in words)


def test_what_is_written_stays(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    path.write_text("earlier\n")

    audit.record(audit.fetched("A", "1.2"), path)

    assert path.read_text().startswith("earlier\n{")


def test_a_log_that_cannot_be_written_does_not_stop_the_work(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")

    with caplog.at_level(logging.WARNING):
        assert not audit.record(audit.fetched("A", "1.2"), tmp_path / "file" / "audit.jsonl")

    assert "audit log cannot be written" in caplog.text
