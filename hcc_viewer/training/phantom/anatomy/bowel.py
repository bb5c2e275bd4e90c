"""Stomach, duodenum, colon and small bowel: walls with fluid and gas, and ascites."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from hcc_viewer.training.phantom.anatomy.scene import Box, Scene
from hcc_viewer.training.phantom.anatomy.shapes import FAR, Array, Point, Tube, tube, upsample
from hcc_viewer.training.phantom.types import Tissue


@dataclass(frozen=True)
class BowelParameters:
    """Lengths in mm."""

    stomach_size: float
    stomach_wall: float
    stomach_gas: float
    """Fraction of the lumen's depth that is gas, in front."""
    colon_radius: float
    colon_gas: float
    colon_height: float
    """z of the transverse colon's middle in the reference body."""
    small_radius: float
    small_wall: float
    small_gas: float
    """Fraction of loops with gas."""
    collapsed: float
    """Fraction of loops without content."""
    packing: float
    """How many loops there are, relative."""
    ascites: float
    """Depth of fluid around the liver; 0 for none."""


def draw_bowel(
    rng: np.random.Generator, *, is_cirrhotic: bool, adiposity: float
) -> BowelParameters:
    """Draw the bowel; ascites in 10 % of the cirrhotic."""
    return BowelParameters(
        stomach_size=rng.uniform(0.55, 1.2),
        stomach_wall=rng.uniform(3.0, 5.5),
        stomach_gas=rng.uniform(0.05, 0.6),
        colon_radius=rng.uniform(15, 24),
        colon_gas=rng.uniform(0.0, 0.75),
        colon_height=rng.uniform(-95, -45),
        small_radius=rng.uniform(10, 14),
        small_wall=rng.uniform(1.8, 2.8),
        small_gas=rng.uniform(0.0, 0.2),
        collapsed=rng.uniform(0.1, 0.45),
        packing=rng.uniform(0.5, 0.85) - 0.22 * adiposity,
        ascites=rng.uniform(3, 16) if is_cirrhotic and rng.random() < 0.1 else 0.0,
    )


def add_stomach(scene: Scene, p: BowelParameters, dome: float) -> None:
    """Paint the stomach under the left dome, across to the pylorus, and the duodenum."""
    place, s = scene.place, p.stomach_size
    knots = [
        place(dome - 12 - 20 * s, 24, 56),
        place(dome - 26 - 20 * s, 10, 64),
        place(26, -14, 66),
        place(-4, -42, 54),
        place(-26, -54, 26),
        place(-32, -48, -4),
        place(-28, -38, -26),
    ]
    widths = [24 * s, 31 * s, 28 * s, 23 * s, 19 * s, 14 * s**0.5, 9]
    _add_hollow(
        scene, tube(knots, widths), "stomach", Tissue.STOMACH_WALL, p.stomach_wall, p.stomach_gas
    )
    bend = [
        place(-28, -34, -34),
        place(-34, -20, -42),
        place(-58, -2, -42),
        place(-82, 4, -34),
        place(-92, 0, -12),
        place(-88, -2, 10),
        place(-66, -12, 30),
    ]
    _add_hollow(scene, tube(bend, 10.5), "duodenum", Tissue.BOWEL_WALL, p.small_wall, 0.15)


def add_colon(scene: Scene, p: BowelParameters) -> None:
    """Paint the colon's frame with haustra: ascending, transverse, descending."""
    rng = scene.generator("colon")
    t = p.colon_height
    way = [
        (-190, 10, -96),
        (-130, 12, -98),
        (t - 12, 8, -92),
        (t - 4, -38, -84),
        (t - 8, -66, -48),
        (t - 18, -70, 0),
        (t - 2, -64, 44),
        (t + 42, -44, 84),
        (18, -6, 106),
        (-8, 26, 108),
        (-60, 34, 106),
        (-120, 30, 106),
        (-190, 24, 100),
    ]
    jitter = rng.normal(0, 5, (len(way), 3))
    knots = [scene.place(*(np.array(q) + j)) for q, j in zip(way, jitter, strict=True)]
    curve = tube(knots, p.colon_radius)
    steps = np.arange(len(curve.points))
    slow = np.interp(steps, np.linspace(0, len(steps), 14), rng.uniform(0.6, 1.3, 14))
    haustra = 1 + 0.2 * np.cos(2 * np.pi * steps * 1.5 / rng.uniform(26, 38))
    curve = Tube(curve.points, p.colon_radius * slow * haustra)
    _add_hollow(scene, curve, "colon", Tissue.BOWEL_WALL, 2.4, p.colon_gas)


