"""Draws what looks like an HCC and is none: cysts, haemangiomas, nodules, fibrosis, fat, clips."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from hcc_viewer.training.phantom.fields import clipped_normal, log_uniform
from hcc_viewer.training.phantom.lesions import LesionPlan
from hcc_viewer.training.phantom.occurrence import Rates
from hcc_viewer.training.phantom.placement import LiverMap, Point, place
from hcc_viewer.training.phantom.shapes import Outline


def draw_mimics(
    rng: np.random.Generator, liver: LiverMap, rates: Rates, required: tuple[str, ...] = ()
) -> list[LesionPlan]:
    """Plans of one patient's mimics; each kind of `rates` in `required` occurs at least once."""
    plans = []
    for kind, (chance, most) in rates.items():
        occurs = rng.random() < chance or kind in required
        for _ in range(int(rng.integers(1, most + 1)) if occurs else 0):
            plan = _DRAWERS[kind](rng, liver)
            if plan is not None:
                plans.append(plan)
    return plans


def _outline(
    rng: np.random.Generator,
    center: Point,
    diameter: float,
    lobulation: float,
    edge_mm: float,
    flatness: float = 0.15,
) -> Outline:
    axes = rng.uniform(1 - flatness, 1 + flatness, 3)
    tilt = rng.uniform(-90, 90, 3)
    return Outline(
        center,
        diameter,
        axes=(float(axes[0]), float(axes[1]), float(axes[2])),
        tilt_deg=(float(tilt[0]), float(tilt[1]), float(tilt[2])),
        lobulation=lobulation,
        edge_mm=edge_mm,
        seed=int(rng.integers(2**31)),
    )


def _placed(
    rng: np.random.Generator, liver: LiverMap, diameter: float, subcapsular: float
) -> tuple[Point | None, str]:
    where = "subcapsular" if rng.random() < subcapsular else "anywhere"
    return place(rng, liver, diameter / 2, where), where


def _cyst(rng: np.random.Generator, liver: LiverMap) -> LesionPlan | None:
    """Sharp, round, about a third of an HCC's signal (T1 near 3.8 s; EJR Open 2020)."""
    diameter = log_uniform(rng, 3.5, 30)
    center, where = _placed(rng, liver, diameter, 0.35)
    if center is None:
        return None
    return LesionPlan(
        "cyst",
        _outline(rng, center, diameter, float(rng.uniform(0, 0.08)), 1.2),
        contrast=float(rng.uniform(0.11, 0.24)),
        native_contrast=float(rng.uniform(0.22, 0.42)),
        bulge_mm=float(rng.uniform(0, 0.4 * diameter)) if where == "subcapsular" else 0.0,
        graininess=0.01,
        where=where,
    )


def _haemangioma(rng: np.random.Generator, liver: LiverMap) -> LesionPlan | None:
    """Lobulated, sharp, even, near blood (T1 2.5 s falls to 1.07 s; EJR Open 2020)."""
    diameter = log_uniform(rng, 5, 35)
    center, where = _placed(rng, liver, diameter, 0.4)
    if center is None:
        return None
    return LesionPlan(
        "haemangioma",
        _outline(rng, center, diameter, float(rng.uniform(0.08, 0.18)), 1.3, 0.25),
        contrast=clipped_normal(rng, 0.38, 0.05, 0.28, 0.5),
        native_contrast=float(rng.uniform(0.45, 0.68)),
        graininess=0.02,
        where=where,
    )


def _dysplastic(rng: np.random.Generator, liver: LiverMap) -> LesionPlan | None:
    """Small, round, even, a little darker than liver. By policy no HCC."""
    diameter = log_uniform(rng, 5, 13)
    center, where = _placed(rng, liver, diameter, 0.1)
    if center is None:
        return None
    return LesionPlan(
        "dysplastic nodule",
        _outline(rng, center, diameter, 0.03, 1.6, 0.1),
        contrast=float(rng.uniform(0.82, 0.95)),
        native_contrast=float(rng.uniform(1.0, 1.25)),
        graininess=0.02,
        where=where,
    )


