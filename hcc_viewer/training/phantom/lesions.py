"""Draws hepatocellular carcinomas and turns every lesion's plan into soft masks and contrasts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from hcc_viewer.training.phantom.fields import (
    FloatArray,
    Shape3D,
    Spacing,
    clipped_normal,
    log_uniform,
    smooth_field,
)
from hcc_viewer.training.phantom.placement import LiverMap, place
from hcc_viewer.training.phantom.shapes import Box, Outline, Region, box_around, region_of

HCC_PLACES = (("anywhere", 0.50), ("subcapsular", 0.24), ("perivascular", 0.16), ("dome", 0.10))
"""Assumed; nowhere in the liver is excluded."""

CONTRAST_MEAN, CONTRAST_SD, CONTRAST_RANGE = 0.60, 0.13, (0.33, 0.93)
"""HCC over liver in the hepatobiliary phase (docs/simulator.md)."""


@dataclass(frozen=True)
class LesionPlan:
    """Everything drawn for one lesion or mimic. Contrasts are signals over the liver's."""

    kind: str
    outline: Outline
    contrast: float
    native_contrast: float
    """Before the contrast agent."""
    wedge: bool = False
    """The outline is cut to a wedge that points into the liver."""
    bulge_mm: float = 0.0
    """How far it may rise above the liver's surface."""
    capsule_mm: float = 0.0
    capsule_contrast: float = 1.0
    """Over the lesion's own contrast."""
    mosaic: float = 0.0
    """Standard deviation of the compartments' contrast."""
    inner_share: float = 0.0
    """Diameter of a nodule inside, over the lesion's."""
    inner_contrast: float = 1.0
    necrosis: float = 0.0
    """Share of the lesion that is necrotic."""
    necrosis_contrast: float = 0.25
    fat: float = 0.0
    """Share of the signal that fat suppression removes in fatty parts."""
    halo_mm: float = 0.0
    halo_contrast: float = 1.0
    graininess: float = 0.03
    where: str = "anywhere"

    @property
    def traits(self) -> tuple[str, ...]:
        """Words for the truth file."""
        words = {
            "capsule": self.capsule_mm > 0 and self.kind != "clip",
            "mosaic": self.mosaic > 0,
            "nodule in nodule": self.inner_share > 0,
            "necrosis": self.necrosis > 0,
            "fat": self.fat > 0,
            "peritumoral hypointensity": self.halo_mm > 0,
            "bulging": self.bulge_mm > 0,
            "lobulated": self.outline.lobulation > 0.1,
            "nearly isointense": 0.8 <= self.contrast < 1,
            self.where: self.where != "anywhere",
        }
        return tuple(word for word, holds in words.items() if holds)


@dataclass(frozen=True, eq=False)
class LesionBody:
    """One lesion on the anatomy's grid."""

    plan: LesionPlan
    box: Box
    fraction: FloatArray
    """Share of each voxel inside the lesion: the truth."""
    weight: FloatArray
    """Share of each voxel that it changes: the lesion and its halo."""
    contrast: FloatArray
    """Signal over the liver's, in the hepatobiliary phase."""
    native_contrast: FloatArray


def draw_hccs(
    rng: np.random.Generator,
    liver: LiverMap,
    count: int,
    expected_contrast: float,
    sizes_mm: tuple[tuple[float, float, float], ...],
) -> list[LesionPlan]:
    """Plans of `count` HCC, fewer when the liver has no room.

    Args:
        rng: Draws the plans.
        liver: Where there is room.
        count: Wanted.
        expected_contrast: HCC over liver by the signal equation: good uptake makes them darker.
        sizes_mm: (from, to, share) of diameters: `Occurrence.hcc_sizes_mm`.
    """
    plans = []
    for _ in range(count):
        diameter = _draw_diameter(rng, sizes_mm)
        names = [name for name, _ in HCC_PLACES]
        where = str(rng.choice(names, p=[share for _, share in HCC_PLACES]))
        center = place(rng, liver, diameter / 2, where)
        if center is not None:
            plans.append(_draw_hcc(rng, center, diameter, where, expected_contrast))
    return plans


def _draw_diameter(
    rng: np.random.Generator, sizes_mm: tuple[tuple[float, float, float], ...]
) -> float:
    shares = [share for _, _, share in sizes_mm]
    low, high, _ = sizes_mm[int(rng.choice(len(shares), p=shares))]
    return log_uniform(rng, low, high)


