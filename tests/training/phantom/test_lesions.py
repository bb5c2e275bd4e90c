import numpy as np
import pytest

from hcc_viewer.training.phantom.lesions import LesionPlan, build_body, draw_hccs
from hcc_viewer.training.phantom.mimics import draw_mimics
from hcc_viewer.training.phantom.occurrence import OCCURRENCES, Occurrence
from hcc_viewer.training.phantom.placement import LiverMap, map_liver
from hcc_viewer.training.phantom.shapes import Outline
from hcc_viewer.training.phantom.types import Tissue
from hcc_viewer.training.phantom.vessels import draw_vessels, grow_vessels
from tests.training.phantom.tiny import SPACING, draw_tiny_anatomy

RAISED, NATURAL = OCCURRENCES["raised"], OCCURRENCES["natural"]
SHAPE = (36, 60, 80)
INSIDE = (90.0, 118.0, 108.0)


@pytest.fixture
def liver() -> LiverMap:
    rng = np.random.default_rng(0)
    anatomy = draw_tiny_anatomy(rng)
    veins, _, _ = grow_vessels(rng, anatomy, draw_vessels(rng, is_cirrhotic=True))
    return map_liver(anatomy, veins)


def drawn_sizes(liver: LiverMap, occurrence: Occurrence) -> list[float]:
    sizes = []
    for seed in range(150):
        liver.taken.clear()
        plans = draw_hccs(np.random.default_rng(seed), liver, 1, 0.5, occurrence.hcc_sizes_mm)
        sizes += [plan.outline.diameter_mm for plan in plans]
    return sizes


@pytest.mark.parametrize("occurrence", [RAISED, NATURAL])
def test_enough_hcc_are_small(liver: LiverMap, occurrence: Occurrence) -> None:
    sizes = drawn_sizes(liver, occurrence)
    assert np.mean(np.array(sizes) < 20) >= 0.35
    assert min(sizes) < 7


def test_raised_occurrence_has_more_of_the_hard_ones(liver: LiverMap) -> None:
    raised, natural = (np.array(drawn_sizes(liver, o)) < 10 for o in (RAISED, NATURAL))
    assert raised.mean() > 1.5 * natural.mean()
    for kinds in ("normal", "cirrhotic"):
        hard, usual = getattr(RAISED, kinds), getattr(NATURAL, kinds)
        assert hard.keys() == usual.keys()
        assert all(hard[kind][0] >= usual[kind][0] for kind in hard)


@pytest.mark.parametrize("occurrence", [RAISED, NATURAL])
def test_shares_add_up(occurrence: Occurrence) -> None:
    assert sum(share for _, _, share in occurrence.hcc_sizes_mm) == pytest.approx(1)
    assert sum(occurrence.hcc_counts) == pytest.approx(1)


def test_contrasts_stay_in_the_published_range(liver: LiverMap) -> None:
    plans = []
    for seed in range(60):
        liver.taken.clear()
        plans += draw_hccs(np.random.default_rng(seed), liver, 1, 0.5, RAISED.hcc_sizes_mm)
    contrasts = np.array([plan.contrast for plan in plans])
    assert contrasts.min() >= 0.33
    assert contrasts.max() <= 0.93
    assert contrasts.mean() == pytest.approx(0.63, abs=0.07)


def test_lesions_do_not_overlap(liver: LiverMap) -> None:
    plans = draw_hccs(np.random.default_rng(4), liver, 6, 0.5, RAISED.hcc_sizes_mm)
    outlines = [plan.outline for plan in plans]
    for number, one in enumerate(outlines):
        for other in outlines[:number]:
            gap = np.linalg.norm(np.subtract(one.center_mm, other.center_mm))
            assert gap > (one.diameter_mm + other.diameter_mm) / 2


def test_a_lesion_stays_inside_the_liver_unless_it_bulges(liver: LiverMap) -> None:
    at_the_surface = (90.0, 118.0, 40.0)
    flat, bulging = (
        build_body(
            LesionPlan("hcc", Outline(at_the_surface, 30.0), 0.6, 0.85, bulge_mm=bulge),
            liver,
            SHAPE,
            SPACING,
        )
        for bulge in (0.0, 8.0)
    )
    outside = draw_tiny_anatomy(np.random.default_rng(0)).labels[flat.box] != Tissue.LIVER
    assert bulging.fraction[outside].sum() > 2 * flat.fraction[outside].sum()


def test_a_capsule_is_darker_than_the_inside(liver: LiverMap) -> None:
    plan = LesionPlan(
        "hcc", Outline(INSIDE, 60.0), 0.6, 0.85, capsule_mm=6.0, capsule_contrast=0.5, graininess=0
    )
    body = build_body(plan, liver, SHAPE, SPACING)
    assert body.contrast.min() < 0.4
    assert np.median(body.contrast[body.fraction > 0.99]) > 0.5


def test_a_halo_changes_more_than_the_lesion(liver: LiverMap) -> None:
    plan = LesionPlan("hcc", Outline(INSIDE, 30.0), 0.6, 0.85, halo_mm=10.0, halo_contrast=0.85)
    body = build_body(plan, liver, SHAPE, SPACING)
    assert body.weight.sum() > 1.1 * body.fraction.sum()


@pytest.mark.parametrize("kind", sorted(RAISED.cirrhotic))
def test_every_mimic_can_be_required(liver: LiverMap, kind: str) -> None:
    rng = np.random.default_rng(1)
    plans = draw_mimics(rng, liver, RAISED.cirrhotic, required=(kind,))
    assert kind in [plan.kind for plan in plans]
    assert "hcc" not in [plan.kind for plan in plans]
