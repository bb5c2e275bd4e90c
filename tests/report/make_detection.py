"""Builds volumes and detections by hand: a bright ellipse of a liver with dark discs in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.detection import Detection, Finding, ModelIdentity, Peak, SlicePrediction, Timing
from hcc_viewer.dicom import Acquisition, Geometry, Instance, Patient, PhaseScore, Series, Volume
from hcc_viewer.errors import Notice

Lesion = tuple[int, float, float]
"""Slice, row, column of a dark disc, which becomes a finding over three slices."""

GRID = 10

MODEL = ModelIdentity(
    "phantom-cnn", "0.1", "0123456789abcdef" * 4, "simulated images only; not validated on patients"
)

PATIENT = Patient("SIM^0001", "SIM-0001", "19570304", "F")


def make_geometry(
    slices: int = 12, spacing: tuple[float, float, float] = (3.0, 2.0, 1.5), known: bool = True
) -> Geometry:
    affine = np.diag([spacing[2], spacing[1], spacing[0], 1.0])
    affine[:3, 3] = (-70.0, -50.0, 100.0)
    return Geometry(affine, 100.0 + spacing[0] * np.arange(slices, dtype=np.float64), known)


def make_series(
    slices: int = 12,
    shape: tuple[int, int] = (60, 100),
    geometry: Geometry | None = None,
    paths: list[Path] | None = None,
    **changes: object,
) -> Series:
    files = paths or [Path(f"slice-{i}.dcm") for i in range(slices)]
    facts: dict[str, object] = {
        "study_instance_uid": "1.2.3.4",
        "series_instance_uid": "1.2.3.4.5",
        "description": "T1 VIBE HBP 20 min",
        "modality": "MR",
        "instances": tuple(Instance(path, f"1.2.3.4.5.{i}") for i, path in enumerate(files)),
        "geometry": geometry or make_geometry(slices),
        "rows": shape[0],
        "columns": shape[1],
        "phase": PhaseScore(90, ("20 min in the series description", "gadoxetic acid")),
        "patient": PATIENT,
        "acquisition": Acquisition(
            study_date="20240131", study_description="MR liver", series_number=7,
            manufacturer="SIMULATED", magnetic_field_strength_t=3.0, repetition_time_ms=3.1,
            flip_angle_deg=10.0, contrast_bolus_agent="gadoxetate",
            frame_of_reference_uid="1.2.3.9",
        ),
    }  # fmt: skip
    return Series(**{**facts, **changes})  # type: ignore[arg-type]


def make_volume(series: Series | None = None, lesions: tuple[Lesion, ...] = ()) -> Volume:
    series = series or make_series()
    shape = (len(series.instances), series.rows, series.columns)
    _, rows, columns = np.indices(shape, dtype=np.float32)
    array = np.full(shape, 20.0, dtype=np.float32)
    y, x = (rows + 0.5) / shape[1] - 0.5, (columns + 0.5) / shape[2] - 0.5
    array[(x / 0.47) ** 2 + (y / 0.45) ** 2 < 1] = 160.0
    array[((x + 0.12) / 0.28) ** 2 + ((y + 0.02) / 0.33) ** 2 < 1] = 420.0
    _, row_mm, column_mm = series.geometry.spacing_mm
    for slice_, row, column in lesions:
        disc = np.hypot((rows - row) * row_mm, (columns - column) * column_mm) < 9
        disc[: max(0, slice_ - 1)] = False
        disc[slice_ + 2 :] = False
        array[disc] = 180.0
    array += np.random.default_rng(7).normal(0, 12, shape).astype(np.float32)
    return Volume(series, array, window_center=260.0, window_width=520.0, read_seconds=0.5)


def make_detection(
    series: Series | None = None,
    lesions: tuple[Lesion, ...] = ((4, 25.0, 30.0),),
    threshold: float = 0.5,
    warnings: tuple[Notice, ...] = (),
) -> Detection:
    series = series or make_series()
    cell = np.array([series.rows / GRID, series.columns / GRID])
    probability = np.full(len(series.instances), 0.03)
    findings = []
    for id_, (slice_, row, column) in enumerate(lesions, 1):
        top = max(0.35, 0.97 - 0.08 * (id_ - 1))
        probability[slice_ - 1 : slice_ + 2] = (top - 0.2, top, top - 0.3)
        center = series.geometry.to_patient(column, row, slice_)
        x, y, z = (float(value) for value in center)
        findings.append(
            Finding(id_, slice_ - 1, slice_ + 1, slice_, row, column, (x, y, z), 18.0, top)
        )
    slices = tuple(
        _prediction(series, index, float(value), lesions, cell)
        for index, value in enumerate(probability)
    )
    affine = np.array([[cell[0], 0, cell[0] / 2 - 0.5], [0, cell[1], cell[1] / 2 - 0.5]])
    timing = Timing(0.5, 0.1, 0.6, 1.2)
    found = tuple(findings)
    return Detection(series, MODEL, threshold, slices, found, affine, warnings, timing)


def with_unread(detection: Detection, *indices: int) -> Detection:
    """The same result where some slices could not be read."""
    slices = (replace(one, is_examined=one.index not in indices) for one in detection.slices)
    return replace(detection, slices=tuple(slices))


def _prediction(
    series: Series,
    index: int,
    probability: float,
    lesions: tuple[Lesion, ...],
    cell: NDArray[np.float64],
) -> SlicePrediction:
    rows, columns = np.indices((GRID, GRID))
    cam = np.full((GRID, GRID), 0.05, dtype=np.float32)
    peak = Peak(0.0, 0.0, 0.05)
    for slice_, row, column in lesions:
        if abs(slice_ - index) <= 1:
            distance = np.hypot(rows + 0.5 - row / cell[0], columns + 0.5 - column / cell[1])
            cam = np.maximum(cam, 0.95 * np.exp(-(distance**2) / 1.5)).astype(np.float32)
            peak = Peak(row, column, 0.95)
    uid = series.instances[index].sop_instance_uid
    position = float(series.geometry.positions_mm[index])
    return SlicePrediction(
        index, uid, series.instances[index].frame, position, probability, peak, cam
    )
