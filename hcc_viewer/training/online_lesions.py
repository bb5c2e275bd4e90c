"""Draws a new lesion or vessel into a training slice and its neighbours, whenever one is shown.

A few hundred simulated patients hold a few hundred lesions, and a network soon knows each of them
by heart. So most positive slices are made on the spot: liver without lesions, and a lesion that is
drawn anew, with the same liver brightness and noise around and in it. Cysts and vessels are drawn
in the same way into negative slices. After SyntheticTumors (Hu et al., CVPR 2023), in 2.5
dimensions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from hcc_viewer.training.examples import TISSUE_GROUPS, TISSUE_SCALE, Example
from hcc_viewer.training.phantom.fields import clipped_normal, log_uniform
from hcc_viewer.training.sampling import Place

FloatArray = NDArray[np.float32]

SIZE_SHARES = ((5.0, 10.0, 0.32), (10.0, 20.0, 0.42), (20.0, 35.0, 0.19), (35.0, 60.0, 0.07))
"""(from, to, share) of diameters in mm: more small ones than in `phantom.lesions`; large ones are
learned soon."""

PARTIAL_VOLUME_MM = 1.3
"""A slice shows the mean of what lies so far above and below it, too."""

WAVES = 5
"""Plane waves that make a smooth random field."""

LIVER_GAP_MM = 9.0
"""Gaps of this size in the liver belong to it: vessels."""


@dataclass(frozen=True, eq=False)
class OnlineLesion:
    """One draw; lengths in mm, contrasts over the liver around."""

    group: str
    """In TISSUE_GROUPS: `hcc`, `mimic` or `blood`."""
    diameter: float
    """Of a vessel: across."""
    turn: FloatArray
    """(3, 3) from (z, y, x) to the lesion's axes, each scaled so that the outline is a sphere of
    the diameter."""
    shift: float
    """Of its middle along z from the slice."""
    edge: float
    contrast: float
    lobulation: float
    waves: FloatArray
    """(3 fields, WAVES, 4) wave vectors in 1/mm and phases: outline, grain, mosaic."""
    grain: float = 0.03
    mosaic: float = 0.0
    capsule: float = 0.0
    capsule_contrast: float = 1.0
    """Over the lesion's own."""
    necrosis: float = 0.0
    """Relative depth from which it is necrotic; 0: nowhere."""
    necrosis_contrast: float = 0.3
    halo: float = 0.0
    halo_contrast: float = 1.0
    length: float = 0.0
    """Of a vessel."""

    @property
    def reach(self) -> float:
        """How far from its middle it changes anything."""
        extent = max(0.68 * self.diameter, self.length / 2)
        return extent + self.halo + self.edge + 4.0


def draw_hcc(rng: np.random.Generator) -> OnlineLesion:
    """An HCC: shape, contrast and traits at about the rates of `phantom.lesions`."""
    shares = np.array([share for _, _, share in SIZE_SHARES])
    low, high, _ = SIZE_SHARES[int(rng.choice(len(shares), p=shares / shares.sum()))]
    diameter = log_uniform(rng, low, high)
    contrast = clipped_normal(rng, 0.60, 0.13, 0.33, 0.9)
    if rng.random() < 0.12:
        contrast = float(rng.uniform(0.75, 0.9))
    large = diameter > 20
    has_capsule, has_mosaic, has_halo = rng.random(3) < (0.4 if large else 0.1, 0.3, 0.25)
    return OnlineLesion(
        group="hcc",
        diameter=diameter,
        turn=_turn(rng, 0.25),
        shift=float(rng.uniform(-0.75, 0.75)) * diameter / 2,
        edge=float(rng.uniform(0.4, 3.0)),
        contrast=contrast,
        lobulation=float(rng.uniform(0.1, 0.25) if rng.random() < 0.4 else rng.uniform(0, 0.08)),
        waves=_waves(rng, (diameter * float(rng.uniform(0.5, 1.1)), 4.0, max(diameter / 3, 5.0))),
        grain=float(rng.uniform(0.0, 0.06)),
        mosaic=float(rng.uniform(0.05, 0.2)) if large and has_mosaic else 0.0,
        capsule=float(rng.uniform(1.2, 2.6)) if has_capsule else 0.0,
        capsule_contrast=float(rng.uniform(0.62, 0.9)),
        necrosis=float(rng.uniform(0.35, 0.7)) if large and rng.random() < 0.2 else 0.0,
        necrosis_contrast=float(rng.uniform(0.2, 0.45)),
        halo=float(rng.uniform(3, 9)) if has_halo else 0.0,
        halo_contrast=float(rng.uniform(0.8, 0.93)),
    )


