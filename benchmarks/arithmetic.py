"""What the network cannot do without: its multiply-adds, at the speed of a matrix product."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

MATRIX = 2048
"""Side of the matrices; large enough to keep all units busy."""


def multiply_adds(path: Path, slices: int = 1) -> int:
    """The multiply-adds of a model file's convolutions and matrix products for some slices."""
    import onnx

    model = onnx.load(path)
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = slices
    graph = onnx.shape_inference.infer_shapes(model, data_prop=True).graph
    shapes = {
        value.name: [dim.dim_value for dim in value.type.tensor_type.shape.dim]
        for value in [*graph.value_info, *graph.output]
    }
    weights = {item.name: list(item.dims) for item in graph.initializer}
    total = 0
    for node in graph.node:
        if node.op_type == "Conv":
            out, kernel = shapes.get(node.output[0], []), weights[node.input[1]]
            total += math.prod(out) * math.prod(kernel[1:])
    if total == 0:
        raise SystemExit(f"No shape of {path} could be worked out.")
    return total


def seconds_per_multiply_add(runs: int = 5) -> float:
    """The best of some float32 matrix products on all processors."""
    generator = np.random.default_rng(0)
    first, second = (generator.random((MATRIX, MATRIX), np.float32) for _ in range(2))
    return best_seconds(lambda: first @ second, runs) / MATRIX**3


def best_seconds(work: Callable[[], object], runs: int) -> float:
    """The shortest of some runs after one that does not count."""
    work()
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)
