"""From a path to series: what is found, what is passed over, and what is said about it."""

from __future__ import annotations

import contextlib
import gc
import os
import stat
import time
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest
from pydicom.uid import MediaStorageDirectoryStorage

from hcc_viewer.dicom import Study, load_volume, scan_folder, scan_study
from hcc_viewer.dicom.tolerance import quiet
from hcc_viewer.errors import CancelledError, ReadError
from tests.make_dicom import AXIAL, HBP, item, make_image, make_series, save


def zip_of(path: Path, folder: Path, extra: dict[str, bytes] | None = None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, f"Pat Ünï/{file.name}")
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return path


def test_a_folder_gives_its_series(tmp_path: Path) -> None:
    make_series(tmp_path, 24, **HBP)
    (series,) = scan_folder(tmp_path)
    assert (len(series.instances), series.orientation, series.rows) == (24, "axial", 16)
    assert series.detectable
    assert series.phase.is_sure


def test_subfolders_are_searched(tmp_path: Path) -> None:
    make_series(tmp_path / "a" / "b", 5, series="1")
    make_series(tmp_path / "c", 6, series="2")
    assert sorted(len(series.instances) for series in scan_folder(tmp_path)) == [5, 6]


def test_names_do_not_matter(tmp_path: Path) -> None:
    for i, path in enumerate(make_series(tmp_path, 3)):
        path.rename(tmp_path / ("ÄÖ" * 20 + str(i) + (".IMA" if i else "")))
    assert len(scan_folder(tmp_path)[0].instances) == 3


def test_one_file_is_a_series_of_one(tmp_path: Path) -> None:
    path = make_series(tmp_path, 3)[1]
    (series,) = scan_folder(path)
    assert [instance.path for instance in series.instances] == [path]


def test_series_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for number in (10, 2, 7):
        make_series(tmp_path / str(number), 2, series=str(number), SeriesNumber=number)
    assert [s.acquisition.series_number for s in scan_folder(tmp_path)] == [2, 7, 10]


def test_junk_is_counted_with_its_reason(tmp_path: Path) -> None:
    make_series(tmp_path, 2)
    (tmp_path / "readme.txt").write_text("hello " * 50)
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "Thumbs.db").write_bytes(os.urandom(500))
    assert scan_study(tmp_path).skipped == (("not a DICOM file", 2), ("an empty file", 1))


def test_a_report_is_counted_as_such(tmp_path: Path) -> None:
    report = make_image(np.zeros((2, 2), np.uint16), Modality="SR", Rows=None, PixelData=None)
    save(report, tmp_path / "sr.dcm")
    assert scan_study(tmp_path).skipped == (("no image (structured report)", 1),)


def test_an_image_without_pixels_is_counted(tmp_path: Path) -> None:
    save(make_image(np.zeros((2, 2), np.uint16), PixelData=None), tmp_path / "a.dcm")
    assert scan_study(tmp_path).skipped == (("no pixels in the file", 1),)


def test_a_dicomdir_is_passed_over(tmp_path: Path) -> None:
    index = make_image(
        np.zeros((2, 2), np.uint16),
        SOPClassUID="1.2.840.10008.1.3.10",
        Rows=None,
        PixelData=None,
        Modality=None,
    )
    save(index, tmp_path / "DICOMDIR")
    assert scan_study(tmp_path).skipped[0][0].startswith("DICOMDIR")


def make_dicomdir(folder: Path, names: list[list[str]]) -> Path:
    index = make_image(
        np.zeros((2, 2), np.uint16),
        SOPClassUID=MediaStorageDirectoryStorage,
        Rows=None,
        PixelData=None,
        Modality=None,
    )
    with quiet():
        index.DirectoryRecordSequence = [item(ReferencedFileID=name) for name in names]
    return save(index, folder / "DICOMDIR")


def test_a_dicomdir_opens_the_folders_that_it_names(tmp_path: Path) -> None:
    first = make_series(tmp_path / "dicom" / "s1", 5, prefix="im")[0]
    first.rename(first.with_suffix(""))
    make_series(tmp_path / "elsewhere", 2, series="other")
    path = make_dicomdir(
        tmp_path, [["DICOM", "S1", "IM0000"], ["DICOM", "S1", "GONE"], ["..", "X"], [".."]]
    )
    study = scan_study(path)
    assert [len(series.instances) for series in study.series] == [5]
    assert study.skipped == (("named in the DICOMDIR but missing", 1),)


