"""One simulated patient before any scanner: anatomy, vessels, lesions, tissue properties."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from hcc_viewer.training.phantom.config import PhantomConfig
from hcc_viewer.training.phantom.fields import FloatArray, Spacing, stage_rng
from hcc_viewer.training.phantom.lesions import (
    LesionBody,
    LesionPlan,
    build_body,
    draw_hccs,
)
from hcc_viewer.training.phantom.mimics import draw_mimics
from hcc_viewer.training.phantom.occurrence import OCCURRENCES
from hcc_viewer.training.phantom.placement import LiverMap, map_liver
from hcc_viewer.training.phantom.protocols import Protocol
from hcc_viewer.training.phantom.raster import rasterise
from hcc_viewer.training.phantom.signal import SignalParameters, draw_signal, tissue_signals
from hcc_viewer.training.phantom.types import Anatomy, Tissue
from hcc_viewer.training.phantom.vessels import (
    Tubes,
    VesselParameters,
    draw_vessels,
    grow_vessels,
    push_aside,
)

AnatomySource = Callable[[np.random.Generator, Spacing], Anatomy]
"""Draws one anatomy on a grid of the given spacing (slices, rows, columns) in mm."""

HCC_T1_OVER_BLOOD = 0.9
"""An HCC's T1 in the hepatobiliary phase over blood's: 782 / 978 ms at 1.5 T, with its larger
proton density left out (docs/simulator.md)."""

EXPANSIVE_KINDS = ("hcc", "cyst", "haemangioma")
"""What pushes vessels aside instead of growing around them."""

SMALLEST_MASS_MM = 12.0

ROOM_MM = 40.0
"""Body kept above and below the liver; more is never in the image."""


@dataclass(frozen=True)
class TextureParameters:
    """What is drawn for the liver's texture and for its surroundings."""

    variation: float
    """Coefficient of variation of the parenchyma, without noise."""
    grain_mm: float
    """Correlation length, 3 to 8 mm (docs/simulator.md)."""
    reticulation: float
    """Share of the signal lost in fibrous septa."""
    mesh_mm: float
    regional: float
    """Standard deviation of slow changes of uptake from segment to segment."""
    surroundings: float
    """Coefficient of variation inside all other organs."""


@dataclass(frozen=True, eq=False)
class Patient:
    """Everything that is the same for all series of one study."""

    seed: int
    anatomy: Anatomy
    blood: FloatArray
    """(slice, row, column) fraction of vessel lumen inside the liver."""
    ducts: FloatArray
    """(slice, row, column) fraction of bile duct."""
    bodies: tuple[LesionBody, ...]
    signal: SignalParameters
    texture: TextureParameters
    vessels: VesselParameters


def draw_patient(
    seed: int,
    config: PhantomConfig,
    protocol: Protocol,
    anatomy_source: AnatomySource,
    hcc_plans: Callable[[np.random.Generator, LiverMap], list[LesionPlan]] | None = None,
) -> Patient:
    """Draw one patient.

    Args:
        seed: Decides everything that is drawn.
        config: What may be drawn.
        protocol: Sets the contrast that physics expects of an HCC.
        anatomy_source: Draws the anatomy.
        hcc_plans: Chooses the HCC instead of chance.
    """
    anatomy = crop_to_liver(anatomy_source(stage_rng(seed, "anatomy"), config.anatomy_spacing_mm))
    anatomy = _drawn_cirrhosis(anatomy, seed, config)
    rng = stage_rng(seed, "vessels")
    vessels = draw_vessels(rng, anatomy.is_cirrhotic)
    veins, portal, ducts = grow_vessels(rng, anatomy, vessels)
    shape = _shape(anatomy)
    is_odd = bool(stage_rng(seed, "odd").random() < config.odd_share)
    rng = stage_rng(seed, "signal")
    signal = draw_signal(rng, anatomy.is_cirrhotic, config.tissue_jitter, is_odd)
    liver = map_liver(anatomy, veins)
    choose = hcc_plans or partial(_draw_hccs, config, expected_contrast(signal, protocol))
    plans = choose(stage_rng(seed, "hcc"), liver)
    occurrence = OCCURRENCES[config.occurrence]
    rates = occurrence.cirrhotic if anatomy.is_cirrhotic else occurrence.normal
    plans += draw_mimics(stage_rng(seed, "mimics"), liver, rates, config.required)
    drawn = [rasterise(_displaced(t, plans), shape, anatomy.spacing_mm) for t in (veins, portal)]
    return Patient(
        seed,
        anatomy,
        np.maximum(drawn[0], drawn[1]),
        rasterise(_displaced(ducts, plans), shape, anatomy.spacing_mm),
        tuple(build_body(plan, liver, shape, anatomy.spacing_mm) for plan in plans),
        signal,
        draw_texture(stage_rng(seed, "texture"), anatomy.is_cirrhotic, is_odd),
        vessels,
    )


