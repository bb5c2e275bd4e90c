import numpy as np
import pytest

from hcc_viewer.training.phantom.shapes import Outline, region_of, rotation


def test_a_soft_ball_has_the_volume_of_its_diameter() -> None:
    region = region_of(Outline((30.0, 30.0, 30.0), 20.0), (31, 45, 45), (2.0, 1.4, 1.4))
    volume = region.soft_mask(1.4).sum() * 2.0 * 1.4 * 1.4
    assert volume == pytest.approx(np.pi / 6 * 20**3, rel=0.05)


def test_a_five_millimetre_ball_keeps_its_volume_on_a_coarse_grid() -> None:
    region = region_of(Outline((30.3, 29.6, 30.1), 5.0), (31, 45, 45), (2.0, 1.4, 1.4))
    volume = region.soft_mask(1.4).sum() * 2.0 * 1.4 * 1.4
    assert volume == pytest.approx(np.pi / 6 * 5**3, rel=0.3)


def test_lobulation_makes_the_outline_irregular() -> None:
    smooth, lobed = (
        region_of(Outline((30.0, 30.0, 30.0), 20.0, lobulation=amount), (31, 45, 45), (2, 1.4, 1.4))
        for amount in (0.0, 0.3)
    )
    assert lobed.depth_mm.std() != pytest.approx(smooth.depth_mm.std(), rel=0.01)


def test_a_rotation_keeps_lengths() -> None:
    matrix = rotation((20.0, -50.0, 130.0))
    np.testing.assert_allclose(matrix @ matrix.T, np.eye(3), atol=1e-12)


def test_an_outline_without_size_is_refused() -> None:
    with pytest.raises(ValueError, match="diameter_mm"):
        Outline((0.0, 0.0, 0.0), 0.0)