def test_a_dicomdir_that_names_nothing_opens_its_folder(tmp_path: Path) -> None:
    make_series(tmp_path / "a", 4)
    assert len(scan_study(make_dicomdir(tmp_path, [])).series[0].instances) == 4


def test_partial_results_come_before_the_scan_is_done(tmp_path: Path) -> None:
    make_series(tmp_path / "a", 40, series="a", SeriesNumber=1)
    make_series(tmp_path / "b", 60, series="b", SeriesNumber=2)
    parts: list[Study] = []
    study = scan_study(tmp_path, on_partial=parts.append)
    assert study.is_complete
    assert not parts[0].is_complete
    assert load_volume(parts[0].series[0]).array.shape == (32, 16, 20)


def test_no_partial_result_without_images(tmp_path: Path) -> None:
    for number in range(70):
        (tmp_path / str(number)).write_bytes(b"x" * 200)
    parts: list[Study] = []
    scan_study(tmp_path, on_partial=parts.append)
    assert parts == []


def test_slow_files_are_read_in_threads_with_the_same_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_series(tmp_path, 100)
    monkeypatch.setattr("hcc_viewer.dicom.read_files.SLOW_SECONDS", -1.0)
    monkeypatch.setattr("hcc_viewer.dicom.read_files.LISTING_SECONDS", -1.0)
    seen: list[tuple[int, int]] = []
    study = scan_study(tmp_path, lambda done, total: seen.append((done, total)))
    assert len(study.series[0].instances) == 100
    assert seen[-1] == (100, 100)


def test_every_file_is_taken_up_or_counted(tmp_path: Path) -> None:
    make_series(tmp_path, 7)
    for i in range(5):
        (tmp_path / f"junk{i}").write_bytes(bytes(range(i, 200)))
    study = scan_study(tmp_path)
    taken = sum(len(series.instances) for series in study.series)
    assert taken + sum(count for _, count in study.skipped) == 12


def test_a_file_without_preamble_is_read(tmp_path: Path) -> None:
    for path in make_series(tmp_path, 4):
        path.write_bytes(path.read_bytes()[132:])
    (series,) = scan_folder(tmp_path)
    assert len(load_volume(series).array) == 4


def test_a_file_without_any_header_is_read(tmp_path: Path) -> None:
    dataset = make_image(np.full((4, 4), 7, np.uint16))
    del dataset.file_meta
    dataset.save_as(tmp_path / "bare", implicit_vr=True, little_endian=True)
    assert load_volume(scan_folder(tmp_path)[0]).array.max() == 7


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_to_a_parent_folder_ends(tmp_path: Path) -> None:
    make_series(tmp_path / "a", 3)
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    study = scan_study(tmp_path)
    assert len(study.series[0].instances) == 3
    # Linux itself ends after 40 links: whoever went round until then would have met files again.
    assert sum(count for _, count in study.skipped) == 0


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_folders_without_file_numbers_are_all_entered_and_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_series(tmp_path / "a", series="a")
    make_series(tmp_path / "b", series="b")
    (tmp_path / "b" / "loop").symlink_to(tmp_path)
    real_stat = os.stat
    monkeypatch.setattr(
        "os.stat",
        lambda path, **options: os.stat_result(
            0 if index == stat.ST_INO else value
            for index, value in enumerate(real_stat(path, **options))
        ),
    )
    study = scan_study(tmp_path)
    assert len(study.series) == 2
    assert study.skipped == ()


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_dangling_link_is_counted(tmp_path: Path) -> None:
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    assert sum(count for _, count in scan_study(tmp_path).skipped) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert sum(count for _, count in scan_study(tmp_path).skipped) == 1
    with pytest.raises(ReadError, match="neither"):
        scan_study(tmp_path / "pipe")


def test_a_missing_path_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"There is no file or folder .*nowhere\.$"):
        scan_study(tmp_path / "nowhere")


def test_an_impossible_path_is_a_read_error() -> None:
    with pytest.raises(ReadError):
        scan_study("a\0b")


def test_an_empty_folder_gives_an_empty_study(tmp_path: Path) -> None:
    assert scan_study(tmp_path).series == ()


