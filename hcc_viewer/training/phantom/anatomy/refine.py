"""Gives whole organs of real cases their insides: walls, marrow, medulla, chambers, fluid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from hcc_viewer.training.phantom.anatomy.scene import Box, Scene
from hcc_viewer.training.phantom.anatomy.shapes import Array
from hcc_viewer.training.phantom.types import Tissue


def refine_organs(scene: Scene, *, gas_known: bool) -> None:
    """Refine bone, kidneys, hollow organs and heart in place.

    Args:
        scene: Labels with whole organs.
        gas_known: Gas comes from a CT; otherwise it is put in by chance.
    """
    _refine_bone(scene)
    _refine_kidneys(scene)
    _refine_heart(scene)
    for wall, wall_mm in ((Tissue.STOMACH_WALL, 3.6), (Tissue.BOWEL_WALL, 2.4)):
        _refine_hollow(scene, wall, wall_mm, gas_known=gas_known)


def bounding_box(mask: NDArray[np.bool_], margin: int = 4) -> Box | None:
    """The voxels around a mask; None when it is empty."""
    spans = []
    for axis in range(3):
        others = tuple(a for a in range(3) if a != axis)
        index = np.flatnonzero(mask.any(axis=others))
        if len(index) == 0:
            return None
        spans.append(slice(max(0, int(index[0]) - margin), int(index[-1]) + 1 + margin))
    return spans[0], spans[1], spans[2]


def blur(mask: NDArray[np.bool_], scene: Scene, sigma_mm: float) -> Array:
    """Share of a mask within a few mm: 0.5 at its surface, 1 deep inside."""
    sigma = [sigma_mm / s for s in scene.grid.spacing_mm]
    share: Array = ndimage.gaussian_filter(
        mask.astype(np.float32), sigma, truncate=2.5, mode="nearest"
    )
    return share


def _refine_bone(scene: Scene) -> None:
    mask = scene.labels == Tissue.BONE
    box = bounding_box(mask)
    if box is None:
        return
    view, bone = scene.labels[box], mask[box]
    cord = view == Tissue.SPINAL_CORD
    if cord.any():
        around = (blur(cord, scene, 4.0) > 0.06) & ~bone & ~cord
        view[around & np.isin(view, (Tissue.FAT, Tissue.MUSCLE, Tissue.OTHER_SOFT_TISSUE))] = (
            Tissue.CSF
        )
    reach = max(1, round(6 / scene.grid.spacing_mm[0]))
    column = np.zeros((2 * reach + 1, 1, 1), bool)
    column[:] = True
    padded = np.pad(bone, ((reach, reach), (0, 0), (0, 0)), mode="edge")
    closed = ndimage.binary_closing(padded, column)[reach:-reach]
    disc = closed & ~bone & (blur(closed, scene, 5.0) > 0.62)
    view[disc & np.isin(view, (Tissue.FAT, Tissue.MUSCLE, Tissue.OTHER_SOFT_TISSUE))] = (
        Tissue.CARTILAGE
    )
    view[bone & (blur(bone | disc, scene, 1.3) > 0.80)] = Tissue.MARROW


def _refine_kidneys(scene: Scene) -> None:
    mask = scene.labels == Tissue.KIDNEY_CORTEX
    box = bounding_box(mask)
    if box is None:
        return
    pyramids = scene.noise("pyramids", box, 13.0)
    depth = blur(mask[box], scene, 4.0) + 0.05 * pyramids
    inside = mask[box] & (depth > 0.84) & (pyramids > -0.6)
    scene.labels[box][inside] = Tissue.KIDNEY_MEDULLA


def _refine_heart(scene: Scene) -> None:
    mask = scene.labels == Tissue.HEART_MUSCLE
    box = bounding_box(mask)
    if box is None:
        return
    chambers = scene.noise("chambers", box, 55.0)
    depth = blur(mask[box], scene, 4.5) + 0.04 * scene.noise("trabeculae", box, 14.0)
    inside = mask[box] & (depth > 0.86) & (np.abs(chambers - 0.1) > 0.22)
    scene.labels[box][inside] = Tissue.BLOOD


def _refine_hollow(scene: Scene, wall: Tissue, wall_mm: float, *, gas_known: bool) -> None:
    organ = scene.labels == wall
    box = bounding_box(organ)
    if box is None:
        return
    view = scene.labels[box]
    whole = organ[box] | ((view == Tissue.GAS) if gas_known else False)
    folds = scene.noise(f"folds {wall.name}", box, 14.0)
    sigma = 0.9 * wall_mm
    lumen = whole & (blur(whole, scene, sigma) + 0.04 * folds > 0.84)
    content = lumen & organ[box]
    view[content] = Tissue.BOWEL_CONTENT
    if gas_known:
        return
    y = scene.grid.part(box).mesh()[1]
    weight = blur(content, scene, 9.0) + 1e-4
    sigma9 = [9.0 / s for s in scene.grid.spacing_mm]
    middle = ndimage.gaussian_filter(
        np.where(content, y, 0).astype(np.float32), sigma9, truncate=2.5
    )
    share = scene.noise(f"gas {wall.name}", box, 60.0)
    view[content & (y < middle / weight + 7 * share - 4)] = Tissue.GAS
