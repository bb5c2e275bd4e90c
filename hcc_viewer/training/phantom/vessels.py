"""Grows the hepatic veins, the portal tree and the bile ducts inside a liver.

All points are (z, y, x) in mm on the anatomy's grid: index times spacing, foot to head, anterior to
posterior, right to left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from hcc_viewer.training.phantom.types import Anatomy, Tissue

Points = NDArray[np.float32]

VISIBLE_RADIUS_MM = 0.7
"""Branches thinner than this are not drawn: they are part of the texture."""

MURRAY_EXPONENTS = (2.6, 3.0)
"""A parent's radius to this power is the sum of its children's: 3 by Murray 1926, less is measured
in large vessels."""

BESIDE_LIVER_MM = 8.0
"""Blood this near to the liver is the cava or the portal vein, not the aorta."""


@dataclass(frozen=True)
class VesselParameters:
    """What is drawn for one patient's vessels; lengths in mm."""

    terminal_radius_mm: float
    portal_targets: int
    venous_targets: int
    murray_exponent: float
    calibre: float
    """Factor on all radii: hydration, hypertension, thin veins in cirrhosis."""
    tortuosity: float
    duct_radius_mm: float
    duct_reach_mm: float
    """Portal branches thicker than this have a visible duct beside them."""


@dataclass(frozen=True, eq=False)
class Tubes:
    """Centre lines of vessels as samples about 1 mm apart."""

    points: Points
    """(n, 3) in mm."""
    directions: Points
    """(n, 3) unit vectors along the vessel."""
    radii: Points
    """(n,) in mm."""


@dataclass(frozen=True, eq=False)
class Landmarks:
    """Where the large vessels enter and leave the liver; (z, y, x) in mm."""

    venous_confluence: Points
    porta_hepatis: Points


def draw_vessels(rng: np.random.Generator, is_cirrhotic: bool) -> VesselParameters:
    """Draw how the vessels of one patient look (docs/simulator.md; spreads assumed)."""
    calibre = rng.uniform(0.7, 1.05) if is_cirrhotic else rng.uniform(0.8, 1.2)
    return VesselParameters(
        terminal_radius_mm=float(rng.uniform(0.55, 0.75)),
        portal_targets=int(rng.integers(350, 800)),
        venous_targets=int(rng.integers(500, 1100)),
        murray_exponent=float(rng.uniform(*MURRAY_EXPONENTS)),
        calibre=float(calibre),
        tortuosity=float(rng.uniform(0.05, 0.2)),
        duct_radius_mm=float(rng.uniform(0.35, 1.0)),
        duct_reach_mm=float(rng.uniform(1.6, 3.2)),
    )


def find_landmarks(anatomy: Anatomy) -> Landmarks:
    """Find the hepatic veins' confluence and the porta hepatis from the labels alone."""
    spacing = np.array(anatomy.spacing_mm, np.float32)
    liver = _surface_points(anatomy.labels == Tissue.LIVER, spacing)
    low, high = liver.min(0), liver.max(0)
    height = high[0] - low[0]
    blood = np.argwhere(anatomy.labels[::2, ::2, ::2] == Tissue.BLOOD).astype(np.float32)
    blood = blood * 2 * spacing
    beside = cKDTree(liver).query(blood)[0] < BESIDE_LIVER_MM if len(blood) else np.zeros(0, bool)
    body = np.argwhere(anatomy.labels[::4, ::4, ::4] != Tissue.AIR)[:, 2]
    midline = float(np.median(body)) * 4 * float(spacing[2])
    cava = np.array(
        [high[0] - 0.17 * height, low[1] + 0.68 * (high[1] - low[1]), midline - 22], np.float32
    )
    cava = _middle_of(blood[beside], cava, 32.0, otherwise=_nearest(liver, cava))
    hilum = np.array([low[0] + 0.48 * height, cava[1] - 28, cava[2] - 4], np.float32)
    forward = beside & (blood[:, 1] < cava[1] - 14) if len(blood) else beside
    hilum = _middle_of(blood[forward], hilum, 22.0, otherwise=hilum)
    return Landmarks(cava, _nearest(liver, hilum))


