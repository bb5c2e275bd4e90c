import errno
import json
from pathlib import Path

import pytest
from pydicom.dataset import FileDataset

from hcc_viewer.errors import OutputError, UsageError
from hcc_viewer.training.commands import run_command
from hcc_viewer.training.phantom import simulate
from hcc_viewer.training.phantom.case import draw_scan
from hcc_viewer.training.phantom.config import FIRST_DEMO_SEED, PhantomConfig
from hcc_viewer.training.phantom.simulate import case_seed, simulate_patients, write_study
from tests.training.phantom.tiny import draw_tiny_anatomy, tiny_config


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    def write(folder: Path, name: str, seed: int, config: PhantomConfig, compression: str) -> Path:
        return write_study(draw_scan(seed, config, draw_tiny_anatomy), folder, name, compression)

    monkeypatch.setattr(simulate, "write_patient", write)


@pytest.mark.usefixtures("fast")
def test_each_patient_has_three_series_and_the_truth(tmp_path: Path) -> None:
    (folder,) = simulate_patients(tmp_path, 1, seed=0, config=tiny_config(without_hcc=0.0))
    assert sorted(path.name for path in folder.iterdir()) == [
        "hbp",
        "localizer",
        "native",
        "truth.json",
    ]
    truth = json.loads((folder / "truth.json").read_text())
    assert truth["slices"] == len(list((folder / "hbp").iterdir()))
    assert any(lesion["is_hcc"] for lesion in truth["lesions"])


@pytest.mark.usefixtures("fast")
def test_patients_already_there_are_kept(tmp_path: Path) -> None:
    done = tmp_path / "SIM-0001"
    done.mkdir()
    (done / "truth.json").write_text("{}")
    reports: list[tuple[int, int]] = []
    simulate_patients(
        tmp_path, 2, seed=0, config=tiny_config(), report_progress=lambda *r: reports.append(r)
    )
    assert (done / "truth.json").read_text() == "{}"
    assert reports == [(1, 2), (2, 2)]


@pytest.mark.usefixtures("fast")
def test_patients_of_another_seed_are_not_taken_for_these(tmp_path: Path) -> None:
    simulate_patients(tmp_path, 1, seed=1, config=tiny_config())
    with pytest.raises(UsageError, match="another seed"):
        simulate_patients(tmp_path, 2, seed=2, config=tiny_config())
    assert [path.name for path in tmp_path.iterdir()] == ["SIM-0001"]


def test_simulating_from_a_wrong_anatomy_folder_is_refused_in_a_sentence(tmp_path: Path) -> None:
    words = ["--out", str(tmp_path / "out"), "--anatomy"]
    with pytest.raises(UsageError, match="nowhere does not exist"):
        run_command("simulate", [*words, str(tmp_path / "nowhere")])
    with pytest.raises(UsageError, match="holds no case"):
        run_command("simulate", [*words, str(tmp_path)])
    assert not (tmp_path / "out").exists()


def test_simulated_studies_share_no_seed_with_training_or_demo() -> None:
    assert case_seed(0, 1) > FIRST_DEMO_SEED
    assert case_seed(0, 9_999) < case_seed(1, 1)


def test_a_bad_number_of_patients_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="patients"):
        simulate_patients(tmp_path, 0, seed=0)


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left"), KeyboardInterrupt()])
@pytest.mark.usefixtures("fast")
def test_half_a_patient_is_not_left(
    error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulate_patients(tmp_path, 1, seed=0, config=tiny_config())
    save = FileDataset.save_as

    def fail_late(dataset: FileDataset, path: Path, **options: bool) -> None:
        save(dataset, path, **options)
        if "native" in path.parts:
            try:
                raise error
            except OSError as cause:  # as pydicom does
                raise OSError("With tag ...\nTraceback (most recent call last):") from cause

    monkeypatch.setattr(FileDataset, "save_as", fail_late)
    with pytest.raises((OutputError, KeyboardInterrupt)) as told:
        simulate_patients(tmp_path, 2, seed=0, config=tiny_config())
    assert [path.name for path in tmp_path.iterdir()] == ["SIM-0001"]
    if isinstance(told.value, OutputError):
        assert str(told.value).endswith("native: the disk is full; choose another folder.")


@pytest.mark.usefixtures("fast")
def test_what_ended_workers_left_is_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted_pool(count: int) -> None:
        (tmp_path / "SIM-0002.part" / "hbp").mkdir(parents=True)
        raise KeyboardInterrupt

    monkeypatch.setattr(simulate, "worker_pool", interrupted_pool)
    with pytest.raises(KeyboardInterrupt):
        simulate_patients(tmp_path, 2, seed=0, config=tiny_config(), processes=2)
    assert list(tmp_path.iterdir()) == []
