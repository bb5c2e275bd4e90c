"""The network itself; needs TensorFlow."""

from dataclasses import replace

import numpy as np
import pytest

from hcc_viewer.detection import load_model
from hcc_viewer.detection.model_card import InputSpec
from hcc_viewer.errors import ModelFileError, UsageError
from hcc_viewer.training.config import NetworkConfig, load_config
from tests.training.toy import make_toy_case

pytest.importorskip("tensorflow", reason="needs the training extra")
pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def network(smoke):
    import keras

    from hcc_viewer.training.architecture import build_network

    keras.utils.set_random_seed(1)
    return build_network(smoke.network, smoke.input)


@pytest.fixture(scope="module")
def model_path(network, smoke, tmp_path_factory):
    from hcc_viewer.training.train import export_draft

    one_view = replace(smoke, network=replace(smoke.network, second_view=False))
    return export_draft([network], one_view, tmp_path_factory.mktemp("model"))


def test_keras_and_onnx_agree(network, model_path, smoke):
    channels = len(smoke.input.offsets_mm)
    batch = np.random.default_rng(0).random((3, 320, 320, channels), dtype=np.float32)
    expected = network.predict(batch, verbose=0)
    probability, cam = load_model(model_path).predict(batch)
    odds = expected["map"][..., 1] - expected["map"][..., 0]
    np.testing.assert_allclose(probability, expected["probability"][:, 1], atol=1e-4)
    np.testing.assert_allclose(cam, 1 / (1 + np.exp(-odds)), atol=1e-4)


def test_card_whose_hash_differs_is_refused(model_path, tmp_path):
    copy = tmp_path / model_path.name
    copy.write_bytes(model_path.read_bytes()[:-1] + b"x")
    copy.with_suffix(".toml").write_text(model_path.with_suffix(".toml").read_text())
    with pytest.raises(ModelFileError, match="not the one its card describes"):
        load_model(copy)


@pytest.mark.parametrize("name", ["bundled", "paper"])
def test_impulse_answers_within_a_cell_of_its_place(name):
    """2x2 kernels have no middle; without care the map would be shifted by up to 31 pixels."""
    import keras

    from hcc_viewer.training.architecture import build_network

    config = load_config(name)
    network = build_network(config.network, replace(config.input, offsets_mm=(0.0,)))
    for layer in network.layers:
        if isinstance(layer, keras.layers.Conv2D):
            layer.set_weights([np.full_like(w, 0.05) for w in layer.get_weights()])
    for row, column in [(100, 200), (203, 97), (160, 160)]:
        image = np.zeros((1, 320, 320, 1), np.float32)
        image[0, row : row + 2, column : column + 2] = 100.0
        answer = network.predict(image, verbose=0)["map"][0, ..., 1]
        answer = answer - np.median(answer)
        rows, columns = np.indices(answer.shape)
        stride = config.network.stride
        centre_row = (rows * answer).sum() / answer.sum() * stride + (stride - 1) / 2
        centre_column = (columns * answer).sum() / answer.sum() * stride + (stride - 1) / 2
        assert abs(centre_row - (row + 0.5)) <= stride
        assert abs(centre_column - (column + 0.5)) <= stride


def test_log_sum_exp_lies_between_average_and_maximum():
    from hcc_viewer.training.architecture import LogSumExpPooling

    values = np.random.default_rng(0).normal(size=(2, 10, 10, 2)).astype(np.float32)
    odds = values[..., 1] - values[..., 0]
    pooled = np.asarray(LogSumExpPooling(3.0, cells=100)(values))
    np.testing.assert_array_equal(pooled[:, 0], 0)
    assert (pooled[:, 1] > odds.mean(axis=(1, 2))).all()
    assert (pooled[:, 1] < odds.max(axis=(1, 2))).all()


def test_calibration_changes_probability_by_slope_and_intercept(smoke):
    from hcc_viewer.training.architecture import build_network
    from hcc_viewer.training.export import calibrate

    network = build_network(smoke.network, smoke.input)
    batch = np.random.default_rng(0).random((2, 320, 320, 3), dtype=np.float32)

    def odds():
        probability = network.predict(batch, verbose=0)["probability"][:, 1]
        return np.log(probability / (1 - probability))

    before = odds()
    calibrate(network, 2.0, -1.5)
    np.testing.assert_allclose(odds(), 2 * before - 1.5, atol=1e-4)


