"""Compares the simulator's gadoxetate uptake with real curves of the liver's signal at 3 T.

    python tools/measure_uptake.py CURVES.json

CURVES.json holds a list of subjects as in the TRISTAN data of the package dcmri: `time1liver` (s),
`signal1liver`, `t0` (s before the injection), `TR` (s), `FA` (deg), `R10l` (1/s), `dose` (ml/kg).
The signal 20 min after the injection gives R1 by the equation of the spoiled gradient echo, R1 the
concentration in hepatocytes by their relaxivity, scaled to the clinical dose of 0.1 ml/kg.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import brentq

from hcc_viewer.training.phantom.signal import HEPATOCYTE_RELAXIVITY, draw_signal

CLINICAL_DOSE_ML_KG = 0.1
DELAY_S = 1200.0


def main() -> None:
    """Print the quantiles of each group, real and simulated."""
    subjects = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    groups: dict[str, list[float]] = {}
    for subject in subjects:
        groups.setdefault(subject["visit"], []).append(concentration_mm(subject))
    for name, values in groups.items():
        _print_row(f"real, {name}", values)
    for name, sick in (("not cirrhotic", False), ("cirrhotic", True)):
        drawn = [draw_signal(np.random.default_rng(s), sick).uptake_mm for s in range(500)]
        _print_row(f"simulated, {name}", drawn)


def concentration_mm(subject: dict[str, Any]) -> float:
    """Gadoxetate in hepatocytes in mmol/l, 20 min after a clinical dose if uptake were linear."""
    time, signal = np.array(subject["time1liver"]), np.array(subject["signal1liver"])
    start = float(subject["t0"])
    before = float(np.median(signal[time < start]))
    around = abs(time - start - DELAY_S) < 60
    late = around if around.any() else time > time[-1] - 60
    gain = float(np.median(signal[late])) / before
    angle, repetition = np.radians(subject["FA"]), float(subject["TR"])

    def spgr(rate: float) -> float:
        decay = np.exp(-repetition * rate)
        return float(np.sin(angle) * (1 - decay) / (1 - np.cos(angle) * decay))

    native = float(subject["R10l"])
    rate = brentq(lambda r: spgr(r) - gain * spgr(native), 0.1 * native, 60.0)
    change = (rate - native) / HEPATOCYTE_RELAXIVITY[3.0]
    return float(change * CLINICAL_DOSE_ML_KG / subject["dose"][0])


def _print_row(name: str, values: list[float]) -> None:
    low, middle, high = np.percentile(values, (5, 50, 95))
    print(f"| {name} | {len(values)} | {low:.2f} | {middle:.2f} | {high:.2f} |")


if __name__ == "__main__":
    main()