def draw_cyst(rng: np.random.Generator) -> OnlineLesion:
    """A cyst: round, sharp, much darker than any HCC."""
    diameter = log_uniform(rng, 4, 30)
    return OnlineLesion(
        group="mimic",
        diameter=diameter,
        turn=_turn(rng, 0.15),
        shift=float(rng.uniform(-0.75, 0.75)) * diameter / 2,
        edge=float(rng.uniform(0.8, 1.6)),
        contrast=float(rng.uniform(0.1, 0.25)),
        lobulation=float(rng.uniform(0, 0.08)),
        waves=_waves(rng, (diameter, 4.0, 10.0)),
        grain=0.01,
    )


def draw_vessel(rng: np.random.Generator) -> OnlineLesion:
    """A piece of a vessel: a thin spindle in any direction, as dark as HCC are."""
    diameter, length = log_uniform(rng, 2.5, 10), float(rng.uniform(35, 90))
    basis, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    flatness = float(rng.uniform(0.8, 1.25))
    axes = np.array([length / diameter, flatness, 1 / flatness])
    along = np.abs(basis[0, 0]) * length / 2
    return OnlineLesion(
        group="blood",
        diameter=diameter,
        turn=np.asarray(basis / axes[:, None], np.float32),
        shift=float(rng.uniform(-0.5, 0.5)) * max(along, diameter / 2),
        edge=float(rng.uniform(0.4, 2.0)),
        contrast=clipped_normal(rng, 0.60, 0.15, 0.3, 0.95),
        lobulation=float(rng.uniform(0, 0.1)),
        waves=_waves(rng, (diameter, 4.0, 10.0)),
        grain=0.01,
        length=length,
    )


DRAWN = {"hcc": draw_hcc, "cyst": draw_cyst, "vessel": draw_vessel}
"""By the name in `sampling.Shown`."""


