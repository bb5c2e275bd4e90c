"""Ribs, costal cartilage, breastbone and spine, and the layers of the wall's muscles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hcc_viewer.training.phantom.anatomy.body import BodyParameters, Layers, PolarMap
from hcc_viewer.training.phantom.anatomy.scene import Scene
from hcc_viewer.training.phantom.anatomy.shapes import Array, smooth_max, smooth_min
from hcc_viewer.training.phantom.types import Tissue

RIB_ENDS = np.array([0.34, 0.56, 0.68, 0.72, 0.75, 0.78, 0.80])
"""Where the bone of ribs 12 to 6 ends, as a fraction of the way from the spine to the front."""
CARTILAGE_ENDS = np.array([0.36, 0.59, 0.80, 0.86, 0.92, 0.97, 0.97])
"""Where their cartilage ends."""


@dataclass(frozen=True)
class SpineParameters:
    """Lengths in mm."""

    y: float
    """Of the vertebral bodies' centres at the porta hepatis."""
    half_width: float
    half_depth: float
    height: float
    """Of a vertebra with its disc."""
    disc: float
    phase: float
    lordosis: float
    """How far the spine comes forward 100 mm below the porta hepatis."""
    scoliosis: float
    conus: float
    """z where the cord ends."""


def draw_spine(rng: np.random.Generator, body: BodyParameters) -> SpineParameters:
    """Draw a spine; L1 bodies are 40-50 mm wide and 28-35 mm deep, discs 7-11 mm (White 1990)."""
    size = 0.5 * (body.height_scale + body.cavity_half_width / 132)
    return SpineParameters(
        y=body.back_muscle - rng.uniform(66, 72) * size,
        half_width=rng.uniform(19.5, 23.5) * size,
        half_depth=rng.uniform(14.5, 17.5) * size,
        height=rng.uniform(33, 38) * size,
        disc=rng.uniform(6, 10) * size,
        phase=rng.uniform(0, 1),
        lordosis=rng.uniform(2, 16),
        scoliosis=rng.normal(0, 2.5),
        conus=rng.uniform(-35, 25),
    )


def add_ribs(scene: Scene, p: BodyParameters, polar: PolarMap) -> None:
    """Paint ribs with marrow and cortex, and their cartilage, into the wall.

    All ribs are parallel curves on the rib cage; the phase of one wave along z finds the nearest.
    """
    k, i, j = np.nonzero((scene.wall > -1.5) & (scene.wall < 12) & (scene.labels > 0))
    z = scene.grid.axes()[0][k]
    depth = scene.wall[k, i, j]
    way = 1 - np.abs(polar.angle[i, j]) / np.float32(np.pi)
    drop = p.rib_drop * np.sin(np.clip(way / 0.66, 0, 1) * np.pi / 2) ** 1.6
    drop = drop - np.clip(way - 0.66, 0, None) ** 1.3 * 4.2 * p.rib_drop
    first = 24 * p.height_scale + (p.rib_phase - 0.5) * 12
    wave = (z - first + drop) / p.rib_spacing
    number = np.rint(wave).astype(int)
    slope = 1 / np.hypot(1, p.rib_drop / 150)
    side = np.clip(number, 0, 6)
    bone_end = RIB_ENDS[side] + 0.012 * np.sign(polar.angle[i, j])
    dz = (wave - number) * p.rib_spacing * slope
    size = p.cavity_half_width / 132
    fat = np.where(way > bone_end, 1.2, 1.0) * size
    shape = np.hypot(dz / (6.4 * fat), (depth - 4.6 * size) / (4.1 * fat))
    exists = (number >= 0) & (way > 0.075)
    inside = exists & (shape < 1)
    values = scene.labels[k, i, j]
    bone = inside & (way < bone_end)
    values[bone & (shape >= 0.68)] = Tissue.BONE
    values[bone & (shape < 0.68)] = Tissue.MARROW
    values[inside & (way >= bone_end) & (way < CARTILAGE_ENDS[side])] = Tissue.CARTILAGE
    xiphoid = 62 * p.height_scale
    x = scene.grid.axes()[2][j]
    plate = smooth_max(
        smooth_max(np.abs(x) - 13 * size, np.abs(depth - 6) - 4.5, 3), (xiphoid - z) * 0.6, 4
    )
    plate = np.where(way > 0.5, plate, 9)
    values[plate < 0] = Tissue.BONE
    values[plate < -1.6] = Tissue.MARROW
    scene.labels[k, i, j] = values


def layer_muscles(scene: Scene, p: BodyParameters, polar: PolarMap, layers: Layers) -> None:
    """Put fat between the muscles of the wall and the back, and marble them."""
    noise = scene.field("muscle fat", 22.0).on(scene.grid)
    fine = scene.field("muscle marbling", 9.0).on(scene.grid)
    z = scene.grid.axes()[0]
    absolute = np.abs(polar.angle)
    x = np.abs(scene.grid.axes()[2])[None, :]
    flank = (absolute > 0.75) & (absolute < 2.3)
    behind = absolute > 2.1
    for n in range(len(z)):
        muscle = scene.labels[n] == Tissue.MUSCLE
        thickness = (layers.muscle[n] - layers.cavity[n])[polar.index]
        depth = scene.wall[n]
        ribbed = z[n] > p.costal_margin - 20
        seam = np.float32(0.45 + 0.5 * p.adiposity)
        if ribbed:
            streak = np.abs(depth - 10.2 - noise[n]) < seam * (0.9 + 0.5 * noise[n])
        else:
            part = depth / np.maximum(thickness, 1)
            streak = flank & (
                (np.abs(part - 0.34) * thickness < seam * 0.8)
                | (np.abs(part - 0.67) * thickness < seam)
            )
        back = scene.wall[n] - 11 + 1.5 * noise[n]
        streak = streak | (behind & (np.abs(back) < seam * 1.3))
        alba = (absolute < 0.5) & (x < 2.2 + 1.2 * noise[n])
        belly = (absolute < 1.1) & (np.abs(x - 62 * p.scale[2]) < 2.0 + 1.5 * noise[n])
        belly &= not ribbed
        marbled = fine[n] + 0.5 * noise[n] > 3.4 - 1.3 * p.adiposity
        streak &= noise[n] + 0.4 * fine[n] > -0.5 - p.adiposity
        scene.labels[n][muscle & (streak | alba | belly | marbled)] = Tissue.FAT


