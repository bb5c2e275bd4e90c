import math

import numpy as np
import pytest
from scipy.stats import chi2

from hcc_viewer.stats import Interval, patient_bootstrap, wilson
from hcc_viewer.stats.calibration import (
    brier,
    calibration_error,
    calibration_line,
    reliability,
    shift_prior,
)
from hcc_viewer.stats.decision import decision_curve
from hcc_viewer.stats.froc import froc, sensitivity_at
from hcc_viewer.stats.paired import gee_difference, mcnemar
from hcc_viewer.stats.proportions import binomial_two_sided, chi_square_tail
from hcc_viewer.stats.roc import (
    auc,
    average_precision,
    clustered_auc_interval,
    delong_covariance,
    delong_interval,
    delong_test,
    roc_curve,
)

GENERATOR = np.random.default_rng(7)


def scores(items=200, gain=1.0, seed=1):
    generator = np.random.default_rng(seed)
    truth = generator.uniform(size=items) < 0.3
    return truth, np.round(generator.normal(size=items) + gain * truth, 1)


def test_wilson_gives_the_textbook_interval():
    # Newcombe, Stat Med 1998;17:857, table I: 81 of 263 and 0 of 20.
    assert wilson(81, 263).low == pytest.approx(0.2553, abs=1e-4)
    assert wilson(81, 263).high == pytest.approx(0.3662, abs=1e-4)
    assert wilson(0, 20).high == pytest.approx(0.1611, abs=1e-4)
    assert wilson(0, 0) == Interval(0.0, 1.0)
    with pytest.raises(ValueError, match="between 0 and 3"):
        wilson(4, 3)


def test_tails_agree_with_scipy():
    stats = pytest.importorskip("scipy.stats")
    assert chi_square_tail(3.84) == pytest.approx(stats.chi2.sf(3.84, 1))
    for successes, trials in [(3, 10), (5, 10), (0, 7), (12, 15)]:
        expected = stats.binomtest(successes, trials).pvalue
        assert binomial_two_sided(successes, trials) == pytest.approx(expected)


def test_auc_counts_ties_half_and_agrees_with_sklearn():
    metrics = pytest.importorskip("sklearn.metrics")
    truth, score = scores()
    assert auc(truth, score) == pytest.approx(metrics.roc_auc_score(truth, score))
    assert average_precision(truth, score) == pytest.approx(
        metrics.average_precision_score(truth, score)
    )
    curve = roc_curve(truth, score)
    area = np.trapezoid(curve.sensitivity, 1 - curve.specificity)
    assert area == pytest.approx(auc(truth, score))
    assert auc(np.array([True, False]), np.array([0.5, 0.5])) == 0.5
    assert math.isnan(auc(np.array([True]), np.array([0.5])))
    with pytest.raises(ValueError, match="positive and negative"):
        roc_curve(np.array([True]), np.array([0.5]))


def test_weighted_auc_is_that_of_the_repeated_items():
    truth, score = scores(60)
    weight = GENERATOR.integers(0, 4, 60)
    repeated = np.repeat(np.arange(60), weight)
    assert auc(truth, score, weight) == pytest.approx(auc(truth[repeated], score[repeated]))


def test_delong_variance_agrees_with_the_jackknife_of_definition():
    """From the definition, in loops: the kernel's rows and columns."""
    truth, score = scores(50)
    positive, negative = score[truth], score[~truth]
    kernel = np.array([[float(p > n) + 0.5 * (p == n) for n in negative] for p in positive])
    expected = kernel.mean(1).var(ddof=1) / len(positive) + kernel.mean(0).var(ddof=1) / len(
        negative
    )
    assert delong_covariance(truth, [score])[0, 0] == pytest.approx(expected)


def test_delong_interval_covers_as_often_as_it_says():
    true_auc = 0.7602  # of two normals one standard deviation apart: Phi(1 / sqrt 2)
    inside = 0
    for seed in range(200):
        generator = np.random.default_rng(seed)
        truth = np.arange(120) < 40
        score = generator.normal(size=120) + truth
        interval = delong_interval(truth, score)
        inside += interval.low <= true_auc <= interval.high
    assert 180 <= inside <= 199


