from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="needs the training extra")

from hcc_viewer.catalogue import LabelledCase, Organ
from hcc_viewer.detection import load_model
from hcc_viewer.detection.model_card import InputSpec
from hcc_viewer.training.catalogue_cases import (
    as_simulated,
    catalogue_example,
    catalogue_result,
)
from hcc_viewer.training.evaluate import evaluate_case, model_detector
from hcc_viewer.training.examples import TISSUE_GROUPS, UNKNOWN_TISSUE, make_example
from hcc_viewer.training.implant import find_donors, implant
from hcc_viewer.training.importers.simulated import from_simulated
from tests.detection.make_model import make_model
from tests.training.toy import make_toy_case

SPEC = InputSpec(size=96, field_mm=380.0, offsets_mm=(0.0,))


@pytest.fixture(scope="module")
def toy():
    return make_toy_case(2)


@pytest.fixture(scope="module")
def case(toy) -> LabelledCase:
    return from_simulated(toy, "sim-2")


@pytest.fixture(scope="module")
def detector(tmp_path_factory):
    return model_detector(load_model(make_model(tmp_path_factory.mktemp("model"))))


def weak(case):
    labels = (case.slice_truth(15.0) == 1).astype(np.int8)
    return replace(case, label_kind="slices", slice_labels=labels, truth=())


def test_example_of_a_catalogue_case_is_that_of_the_simulated_one(toy, case):
    expected, found = make_example(toy, SPEC), catalogue_example(case, SPEC)
    np.testing.assert_array_equal(found.slices, expected.slices)
    np.testing.assert_array_equal(found.hcc, expected.hcc)
    np.testing.assert_allclose(found.hcc_area_mm2, expected.hcc_area_mm2)
    liver = [name for name, _ in TISSUE_GROUPS].index("liver")
    np.testing.assert_array_equal(found.tissues == liver, expected.tissues == liver)


def test_result_of_a_catalogue_case_is_that_of_the_simulated_one(toy, case, detector):
    expected = evaluate_case(toy, detector, 15.0)
    found = catalogue_result(case, detector, 15.0)
    np.testing.assert_array_equal(found.probabilities, expected.probabilities)
    np.testing.assert_array_equal(found.is_positive, expected.is_positive)
    np.testing.assert_array_equal(found.at(0.3)[0], expected.at(0.3)[0])
    assert found.at(0.3)[1] == expected.at(0.3)[1]


def test_what_nobody_outlined_is_unknown_and_air_is_still_air(case):
    liver_only = replace(
        case, organs=np.where(case.organs == Organ.LIVER, case.organs, 0).astype(np.uint8)
    )
    tissues = catalogue_example(liver_only, SPEC).tissues
    assert (tissues == UNKNOWN_TISSUE).any()
    assert not (tissues == 0).any()
    labels = as_simulated(liver_only).labels
    assert labels[0, 0, 0] == 0
    assert (labels[case.organs == Organ.LIVER] > 0).all()


def test_slice_labels_alone_are_positive_without_a_place(case, detector):
    example = catalogue_example(weak(case), SPEC)
    assert np.isinf(example.hcc_area_mm2).any()
    assert not example.hcc.any()
    result = catalogue_result(weak(case), detector, 15.0)
    np.testing.assert_array_equal(result.is_positive, case.slice_truth(15.0) == 1)
    assert np.isnan(result.diameters_mm).all()


def test_implanted_lesion_lies_in_liver_and_looks_like_its_donor(case):
    generator = np.random.default_rng(0)
    free = from_simulated(make_toy_case(5, with_hcc=False), "sim-5")
    copy = implant(free, find_donors(case), generator, "copy")
    assert copy is not None
    new = copy.hcc
    assert new.any()
    assert (free.organs[new] == Organ.LIVER).mean() > 0.9
    donor = case.image[case.hcc].mean() / np.median(case.image[case.organs == Organ.LIVER])
    inner = copy.image[new].mean() / np.median(free.image[free.organs == Organ.LIVER])
    assert inner == pytest.approx(donor, abs=0.12)
    assert copy.truth[-1].diameter_mm == pytest.approx(case.truth[0].diameter_mm, rel=0.1)
    np.testing.assert_array_equal(copy.image[~(copy.image != free.image)], free.image[
        ~(copy.image != free.image)])  # fmt: skip


def test_boxes_and_cases_without_liver_give_no_donor(case):
    assert find_donors(replace(case, label_kind="box")) == []
    assert find_donors(replace(case, organs=np.zeros_like(case.organs))) == []
    free = replace(case, organs=np.zeros_like(case.organs))
    assert implant(free, find_donors(case), np.random.default_rng(0), "x") is None
