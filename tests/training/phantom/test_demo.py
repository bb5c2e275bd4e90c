import json

import pytest

from hcc_viewer.paths import demo_study_dir

MOST_BYTES = 6_000_000


@pytest.fixture
def truth() -> dict[str, object]:
    path = demo_study_dir() / "truth.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def test_the_demo_is_small_enough_to_carry() -> None:
    assert sum(p.stat().st_size for p in demo_study_dir().rglob("*.*")) <= MOST_BYTES


def test_the_demo_holds_two_hcc_one_small_and_a_cyst(truth: dict[str, object]) -> None:
    lesions = truth["lesions"]
    assert isinstance(lesions, list)
    sizes = [lesion["diameter_mm"] for lesion in lesions if lesion["is_hcc"]]
    assert len(sizes) >= 2
    assert min(sizes) < 15
    assert "cyst" in [lesion["kind"] for lesion in lesions]


def test_the_demo_has_enough_slices(truth: dict[str, object]) -> None:
    files = list((demo_study_dir() / "hbp").glob("*.dcm"))
    assert 60 <= len(files) <= 100
    assert truth["slices"] == len(files)
