"""Whole real anatomies are kept for testing."""

import pytest

from hcc_viewer.errors import UsageError
from hcc_viewer.training.anatomy_split import held_out_names, with_anatomy
from hcc_viewer.training.config import CasesConfig


@pytest.fixture
def folder(tmp_path):
    for name in ("s0001", "s0002", "s0003"):
        (tmp_path / name / "segmentations").mkdir(parents=True)
        (tmp_path / name / "segmentations" / "liver.nii.gz").write_bytes(b"")
    return tmp_path


def test_named_cases_are_for_testing_only(folder):
    cases = with_anatomy(CasesConfig(held_out_cases=("s0002", "elsewhere")), folder)
    assert cases.train_phantom.without_cases == ("s0002",)
    assert cases.test_phantom.only_cases == ("s0002",)
    assert cases.test_phantom.anatomy == cases.train_phantom.anatomy == str(folder)


def test_without_names_a_fixed_fifth_is_held_out():
    names = [f"case{number}" for number in range(20)]
    chosen = held_out_names(names, ())
    assert len(chosen) == 4
    assert chosen == held_out_names(names[::-1], ())


def test_single_case_is_refused(tmp_path):
    (tmp_path / "s0001" / "segmentations").mkdir(parents=True)
    (tmp_path / "s0001" / "segmentations" / "liver.nii.gz").write_bytes(b"")
    with pytest.raises(UsageError, match="at least two"):
        with_anatomy(CasesConfig(), tmp_path)


def test_missing_folder_is_refused_by_its_name(tmp_path):
    with pytest.raises(UsageError, match="nowhere"):
        with_anatomy(CasesConfig(), tmp_path / "nowhere")
