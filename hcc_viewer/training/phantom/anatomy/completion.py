"""Builds a body around the organs of a real case that comes without its CT."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from hcc_viewer.training.phantom.anatomy.body import (
    ANGLES,
    BodyParameters,
    Layers,
    build_layers,
    cavity_table,
    paint_wall,
    polar_map,
)
from hcc_viewer.training.phantom.anatomy.bowel import BowelParameters, add_colon, add_small_bowel
from hcc_viewer.training.phantom.anatomy.organs import add_deep_muscles
from hcc_viewer.training.phantom.anatomy.refine import blur
from hcc_viewer.training.phantom.anatomy.scene import Scene
from hcc_viewer.training.phantom.anatomy.shapes import Array
from hcc_viewer.training.phantom.anatomy.skeleton import (
    SpineParameters,
    add_ribs,
    add_spine,
    layer_muscles,
)
from hcc_viewer.training.phantom.anatomy.thorax import ThoraxParameters, add_heart
from hcc_viewer.training.phantom.anatomy.vessels import add_mesentery
from hcc_viewer.training.phantom.types import Tissue

IN_CAVITY = (
    Tissue.LIVER, Tissue.SPLEEN, Tissue.STOMACH_WALL, Tissue.BOWEL_WALL, Tissue.KIDNEY_CORTEX,
    Tissue.LUNG, Tissue.HEART_MUSCLE, Tissue.PANCREAS, Tissue.GALLBLADDER,
)  # fmt: skip
UNDER_DIAPHRAGM = (
    Tissue.LIVER, Tissue.SPLEEN, Tissue.STOMACH_WALL, Tissue.BOWEL_WALL, Tissue.KIDNEY_CORTEX,
)  # fmt: skip
FEW_BOWEL_ML = 250.0
"""With less bowel than this a case's labels leave out colon and small bowel."""


@dataclass(frozen=True)
class CompletionParameters:
    """What is drawn for the parts that a case lacks."""

    body: BodyParameters
    spine: SpineParameters
    thorax: ThoraxParameters
    bowel: BowelParameters
    psoas: float
    """Half width in mm."""
    mesenteric: int
    """Number of small vessels in the mesentery."""


def complete_body(scene: Scene, organs: NDArray[np.uint8], p: CompletionParameters) -> None:
    """Paint body, wall, chest and missing bowel, then the real organs over them.

    Args:
        scene: Empty; its axis lies in the middle of the organs.
        organs: (slice, row, column) `Tissue` of whole organs, AIR elsewhere.
        p: What was drawn; the sizes of the cavity are replaced by the organs' own.
    """
    polar = polar_map(scene.grid)
    z = scene.grid.axes()[0]
    present = organs > 0
    body = _fit_body(scene, organs, p.body)
    cavity = _fit_cavity(organs, polar.radius, polar.index, body, z)
    layers = _around_ribs(organs, polar.radius, polar.index, build_layers(body, z, cavity))
    scene.wall = paint_wall(scene.labels, polar, layers, body.skin)
    layer_muscles(scene, body, polar, layers)
    bones = organs == Tissue.BONE
    if not bones.any():
        add_ribs(scene, body, polar)
        spine = replace(p.spine, y=_spine_y(scene, organs, p.spine))
        add_spine(scene, spine)
        add_deep_muscles(scene, p.psoas, spine)
    scene.taken = np.minimum(scene.taken, (0.5 - blur(present, scene, 2.5)) * 9)
    _add_lungs(scene, organs, p.thorax)
    scene.labels[present] = organs[present]
    bowel_ml = np.count_nonzero(organs == Tissue.BOWEL_WALL) * scene.grid.voxel_ml
    if bowel_ml < FEW_BOWEL_ML:
        add_colon(scene, p.bowel)
        add_small_bowel(scene, p.bowel)
    add_mesentery(scene, p.mesenteric)


def _fit_body(scene: Scene, organs: NDArray[np.uint8], body: BodyParameters) -> BodyParameters:
    """The drawn body with the organs' own extents."""
    _, y, x = scene.grid.axes()
    inside = np.isin(organs, IN_CAVITY)
    rows = y[inside.any(axis=(0, 2))]
    columns = np.abs(x[inside.any(axis=(0, 1))])
    muscles = np.isin(organs, (Tissue.MUSCLE, Tissue.BONE)).any(axis=(0, 2))
    back = float(y[muscles].max()) if muscles.any() else float(rows[-1]) + 32
    return replace(
        body,
        cavity_half_width=float(np.percentile(columns, 96)) + 3,
        cavity_front=float(-rows[0]) * 0.94,
        cavity_back=float(rows[-1]) * 0.97,
        back_muscle=back + 2,
        height_scale=1.0,
        waist=min(body.waist, 0.0),
        belly=0.0,
    )


