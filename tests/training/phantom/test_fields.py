import numpy as np
import pytest

from hcc_viewer.training.phantom.fields import cubic_weights, smooth_field, stage_rng


def test_a_smooth_field_has_unit_deviation() -> None:
    field = smooth_field(np.random.default_rng(0), (10, 40, 40), (2.0, 1.0, 1.0), 6.0)
    assert field.std() == pytest.approx(1, abs=1e-4)


def test_a_longer_correlation_gives_smoother_fields() -> None:
    fine, coarse = (
        smooth_field(np.random.default_rng(0), (4, 60, 60), (2.0, 1.0, 1.0), length)
        for length in (3.0, 20.0)
    )
    assert np.abs(np.diff(fine, axis=2)).mean() > 2 * np.abs(np.diff(coarse, axis=2)).mean()


def test_cubic_weights_sum_to_one() -> None:
    np.testing.assert_allclose(cubic_weights(5, 17).sum(axis=1), 1, atol=1e-6)


def test_stages_of_one_seed_draw_differently() -> None:
    assert stage_rng(1, "noise").random() != stage_rng(1, "vessels").random()