def _draw_hcc(
    rng: np.random.Generator,
    center: tuple[float, float, float],
    diameter: float,
    where: str,
    expected_contrast: float,
) -> LesionPlan:
    """One HCC: outline and contrast here, its inner structure in `_add_structure`."""
    lobulated = rng.random() < 0.42
    outline = Outline(
        center,
        diameter,
        axes=tuple(float(a) for a in rng.uniform(0.78, 1.25, 3)),  # type: ignore[arg-type] # three
        tilt_deg=tuple(float(a) for a in rng.uniform(-90, 90, 3)),  # type: ignore[arg-type] # three
        lobulation=float(rng.uniform(0.10, 0.24) if lobulated else rng.uniform(0.02, 0.08)),
        lobe_size=float(rng.uniform(0.5, 1.1)),
        edge_mm=float(rng.uniform(1.2, 3.0)),
        seed=int(rng.integers(2**31)),
    )
    mean = CONTRAST_MEAN + 0.5 * (expected_contrast - 0.5)
    contrast = clipped_normal(rng, mean, CONTRAST_SD, *CONTRAST_RANGE)
    if rng.random() < (0.22 if diameter < 20 else 0.08):
        contrast = float(rng.uniform(0.75, 0.93))
    plan = LesionPlan(
        kind="hcc",
        outline=outline,
        contrast=contrast,
        native_contrast=clipped_normal(rng, 0.84, 0.12, 0.6, 1.2),
        bulge_mm=float(rng.uniform(1, 0.3 * diameter))
        if where == "subcapsular" and diameter > 8 and rng.random() < 0.5
        else 0.0,
        graininess=float(rng.uniform(0.02, 0.07)),
        where=where,
    )
    return _add_structure(rng, plan)


def _add_structure(rng: np.random.Generator, plan: LesionPlan) -> LesionPlan:
    """Capsule, mosaic, inner nodule, necrosis, fat, halo at their rates (docs/simulator.md)."""
    diameter = plan.outline.diameter_mm
    large, huge = diameter > 20, diameter > 45
    if rng.random() < (0.5 if large else 0.12):
        plan = replace(
            plan,
            capsule_mm=float(rng.uniform(1.2, 2.6)),
            capsule_contrast=float(rng.uniform(0.62, 0.9)),
        )
    if rng.random() < (0.6 if huge else 0.32 if large else 0.08):
        plan = replace(plan, mosaic=float(rng.uniform(0.06, 0.2)))
    if diameter > 12 and rng.random() < 0.08:
        plan = replace(
            plan,
            inner_share=float(rng.uniform(0.3, 0.6)),
            inner_contrast=float(np.clip(plan.contrast + rng.choice([-1, 1]) * 0.25, 0.33, 1.05)),
        )
    if diameter > 15 and rng.random() < (0.4 if huge else 0.15):
        bright = rng.random() < 0.2
        plan = replace(
            plan,
            necrosis=float(rng.uniform(0.03, 0.15) if bright else rng.uniform(0.08, 0.4)),
            necrosis_contrast=float(rng.uniform(0.85, 1.15) if bright else rng.uniform(0.18, 0.4)),
        )
    if rng.random() < 0.12:
        plan = replace(plan, fat=float(rng.uniform(0.15, 0.5)))
    if rng.random() < 0.27:
        plan = replace(
            plan,
            halo_mm=float(rng.uniform(3, 10)),
            halo_contrast=float(rng.uniform(0.8, 0.92)),
        )
    return plan


def build_body(
    plan: LesionPlan, liver: LiverMap, shape: Shape3D, spacing_mm: Spacing
) -> LesionBody:
    """Turn a plan into masks and contrasts on a grid of `shape`."""
    region = region_of(plan.outline, shape, spacing_mm, margin_mm=plan.halo_mm)
    depth = liver.depth_at(region.offsets_mm, plan.outline.center_mm)
    allowed = np.clip((depth + plan.bulge_mm) / 1.4 + 0.5, 0, 1)
    fraction = region.soft_mask(plan.outline.edge_mm) * allowed
    if plan.wedge:
        fraction = fraction * _wedge(plan, region, liver)
    rng = np.random.default_rng([plan.outline.seed, 1])
    contrast = _inner_contrast(rng, plan, region, spacing_mm)
    weight = fraction
    if plan.halo_mm > 0:
        halo = _halo(rng, plan, region, spacing_mm) * np.clip(depth / 1.4 + 0.5, 0, 1)
        weight = fraction + (1 - fraction) * halo
        share = fraction / np.maximum(weight, 1e-6)
        contrast = contrast * share + plan.halo_contrast * (1 - share)
    scale = (plan.native_contrast - 1) / min(plan.contrast - 1, -0.02)
    native = 1 + (contrast - 1) * np.float32(np.clip(scale, -1.5, 1.5))
    return LesionBody(
        plan,
        region.box,
        fraction.astype(np.float32),
        weight.astype(np.float32),
        contrast.astype(np.float32),
        native.astype(np.float32),
    )