def test_progress_counts_up_to_all_files(tmp_path: Path) -> None:
    make_series(tmp_path, 70)
    seen: list[tuple[int, int]] = []
    scan_study(tmp_path, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (70, 70)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_a_scan_can_be_cancelled(tmp_path: Path) -> None:
    make_series(tmp_path, 3)

    def cancel(done: int, total: int) -> None:
        raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        scan_study(tmp_path, cancel)


def test_a_zip_is_opened(tmp_path: Path) -> None:
    make_series(tmp_path / "s", 6)
    path = zip_of(tmp_path / "study.zip", tmp_path / "s", {"readme.txt": b"hello"})
    study = scan_study(path)
    assert len(study.series[0].instances) == 6
    assert study.skipped == (("not a DICOM file", 1),)
    assert load_volume(study.series[0]).array.max() == 6


def test_the_unpacked_files_go_with_the_last_series(tmp_path: Path) -> None:
    make_series(tmp_path / "s", 2)
    study = scan_study(zip_of(tmp_path / "study.zip", tmp_path / "s"))
    folder = study.series[0].instances[0].path.parent
    assert folder.is_dir()
    del study
    gc.collect()
    assert not folder.exists()


def test_a_zip_that_was_copied_in_part_is_told(tmp_path: Path) -> None:
    make_series(tmp_path / "s", 4)
    path = zip_of(tmp_path / "study.zip", tmp_path / "s")
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ReadError, match=r"study\.zip .* damaged or incomplete; copy it again"):
        scan_study(path)


def test_a_name_in_a_zip_cannot_point_outside(tmp_path: Path) -> None:
    content = make_series(tmp_path / "s", 1)[0].read_bytes()
    path = tmp_path / "evil.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../evil.dcm", content)
        archive.writestr("/abs/evil.dcm", content)
    study = scan_study(path)
    inside = study.series[0].instances[0].path.parent
    assert inside.name.startswith("hcc-viewer-")
    assert not list(tmp_path.rglob("evil.dcm"))


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hcc_viewer.dicom.archive.LARGE_BYTES", 1000)
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"\0" * 5_000_000)
    assert scan_study(path).skipped == (("packed suspiciously small (a zip bomb)", 1),)


def test_a_zip_that_fills_the_disk_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_series(tmp_path / "s", 2)
    monkeypatch.setattr("hcc_viewer.dicom.archive.MAX_BYTES", 100)
    with pytest.raises(ReadError, match="no room"):
        scan_study(zip_of(tmp_path / "study.zip", tmp_path / "s"))


def test_a_damaged_zip_is_a_read_error(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04" + bytes(100))
    with pytest.raises(ReadError, match=r"a\.zip"):
        scan_study(tmp_path / "a.zip")


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (b"20240102", b"never \\x"),
        (b"4.1 ", b"abc "),
        (b"-120.0", b"1e9999"),
        (b"12.5\\12.5", b"12.5\\\0\0\0\0"),
        (b"CS", b"ZZ"),
        (b"DS", b"US"),
        (b"IS", b"SQ"),
        (b"ISO_IR 192", b"ISO_IR 999"),
        (b"LO", b"\xff\xff"),
    ],
)
def test_garbage_in_tags_neither_raises_nor_warns(tmp_path: Path, good: bytes, bad: bytes) -> None:
    tags = {**HBP, "SpecificCharacterSet": "ISO_IR 192", "SeriesDescription": "Hepatobiliär"}
    for path in make_series(tmp_path, 6, **tags):
        content = path.read_bytes()
        assert good in content
        path.write_bytes(content.replace(good, bad))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for series in scan_folder(tmp_path):
            with contextlib.suppress(ReadError):
                load_volume(series)


def test_image_type_and_times_reach_the_acquisition(tmp_path: Path) -> None:
    make_series(tmp_path, 6, AcquisitionTime="101500.25", ContrastBolusStartTime="095500", **HBP)
    acquisition = scan_folder(tmp_path)[0].acquisition
    assert acquisition.acquisition_time == "101500"
    assert acquisition.time_after_injection_s == pytest.approx(1200.25)
    assert acquisition.echo_time_ms == 1.9
    assert acquisition.image_type == ("ORIGINAL", "PRIMARY", "M", "ND")


def test_another_modality_is_listed_and_refused(tmp_path: Path) -> None:
    make_series(tmp_path, 6, Modality="CT")
    (series,) = scan_folder(tmp_path)
    assert series.refusal == "The modality is CT, not MR."


def test_series_without_identifier_are_kept_apart_by_description(tmp_path: Path) -> None:
    for name in ("a", "b"):
        make_series(
            tmp_path,
            3,
            prefix=name,
            per_slice=lambda i, name=name: {"SeriesInstanceUID": None, "SeriesDescription": name},
        )
    assert sorted(s.description for s in scan_folder(tmp_path)) == ["a", "b"]