def grow_vessels(
    rng: np.random.Generator, anatomy: Anatomy, parameters: VesselParameters
) -> tuple[Tubes, Tubes, Tubes]:
    """Hepatic veins, portal tree, bile ducts of `anatomy`, clipped to nothing yet."""
    landmarks = find_landmarks(anatomy)
    inside = np.argwhere(anatomy.labels == Tissue.LIVER)
    spacing = np.array(anatomy.spacing_mm, np.float32)
    portal_ends = _draw_targets(rng, inside, spacing, parameters.portal_targets)
    venous_ends = _draw_targets(rng, inside, spacing, parameters.venous_targets)
    portal = _grow(rng, landmarks.porta_hepatis, portal_ends, parameters)
    veins = _merge(
        [
            _grow(rng, root, ends, parameters)
            for root, ends in _venous_territories(rng, landmarks.venous_confluence, venous_ends)
        ]
    )
    return veins, portal, _accompany(rng, portal, parameters)


def push_aside(tubes: Tubes, center_mm: Points, radius_mm: float, strength: float) -> Tubes:
    """The same vessels around a growing mass.

    Args:
        tubes: Left as they are beyond 1.6 radii.
        center_mm: Of the mass, (z, y, x).
        radius_mm: Of the mass.
        strength: 0 for none, 1 when the mass takes all the room it needs.
    """
    away = tubes.points - center_mm
    distance = np.maximum(np.linalg.norm(away, axis=1), 1e-3)
    shift = strength * radius_mm * np.clip(1 - distance / (1.6 * radius_mm), 0, 1)
    points = tubes.points + away * (shift / distance)[:, None]
    return Tubes(points.astype(np.float32), tubes.directions, tubes.radii)


def _venous_territories(
    rng: np.random.Generator, confluence: Points, targets: Points
) -> list[tuple[Points, Points]]:
    """(root, targets) of the right, middle and left hepatic vein, by angle around the cava."""
    away = targets - confluence
    angle = np.arctan2(away[:, 2], -away[:, 1] + 0.0)
    cuts = np.quantile(angle, [rng.uniform(0.36, 0.52), rng.uniform(0.68, 0.8)])
    groups = np.digitize(angle, cuts)
    territories = []
    for group in range(3):
        ends = targets[groups == group]
        if len(ends) < 2:
            continue
        toward = ends.mean(0) - confluence
        root = confluence + toward / np.linalg.norm(toward) * np.float32(rng.uniform(5, 9))
        territories.append((root, ends))
    return territories


def _draw_targets(
    rng: np.random.Generator, inside: NDArray[np.int64], spacing: Points, count: int
) -> Points:
    """`count` points spread at random through the liver: the ends of a tree."""
    chosen = inside[rng.integers(0, len(inside), count)]
    return np.asarray((chosen + rng.uniform(-0.5, 0.5, chosen.shape)) * spacing, np.float32)


def _grow(
    rng: np.random.Generator, root: Points, targets: Points, parameters: VesselParameters
) -> Tubes:
    """A tree from `root` to all `targets`: each fork splits its targets by a plane.

    The recursion gives a supply tree without crossings; radii follow Murray's law.
    """
    starts, ends, radii = [], [], []
    stack = [(np.asarray(root, np.float32), targets)]
    while stack:
        here, ahead = stack.pop()
        radius = parameters.terminal_radius_mm * len(ahead) ** (1 / parameters.murray_exponent)
        radius *= parameters.calibre
        if radius < VISIBLE_RADIUS_MM and len(ahead) > 1:
            ahead = ahead[:1]
        center = ahead.mean(0)
        if len(ahead) == 1:
            fork = center
        else:
            fork = here + np.float32(rng.uniform(0.25, 0.5)) * (center - here)
            stack.extend((fork, part) for part in _split(rng, ahead, center - here))
        starts.append(here)
        ends.append(fork)
        radii.append(radius)
    return _sample(rng, np.array(starts), np.array(ends), np.array(radii), parameters.tortuosity)


