"""A look at the image: how bright the liver is beside muscle and its vessels, and how sharp.

In the hepatobiliary phase the liver is bright, its vessels are dark, and muscle is as it was
before the agent. Headers can be wrong about the phase, and know nothing of the uptake or of motion.
All is measured on a few slices through the middle of the stack; nothing is segmented exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from hcc_viewer.dicom.geometry import Geometry

Image = NDArray[np.float32]
Mask = NDArray[np.bool_]

PIXEL_MM = 1.5
"""All is measured at this scale."""

SLICES = 7
"""As many are looked at."""

GOOD_RATIO = 2.0
"""From this liver-to-muscle ratio on, the liver has surely taken up the agent. By the spoiled
gradient echo equation with published relaxation times it is 1.1 to 1.4 without uptake and 1.7 to
3.3 with it; simulated patients, whose tissues vary more, reach 1.9 without. In between nothing is
said. `tools/measure_liver_look.py` prints the ratios of simulated patients."""

POOR_RATIO = 1.5
"""Below this liver-to-muscle ratio it has not."""

VESSEL_CONTRAST = 0.045
"""Thin structures in the liver that differ from it by more than this on balance are its vessels."""

BLUR_RATIO = 0.72
"""Edges of the liver that are less sharp in one direction than in the other by this factor, and
`BLUR_SLOPE`, are blurred by motion along the phase encoding."""

BLUR_SLOPE = 0.135
"""Change of grey value over the liver's, in 1.5 mm."""

LEAST_LIVER_CM2 = 15.0
"""A homogeneous region on the patient's right smaller than this in most slices is no liver."""

BODY_WIDTH_MM = (220.0, 600.0)
"""Of an adult's abdomen, with room."""

MOST_BORDER = 0.35
"""A body that touches more than this part of the image's border does not stand out from air."""

MOST_ALIKE = 0.7
"""When more than this part of a body has one grey value, it is a bottle of water or the like."""

_BODY_LEVEL = 0.12
"""As in the network's preprocessing: above this share of the bright tissue a pixel is body."""


@dataclass(frozen=True)
class LiverLook:
    """What a look at the image tells. None: it could not be measured."""

    body_width_mm: float
    liver_area_cm2: float
    """Of the homogeneous region on the patient's right, median over the slices."""
    liver_to_muscle: float | None = None
    """Ratio of the grey values of liver and of the muscle beside the spine."""
    vessel_contrast: float | None = None
    """Above 0: thin structures in the liver are darker than it; below 0: brighter."""
    edge_ratio: float | None = None
    """Sharpness of the liver's edges along rows over that along columns, the lesser over the
    greater."""
    edge_slope: float | None = None
    """Of the less sharp edges; see `BLUR_SLOPE`."""

    @property
    def shows_liver(self) -> bool:
        """Whether there is something like a liver in something like an abdomen."""
        low, high = BODY_WIDTH_MM
        return low <= self.body_width_mm <= high and self.liver_area_cm2 >= LEAST_LIVER_CM2

    @property
    def has_uptake(self) -> bool:
        """The liver is much brighter than muscle, and its vessels are dark."""
        ratio = self.liver_to_muscle
        return ratio is not None and ratio >= GOOD_RATIO and self.has_dark_vessels

    @property
    def lacks_uptake(self) -> bool:
        """The liver is hardly brighter than muscle."""
        return self.liver_to_muscle is not None and self.liver_to_muscle < POOR_RATIO

    @property
    def has_bright_vessels(self) -> bool:
        """The vessels are brighter than the liver, as in the arterial and venous phases."""
        return self.vessel_contrast is not None and self.vessel_contrast <= -VESSEL_CONTRAST

    @property
    def has_dark_vessels(self) -> bool:
        """The vessels are darker than the liver."""
        return self.vessel_contrast is not None and self.vessel_contrast >= VESSEL_CONTRAST

    @property
    def is_blurred(self) -> bool:
        """The liver's edges are blurred in one direction, as by breathing."""
        if self.edge_ratio is None or self.edge_slope is None:
            return False
        return self.edge_ratio < BLUR_RATIO and self.edge_slope < BLUR_SLOPE


def slices_to_look_at(slices: int) -> NDArray[np.intp]:
    """Indices through the part of an axial stack where the liver is large."""
    spread = np.linspace(0.4 * slices, 0.75 * slices, SLICES)
    return np.unique(np.clip(spread.astype(np.intp), 0, slices - 1))