def _add_hollow(
    scene: Scene, curve: Tube, name: str, wall: Tissue, wall_mm: float, gas: float
) -> None:
    """Paint a hollow organ: wall, fluid below and gas above a level, the patient lying supine."""
    low, high = curve.bounds(30.0)
    box = scene.grid.box(low.tolist(), high.tolist())
    if min(s.stop - s.start for s in box) == 0:
        return
    coarse = scene.grid.part(box).coarser(3.0)
    z, y, x = scene.warped(coarse)
    query = np.stack([z.ravel(), y.ravel(), x.ravel()], axis=1)
    limit = float(curve.radii.max()) + 10
    near, index = cKDTree(curve.points).query(query, distance_upper_bound=limit)
    found = np.isfinite(near)
    index = np.where(found, index, 0)
    radius = curve.radii[index]
    shape = np.where(found, near - radius, 12.0).astype(np.float32)
    rng = scene.generator(name + " content")
    levels = np.interp(
        np.arange(len(curve.points)),
        np.linspace(0, len(curve.points), 9),
        np.clip(gas + rng.normal(0, 0.25, 9), 0, 1),
    )
    level = curve.points[index, 1] + (2 * levels[index] - 1) * radius
    above = np.where(found, y.ravel() - level, 12.0).astype(np.float32)
    part = scene.grid.part(box)
    fine = upsample(shape.reshape(coarse.shape), coarse, part)
    depth = upsample(above.reshape(coarse.shape), coarse, part)
    fine = fine + 1.6 * scene.noise(name, box, 26.0)
    fine = scene.within(fine, box, gap_mm=0.8)
    fine = np.maximum(fine, np.maximum(scene.wall[box] + 1.5, scene.below_diaphragm(box, 1.5)))
    folds = 1 + 0.35 * scene.noise(name + " wall", box, 14.0)
    _paint_hollow(scene, box, fine, fine + wall_mm * folds, depth, wall)


def _paint_hollow(
    scene: Scene, box: Box, shape: Array, lumen: Array, level: Array, wall: Tissue
) -> None:
    scene.paint(box, shape < 0, wall)
    inside = (lumen < 0) & (shape < 0)
    scene.paint(box, inside, Tissue.BOWEL_CONTENT, onto=wall)
    scene.paint(box, inside & (level < 0), Tissue.GAS, onto=Tissue.BOWEL_CONTENT)
    scene.take(box, shape)


def _wander(rng: np.random.Generator, low: Point, high: Point, length: int) -> np.ndarray:
    """A smooth random walk in a box in mm with steps of 4 mm, turned back at its sides."""
    points = np.empty((length, 3))
    here = rng.uniform(low, high)
    way = rng.normal(0, 1, 3)
    curl = rng.normal(0, 1, 3)
    for n in range(length):
        curl = 0.85 * curl + 0.5 * rng.normal(0, 1, 3)
        way = way + 0.35 * np.cross(way, curl / np.linalg.norm(curl)) + 0.08 * curl
        way = way / np.linalg.norm(way)
        here = here + 4.0 * way
        outside = (here < low) | (here > high)
        way = np.where(outside, np.sign((np.array(low) + high) / 2 - here) * np.abs(way), way)
        points[n] = here
    return points