def _split(rng: np.random.Generator, targets: Points, along: Points) -> list[Points]:
    """Part targets in two by a plane that contains `along`, unevenly: a trunk and a branch."""
    unit = along / max(float(np.linalg.norm(along)), 1e-6)
    spread = targets - targets.mean(0)
    across = spread - np.outer(spread @ unit, unit)
    axis = np.linalg.eigh(across.T @ across)[1][:, -1]
    axis = axis + rng.normal(0, 0.2, 3)
    share = rng.choice([rng.uniform(0.06, 0.25), rng.uniform(0.25, 0.5)])
    at = across @ axis
    upper = at > np.quantile(at, share if rng.random() < 0.5 else 1 - share)
    if upper.all() or not upper.any():
        upper = np.arange(len(targets)) % 2 == 0
    return [targets[upper], targets[~upper]]


def _sample(
    rng: np.random.Generator, starts: Points, ends: Points, radii: Points, tortuosity: float
) -> Tubes:
    """Points about 1 mm apart along each segment, bent into a random arc."""
    lengths = np.linalg.norm(ends - starts, axis=1)
    counts = np.maximum(2, np.ceil(lengths)).astype(int)
    owner = np.repeat(np.arange(len(counts)), counts)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    t = ((np.arange(len(owner)) - first) / (counts[owner] - 1))[:, None]
    bend = rng.normal(0, 1, starts.shape) * (lengths * tortuosity)[:, None]
    a, b, c = starts[owner], ((starts + ends) / 2 + bend)[owner], ends[owner]
    points = (1 - t) ** 2 * a + 2 * t * (1 - t) * b + t**2 * c
    tangent = 2 * (1 - t) * (b - a) + 2 * t * (c - b)
    tangent /= np.maximum(np.linalg.norm(tangent, axis=1, keepdims=True), 1e-6)
    return Tubes(
        points.astype(np.float32), tangent.astype(np.float32), radii[owner].astype(np.float32)
    )


def _accompany(rng: np.random.Generator, portal: Tubes, parameters: VesselParameters) -> Tubes:
    """Bile ducts: thin tubes on one side of the larger portal branches."""
    large = portal.radii > parameters.duct_reach_mm
    points, directions = portal.points[large], portal.directions[large]
    side = np.cross(directions, np.array([0.3, 1.0, 0.2]) + rng.normal(0, 0.3, 3))
    side /= np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-6)
    relative = np.sqrt(portal.radii[large] / max(parameters.duct_reach_mm, 1e-6))
    radii = parameters.duct_radius_mm * relative
    shifted = points + side * (portal.radii[large] + radii + 0.4)[:, None]
    return Tubes(shifted.astype(np.float32), directions, radii.astype(np.float32))


def _merge(parts: list[Tubes]) -> Tubes:
    empty = np.zeros((0, 3), np.float32)
    if not parts:
        return Tubes(empty, empty, np.zeros(0, np.float32))
    return Tubes(
        np.concatenate([part.points for part in parts]),
        np.concatenate([part.directions for part in parts]),
        np.concatenate([part.radii for part in parts]),
    )


def _surface_points(mask: NDArray[np.bool_], spacing: Points) -> Points:
    """Boundary voxels of a mask (thinned by two), in mm."""
    thin = mask[::2, ::2, ::2]
    edge = thin & ~ndimage.binary_erosion(thin)
    return np.argwhere(edge).astype(np.float32) * 2 * spacing


def _nearest(points: Points, wanted: Points) -> Points:
    distance = np.linalg.norm(points - wanted, axis=1)
    return np.asarray(points[int(np.argmin(distance))], np.float32)


def _middle_of(points: Points, wanted: Points, radius_mm: float, otherwise: Points) -> Points:
    """The centre of the points within `radius_mm` of a place; `otherwise` where there are few."""
    near = points[np.linalg.norm(points - wanted, axis=1) < radius_mm]
    return np.asarray(near.mean(0), np.float32) if len(near) >= 10 else otherwise
