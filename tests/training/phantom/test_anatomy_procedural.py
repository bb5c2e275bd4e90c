"""Procedural anatomy: sizes, places, order and repeatability."""

from functools import cache

import numpy as np
import pytest
from scipy import ndimage

from hcc_viewer.training.phantom.anatomy import (
    build_anatomy,
    draw_parameters,
    draw_procedural_anatomy,
)
from hcc_viewer.training.phantom.types import Anatomy, Tissue

SPACING = (5.0, 4.0, 4.0)
SEEDS = (0, 1, 2, 3)
ALWAYS = set(Tissue) - {
    Tissue.BILE_DUCT, Tissue.GALLBLADDER, Tissue.ASCITES, Tissue.OTHER_SOFT_TISSUE, Tissue.ADRENAL,
}  # fmt: skip


@cache
def drawn(seed: int) -> Anatomy:
    return draw_procedural_anatomy(np.random.default_rng(seed), SPACING)


def volume_ml(anatomy: Anatomy, *tissues: Tissue) -> float:
    return float(np.isin(anatomy.labels, tissues).sum() * np.prod(anatomy.spacing_mm) / 1000)


def center_mm(anatomy: Anatomy, *tissues: Tissue) -> np.ndarray:
    return np.argwhere(np.isin(anatomy.labels, tissues)).mean(0) * anatomy.spacing_mm


@pytest.mark.parametrize("seed", SEEDS)
def test_every_tissue_is_present(seed):
    assert set(np.unique(drawn(seed).labels)) >= ALWAYS


@pytest.mark.parametrize("seed", SEEDS)
def test_organ_volumes_are_those_of_patients(seed):
    anatomy = drawn(seed)
    assert 850 < volume_ml(anatomy, Tissue.LIVER) < 2300
    assert 70 < volume_ml(anatomy, Tissue.SPLEEN) < 1250
    assert 150 < volume_ml(anatomy, Tissue.KIDNEY_CORTEX, Tissue.KIDNEY_MEDULLA) < 520
    assert volume_ml(anatomy, Tissue.GALLBLADDER) < 90
    assert 12 < volume_ml(anatomy, Tissue.PANCREAS) < 120


@pytest.mark.parametrize("seed", SEEDS)
def test_organs_lie_on_their_side_and_in_their_order(seed):
    anatomy = drawn(seed)
    spine, liver = center_mm(anatomy, Tissue.CSF), center_mm(anatomy, Tissue.LIVER)
    spleen = center_mm(anatomy, Tissue.SPLEEN)
    assert liver[2] < spine[2] - 30
    assert spleen[2] > spine[2] + 50
    assert liver[1] < spine[1] - 40
    heart = center_mm(anatomy, Tissue.HEART_MUSCLE)
    kidneys = center_mm(anatomy, Tissue.KIDNEY_CORTEX)
    assert heart[0] > liver[0] > kidneys[0]
    assert heart[2] > liver[2]
    assert center_mm(anatomy, Tissue.LUNG)[0] > liver[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_gas_floats_on_fluid_in_the_supine_patient(seed):
    front, behind = drawn(seed).labels[:, :-1], drawn(seed).labels[:, 1:]
    right = (front == Tissue.GAS) & (behind == Tissue.BOWEL_CONTENT)
    wrong = (front == Tissue.BOWEL_CONTENT) & (behind == Tissue.GAS)
    assert right.sum() > 4 * wrong.sum()


@pytest.mark.parametrize("seed", SEEDS)
def test_body_has_no_holes_and_does_not_touch_the_border(seed):
    labels = drawn(seed).labels
    body = labels > 0
    assert all((ndimage.binary_fill_holes(plane) == plane).all() for plane in body)
    assert ndimage.label(body)[1] == 1
    assert not body[:, [0, -1]].any()
    assert not body[:, :, [0, -1]].any()


@pytest.mark.parametrize("seed", SEEDS)
def test_liver_is_whole_and_nearly_one_piece(seed):
    anatomy = drawn(seed)
    parts, _ = ndimage.label(anatomy.labels == Tissue.LIVER, np.ones((3, 3, 3)))
    sizes = np.bincount(parts.ravel())[1:]
    assert sizes.max() > 0.97 * sizes.sum()
    assert anatomy.whole_liver
    assert 155 <= anatomy.labels.shape[0] * SPACING[0] <= 275


def test_same_seed_gives_the_same_anatomy():
    again = draw_procedural_anatomy(np.random.default_rng(1), SPACING)

    assert np.array_equal(again.labels, drawn(1).labels)
    assert again.parameters == drawn(1).parameters


def test_other_seeds_give_other_anatomies():
    volumes = {round(volume_ml(drawn(seed), Tissue.LIVER)) for seed in SEEDS}

    assert len(volumes) == len(SEEDS)
    assert len({drawn(seed).labels.shape for seed in SEEDS}) > 1


def test_spacing_changes_the_sampling_but_not_the_patient():
    parameters = draw_parameters(np.random.default_rng(3))
    coarse = build_anatomy(parameters, (5.0, 4.0, 4.0))
    fine = build_anatomy(parameters, (4.0, 3.0, 3.0))

    for tissue in (Tissue.LIVER, Tissue.SPLEEN, Tissue.LUNG):
        assert volume_ml(coarse, tissue) == pytest.approx(volume_ml(fine, tissue), rel=0.1)


def test_cirrhotic_share_decides_who_is_cirrhotic():
    rng = np.random.default_rng(0)
    sick = [draw_parameters(rng, cirrhotic_share=1.0) for _ in range(40)]
    well = [draw_parameters(rng, cirrhotic_share=0.0) for _ in range(40)]

    assert all(p.is_cirrhotic for p in sick)
    assert not any(p.is_cirrhotic or p.liver.nodule_height or p.bowel.ascites for p in well)
    spleens = np.median([[p.organs.spleen_ml for p in group] for group in (sick, well)], axis=1)
    assert spleens[0] > 1.3 * spleens[1]
    widths = np.median([[p.liver.fissure for p in group] for group in (sick, well)], axis=1)
    assert widths[0] > widths[1]


def test_parameters_stay_in_published_ranges():
    rng = np.random.default_rng(5)
    for _ in range(200):
        p = draw_parameters(rng)
        assert 1000 <= p.liver.volume_ml <= 2150
        assert 70 <= p.organs.spleen_ml <= 1200
        assert 17 <= p.vessels.aorta <= 25
        assert 15 <= p.vessels.cava <= 25
        assert 8 <= p.gallbladder.volume_ml <= 65
        assert 95 <= p.body.cavity_half_width <= 180
