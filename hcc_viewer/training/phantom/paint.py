"""Paints a patient's MR signal on the anatomy's grid, before the scanner's own effects."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from hcc_viewer.training.phantom.fields import FloatArray, Shape3D, smooth_field, stage_rng
from hcc_viewer.training.phantom.patient import Patient
from hcc_viewer.training.phantom.placement import grown_box
from hcc_viewer.training.phantom.protocols import Protocol
from hcc_viewer.training.phantom.shapes import Box
from hcc_viewer.training.phantom.signal import TissueSignals, tissue_signals
from hcc_viewer.training.phantom.types import Tissue

EDGE_SIGMA_PIXELS = 0.55
"""Blur that turns the label map's steps into partial volume."""


@dataclass(frozen=True, eq=False)
class FieldMaps:
    """What varies slowly over the patient, on the anatomy's grid."""

    log_flip: FloatArray
    """Logarithm of the flip angle over the nominal one."""
    fat_failure: FloatArray | None
    """Share of the fat signal that comes back where suppression fails."""


def paint(
    patient: Patient,
    protocol: Protocol,
    maps: FieldMaps,
    with_contrast: bool = True,
    with_hcc: bool = True,
) -> FloatArray:
    """(slice, row, column) signal; liver with contrast agent is about 1."""
    tissues = tissue_signals(patient.signal, protocol, with_contrast)
    labels = patient.anatomy.labels
    volume = tissues.signal[labels]
    _vary_surroundings(volume, patient, tissues)
    if maps.fat_failure is not None:
        gained = (tissues.fat_unsuppressed - tissues.signal[Tissue.FAT]) * maps.fat_failure
        volume += np.where(labels == Tissue.FAT, gained, 0)
    _paint_gallbladder(volume, patient, tissues, with_contrast)
    _paint_liver(volume, patient, tissues, with_contrast, with_hcc)
    volume *= np.exp(tissues.flip_exponent[labels] * maps.log_flip)
    _blur_heart(volume, labels)
    for plane in volume:
        cv2.GaussianBlur(plane, (0, 0), EDGE_SIGMA_PIXELS, dst=plane)
    return volume


def liver_signal_map(patient: Patient, signal: float) -> tuple[Box, FloatArray]:
    """Parenchyma without vessels and lesions in the box around the liver."""
    labels = patient.anatomy.labels
    box = grown_box(labels == Tissue.LIVER, 8)
    z, y, x = labels[box].shape
    shape = (z, y, x)
    return box, signal * _parenchyma(patient, shape)


def _parenchyma(patient: Patient, shape: Shape3D) -> FloatArray:
    rng = stage_rng(patient.seed, "parenchyma")
    texture, spacing = patient.texture, patient.anatomy.spacing_mm
    out = 1 + np.float32(texture.variation) * smooth_field(rng, shape, spacing, texture.grain_mm)
    out *= 1 + np.float32(texture.regional) * smooth_field(rng, shape, spacing, 55.0)
    if texture.reticulation > 0:
        septa = np.exp(-((smooth_field(rng, shape, spacing, texture.mesh_mm) / 0.22) ** 2))
        patchy = np.clip(0.6 + 0.5 * smooth_field(rng, shape, spacing, 45.0), 0, 1)
        out *= 1 - np.float32(texture.reticulation) * septa * patchy
    return np.asarray(out, np.float32)


def _paint_liver(
    volume: FloatArray,
    patient: Patient,
    tissues: TissueSignals,
    with_contrast: bool,
    with_hcc: bool,
) -> None:
    """Parenchyma, then vessels and ducts, then lesions, which replace the vessels in them."""
    box, parenchyma = liver_signal_map(patient, float(tissues.signal[Tissue.LIVER]))
    labels = patient.anatomy.labels[box]
    view = volume[box]
    inside = labels == Tissue.LIVER
    view[inside] = parenchyma[inside]
    reach = inside | (labels == Tissue.BLOOD)
    for fraction, tissue in ((patient.blood, Tissue.BLOOD), (patient.ducts, Tissue.BILE_DUCT)):
        share = np.where(reach, fraction[box], 0)
        view += share * (tissues.signal[tissue] - view)
    corner = tuple(part.start for part in box)
    for body in patient.bodies:
        if body.plan.kind == "hcc" and not with_hcc:
            continue
        part = volume[body.box]
        inner = tuple(slice(s.start - c, s.stop - c) for s, c in zip(body.box, corner, strict=True))
        around = _cut(parenchyma, inner, float(tissues.signal[Tissue.LIVER]))
        contrast = body.contrast if with_contrast else body.native_contrast
        part += body.weight * (around * contrast - part)


