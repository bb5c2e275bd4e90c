"""How the weights are found: phases and learning rates."""

from dataclasses import replace

import numpy as np
import pytest

from hcc_viewer.training.config import FitConfig

pytest.importorskip("tensorflow", reason="needs the training extra")
pytestmark = pytest.mark.training


def test_learning_rate_falls_and_starts_again_lower():
    from hcc_viewer.training.fit import CosineCycles

    schedule = CosineCycles(2e-3, [1000, 500], 0.5)
    rates = np.array([float(schedule(step)) for step in range(1500)])
    assert rates[:1000].max() == pytest.approx(2e-3, rel=0.01)
    assert rates[999] < 0.02 * 2e-3
    assert rates[1000:].max() == pytest.approx(1e-3, rel=0.01)
    assert rates[1499] < 0.02 * 1e-3
    assert (np.diff(rates[100:999]) < 0).all()


@pytest.mark.parametrize(
    ("changes", "phases"),
    [
        ({"epochs": 5}, [(None, 5)]),
        ({"epochs": 5, "crop": 96}, [(96, 5)]),
        ({"epochs": 5, "crop": 96, "whole_epochs": 2}, [(96, 3), (None, 5)]),
        (
            {"epochs": 7, "crop": 96, "whole_epochs": 1, "cycles": (4, 3)},
            [(96, 3), (None, 4), (96, 6), (None, 7)],
        ),
    ],
)
def test_each_cycle_ends_on_whole_slices(smoke, changes, phases):
    from hcc_viewer.training.fit import _phases

    fit = replace(FitConfig(), **changes)
    assert _phases(replace(smoke, fit=fit)) == phases


@pytest.mark.parametrize(("patients", "each"), [(1, 16), (36, 16), (90, 6), (5000, 1)])
def test_more_tuning_patients_show_fewer_slices_each_while_fitting(patients, each):
    from hcc_viewer.training.fit import validation_slices

    assert validation_slices(patients) == each


def test_cycles_that_do_not_add_up_are_refused():
    with pytest.raises(ValueError, match="add up"):
        FitConfig(epochs=5, cycles=(2, 2))


@pytest.mark.parametrize("epoch", [1, 5])
def test_a_twin_of_no_finished_cycle_is_refused(epoch):
    with pytest.raises(ValueError, match="twin_epoch"):
        FitConfig(epochs=5, cycles=(3, 2), twin_epoch=epoch)


@pytest.mark.parametrize(
    ("schedule", "keep", "stops"),
    [("constant", "last", True), ("cosine", "best", True), ("cosine", "last", False)],
)
def test_a_cosine_is_gone_down_to_its_end(smoke, tmp_path, schedule, keep, stops):
    from hcc_viewer.training.fit import _callbacks

    fit = replace(smoke.fit, schedule=schedule, keep=keep)
    names = [type(item).__name__ for item in _callbacks(replace(smoke, fit=fit), tmp_path)]
    assert ("EarlyStopping" in names) is stops


def test_a_fit_that_is_cut_off_at_the_end_of_an_epoch_loses_no_best_weights(smoke, tmp_path):
    """The line of the epoch says what later ones must beat: its weights must be there by then."""
    import keras

    from hcc_viewer.training.fit import MONITOR, _best_so_far, _callbacks, _epochs_done

    config = replace(smoke, fit=replace(smoke.fit, keep="best"))
    network = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
    *callbacks, _backup = _callbacks(config, tmp_path)
    for _ in range(2):  # cut off before the backup, and done again
        for item in callbacks:
            item.set_model(network)
            item.on_train_begin()
            item.on_epoch_end(0, {MONITOR: 0.75})
            assert _best_so_far(tmp_path) is None or list(tmp_path.glob("*.h5"))
            item.on_train_end()
    assert (_best_so_far(tmp_path), _epochs_done(tmp_path)) == (0.75, 1)


def test_accumulated_batches_change_the_weights_once(smoke):
    from hcc_viewer.training.fit import _optimizer

    optimizer = _optimizer(replace(smoke, fit=replace(smoke.fit, accumulation=4)), 10)
    assert optimizer.gradient_accumulation_steps == 4


def test_several_gpus_share_a_batch(monkeypatch):
    from types import SimpleNamespace

    import tensorflow as tf

    from hcc_viewer.training.fit import _strategy

    seen = []
    monkeypatch.setattr(tf.distribute, "MirroredStrategy", lambda names: seen.append(names) or "x")
    assert _strategy([SimpleNamespace(name="GPU:0"), SimpleNamespace(name="GPU:1")]) == "x"
    assert seen == [["GPU:0", "GPU:1"]]
    assert _strategy([]) is tf.distribute.get_strategy()
