"""A classical detector to compare with: dark blobs inside the true outline of the liver.

It is told where the liver is, which the network is not; what it reaches shows how much of a figure
is owed to plain darkness.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from hcc_viewer.detection import Detection, SlicePrediction
from hcc_viewer.detection.cam import cam_peaks
from hcc_viewer.detection.findings import find_findings
from hcc_viewer.detection.model_card import FindingSpec
from hcc_viewer.detection.types import ModelIdentity
from hcc_viewer.training.cases import case_volume
from hcc_viewer.training.phantom.types import SimulatedCase, Tissue

DIAMETERS_MM = (5.0, 8.0, 12.0, 18.0, 27.0, 40.0)
"""Of the blobs that are looked for."""

CLOSING_MM = 9.0
"""Gaps of this size in the liver's outline (vessels, lesions at the edge) belong to it."""

GRID_STEP = 2
"""Image pixels per cell of the map."""

IDENTITY = ModelIdentity("dark-blob-detector", "1", "0" * 64, "nothing; a classical filter")

SPEC = FindingSpec(peak_level=0.5, link_mm=12.0)


def detect_blobs(
    case: SimulatedCase, with_lesions: bool = True, threshold: float = 0.5
) -> Detection:
    """What the filter says of a case, in the form of a model's answer.

    The score of a slice is its greatest response: normalised Laplacian of Gaussian (Lindeberg 1998)
    of the image over the liver's median, halved at a contrast that fills the filter.
    """
    volume = case_volume(case, with_lesions=with_lesions)
    liver = _liver(case)
    level = float(np.median(volume.array[case.labels == Tissue.LIVER]))
    grid_to_image = np.array([[GRID_STEP, 0, 0.5], [0, GRID_STEP, 0.5]], np.float64)
    slices = []
    for index, image in enumerate(volume.array):
        response = _response(image / max(level, 1e-6), liver[index], case.geometry.spacing_mm[1])
        instance = volume.series.instances[index]
        slices.append(
            SlicePrediction(
                index=index,
                sop_instance_uid=instance.sop_instance_uid,
                frame=None,
                position_mm=float(case.geometry.positions_mm[index]),
                probability=float(response.max()),
                peak=cam_peaks(response, 1.1, grid_to_image)[0],
                cam=response,
            )
        )
    findings = find_findings(slices, case.geometry, threshold, SPEC, grid_to_image)
    return Detection(
        series=volume.series,
        model=IDENTITY,
        threshold=threshold,
        slices=tuple(slices),
        findings=findings,
        grid_to_image=grid_to_image,
        finding_spec=SPEC,
    )


def _liver(case: SimulatedCase) -> NDArray[np.bool_]:
    """(slice, row, column) the liver with its vessels and lesions."""
    liver = (case.labels == Tissue.LIVER) | (case.lesions > 0)
    radius = max(1, round(CLOSING_MM / 2 / case.geometry.spacing_mm[1]))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1,) * 2)
    closed = [cv2.morphologyEx(plane.astype(np.uint8), cv2.MORPH_CLOSE, kernel) for plane in liver]
    return np.asarray(closed, bool)


def _response(
    image: NDArray[np.float32], liver: NDArray[np.bool_], pixel_mm: float
) -> NDArray[np.float32]:
    """(grid row, grid column) 0 to 1, greatest over the sizes of blobs; 0 outside the liver."""
    shape = image.shape[1] // GRID_STEP, image.shape[0] // GRID_STEP
    best = np.zeros(shape[::-1], np.float32)
    if not liver.any():
        return best
    inside = cv2.resize(liver.astype(np.float32), shape, interpolation=cv2.INTER_AREA) > 0.5
    small = cv2.resize(image, shape, interpolation=cv2.INTER_AREA)
    # Outside it is as bright as liver, or the filter would find the liver's edge.
    small = np.where(inside, small, np.float32(1))
    for diameter in DIAMETERS_MM:
        sigma = diameter / 2 / math.sqrt(2) / (pixel_mm * GRID_STEP)
        smooth = cv2.GaussianBlur(small, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
        np.maximum(best, sigma**2 * cv2.Laplacian(smooth, cv2.CV_32F), out=best)
    best[~inside] = 0
    return np.asarray(1 - np.exp(-1.4 * best), np.float32)
