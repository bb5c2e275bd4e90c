from __future__ import annotations

import errno
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from hcc_viewer.detection import Detection
from hcc_viewer.errors import CancelledError, OutputError, UsageError
from hcc_viewer.report import FORMATS, export, export_report
from tests.report.make_detection import make_detection, make_series, make_volume
from tests.report.make_sources import make_files

VOLUME = make_volume()


def _export(out: Path, *formats: str, detection: Detection | None = None) -> list[str]:
    paths = export_report(detection or make_detection(), VOLUME, out, formats)
    assert all(path.parent == out and path.stat().st_size > 0 for path in paths)
    return [path.name for path in paths]


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_the_result_is_always_written_and_named_first(tmp_path: Path) -> None:
    assert _export(tmp_path / "a" / "b")[0] == "result.json"


def test_every_format_writes_its_files(tmp_path: Path) -> None:
    series = make_files(tmp_path)
    detection = make_detection(series)

    export_report(detection, make_volume(series), tmp_path / "out", FORMATS)

    assert _names(tmp_path / "out") == {
        "result.json", "report.pdf", "overview.png", "finding-01.png", "flagged-slices-1.png",
        "slices.csv", "findings.csv", "sr.dcm", "ko.dcm", "sc-01.dcm", "sc-02.dcm", "sc-03.dcm",
        "report-pdf.dcm", "pm.dcm", "gsps.dcm",
    }  # fmt: skip


def test_every_format_may_be_exported_again(tmp_path: Path) -> None:
    series = make_files(tmp_path)
    out = tmp_path / "out"
    first, second = (
        export_report(make_detection(series), make_volume(series), out, FORMATS) for _ in range(2)
    )

    assert first == second


def test_formats_are_taken_in_any_case_and_once(tmp_path: Path) -> None:
    assert sorted(_export(tmp_path, "CSV", "csv", "json")) == [
        "findings.csv", "result.json", "slices.csv",
    ]  # fmt: skip


def test_an_unknown_format_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"'docx' is not known; choose from pdf, png, csv"):
        _export(tmp_path / "out", "docx")

    assert not (tmp_path / "out").exists()


def test_a_second_export_replaces_the_first(tmp_path: Path) -> None:
    _export(tmp_path, "csv")
    _export(tmp_path, "csv", detection=make_detection(threshold=0.9))

    assert json.loads((tmp_path / "result.json").read_text())["model"]["threshold"] == 0.9


def test_pictures_of_findings_that_are_gone_are_cleared_away(tmp_path: Path) -> None:
    _export(tmp_path, "png")
    _export(tmp_path, "png", detection=make_detection(lesions=()))

    assert _names(tmp_path) == {"result.json", "overview.png"}


def test_another_format_of_the_same_result_stays(tmp_path: Path) -> None:
    _export(tmp_path, "csv")
    _export(tmp_path, "json")

    assert "slices.csv" in _names(tmp_path)


def test_files_of_another_series_do_not_stay_beside_a_new_result(tmp_path: Path) -> None:
    _export(tmp_path, "csv")
    _export(tmp_path, detection=make_detection(make_series(series_instance_uid="1.9")))

    assert _names(tmp_path) == {"result.json"}


def test_strangers_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "finding-77.png").write_bytes(b"holiday")
    (tmp_path / "notes.txt").write_text("mine")

    _export(tmp_path, "json")

    assert {"finding-77.png", "notes.txt"} <= _names(tmp_path)


def test_a_strangers_file_of_the_same_name_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "slices.csv").write_text("mine")

    with pytest.raises(OutputError, match=r"slices\.csv' is there already"):
        _export(tmp_path, "csv")

    assert _names(tmp_path) == {"slices.csv"}
    assert (tmp_path / "slices.csv").read_text() == "mine"


def test_a_folder_with_the_name_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "result.json").mkdir()

    with pytest.raises(OutputError, match=r"result\.json"):
        _export(tmp_path)


def test_an_output_path_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(OutputError, match=r"file': that is a file; choose a folder"):
        _export(tmp_path / "file")


def test_an_output_path_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(OutputError, match="part of that path is a file"):
        _export(tmp_path / "file" / "below")


@pytest.mark.parametrize(
    ("code", "words"), [(errno.ENOSPC, "disk is full"), (errno.EACCES, "may not write")]
)
def test_when_writing_fails_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str
) -> None:
    write = Path.write_bytes

    def fail_on_second(path: Path, data: bytes) -> int:
        if path.name == "slices.csv":
            raise OSError(code, "no")
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", fail_on_second)

    with pytest.raises(OutputError, match=words):
        _export(tmp_path / "new" / "out", "csv")

    assert not (tmp_path / "new").exists()


def test_when_writing_fails_the_earlier_export_is_untouched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _export(tmp_path, "csv")
    before = (tmp_path / "result.json").read_bytes()

    def fail(path: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "no")

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(OutputError, match="disk is full"):
        _export(tmp_path, "csv", detection=make_detection(lesions=()))

    assert (tmp_path / "result.json").read_bytes() == before
    assert _names(tmp_path) == {"result.json", "slices.csv", "findings.csv"}


def test_when_a_file_cannot_be_moved_in_the_earlier_export_is_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _export(tmp_path, "json")
    before = (tmp_path / "result.json").read_bytes()
    replace_ = Path.replace

    def fail_on_result(path: Path, target: Path) -> Path:
        if path.name == "result.json" and path.parent.name != "earlier":
            raise PermissionError(errno.EACCES, "open elsewhere")
        return replace_(path, target)

    monkeypatch.setattr(Path, "replace", fail_on_result)
    with pytest.raises(OutputError, match="open in another program"):
        _export(tmp_path, "csv", detection=make_detection(lesions=()))

    assert _names(tmp_path) == {"result.json"}
    assert (tmp_path / "result.json").read_bytes() == before


def test_progress_is_told_and_may_stop_the_export(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    def stop_at_second_format(done: int, total: int) -> None:
        told.append((done, total))
        if done == 1:
            raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        export_report(
            make_detection(), VOLUME, tmp_path / "out", ["csv"],
            report_progress=stop_at_second_format,
        )  # fmt: skip

    assert told[0] == (0, 2)
    assert not (tmp_path / "out").exists()


def test_an_error_names_the_folder_and_no_patient(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path, data: bytes) -> int:
        raise OSError(errno.EROFS, "no")

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(OutputError) as caught:
        _export(tmp_path / "out")

    assert str(tmp_path / "out") in str(caught.value)
    assert "SIM 0001" not in str(caught.value)


def test_a_source_that_is_gone_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    series = make_files(tmp_path)
    series.instances[3].path.unlink()

    with pytest.raises(OutputError, match=r"3\.dcm' can no longer be read"):
        export_report(make_detection(series), make_volume(series), tmp_path / "out", ["sr"])

    assert not (tmp_path / "out").exists()


def test_importing_the_reports_loads_no_writers_library() -> None:
    code = (
        "import sys, hcc_viewer.report;"
        "print([m for m in ('reportlab', 'highdicom') if m in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert done.stdout.strip() == "[]"


def test_every_format_has_a_writer_and_its_names() -> None:
    assert set(FORMATS) == set(export._MODULES) == set(export._NAMES)


def test_a_detection_without_slices_is_exported(tmp_path: Path) -> None:
    empty = replace(make_detection(lesions=()), slices=())

    assert "report.pdf" in _export(tmp_path, "pdf", "png", detection=empty)