def _cut(source: FloatArray, box: tuple[slice, ...], fill: float) -> FloatArray:
    """`source[box]`, with `fill` where the box leaves the source."""
    out = np.full([part.stop - part.start for part in box], fill, np.float32)
    ours, theirs = [], []
    for part, n in zip(box, source.shape, strict=True):
        first, last = max(part.start, 0), min(part.stop, n)
        if first >= last:
            return out
        ours.append(slice(first - part.start, last - part.start))
        theirs.append(slice(first, last))
    out[tuple(ours)] = source[tuple(theirs)]
    return out


def _paint_gallbladder(
    volume: FloatArray, patient: Patient, tissues: TissueSignals, with_contrast: bool
) -> None:
    """Dark bile, bright bile, or bright bile layered below dark (supine: posterior)."""
    labels = patient.anatomy.labels
    box = grown_box(labels == Tissue.GALLBLADDER, 1)
    mask = labels[box] == Tissue.GALLBLADDER
    state = patient.signal.gallbladder_state
    if not mask.any() or state == "dark" or not with_contrast:
        return
    view = volume[box]
    if state == "bright":
        view[mask] = tissues.bile_with_contrast
        return
    rows = np.flatnonzero(mask.any(axis=(0, 2)))
    level = rows[0] + patient.signal.gallbladder_level * (rows[-1] - rows[0])
    step = np.clip((np.arange(mask.shape[1]) - level) / 3 + 0.5, 0, 1)[None, :, None]
    dark = tissues.signal[Tissue.GALLBLADDER]
    layered = dark + (tissues.bile_with_contrast - dark) * step
    view[mask] = np.broadcast_to(layered, mask.shape)[mask].astype(np.float32)


def _vary_surroundings(volume: FloatArray, patient: Patient, tissues: TissueSignals) -> None:
    """Grain in every organ, contents of bowel, vessels in fat and lung."""
    rng = stage_rng(patient.seed, "surroundings")
    labels, spacing = patient.anatomy.labels, patient.anatomy.spacing_mm
    z, y, x = labels.shape
    shape = (z, y, x)
    grain = smooth_field(rng, shape, spacing, 4.0)
    volume *= 1 + np.float32(patient.texture.surroundings) * grain
    if patient.anatomy.texture is not None:
        volume *= np.clip(patient.anatomy.texture, 0.3, 2.0)
    content = labels == Tissue.BOWEL_CONTENT
    if content.any():
        slow = smooth_field(rng, shape, spacing, 28.0)
        volume[content] *= np.exp(
            np.float32(patient.signal.bowel_spread) * (slow[content] + 0.4 * grain[content])
        )
    curves = _random_curves(rng, shape, spacing)
    blood = float(tissues.signal[Tissue.BLOOD])
    for tissue, share in ((Tissue.FAT, 0.55), (Tissue.LUNG, 0.8)):
        at = labels == tissue
        volume[at] += share * curves[at] * (blood - volume[at])


def _random_curves(
    rng: np.random.Generator, shape: Shape3D, spacing: tuple[float, float, float]
) -> FloatArray:
    """Thin winding curves: where two random surfaces meet. They stand for small vessels."""
    first = smooth_field(rng, shape, spacing, 17.0)
    second = smooth_field(rng, shape, spacing, 19.0)
    return np.asarray(np.exp(-((first / 0.15) ** 2) - (second / 0.15) ** 2), np.float32)


def _blur_heart(volume: FloatArray, labels: NDArray[np.uint8]) -> None:
    """The heart moves during the breath-hold."""
    box = grown_box(labels == Tissue.HEART_MUSCLE, 3)
    view = volume[box]
    if view.size == 0:
        return
    for plane, label in zip(view, labels[box], strict=True):
        moving = (label == Tissue.HEART_MUSCLE) | (label == Tissue.BLOOD)
        share = cv2.GaussianBlur(moving.astype(np.float32), (0, 0), 2.5)
        share *= label != Tissue.LIVER
        plane += share * (cv2.GaussianBlur(plane, (0, 0), 2.2) - plane)
