from __future__ import annotations

import json
import logging
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hcc_viewer import audit
from hcc_viewer.audit_chain import ChainCheck, append, check
from hcc_viewer.cli import main
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


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    """Four lines, one of them longer than what is read at once."""
    path = tmp_path / "audit.jsonl"
    for number in range(4):
        append(path, {"event": "sent", "uids": ["1.2"] * (3000 if number == 1 else number)})
    return path


def test_lines_as_they_were_written_fit(chain: Path) -> None:
    assert check(chain) == ChainCheck(4, 4, None)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda lines: lines[:1] + lines[2:], 2),
        (lambda lines: [lines[1], lines[0], *lines[2:]], 1),
        (lambda lines: [lines[0].replace(b"sent", b"kept"), *lines[1:]], 2),
        (lambda lines: [lines[0], b'{"event": "sent"}\n', *lines[1:]], 2),
        (lambda lines: [lines[0], b"no JSON\n", *lines[1:]], 2),
    ],
)
def test_a_line_taken_out_moved_changed_or_put_in_shows(
    chain: Path, change: Callable[[list[bytes]], list[bytes]], line: int
) -> None:
    chain.write_bytes(b"".join(change(chain.read_bytes().splitlines(keepends=True))))

    assert check(chain).broken_at == line


def test_lines_of_an_early_version_stay_and_the_chain_begins_after_them(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    path.write_text('{"event": "detected"}\n')

    audit.record(audit.fetched("A", "1.2"), path)

    assert check(path) == ChainCheck(2, 1, None)


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of a file's size there")
def test_a_full_disk_takes_no_half_line(chain: Path) -> None:
    import resource  # nowhere but on Unix

    before = chain.read_bytes()
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 20, old[1]))
    try:
        written = audit.record(audit.sent("PACS", ["1.2.3"]), chain)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, handler)

    assert not written
    assert chain.read_bytes() == before
    append(chain, {"event": "later"})
    assert check(chain).broken_at is None


def test_a_line_that_a_power_cut_left_half_takes_no_other_with_it(chain: Path) -> None:
    with chain.open("a") as file:
        file.write('{"event": "ha')

    append(chain, {"event": "later"})

    assert json.loads(chain.read_text().splitlines()[-1])["event"] == "later"
    found = check(chain)
    assert found.broken_at == found.lines - 1


def test_several_writers_make_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: append(path, {"number": number}), range(80)))

    assert check(path) == ChainCheck(80, 80, None)


def test_the_command_tells_whether_the_log_is_whole(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "audit.jsonl"
    monkeypatch.setattr(audit, "audit_path", lambda: path)
    assert main(["audit"]) == 0
    for uid in ("1.2", "1.3"):
        audit.record(audit.fetched("A", uid), path)

    assert main(["audit"]) == 0
    path.write_text(path.read_text().replace('"1.2"', '"1.4"'))
    assert main(["audit"]) == 1

    said = capsys.readouterr().out
    assert "nothing has been done yet" in said
    assert "2 lines, 2 with the hash of the line before.\nAll fit." in said
    assert "Line 2 does not fit what stands before it" in said
