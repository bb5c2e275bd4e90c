"""Completes organ labels from their CT: body, fat, muscle, bone, lung, gas and texture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from hcc_viewer.training.phantom.types import Tissue

AIR_HU = -400
"""Below it gas or lung, above it fat or more."""
FAT_HU = -30
"""Below it fat."""
BONE_HU = 170
"""Above it bone, where nothing else is labelled; contrast agent in vessels is labelled."""
SKIN_MM = 2.6
"""A little too thick, so that it survives the deformation."""

HOLLOW = (Tissue.STOMACH_WALL, Tissue.BOWEL_WALL)


def complete_from_ct(
    labels: NDArray[np.uint8], hounsfield: NDArray[np.float32], spacing_mm: float
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """All tissues of the body, and the texture of the CT.

    Args:
        labels: (slice, row, column) `Tissue` of whole organs, AIR elsewhere.
        hounsfield: (slice, row, column) of the CT, on the same grid.
        spacing_mm: Of the isotropic voxels.
    """
    body = _body(hounsfield)
    out = labels.copy()
    free = body & (labels == Tissue.AIR)
    out[free] = Tissue.MUSCLE
    out[free & (hounsfield < FAT_HU)] = Tissue.FAT
    out[free & (hounsfield > BONE_HU)] = Tissue.BONE
    gas = free & (hounsfield < AIR_HU)
    out[gas] = Tissue.GAS
    near_lung = ndimage.binary_dilation(labels == Tissue.LUNG, iterations=round(8 / spacing_mm))
    out[gas & near_lung] = Tissue.LUNG
    out[body & (labels == Tissue.LUNG) & (hounsfield > -150)] = Tissue.MUSCLE
    out = _open_muscle(out, body, spacing_mm)
    for organ in HOLLOW:
        out[(labels == organ) & (hounsfield < AIR_HU + 100)] = Tissue.GAS
    slab = np.ones((1, 3, 3), bool)
    rim = body & ~ndimage.binary_erosion(body, slab, iterations=max(1, round(SKIN_MM / spacing_mm)))
    out[rim & np.isin(out, (Tissue.FAT, Tissue.MUSCLE, Tissue.GAS))] = Tissue.SKIN
    out[~body] = Tissue.AIR
    return out, _texture(out, hounsfield)


def _body(hounsfield: NDArray[np.float32]) -> NDArray[np.bool_]:
    """The trunk without the table: largest part, holes filled slice by slice."""
    dense = ndimage.binary_opening(hounsfield > -300, iterations=2)
    parts, count = ndimage.label(dense)
    if count > 1:
        dense = parts == 1 + int(np.argmax(np.bincount(parts.ravel())[1:]))
    dense = ndimage.binary_dilation(dense, iterations=2) & (hounsfield > -350)
    return np.stack([ndimage.binary_fill_holes(plane) for plane in dense])


def _open_muscle(
    labels: NDArray[np.uint8], body: NDArray[np.bool_], spacing_mm: float
) -> NDArray[np.uint8]:
    """Soft tissue that no wall muscle holds: vessels and nodes in the fat."""
    muscle = labels == Tissue.MUSCLE
    parts, count = ndimage.label(muscle)
    if count > 1:
        sizes = np.bincount(parts.ravel()) * spacing_mm**3
        small = np.isin(parts, np.flatnonzero(sizes < 4000)) & muscle
        labels = labels.copy()
        labels[small & body] = Tissue.OTHER_SOFT_TISSUE
    return labels


def _texture(labels: NDArray[np.uint8], hounsfield: NDArray[np.float32]) -> NDArray[np.float32]:
    """Variation of the CT within each tissue as a factor of mean 1; 100 HU make 35 %."""
    smooth = ndimage.gaussian_filter(hounsfield, 0.7)
    values = labels.ravel()
    count = np.maximum(np.bincount(values, minlength=len(Tissue)), 1)
    mean = np.bincount(values, weights=smooth.ravel(), minlength=len(Tissue)) / count
    factor = 1 + 0.0035 * (smooth - mean.astype(np.float32)[labels])
    factor[np.isin(labels, (Tissue.AIR, Tissue.GAS, Tissue.LUNG))] = 1
    clipped: NDArray[np.float32] = np.clip(factor, 0.7, 1.3).astype(np.float32)
    return clipped
