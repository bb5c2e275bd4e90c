from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.uid import MediaStorageDirectoryStorage

from hcc_viewer import audit
from hcc_viewer.cli import main
from hcc_viewer.errors import UsageError
from hcc_viewer.pacs import PacsSettings, Peer, StudyMatch, StudyQuery, commands
from hcc_viewer.pacs.commands import dicom_files, peer_from
from tests.pacs.conftest import OWN, Orthanc
from tests.report.make_detection import PATIENT
from tests.report.make_sources import make_files


def test_a_peer_is_a_name_of_the_settings_or_an_address() -> None:
    known = Peer("pacs", 104, "MAIN", "main")

    assert peer_from("main", PacsSettings((known,))) == known
    assert peer_from("AE@10.0.0.1:4242", PacsSettings()) == Peer("10.0.0.1", 4242, "AE")


@pytest.mark.parametrize("text", ["main", "AE@host", "AE@host:x", "@host:104", "A@h:99999"])
def test_a_peer_that_is_neither_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=text):
        peer_from(text, PacsSettings())


def test_a_folder_gives_its_dicom_files_only(tmp_path: Path) -> None:
    make_files(tmp_path, 2)
    (tmp_path / "result.json").write_text("{}")

    assert [path.name for path in dicom_files([tmp_path])] == ["0.dcm", "1.dcm"]


def test_a_dicomdir_of_a_folder_is_not_sent(tmp_path: Path) -> None:
    make_files(tmp_path, 2)
    listing = dcmread(tmp_path / "0.dcm")
    listing.file_meta.MediaStorageSOPClassUID = MediaStorageDirectoryStorage
    del listing.SOPClassUID, listing.SOPInstanceUID
    listing.save_as(tmp_path / "DICOMDIR", enforce_file_format=False)

    assert [path.name for path in dicom_files([tmp_path])] == ["0.dcm", "1.dcm"]


def test_a_folder_without_dicom_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no DICOM file"):
        dicom_files([tmp_path])


def test_send_and_fetch_from_the_command_line(
    orthanc: Orthanc, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in").mkdir()
    series = make_files(tmp_path / "in")
    where = f"ORTHANC@127.0.0.1:{orthanc.port}"
    own = ["--own-title", OWN, "--store-port", str(orthanc.store_port)]

    assert main(["send", "--to", where, "--test", *own]) == 0
    assert main(["send", str(tmp_path / "in"), "--to", where, *own]) == 0
    assert main(["fetch", "--from", where, "--date", "20240131", *own]) == 0
    out = ["--out", str(tmp_path / "out")]
    assert main(["fetch", "--from", where, "--study", series.study_instance_uid, *out, *own]) == 0

    said = capsys.readouterr().out
    assert "Sent       8 of 8 files" in said
    assert "confirms that it keeps all 8 objects" in said
    assert PATIENT.name not in said
    assert len(list((tmp_path / "out" / series.study_instance_uid).iterdir())) == 8
    events = [json.loads(line) for line in audit.audit_path().read_text().splitlines()]
    assert [event["event"] for event in events][-2:] == ["sent", "fetched"]


def test_what_a_terminal_would_obey_is_not_printed_of_a_study(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    match = StudyMatch("1.2.3", "a", "b", "20240131", "\x1b[2JLIVER", "MR", 5)
    monkeypatch.setattr(commands, "find_studies", lambda *_: [match])

    assert main(["fetch", "--from", "NONE@127.0.0.1:1"]) == 0
    said = capsys.readouterr().out
    assert "LIVER" in said
    assert "\x1b" not in said


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch) -> list[StudyQuery]:
    """What a PACS without any study is asked for."""
    asked: list[StudyQuery] = []
    monkeypatch.setattr(
        commands, "find_studies", lambda _peer, query, *_: asked.append(query) or []
    )
    return asked


@pytest.mark.parametrize(
    ("text", "range_"),
    [
        ("20240102", "20240102"),
        ("2024-01-02", "20240102"),
        ("20240102-20240105", "20240102-20240105"),
        ("2024-01-02-2024-01-05", "20240102-20240105"),
        ("2024-01-02 - 20240105", "20240102-20240105"),
        ("2024-01-02-", "20240102-"),
        ("-20240105", "-20240105"),
        ("", ""),
    ],
)
def test_dates_are_taken_as_dicom_and_as_iso_write_them(
    text: str, range_: str, queries: list[StudyQuery]
) -> None:
    assert main(["fetch", "--from", "NONE@127.0.0.1:1", f"--date={text}"]) == 0
    assert [query.date_range for query in queries] == [range_]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("20241301", "must be a date like 20240131, not '20241301'"),
        ("20240230", "must be a date like 20240131, not '20240230'"),
        ("20240101-20240231", "must be a date like 20240131, not '20240231'"),
        ("2024-02-30", "must be a date like 20240131, not '2024-02-30'"),
        ("2024-0102", "must be a date like 20240131, not '2024-0102'"),
        ("-", "must be a date like 20240131, not '-'"),
        ("20240105-20240102", "the dates run backwards, from 20240105 to 20240102"),
    ],
)
def test_dates_that_cannot_be_are_one_sentence(
    text: str, words: str, queries: list[StudyQuery], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fetch", "--from", "NONE@127.0.0.1:1", f"--date={text}"]) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert said.err.count("\n") == 1
    assert (said.out, queries) == ("", [])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "NONE at 127.0.0.1:1 has no study 1.2.3.\n"),
        (["--date", "20240102"], "has no study 1.2.3 that matches the rest of the query.\n"),
        (["--out", "studies"], "NONE at 127.0.0.1:1 has no study 1.2.3.\n"),
    ],
)
def test_a_study_that_the_pacs_does_not_have_is_told(
    options: list[str],
    words: str,
    queries: list[StudyQuery],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["fetch", "--from", "NONE@127.0.0.1:1", "--study", "1.2.3", *options]) == 6
    said = capsys.readouterr()
    assert said.err.endswith(words)
    assert (said.out, queries[0].modality) == ("", "")


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--own-title", "A" * 17, "'own_ae_title' must be 1 to 16 plain characters"),
        ("--own-title", "", "'own_ae_title' must be 1 to 16 plain characters"),
        ("--store-port", "70000", "'store_port' must lie between 1 and 65535, not 70000"),
        ("--store-port", "0", "'store_port' must lie between 1 and 65535, not 0"),
    ],
)
def test_an_own_address_that_cannot_be_is_refused(
    option: str, value: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["send", "--to", "NONE@127.0.0.1:1", "--test", option, value]) == 2
    assert words in capsys.readouterr().err


def test_a_pacs_that_is_not_there_is_one_sentence_and_its_own_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_files(tmp_path, 1)

    status = main(["send", str(tmp_path), "--to", "NONE@127.0.0.1:1"])

    assert status == 6
    said = capsys.readouterr().err
    assert said.startswith("hcc-viewer: NONE at 127.0.0.1:1 does not answer; check its address")
    assert said.count("\n") == 1
