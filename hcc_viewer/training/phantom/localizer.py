"""The three-plane localizer of a simulated study: few, thick, fast images in each direction."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from hcc_viewer.dicom import Geometry
from hcc_viewer.training.phantom.case import Scan, field_maps
from hcc_viewer.training.phantom.fields import FloatArray, stage_rng
from hcc_viewer.training.phantom.paint import paint

PLANES = ("axial", "coronal", "sagittal")

THICKNESS_MM = 8.0
MATRIX = 192
FIELD_OF_VIEW_MM = 440.0
SNR = 25.0

_AXES = {"axial": (0, 1, 2), "coronal": (1, 0, 2), "sagittal": (2, 0, 1)}
"""Of the anatomy's grid: across the plane, down the image, along its rows."""


@dataclass(frozen=True, eq=False)
class Stack:
    """Parallel images with their place in the patient."""

    plane: str
    image: NDArray[np.uint16]
    geometry: Geometry


def make_localizer(scan: Scan, images: int = 5) -> tuple[Stack, ...]:
    """An axial, a coronal and a sagittal stack, without contrast agent or fat suppression."""
    plain = replace(scan.patient.signal, fat_residue=0.75)
    patient = replace(scan.patient, signal=plain)
    volume = paint(patient, scan.protocol, field_maps(scan), with_contrast=False)
    volume *= scan.scanner.level
    return tuple(_stack(scan, volume, plane, images) for plane in PLANES)


def _stack(scan: Scan, volume: FloatArray, plane: str, images: int) -> Stack:
    across, down, along = _AXES[plane]
    spacing = scan.patient.anatomy.spacing_mm
    extent = [(n - 1) * step for n, step in zip(volume.shape, spacing, strict=True)]
    gap = extent[across] * 0.6 / max(images - 1, 1)
    centers = extent[across] / 2 + (np.arange(images) - (images - 1) / 2) * gap
    pixel = FIELD_OF_VIEW_MM / MATRIX
    start = [extent[axis] / 2 - (MATRIX - 1) / 2 * pixel for axis in (down, along)]
    flipped = down == 0
    rng = stage_rng(scan.patient.seed, f"localizer {plane}")
    planes = []
    for center in centers:
        half = THICKNESS_MM / 2 / spacing[across]
        middle = center / spacing[across]
        first, last = int(max(middle - half, 0)), int(middle + half) + 1
        mean = np.take(volume, range(first, min(last, volume.shape[across])), axis=across).mean(
            axis=across
        )
        scale = [pixel / spacing[axis] for axis in (down, along)]
        origin = [s / spacing[axis] for s, axis in zip(start, (down, along), strict=True)]
        matrix = np.array([[scale[1], 0, origin[1]], [0, scale[0], origin[0]]])
        flags = cv2.INTER_AREA | cv2.WARP_INVERSE_MAP
        sampled = cv2.warpAffine(mean, matrix, (MATRIX, MATRIX), flags=flags)
        planes.append(
            _noisy(rng, np.asarray(sampled, np.float32), scan.scanner.level / SNR, flipped)
        )
    geometry = _geometry(scan, plane, centers, start, pixel)
    return Stack(plane, np.stack(planes), geometry)


def _noisy(
    rng: np.random.Generator, plane: FloatArray, deviation: float, flipped: bool
) -> NDArray[np.uint16]:
    noise = rng.normal(0, deviation, (2, *plane.shape))
    magnitude = np.hypot(plane + noise[0], noise[1])
    upright = magnitude[::-1] if flipped else magnitude
    return np.asarray(np.clip(np.rint(upright), 0, 32767), np.uint16)


def _geometry(
    scan: Scan, plane: str, centers: NDArray[np.float64], start: list[float], pixel: float
) -> Geometry:
    """Rows of coronal and sagittal images run from head to foot."""
    across, down, along = _AXES[plane]
    corner = [0.0, 0.0, 0.0]
    corner[across] = float(centers[0])
    corner[down] = start[0] + (pixel * (MATRIX - 1) if down == 0 else 0.0)
    corner[along] = start[1]
    lps_axis = {0: 2, 1: 1, 2: 0}
    gap = float(centers[1] - centers[0]) if len(centers) > 1 else THICKNESS_MM
    affine = np.zeros((4, 4))
    affine[lps_axis[along], 0] = pixel
    affine[lps_axis[down], 1] = -pixel if down == 0 else pixel
    affine[lps_axis[across], 2] = gap
    affine[:3, 3] = scan.grid.anatomy_to_lps((corner[0], corner[1], corner[2]))
    affine[3, 3] = 1
    first = float(affine[lps_axis[across], 3])
    return Geometry(affine, first + np.arange(len(centers), dtype=np.float64) * gap)
