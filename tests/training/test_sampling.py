"""Which slices and places the training sees."""

from dataclasses import replace

import numpy as np
import pytest

from hcc_viewer.training.config import FitConfig
from hcc_viewer.training.examples import TISSUE_GROUPS, TISSUE_SCALE, make_example
from hcc_viewer.training.sampling import Place, Sampler
from tests.training.toy import make_toy_case

AREA_MM2 = 15.0
CROP = 96


@pytest.fixture(scope="module")
def examples(smoke):
    cases = [make_toy_case(1), make_toy_case(2, with_hcc=False)]
    return [make_example(case, smoke.input) for case in cases]


def draws(examples, count=60, **changes):
    sampler = Sampler(examples, replace(FitConfig(), **changes), AREA_MM2)
    generator = np.random.default_rng(0)
    return [sampler.draw(generator, CROP).place for _ in range(count)]


def kinds(shown):
    """What is drawn, in its order."""
    return [drawn.kind for drawn in shown.drawn]


def test_positive_place_shows_hcc_inside_the_part(examples):
    for place in draws(examples, positive_share=1.0):
        rows, columns = np.nonzero(examples[place.example].hcc[place.index])
        reach = CROP / 2
        assert ((abs(rows - place.row) < reach) & (abs(columns - place.column) < reach)).any()


def test_negative_place_is_in_a_slice_without_hcc(examples):
    for place in draws(examples, positive_share=0.0):
        assert examples[place.example].hcc_area_mm2[place.index] == 0


def test_share_of_positive_slices_is_kept(examples):
    places = draws(examples, count=400, positive_share=0.3)
    positive = [examples[place.example].hcc_area_mm2[place.index] > 0 for place in places]
    assert np.mean(positive) == pytest.approx(0.3, abs=0.08)


def test_every_kind_is_drawn_as_often_as_the_configuration_says(examples):
    shares = {"cyst": 0.2, "vessel": 0.3, "gallbladder": 0.4}
    config = FitConfig(positive_share=0.0, **{f"drawn_{kind}s": of for kind, of in shares.items()})
    sampler = Sampler(examples, config, AREA_MM2)
    generator = np.random.default_rng(0)
    drawn = [kinds(sampler.draw(generator, CROP)) for _ in range(400)]
    for kind, share in shares.items():
        assert np.mean([some == [kind] for some in drawn]) == pytest.approx(share, abs=0.08)


def test_hard_places_are_shown_once_they_are_known(examples):
    sampler = Sampler(examples, replace(FitConfig(), positive_share=0.0, hard_share=1.0), AREA_MM2)
    sampler.set_hard_places([Place(1, 5, 100.0, 120.0)])
    generator = np.random.default_rng(0)
    for _ in range(20):
        place = sampler.draw(generator, CROP).place
        assert (place.example, place.index) == (1, 5)
        assert abs(place.row - 100) <= CROP / 4


def test_cases_without_any_negative_slice_are_refused(examples):
    only = replace(examples[0], hcc_area_mm2=np.full(len(examples[0].slices), 50.0))
    with pytest.raises(ValueError, match="no slice without HCC"):
        Sampler([only], FitConfig(), AREA_MM2)


def test_mimics_are_shown_more_often_than_their_share_of_pixels(examples):
    mimic = [name for name, _ in TISSUE_GROUPS].index("mimic")
    tissues = examples[1].tissues.copy()
    tissues[4, 60:70, 60:70] = mimic
    marked = replace(examples[1], tissues=tissues)
    places = draws([marked], count=300, positive_share=0.0)
    near = [place.index == 4 and abs(place.row - 65 * TISSUE_SCALE) < CROP / 2 for place in places]
    assert np.mean(near) > 0.1


def test_new_lesion_is_drawn_into_liver_without_hcc_and_shown(examples):
    config = replace(FitConfig(), positive_share=1.0, drawn_share=1.0)
    sampler = Sampler(examples, config, AREA_MM2)
    liver = [name for name, _ in TISSUE_GROUPS].index("liver")
    generator = np.random.default_rng(0)
    for _ in range(30):
        shown = sampler.draw(generator, CROP)
        (drawn,) = shown.drawn
        at = drawn.place
        assert drawn.kind == "hcc"
        assert examples[at.example].hcc_area_mm2[at.index] == 0
        row, column = int(at.row) // TISSUE_SCALE, int(at.column) // TISSUE_SCALE
        assert examples[at.example].tissues[at.index, row, column] == liver
        assert abs(at.row - shown.place.row) < CROP / 2


def test_vessels_are_drawn_into_negative_slices_at_their_share(examples):
    config = replace(FitConfig(), positive_share=0.0, drawn_cysts=0.2, drawn_vessels=0.5)
    sampler = Sampler(examples, config, AREA_MM2)
    generator = np.random.default_rng(0)
    drawn = [kinds(sampler.draw(generator, CROP)) for _ in range(400)]
    assert "hcc" not in {kind for some in drawn for kind in some}
    assert 0.4 < np.mean([some == ["vessel"] for some in drawn]) < 0.6
    assert 0.12 < np.mean([some == ["cyst"] for some in drawn]) < 0.28


def test_bystanders_are_drawn_beside_hcc_as_often_as_without(examples):
    generator = np.random.default_rng(0)
    for share in (0.0, 1.0):
        config = replace(FitConfig(), positive_share=share, drawn_share=1.0, drawn_bystanders=0.5)
        sampler = Sampler([examples[1]], config, AREA_MM2)
        shown = [sampler.draw(generator, 4 * CROP) for _ in range(400)]
        counts = np.array([len(kinds(one)) - kinds(one).count("hcc") for one in shown])
        assert counts.max() == 3
        assert 0.4 < np.mean(counts > 0) < 0.6
        if share == 1.0:
            assert {kinds(one)[-1] for one in shown} == {"hcc"}
        place = next(drawn.place for one in shown for drawn in one.drawn)
        liver = [name for name, _ in TISSUE_GROUPS].index("liver")
        row, column = int(place.row) // TISSUE_SCALE, int(place.column) // TISSUE_SCALE
        assert examples[1].tissues[place.index, row, column] == liver
