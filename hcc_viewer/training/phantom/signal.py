"""MR signal of each tissue after gadoxetate, and before it: relaxation times and the SPGR equation.

Relaxation times, proton densities and relaxivities are those of docs/simulator.md (de
Bazelaire 2004, Stanisz 2005, Ziemian 2020; values at 20 min computed from them).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.training.phantom.fields import FloatArray, clipped_normal
from hcc_viewer.training.phantom.protocols import Protocol
from hcc_viewer.training.phantom.types import Tissue

HEPATOCYTE_RELAXIVITY = {1.5: 14.6, 3.0: 9.8}
"""Of gadoxetate inside hepatocytes, 1/(mM s) (Ziemian 2020)."""

LIVER_NATIVE_T1_MS = {1.5: 586.0, 3.0: 809.0}
"""de Bazelaire 2004."""


@dataclass(frozen=True)
class Relaxation:
    """Of one tissue; (1.5 T, 3 T) pairs in ms."""

    t1_contrast: tuple[float, float]
    """20 min after gadoxetate."""
    t1_native: tuple[float, float]
    t2_star: tuple[float, float]
    density: float
    """Proton density of what the sequence sees, over water's."""


TISSUES = {
    Tissue.AIR: Relaxation((1e4, 1e4), (1e4, 1e4), (1, 1), 0.0),
    Tissue.FAT: Relaxation((289, 368), (343, 382), (40, 25), 1.0),
    Tissue.MUSCLE: Relaxation((848, 1039), (900, 1150), (30, 24), 0.79),
    Tissue.SKIN: Relaxation((700, 850), (800, 950), (15, 10), 0.6),
    Tissue.BONE: Relaxation((900, 1000), (900, 1000), (3, 2), 0.08),
    Tissue.MARROW: Relaxation((798, 847), (900, 980), (12, 8), 0.45),
    Tissue.CSF: Relaxation((4000, 4000), (4200, 4200), (300, 200), 1.0),
    Tissue.SPINAL_CORD: Relaxation((850, 950), (850, 950), (60, 45), 0.75),
    Tissue.LUNG: Relaxation((1000, 1200), (1100, 1300), (1.5, 0.9), 0.18),
    Tissue.HEART_MUSCLE: Relaxation((890, 1123), (1030, 1350), (35, 25), 0.80),
    Tissue.BLOOD: Relaxation((978, 1145), (1441, 1700), (100, 50), 0.87),
    Tissue.LIVER: Relaxation((190, 270), (586, 809), (26, 18), 0.80),
    Tissue.GALLBLADDER: Relaxation((1500, 1600), (1500, 1600), (150, 100), 1.0),
    Tissue.BILE_DUCT: Relaxation((180, 200), (1600, 1700), (60, 60), 1.0),
    Tissue.SPLEEN: Relaxation((874, 1099), (1057, 1328), (35, 25), 0.86),
    Tissue.KIDNEY_CORTEX: Relaxation((685, 825), (966, 1142), (50, 40), 0.86),
    Tissue.KIDNEY_MEDULLA: Relaxation((720, 844), (1412, 1545), (45, 35), 0.88),
    Tissue.PANCREAS: Relaxation((536, 667), (584, 725), (35, 25), 0.82),
    Tissue.STOMACH_WALL: Relaxation((700, 850), (1000, 1200), (35, 25), 0.8),
    Tissue.BOWEL_WALL: Relaxation((700, 850), (1000, 1200), (35, 25), 0.8),
    Tissue.BOWEL_CONTENT: Relaxation((1500, 1600), (1500, 1600), (60, 40), 0.85),
    Tissue.GAS: Relaxation((1e4, 1e4), (1e4, 1e4), (1, 1), 0.0),
    Tissue.ASCITES: Relaxation((2934, 3159), (3500, 3600), (300, 200), 1.0),
    Tissue.ADRENAL: Relaxation((700, 850), (850, 1000), (40, 28), 0.8),
    Tissue.CARTILAGE: Relaxation((1000, 1150), (1050, 1200), (20, 14), 0.7),
    Tissue.OTHER_SOFT_TISSUE: Relaxation((800, 950), (900, 1100), (32, 24), 0.75),
}
"""After the injection the liver's T1 is computed from its uptake instead."""

