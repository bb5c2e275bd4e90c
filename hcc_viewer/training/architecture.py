"""The network: stages of 2x2 convolutions, a map of class logits, pooling, softmax.

The map of class logits before the pooling is the class activation map (Zhou et al., CVPR 2016: for
global average pooling and a linear head the two are the same), so one pass gives the probability
and its reason. After Kim et al., Sci Rep 2020;10:9458: 2x2 kernels of stride 1, batch normalisation
and nothing else against overfitting, ReLU, He initialisation, global average pooling, softmax.
"""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import layers

from hcc_viewer.detection.model_card import InputSpec
from hcc_viewer.training.config import NetworkConfig
from hcc_viewer.training.examples import TISSUE_GROUPS
from hcc_viewer.training.normalisation import FusedBatchNormalization

CLASS_NAMES = ("no HCC", "HCC")

MOMENTUM = 0.9
"""Of batch normalisation's moving averages: they follow within some tens of steps, so that an early
epoch's validation says what the weights are worth."""


@keras.saving.register_keras_serializable("hcc_viewer")
class LogSumExpPooling(layers.Layer):  # type: ignore[misc] # Keras is untyped
    """Smooth maximum over a map of log-odds: log(mean(exp(sharpness * x))) / sharpness.

    The log-odds of a cell are the second class's logit less the first's. Between the average
    (sharpness towards 0), which a small lesion hardly moves, and the maximum, which teaches one
    cell at a time (Pinheiro and Collobert, CVPR 2015). The mean is over `cells` cells, the whole
    slice's, so that a part of a slice is on the same scale.
    """

    def __init__(self, sharpness: float, cells: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sharpness = sharpness
        self.cells = cells

    def call(self, inputs: Any) -> Any:
        """(slice, row, column, 2) logits of the classes to (slice, 2): 0 and the log-odds."""
        odds = inputs[..., 1:] - inputs[..., :1]
        total = keras.ops.logsumexp(odds * self.sharpness, axis=(1, 2))
        pooled = (total - math.log(self.cells)) / self.sharpness
        return keras.ops.concatenate([pooled * 0.0, pooled], axis=1)

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """One value a class."""
        return input_shape[0], input_shape[3]

    def get_config(self) -> dict[str, Any]:
        """What rebuilds the layer."""
        return {**super().get_config(), "sharpness": self.sharpness, "cells": self.cells}


def build_network(config: NetworkConfig, spec: InputSpec, *, any_size: bool = False) -> keras.Model:
    """The network for training.

    Args:
        config: Its shape.
        spec: Sets the size and the channels of its input.
        any_size: Take images of any size, for training on parts of slices.

    Returns:
        A model from (slice, size, size, channels) to a dict: `probability` (slice, 2) softmax over
        CLASS_NAMES, `map` (slice, row, column, 2) class logits, and with auxiliary tissues
        `tissues` (slice, row, column, groups) logits.
    """
    side = None if any_size else spec.size
    inputs = layers.Input((side, side, len(spec.offsets_mm)), name="image")
    features = _features(inputs, config)
    logits = layers.Conv2D(2, 1, name="map", dtype="float32")(features)
    if config.pooling == "average":
        pooled = layers.GlobalAveragePooling2D(name="pooled", dtype="float32")(logits)
    else:
        cells = (spec.size // config.stride) ** 2
        pooling = LogSumExpPooling(config.sharpness, cells, name="pooled", dtype="float32")
        pooled = pooling(logits)
    calibrated = layers.Dense(
        2, kernel_initializer="identity", trainable=False, name="calibration", dtype="float32"
    )(pooled)
    probability = layers.Softmax(name="probability", dtype="float32")(calibrated)
    outputs = {"probability": probability, "map": logits}
    if config.auxiliary_tissues:
        outputs["tissues"] = layers.Conv2D(len(TISSUE_GROUPS), 1, name="tissues", dtype="float32")(
            features
        )
    return keras.Model(inputs, outputs)


def _features(inputs: Any, config: NetworkConfig) -> Any:
    """The features that the map of class logits is read from."""
    x, stages = inputs, []
    if config.stem:
        x = _stem(x, config.stem)
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


def _stem(x: Any, width: int) -> Any:
    """A 2x2 convolution of stride 2: each block of four pixels in all channels becomes one."""
    x = layers.Conv2D(width, 2, strides=2, use_bias=False, kernel_initializer="he_normal")(x)
    x = FusedBatchNormalization(momentum=MOMENTUM)(x)
    return layers.ReLU()(x)


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
    x = FusedBatchNormalization(momentum=MOMENTUM)(x)
    return layers.ReLU()(x)