def _inner_contrast(
    rng: np.random.Generator, plan: LesionPlan, region: Region, spacing_mm: Spacing
) -> FloatArray:
    """Signal over the liver's inside the outline."""
    z, y, x = region.depth_mm.shape
    shape = (z, y, x)
    diameter = plan.outline.diameter_mm
    inside = np.full(shape, plan.contrast, np.float32)
    inside *= 1 + plan.graininess * smooth_field(rng, shape, spacing_mm, 3.0)
    if plan.mosaic > 0:
        inside *= 1 + plan.mosaic * _compartments(rng, shape, spacing_mm, max(diameter / 4, 5.0))
    if plan.inner_share > 0:
        offset = rng.normal(0, 0.12, 3) * diameter
        away = region.offsets_mm - offset.astype(np.float32)[:, None, None, None]
        radius = plan.inner_share * diameter / 2
        nodule = np.clip((radius - np.sqrt((away**2).sum(0))) / 2 + 0.5, 0, 1)
        inside = inside * (1 - nodule) + plan.inner_contrast * nodule
    if plan.fat > 0:
        patches = np.clip(smooth_field(rng, shape, spacing_mm, max(diameter / 3, 4.0)), 0, 1)
        inside *= 1 - plan.fat * patches
    if plan.necrosis > 0:
        inside = _with_necrosis(rng, plan, region, inside, spacing_mm)
    if plan.capsule_mm > 0:
        rim = region.soft_mask(1.4) - region.soft_mask(1.4, inset_mm=plan.capsule_mm)
        inside *= 1 - (1 - plan.capsule_contrast) * np.clip(rim, 0, 1)
    return np.maximum(inside, 0.05).astype(np.float32)


def _compartments(
    rng: np.random.Generator, shape: Shape3D, spacing_mm: Spacing, size_mm: float
) -> FloatArray:
    """Flat patches with darker septa between them: the mosaic of a large HCC."""
    field = smooth_field(rng, shape, spacing_mm, size_mm)
    patches = np.tanh(2.5 * smooth_field(rng, shape, spacing_mm, size_mm))
    septa = np.exp(-((field / 0.18) ** 2))
    return np.asarray(patches - 1.2 * septa, np.float32)


def _with_necrosis(
    rng: np.random.Generator,
    plan: LesionPlan,
    region: Region,
    inside: FloatArray,
    spacing_mm: Spacing,
) -> FloatArray:
    """Replace the deepest, irregular share of the lesion by its necrotic contrast."""
    z, y, x = inside.shape
    noise = smooth_field(rng, (z, y, x), spacing_mm, max(plan.outline.diameter_mm / 4, 4.0))
    rank = region.depth_mm / (plan.outline.diameter_mm / 2) + 0.35 * noise
    within = region.depth_mm > 0
    if not within.any():
        return inside
    threshold = float(np.quantile(rank[within], 1 - plan.necrosis))
    dead = np.clip((rank - threshold) / 0.15, 0, 1) * within
    return (inside * (1 - dead) + plan.necrosis_contrast * dead).astype(np.float32)


def _halo(
    rng: np.random.Generator, plan: LesionPlan, region: Region, spacing_mm: Spacing
) -> FloatArray:
    """An irregular, partly missing zone around the lesion."""
    z, y, x = region.depth_mm.shape
    noise = smooth_field(rng, (z, y, x), spacing_mm, max(plan.halo_mm * 1.5, 5.0))
    width = plan.halo_mm * np.clip(0.6 + 0.6 * noise, 0, 1)
    return np.asarray(np.clip((region.depth_mm + width) / 3.0 + 0.5, 0, 1), np.float32)


def _wedge(plan: LesionPlan, region: Region, liver: LiverMap) -> FloatArray:
    """1 in a cone that narrows from the surface toward the inside."""
    _, around = box_around(plan.outline.center_mm, (12.0, 12.0, 12.0), *_grid_of(liver))
    depth = liver.depth_at(around, plan.outline.center_mm)
    inward = np.array([float((around[i] * depth).mean()) for i in range(3)])
    norm = float(np.linalg.norm(inward))
    inward = inward / norm if norm > 0 else np.array([0.0, 0.0, 1.0])
    along = np.tensordot(inward.astype(np.float32), region.offsets_mm, axes=(0, 0))
    across = np.sqrt(np.maximum((region.offsets_mm**2).sum(0) - along**2, 0))
    radius = plan.outline.diameter_mm / 2
    half_width = np.maximum(radius - along, 0) * 0.45
    return np.asarray(np.clip((half_width - across) / plan.outline.edge_mm + 0.5, 0, 1), np.float32)


def _grid_of(liver: LiverMap) -> tuple[Shape3D, Spacing]:
    z, y, x = liver.depth_mm.shape
    return (z, y, x), liver.spacing_mm