def test_a_three_plane_localizer_is_refused(tmp_path: Path) -> None:
    planes = {"t": AXIAL, "c": (1.0, 0, 0, 0, 0, -1.0), "s": (0, 1.0, 0, 0, 0, -1.0)}
    for name, orientation in planes.items():
        make_series(tmp_path, 3, orientation=orientation, spacing_mm=20, prefix=name)
    series = scan_folder(tmp_path)
    assert sorted(s.stack for s in series) == ["axial", "coronal", "sagittal"]
    assert all("localizer" in (s.refusal or "") for s in series)


def test_of_series_that_are_as_likely_the_last_one_is_preselected(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        make_series(tmp_path, series=f"t{number}", prefix=f"t{number}", SeriesNumber=number)
    study = scan_study(tmp_path)
    assert study.best_series is study.series[2]


def test_of_series_that_are_as_likely_an_acquired_one_goes_before_a_derived_copy(
    tmp_path: Path,
) -> None:
    kinds = ["ORIGINAL", "PRIMARY", "OTHER"], ["DERIVED", "SECONDARY", "REGISTERED"]
    for number, kind in enumerate(kinds):
        tags = {**HBP, "ImageType": kind, "SeriesNumber": number + 1}
        make_series(tmp_path, series=f"t{number}", prefix=f"t{number}", **tags)
    study = scan_study(tmp_path)
    assert study.series[0].phase.score == study.series[1].phase.score
    assert study.best_series is study.series[0]


def test_a_very_long_text_does_not_keep_the_scan_busy(tmp_path: Path) -> None:
    make_series(tmp_path, 6, **{**HBP, "ImageComments": "_1" * 5_000})
    started = time.process_time()
    assert scan_study(tmp_path).series[0].phase.is_sure
    assert time.process_time() - started < 1.0


def test_a_protocol_name_of_the_whole_examination_refuses_nothing(tmp_path: Path) -> None:
    texts = ("Ax LAVA pre", "Ax LAVA HBP", "Ax DWI b800")
    for number, text in enumerate(texts):
        sequence = {} if number < 2 else {"ScanningSequence": "EP", "EchoTime": 60.0}
        tags = {**HBP, "SeriesDescription": text, "ProtocolName": "LIVER EOB DWI", **sequence}
        make_series(tmp_path, series=text, prefix=f"t{number}", SeriesNumber=number, **tags)
    study = scan_study(tmp_path)
    assert [one.detectable for one in study.series] == [True, True, False]
    assert study.best_series is study.series[1]


@pytest.mark.parametrize("description", [HBP["SeriesDescription"], None])
def test_a_protocol_name_refuses_no_lone_series(tmp_path: Path, description: str | None) -> None:
    tags = {**HBP, "SeriesDescription": description, "ProtocolName": "LIVER EOB + DWI"}
    make_series(tmp_path, **tags)
    assert scan_study(tmp_path).series[0].detectable


def test_files_that_could_not_be_read_are_a_warning_of_each_series(tmp_path: Path) -> None:
    paths = make_series(tmp_path, 24)
    (tmp_path / "notes.txt").write_text("no image")
    assert scan_folder(tmp_path)[0].warnings == ()
    paths[-1].write_bytes(b"")
    for number, size in enumerate((140, 300, 600), start=2):
        paths[-number].write_bytes(paths[-number].read_bytes()[:size])
    (series,) = scan_folder(tmp_path)
    (notice,) = series.warnings
    assert notice.code == "unread-files"
    assert notice.message == "4 files could not be read; what they show is not examined."


@pytest.mark.parametrize(
    ("patients", "sizes"),
    [
        (("", "X1"), [8]),
        (("X1", " x1 "), [8]),
        (("", "X1", "x1", "X1"), [8]),
        (("X1", "X2"), [4, 4]),
        (("", "X1", "", "X2"), [4, 2, 2]),
    ],
)
def test_images_that_lack_the_patients_identifier_stay_in_their_series(
    tmp_path: Path, patients: tuple[str, ...], sizes: list[int]
) -> None:
    make_series(tmp_path, 8, per_slice=lambda i: {"PatientID": patients[i % len(patients)]})
    found = scan_folder(tmp_path)
    assert sorted((len(one.instances) for one in found), reverse=True) == sizes
    assert found[0].patient.patient_id or len(found) > 1