def spine_center(p: SpineParameters, z: Array) -> tuple[Array, Array]:
    """(y, x) in mm of the vertebral bodies' centres at the heights `z`."""
    y = p.y - p.lordosis * np.clip(-z / 100, 0, None) ** 1.4 + 4 * np.clip(z / 100, 0, None) ** 2
    return y.astype(np.float32), (p.scoliosis * np.sin(z / 70)).astype(np.float32)


def add_spine(scene: Scene, p: SpineParameters) -> None:
    """Paint the spine: bodies, discs, canal with cord, arches and processes."""
    high = scene.grid.axes()[0][-1]
    low = scene.grid.axes()[0][0]
    box = scene.grid.box((low - 9, p.y - 60, -65), (high + 9, p.y + 75, 65))
    z, y, x = scene.grid.part(box).mesh()
    cy, cx = spine_center(p, z)
    y, x = y - cy, x - cx
    turn = z / p.height + p.phase
    level = np.floor(turn).astype(np.float32)
    w = (turn - level - 0.5) * p.height
    half = (p.height - p.disc) / 2
    flare = 1 + 0.10 * (np.abs(w) / half).clip(0, 1) ** 2
    norm = (
        np.abs(x / (p.half_width * flare)) ** 2.4 + np.abs(y / (p.half_depth * flare)) ** 2.4
    ) ** (1 / 2.4)
    body = (norm - 1) * np.minimum(p.half_width, p.half_depth)
    end = np.abs(w) - half
    noise = scene.noise("vertebra", box, 18.0)
    body = body + 0.6 * noise
    canal_y = p.half_depth + 8.5
    canal = (np.hypot((y - canal_y) / 8.0, x / 11.0) - 1) * 9
    arch = _arch(p, y, x, w, canal, canal_y)
    scene.paint(box, (canal < 6.5) & (canal > 0) & (body > 0), Tissue.MUSCLE, onto=None)
    scene.paint(box, arch < 0, Tissue.BONE, onto=None)
    scene.paint(box, arch < -1.5, Tissue.MARROW, onto=None)
    scene.paint(box, canal < 0, Tissue.FAT, onto=None)
    scene.paint(box, canal < -1.2 - 1.5 * (y > canal_y), Tissue.CSF, onto=None)
    cord = np.hypot((y - canal_y + 0.5) / 4.2, x / 5.6) - 1 + np.clip((p.conus - z) / 30, 0, 2)
    scene.paint(box, cord < 0, Tissue.SPINAL_CORD, onto=None)
    roots = scene.noise("nerve roots", box, 3.2) > 1.1
    cauda = roots & (y > canal_y) & (z < p.conus) & (canal < -2.5)
    scene.paint(box, cauda, Tissue.SPINAL_CORD, onto=None)
    scene.paint(box, body < 0, Tissue.BONE, onto=None)
    scene.paint(box, (body < -1.3) & (end < -1.0), Tissue.MARROW, onto=None)
    scene.paint(box, (body < 0.4) & (end > 0), Tissue.CARTILAGE, onto=None)
    solid = smooth_min(body, smooth_min(arch, canal - 5, 2), 4)
    scene.take(box, solid)


def _arch(p: SpineParameters, y: Array, x: Array, w: Array, canal: Array, canal_y: float) -> Array:
    """The arches with their processes."""
    size = p.half_width / 21
    side = np.abs(x)
    lamina = smooth_max(canal - 6.0 * size, 1.0 - canal, 2.0)
    lamina = smooth_max(lamina, np.abs(w + 2) - 0.36 * p.height, 3)
    pedicle = np.maximum(np.abs(side - 13.5 * size) - 4.2 * size, np.abs(w - 4) - 7.5 * size)
    pedicle = smooth_max(pedicle, np.abs(y - 0.8 * canal_y) - 9 * size, 2)
    reach = (y - canal_y - 0.12 * (side - 15)) / 4.2
    transverse = (np.hypot(reach, (w - 2) / 5.5) - 1) * 4.5 * size
    transverse = smooth_max(transverse, np.maximum(side - 38 * size, 12 - side), 3)
    spinous = smooth_max(side - 3.4 * size, np.abs(w + 4 + 0.12 * (y - canal_y)) - 10 * size, 2)
    spinous = smooth_max(spinous, np.maximum(canal_y + 6 - y, y - canal_y - 37 * size), 3)
    joint = np.where(w > 0, p.height / 2 - w, p.height / 2 + w)
    facet = (
        np.sqrt((side - 16 * size) ** 2 + (y - canal_y - 5) ** 2 + (0.6 * joint) ** 2) - 8.5 * size
    )
    shape = smooth_min(smooth_min(lamina, pedicle, 2), smooth_min(transverse, spinous, 2), 3)
    shape = smooth_min(shape, facet, 2)
    return shape.astype(np.float32)