GOOD_UPTAKE_MM = 0.27
"""Mean of patients without cirrhosis; see docs/simulator.md."""

FREE_OF_JITTER = (Tissue.AIR, Tissue.GAS, Tissue.LIVER)


@dataclass(frozen=True)
class SignalParameters:
    """What is drawn for one patient's signal."""

    uptake_mm: float
    """Gadoxetate in hepatocytes at 20 min in mmol/l: .30 good, .20 Child-Pugh A, .05 C."""
    iron: float
    """Factor on the liver's T2*: below 1 is darker."""
    liver_fat: float
    """Proton-density fat fraction of the liver."""
    fat_residue: float
    """Share of the fat signal that suppression leaves."""
    gallbladder_state: str
    """`dark`, `layered` or `bright`."""
    gallbladder_level: float
    """Share of the gallbladder above the bile level when layered, from anterior."""
    gallbladder_t1_ms: tuple[float, float]
    """(without, with contrast agent)."""
    duct_t1_ms: float
    bowel_t1_ms: float
    bowel_spread: float
    """How strongly bowel contents differ from place to place."""
    ratios: dict[str, float] = field(default_factory=dict)
    """Factor on each tissue's signal: what physics leaves open."""


def draw_signal(
    rng: np.random.Generator, is_cirrhotic: bool, jitter: float = 0.25, is_odd: bool = False
) -> SignalParameters:
    """Draw a patient's uptake, bile and tissue properties (docs/simulator.md).

    Args:
        rng: Draws them.
        is_cirrhotic: Lowers the uptake.
        jitter: See `PhantomConfig.tissue_jitter`.
        is_odd: See `PhantomConfig.odd_share`.
    """
    if is_cirrhotic:
        uptake = clipped_normal(rng, 0.20, 0.055, 0.07, 0.34)
    else:
        uptake = clipped_normal(rng, GOOD_UPTAKE_MM, 0.05, 0.12, 0.36)
    good = uptake / 0.3
    state = str(rng.choice(["dark", "layered", "bright"], p=[0.43, 0.42, 0.15]))
    spread = min(2 * jitter, 0.6) if is_odd else jitter
    ratios = {
        tissue.name: float(rng.uniform(1 - spread, 1 + spread))
        for tissue in TISSUES
        if tissue not in FREE_OF_JITTER
    }
    ratios["BLOOD"] = float(rng.uniform(1 - 0.75 * spread, 1 + 0.8 * spread))
    residue = (0.03, 0.17) if not is_odd or rng.random() < 0.8 else (0.3, 1.0)
    return SignalParameters(
        uptake_mm=uptake,
        iron=float(rng.uniform(0.25, 0.6)) if rng.random() < 0.08 else float(rng.uniform(0.8, 1.2)),
        liver_fat=float(rng.uniform(0.05, 0.22)) if rng.random() < 0.25 else 0.02,
        fat_residue=float(rng.uniform(*residue)),
        gallbladder_state=state,
        gallbladder_level=float(rng.uniform(0.25, 0.75)),
        gallbladder_t1_ms=(float(rng.uniform(450, 2500)), float(rng.uniform(80, 400))),
        duct_t1_ms=float(rng.uniform(90, 300) / np.clip(good, 0.35, 1.0)),
        bowel_t1_ms=float(rng.uniform(250, 2500)),
        bowel_spread=float(rng.uniform(0.05, 0.5)),
        ratios=ratios,
    )


