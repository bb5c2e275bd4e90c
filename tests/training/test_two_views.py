"""The exported network that looks at each slice twice."""

from dataclasses import replace

import keras
import numpy as np
import onnx
import onnxruntime
import pytest

from hcc_viewer.detection import load_model
from hcc_viewer.detection.model_card import InputSpec
from hcc_viewer.training.architecture import build_network
from hcc_viewer.training.config import NetworkConfig, TrainingConfig, load_config
from hcc_viewer.training.export import calibrate, convert
from hcc_viewer.training.train import export_draft
from hcc_viewer.training.two_views import mean_map, second_view, with_second_view
from hcc_viewer.training.warm_start import Start, load_start

SPEC = InputSpec(size=64, offsets_mm=(-5.0, 0.0, 5.0))
SHAPE = NetworkConfig(widths=(4, 6, 8), decoder_widths=(6,), stem=4, second_view=True)


@pytest.fixture(scope="module")
def config(smoke):
    return replace(smoke, name="views", network=SHAPE, input=SPEC)


@pytest.fixture(scope="module")
def network(config):
    return build_network(config.network, config.input)


@pytest.fixture(scope="module")
def path(network, config, tmp_path_factory):
    return export_draft([network], config, tmp_path_factory.mktemp("views"))


@pytest.fixture(scope="module")
def batch():
    return np.random.default_rng(0).random((3, 64, 64, 3), np.float32)


def log_odds(network, batch):
    answer = network.predict(batch, verbose=0)
    probability, logits = answer["probability"], answer["map"]
    return np.log(probability[:, 1] / probability[:, 0]), logits[..., 1] - logits[..., 0]


def test_file_answers_with_the_mean_of_both_views(network, path, batch):
    probability, cam = load_model(path).predict(batch)
    (odds, first), (again, second) = (
        log_odds(network, view) for view in (batch, second_view(batch, SHAPE.stride))
    )
    np.testing.assert_allclose(probability, 1 / (1 + np.exp(-(odds + again) / 2)), atol=1e-4)
    np.testing.assert_allclose(cam, 1 / (1 + np.exp(-mean_map(first, second))), atol=1e-4)
    assert np.abs(odds - again).max() > 1e-4


@pytest.fixture(scope="module")
def twin_config(config):
    return replace(config, name="twins", network=replace(SHAPE, twin=True))


@pytest.fixture(scope="module")
def twins(config):
    """Two networks of one shape, with normalisation that does something."""
    rng = np.random.default_rng(5)
    networks = [build_network(config.network, config.input) for _ in range(2)]
    for network in networks:
        for layer in network.layers:
            if isinstance(layer, keras.layers.BatchNormalization):
                layer.set_weights([rng.uniform(0.5, 1.5, one.shape) for one in layer.get_weights()])
        calibrate(network, 1.3, -0.4)
    return networks


@pytest.fixture(scope="module")
def twin_path(twins, twin_config, tmp_path_factory):
    return export_draft(twins, twin_config, tmp_path_factory.mktemp("twins"))


def test_twin_looks_at_the_second_view(twins, twin_path, batch):
    probability, cam = load_model(twin_path).predict(batch)
    views = (batch, second_view(batch, SHAPE.stride))
    (odds, first), (again, second) = (log_odds(*pair) for pair in zip(twins, views, strict=True))
    np.testing.assert_allclose(probability, 1 / (1 + np.exp(-(odds + again) / 2)), atol=1e-4)
    np.testing.assert_allclose(cam, 1 / (1 + np.exp(-mean_map(first, second))), atol=1e-4)
    assert np.abs(log_odds(twins[0], views[1])[0] - again).max() > 1e-3


def test_training_goes_on_from_both_twins(twins, twin_path, twin_config, batch, caplog):
    start = Start(twin_path, load_model(twin_path), twin_config.network)
    for number, (twin, other) in enumerate(zip(twins, reversed(twins), strict=True)):
        again = build_network(twin_config.network, twin_config.input)
        load_start(again, start, 0.0, number)
        np.testing.assert_allclose(log_odds(again, batch)[0], log_odds(twin, batch)[0], atol=1e-2)
        assert np.abs(log_odds(again, batch)[0] - log_odds(other, batch)[0]).max() > 0.05


def test_each_twin_is_fitted_from_its_own_seed_in_its_own_folder(
    twin_config, monkeypatch, tmp_path
):
    from hcc_viewer.training import fit as module

    seen = []

    def fit(config, train, tune, folder, **options):
        options["prepare"](f"network of {folder.name}")
        seen.append((config.fit.seed, folder.name))
        return folder.name

    begun = []
    monkeypatch.setattr(module, "fit", fit)
    networks = module.fit_networks(
        twin_config, [], [], tmp_path / "fit", prepare=lambda *told: begun.append(told)
    )
    seed = twin_config.fit.seed
    assert networks == ["fit", "fit-2"]
    assert seen == [(seed, "fit"), (seed + 1, "fit-2")]
    assert begun == [("network of fit", 0), ("network of fit-2", 1)]


def test_it_is_the_same_with_channels_last(network, path, batch):
    plain = with_second_view(convert(network))
    session = onnxruntime.InferenceSession(
        plain.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    probability, _ = session.run(None, {session.get_inputs()[0].name: batch})
    np.testing.assert_allclose(probability[:, 1], load_model(path).predict(batch)[0], atol=1e-5)


def test_weights_are_in_the_file_once(path, network):
    graph = onnx.load(path).graph
    assert len([node for node in graph.node if node.op_type == "Conv"]) == len(
        [layer for layer in network.layers if "conv2d" in layer.name or layer.name == "map"]
    )


def test_second_view_exchanges_head_and_feet_and_moves_by_half_a_cell():
    batch = np.zeros((1, 16, 16, 3), np.float32)
    batch[0, 4, 6] = (1, 2, 3)
    moved = second_view(batch, 4)
    assert moved[0, 6, 8].tolist() == [3, 2, 1]
    assert moved.sum() == 6


def test_map_of_the_second_view_is_moved_back():
    first, second = np.zeros((2, 1, 8, 8), np.float32)
    second[0, 3:5, 4:6] = 1.0  # what fills cell (3, 4) lies half in each of these
    both = mean_map(first, second)[0]
    assert np.unravel_index(both.argmax(), both.shape) == (3, 4)
    assert both[3, 4] == 0.5


def test_training_goes_on_from_such_a_file(path, config, batch):
    again = build_network(config.network, config.input)
    load_start(again, Start(path, load_model(path), config.network))
    odds, _ = log_odds(again, batch)
    assert np.isfinite(odds).all()


def test_uneven_neighbours_and_a_map_of_single_pixels_are_refused():
    bundled = load_config("bundled")
    with pytest.raises(ValueError, match="both ways"):
        replace(bundled, input=replace(bundled.input, offsets_mm=(-3.0, 0.0, 5.0)))
    with pytest.raises(ValueError, match="coarser"):
        NetworkConfig(widths=(4,), decoder_widths=(), second_view=True)
    with pytest.raises(ValueError, match=r"needs network\.second_view"):
        NetworkConfig(twin=True)
    assert TrainingConfig("name", "1", "").network.second_view is False