def test_delong_test_sees_a_better_score_and_no_difference_between_equals():
    truth, good = scores(400, gain=2.0)
    noise = np.random.default_rng(3).normal(size=400)
    assert delong_test(truth, good, noise).p < 1e-6
    assert delong_test(truth, good, good).p == 1.0
    with pytest.raises(ValueError, match="two positive"):
        delong_test(truth[:0], good[:0], noise[:0])


def test_clustered_interval_is_delongs_for_single_slices_and_wider_for_alike_slices():
    truth, score = scores(150)
    single = clustered_auc_interval(truth, score, np.arange(150))
    plain = delong_interval(truth, score)
    assert single.low == pytest.approx(plain.low, abs=0.01)
    copies = np.repeat(np.arange(150), 5)
    naive = delong_interval(truth[copies], score[copies])
    honest = clustered_auc_interval(truth[copies], score[copies], copies)
    assert honest.high - honest.low > 1.8 * (naive.high - naive.low)
    assert honest.low == pytest.approx(plain.low, abs=0.01)


def test_patient_bootstrap_draws_patients_not_slices():
    rates = np.array([0.0, 1.0] * 10)
    interval = patient_bootstrap(lambda counts: float(counts @ rates / counts.sum()), 20)
    assert interval.low == pytest.approx(0.28, abs=0.06)
    assert interval.high == pytest.approx(0.72, abs=0.06)
    assert math.isnan(patient_bootstrap(lambda counts: 1.0, 1).low)
    assert math.isnan(patient_bootstrap(lambda counts: float("nan"), 5).low)


def test_mcnemar_gives_the_exact_probability_and_allows_for_patients():
    first = np.array([True] * 8 + [False] * 2 + [True] * 10)
    second = np.array([False] * 8 + [True] * 2 + [True] * 10)
    alone = mcnemar(first, second, np.arange(20))
    assert (alone.only_first, alone.only_second) == (8, 2)
    assert alone.exact_p == pytest.approx(0.109375)
    assert alone.clustered_p == pytest.approx(chi_square_tail(36 / 10))
    grouped = mcnemar(first, second, np.array([0] * 8 + [1] * 2 + [2] * 10))
    assert grouped.clustered_p > alone.clustered_p
    same = mcnemar(first, first, np.arange(20))
    assert same.exact_p == 1.0
    assert math.isnan(same.clustered_p)


def test_gee_difference_is_the_plain_one_for_single_items_and_wider_in_clusters():
    first = GENERATOR.uniform(size=300) < 0.8
    second = GENERATOR.uniform(size=300) < 0.6
    single = gee_difference(first, second, np.arange(300))
    gap = first.astype(float) - second
    assert single.value == pytest.approx(gap.mean())
    half = 1.959964 * gap.std(ddof=1) / np.sqrt(300)
    assert single.interval.high - single.value == pytest.approx(half, rel=1e-5)
    copies = np.repeat(np.arange(300), 4)
    clustered = gee_difference(first[copies], second[copies], copies)
    assert clustered.interval.high == pytest.approx(single.interval.high)
    assert math.isnan(gee_difference(first[:3], second[:3], np.zeros(3, int)).interval.low)


@pytest.fixture
def answers():
    """Two readers' answers to the slices of twelve patients, slices of a patient alike."""
    generator = np.random.default_rng(20200610)
    patient = np.repeat(np.arange(12), generator.integers(3, 15, 12))
    ability = generator.normal(0, 1, 12)[patient]
    first = generator.random(len(patient)) < 1 / (1 + np.exp(-(1.2 + ability)))
    second = generator.random(len(patient)) < 1 / (1 + np.exp(-(0.5 + ability)))
    return first, second, patient


def test_readers_who_agree_in_everything_prove_nothing(answers):
    first, _, patient = answers
    found = gee_difference(first, first, patient)
    assert found.value == 0
    assert math.isnan(found.interval.low)
    assert math.isnan(mcnemar(first, first, patient).clustered_p)


