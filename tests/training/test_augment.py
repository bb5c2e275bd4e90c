"""What is varied in a training example."""

from dataclasses import replace

import numpy as np
import pytest

from hcc_viewer.training.augment import (
    KEPT_TISSUES,
    OTHER_TISSUE,
    augment_image,
    augment_labels,
    draw_augmentation,
)
from hcc_viewer.training.config import AugmentConfig, load_config
from hcc_viewer.training.dataset import TrainingSlices
from hcc_viewer.training.examples import TISSUE_GROUPS, make_example
from tests.training.toy import make_toy_case

NAMES = [name for name, _ in TISSUE_GROUPS]
STILL = AugmentConfig(
    rotation_deg=0, shift_px=0, zoom=(1, 1), gamma=0, gain=0, shading=0, noise=0, blur_px=0,
    interval=0,
)  # fmt: skip


def gains(config, count=300):
    generator = np.random.default_rng(0)
    drawn = [draw_augmentation(config, 64, generator).tissue_gains for _ in range(count)]
    return np.array(drawn)[:, : len(NAMES)]


def test_liver_and_lesions_keep_their_brightness():
    drawn = gains(replace(STILL, tissue_gain=0.3, bright_fat=0.2))
    for name, column in zip(NAMES, drawn.T, strict=True):
        assert column.any() == (name not in KEPT_TISSUES)
    assert np.std(drawn[:, NAMES.index("spleen")]) == pytest.approx(0.3 * 0.7**0.5, rel=0.2)


def test_fat_is_brightened_in_its_share():
    other = gains(replace(STILL, bright_fat=0.25))[:, OTHER_TISSUE]
    assert 0.15 < np.mean(other > 0) < 0.35
    assert other.max() <= np.log(3)


def test_without_it_nothing_is_weighted():
    assert not gains(STILL).any()


def test_a_tissue_is_weighted_in_every_channel_and_the_liver_is_not():
    config = load_config("smoke")
    config = replace(
        config, augment=replace(STILL, bright_fat=1.0), fit=replace(config.fit, positive_share=0.0)
    )
    plain = replace(config, augment=STILL)
    example = make_example(make_toy_case(1, with_hcc=False), config.input)
    weighted, still = (TrainingSlices([example], each)[0] for each in (config, plain))
    ratio = weighted[0] / np.maximum(still[0], 1e-3)
    shown = still[0] > 0.2
    assert np.median(ratio[shown & (ratio > 1.1)]) > 1.2
    assert (np.abs(ratio[shown] - 1) < 1e-4).any()
    assert {int(channel) for channel in np.nonzero(ratio > 1.2)[3]} == set(range(still[0].shape[3]))


def test_mirrored_examples_have_their_share_and_nothing_else_changes():
    generator = np.random.default_rng(0)
    turns = [
        draw_augmentation(replace(STILL, mirrored=0.3), 64, generator).to_source[:, :2]
        for _ in range(300)
    ]
    signs = np.array([turn[0, 0] for turn in turns])
    assert np.mean(signs == -1) == pytest.approx(0.3, abs=0.08)
    for turn in turns:
        np.testing.assert_allclose(np.abs(turn), np.eye(2), atol=1e-12)


def test_mirrored_image_and_labels_show_the_same_place():
    config = replace(STILL, mirrored=1.0)
    draw = draw_augmentation(config, 64, np.random.default_rng(0))
    image, labels = np.zeros((64, 64, 1), np.uint8), np.zeros((32, 32), np.uint8)
    image[20:30, 4:12], labels[10:15, 2:6] = 200, 1
    shown = augment_image(image, draw, 1.6, 64)[..., 0] > 0.5
    assert shown[20:30, 52:60].all()
    assert shown.sum() == 80
    doubled = augment_labels(labels, draw, 2, 64).repeat(2, axis=0).repeat(2, axis=1) > 0
    np.testing.assert_array_equal(doubled, shown)


def test_stretch_changes_the_sides_and_keeps_the_area():
    generator = np.random.default_rng(0)
    turns = np.array(
        [
            draw_augmentation(replace(STILL, stretch=0.2), 64, generator).to_source[:, :2]
            for _ in range(200)
        ]
    )
    np.testing.assert_allclose(np.linalg.det(turns), 1)
    ratios = np.log(turns[:, 0, 0] / turns[:, 1, 1])
    assert 0.15 < ratios.max() <= 0.2
    assert -0.2 <= ratios.min() < -0.15