def add_lesion(
    example: Example,
    place: Place,
    offsets_mm: tuple[float, ...],
    pixel_mm: float,
    lesion: OnlineLesion,
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    """Draw a lesion into a slice around a place.

    Args:
        example: The patient.
        place: The slice, and the lesion's middle in it.
        offsets_mm: Of the channels from the slice.
        pixel_mm: Side of a network pixel.
        lesion: What is drawn.

    Returns:
        The slice with its neighbours (size, size, channels) as `Example.stored`; the share of each
        of the slice's pixels that is lesion times 255, (size, size); the tissue map
        (size / 2, size / 2) with the lesion in it.
    """
    stored = example.stored(place.index, offsets_mm).copy()
    tissues = example.tissues[place.index].copy()
    mask = np.zeros(stored.shape[:2], np.uint8)
    box = _box(place, lesion.reach / pixel_mm, stored.shape[0])
    allowed = _liver(example, place.index, offsets_mm, box, pixel_mm)
    if not allowed.any():
        return stored, mask, tissues
    image = stored[box].astype(np.float32)
    depth, fields = _depth(lesion, place, offsets_mm, pixel_mm, box)
    soft = cv2.GaussianBlur(allowed, (0, 0), 1.0).reshape(allowed.shape)
    share = np.clip(depth / lesion.edge + 0.5, 0, 1).mean(axis=0) * soft
    level = _level(image, allowed)
    noise = image - cv2.GaussianBlur(image, (0, 0), 1.0).reshape(image.shape)
    if lesion.halo > 0:
        around = np.clip((depth.mean(axis=0) + lesion.halo) / 3 + 0.5, 0, 1) * soft
        image *= 1 - around * (1 - lesion.halo_contrast)
    inside = level * _contrast(lesion, depth.mean(axis=0), fields) + noise
    image += share * (inside - image)
    stored[box] = np.clip(np.rint(image), 0, 255).astype(np.uint8)
    middle = int(np.argmin(np.abs(offsets_mm)))
    mask[box] = np.rint(share[..., middle] * 255).astype(np.uint8)
    small = cv2.resize(mask, tissues.shape[::-1], interpolation=cv2.INTER_AREA)
    tissues[small > 127] = _group(lesion.group)
    return stored, mask, tissues


def _box(place: Place, reach: float, size: int) -> tuple[slice, slice]:
    """Rows and columns within reach, on even pixels so that the tissue map has the same box."""
    parts = []
    for value in (place.row, place.column):
        first = min(max(int(value - reach) // TISSUE_SCALE * TISSUE_SCALE, 0), size - TISSUE_SCALE)
        last = min(math.ceil((value + reach) / TISSUE_SCALE) * TISSUE_SCALE, size)
        parts.append(slice(first, max(last, first + TISSUE_SCALE)))
    return parts[0], parts[1]


def _liver(
    example: Example,
    index: int,
    offsets_mm: tuple[float, ...],
    box: tuple[slice, slice],
    pixel_mm: float,
) -> FloatArray:
    """(row, column, channel) 1 in the liver and its vessels, in the box."""
    small = tuple(slice(part.start // TISSUE_SCALE, part.stop // TISSUE_SCALE) for part in box)
    radius = max(1, round(LIVER_GAP_MM / 2 / (pixel_mm * TISSUE_SCALE)))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1,) * 2)
    kinds = [_group(name) for name in ("liver", "hcc", "mimic")]
    planes = []
    for offset in offsets_mm:
        at = np.abs(example.positions_mm - example.positions_mm[index] - offset).argmin()
        liver = np.isin(example.tissues[int(at)][small], kinds).astype(np.float32)
        planes.append(cv2.morphologyEx(liver, cv2.MORPH_CLOSE, kernel))
    shape = (box[1].stop - box[1].start, box[0].stop - box[0].start)
    return np.stack(
        [cv2.resize(plane, shape, interpolation=cv2.INTER_NEAREST) for plane in planes], axis=2
    )


def _depth(
    lesion: OnlineLesion,
    place: Place,
    offsets_mm: tuple[float, ...],
    pixel_mm: float,
    box: tuple[slice, slice],
) -> tuple[FloatArray, FloatArray]:
    """Depth in mm below the outline, negative outside, and the smooth fields of the inside.

    Returns:
        (sample along z, row, column, channel), and (2 fields, row, column, channel).
    """
    y = (np.arange(box[0].start, box[0].stop) - place.row) * pixel_mm
    x = (np.arange(box[1].start, box[1].stop) - place.column) * pixel_mm
    z = np.array(offsets_mm) - lesion.shift
    spread = (-PARTIAL_VOLUME_MM, 0.0, PARTIAL_VOLUME_MM) if lesion.diameter < 25 else (0.0,)
    radius = lesion.diameter / 2
    depths, fields = [], np.zeros(0, np.float32)
    for step in spread:
        grid = np.stack(np.meshgrid(y, x, z + step, indexing="ij")).astype(np.float32)
        own = np.tensordot(lesion.turn, grid[[2, 0, 1]], axes=1)
        distance = np.sqrt((own**2).sum(axis=0))
        lobes = 1 + lesion.lobulation * _field(lesion.waves[0], own)
        depths.append(radius - distance * lobes)
        if step == 0.0:
            fields = np.stack([_field(waves, own) for waves in lesion.waves[1:]])
    return np.asarray(depths, np.float32), fields


def _contrast(lesion: OnlineLesion, depth: FloatArray, fields: FloatArray) -> FloatArray:
    """(row, column, channel) signal over the liver's inside the outline."""
    grain, mosaic = fields
    out = lesion.contrast * (1 + lesion.grain * grain)
    if lesion.mosaic > 0:
        out *= 1 + lesion.mosaic * np.tanh(2.5 * mosaic)
    if lesion.necrosis > 0:
        rank = depth / (lesion.diameter / 2) + 0.25 * mosaic
        dead = np.clip((rank - lesion.necrosis) / 0.15, 0, 1)
        out = out * (1 - dead) + lesion.necrosis_contrast * dead
    if lesion.capsule > 0:
        rim = np.clip(1 - np.abs(depth - lesion.capsule / 2) / lesion.capsule, 0, 1)
        out *= 1 - (1 - lesion.capsule_contrast) * rim
    return np.asarray(np.maximum(out, 0.03), np.float32)


def _level(image: FloatArray, liver: FloatArray) -> FloatArray:
    """(row, column, channel) brightness of the liver around each pixel."""
    size = (25, 25)
    weight = cv2.blur(liver, size).reshape(liver.shape)
    total = cv2.blur(image * liver, size).reshape(liver.shape)
    overall = float((image * liver).sum() / max(float(liver.sum()), 1.0))
    return np.asarray((total + 0.02 * overall) / (weight + 0.02), np.float32)


def _field(waves: FloatArray, place: FloatArray) -> FloatArray:
    """A smooth random field of about unit variance at (3, ...) places in mm."""
    phase = np.tensordot(waves[:, :3], place, axes=1)
    phase += waves[:, 3].reshape(-1, *(1,) * (place.ndim - 1))
    return np.asarray(np.cos(phase).sum(axis=0) * math.sqrt(2 / len(waves)), np.float32)


def _waves(rng: np.random.Generator, lengths_mm: tuple[float, float, float]) -> FloatArray:
    """Random wave vectors of the given wavelengths, with phases."""
    out = np.empty((len(lengths_mm), WAVES, 4), np.float32)
    for number, length in enumerate(lengths_mm):
        direction = rng.normal(size=(WAVES, 3))
        direction /= np.linalg.norm(direction, axis=1, keepdims=True)
        out[number, :, :3] = direction * (2 * math.pi / length) * rng.uniform(0.6, 1.3, (WAVES, 1))
        out[number, :, 3] = rng.uniform(0, 2 * math.pi, WAVES)
    return out


def _turn(rng: np.random.Generator, flatness: float) -> FloatArray:
    """A rotation, its rows divided by semi-axes whose product is 1."""
    basis, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    axes = rng.uniform(1 - flatness, 1 + flatness, 3)
    axes /= axes.prod() ** (1 / 3)
    return np.asarray(basis / axes[:, None], np.float32)


def _group(name: str) -> int:
    return [group for group, _ in TISSUE_GROUPS].index(name)