def _regenerative(rng: np.random.Generator, liver: LiverMap) -> LesionPlan | None:
    """As bright as liver or brighter, often with a thin dark fibrous rim."""
    diameter = log_uniform(rng, 4, 16)
    center, where = _placed(rng, liver, diameter, 0.2)
    if center is None:
        return None
    return LesionPlan(
        "regenerative nodule",
        _outline(rng, center, diameter, 0.05, 1.8),
        contrast=float(rng.uniform(1.0, 1.2)),
        native_contrast=float(rng.uniform(0.95, 1.2)),
        capsule_mm=float(rng.uniform(1.0, 1.8)) if rng.random() < 0.4 else 0.0,
        capsule_contrast=float(rng.uniform(0.75, 0.92)),
        where=where,
    )


def _fibrosis(rng: np.random.Generator, liver: LiverMap) -> LesionPlan | None:
    """A wedge from the capsule inward, without a rounded edge."""
    diameter = float(rng.uniform(30, 70))
    center = place(rng, liver, 10.0, "subcapsular")
    if center is None:
        return None
    return LesionPlan(
        "confluent fibrosis",
        _outline(rng, center, diameter, float(rng.uniform(0.1, 0.2)), 4.0, 0.3),
        contrast=float(rng.uniform(0.58, 0.85)),
        native_contrast=float(rng.uniform(0.75, 0.92)),
        wedge=True,
        graininess=0.08,
        where="subcapsular",
    )


def _perfusion_wedge(rng: np.random.Generator, liver: LiverMap) -> LesionPlan | None:
    """A small pale wedge below the capsule: arterioportal shunt, poor regional uptake."""
    diameter = float(rng.uniform(16, 45))
    center = place(rng, liver, 6.0, "subcapsular")
    if center is None:
        return None
    return LesionPlan(
        "perfusion wedge",
        _outline(rng, center, diameter, 0.08, 5.0, 0.2),
        contrast=float(rng.uniform(0.82, 0.94)),
        native_contrast=float(rng.uniform(0.96, 1.02)),
        wedge=True,
        where="subcapsular",
    )


def _focal_fat(rng: np.random.Generator, liver: LiverMap) -> LesionPlan | None:
    """A blurred, flat, slightly dark patch, mostly below the capsule."""
    diameter = float(rng.uniform(10, 35))
    center = place(rng, liver, 5.0, "subcapsular" if rng.random() < 0.7 else "anywhere")
    if center is None:
        return None
    return LesionPlan(
        "focal fat",
        _outline(rng, center, diameter, float(rng.uniform(0.15, 0.3)), 7.0, 0.45),
        contrast=float(rng.uniform(0.78, 0.92)),
        native_contrast=float(rng.uniform(0.78, 0.92)),
        where="subcapsular",
    )


def _clip(rng: np.random.Generator, liver: LiverMap) -> LesionPlan | None:
    """A metal clip: a signal void with a bright rim of piled-up signal."""
    diameter = float(rng.uniform(5, 18))
    center = place(rng, liver, diameter / 2, "subcapsular")
    if center is None:
        return None
    return LesionPlan(
        "clip",
        _outline(rng, center, diameter, 0.12, 1.6, 0.35),
        contrast=0.05,
        native_contrast=0.05,
        bulge_mm=diameter,
        capsule_mm=float(rng.uniform(1.6, 2.6)),
        capsule_contrast=float(rng.uniform(18, 40)),
        where="subcapsular",
    )


_DRAWERS: dict[str, Callable[[np.random.Generator, LiverMap], LesionPlan | None]] = {
    "cyst": _cyst,
    "haemangioma": _haemangioma,
    "dysplastic nodule": _dysplastic,
    "regenerative nodule": _regenerative,
    "confluent fibrosis": _fibrosis,
    "perfusion wedge": _perfusion_wedge,
    "focal fat": _focal_fat,
    "clip": _clip,
}
