"""Simulates one hepatobiliary-phase series, from a seed to stored values with their truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from hcc_viewer.training.phantom.artefacts import fat_failure_map, fold
from hcc_viewer.training.phantom.config import PhantomConfig
from hcc_viewer.training.phantom.fields import FloatArray, stage_rng
from hcc_viewer.training.phantom.lesions import LesionBody, LesionPlan
from hcc_viewer.training.phantom.paint import FieldMaps, paint
from hcc_viewer.training.phantom.patient import AnatomySource, Patient, draw_patient
from hcc_viewer.training.phantom.placement import LiverMap
from hcc_viewer.training.phantom.protocols import Protocol, draw_protocol
from hcc_viewer.training.phantom.sampling import ImageGrid, draw_grid, sample, sample_labels
from hcc_viewer.training.phantom.scanner import (
    ScannerParameters,
    acquire,
    draw_scanner,
    log_flip_map,
    to_integers,
)
from hcc_viewer.training.phantom.signal import liver_brightness
from hcc_viewer.training.phantom.types import Anatomy, Lesion, SimulatedCase, Tissue

VESSEL_LABEL_SHARE = 0.5
"""A voxel of liver with this much vessel in it is labelled as one."""


@dataclass(frozen=True, eq=False)
class Scan:
    """One patient in one scanner: all that is needed to make any of the study's series."""

    patient: Patient
    protocol: Protocol
    scanner: ScannerParameters
    grid: ImageGrid


def simulate_case(
    seed: int, config: PhantomConfig, anatomy_source: AnatomySource | None = None
) -> SimulatedCase:
    """Simulate the hepatobiliary-phase series of patient number `seed`.

    Args:
        seed: Decides everything; the same seed and config give the same case.
        config: Which patients and scanners may be drawn.
        anatomy_source: Draws the anatomy; None takes the one that the config names.
    """
    scan = draw_scan(seed, config, anatomy_source)
    return make_series(scan, with_pair=config.with_pair)


def draw_scan(
    seed: int,
    config: PhantomConfig,
    anatomy_source: AnatomySource | None = None,
    hcc_plans: Callable[[np.random.Generator, LiverMap], list[LesionPlan]] | None = None,
) -> Scan:
    """Draw everything about patient number `seed`, without making an image."""
    cv2.setNumThreads(1)
    protocol = draw_protocol(stage_rng(seed, "protocol"), config)
    source = anatomy_source or configured_anatomy_source(config)
    patient = draw_patient(seed, config, protocol, source, hcc_plans)
    scanner = draw_scanner(stage_rng(seed, "scanner"), protocol)
    grid = draw_grid(stage_rng(seed, "grid"), patient.anatomy, protocol)
    return Scan(patient, protocol, scanner, grid)


def make_series(
    scan: Scan, with_contrast: bool = True, with_pair: bool = False, noise_stage: str = "noise"
) -> SimulatedCase:
    """Make one series of a scan: after the contrast agent, or before it."""
    patient, grid = scan.patient, scan.grid
    labels = sample_labels(_labels_with_vessels(patient), patient.anatomy, grid)
    image = _image(scan, labels, with_contrast, True, noise_stage)
    lesions = _lesion_map(patient, grid)
    without = _image(scan, labels, with_contrast, False, noise_stage) if with_pair else None
    return SimulatedCase(
        name=f"SIM^{patient.seed:04d}",
        seed=patient.seed,
        image=image,
        labels=labels,
        lesions=lesions,
        geometry=grid.geometry(),
        truth=_truth(patient, grid, with_contrast),
        protocol=scan.protocol.as_dicom() | {"SpacingBetweenSlices": grid.spacing_mm[0]},
        parameters=_parameters(scan),
        image_without_lesions=without,
        source=patient.anatomy.source,
    )


def configured_anatomy_source(config: PhantomConfig) -> AnatomySource:
    """The source that a config names: procedural, or real cases mixed with procedural ones."""
    from hcc_viewer.training.phantom import anatomy

    if config.anatomy == "procedural":
        return anatomy.draw_procedural_anatomy
    real = anatomy.real_anatomy_source(
        Path(config.anatomy), config.only_cases, config.without_cases
    )

    def draw(rng: np.random.Generator, spacing_mm: tuple[float, float, float]) -> Anatomy:
        if rng.random() < config.real_share:
            return real(rng, spacing_mm)
        return anatomy.draw_procedural_anatomy(rng, spacing_mm)

    return draw


