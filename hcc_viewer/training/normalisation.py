"""Batch normalisation as one operation of TensorFlow: Keras's numbers in less time.

Keras 3 composes batch normalisation of a mean, a variance and arithmetic on whole tensors, which
takes as long on a processor as the convolutions between. TensorFlow's own kernel goes through a
tensor twice, and computes bfloat16 without widening all of it to float32 first.
"""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable("hcc_viewer")
class FusedBatchNormalization(keras.layers.BatchNormalization):  # type: ignore[misc] # untyped
    """`keras.layers.BatchNormalization` for (slice, row, column, feature), without a mask."""

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Normalise by the batch and follow it while training; else by the moving averages."""
        if not (training and self.trainable):
            return super().call(inputs, training=training, mask=mask)
        none = tf.zeros([0], tf.float32)
        outputs, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=inputs,
            scale=self.gamma,
            offset=self.beta,
            mean=none,
            variance=none,
            epsilon=self.epsilon,
            is_training=True,
        )
        self._follow(self.moving_mean, mean)
        count = tf.cast(tf.reduce_prod(tf.shape(inputs)[:-1]), tf.float32)
        # TensorFlow gives the variance of the population that the batch is drawn from, Keras keeps
        # that of the batch.
        self._follow(self.moving_variance, variance * (count - 1) / count)
        return outputs

    def _follow(self, average: Any, value: Any) -> None:
        average.assign(average * self.momentum + value * (1 - self.momentum))