def _fit_cavity(
    organs: NDArray[np.uint8],
    radius: Array,
    index: NDArray[np.intp],
    body: BodyParameters,
    z: Array,
) -> Array:
    """Radii of the cavity: around the organs, within the ribs."""
    envelope = np.zeros((len(z), ANGLES), np.float32)
    ribs = np.full((len(z), ANGLES), 1e3, np.float32)
    k, i, j = np.nonzero(np.isin(organs, IN_CAVITY))
    np.maximum.at(envelope, (k, index[i, j]), radius[i, j])
    k, i, j = np.nonzero(np.isin(organs, (Tissue.BONE, Tissue.CARTILAGE)))
    lateral = radius[i, j] > 0.72 * body.cavity_half_width
    k, i, j = k[lateral], i[lateral], j[lateral]
    np.minimum.at(ribs, (k, index[i, j]), radius[i, j])
    mode = ("nearest", "wrap")
    near = ndimage.maximum_filter(envelope, (5, ANGLES // 40), mode=mode)
    prior = cavity_table(body, z) * _fullness(near)[:, None]
    table = np.maximum(prior, near + 2.5)
    # Where there are ribs the cavity ends at them: a normalised average of their inner sides.
    found = (ribs < 900).astype(np.float32)
    sigma = (8.0, ANGLES / 60)
    weight = ndimage.gaussian_filter(found, sigma, mode=mode)
    inner = ndimage.gaussian_filter(np.where(ribs < 900, ribs - 1.0, 0), sigma, mode=mode)
    trust = weight / (weight + 0.03)
    table = trust * inner / np.maximum(weight, 1e-6) + (1 - trust) * table
    table = ndimage.gaussian_filter(np.maximum(table, near + 1.5), (5.0, ANGLES / 60), mode=mode)
    fitted: Array = np.maximum(table, envelope + 1.5).astype(np.float32)
    return fitted


def _fullness(envelope: Array) -> Array:
    """(slice,) how far the organs reach forward in each slice, over the most in any."""
    front = slice(ANGLES // 2 - ANGLES // 8, ANGLES // 2 + ANGLES // 8)
    reach = np.percentile(envelope[:, front], 90, axis=1)
    reach = ndimage.gaussian_filter1d(ndimage.maximum_filter1d(reach, 15), 14)
    share: Array = np.clip(reach / max(float(reach.max()), 1.0), 0.78, 1.0)
    return share


def _around_ribs(
    organs: NDArray[np.uint8], radius: Array, index: NDArray[np.intp], layers: Layers
) -> Layers:
    """The layers grown where bones or cartilage would stick out."""
    outer = np.zeros_like(layers.muscle)
    k, i, j = np.nonzero(np.isin(organs, (Tissue.BONE, Tissue.CARTILAGE, Tissue.MUSCLE)))
    np.maximum.at(outer, (k, index[i, j]), radius[i, j])
    mode = ("nearest", "wrap")
    outer = ndimage.maximum_filter(outer, (9, ANGLES // 30), mode=mode)
    outer = ndimage.gaussian_filter(outer, (6, ANGLES / 60), mode=mode)
    muscle = np.maximum(layers.muscle, outer + 2.5)
    fat = muscle + ndimage.gaussian_filter(layers.fat - layers.muscle, (2, ANGLES / 72), mode=mode)
    return Layers(layers.cavity, muscle.astype(np.float32), fat.astype(np.float32))


def _spine_y(scene: Scene, organs: NDArray[np.uint8], spine: SpineParameters) -> float:
    """Where the spine must lie behind the great vessels."""
    y = scene.grid.axes()[1]
    rows = y[(organs == Tissue.BLOOD).any(axis=(0, 2))]
    z = scene.grid.axes()[0]
    level = np.abs(z) < 30
    near = (organs[level] == Tissue.BLOOD).any(axis=(0, 2))
    rows = y[near] if near.any() else rows
    return float(rows.max()) + spine.half_depth + 2 if len(rows) else spine.y


def _add_lungs(scene: Scene, organs: NDArray[np.uint8], thorax: ThoraxParameters) -> None:
    """Paint lung, mediastinal fat and, where there is none, a heart above the organs."""
    z, y, x = scene.grid.mesh()
    low = np.isin(organs, UNDER_DIAPHRAGM)
    top = np.where(low, z, -1e3).max(axis=0)
    known = top > -900
    if not known.any():
        return
    spacing = scene.grid.spacing_mm[1:]
    away, (rows, columns) = ndimage.distance_transform_edt(
        ~known, sampling=spacing, return_indices=True
    )
    filled = top[rows, columns] - 0.6 * np.clip(away - 12, 0, None)
    front, back = np.percentile(top[known], [45, 8])
    filled = np.maximum(filled, np.where(y[0] < 10, front, back))
    sigma = [6.0 / s for s in spacing]
    height = np.where(known, np.maximum(top, ndimage.gaussian_filter(filled, sigma)), filled)
    scene.diaphragm = (ndimage.gaussian_filter(height, [3.0 / s for s in spacing]) + 1.5).astype(
        np.float32
    )
    cavity = (scene.wall < 0) & (scene.labels == Tissue.FAT)
    above = cavity & (z > scene.diaphragm[None] + 2.2)
    middle = (np.abs(x - 4) < 24) & (y < 40)
    border = cavity & (z > scene.diaphragm[None]) & ~above
    border &= ndimage.binary_dilation(above, iterations=2)
    scene.labels[border] = Tissue.MUSCLE
    scene.labels[above] = np.where(
        np.broadcast_to(middle, above.shape)[above], Tissue.FAT, Tissue.LUNG
    )
    if not (organs == Tissue.HEART_MUSCLE).any():
        row, column = np.argmin(np.abs(y.ravel() + 34)), np.argmin(np.abs(x.ravel() - 18))
        tendon = float(scene.diaphragm[row, column]) / scene.scale[0]
        add_heart(scene, replace(thorax, tendon=tendon))
