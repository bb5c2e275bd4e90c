from pathlib import Path

import numpy as np
import pytest

from hcc_viewer.errors import ReadError
from hcc_viewer.training.phantom.case import simulate_case
from hcc_viewer.training.phantom.store import load_case, save_case
from hcc_viewer.training.phantom.types import SimulatedCase, Tissue
from tests.training.phantom.tiny import draw_tiny_anatomy, tiny_config


@pytest.fixture(scope="module")
def case() -> SimulatedCase:
    config = tiny_config(without_hcc=0.0, with_pair=True)
    return simulate_case(3, config, draw_tiny_anatomy)


def test_the_same_seed_gives_the_same_case(case: SimulatedCase) -> None:
    again = simulate_case(3, tiny_config(without_hcc=0.0), draw_tiny_anatomy)
    np.testing.assert_array_equal(again.image, case.image)
    assert again.truth == case.truth


def test_another_seed_gives_another_case(case: SimulatedCase) -> None:
    other = simulate_case(4, tiny_config(), draw_tiny_anatomy)
    assert other.image.shape != case.image.shape or (other.image != case.image).any()


def test_all_arrays_lie_on_the_image_grid(case: SimulatedCase) -> None:
    assert case.image.shape == case.labels.shape == case.lesions.shape
    assert len(case.geometry.positions_mm) == len(case.image)
    assert case.image.dtype == np.uint16


def test_liver_is_brighter_than_spleen(case: SimulatedCase) -> None:
    liver, spleen = (
        np.median(case.image[case.labels == tissue]) for tissue in (Tissue.LIVER, Tissue.SPLEEN)
    )
    assert liver > 1.2 * spleen


def test_the_truth_lies_where_the_lesion_map_says(case: SimulatedCase) -> None:
    for lesion in case.truth:
        inside = np.argwhere(case.lesions == lesion.id)
        if len(inside) < 20:
            continue
        column, row, slice_ = case.geometry.to_index(np.array(lesion.center_lps_mm))
        np.testing.assert_allclose(inside.mean(0), (slice_, row, column), atol=1.5)


def test_the_pair_differs_only_at_the_hcc(case: SimulatedCase) -> None:
    without = case.image_without_lesions
    assert without is not None
    ids = [lesion.id for lesion in case.truth if lesion.is_hcc]
    mask = np.isin(case.lesions, ids)
    difference = np.abs(case.image.astype(float) - without)
    assert difference[mask].mean() > 20 * difference[: mask.any(axis=(1, 2)).argmax() - 3].mean()


def test_patients_without_hcc_have_none() -> None:
    case = simulate_case(5, tiny_config(without_hcc=1.0), draw_tiny_anatomy)
    assert not any(lesion.is_hcc for lesion in case.truth)


def test_a_stored_case_comes_back(case: SimulatedCase, tmp_path: Path) -> None:
    back = load_case(save_case(case, tmp_path / "case.npz"))
    np.testing.assert_array_equal(back.image, case.image)
    np.testing.assert_array_equal(back.lesions, case.lesions)
    np.testing.assert_allclose(back.geometry.affine, case.geometry.affine)
    assert back.truth == case.truth
    assert back.protocol["RepetitionTime"] == case.protocol["RepetitionTime"]


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "case.npz"
    path.write_bytes(b"no archive")
    with pytest.raises(ReadError, match="cannot be read"):
        load_case(path)