def test_network_learns_the_toy_and_points_at_the_lesion(tmp_path, smoke):
    from hcc_viewer.training.evaluate import evaluate, model_detector
    from hcc_viewer.training.examples import make_example
    from hcc_viewer.training.figures import figures, outcome
    from hcc_viewer.training.fit import fit
    from hcc_viewer.training.train import export_draft

    config = replace(
        smoke,
        input=InputSpec(size=160, field_mm=380.0),
        network=NetworkConfig(widths=(8, 16, 16, 32), decoder_widths=()),
        fit=replace(smoke.fit, epochs=6, slices_per_epoch=192, learning_rate=5e-3),
    )
    cases = [make_toy_case(seed, with_hcc=seed % 3 > 0, radius_mm=18.0) for seed in range(9)]
    examples = [make_example(case, config.input) for case in cases]
    network = fit(config, examples[:6], examples[6:], tmp_path, verbose=0)
    model = load_model(export_draft([network], config, tmp_path))
    results = evaluate(cases[6:], model_detector(model), 15.0)
    values = figures([outcome(result, 0.5) for result in results], 0.5)
    assert values["slice AUC"] > 0.9
    pointing = [result.pointing(0.0) for result in results]
    hits, total = np.sum(pointing, axis=0)
    assert hits / total > 0.8


def test_interrupted_training_goes_on_where_it_stopped(tmp_path, smoke):
    from hcc_viewer.training.examples import make_example
    from hcc_viewer.training.fit import fit

    config = replace(smoke, input=replace(smoke.input, size=64))
    examples = [make_example(make_toy_case(seed), config.input) for seed in range(3)]
    short = replace(config, fit=replace(config.fit, epochs=1))
    fit(short, examples[:2], examples[2:], tmp_path, verbose=0)
    fit(config, examples[:2], examples[2:], tmp_path, verbose=0)
    rows = (tmp_path / "history.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in rows] == ["epoch", "0", "1", "2"]


def test_the_twin_is_the_network_as_it_was_at_the_end_of_an_earlier_cycle(tmp_path, smoke):
    from hcc_viewer.training.examples import make_example
    from hcc_viewer.training.fit import SnapshotKeeper, compiled_network, fit_networks

    one = replace(smoke.fit, epochs=1, whole_epochs=0, slices_per_epoch=16)
    config = replace(smoke, input=replace(smoke.input, size=64), fit=one)
    examples = [make_example(make_toy_case(seed), config.input) for seed in range(3)]
    folder = tmp_path / "fit"
    (early,) = fit_networks(config, examples[:2], examples[2:], folder, verbose=0)
    shown = compiled_network(config, 2)
    shown.set_weights(early.get_weights())
    keeper = SnapshotKeeper(folder, [1])
    keeper.set_model(shown)
    keeper.on_epoch_end(1)
    assert not list(folder.glob("epoch-*"))
    keeper.on_epoch_end(0)

    two = replace(one, epochs=2, cycles=(1, 1), twin_epoch=1)
    both = replace(config, network=replace(config.network, twin=True), fit=two)
    kept = folder / "epoch-1.weights.h5"
    aside = kept.rename(tmp_path / "aside.weights.h5")
    with pytest.raises(UsageError, match="kept no weights of epoch 1"):
        fit_networks(both, examples[:2], examples[2:], folder, verbose=0)
    aside.rename(kept)
    last, twin = fit_networks(both, examples[:2], examples[2:], folder, verbose=0)
    for kept, before in zip(twin.get_weights(), early.get_weights(), strict=True):
        np.testing.assert_array_equal(kept, before)
    assert not np.array_equal(last.get_weights()[0], early.get_weights()[0])


def test_log_sum_exp_of_a_part_is_that_of_the_whole_when_nothing_lies_outside():
    from hcc_viewer.training.architecture import LogSumExpPooling

    whole = np.zeros((1, 10, 10, 2), np.float32)
    whole[..., 1] = -40.0
    whole[0, 2:7, 2:7] = np.random.default_rng(0).normal(size=(5, 5, 2))
    pooling = LogSumExpPooling(1.0, cells=100)
    part = np.asarray(pooling(whole[:, 1:8, 1:8]))
    np.testing.assert_allclose(part, np.asarray(pooling(whole)), atol=1e-4)
