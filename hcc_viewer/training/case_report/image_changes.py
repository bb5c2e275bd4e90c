"""What may become of an image at another scanner or protocol, to test a model's robustness.

Each change keeps the truth: labels go along where slices are joined. The noise and the shading of a
case are drawn from its name, so that every model sees the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256

import cv2
import numpy as np
from numpy.typing import NDArray

from hcc_viewer.catalogue import LabelledCase
from hcc_viewer.detection.preprocess import grey_range
from hcc_viewer.dicom import Geometry

BRIGHT_PERCENTILE = 98.0
"""Of the body's grey values: what noise is measured against."""


@dataclass(frozen=True)
class Change:
    """One kind of change and the strengths that are tried."""

    name: str
    unit: str
    """Stands after the strength in tables."""
    strengths: tuple[float, ...]
    apply: Callable[[LabelledCase, float], LabelledCase]


def add_noise(case: LabelledCase, share: float) -> LabelledCase:
    """Rician noise: both parts of the complex signal get Gaussian noise (Gudbjartsson 1995).

    Args:
        case: The case.
        share: Standard deviation in percent of the body's bright tissue.
    """
    air, bright = grey_range(case.image, BRIGHT_PERCENTILE)
    sigma = share / 100 * (bright - air)
    generator = _generator(case, "noise")
    real, imaginary = (
        np.float32(sigma) * generator.standard_normal(case.image.shape, dtype=np.float32)
        for _ in range(2)
    )
    return _with_image(case, np.hypot(case.image - np.float32(air) + real, imaginary) + air)


def add_bias_field(case: LabelledCase, amplitude: float) -> LabelledCase:
    """Smooth shading along a drawn direction, as of coils: brightness times 1 +- the amplitude.

    Args:
        case: The case.
        amplitude: In percent, below 100; reached at the image's corners.
    """
    direction = _generator(case, "bias").uniform(0, 2 * np.pi)
    _, rows, columns = case.image.shape
    y, x = np.linspace(-1, 1, rows)[:, None], np.linspace(-1, 1, columns)[None]
    ramp = x * np.cos(direction) + y * np.sin(direction)
    bowl = (x**2 + y**2) - 1
    field = (ramp + bowl) / np.abs(ramp + bowl).max()
    air, _ = grey_range(case.image, BRIGHT_PERCENTILE)
    return _with_image(case, (case.image - air) * (1 + amplitude / 100 * field) + air)


def blur(case: LabelledCase, width_mm: float) -> LabelledCase:
    """Gaussian blur within the slice.

    Args:
        case: The case.
        width_mm: Full width at half of the maximum.
    """
    _, row_mm, column_mm = case.geometry.spacing_mm
    sigma = width_mm / 2.3548
    slices = [
        cv2.GaussianBlur(slice_, (0, 0), sigmaX=sigma / column_mm, sigmaY=sigma / row_mm)
        for slice_ in case.image
    ]
    return _with_image(case, np.stack(slices))


def coarsen(case: LabelledCase, pixel_mm: float) -> LabelledCase:
    """Pixels of this width, enlarged again as scanners do; finer than the image's: nothing."""
    _, row_mm, column_mm = case.geometry.spacing_mm
    _, rows, columns = case.image.shape
    size = (
        min(columns, max(1, round(columns * column_mm / pixel_mm))),
        min(rows, max(1, round(rows * row_mm / pixel_mm))),
    )
    if size == (columns, rows):
        return case
    slices = [
        cv2.resize(
            cv2.resize(slice_, size, interpolation=cv2.INTER_AREA),
            (columns, rows),
            interpolation=cv2.INTER_CUBIC,
        )
        for slice_ in case.image
    ]
    return _with_image(case, np.stack(slices))


def thicken(case: LabelledCase, thickness_mm: float) -> LabelledCase:
    """Neighbouring slices averaged to new ones about as thick; an image as thick already: itself.

    A voxel of a new slice is marked where at least half of its old ones are; where slices are
    labelled, a new one is positive as soon as one of the old is.
    """
    spacing = case.geometry.spacing_mm[0]
    joined = max(1, round(thickness_mm / spacing))
    count = len(case.image) // joined
    if joined == 1 or count < 1:
        return case
    used = slice(0, count * joined)
    groups = case.image[used].reshape(count, joined, *case.image.shape[1:])
    return replace(
        case,
        image=groups.mean(axis=1, dtype=np.float32),
        geometry=_joined_geometry(case.geometry, joined, count),
        lesions=_commonest(case.lesions[used], joined),
        organs=_commonest(case.organs[used], joined),
        slice_labels=_joined_labels(case.slice_labels, joined, count),
    )


CHANGES = (
    Change("noise", "% of bright tissue", (3.0, 6.0, 12.0), add_noise),
    Change("bias field", "% up and down", (20.0, 40.0, 60.0), add_bias_field),
    Change("blur", "mm", (2.0, 4.0, 6.0), blur),
    Change("pixel size", "mm", (2.0, 3.0, 4.0), coarsen),
    Change("slice thickness", "mm", (4.0, 6.0, 8.0), thicken),
)
"""From what good protocols vary by to what no protocol for the liver allows."""


def _with_image(case: LabelledCase, image: NDArray[np.floating]) -> LabelledCase:
    return replace(case, image=np.asarray(image, dtype=np.float32))


def _generator(case: LabelledCase, purpose: str) -> np.random.Generator:
    digest = sha256(f"{case.name}/{purpose}".encode()).hexdigest()
    return np.random.default_rng(int(digest[:16], 16))


def _joined_geometry(geometry: Geometry, joined: int, count: int) -> Geometry:
    """Of slices at the middle of each group."""
    positions = geometry.positions_mm[: count * joined].reshape(count, joined).mean(axis=1)
    affine = geometry.affine.copy()
    affine[:3, 3] += affine[:3, 2] * (joined - 1) / 2
    affine[:3, 2] *= joined
    return replace(geometry, affine=affine, positions_mm=positions)


def _joined_labels(labels: NDArray[np.int8], joined: int, count: int) -> NDArray[np.int8]:
    """(slice,) 1 with a positive slice in the group, else -1 with an unknown one, else 0."""
    if not len(labels):
        return labels
    groups = labels[: count * joined].reshape(count, joined)
    known = np.where((groups < 0).any(axis=1), -1, 0)
    return np.where((groups == 1).any(axis=1), 1, known).astype(np.int8)


def _commonest(values: NDArray[np.integer], joined: int) -> NDArray:  # type: ignore[type-arg]
    """(slice, row, column) the value that at least half of a group's slices have, else 0."""
    groups = values.reshape(len(values) // joined, joined, *values.shape[1:])
    found = np.zeros_like(groups[:, 0])
    for value in np.unique(values[values > 0]):
        found[2 * (groups == value).sum(axis=1) >= joined] = value
    return found
