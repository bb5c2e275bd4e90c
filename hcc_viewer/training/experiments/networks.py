"""The networks that the paper compares: its own with one thing changed, and four known ones."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

from hcc_viewer.training.architecture import MOMENTUM
from hcc_viewer.training.experiments.config import Scale, Variant

LEAK = 0.1
"""Slope of the leaky ReLU below 0, as in the paper's table 2."""


def build_variant(variant: Variant, scale: Scale) -> keras.Model:
    """A network from (slice, size, size, 1) to (slice, 2) probabilities."""
    inputs = layers.Input((scale.size, scale.size, 1), name="image")
    features = _features(inputs, variant, scale)
    pooled = layers.GlobalAveragePooling2D()(features) if len(features.shape) == 4 else features
    outputs = layers.Dense(2, activation="softmax", name="probability")(pooled)
    return keras.Model(inputs, outputs)


def make_optimiser(variant: Variant, scale: Scale) -> keras.optimizers.Optimizer:
    """The optimiser at the scale's rate."""
    kinds = {
        "adam": keras.optimizers.Adam,
        "adagrad": keras.optimizers.Adagrad,
        "rmsprop": keras.optimizers.RMSprop,
        "sgd": keras.optimizers.SGD,
    }
    return kinds[variant.optimiser](scale.learning_rate)


def _features(inputs: Any, variant: Variant, scale: Scale) -> Any:
    if variant.backbone == "paper":
        return _paper(inputs, variant, scale)
    if variant.backbone == "alexnet":
        return _alexnet(inputs)
    makers = {
        "resnet50": keras.applications.ResNet50,
        "vgg16": keras.applications.VGG16,
        "inception-resnet-v2": keras.applications.InceptionResNetV2,
    }
    shape = (scale.size, scale.size, 1)
    body = makers[variant.backbone](include_top=False, weights=None, input_shape=shape)
    # Grey values come from 0 to about 1.6; the bodies were made for about -1 to 1.
    return body(layers.Rescaling(1.25, offset=-1.0)(inputs))


def _paper(inputs: Any, variant: Variant, scale: Scale) -> Any:
    x = inputs
    for number, width in enumerate(scale.widths):
        if number:
            x = layers.MaxPooling2D(2)(x)
        for position in range(2):
            x = _convolution(x, width, variant, lean_to_start=position % 2 == 0)
        if variant.dropout:
            x = layers.Dropout(variant.dropout)(x)
    return x


def _convolution(x: Any, width: int, variant: Variant, *, lean_to_start: bool) -> Any:
    """As in `architecture.py`: an even kernel's padding leans to the two ends in turn."""
    less = (variant.kernel_size - 1) // 2
    more = variant.kernel_size - 1 - less
    ends = (more, less) if lean_to_start else (less, more)
    x = layers.ZeroPadding2D((ends, ends))(x)
    x = layers.Conv2D(
        width,
        variant.kernel_size,
        use_bias=not variant.normalised,
        kernel_initializer="he_normal",
    )(x)
    if variant.normalised:
        x = layers.BatchNormalization(momentum=MOMENTUM)(x)
    return _activation(variant.activation)(x)


def _activation(name: str) -> Any:
    if name == "leaky-relu":
        return layers.LeakyReLU(negative_slope=LEAK)
    if name == "prelu":
        return layers.PReLU(shared_axes=[1, 2])
    return layers.ELU() if name == "elu" else layers.ReLU()


def _alexnet(inputs: Any) -> Any:
    """Krizhevsky et al., NeurIPS 2012, in one tower, with global pooling for other sizes."""
    x = layers.Conv2D(96, 11, strides=4, padding="same", activation="relu")(inputs)
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    x = layers.Conv2D(256, 5, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    for width in (384, 384, 256):
        x = layers.Conv2D(width, 3, padding="same", activation="relu")(x)
    x = layers.GlobalAveragePooling2D()(x)
    for _ in range(2):
        x = layers.Dropout(0.5)(layers.Dense(1024, activation="relu")(x))
    return x
