"""How long a step of the bundled network's training takes, by arithmetic and batch normalisation.

    python -m benchmarks.training

Each way takes turns with the others in one run on the same batch of random images; ratios are of
medians, to Keras's own batch normalisation in float32.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from itertools import product
from statistics import median
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np

from hcc_viewer.training import architecture
from hcc_viewer.training.config import TrainingConfig, load_config
from hcc_viewer.training.dataset import Batch, Item, make_batch
from hcc_viewer.training.fit import compiled_network
from hcc_viewer.training.normalisation import FusedBatchNormalization

STEPS, TURNS = 4, 5

NORMALISATIONS = {"keras": keras.layers.BatchNormalization, "fused": FusedBatchNormalization}


def main() -> None:
    """Print seconds a step and the ratios as JSON."""
    config = load_config("bundled")
    batch = random_batch(config)
    networks = {}
    for (name, layer), precision in product(NORMALISATIONS.items(), ("float32", "mixed_bfloat16")):
        architecture.FusedBatchNormalization = layer  # type: ignore[misc] # another for comparison
        network = compiled_network(replace(config, fit=replace(config.fit, precision=precision)), 1)
        network.train_on_batch(*batch)
        networks[f"{name}, {precision}"] = network
    seconds: dict[str, list[float]] = {name: [] for name in networks}
    for _ in range(TURNS):
        for name, network in networks.items():
            seconds[name].append(timed(network, batch))
    medians = {name: median(values) for name, values in seconds.items()}
    first = next(iter(medians.values()))
    told = {
        name: {"seconds_a_step": round(value, 3), "ratio": round(value / first, 2)}
        for name, value in medians.items()
    }
    print(json.dumps(told, indent=1))


def random_batch(config: TrainingConfig) -> Batch:
    """As many parts of slices as the configuration shows in a step, half of them with HCC."""
    rng = np.random.default_rng(0)
    side, channels = config.fit.crop, len(config.input.offsets_mm)
    items = []
    for number in range(config.fit.batch_size):
        hcc = np.zeros((side, side), np.uint8)
        hcc[40:60, 40:60] = 255 * (number % 2)
        image = rng.random((side, side, channels), np.float32)
        tissues = rng.integers(0, 11, (side // 2, side // 2)).astype(np.uint8)
        items.append(Item(image, hcc, tissues, 400.0 * (number % 2)))
    return make_batch(items, config)


def timed(network: Any, batch: Batch) -> float:
    """Seconds a step."""
    started = time.perf_counter()
    for _ in range(STEPS):
        network.train_on_batch(*batch)
    return (time.perf_counter() - started) / STEPS


if __name__ == "__main__":
    main()
