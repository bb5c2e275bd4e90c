"""Whether the CAM lies on the outlined HCC: overlap and distance, slice by slice.

Only outlined cases take part: a box or a place says too little about a lesion's edge. The CAM is
smooth and its grid coarse, so a high overlap is not to be expected of small lesions; the pointing
game in `figures.py` asks less.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from hcc_viewer.catalogue import LabelledCase
from hcc_viewer.detection import Detection, cam_on_image

LEVELS = (0.15, 0.25, 0.5, 0.75)
"""Shares of the CAM's peak in a slice from which a pixel counts as marked."""

HALF = LEVELS.index(0.5)
"""The level that the report's main figures are of."""


@dataclass(frozen=True, eq=False)
class Localisation:
    """The CAM of a case against its mask, in the slices with any HCC; empty where not outlined."""

    slices: NDArray[np.int64]
    """(item,) which slice."""
    overlap: NDArray[np.float64]
    """(item, level) intersection over union of the marked pixels and the mask, by LEVELS."""
    distance_mm: NDArray[np.float64]
    """(item,) from the middle of what is marked at half the peak to the nearest HCC's middle."""


def localise(case: LabelledCase, detection: Detection) -> Localisation:
    """Compare the CAM with the mask in every slice with HCC."""
    hcc = case.hcc
    chosen = np.flatnonzero(hcc.any(axis=(1, 2))) if case.label_kind == "mask" else np.zeros(0, int)
    overlap = np.zeros((len(chosen), len(LEVELS)))
    distance = np.zeros(len(chosen))
    ids = [lesion.id for lesion in case.truth if lesion.is_hcc]
    _, row_mm, column_mm = case.geometry.spacing_mm
    for item, index in enumerate(chosen):
        cam = cam_on_image(detection, int(index))
        peak = float(cam.max())
        overlap[item] = [overlap_of(cam >= level * peak, hcc[index]) for level in LEVELS]
        here = [case.lesions[index] == number for number in ids]
        middles = [_middle(mask) for mask in here if mask.any()]
        steps = (np.array(middles) - _middle(_around_peak(cam))) * (row_mm, column_mm)
        distance[item] = float(np.hypot(*steps.T).min())
    return Localisation(chosen.astype(np.int64), overlap, distance)


def overlap_of(marked: NDArray[np.bool_], mask: NDArray[np.bool_]) -> float:
    """Intersection over union; 0 where both are empty."""
    union = int((marked | mask).sum())
    return int((marked & mask).sum()) / union if union else 0.0


def _around_peak(cam: NDArray[np.float32]) -> NDArray[np.bool_]:
    """The connected region around the highest pixel where the CAM is at least half of it."""
    above = (cam >= 0.5 * cam.max()).astype(np.uint8)
    _, labels = cv2.connectedComponents(above)
    return np.asarray(labels == labels[np.unravel_index(int(np.argmax(cam)), cam.shape)])


def _middle(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(row, column) of the mean of its pixels."""
    return np.asarray(np.argwhere(mask).mean(axis=0))
