"""The folder of a run's simulated patients."""

import json
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("threadpoolctl", reason="needs the training extra")

from hcc_viewer.errors import UsageError
from hcc_viewer.records import to_table
from hcc_viewer.training.config import CasesConfig, load_config
from hcc_viewer.training.patients import Patients
from hcc_viewer.training.phantom.config import PhantomConfig


def patients_in(folder, config):
    """Those of a folder whose test patients are there already."""
    patients = Patients(config, folder)
    folder.mkdir(exist_ok=True)
    for seed in patients.seeds("test"):
        (folder / f"test-{seed:06d}-case.npz").touch()
    return patients


def config_with(**changes):
    phantom = PhantomConfig(**changes)
    return replace(load_config("smoke"), cases=CasesConfig(test_patients=2, test_phantom=phantom))


def test_patients_drawn_in_another_way_are_not_taken_for_these(tmp_path):
    patients_in(tmp_path / "cases", config_with()).make("test")
    patients_in(tmp_path / "cases", config_with()).make("test")
    with pytest.raises(UsageError, match=r"in another way \(contrast_shift\)"):
        patients_in(tmp_path / "cases", config_with(contrast_shift=0.1)).make("test")


def test_patients_drawn_before_there_was_a_setting_have_its_default(tmp_path):
    folder = tmp_path / "cases"
    patients_in(folder, config_with()).make("test")
    note = json.loads((folder / "drawn.json").read_text())
    del note["test"]["occurrence"]
    (folder / "drawn.json").write_text(json.dumps(note))
    patients_in(folder, config_with()).make("test")
    with pytest.raises(UsageError, match=r"\(occurrence\)"):
        patients_in(folder, config_with(occurrence="natural")).make("test")


def test_patients_at_natural_prevalence_are_others_drawn_otherwise_alike(tmp_path):
    coarse = {"anatomy_spacing_mm": (6.0, 4.0, 4.0), "max_matrix": 128}
    config = config_with(**coarse)
    cases = replace(config.cases, natural_patients=1)
    patients = Patients(replace(config, cases=cases), tmp_path)
    assert not set(patients.seeds("natural")) & set(patients.seeds("test"))
    assert cases.natural_phantom == PhantomConfig(**coarse, occurrence="natural")
    patients.make("natural", quiet=True)
    drawn = json.loads((tmp_path / "drawn.json").read_text())["natural"]
    assert drawn["occurrence"] == "natural"
    assert [case.seed for case in patients.cases("natural")] == patients.seeds("natural")


def test_anatomy_folder_is_the_same_by_any_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    patients_in(tmp_path / "cases", config_with(anatomy="ct")).make("test")
    patients_in(tmp_path / "cases", config_with(anatomy=str(tmp_path / "ct"))).make("test")
    with pytest.raises(UsageError, match=r"\(anatomy\)"):
        patients_in(tmp_path / "cases", config_with()).make("test")


def test_run_of_an_earlier_version_says_how_its_patients_were_drawn(tmp_path):
    other = config_with(anatomy="ct")
    (tmp_path / "config.json").write_text(json.dumps(to_table(other)))
    with pytest.raises(UsageError, match=r"\(anatomy\)"):
        patients_in(tmp_path / "cases", config_with()).make("test")
    assert not (tmp_path / "cases" / "drawn.json").exists()


def test_damaged_file_of_a_patient_is_simulated_again(tmp_path, caplog):
    config = replace(load_config("smoke"), cases=CasesConfig(tune_patients=1))
    patients = Patients(config, tmp_path)
    patients.make("tune", quiet=True)
    (seed,) = patients.seeds("tune")
    example, case = patients.example("tune", seed), next(iter(patients.cases("tune")))
    path = tmp_path / f"tune-{seed:06d}-example.npz"
    path.write_bytes(path.read_bytes()[:10_000])
    (tmp_path / f"tune-{seed:06d}-case.npz").write_bytes(b"")
    np.testing.assert_array_equal(patients.example("tune", seed).slices, example.slices)
    np.testing.assert_array_equal(next(iter(patients.cases("tune"))).image, case.image)
    assert caplog.text.count("is simulated again") == 1  # what is missing of a part is made at once


def test_what_ended_workers_left_is_taken_away(tmp_path, monkeypatch):
    def interrupted_pool(*_):
        (tmp_path / "test-200000-case.npz.1.part").touch()
        raise KeyboardInterrupt

    monkeypatch.setattr("hcc_viewer.training.patients.worker_pool", interrupted_pool)
    with pytest.raises(KeyboardInterrupt):
        Patients(config_with(), tmp_path).make("test")
    assert [path.name for path in tmp_path.iterdir()] == ["drawn.json"]
