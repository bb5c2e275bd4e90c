import numpy as np
import pytest

from hcc_viewer.detection import load_model
from tests.detection.make_model import make_model
from tests.training.toy import make_toy_case

pytest.importorskip("sklearn", reason="needs the training extra")

from hcc_viewer.detection.model_card import CurvePoint
from hcc_viewer.training.evaluate import evaluate_case, model_detector
from hcc_viewer.training.figures import by_patient, calibration_error, figures, intervals, outcome
from hcc_viewer.training.operating import choose_operating_points


def bright_case(seed, *, with_hcc=True):
    """A toy whose HCC is the brightest thing, so that the hand-made model finds it."""
    from dataclasses import replace

    case = make_toy_case(seed, with_hcc=with_hcc)
    image = case.image.copy()
    image[case.lesions > 0] = 3000
    return replace(case, image=image)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    model = load_model(make_model(tmp_path_factory.mktemp("model")))
    cases = [bright_case(seed, with_hcc=seed > 0) for seed in range(4)]
    return [evaluate_case(case, model_detector(model), 15.0, with_pair=True) for case in cases]


def test_model_that_sees_the_lesion_gets_full_marks(results):
    values = figures([outcome(result, 0.5) for result in results], 0.5)
    assert values["slice AUC"] > 0.95
    assert values["lesions found, all"] == 1.0
    assert values["false findings per patient"] == 0.0
    assert values["pointing game"] == 1.0


def test_finding_beside_every_lesion_is_false(results):
    found, false = results[0].at(0.0)
    assert found.size == 0
    assert false >= 1


def test_lesion_between_the_slices_is_none(tmp_path):
    from dataclasses import replace

    case = bright_case(1)
    unseen = replace(case.truth[0], id=2)
    case = replace(case, truth=(*case.truth, unseen))
    result = evaluate_case(case, model_detector(load_model(make_model(tmp_path))), 15.0)
    assert len(result.diameters_mm) == len(result.contrasts_to_noise) == 1
    assert result.at(0.5)[0].all()


def test_lesion_of_one_row_is_found_where_it_lies_and_nowhere_else(tmp_path):
    from dataclasses import replace

    case = bright_case(1)
    lesions = np.zeros_like(case.lesions)
    lesions[4, 41, 41:60] = case.truth[0].id
    case = replace(case, lesions=lesions)
    result = evaluate_case(case, model_detector(load_model(make_model(tmp_path))), 15.0)
    assert result.distance_mm[0, 4, 20, 25] <= 2 * case.geometry.spacing_mm[1]
    assert result.distance_mm[0, 0, 0, 0] > 50


def test_two_series_of_a_patient_are_drawn_together(results):
    outcomes = [outcome(result, 0.5) for result in results]
    pairs = by_patient(outcomes, ["a", "a", "b", "b"])
    assert len(pairs) == 2
    assert [len(item.truth) for item in pairs] == [
        len(outcomes[i].truth) + len(outcomes[i + 1].truth) for i in (0, 2)
    ]
    assert figures(pairs, 0.5)["slice AUC"] == figures(outcomes, 0.5)["slice AUC"]


def test_lesions_are_counted_by_what_can_be_seen_of_them(results):
    values = figures([outcome(result, 0.5) for result in results], 0.5)
    plain = [value for result in results for value in result.contrasts_to_noise]
    assert max(plain) < 0  # the toy's lesions are bright
    assert values["lesions found, contrast to noise under 1.5"] == 1.0
    assert np.isnan(values["lesions found, contrast to noise 3 and more"])


def test_intervals_enclose_the_figure(results):
    outcomes = [outcome(result, 0.5) for result in results]
    value = figures(outcomes, 0.5)["slice sensitivity"]
    low, high = intervals(outcomes, 0.5)["slice sensitivity"]
    assert low <= value <= high


def test_operating_points_are_ordered_by_threshold(results):
    points = {point.name: point for point in choose_operating_points(results)}
    assert (
        points["high-sensitivity"].threshold
        <= points["balanced"].threshold
        <= points["high-specificity"].threshold
    )


@pytest.mark.parametrize(
    ("fewest_free", "expected"),
    [
        (0.5, 0.2),  # all cost nothing but the last: the greatest sum
        (1.0, 0.4),  # the greatest sum costs more than it gains
    ],
)
def test_balanced_point_weighs_false_findings_only_beyond_those_that_are_free(
    results, monkeypatch, fewest_free, expected
):
    curve = (
        CurvePoint(0.1, 0.95, 0.90, 4.0),
        CurvePoint(0.2, 0.90, 0.955, fewest_free + 0.2),
        CurvePoint(0.4, 0.88, 0.96, 0.5),
        CurvePoint(0.6, 0.70, 0.99, 0.1),
    )
    monkeypatch.setattr("hcc_viewer.training.operating.operating_curve", lambda _: curve)
    points = {point.name: point for point in choose_operating_points(results)}
    assert points["balanced"].threshold == expected


def test_calibration_error_of_an_honest_score_is_small_and_of_a_boaster_large():
    generator = np.random.default_rng(0)
    score = generator.uniform(size=5000)
    truth = generator.uniform(size=5000) < score
    assert calibration_error(truth, score) < 0.03
    assert calibration_error(truth, np.sqrt(score)) > 0.1