def look_at_liver(
    array: NDArray[np.float32], geometry: Geometry, *, is_inverted: bool = False
) -> LiverLook | None:
    """Measure the liver on some slices of an axial stack.

    Args:
        array: (slice, row, column) modality values; see `slices_to_look_at`.
        geometry: Of the stack; only its directions and pixel spacing are used.
        is_inverted: MONOCHROME1.

    Returns:
        None where no body stands out from air, or the stack is not axial: then there is nothing to
        measure, and nothing follows from that.
    """
    if geometry.orientation != "axial" or min(array.shape) < 2:
        return None
    view = _radiological_view(-array if is_inverted else array, geometry)
    body = _body_mask(view)
    if body is None:
        return None
    columns = np.flatnonzero(body.any(axis=0))
    width = float(columns[-1] - columns[0] + 1) * PIXEL_MM
    smooth = np.stack([cv2.GaussianBlur(image, (0, 0), 2.5) for image in view])
    level = _liver_level(smooth, body)
    if level is None:
        return LiverLook(width, 0.0)
    alike = np.abs(smooth[:, _eroded(body, 11)] - level) < 0.2 * level
    if alike.size == 0 or alike.mean() > MOST_ALIKE:
        return None
    livers = [_liver_mask(image, body, level) for image in smooth]
    areas = [float(liver.sum()) * PIXEL_MM**2 / 100 for liver in livers]
    look = LiverLook(width, float(np.median(areas)))
    if not look.shows_liver:
        return look
    muscle = _muscle_level(smooth, body, level)
    slope, ratio = _edge_sharpness(view, livers, level)
    return LiverLook(
        look.body_width_mm,
        look.liver_area_cm2,
        liver_to_muscle=None if muscle is None else level / muscle,
        vessel_contrast=_vessel_contrast(view, livers, level),
        edge_ratio=ratio,
        edge_slope=slope,
    )


def _radiological_view(array: Image, geometry: Geometry) -> Image:
    """Slices at `PIXEL_MM`, rows to the back, columns to the left, air at 0."""
    _, row_mm, column_mm = geometry.spacing_mm
    rows, columns = array.shape[1:]
    size = max(8, round(columns * column_mm / PIXEL_MM)), max(8, round(rows * row_mm / PIXEL_MM))
    view = np.stack([cv2.resize(image, size, interpolation=cv2.INTER_AREA) for image in array])
    column, row = geometry.column_direction, geometry.row_direction
    if abs(column[0]) < abs(row[0]):
        view, column, row = view.transpose(0, 2, 1), row, column
    view = view[:, :: 1 if row[1] >= 0 else -1, :: 1 if column[0] >= 0 else -1]
    return np.ascontiguousarray(view - np.percentile(view, 2), dtype=np.float32)


def _body_mask(view: Image) -> Mask | None:
    """The body in the mean of the slices; None when none stands out."""
    mean = cv2.GaussianBlur(view.mean(axis=0), (0, 0), 2.5)
    mean = mean - np.percentile(mean, 1)
    bright = float(np.percentile(mean, 95))
    if bright <= 0:
        return None
    mask = _largest((mean > _BODY_LEVEL * bright).astype(np.uint8))
    border = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])
    if mask.mean() < 0.12 or border.mean() > MOST_BORDER:
        return None
    return mask if mean[mask].mean() > 4 * max(float(mean[~mask].mean()), 0.0) else None


