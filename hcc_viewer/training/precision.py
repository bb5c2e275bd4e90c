"""Which arithmetic a fit computes in."""

from __future__ import annotations

from pathlib import Path

import tensorflow as tf

CPU_FACTS = Path("/proc/cpuinfo")
"""Linux's description of the processors."""

BFLOAT16_FLAGS = ("amx_bf16", "avx512_bf16")
"""x86 instructions that multiply bfloat16; without them it is emulated, many times slower."""

BFLOAT16_GPU = (8, 0)
"""Compute capability from which NVIDIA's processors multiply bfloat16 (Ampere)."""


def arithmetic(precision: str) -> str:
    """Keras's dtype policy for `FitConfig.precision`: `float32` or `mixed_bfloat16`.

    Both keep weights, losses and the last layers in float32. A run may go on in the other one.
    """
    if precision != "fastest":
        return precision
    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        fast = all(_capability(gpu) >= BFLOAT16_GPU for gpu in gpus)
    else:
        fast = _processor_multiplies_bfloat16()
    return "mixed_bfloat16" if fast else "float32"


def _capability(gpu: object) -> tuple[int, int]:
    details = tf.config.experimental.get_device_details(gpu)
    return tuple(details.get("compute_capability", (0, 0)))


def _processor_multiplies_bfloat16() -> bool:
    try:
        facts = CPU_FACTS.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    words = set(facts.split())
    return any(flag in words for flag in BFLOAT16_FLAGS)
