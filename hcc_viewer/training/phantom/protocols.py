"""Draws how a scanner of each vendor acquires a hepatobiliary-phase series (docs/simulator.md)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from hcc_viewer.training.phantom.config import PhantomConfig

Range = tuple[float, float]


@dataclass(frozen=True)
class Protocol:
    """How one series is acquired and reconstructed. Times in ms, lengths in mm, angles in deg."""

    vendor: str
    manufacturer: str
    model: str
    field_strength_t: float
    sequence: str
    """The vendor's name of the sequence."""
    series_description: str
    repetition_time_ms: float
    echo_time_ms: float
    flip_angle_deg: float
    matrix: int
    """Reconstructed columns."""
    acquired_frequency: int
    acquired_phase: int
    """Acquired samples along columns and rows over the whole field of view."""
    slice_interval_mm: float
    slice_thickness_mm: float
    """Acquired: the width of the slice profile."""
    field_of_view_mm: float
    """Along columns when the patient's size does not ask for more."""
    row_share: float
    """Rows over columns: below 1 is a rectangular field of view."""
    fat_suppression: str
    """`Dixon` or the name of a spectral method."""
    partial_fourier: float
    """Share of phase-encoding lines that are acquired."""
    delay_min: float
    """From the injection to the acquisition."""

    def as_dicom(self) -> dict[str, Any]:
        """By DICOM keyword where there is one; the rest by name."""
        rest = asdict(self)
        dixon = self.fat_suppression == "Dixon"
        known = {
            "Manufacturer": rest.pop("manufacturer"),
            "ManufacturerModelName": rest.pop("model"),
            "MagneticFieldStrength": rest.pop("field_strength_t"),
            "SequenceName": rest.pop("sequence"),
            "SeriesDescription": rest.pop("series_description"),
            "RepetitionTime": rest.pop("repetition_time_ms"),
            "EchoTime": rest.pop("echo_time_ms"),
            "FlipAngle": rest.pop("flip_angle_deg"),
            "SliceThickness": rest.pop("slice_thickness_mm"),
            "SpacingBetweenSlices": rest.pop("slice_interval_mm"),
            "ScanningSequence": "GR",
            "SequenceVariant": "SP",
            "MRAcquisitionType": "3D",
            "ScanOptions": "DIXON" if dixon else "FS",
        }
        return known | rest


@dataclass(frozen=True)
class _Family:
    """The ranges of one vendor's breath-hold 3D gradient echo."""

    manufacturers: tuple[str, ...]
    models: dict[float, tuple[tuple[str, float], ...]]
    sequences: tuple[str, ...]
    descriptions: tuple[str, ...]
    suppressions: tuple[str, ...]
    tr: Range
    te: Range
    flip: Range
    flip_high: Range
    """Flip angles of sites that raise it for the hepatobiliary phase."""
    high_chance: float
    matrices: tuple[int, ...]
    frequency: Range
    phase: Range
    interval: Range
    overlap: Range
    """Acquired thickness over interval."""
    fov: Range


