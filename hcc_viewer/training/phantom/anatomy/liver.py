"""The liver with its lobes, fissures and fossae, and the gallbladder."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from hcc_viewer.training.phantom.anatomy.scene import Box, Scene
from hcc_viewer.training.phantom.anatomy.shapes import (
    FAR,
    Array,
    Coordinates,
    Tube,
    ellipsoid,
    rotation,
    smooth_max,
    smooth_min,
    tube,
)
from hcc_viewer.training.phantom.types import Tissue


@dataclass(frozen=True)
class LiverParameters:
    """Lengths in mm."""

    volume_ml: float
    is_cirrhotic: bool
    right_scale: float
    left_reach: float
    """How far the left lateral segment reaches over the midline."""
    left_thickness: float
    left_height: float
    caudate_scale: float
    tip: float
    """z of the right lobe's tip."""
    visceral_slope: float
    """How steeply the visceral surface runs from the porta to the tip."""
    fissure: float
    """Half width of the fissures."""
    fissure_x: float
    nodule_height: float
    nodule_wavelength: float
    wall_gap: float
    """Between the liver and the wall: peritoneum, diaphragm and, if any, ascites."""
    lobulation: float


@dataclass(frozen=True)
class GallbladderParameters:
    """Lengths in mm."""

    exists: bool
    volume_ml: float
    length: float
    z: float
    y: float
    x: float
    tilt: float
    fold: float


def draw_liver(rng: np.random.Generator, *, is_cirrhotic: bool, size: float) -> LiverParameters:
    """Draw a liver.

    Volumes 1000-2000 ml (Vauthey et al. 2002); cirrhotic shape: small right lobe, large caudate
    and left lateral segment, nodules 1-4 mm high every 8-20 mm, wide fissures.
    """
    sick = float(is_cirrhotic) * rng.uniform(0.3, 1.0)
    return LiverParameters(
        volume_ml=float(np.clip(rng.normal(1500 - 180 * sick, 230) * size**1.5, 1000, 2150)),
        is_cirrhotic=is_cirrhotic,
        right_scale=rng.uniform(0.96, 1.06) - 0.16 * sick,
        left_reach=float(np.clip(rng.normal(68, 22) + 22 * sick, 25, 125)),
        left_thickness=rng.uniform(32, 46) * (1 + 0.2 * sick),
        left_height=rng.uniform(34, 50) * (1 + 0.15 * sick),
        caudate_scale=rng.uniform(0.75, 1.15) * (1 + 0.4 * sick),
        tip=rng.uniform(-112, -72) + 22 * sick,
        visceral_slope=rng.uniform(0.75, 1.15),
        fissure=rng.uniform(0.8, 2.4) + 3.0 * sick,
        fissure_x=rng.uniform(0, 16),
        nodule_height=sick * rng.uniform(0.6, 1.8),
        nodule_wavelength=rng.uniform(9, 20),
        wall_gap=rng.uniform(1.5, 3.5),
        lobulation=rng.uniform(1.5, 4.0),
    )


def draw_gallbladder(rng: np.random.Generator) -> GallbladderParameters:
    """Draw a gallbladder; fasting volumes 10-60 ml, absent in about one of ten."""
    return GallbladderParameters(
        exists=bool(rng.random() > 0.09),
        volume_ml=float(np.clip(rng.lognormal(3.25, 0.4), 8, 65)),
        length=rng.uniform(55, 85),
        z=rng.uniform(-42, -26),
        y=rng.uniform(-52, -34),
        x=rng.uniform(-66, -46),
        tilt=rng.uniform(-15, 25),
        fold=rng.uniform(-5, 5),
    )


def gallbladder_curve(scene: Scene, p: GallbladderParameters) -> Tube:
    """A pear from the neck near the porta forwards, down and to the right to the fundus."""
    z, y, x = scene.place(p.z, p.y, p.x)
    reach = p.length / 2
    radius = float(np.sqrt(p.volume_ml * 1000 / (np.pi * p.length * 0.62)))
    ahead = np.array([-0.62, -0.74, -0.26]) + np.array([0, 0, 0.01]) * p.tilt
    ahead = ahead / np.linalg.norm(ahead)
    center = np.array([z, y, x])
    steps = np.array([-1.0, -0.72, -0.3, 0.2, 0.6, 0.86]) * reach
    knots = [center + s * ahead for s in steps]
    knots[1] = knots[1] + np.array([3.0, 0.0, p.fold])
    widths = np.array([0.22, 0.42, 0.85, 1.1, 1.0, 0.66]) * radius
    return tube([(k[0], k[1], k[2]) for k in knots], widths.tolist())