def _image(
    scan: Scan,
    labels: NDArray[np.uint8],
    with_contrast: bool,
    with_hcc: bool,
    noise_stage: str,
) -> NDArray[np.uint16]:
    patient, protocol, grid = scan.patient, scan.protocol, scan.grid
    signal = paint(patient, protocol, field_maps(scan), with_contrast, with_hcc)
    extra = round(scan.scanner.artefacts.wrap_share * grid.rows)
    sampled = sample(signal, patient.anatomy, grid, protocol.slice_thickness_mm, extra)
    sampled = fold(sampled, extra)
    rng = stage_rng(patient.seed, noise_stage)
    blood = labels == Tissue.BLOOD
    brightness = liver_brightness(patient.signal, protocol)
    magnitude = acquire(sampled, blood, protocol, scan.scanner, grid, rng, brightness)
    return to_integers(magnitude, protocol, scan.scanner)


def field_maps(scan: Scan) -> FieldMaps:
    """The transmit field and the failures of fat suppression over a patient."""
    anatomy, seed = scan.patient.anatomy, scan.patient.seed
    z, y, x = anatomy.labels.shape
    shape, spacing = (z, y, x), anatomy.spacing_mm
    return FieldMaps(
        log_flip_map(stage_rng(seed, "flip map"), scan.scanner, shape, spacing),
        fat_failure_map(stage_rng(seed, "fat map"), scan.scanner.artefacts, shape, spacing),
    )


def _labels_with_vessels(patient: Patient) -> NDArray[np.uint8]:
    labels = patient.anatomy.labels.copy()
    liver = labels == Tissue.LIVER
    labels[liver & (patient.blood > VESSEL_LABEL_SHARE)] = Tissue.BLOOD
    labels[liver & (patient.ducts > VESSEL_LABEL_SHARE)] = Tissue.BILE_DUCT
    for body in patient.bodies:
        part = labels[body.box]
        part[body.fraction > VESSEL_LABEL_SHARE] = Tissue.LIVER
    return labels


def _lesion_map(patient: Patient, grid: ImageGrid) -> NDArray[np.uint8]:
    """Id of the lesion that fills most of a voxel, on the image's grid; 0 for none."""
    out = np.zeros((grid.slices, grid.rows, grid.columns), np.uint8)
    if not patient.bodies:
        return out
    fraction = np.zeros(patient.anatomy.labels.shape, np.float32)
    ids = np.zeros(patient.anatomy.labels.shape, np.uint8)
    for number, body in enumerate(patient.bodies, start=1):
        ids[body.box][body.fraction > 0] = number
        np.maximum(fraction[body.box], body.fraction, out=fraction[body.box])
    share = sample(fraction, patient.anatomy, grid, grid.spacing_mm[0])
    out = sample_labels(ids, patient.anatomy, grid)
    out[share <= 0.5] = 0
    return out


def _truth(patient: Patient, grid: ImageGrid, with_contrast: bool) -> tuple[Lesion, ...]:
    return tuple(
        _lesion(number, body, patient, grid, with_contrast)
        for number, body in enumerate(patient.bodies, start=1)
    )


def _lesion(
    number: int, body: LesionBody, patient: Patient, grid: ImageGrid, with_contrast: bool
) -> Lesion:
    spacing = np.array(patient.anatomy.spacing_mm)
    total = float(body.fraction.sum())
    center = body.plan.outline.center_mm
    contrast = 1.0
    if total > 0:
        corner = np.array([part.start for part in body.box])
        index = [
            float((np.arange(n) * body.fraction.sum(axis=others)).sum()) / total
            for n, others in zip(body.fraction.shape, ((1, 2), (0, 2), (0, 1)), strict=True)
        ]
        z, y, x = ((corner + index) * spacing).tolist()
        center = (z, y, x)
        values: FloatArray = body.contrast if with_contrast else body.native_contrast
        contrast = float((values * body.fraction).sum()) / total
    volume = total * float(np.prod(spacing))
    return Lesion(
        id=number,
        kind=body.plan.kind,
        center_lps_mm=grid.anatomy_to_lps(center),
        diameter_mm=float((6 * volume / np.pi) ** (1 / 3)),
        contrast=contrast,
        traits=body.plan.traits,
    )


def _parameters(scan: Scan) -> dict[str, Any]:
    patient = scan.patient
    return {
        "anatomy": patient.anatomy.parameters,
        "is_cirrhotic": patient.anatomy.is_cirrhotic,
        "vessels": asdict(patient.vessels),
        "texture": asdict(patient.texture),
        "signal": asdict(patient.signal),
        "scanner": asdict(scan.scanner),
        "grid": asdict(scan.grid),
        "lesions": [asdict(body.plan) for body in patient.bodies],
    }