FAMILIES = {
    "Philips": _Family(
        ("Philips Medical Systems", "Philips Healthcare", "Philips"),
        {
            1.5: (("Achieva", 0.8), ("Ingenia", 0.15), ("Ambition", 0.05)),
            3.0: (("Achieva", 0.5), ("Ingenia", 0.4), ("Ingenia CX", 0.1)),
        },
        ("T1FFE", "THRIVE", "eTHRIVE", "mDIXON"),
        (
            "THRIVE HBP 20min",
            "eTHRIVE_20min",
            "BH eTHRIVE 20 MIN",
            "WATER: mDIXON HBP",
            "e-THRIVE BH delay 20min",
            "T1 THRIVE hepatobiliary",
        ),
        ("SPAIR", "SPIR", "Dixon"),
        (3.1, 4.2), (1.1, 2.0), (9.5, 12.0), (12.0, 15.0), 0.2,
        (288, 320, 352, 384, 400), (200, 256), (160, 230), (1.5, 2.2), (1.5, 2.0), (320, 400),
    ),
    "Siemens": _Family(
        ("SIEMENS", "Siemens Healthineers", "Siemens"),
        {
            1.5: (("Avanto", 0.6), ("Aera", 0.4)),
            3.0: (("Skyra", 0.7), ("Verio", 0.15), ("Prisma", 0.15)),
        },
        ("*fl3d1", "*fl3d1_ns", "*fldyn3d1"),
        (
            "t1_vibe_fs_tra_bh_20min",
            "t1_vibe_dixon_tra_bh_HBP_W",
            "t1_vibe_spair_tra_caipi_20min",
            "VIBE FS HEPATOBILIARY",
            "t1_vibe_q-fs_tra_p4_bh_20 min",
        ),
        ("SPAIR", "Q-fatsat", "Dixon"),
        (2.6, 4.3), (1.1, 1.9), (9.0, 12.0), (20.0, 30.0), 0.15,
        (256, 288, 320, 352), (256, 320), (160, 240), (1.9, 3.0), (1.0, 1.35), (350, 400),
    ),
    "GE": _Family(
        ("GE MEDICAL SYSTEMS",),
        {
            1.5: (("SIGNA EXCITE", 0.5), ("Optima MR450w", 0.5)),
            3.0: (("DISCOVERY MR750w", 0.5), ("SIGNA HDxt", 0.3), ("SIGNA Architect", 0.2)),
        },
        ("EFGRE3D", "LAVA", "LAVA-Flex"),
        (
            "Ax LAVA 20min delay",
            "WATER: Ax LAVA-Flex HBP",
            "AX LAVA +C 20 MIN",
            "LAVA HEPATOBILIARY PHASE",
        ),
        ("SPECIAL", "Dixon"),
        (3.2, 4.2), (1.2, 1.9), (11.5, 15.0), (20.0, 30.0), 0.1,
        (256, 320, 384), (256, 320), (192, 224), (2.0, 2.5), (1.6, 2.0), (340, 420),
    ),
}  # fmt: skip


def draw_protocol(rng: np.random.Generator, config: PhantomConfig) -> Protocol:
    """One scanner and its settings."""
    vendor = _pick(rng, dict(config.vendor_weights))
    field_t = float(_pick(rng, dict(config.field_weights)))
    family = FAMILIES[vendor]
    suppression = str(rng.choice(family.suppressions))
    dixon = suppression == "Dixon"
    interval = _draw_interval(rng, family)
    matrices = [m for m in family.matrices if m <= config.max_matrix] or [config.max_matrix]
    matrix = int(rng.choice(matrices))
    flips = family.flip_high if rng.random() < family.high_chance else family.flip
    rectangular = {"Siemens": 0.75, "Philips": 0.3, "GE": 0.1}[vendor]
    return Protocol(
        vendor=vendor,
        manufacturer=str(rng.choice(family.manufacturers)),
        model=_pick(rng, dict(family.models[field_t])),
        field_strength_t=field_t,
        sequence=_matching(rng, family.sequences, dixon),
        series_description=_matching(rng, family.descriptions, dixon),
        repetition_time_ms=round(float(rng.uniform(*family.tr)) * (1.25 if dixon else 1.0), 2),
        echo_time_ms=round(float(rng.uniform(*family.te)), 2),
        flip_angle_deg=round(float(rng.uniform(*flips)), 0),
        matrix=matrix,
        acquired_frequency=min(int(rng.uniform(*family.frequency)), matrix),
        acquired_phase=min(int(rng.uniform(*family.phase)), matrix),
        slice_interval_mm=interval,
        slice_thickness_mm=round(interval * float(rng.uniform(*family.overlap)), 2),
        field_of_view_mm=float(rng.uniform(*family.fov)),
        row_share=float(rng.uniform(0.7, 0.95)) if rng.random() < rectangular else 1.0,
        fat_suppression=suppression,
        partial_fourier=float(rng.choice([0.75, 0.875, 1.0], p=[0.35, 0.35, 0.3])),
        delay_min=float(rng.uniform(15, 22)),
    )


def _draw_interval(rng: np.random.Generator, family: _Family) -> float:
    """Mostly the vendor's range; now and then a thick-slice protocol."""
    if rng.random() < 0.08:
        return round(float(rng.uniform(3.0, 5.0)), 1)
    return round(float(rng.uniform(*family.interval)), 2)


def _pick(rng: np.random.Generator, weights: dict[str, float]) -> str:
    total = sum(weights.values())
    return str(rng.choice(list(weights), p=[value / total for value in weights.values()]))


def _matching(rng: np.random.Generator, names: tuple[str, ...], dixon: bool) -> str:
    """A name that speaks of Dixon exactly when the series is one, where there is such a name."""

    def speaks(name: str) -> bool:
        return any(word in name.lower() for word in ("dixon", "flex"))

    fitting = [name for name in names if speaks(name) == dixon] or list(names)
    return str(rng.choice(fitting))
