"""Arithmetic of a fit: batch normalisation as Keras computes it, and where bfloat16 is taken."""

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="needs the training extra")
pytestmark = pytest.mark.training


@pytest.fixture
def pair():
    """Keras's layer and ours with the same weights."""
    import keras

    from hcc_viewer.training.normalisation import FusedBatchNormalization

    rng = np.random.default_rng(0)
    layers = [keras.layers.BatchNormalization(momentum=0.7), FusedBatchNormalization(momentum=0.7)]
    weights = [rng.uniform(0.5, 1.5, 5).astype(np.float32) for _ in range(4)]
    for layer in layers:
        layer.build((None, None, None, 5))
        layer.set_weights(weights)
    return layers


def images(kind="float32"):
    import tensorflow as tf

    values = np.random.default_rng(1).normal(2, 3, (4, 6, 7, 5)).astype(np.float32)
    return tf.cast(tf.constant(values), kind)


def gradients(layer, batch):
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(batch)
        answer = layer(batch, training=True)
        loss = tf.reduce_sum(tf.sin(answer) * answer)
    return answer, tape.gradient(loss, [batch, layer.gamma.value, layer.beta.value])


def test_fused_normalisation_computes_what_keras_does(pair):
    (expected, expected_slopes), (found, slopes) = (gradients(layer, images()) for layer in pair)
    np.testing.assert_allclose(found, expected, atol=1e-4)
    for slope, wanted in zip(slopes, expected_slopes, strict=True):
        np.testing.assert_allclose(slope, wanted, rtol=1e-3, atol=1e-3)
    before, after = (layer.get_weights() for layer in pair)
    for kept, wanted in zip(after, before, strict=True):
        np.testing.assert_allclose(kept, wanted, rtol=1e-4, atol=1e-5)
    assert abs(after[2] - 2).max() < 1.5  # the averages have moved towards the batch


def test_fused_normalisation_uses_its_averages_outside_training_and_when_frozen(pair):
    _, ours = pair
    before = ours.get_weights()
    expected = pair[0](images(), training=False)
    np.testing.assert_allclose(ours(images(), training=False), expected, atol=1e-5)
    ours.trainable = False
    np.testing.assert_allclose(ours(images(), training=True), expected, atol=1e-5)
    for kept, wanted in zip(ours.get_weights(), before, strict=True):
        np.testing.assert_array_equal(kept, wanted)


def test_fused_normalisation_takes_bfloat16_and_keeps_its_averages_exact():
    import tensorflow as tf

    from hcc_viewer.training.normalisation import FusedBatchNormalization

    layer = FusedBatchNormalization(dtype="mixed_bfloat16")
    answer = layer(images("bfloat16"), training=True)
    assert answer.dtype == tf.bfloat16
    assert layer.moving_mean.dtype == "float32"
    np.testing.assert_allclose(
        tf.cast(answer, tf.float32).numpy().mean(axis=(0, 1, 2)), 0, atol=0.02
    )


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ("flags\t\t: fpu avx512f avx512_bf16 amx_tile\n", "mixed_bfloat16"),
        ("flags\t\t: fpu avx2 avx512f\n", "float32"),
        (None, "float32"),
    ],
)
def test_bfloat16_is_taken_where_the_processor_multiplies_it(
    tmp_path, monkeypatch, facts, expected
):
    from hcc_viewer.training import precision

    path = tmp_path / "cpuinfo"
    if facts is not None:
        path.write_text(facts, encoding="utf-8")
    monkeypatch.setattr(precision, "CPU_FACTS", path)
    monkeypatch.setattr(precision.tf.config, "list_physical_devices", lambda kind: [])
    assert precision.arithmetic("fastest") == expected
    assert precision.arithmetic("float32") == "float32"


@pytest.mark.parametrize(
    ("capability", "expected"), [((8, 6), "mixed_bfloat16"), ((7, 5), "float32")]
)
def test_bfloat16_is_taken_on_gpus_that_multiply_it(monkeypatch, capability, expected):
    from hcc_viewer.training import precision

    monkeypatch.setattr(precision.tf.config, "list_physical_devices", lambda kind: ["gpu"])
    monkeypatch.setattr(
        precision.tf.config.experimental,
        "get_device_details",
        lambda gpu: {"compute_capability": capability},
    )
    assert precision.arithmetic("fastest") == expected