def spgr(
    density: NDArray[np.float64],
    t1_ms: NDArray[np.float64],
    t2_star_ms: NDArray[np.float64],
    protocol: Protocol,
    flip_factor: float = 1.0,
) -> NDArray[np.float64]:
    """Steady-state signal of a spoiled gradient echo."""
    angle = np.radians(protocol.flip_angle_deg * flip_factor)
    e1 = np.exp(-protocol.repetition_time_ms / t1_ms)
    decay = np.exp(-protocol.echo_time_ms / t2_star_ms)
    return np.asarray(density * np.sin(angle) * (1 - e1) / (1 - np.cos(angle) * e1) * decay)


def liver_t1_ms(uptake_mm: float, field_strength_t: float) -> float:
    """T1 of liver with a concentration of gadoxetate in its hepatocytes."""
    rate = 1000 / LIVER_NATIVE_T1_MS[field_strength_t]
    return 1000 / (rate + HEPATOCYTE_RELAXIVITY[field_strength_t] * uptake_mm)


@dataclass(frozen=True, eq=False)
class TissueSignals:
    """Looked up by `Tissue` value."""

    signal: FloatArray
    flip_exponent: FloatArray
    """d ln(signal) / d ln(flip angle): how the transmit field shows in each tissue."""
    bile_with_contrast: float
    """Signal of bile that holds contrast agent, in the gallbladder."""
    fat_unsuppressed: float


def tissue_signals(
    parameters: SignalParameters, protocol: Protocol, with_contrast: bool = True
) -> TissueSignals:
    """Signal of every tissue under a protocol; the liver's with contrast agent is 1."""
    low, base, high = (
        _signals_at(parameters, protocol, with_contrast, factor) for factor in (0.95, 1.0, 1.05)
    )
    exponent = np.log(np.maximum(high, 1e-6) / np.maximum(low, 1e-6)) / np.log(1.05 / 0.95)
    reference = _signals_at(parameters, protocol, True, 1.0)[Tissue.LIVER]
    one = np.ones(1)
    bile_t1 = parameters.gallbladder_t1_ms[1 if with_contrast else 0]
    bile = float(spgr(one, one * bile_t1, one * 80.0, protocol)[0])
    fat = base[Tissue.FAT] / max(parameters.fat_residue, 1e-3)
    return TissueSignals(
        (base / reference).astype(np.float32),
        exponent.astype(np.float32),
        bile / float(reference),
        float(fat / reference),
    )


def liver_brightness(parameters: SignalParameters, protocol: Protocol) -> float:
    """Signal of the liver with contrast agent, over that of one with good uptake.

    The scanner's noise does not know of the uptake: in a darker liver it is the larger share.
    """
    good = replace(parameters, uptake_mm=GOOD_UPTAKE_MM, iron=1.0, liver_fat=0.0)
    own, best = (_signals_at(p, protocol, True, 1.0)[Tissue.LIVER] for p in (parameters, good))
    return float(own / best)


def _signals_at(
    parameters: SignalParameters, protocol: Protocol, with_contrast: bool, flip_factor: float
) -> NDArray[np.float64]:
    """(tissues,) absolute signals."""
    which = 0 if protocol.field_strength_t < 2 else 1
    table = [TISSUES[tissue] for tissue in Tissue]
    t1 = np.array([(r.t1_contrast if with_contrast else r.t1_native)[which] for r in table])
    t2_star = np.array([r.t2_star[which] for r in table], np.float64)
    density = np.array([r.density for r in table])
    if with_contrast:
        t1[Tissue.LIVER] = liver_t1_ms(parameters.uptake_mm, protocol.field_strength_t)
        t1[Tissue.BILE_DUCT] = parameters.duct_t1_ms
    t1[Tissue.GALLBLADDER] = parameters.gallbladder_t1_ms[0]
    t1[Tissue.BOWEL_CONTENT] = parameters.bowel_t1_ms
    t2_star[Tissue.LIVER] *= parameters.iron
    density[Tissue.LIVER] *= 1 - parameters.liver_fat
    density[Tissue.FAT] *= parameters.fat_residue
    ratio = np.array([parameters.ratios.get(tissue.name, 1.0) for tissue in Tissue])
    return np.asarray(spgr(density, t1, t2_star, protocol, flip_factor) * ratio, np.float64)
