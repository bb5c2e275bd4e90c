"""What goes wrong with disks, certificates and large studies, against a real Orthanc."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.uid import generate_uid

from hcc_viewer.errors import OutputError, PacsError
from hcc_viewer.pacs import fetch_study, send_files, verify
from hcc_viewer.report import export_report
from hcc_viewer.report.export import FORMATS
from tests.pacs.conftest import OWN, Orthanc
from tests.report.make_detection import make_detection, make_volume
from tests.report.make_sources import make_files


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 128 KB."""
    folder = tmp_path / "small"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(folder)],
        capture_output=True, check=False,
    ) if shutil.which("mount") else None  # fmt: skip
    if done is None or done.returncode:
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def read_only_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder that even root cannot write to."""
    folder = tmp_path / "read-only"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k,ro", "tmpfs", str(folder)],
        capture_output=True, check=False,
    ) if shutil.which("mount") else None  # fmt: skip
    if done is None or done.returncode:
        pytest.skip("only root may mount a read-only disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def _stored(orthanc: Orthanc, folder: Path, slices: int) -> str:
    folder.mkdir()
    series = make_files(folder, slices)
    send_files(orthanc.peer, sorted(folder.glob("*.dcm")), OWN)
    return series.study_instance_uid


def test_a_full_disk_keeps_what_came_and_the_rest_comes_elsewhere(
    orthanc: Orthanc, tmp_path: Path, small_disk: Path
) -> None:
    uid = _stored(orthanc, tmp_path / "in", 20)  # 20 files of 13 KB

    with pytest.raises(OutputError, match=r"the disk is full.*fetch again"):
        fetch_study(orthanc.peer, uid, small_disk, OWN)

    assert not (small_disk / uid).exists()
    (hidden,) = small_disk.iterdir()
    kept = list(hidden.iterdir())
    assert kept
    assert all(path.suffix == ".dcm" and dcmread(path).PixelData for path in kept)
    assert len(list(fetch_study(orthanc.peer, uid, tmp_path / "out", OWN).iterdir())) == 20


def test_a_read_only_target_of_a_fetch_is_refused_before_it_begins(
    orthanc: Orthanc, tmp_path: Path, read_only_disk: Path
) -> None:
    uid = _stored(orthanc, tmp_path / "in", 2)

    with pytest.raises(OutputError, match="the disk is read-only"):
        fetch_study(orthanc.peer, uid, read_only_disk, OWN)


def test_a_report_for_a_full_disk_leaves_nothing(tmp_path: Path, small_disk: Path) -> None:
    series = make_files(tmp_path)

    with pytest.raises(OutputError, match="the disk is full"):
        export_report(make_detection(series), make_volume(series), small_disk / "out", FORMATS)

    assert list(small_disk.iterdir()) == []


def test_a_report_for_a_read_only_disk_is_refused(tmp_path: Path, read_only_disk: Path) -> None:
    series = make_files(tmp_path)

    with pytest.raises(OutputError, match="the disk is read-only"):
        export_report(make_detection(series), make_volume(series), read_only_disk / "out", ["sr"])


def test_a_peer_that_speaks_another_protocol_is_told(orthanc: Orthanc) -> None:
    peer = replace(orthanc.peer, tls=True, timeout_s=3)

    with pytest.raises(PacsError, match=r"does not answer over TLS \(check the certificates\)"):
        verify(peer, OWN)


def test_a_certificate_file_that_is_not_there_is_told(orthanc: Orthanc) -> None:
    peer = replace(orthanc.peer, tls=True, tls_ca_file="/nowhere/ca.pem")

    with pytest.raises(PacsError, match=r"The TLS files of .* cannot be used"):
        verify(peer, OWN)


def _certificate(folder: Path, name: str) -> tuple[Path, Path]:
    certificate, key = folder / f"{name}.crt", folder / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-keyout", str(key), "-out", str(certificate), "-subj", f"/CN={name}",
         "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key


def test_a_peer_with_tls_is_trusted_by_its_certificate_only(
    tmp_path: Path, orthanc_executable: str
) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    (certificate, key), (own, own_key) = (_certificate(tmp_path, n) for n in ("server", "client"))
    options: dict[str, object] = {
        "DicomTlsEnabled": True, "DicomTlsCertificate": str(certificate),
        "DicomTlsPrivateKey": str(key), "DicomTlsTrustedCertificates": str(own),
    }  # fmt: skip
    trust: dict[str, object] = {
        "tls": True, "tls_ca_file": str(certificate), "tls_certificate_file": str(own),
        "tls_key_file": str(own_key),
    }  # fmt: skip
    server = Orthanc(tmp_path, orthanc_executable, options=options, trust=trust)
    server.start()
    try:
        verify(server.peer, OWN)
        uid = _stored(server, tmp_path / "in", 3)
        assert len(list(fetch_study(server.peer, uid, tmp_path / "out", OWN).iterdir())) == 3
        stranger = replace(server.peer, tls_ca_file=str(own), timeout_s=3)
        with pytest.raises(PacsError, match="over TLS"):
            verify(stranger, OWN)
    finally:
        server.kill()


@pytest.mark.skipif(
    "HCC_VIEWER_LONG_TESTS" not in os.environ, reason="HCC_VIEWER_LONG_TESTS is not set"
)
def test_a_study_of_2000_files_goes_and_comes_whole_over_a_crash(
    orthanc: Orthanc, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    make_files(tmp_path / "in", 1)
    source = dcmread(tmp_path / "in" / "0.dcm")
    for index in range(1, 2000):
        source.SOPInstanceUID = generate_uid()
        source.file_meta.MediaStorageSOPInstanceUID = source.SOPInstanceUID
        if index % 250 == 0:
            source.SeriesInstanceUID = generate_uid()
        source.InstanceNumber = index + 1
        source.save_as(tmp_path / "in" / f"{index}.dcm")
    crashes = [700]

    def crash(done: int, total: int) -> None:
        if crashes and done >= crashes[0]:
            crashes.pop()
            orthanc.kill()
            orthanc.start()

    paths = sorted((tmp_path / "in").glob("*.dcm"))
    report = send_files(orthanc.peer, paths, OWN, crash)
    crashes.append(1200)
    uid = str(source.StudyInstanceUID)
    place = fetch_study(orthanc.peer, uid, tmp_path / "out", OWN, report_progress=crash)

    assert crashes == []
    assert len(report.sent) == 2000
    assert {path.stem for path in place.iterdir()} == {f.sop_instance_uid for f in report.sent}
