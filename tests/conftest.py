"""Shared by all tests: a home of their own, and the real samples where there are any."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", autouse=True)
def own_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Settings, audit log and data of the tests never touch the user's own."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
            patch.setenv(name, str(tmp_path_factory.mktemp(name.lower())))
        yield


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, logs and models of whoever runs the tests are neither read nor touched."""
    home = tmp_path_factory.mktemp("home")
    for name in ("config", "data", "log"):
        monkeypatch.setattr(f"hcc_viewer.paths.{name}_dir", lambda name=name: home / name)


@pytest.fixture
def real_data() -> Path:
    """The folder of real DICOM samples; the test is skipped where it is absent."""
    stated = os.environ.get("HCC_VIEWER_REAL_DATA")
    folder = Path(stated) if stated else REPOSITORY.parent / "shared" / "data"
    if not (folder / "dicom").is_dir():
        pytest.skip("no real DICOM samples here; HCC_VIEWER_REAL_DATA can name their folder")
    return folder / "dicom"
