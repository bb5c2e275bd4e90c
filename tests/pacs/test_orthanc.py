"""Send to, query and fetch from a real Orthanc."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pydicom import dcmread

from hcc_viewer.detection import detect, load_model
from hcc_viewer.dicom import load_volume, scan_study
from hcc_viewer.errors import CancelledError, OutputError, PacsError
from hcc_viewer.pacs import (
    StudyQuery,
    fetch_study,
    find_studies,
    instances_in,
    request_commitment,
    send_files,
    verify,
)
from hcc_viewer.paths import demo_study_dir
from hcc_viewer.report import export_report
from hcc_viewer.report.export import DICOM_FORMATS
from tests.pacs.conftest import OWN, Orthanc
from tests.report.make_detection import make_detection, make_volume
from tests.report.make_reading import make_reading
from tests.report.make_sources import make_files


def _study(
    folder: Path, slices: int = 8, shape: tuple[int, int] = (60, 100)
) -> tuple[str, list[Path]]:
    folder.mkdir()
    series = make_files(folder, slices, shape)
    return series.study_instance_uid, sorted(folder.glob("*.dcm"))


def _uids(folder: Path) -> set[str]:
    return {str(dcmread(path, stop_before_pixels=True).SOPInstanceUID) for path in folder.iterdir()}


def test_a_study_comes_back_as_it_went(orthanc: Orthanc, tmp_path: Path) -> None:
    uid, paths = _study(tmp_path / "in")
    told: list[tuple[int, int]] = []

    report = send_files(orthanc.peer, paths, OWN, lambda *step: told.append(step))
    (match,) = find_studies(orthanc.peer, StudyQuery(patient_id="SIM-0001"), OWN)
    place = fetch_study(orthanc.peer, uid, tmp_path / "out", OWN)

    assert len(report.sent) == 8
    assert report.refused == ()
    assert told[-1] == (8, 8)
    assert (match.study_instance_uid, match.study_date) == (uid, "20240131")
    assert place == tmp_path / "out" / uid
    assert _uids(place) == _uids(tmp_path / "in")
    assert dcmread(place / f"{report.sent[0].sop_instance_uid}.dcm") == dcmread(report.sent[0].path)


def test_a_study_comes_by_c_move_as_well(orthanc: Orthanc, tmp_path: Path) -> None:
    uid, paths = _study(tmp_path / "in")
    send_files(orthanc.peer, paths, OWN)
    peer = replace(orthanc.peer, retrieve="move")

    place = fetch_study(peer, uid, tmp_path / "out", OWN, orthanc.store_port)

    assert _uids(place) == _uids(tmp_path / "in")


def test_every_object_is_stored_confirmed_and_given_back(orthanc: Orthanc, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    series = make_files(tmp_path / "in")
    detection = make_detection(series)
    written = export_report(
        detection, make_volume(series), tmp_path / "report", DICOM_FORMATS,
        reading=make_reading(detection),
    )  # fmt: skip
    objects = [path for path in written if path.suffix == ".dcm"]

    report = send_files(orthanc.peer, objects, OWN)
    result = request_commitment(orthanc.peer, report.sent, OWN, orthanc.store_port)
    place = fetch_study(orthanc.peer, series.study_instance_uid, tmp_path / "out", OWN)

    assert len(objects) == 9
    assert report.refused == ()
    assert result.committed == {file.sop_instance_uid for file in report.sent}
    assert "confirms that it keeps all 9" in result.note
    for file in report.sent:
        assert dcmread(place / f"{file.sop_instance_uid}.dcm") == dcmread(file.path)


def test_a_fetched_study_is_detected_as_the_original(orthanc: Orthanc, tmp_path: Path) -> None:
    paths = [path for path in sorted(demo_study_dir().rglob("*")) if path.is_file()]
    dicom = [path for path in paths if path.suffix not in (".json", ".md")]
    send_files(orthanc.peer, dicom, OWN)
    (match,) = find_studies(orthanc.peer, StudyQuery(), OWN)

    place = fetch_study(orthanc.peer, match.study_instance_uid, tmp_path, OWN)

    results = []
    for folder in (demo_study_dir(), place):
        series = scan_study(folder).best_series
        assert series is not None
        results.append(detect(load_volume(series), load_model()))
    before, after = results
    assert [s.probability for s in after.slices] == [s.probability for s in before.slices]
    assert len(before.findings) == len(after.findings) > 0


def test_a_query_that_matches_nothing_gives_nothing(orthanc: Orthanc) -> None:
    assert find_studies(orthanc.peer, StudyQuery(patient_id="nobody"), OWN) == []


def test_a_study_that_is_not_there_is_refused(orthanc: Orthanc, tmp_path: Path) -> None:
    with pytest.raises(PacsError, match=r"ORTHANC at 127.0.0.1:\d+ has no study 1\.2\.3"):
        fetch_study(orthanc.peer, "1.2.3", tmp_path / "out", OWN)

    assert list((tmp_path / "out").iterdir()) == []


def test_a_wrong_called_title_is_told(orthanc: Orthanc) -> None:
    with pytest.raises(PacsError, match="it is not called 'OTHER'; check the peer's AE title"):
        verify(replace(orthanc.peer, ae_title="OTHER"), OWN)


def test_nobody_at_the_address_is_told(orthanc: Orthanc) -> None:
    orthanc.kill()

    with pytest.raises(PacsError, match="does not answer; check its address"):
        verify(orthanc.peer, OWN)


def test_a_move_to_a_place_that_the_pacs_does_not_know_is_told(
    orthanc: Orthanc, tmp_path: Path
) -> None:
    uid, paths = _study(tmp_path / "in")
    send_files(orthanc.peer, paths, OWN)
    peer = replace(orthanc.peer, retrieve="move")

    with pytest.raises(PacsError, match="did not send the study"):
        fetch_study(peer, uid, tmp_path / "out", "STRANGER", orthanc.store_port)


def test_a_study_that_is_here_already_is_not_touched(orthanc: Orthanc, tmp_path: Path) -> None:
    uid, paths = _study(tmp_path / "in")
    send_files(orthanc.peer, paths, OWN)
    (tmp_path / "out" / uid).mkdir(parents=True)
    (tmp_path / "out" / uid / "notes.txt").write_text("mine")

    with pytest.raises(OutputError, match="is there already"):
        fetch_study(orthanc.peer, uid, tmp_path / "out", OWN)

    assert (tmp_path / "out" / uid / "notes.txt").read_text() == "mine"


def test_a_study_that_grew_gets_what_it_lacks(orthanc: Orthanc, tmp_path: Path) -> None:
    uid, paths = _study(tmp_path / "in", slices=9)
    send_files(orthanc.peer, paths[:4], OWN)
    place = fetch_study(orthanc.peer, uid, tmp_path / "out", OWN)
    (place / "notes.txt").write_text("mine")
    before = {path.name: path.stat().st_mtime_ns for path in place.glob("*.dcm")}
    send_files(orthanc.peer, paths[4:], OWN)

    again = fetch_study(orthanc.peer, uid, tmp_path / "out", OWN, may_grow=True)

    assert again == place
    assert len(instances_in(place)) == 9
    assert {name: (place / name).stat().st_mtime_ns for name in before} == before
    assert (place / "notes.txt").read_text() == "mine"
    assert [path.name for path in (tmp_path / "out").iterdir()] == [uid]


def test_a_study_that_could_not_grow_stays_as_it_was(orthanc: Orthanc, tmp_path: Path) -> None:
    uid, paths = _study(tmp_path / "in", slices=9)
    send_files(orthanc.peer, paths[:4], OWN)
    place = fetch_study(orthanc.peer, uid, tmp_path / "out", OWN)
    orthanc.kill()

    with pytest.raises(PacsError, match="does not answer"):
        fetch_study(orthanc.peer, uid, tmp_path / "out", OWN, may_grow=True)

    assert len(instances_in(place)) == 4
    assert [path.name for path in (tmp_path / "out").iterdir()] == [uid]


def test_a_cancelled_fetch_keeps_what_came_and_goes_on_later(
    orthanc: Orthanc, tmp_path: Path
) -> None:
    uid, paths = _study(tmp_path / "in", slices=40)
    send_files(orthanc.peer, paths, OWN)

    def stop(done: int, total: int) -> None:
        if done >= 5:
            raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        fetch_study(orthanc.peer, uid, tmp_path / "out", OWN, report_progress=stop)
    assert not (tmp_path / "out" / uid).exists()
    (hidden,) = (tmp_path / "out").iterdir()
    kept = len(list(hidden.glob("*.dcm")))
    assert kept >= 5
    place = fetch_study(orthanc.peer, uid, tmp_path / "out", OWN)

    assert len(list(place.iterdir())) == 40


def test_a_pacs_that_dies_during_a_send_is_told_with_how_far_it_came(
    orthanc: Orthanc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hcc_viewer.pacs.send.RETRY_WAIT_S", 0.05)
    _, paths = _study(tmp_path / "in", slices=20)

    def die(done: int, total: int) -> None:
        if done == 7:
            orthanc.kill()

    with pytest.raises(PacsError, match="7 of 20 files are stored there"):
        send_files(orthanc.peer, paths, OWN, die)


def test_a_pacs_that_comes_back_during_a_send_gets_everything(
    orthanc: Orthanc, tmp_path: Path
) -> None:
    uid, paths = _study(tmp_path / "in", slices=20)

    def restart(done: int, total: int) -> None:
        if done == 7:
            orthanc.kill()
            orthanc.start()

    report = send_files(orthanc.peer, paths, OWN, restart)

    assert len(report.sent) == 20
    (match,) = find_studies(orthanc.peer, StudyQuery(study_instance_uid=uid), OWN)
    assert match.instances == 20


def test_a_pacs_that_dies_during_a_fetch_leaves_nothing_half_and_the_rest_comes_later(
    orthanc: Orthanc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hcc_viewer.pacs.fetch.RETRY_WAIT_S", 0.05)
    uid, paths = _study(tmp_path / "in", slices=40)
    send_files(orthanc.peer, paths, OWN)

    def die(done: int, total: int) -> None:
        if done >= 5:
            orthanc.kill()

    with pytest.raises(PacsError):
        fetch_study(orthanc.peer, uid, tmp_path / "out", OWN, report_progress=die)
    assert not (tmp_path / "out" / uid).exists()
    (hidden,) = (tmp_path / "out").iterdir()
    assert all(dcmread(path).PixelData for path in hidden.glob("*.dcm"))
    orthanc.start()
    place = fetch_study(orthanc.peer, uid, tmp_path / "out", OWN)

    assert len(list(place.iterdir())) == 40
    assert [path.name for path in (tmp_path / "out").iterdir()] == [uid]


def test_a_file_that_is_no_dicom_is_refused_before_anything_is_sent(
    orthanc: Orthanc, tmp_path: Path
) -> None:
    _, paths = _study(tmp_path / "in")
    (tmp_path / "notes.txt").write_text("mine")

    with pytest.raises(OutputError, match=r"notes\.txt' cannot be sent"):
        send_files(orthanc.peer, [*paths, tmp_path / "notes.txt"], OWN)

    assert find_studies(orthanc.peer, StudyQuery(), OWN) == []
