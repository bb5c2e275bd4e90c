"""The network: stages of 2x2 convolutions, a map of class logits, pooling, softmax.

The map of class logits before the pooling is the class activation map (Zhou et al., CVPR 2016: for
global average pooling and a linear head the two are the same), so one pass gives the probability
and its reason. After Kim et al., Sci Rep 2020;10:9458: 2x2 kernels of stride 1, batch normalisation
and nothing else against overfitting, ReLU, He initialisation, global average pooling, softmax.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

from hcc_viewer.detection.model_card import InputSpec
from hcc_viewer.training.config import NetworkConfig
from hcc_viewer.training.examples import TISSUE_GROUPS

CLASS_NAMES = ("no HCC", "HCC")

MOMENTUM = 0.9
"""Of batch normalisation's moving averages: they follow within some tens of steps, so that an early
epoch's validation says what the weights are worth."""


@keras.saving.register_keras_serializable("hcc_viewer")
class LogSumExpPooling(layers.Layer):  # type: ignore[misc] # Keras is untyped
    """Smooth maximum over a map: log(mean(exp(sharpness * x))) / sharpness for each channel.

    Between the average (sharpness towards 0), which a small lesion hardly moves, and the maximum,
    which teaches one cell at a time (Pinheiro and Collobert, CVPR 2015).
    """

    def __init__(self, sharpness: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sharpness = sharpness

    def call(self, inputs: Any) -> Any:
        """(slice, row, column, class) to (slice, class)."""
        cells = inputs.shape[1] * inputs.shape[2]
        total = keras.ops.logsumexp(inputs * self.sharpness, axis=(1, 2))
        return (total - keras.ops.log(float(cells))) / self.sharpness

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """One value a channel."""
        return input_shape[0], input_shape[3]

    def get_config(self) -> dict[str, Any]:
        """What rebuilds the layer."""
        return {**super().get_config(), "sharpness": self.sharpness}


def build_network(config: NetworkConfig, spec: InputSpec) -> keras.Model:
    """The network for training.

    Returns:
        A model from (slice, size, size, channels) to a dict: `probability` (slice, 2) softmax over
        CLASS_NAMES, `map` (slice, row, column, 2) class logits, and with auxiliary tissues
        `tissues` (slice, row, column, groups) logits.
    """
    inputs = layers.Input((spec.size, spec.size, len(spec.offsets_mm)), name="image")
    features = _features(inputs, config)
    logits = layers.Conv2D(2, 1, name="map", dtype="float32")(features)
    if config.pooling == "average":
        pooled = layers.GlobalAveragePooling2D(name="pooled")(logits)
    else:
        pooled = LogSumExpPooling(config.sharpness, name="pooled")(logits)
    calibrated = layers.Dense(
        2, kernel_initializer="identity", trainable=False, name="calibration"
    )(pooled)
    outputs = {"probability": layers.Softmax(name="probability")(calibrated), "map": logits}
    if config.auxiliary_tissues:
        outputs["tissues"] = layers.Conv2D(len(TISSUE_GROUPS), 1, name="tissues", dtype="float32")(
            features
        )
    return keras.Model(inputs, outputs)


def _features(inputs: Any, config: NetworkConfig) -> Any:
    """The features that the map of class logits is read from."""
    x, stages = inputs, []
    for number, width in enumerate(config.widths):
        if number:
            x = layers.MaxPooling2D(2)(x)
        x = _stage(x, width, config)
        stages.append(x)
    for number, width in enumerate(config.decoder_widths):
        finer = stages[-2 - number]
        x = layers.Concatenate()([layers.UpSampling2D(2)(x), finer])
        x = _stage(x, width, config)
    return x


def _stage(x: Any, width: int, config: NetworkConfig) -> Any:
    for number in range(config.convolutions):
        x = _convolution(x, width, config.kernel_size, lean_to_start=number % 2 == 0)
    return x


def _convolution(x: Any, width: int, kernel_size: int, *, lean_to_start: bool) -> Any:
    """Convolution, batch normalisation, ReLU; the size stays.

    An even kernel has no middle: "same" padding would move everything by half a pixel to the top
    left, every time. The padding leans to the two ends in turn, so that pairs cancel.
    """
    less = (kernel_size - 1) // 2
    more = kernel_size - 1 - less
    ends = (more, less) if lean_to_start else (less, more)
    if kernel_size > 1:
        x = layers.ZeroPadding2D((ends, ends))(x)
    x = layers.Conv2D(width, kernel_size, use_bias=False, kernel_initializer="he_normal")(x)
    x = layers.BatchNormalization(momentum=MOMENTUM)(x)
    return layers.ReLU()(x)