def add_small_bowel(scene: Scene, p: BowelParameters) -> None:
    """Paint loops of small bowel into the room in front that is left."""
    rng = scene.generator("small bowel")
    bottom = float(scene.grid.axes()[0][0])
    low, high = scene.place(-190, -80, -84), scene.place(-26, 2, 92)
    low = (max(low[0], bottom - 30), low[1], low[2])
    if high[0] <= bottom:
        return
    room = float(np.prod(np.array(high) - low))
    length = int(p.packing * room / (4 * np.pi * p.small_radius**2) / 1.15)
    path = _wander(rng, low, high, length)
    box = scene.box(tuple((np.array(low) + high) / 2), (np.array(high) - low) / 2 + 16)  # type: ignore[arg-type]  # three floats
    part = scene.grid.part(box)
    coarse = part.coarser(3.2)
    shape, loop, dy = _loops(path, scene.warped(coarse), p.small_radius, rng)
    loops = int(loop.max()) + 1
    shape = upsample(shape, coarse, part) + 1.0 * scene.noise("small bowel", box, 16.0)
    lumen = shape + p.small_wall * (1 + 0.4 * scene.noise("small folds", box, 6.0))
    thick = np.where(rng.random(loops) < p.collapsed, 5.0, 0.0).astype(np.float32)
    gas = np.where(rng.random(loops) < p.small_gas, rng.uniform(-5, 8, loops), -99.0)
    lumen = lumen + upsample(thick[loop], coarse, part)
    level = upsample((dy - gas[loop]).astype(np.float32), coarse, part)
    shape = scene.within(shape, box, gap_mm=1.0)
    shape = np.maximum(shape, scene.wall[box] + 2.0)
    _paint_hollow(scene, box, shape, np.maximum(lumen, shape + 1.2), level, Tissue.BOWEL_WALL)


def _loops(
    path: np.ndarray,
    coordinates: tuple[Array, Array, Array],
    radius: float,
    rng: np.random.Generator,
) -> tuple[Array, np.ndarray, Array]:
    """Distance to the gut's surface with walls between touching loops, loop number, height."""
    z, y, x = coordinates
    query = np.stack([z.ravel(), y.ravel(), x.ravel()], axis=1)
    widths = radius * rng.uniform(0.75, 1.25, len(path) // 12 + 2)
    widths = np.interp(np.arange(len(path)), 12 * np.arange(len(widths)), widths)
    near, index = cKDTree(path).query(query, k=10, distance_upper_bound=2.2 * radius)
    index = np.where(np.isfinite(near), index, -(10**6))
    value = near - np.append(widths, 0)[np.where(index < 0, len(path), index)]
    value = np.where(np.isfinite(near), value, FAR)
    other = np.abs(index - index[:, :1]) > 8
    rival = np.where(other & (index >= 0), value, FAR).min(axis=1)
    first = value[:, 0]
    shape = np.maximum(first, (first - rival) / 2)
    nearest = np.where(index[:, 0] < 0, 0, index[:, 0])
    dy = query[:, 1] - path[nearest, 1]
    return (
        np.clip(shape, -30, 30).astype(np.float32).reshape(z.shape),
        (nearest // 18).reshape(z.shape),
        dy.astype(np.float32).reshape(z.shape),
    )


def add_ascites(scene: Scene, depth_mm: float) -> None:
    """Fill the fat beside the wall and between the loops with fluid, in front of the kidneys."""
    if depth_mm <= 0:
        return
    box: Box = (slice(None), slice(None), slice(None))
    z, y, _ = scene.grid.mesh()
    uneven = 1 + 0.5 * scene.noise("ascites", box, 50.0)
    edge = (scene.wall > -depth_mm * uneven * 1.8) & (scene.wall < -0.5)
    low = (z < -60) & (scene.taken < 4)
    inside = (edge | low) & (y < 34 * scene.scale[1]) & (scene.below_diaphragm(box, 1.0) < 0)
    scene.paint(box, inside & (scene.wall < 0), Tissue.ASCITES)
