"""Prints what the look at the image tells of simulated patients, in and out of the phase.

    python -m tools.measure_liver_look.py [PATIENTS]

Each patient is simulated as drawn, without the agent, with hardly any uptake, with bright blood as
in the venous phase, and with strong breathing. Needs the training extra; a minute a patient.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from hcc_viewer.dicom.liver_look import look_at_liver, slices_to_look_at
from hcc_viewer.training.phantom import signal
from hcc_viewer.training.phantom.case import Scan, draw_scan, make_series
from hcc_viewer.training.phantom.config import PhantomConfig
from hcc_viewer.training.phantom.types import SimulatedCase, Tissue

FIRST_SEED = 700_001

CLAIMS = ("has_uptake", "lacks_uptake", "has_dark_vessels", "has_bright_vessels", "is_blurred")


def main() -> None:
    """Simulate, measure, print one line each."""
    patients = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    anatomy = sys.argv[2] if len(sys.argv) > 2 else "procedural"
    claims: Counter[str] = Counter()
    for seed in range(FIRST_SEED, FIRST_SEED + patients):
        config = PhantomConfig(anatomy="procedural" if seed % 2 else anatomy)
        for name, case in _variants(draw_scan(seed, config)):
            image = case.image.astype(np.float32)
            look = look_at_liver(image[slices_to_look_at(len(image))], case.geometry)
            liver, muscle, blood = (
                float(np.median(image[case.labels == tissue]))
                for tissue in (Tissue.LIVER, Tissue.MUSCLE, Tissue.BLOOD)
            )
            print(
                f"{seed} {name:9s} truth: liver/muscle {liver / muscle:.2f}, liver/blood "
                f"{liver / blood:.2f}; {look}",
                flush=True,
            )
            claims.update(f"{name}: {claim}" for claim in CLAIMS if getattr(look, claim, False))
    for claim, count in sorted(claims.items()):
        print(f"{claim} in {count} of {patients}")


def _variants(scan: Scan) -> Iterator[tuple[str, SimulatedCase]]:
    calm = _breathing(scan, min(2.0, scan.scanner.artefacts.breath_mm))
    yield "HBP", make_series(calm)
    yield "native", make_series(calm, with_contrast=False)
    yield "no uptake", make_series(_with_uptake(calm, 0.04))
    kept = dict(signal.TISSUES)
    venous = {
        Tissue.BLOOD: (260, 300),
        Tissue.SPLEEN: (400, 450),
        Tissue.KIDNEY_CORTEX: (250, 300),
    }
    for tissue, t1_ms in venous.items():
        signal.TISSUES[tissue] = replace(kept[tissue], t1_contrast=t1_ms)
    yield "venous", make_series(_with_uptake(calm, 0.06))
    signal.TISSUES.update(kept)
    yield "motion", make_series(_breathing(scan, 14.0))


def _with_uptake(scan: Scan, uptake_mm: float) -> Scan:
    parameters = replace(scan.patient.signal, uptake_mm=uptake_mm)
    return replace(scan, patient=replace(scan.patient, signal=parameters))


def _breathing(scan: Scan, amplitude_mm: float) -> Scan:
    artefacts = replace(scan.scanner.artefacts, breath_mm=amplitude_mm)
    return replace(scan, scanner=replace(scan.scanner, artefacts=artefacts))


if __name__ == "__main__":
    main()