def draw_texture(
    rng: np.random.Generator, is_cirrhotic: bool, is_odd: bool = False
) -> TextureParameters:
    """Draw the parenchyma's texture.

    Together with the scanner's noise it varies as much as patients' livers do: Choi 2014, and
    tools/measure_liver_variation.py. What of it is texture, septa or slow changes is assumed. An
    odd patient's (`PhantomConfig.odd_share`) is anything from none to twice the usual.
    """
    mean, spread = (0.045, 0.018) if is_cirrhotic else (0.018, 0.006)
    reticular = is_cirrhotic and rng.random() < 0.6
    factor = float(rng.uniform(0, 2)) if is_odd else 1.0
    return TextureParameters(
        variation=float(np.clip(rng.normal(mean, spread), 0.008, 0.13)) * factor,
        grain_mm=float(rng.uniform(3, 8)),
        reticulation=float(rng.uniform(0.04, 0.2)) if reticular else 0.0,
        mesh_mm=float(rng.uniform(6, 14)),
        regional=float(rng.uniform(0.01, 0.07 if is_cirrhotic else 0.04)),
        surroundings=float(rng.uniform(0.03, 0.08)),
    )


def expected_contrast(signal: SignalParameters, protocol: Protocol) -> float:
    """HCC over liver by the signal equation: an HCC is nearly as bright as blood."""
    plain = replace(signal, ratios={})
    return float(tissue_signals(plain, protocol).signal[Tissue.BLOOD]) / HCC_T1_OVER_BLOOD


def crop_to_liver(anatomy: Anatomy) -> Anatomy:
    """Leave out slices far above and below the liver.

    Raises:
        ValueError: There is no liver.
    """
    hits = np.flatnonzero((anatomy.labels == Tissue.LIVER).any(axis=(1, 2)))
    if len(hits) == 0:
        raise ValueError(f"The anatomy '{anatomy.source}' has no liver.")
    room = round(ROOM_MM / anatomy.spacing_mm[0])
    part = slice(max(int(hits[0]) - room, 0), int(hits[-1]) + room + 1)
    texture = None if anatomy.texture is None else anatomy.texture[part]
    return replace(anatomy, labels=anatomy.labels[part], texture=texture)


def _draw_hccs(
    config: PhantomConfig, contrast: float, rng: np.random.Generator, liver: LiverMap
) -> list[LesionPlan]:
    if rng.random() < config.without_hcc:
        return []
    occurrence = OCCURRENCES[config.occurrence]
    count = 1 + int(rng.choice(len(occurrence.hcc_counts), p=occurrence.hcc_counts))
    plans = draw_hccs(rng, liver, count, contrast, occurrence.hcc_sizes_mm)
    shift = config.contrast_shift
    return [
        replace(plan, contrast=float(np.clip(plan.contrast + shift, 0.3, 0.95))) for plan in plans
    ]


def _drawn_cirrhosis(anatomy: Anatomy, seed: int, config: PhantomConfig) -> Anatomy:
    """A real anatomy does not say whether its liver is cirrhotic: texture and uptake may be."""
    if anatomy.is_cirrhotic or anatomy.source == "procedural":
        return anatomy
    drawn = bool(stage_rng(seed, "cirrhosis").random() < config.cirrhotic)
    return replace(anatomy, is_cirrhotic=drawn)


def _displaced(tubes: Tubes, plans: list[LesionPlan]) -> Tubes:
    """Vessels pushed aside by the masses, whether or not these are painted."""
    for plan in plans:
        outline = plan.outline
        expands = plan.kind in EXPANSIVE_KINDS and outline.diameter_mm > SMALLEST_MASS_MM
        if expands:
            sharp = plan.capsule_mm > 0 or plan.kind != "hcc"
            center = np.array(outline.center_mm, np.float32)
            tubes = push_aside(tubes, center, outline.diameter_mm / 2, 0.8 if sharp else 0.35)
    return tubes


def _shape(anatomy: Anatomy) -> tuple[int, int, int]:
    z, y, x = anatomy.labels.shape
    return z, y, x