def _liver_level(smooth: Image, body: Mask) -> float | None:
    """The most frequent grey value of homogeneous tissue in the right half of the body."""
    columns = np.flatnonzero(body.any(axis=0))
    right = _eroded(body, 21)
    right[:, (columns[0] + columns[-1]) // 2 :] = False
    if right.sum() < 100:
        return None
    top = float(np.percentile(smooth[:, right], 99))
    return _mode(smooth, right, 0.15 * top, 1.3 * top)


def _muscle_level(smooth: Image, body: Mask, liver: float) -> float | None:
    """The most frequent grey value of homogeneous tissue on both sides of the spine."""
    rows, columns = np.flatnonzero(body.any(axis=1)), np.flatnonzero(body.any(axis=0))
    top, height = rows[0], len(rows)
    middle, reach = (columns[0] + columns[-1]) // 2, round(70 / PIXEL_MM)
    region = np.zeros_like(body)
    region[
        top + round(0.68 * height) : top + round(0.92 * height), middle - reach : middle + reach
    ] = True
    region &= _eroded(body, 9)
    return _mode(smooth, region, 0.1 * liver, 1.2 * liver)


def _mode(smooth: Image, region: Mask, low: float, high: float) -> float | None:
    """The most frequent of the values in a range, where the image changes little from it."""
    kernel = np.ones((3, 3), np.uint8)
    gradient = np.stack([cv2.morphologyEx(i, cv2.MORPH_GRADIENT, kernel) for i in smooth])
    values, changes = smooth[:, region], gradient[:, region]
    inside = (values > low) & (values < high)
    if inside.sum() < 100 or low <= 0:
        return None
    values, changes = values[inside], changes[inside]
    weights = np.exp(-((changes / (0.07 * values)) ** 2))
    counts, edges = np.histogram(
        np.log(values), bins=80, range=(np.log(low), np.log(high)), weights=weights
    )
    counts = np.convolve(counts, np.exp(-0.5 * (np.arange(-6, 7) / 2.5) ** 2), "same")
    best = int(np.argmax(counts))
    return float(np.exp((edges[best] + edges[best + 1]) / 2)) if counts[best] > 0 else None


def _liver_mask(image: Image, body: Mask, level: float) -> Mask:
    """The largest region of about the liver's grey value, mostly on the patient's right."""
    near = (image > 0.75 * level) & (image < 1.35 * level) & _eroded(body, 11)
    opened = cv2.morphologyEx(near.astype(np.uint8), cv2.MORPH_OPEN, _disc(7))
    columns = np.flatnonzero(body.any(axis=0))
    middle = columns[0] + 0.55 * len(columns)
    _, labels, stats, centers = cv2.connectedComponentsWithStats(opened)
    sizes = stats[:, 4] * np.where(centers[:, 0] < middle, 1.0, 0.2)
    sizes[0] = 0
    best = int(np.argmax(sizes))
    return labels == best if best else np.zeros_like(body)


def _vessel_contrast(view: Image, livers: list[Mask], level: float) -> float | None:
    """By how much thin dark structures in the liver outweigh thin bright ones.

    Noise makes both alike, lesions are too thick; 2 % of the liver is vessel in any slice.
    """
    kernel = _disc(9)
    dark, bright = [], []
    for image, liver in zip(view, livers, strict=True):
        core = _eroded(_filled(liver), 9)
        soft = cv2.GaussianBlur(image, (0, 0), 0.8)
        closed = cv2.morphologyEx(soft, cv2.MORPH_CLOSE, kernel)
        opened = cv2.morphologyEx(soft, cv2.MORPH_OPEN, kernel)
        dark.append(((closed - soft) / np.maximum(closed, 0.1 * level))[core])
        bright.append(((soft - opened) / np.maximum(soft, 0.1 * level))[core])
    found = np.concatenate(dark)
    if len(found) < 500:
        return None
    return float(np.percentile(found, 98) - np.percentile(np.concatenate(bright), 98))


def _edge_sharpness(
    view: Image, livers: list[Mask], level: float
) -> tuple[float | None, float | None]:
    """Slope of the less sharp edges of the liver, and its ratio to that of the sharper ones."""
    slopes: tuple[list[NDArray[Any]], list[NDArray[Any]]] = ([], [])
    for image, liver in zip(view, livers, strict=True):
        if liver.sum() * PIXEL_MM**2 / 100 < LEAST_LIVER_CM2:
            continue
        soft = cv2.GaussianBlur(image, (0, 0), 1.0)
        outline = cv2.GaussianBlur(liver.astype(np.float32), (0, 0), 3.0)
        edge = cv2.morphologyEx(liver.astype(np.uint8), cv2.MORPH_GRADIENT, _disc(3)) > 0
        facing = [np.abs(cv2.Sobel(outline, cv2.CV_32F, 1 - i, i)) for i in (0, 1)]
        for axis in (0, 1):
            slope = np.abs(cv2.Sobel(soft, cv2.CV_32F, 1 - axis, axis)) / 8
            reach = np.ones((9, 1) if axis else (1, 9), np.uint8)
            chosen = edge & (facing[axis] > 2 * facing[1 - axis])
            slopes[axis].append(cv2.dilate(slope, reach)[chosen] / level)
    both = [np.concatenate(found) if found else np.zeros(0) for found in slopes]
    if min(map(len, both)) < 100:
        return None, None
    medians = [float(np.median(found)) for found in both]
    return min(medians), min(medians) / max(*medians, 1e-9)


def _largest(mask: NDArray[np.uint8]) -> Mask:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    if len(stats) < 2:
        return np.zeros(mask.shape, dtype=np.bool_)
    return np.asarray(labels == 1 + int(np.argmax(stats[1:, 4])))


def _filled(mask: Mask) -> Mask:
    """A mask with its gaps closed and its holes, such as vessels, filled."""
    closed = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, _disc(15))
    outside = np.pad(closed, 1)
    cv2.floodFill(outside, None, (0, 0), 2)
    return np.asarray(outside[1:-1, 1:-1] != 2)


def _eroded(mask: Mask, size: int) -> Mask:
    return np.asarray(cv2.erode(mask.astype(np.uint8), _disc(size), borderValue=0) > 0)


def _disc(size: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)
