"""The paper's experiments: the files, the networks, the report; one fit in miniature."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="needs the training extra")

from hcc_viewer.cli import main
from hcc_viewer.errors import UsageError
from hcc_viewer.stats.roc import auc
from hcc_viewer.training.examples import make_example, save_example
from hcc_viewer.training.experiments.config import Budget, Scale, Variant, load_experiments
from hcc_viewer.training.experiments.networks import build_variant
from hcc_viewer.training.experiments.report import PAPER_ACCURACY, report_page, write_report
from hcc_viewer.training.experiments.run import (
    BEST,
    HISTORY,
    Result,
    _callbacks,
    run_experiments,
    training_config,
)
from hcc_viewer.training.experiments.score import balanced_accuracy
from hcc_viewer.training.metrics import PositiveAuc
from hcc_viewer.training.patients import Patients
from tests.training.toy import make_toy_case

pytestmark = pytest.mark.training

TINY = Scale(
    size=96, widths=(4, 6, 8), train_patients=2, tune_patients=1, epochs=2, slices_per_epoch=16,
    batch_size=8, validation_slices=6,
)  # fmt: skip


TRUTH = (1, 0, 0, 0) * 6
PATIENT = tuple(number // 4 for number in range(24))


def result(variant, seed=0, scores=(0.9, 0.2, 0.3, 0.95)):
    """Six patients of four slices; the first score of each is that of its slice with HCC."""
    own = auc(np.array(TRUTH, bool), np.array(scores * 6))
    return Result(
        variant.key, seed, own, 0.75, 0.8, 3, 6, 1234, 5.0, TRUTH, PATIENT, tuple(scores * 6)
    )


def test_every_line_of_the_papers_tables_is_there():
    variants = load_experiments("paper").variants
    assert set(PAPER_ACCURACY) <= {(v.table, v.name) for v in variants}
    assert {v.kernel_size for v in variants if v.table == "figure 1"} == {2, 3, 4, 5, 6, 7}
    assert len([v for v in variants if v.table == "table 8"]) == 5
    assert load_experiments("toy").variants == variants


@pytest.mark.parametrize(
    ("changes", "layer"),
    [
        ({"normalised": False, "dropout": 0.3}, "Dropout"),
        ({"activation": "prelu"}, "PReLU"),
        ({"activation": "leaky-relu"}, "LeakyReLU"),
        ({"kernel_size": 5}, "BatchNormalization"),
        ({"backbone": "alexnet"}, "Dense"),
    ],
)
def test_variant_is_what_it_says(changes, layer):
    network = build_variant(Variant("t", "n", **changes), TINY)
    kinds = {type(item).__name__ for item in network.layers}
    assert layer in kinds
    assert ("BatchNormalization" in kinds) == (
        changes.get("normalised", True) and changes.get("backbone", "paper") == "paper"
    )
    answer = np.asarray(network(np.zeros((1, 96, 96, 1), np.float32)))
    assert answer.sum() == pytest.approx(1.0, abs=1e-5)


def test_keras_own_networks_take_grey_images():
    network = build_variant(Variant("table 8", "ResNet50", backbone="resnet50"), TINY)
    assert network.output_shape == (None, 2)
    assert network.count_params() > 20_000_000


def test_experiments_are_fitted_once_and_shared_between_tables(tmp_path):
    config = replace(
        load_experiments("toy"),
        scale=replace(TINY, budgets={"table 8": Budget(1, 8)}),
        variants=(
            Variant("table 1", "BN"),
            Variant("table 2", "ReLU"),
            Variant("table 8", "paper"),
        ),
    )
    own = training_config(TINY, 0)
    patients = Patients(own, tmp_path / "cases")
    (tmp_path / "cases").mkdir()
    for part in ("train", "tune"):
        for number, seed in enumerate(patients.seeds(part)):
            example = make_example(make_toy_case(number + 1), own.input)
            save_example(example, tmp_path / "cases" / f"{part}-{seed:06d}-example.npz")
            (tmp_path / "cases" / f"{part}-{seed:06d}-case.npz").touch()
    results = run_experiments(config, tmp_path, quiet=True)
    assert [item.variant for item in results] == ["table-1-bn", "table-2-relu", "table-8-paper"]
    assert results[0].scores == results[1].scores
    assert len(results[0].scores) == len(results[0].truth) == len(results[0].patient)
    assert not list(tmp_path.rglob("*.weights.h5"))
    assert [item.epochs for item in results] == [2, 2, 1]
    assert len(list((tmp_path / "results").iterdir())) == 2
    assert run_experiments(config, tmp_path, quiet=True) == results
    with pytest.raises(UsageError, match="another scale"):
        run_experiments(replace(config, scale=replace(TINY, epochs=3)), tmp_path, quiet=True)


def test_report_sets_results_beside_the_papers_and_says_what_is_missing(tmp_path):
    config = load_experiments("toy")
    done = [v for v in config.variants if v.table in ("table 2", "table 3")]
    results = [result(v, scores=(0.9, 0.2, 0.3, 0.1)) for v in done]
    results[-1] = result(done[-1])
    page = report_page(config, results)
    assert "| ReLU | 1.000 (1.000 to 1.000) | 1.000 | - | 80.0 |" in page
    assert "| SGD | 0.667 (0.667 to 0.667) | 0.667 | -0.333 (-0.333 to -0.333) | 80.0 |" in page
    assert "is right in 75.0 % of them" in page
    assert "What it does not say" in page
    assert "With one seed" in page
    assert "Not run at this scale: Table 1" in page
    assert "Not fitted: SGD." in report_page(config, results[:-1])
    others = [result(variant) for variant in config.variants if variant.table == "table 8"]
    assert "1 epoch(s) of 640 slices and 1 seed(s)" in report_page(config, others)
    write_report(config, results, tmp_path)
    assert (tmp_path / "experiments-table-3.svg").read_text().startswith("<?xml")


def test_auc_of_one_answer_to_everything_is_a_half():
    """Keras's own takes the commoner class's share for merit."""
    targets = np.eye(2)[[0] * 9 + [1]]
    metric = PositiveAuc()
    metric.update_state(targets, np.tile([0.8, 0.2], (10, 1)))
    assert float(metric.result()) == pytest.approx(0.5)
    assert balanced_accuracy(targets[:, 1] > 0, np.full(10, 0.2)) == 0.5


def test_an_interrupted_fit_keeps_the_best_of_what_it_had(tmp_path):
    (tmp_path / HISTORY).write_text("epoch,val_auc\n0,0.9\n1,nan\n")
    (tmp_path / BEST).touch()
    best = [item for item in _callbacks(TINY, tmp_path) if hasattr(item, "save_best_only")]
    assert best[0].best == 0.9


def test_budget_of_a_table_has_seeds_of_its_own():
    scale = replace(TINY, seeds=(0, 1), budgets={"table 8": Budget(1, 8, (5,))})
    assert scale.of(Variant("table 8", "n")).seeds == (5,)
    assert scale.of(Variant("table 1", "n")).seeds == (0, 1)


def test_unknown_variant_is_refused_by_its_key(tmp_path, capsys):
    path = tmp_path / "x.toml"
    path.write_text('name = "x"\n[[variants]]\ntable = "t"\nname = "n"\noptimiser = "luck"\n')
    assert main(["experiments", "--config", str(path)]) == 2
    assert "variants.optimiser must be one of" in capsys.readouterr().err
    assert main(["experiments", "--config", "toy", "--only", "table 9"]) == 2
    assert main(["experiments", "--config", "toy", "--list"]) == 0
