"""Draws and applies what goes wrong in a scan: motion, pulsation, wrap, failing fat suppression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from hcc_viewer.training.phantom.fields import (
    FloatArray,
    Shape3D,
    Spacing,
    cubic_weights,
    smooth_field,
)
from hcc_viewer.training.phantom.protocols import Protocol

Spectrum = NDArray[np.complex64]


@dataclass(frozen=True)
class Artefacts:
    """What is drawn for one series; rates and sizes from docs/simulator.md."""

    breath_mm: float
    """Amplitude of the respiratory shift, anterior to posterior; 0 for a good breath-hold."""
    breath_cycles: float
    """Over the acquisition of k-space."""
    drift_mm: float
    """Of the diaphragm during the breath-hold."""
    pulsation: float
    """Relative change of the signal of large vessels and heart from beat to beat."""
    heart_cycles: float
    wrap_share: float
    """Rows that fold in from beyond the field of view, over all rows; 0 for none."""
    fat_failure: float
    """Share of fat signal that comes back where the field is off; 0 for none."""
    fat_failure_area: float
    """Share of the field of view where it does."""
    zipper: float
    """Amplitude of a line of interference, over the liver's signal; 0 for none."""
    phase_shift: float
    """Phase of the cycles, in radians."""


def draw_artefacts(rng: np.random.Generator, protocol: Protocol) -> Artefacts:
    """Mild breathing in 30 %, moderate in 8 %; severe ones are not kept in practice."""
    grade = float(rng.random())
    breath = rng.uniform(3.0, 7.0) if grade < 0.08 else rng.uniform(0.6, 3.0)
    fails = rng.random() < (0.2 if protocol.field_strength_t > 2 else 0.1)
    return Artefacts(
        breath_mm=float(breath) if grade < 0.38 else 0.0,
        breath_cycles=float(rng.uniform(3, 7)),
        drift_mm=float(rng.uniform(0, 2.0)),
        pulsation=float(rng.uniform(0.08, 0.5)) if rng.random() < 0.4 else 0.0,
        heart_cycles=float(rng.uniform(12, 26)),
        wrap_share=float(rng.uniform(0.02, 0.08)) if rng.random() < 0.05 else 0.0,
        fat_failure=float(rng.uniform(0.3, 0.9)) if fails else 0.0,
        fat_failure_area=float(rng.uniform(0.05, 0.3)),
        zipper=float(rng.uniform(0.05, 0.25)) if rng.random() < 0.02 else 0.0,
        phase_shift=float(rng.uniform(0, 2 * np.pi)),
    )


def fat_failure_map(
    rng: np.random.Generator, artefacts: Artefacts, shape: Shape3D, spacing_mm: Spacing
) -> FloatArray | None:
    """Share of the fat signal that comes back, on the anatomy's grid; None for none."""
    if artefacts.fat_failure == 0:
        return None
    field = smooth_field(rng, shape, spacing_mm, 110.0)
    threshold = float(np.quantile(field[::4, ::8, ::8], 1 - artefacts.fat_failure_area))
    return np.asarray(
        artefacts.fat_failure / (1 + np.exp((threshold - field) * 6)), dtype=np.float32
    )


def breath_phases(artefacts: Artefacts, rows: int, row_mm: float) -> Spectrum | None:
    """(rows,) factor on each phase-encoding line of what moves; None when nothing does."""
    if artefacts.breath_mm == 0:
        return None
    order = fft.fftfreq(rows).astype(np.float32)
    time = order + 0.5
    turns = 2 * np.pi * artefacts.breath_cycles * time + artefacts.phase_shift
    shift = artefacts.breath_mm * np.sin(turns) / 2 + artefacts.drift_mm * time
    return np.asarray(np.exp(-2j * np.pi * order * shift / row_mm), np.complex64)


def pulsation_gains(artefacts: Artefacts, rows: int) -> FloatArray | None:
    """(rows,) relative change of blood's signal at each phase-encoding line; None for none."""
    if artefacts.pulsation == 0:
        return None
    time = fft.fftfreq(rows) + 0.5
    turns = 2 * np.pi * artefacts.heart_cycles * time + artefacts.phase_shift
    return np.asarray(artefacts.pulsation * np.sin(turns), np.float32)


def moving_share(rows: int, phase_shift: float) -> FloatArray:
    """(rows, 1) how far each row follows the breath: the front wall fully, the spine not."""
    nodes = np.array([1.0, 1.0, 0.8, 0.5 + 0.1 * np.sin(phase_shift), 0.15, 0.0], np.float32)
    share = np.clip(cubic_weights(len(nodes), rows) @ nodes, 0, 1)
    return np.asarray(share[:, None], np.float32)


def fold(volume: FloatArray, extra_rows: int) -> FloatArray:
    """Add rows beyond the field of view to the opposite side, as undersampling does."""
    if extra_rows == 0:
        return volume
    out = volume[:, extra_rows:-extra_rows].copy()
    out[:, -extra_rows:] += volume[:, :extra_rows]
    out[:, :extra_rows] += volume[:, -extra_rows:]
    return out