def add_gallbladder(scene: Scene, p: GallbladderParameters) -> None:
    """Paint the gallbladder; the liver makes room for it."""
    if p.exists:
        scene.add_tube(gallbladder_curve(scene, p), Tissue.GALLBLADDER)


def add_liver(
    scene: Scene, p: LiverParameters, gallbladder: GallbladderParameters, cava: Tube
) -> None:
    """Paint the liver where the wall, the diaphragm and earlier organs leave room."""
    center = scene.place(-8, -5, -22)
    box = scene.box(center, (115 * scene.scale[0], 110 * scene.scale[1], 140 * scene.scale[2]))
    coordinates = scene.coordinates(box)
    z, y, x = (c / np.float32(s) for c, s in zip(coordinates, scene.scale, strict=True))
    reference = (z, y, x)
    shape = _lobes(p, reference)
    shape = shape + p.lobulation * scene.noise("liver", box, 55.0)
    limits = smooth_max(
        scene.wall[box] + np.float32(p.wall_gap), scene.below_diaphragm(box, p.wall_gap), 9
    )
    limits = smooth_max(limits, 1.2 - scene.taken[box], 3)
    bend = 5.0 * scene.noise("fissures", box, 38.0)
    wiggled = (z, y + bend, x + bend)
    carved = _fissures(p, wiggled) + 0.9 * scene.noise("fissure width", box, 15.0)
    carved = smooth_max(carved, -_fossa(scene, gallbladder, box, coordinates), 4)
    limits = smooth_max(limits, _behind(*reference) * scene.scale[2], 14)
    grow = _growth(scene, shape, np.maximum(limits, carved), p.volume_ml)
    shape = smooth_min(shape - np.float32(grow), _cuff(scene, p, cava, box, coordinates), 16)
    shape = smooth_max(smooth_max(shape, limits, 8), carved, 3)
    ripple = 0.4 * scene.noise("liver surface", box, 12.0)
    if p.nodule_height > 0:
        swing = scene.noise("nodules", box, 1.7 * p.nodule_wavelength)
        ripple = ripple + p.nodule_height * (1.3 - 1.1 * np.sqrt(swing**2 + np.float32(0.12)))
    shape = np.maximum(shape + ripple, np.maximum(scene.wall[box] + 0.8, 0.5 - scene.taken[box]))
    scene.paint(box, _largest(shape < 0), Tissue.LIVER)
    scene.take(box, shape)


