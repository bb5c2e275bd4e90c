"""Long paths are opened: as they are where the system takes them, extended on Windows."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hcc_viewer.dicom import load_volume, long_paths, scan_study
from hcc_viewer.dicom.long_paths import LONGEST_PLAIN, extended
from tests.make_dicom import HBP, make_series

DEEP = "\\".join(["Leber Gruß 간담도기"] * 20)


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        (f"C:\\{DEEP}\\IM1", f"\\\\?\\C:\\{DEEP}\\IM1"),
        (f"\\\\server\\share\\{DEEP}", f"\\\\?\\UNC\\server\\share\\{DEEP}"),
        (f"C:/x/../{DEEP}/./IM1".replace("\\", "/"), f"\\\\?\\C:\\{DEEP}\\IM1"),
    ],
)
def test_a_long_windows_path_gets_its_prefix(path: str, wanted: str) -> None:
    assert len(path) > 260
    assert extended(path) == wanted


@pytest.mark.parametrize(
    "path",
    ["C:\\study\\IM1", "C:/study", "\\\\server\\share", f"\\\\?\\C:\\{DEEP}", "\\\\.\\pipe\\x"],
)
def test_other_windows_paths_stay_as_they_are(path: str) -> None:
    assert extended(path) == path


def test_the_limit_leaves_room_for_a_short_name() -> None:
    just = "C:\\" + "x" * (LONGEST_PLAIN - 3)
    assert extended(just) == just
    assert extended(just + "y").startswith("\\\\?\\")


def test_every_file_and_folder_is_opened_by_its_extended_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were one opened by its plain path, it would not be found: only the extended one exists."""
    hidden = tmp_path / "extended"
    make_series(hidden / "a", 6, **HBP)
    plain = tmp_path / "plain"

    def extend(path: str) -> str:
        return path.replace(str(plain), str(hidden))

    monkeypatch.setattr(long_paths, "_IS_WINDOWS", True)
    monkeypatch.setattr(long_paths, "extended", extend)
    study = scan_study(plain)
    assert [one.path.parent for one in study.series[0].instances] == [plain / "a"] * 6
    assert load_volume(study.series[0]).array.shape[0] == 6


@pytest.mark.skipif(os.name == "nt", reason="it is the other systems' case")
def test_a_path_of_a_thousand_letters_is_opened(tmp_path: Path) -> None:
    folder = tmp_path.joinpath(*["Leber Gruß 간담도기 " * 3] * 15)
    assert len(str(folder)) > 700
    make_series(folder, 6, **HBP)
    assert len(load_volume(scan_study(tmp_path).series[0]).array) == 6


@pytest.mark.skipif(os.name == "nt", reason="Windows makes no such folder")
def test_a_folder_too_deep_for_the_system_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_series(tmp_path, 6, **HBP)
    monkeypatch.chdir(tmp_path)
    for _ in range(25):
        name = "d" * 200
        Path(name).mkdir()
        os.chdir(name)
    monkeypatch.chdir(tmp_path)
    study = scan_study(tmp_path)
    assert len(study.series[0].instances) == 6
    assert any("folder cannot be listed" in reason for reason, _ in study.skipped)
    _remove_deep(tmp_path / ("d" * 200))


def _remove_deep(top: Path) -> None:
    """Remove folders whose whole path is too long, from within."""
    names = []
    os.chdir(top.parent)
    name = top.name
    while Path(name).is_dir():
        os.chdir(name)
        names.append(name)
    for name in reversed(names):
        os.chdir("..")
        Path(name).rmdir()
