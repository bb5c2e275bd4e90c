import numpy as np
import pytest

from hcc_viewer.training.augment import augment_image, augment_mask, draw_augmentation
from hcc_viewer.training.config import AugmentConfig
from hcc_viewer.training.examples import (
    TISSUE_GROUPS,
    TISSUE_SCALE,
    load_example,
    make_example,
    save_example,
)
from tests.training.toy import make_toy_case


def group(name):
    return [item for item, _ in TISSUE_GROUPS].index(name)


def test_lesion_mask_lies_on_the_dark_spot_of_the_liver(toy_example):
    index = int(np.argmax(toy_example.hcc_area_mm2))
    values = toy_example.slices[index] * (toy_example.clip / 255)
    inside = values[toy_example.hcc[index] > 200]
    liver = np.repeat(np.repeat(toy_example.tissues[index], TISSUE_SCALE, 0), TISSUE_SCALE, 1)
    assert inside.mean() < 0.65 * values[liver == group("liver")].mean()


def test_tissue_map_shows_the_lesion_in_the_liver(toy_example):
    index = int(np.argmax(toy_example.hcc_area_mm2))
    rows, columns = np.nonzero(toy_example.tissues[index] == group("hcc"))
    mask_rows, mask_columns = np.nonzero(toy_example.hcc[index] > 127)
    assert rows.mean() * TISSUE_SCALE == pytest.approx(mask_rows.mean(), abs=2)
    assert columns.mean() * TISSUE_SCALE == pytest.approx(mask_columns.mean(), abs=2)


def test_area_decides_what_is_positive_and_what_uncertain(toy_example):
    area = toy_example.hcc_area_mm2
    assert toy_example.is_positive(15).sum() == (area >= 15).sum() > 0
    assert not (toy_example.is_positive(15) & toy_example.is_uncertain(15)).any()


def test_paired_image_has_no_positive_slice(toy_case, smoke):
    pair = make_example(toy_case, smoke.input, with_lesions=False)
    assert not pair.is_positive(1).any()
    assert pair.hcc.max() == 0


def test_case_without_pair_is_refused(smoke):
    from dataclasses import replace

    case = replace(make_toy_case(), image_without_lesions=None)
    with pytest.raises(ValueError, match="no paired image"):
        make_example(case, smoke.input, with_lesions=False)


def test_example_survives_the_way_to_a_file_and_back(tmp_path, toy_example):
    path = tmp_path / "example.npz"
    save_example(toy_example, path)
    again = load_example(path)
    np.testing.assert_array_equal(again.slices, toy_example.slices)
    np.testing.assert_array_equal(again.hcc, toy_example.hcc)
    assert (again.name, again.clip) == (toy_example.name, toy_example.clip)
    assert list(tmp_path.iterdir()) == [path]


def test_augmentation_moves_image_and_mask_together(toy_example):
    index = int(np.argmax(toy_example.hcc_area_mm2))
    config = AugmentConfig(rotation_deg=40, shift_px=30, noise=0, shading=0, gain=0, gamma=0)
    stored = toy_example.stored(index, (0.0,))
    before = stored[..., 0][toy_example.hcc[index] > 250].mean() * toy_example.clip / 255
    for seed in range(5):
        draw = draw_augmentation(config, 320, np.random.default_rng(seed))
        moved = augment_image(stored, draw, toy_example.clip, 320)[..., 0]
        mask = augment_mask(toy_example.hcc[index], draw, 320)
        assert moved[mask > 250].mean() == pytest.approx(before, rel=0.1)


def test_same_generator_gives_the_same_augmentation(toy_example):
    stored = toy_example.stored(3, (-5.0, 0.0, 5.0))
    first, second = (
        augment_image(
            stored, draw_augmentation(AugmentConfig(), 320, np.random.default_rng(7)), 1.6, 320
        )
        for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)


def test_part_of_a_slice_shows_its_middle(toy_example):
    index = int(np.argmax(toy_example.hcc_area_mm2))
    still = AugmentConfig(
        rotation_deg=0, shift_px=0, zoom=(1, 1), noise=0, shading=0, gain=0, gamma=0, blur_px=0
    )
    draw = draw_augmentation(still, 96, np.random.default_rng(0), (130.5, 101.5))
    part = augment_mask(toy_example.hcc[index], draw, 96)
    np.testing.assert_array_equal(part, toy_example.hcc[index][83:179, 54:150])