def _largest(inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest connected part."""
    parts, count = ndimage.label(inside)
    if count < 2:
        return inside
    sizes = np.bincount(parts.ravel())
    largest: NDArray[np.bool_] = parts == 1 + int(np.argmax(sizes[1:]))
    return largest


def _cuff(
    scene: Scene, p: LiverParameters, cava: Tube, box: Box, coordinates: Coordinates
) -> Array:
    """Liver around the front and right of the cava, from the porta up to the hepatic veins."""
    z, y, x = coordinates
    shape = np.full(z.shape, FAR, np.float32)
    low, high = 2.0 * scene.scale[0], 72.0 * scene.scale[0]
    points = cava.points[(cava.points[:, 0] > low) & (cava.points[:, 0] < high)]
    if len(points) < 2:
        return shape
    level = np.interp(z, points[:, 0], np.arange(len(points)))
    index = np.rint(level).astype(np.intp)
    dy, dx = y - points[index, 1].astype(np.float32), x - points[index, 2].astype(np.float32)
    thick = np.float32(cava.radii.max() + 5.0 * p.caudate_scale)
    around = np.hypot(dy, dx) - thick
    shape = smooth_max(around, np.maximum(low - z, z - high), 8)
    return smooth_max(shape, 0.8 * (dy - 3 + 0.5 * dx), 6)


def _fossa(scene: Scene, p: GallbladderParameters, box: Box, coordinates: Coordinates) -> Array:
    """The room of the gallbladder and of all that lies below it; FAR away from it."""
    shape = np.full(scene.labels[box].shape, FAR, np.float32)
    if not p.exists:
        return shape
    curve = gallbladder_curve(scene, p)
    low, high = curve.bounds(40.0)
    inner = scene.grid.part(box).box(low.tolist(), high.tolist())
    local = [np.broadcast_to(c, shape.shape)[inner] for c in coordinates]
    step = 0.9 * float(curve.radii.max())
    room = np.full(local[0].shape, FAR, np.float32)
    for k in range(3):
        moved = Tube(
            curve.points + k * step * np.array([-0.8, 0.1, 0.6]), curve.radii * (1 + 0.25 * k)
        )
        room = np.minimum(room, moved.distance((local[0], local[1], local[2]), 4.0))
    shape[inner] = room
    return shape


def _growth(scene: Scene, shape: Array, limits: Array, volume_ml: float) -> float:
    """By how many mm to grow the lobes so that they have the volume; 26 less to 14 more."""
    step = (slice(None, None, 2),) * 3
    small, bound = shape[step], limits[step]
    values = np.sort(small[bound < 0])
    count = round(volume_ml / (8 * scene.grid.voxel_ml))
    if len(values) == 0:
        return 0.0
    return float(np.clip(values[min(count, len(values) - 1)] + 1.0, -26, 14))


def _lobes(p: LiverParameters, q: Coordinates) -> Array:
    """Right lobe, left lobe and caudate, joined; in the reference body's mm."""
    z, y, x = q
    r = p.right_scale
    right = ellipsoid(q, (10, 2, -70), (130, 125 * r, 100 * r), exponent=2.6)
    bottom = p.tip - z + 0.004 * (y - 5) ** 2 + 0.35 * (x + 110)
    right = smooth_max(right, 0.85 * bottom, 14)
    edge = np.where(z < 0, (0.95 * p.visceral_slope) * z, 0.55 * z)
    edge = edge - 6 - 0.30 * y + 0.0016 * (y + 10) ** 2 - 22 * np.clip((-z - 20) / 60, 0, 1) ** 2
    slant = np.sqrt(1 + (0.95 * p.visceral_slope) ** 2)
    right = smooth_max(right, (x - edge) / np.float32(slant), 22)
    middle_x = 0.5 * (p.left_reach - 55)
    half = 0.5 * (p.left_reach + 55)
    turn = rotation(about_z=8, about_y=-10)
    left = ellipsoid(
        q, (34, -44, middle_x), (p.left_height, p.left_thickness, half), turn, exponent=2.2
    )
    left = smooth_max(left, -14 - z + 0.35 * (x - 20), 14)
    whole = smooth_min(right, left, 26)
    c = p.caudate_scale
    caudate = ellipsoid(q, (22, 8, -14), (27 * c, 12 * c, 14 * c), rotation(about_z=20))
    return smooth_min(whole, caudate, 6)


def _behind(z: Array, y: Array, x: Array) -> Array:
    """What lies behind the liver near the midline: spine, crura, adrenal and cava."""
    aside = (y - 24) * np.float32(0.42) + (x + 27) * np.float32(0.9)
    return smooth_min(aside, y - 10 + 0 * z, 12)


def _fissures(p: LiverParameters, q: Coordinates) -> Array:
    """Clefts to cut out: venous ligament, round ligament and the porta hepatis."""
    z, y, x = q
    w = p.fissure
    # The venous ligament's fissure runs in front of the caudate from the porta up to the veins.
    venous: Array = np.abs((y + 7) * 0.93 + (x + 5) * 0.32) - w
    venous = smooth_max(venous, np.maximum(np.abs(x - 10) - 30, np.abs(z - 26) - 30), 5)
    # The round ligament's fissure opens downwards and forwards left of segment IV.
    bend = 0.16 * (y + 60) - 0.1 * z
    round_ = np.abs(x - p.fissure_x - bend) - w * (1.1 + 0.02 * np.clip(-z, 0, 60))
    depth = np.maximum(np.maximum(y + 22, z - 12 - 0.25 * (y + 50)), -95 - y)
    round_ = smooth_max(round_, depth, 5)
    porta = ellipsoid(q, (-10, -16, -20), (15, 10, 27), rotation(about_z=-18))
    return -np.minimum(np.minimum(venous, round_), porta)
