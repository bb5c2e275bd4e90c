"""Makes the demo study that the program carries: one chosen simulated patient."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from hcc_viewer.training.phantom.case import Scan, draw_scan
from hcc_viewer.training.phantom.config import FIRST_DEMO_SEED, PhantomConfig
from hcc_viewer.training.phantom.lesions import LesionPlan
from hcc_viewer.training.phantom.patient import AnatomySource
from hcc_viewer.training.phantom.placement import LiverMap, place
from hcc_viewer.training.phantom.shapes import Outline
from hcc_viewer.training.phantom.simulate import write_study
from hcc_viewer.training.phantom.types import Tissue

DEMO_SEED = FIRST_DEMO_SEED + 16
"""Chosen among those that `is_instructive` accepts as one on which the bundled model finds
both HCC: a demonstration of the program, no measure of the model."""

DEMO_NAME = "SIM^0001"

DEMO_CONFIG = PhantomConfig(
    vendor_weights={"Philips": 1.0},
    field_weights={"1.5": 1.0},
    required=("cyst",),
    max_matrix=288,
)

SLICES = (60, 100)

DEMO_LEVEL = 130.0
"""Stored value of liver: low, so that noise takes few bits of the files."""


def make_demo(folder: Path, seed: int = DEMO_SEED) -> Path:
    """Write the demo study to `folder`.

    Raises:
        OutputError: A file cannot be written.
    """
    return write_study(draw_demo_scan(seed), folder, DEMO_NAME, "jpeg2000", native_step=3)


def draw_demo_scan(seed: int = DEMO_SEED, anatomy_source: AnatomySource | None = None) -> Scan:
    """The demo's patient in its scanner."""
    scan = draw_scan(seed, DEMO_CONFIG, anatomy_source, hcc_plans=_demo_lesions)
    return replace(scan, scanner=replace(scan.scanner, level=DEMO_LEVEL))


def is_instructive(scan: Scan) -> bool:
    """Whether a scan shows what the demo is for: enough slices, gallbladder, both HCC, a cyst."""
    kinds = [body.plan.kind for body in scan.patient.bodies]
    gallbladder = (scan.patient.anatomy.labels == Tissue.GALLBLADDER).any()
    return (
        SLICES[0] <= scan.grid.slices <= SLICES[1]
        and bool(gallbladder)
        and kinds.count("hcc") >= 2
        and "cyst" in kinds
        and scan.patient.signal.uptake_mm > 0.17
        and scan.scanner.snr > 22
        and scan.scanner.artefacts.breath_mm == 0
    )


def _demo_lesions(rng: np.random.Generator, liver: LiverMap) -> list[LesionPlan]:
    """A typical HCC of 26 mm with a capsule, and a plain one of 13 mm."""
    plans = []
    for diameter, where in ((26.0, "anywhere"), (13.0, "anywhere")):
        center = place(rng, liver, diameter / 2, where)
        if center is None:
            continue
        large = diameter > 20
        plans.append(
            LesionPlan(
                kind="hcc",
                outline=Outline(
                    center,
                    diameter,
                    axes=(1.0, 0.92, 1.08),
                    lobulation=0.14 if large else 0.06,
                    edge_mm=1.6,
                    seed=int(rng.integers(2**31)),
                ),
                contrast=0.56 if large else 0.6,
                native_contrast=0.84,
                capsule_mm=1.8 if large else 0.0,
                capsule_contrast=0.75,
                mosaic=0.1 if large else 0.0,
                where=where,
            )
        )
    return plans
