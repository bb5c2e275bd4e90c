from dataclasses import replace

import numpy as np
import pytest

from tests.training.toy import make_toy_case

pytest.importorskip("sklearn", reason="needs the training extra")

from hcc_viewer.training.visibility import contrast_to_noise


def darkened(case, drop):
    """The toy with its lesion `drop` below the liver, the noise unchanged."""
    image = case.image_without_lesions.astype(int) - drop * (case.lesions > 0)
    return replace(case, image=np.clip(image, 0, 65535).astype(np.uint16))


def test_ratio_is_the_drop_over_the_noise_of_the_liver():
    case = make_toy_case(3)
    assert contrast_to_noise(darkened(case, 30), 1) == pytest.approx(2.0, rel=0.1)
    assert contrast_to_noise(darkened(case, 150), 1) == pytest.approx(10.0, rel=0.1)
    assert contrast_to_noise(darkened(case, 0), 1) == 0.0


def test_other_lesions_around_do_not_count_as_unevenness():
    case = darkened(make_toy_case(3), 30)
    lesions = case.lesions.copy()
    near = np.argwhere(lesions == 1).max(axis=0) + np.array([0, 0, 3])
    image, pair = case.image.copy(), case.image_without_lesions.copy()
    place = (slice(None), slice(near[1], near[1] + 2), slice(near[2], near[2] + 2))
    for array in (image, pair):
        array[place] = 0
    lesions[place] = 2
    other = replace(case, image=image, image_without_lesions=pair, lesions=lesions)
    assert contrast_to_noise(other, 1) == pytest.approx(2.0, rel=0.1)


def test_unknown_without_a_pair_or_a_voxel():
    case = make_toy_case(3)
    assert np.isnan(contrast_to_noise(replace(case, image_without_lesions=None), 1))
    assert np.isnan(contrast_to_noise(case, 7))
