"""Images made worse keep their truth, and the CAM's overlap with a mask is what it looks like."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="needs the training extra")

from hcc_viewer.catalogue import case_volume
from hcc_viewer.detection import detect, load_model
from hcc_viewer.detection.preprocess import grey_range
from hcc_viewer.training.case_report.image_changes import (
    CHANGES,
    add_bias_field,
    add_noise,
    blur,
    coarsen,
    thicken,
)
from hcc_viewer.training.case_report.localisation import HALF, LEVELS, localise, overlap_of
from hcc_viewer.training.importers.simulated import from_simulated
from tests.detection.make_model import make_model
from tests.training.toy import make_toy_case


@pytest.fixture(scope="module")
def case():
    return from_simulated(make_toy_case(1, size=80, spacing_mm=(2.0, 4.8, 4.8)), "toy-1")


def test_noise_has_the_strength_that_is_asked_for(case):
    flat = replace(case, image=np.full_like(case.image, 500.0))
    flat.image[:, :40] = 0.0
    air, bright = grey_range(flat.image, 98.0)
    change = add_noise(flat, 5.0).image[:, 60:] - 500.0
    assert change.std() == pytest.approx(0.05 * (bright - air), rel=0.05)
    assert (add_noise(flat, 5.0).image[:, :30] >= air).all()


def test_noise_is_the_same_for_every_model(case):
    np.testing.assert_array_equal(add_noise(case, 5.0).image, add_noise(case, 5.0).image)
    other = replace(case, name="toy-2")
    assert (add_noise(other, 5.0).image != add_noise(case, 5.0).image).any()


def test_bias_field_shades_by_no_more_than_asked(case):
    flat = replace(case, image=np.full_like(case.image, 500.0))
    flat.image[:, :, :10] = 0.0
    shaded = add_bias_field(flat, 40.0).image[:, :, 10:] / 500.0
    assert shaded.min() >= 0.599
    assert shaded.max() <= 1.401
    assert max(shaded.max() - 1, 1 - shaded.min()) > 0.2


def test_blur_has_the_width_that_is_asked_for(case):
    point = replace(case, image=np.zeros_like(case.image))
    point.image[:, 40, 40] = 1.0
    line = blur(point, 24.0).image[0, 40]
    spread = np.sqrt((line * (np.arange(80) - 40) ** 2).sum() / line.sum()) * 4.8
    assert spread * 2.355 == pytest.approx(24.0, rel=0.05)


def test_larger_pixels_keep_the_mean_and_lose_detail(case):
    coarse = coarsen(case, 12.0)
    assert coarse.image.shape == case.image.shape
    assert coarse.image.mean() == pytest.approx(case.image.mean(), rel=0.02)
    assert np.diff(coarse.image, axis=2).std() < np.diff(case.image, axis=2).std()
    assert coarsen(case, 3.0) is case


def test_thicker_slices_are_means_and_lie_where_they_were(case):
    thick = thicken(case, 6.0)
    assert len(thick.image) == 4
    np.testing.assert_allclose(thick.image[1], case.image[3:6].mean(axis=0), rtol=1e-5)
    assert thick.geometry.spacing_mm == pytest.approx((6.0, 4.8, 4.8))
    np.testing.assert_allclose(
        thick.geometry.to_patient(10, 20, 1), case.geometry.to_patient(10, 20, 4)
    )
    assert thicken(case, 2.0) is case


def test_thicker_slices_keep_labels_where_half_of_the_old_ones_have_them(case):
    marked = replace(case, lesions=np.zeros_like(case.lesions))
    marked.lesions[2:5, 30, 30] = 1
    assert thicken(marked, 4.0).lesions[:, 30, 30].tolist() == [0, 1, 1, 0, 0, 0]
    labels = np.zeros(12, np.int8)
    labels[5], labels[6], labels[8] = 1, -1, -1
    labelled = replace(case, label_kind="slices", slice_labels=labels)
    assert thicken(labelled, 4.0).slice_labels.tolist() == [0, 0, 1, -1, -1, 0]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_every_change_gives_a_case_of_the_same_patient(case, change):
    changed = change.apply(case, change.strengths[-1])
    assert np.isfinite(changed.image).all()
    assert changed.truth == case.truth
    assert changed.facts == case.facts


def test_overlap_is_intersection_over_union():
    one = np.zeros((4, 4), bool)
    one[0, :2] = True
    other = np.zeros((4, 4), bool)
    other[0, 1:4] = True
    assert overlap_of(one, other) == pytest.approx(1 / 4)
    assert overlap_of(~np.ones((2, 2), bool), np.zeros((2, 2), bool)) == 0.0


def test_cam_on_a_bright_square_overlaps_its_mask(case, tmp_path):
    """The hand-made model's CAM is 1 where its cells are bright and 0 elsewhere."""
    model = load_model(make_model(tmp_path))
    square = (slice(None), slice(30, 36), slice(50, 56))
    lesions = np.zeros_like(case.lesions)
    lesions[square] = 1
    bright = replace(case, image=case.image.copy(), lesions=lesions)
    bright.image[square] = 3000.0
    found = localise(bright, detect(case_volume(bright), model))
    assert len(found.slices) == 12
    assert found.overlap[:, HALF].min() > 0.4
    assert found.distance_mm.max() < 10.0
    elsewhere = replace(bright, lesions=np.roll(lesions, -25, axis=2))
    lost = localise(elsewhere, detect(case_volume(elsewhere), model))
    assert lost.overlap.max() == 0.0
    assert lost.distance_mm.min() == pytest.approx(25 * 4.8, abs=10.0)


def test_cases_without_an_outline_have_no_overlap(case, tmp_path):
    model = load_model(make_model(tmp_path))
    boxed = replace(case, label_kind="box")
    found = localise(boxed, detect(case_volume(boxed), model))
    assert found.overlap.shape == (0, len(LEVELS))