def test_gee_difference_is_that_of_statsmodels(answers):
    """Its GEE (Gaussian or binomial, identity link, independence, robust) gave these numbers.

    Without the factor for few clusters: 0.1363636 with a standard error of 0.0629159.
    """
    found = gee_difference(*answers)
    half = (found.interval.high - found.interval.low) / 2
    assert found.value == pytest.approx(0.13636364, abs=1e-7)
    assert half / 1.959964 == pytest.approx(0.06291585 * math.sqrt(12 / 11), abs=1e-6)
    if (sm := _statsmodels()) is None:
        return
    first, second, patient = answers
    right = np.concatenate([first, second]).astype(float)
    is_first = np.repeat([1.0, 0.0], len(first))
    fitted = sm.GEE(
        right, sm.add_constant(is_first), groups=np.tile(patient, 2),
        family=sm.families.Gaussian(), cov_struct=sm.cov_struct.Independence(),
    ).fit()  # fmt: skip
    assert found.value == pytest.approx(fitted.params[1])
    assert half / 1.959964 == pytest.approx(fitted.bse[1] * math.sqrt(12 / 11), rel=1e-5)


def test_clustered_mcnemar_is_durkalskis_sum_over_patients(answers):
    """Counted patient by patient, as the paper writes it; the exact one is statsmodels'."""
    first, second, patient = answers
    above = below = 0.0
    for number in range(12):
        pairs = [(a, b) for a, b, p in zip(first, second, patient, strict=True) if p == number]
        gap = sum(int(a and not b) - int(b and not a) for a, b in pairs) / len(pairs)
        above, below = above + gap, below + gap**2
    found = mcnemar(first, second, patient)
    assert found.clustered_p == pytest.approx(chi2.sf(above**2 / below, 1))
    assert (found.only_first, found.only_second) == (34, 19)
    assert found.exact_p == pytest.approx(0.05343881, abs=1e-7)


def _statsmodels():
    """The library for the independent count, where it is installed; nothing needs it."""
    try:
        import statsmodels.api
    except ImportError:
        return None
    return statsmodels.api


def test_calibration_tells_an_honest_score_from_a_boaster():
    score = GENERATOR.uniform(0.01, 0.99, 6000)
    truth = GENERATOR.uniform(size=6000) < score
    odds = np.log(score / (1 - score))
    boaster = 1 / (1 + np.exp(-2 * odds))
    assert calibration_error(truth, score) < 0.03
    assert calibration_error(truth, boaster) > 0.08
    slope, intercept = calibration_line(truth, boaster)
    assert slope == pytest.approx(0.5, abs=0.05)
    assert intercept == pytest.approx(0.0, abs=0.1)
    assert brier(truth, score) < brier(truth, boaster)
    assert sum(item.items for item in reliability(truth, score)) == 6000
    assert math.isnan(calibration_error(truth[:0], score[:0]))
    assert math.isnan(calibration_line(np.ones(3, bool), score[:3])[0])


def test_prior_shift_of_an_even_score_is_the_new_share():
    assert shift_prior(np.array([0.5]), 0.5, 0.1)[0] == pytest.approx(0.1)


def test_net_benefit_is_that_of_the_counts():
    truth = np.array([True, True, False, False, False])
    score = np.array([0.9, 0.1, 0.3, 0.05, 0.01])
    point = decision_curve(truth, score, [0.2])[0]
    assert point.model == pytest.approx(1 / 5 - 1 / 5 * 0.25)
    assert point.all == pytest.approx(2 / 5 - 3 / 5 * 0.25)
    assert decision_curve(truth[:0], score[:0]) == ()


def test_froc_reads_the_best_sensitivity_within_a_rate():
    found = np.array([[True, True, False], [True, False, False]])
    false = np.array([[2, 2], [0, 1]])
    curve = froc([0.2, 0.8], found, false)
    assert list(curve.thresholds) == [0.8, 0.2]
    assert sensitivity_at(curve, 0.25) == 0.0
    assert sensitivity_at(curve, 0.5) == pytest.approx(1 / 3)
    assert sensitivity_at(curve, 2.0) == pytest.approx(2 / 3)
    weighted = froc([0.2, 0.8], found, false, np.array([0, 0, 1]), np.array([1, 0]))
    assert sensitivity_at(weighted, 8) == 0.0
