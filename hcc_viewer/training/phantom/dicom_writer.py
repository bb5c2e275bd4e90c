"""Writes simulated series as DICOM MR images that look like a vendor's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import (
    UID,
    ExplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
    MRImageStorage,
    RLELossless,
    generate_uid,
)

from hcc_viewer.dicom import Geometry
from hcc_viewer.errors import OutputError, UsageError
from hcc_viewer.interrupts import uninterrupted
from hcc_viewer.system_faults import os_reason
from hcc_viewer.training.phantom.fields import stage_rng
from hcc_viewer.training.phantom.localizer import THICKNESS_MM, Stack
from hcc_viewer.training.phantom.types import SimulatedCase

COMPRESSIONS: dict[str, UID] = {
    "none": ExplicitVRLittleEndian,
    "jpeg2000": JPEG2000Lossless,
    "jpegls": JPEGLSLossless,
    "rle": RLELossless,
}
"""Lossless transfer syntaxes by name."""

CONTRAST_AGENTS = ("Primovist", "EOVIST", "Gadoxetate disodium", "EOB-Primovist 10 ml")

NATIVE_DESCRIPTIONS = {
    "Philips": "THRIVE pre",
    "Siemens": "t1_vibe_fs_tra_bh_nativ",
    "GE": "Ax LAVA pre",
}

LOCALIZER_DESCRIPTIONS = {"Philips": "SURVEY BH", "Siemens": "localizer_bh", "GE": "3-pl loc"}

LOCALIZER_SEQUENCE = (
    ("MRAcquisitionType", "2D"),
    ("RepetitionTime", 7.5),
    ("EchoTime", 2.4),
    ("FlipAngle", 20.0),
    ("ScanOptions", ""),
    ("AcquisitionMatrix", [0, 192, 144, 0]),
)


@dataclass(frozen=True)
class StudyHeader:
    """What all series of a study share."""

    name: str
    study_uid: str
    frame_of_reference_uid: str
    injected: datetime
    """When the contrast agent was given."""
    agent: str
    rescale_slope: float | None
    """Philips writes one; None where the vendor does not."""
    device: dict[str, Any]
    """Of the scanner and its sequence, by DICOM keyword and by name."""
    seed: int


@dataclass(frozen=True)
class SeriesHeader:
    """What tells one series of a study from the others."""

    number: int
    description: str
    minutes: float
    """From the injection to the acquisition; negative before it."""
    with_contrast: bool = True
    image_type: tuple[str, ...] = ("ORIGINAL", "PRIMARY", "M")
    sequence: tuple[tuple[str, Any], ...] = ()
    """(keyword, value) where the sequence differs from the study's."""

    def uid(self, study: StudyHeader) -> str:
        """SeriesInstanceUID: the same for the same case."""
        return generate_uid(entropy_srcs=[study.study_uid, str(self.number)])


def study_header(case: SimulatedCase, name: str | None = None) -> StudyHeader:
    """Draw a study's header from a case: the same case gives the same header."""
    rng = stage_rng(case.seed, "header")
    day = datetime(2020, 1, 1) + timedelta(days=int(rng.integers(0, 1500)))
    start = day + timedelta(seconds=int(rng.integers(8 * 3600, 17 * 3600)))
    philips = case.protocol["vendor"] == "Philips"
    entropy = ["hcc-viewer simulated study", str(case.seed), name or case.name]
    return StudyHeader(
        name=name or case.name,
        study_uid=generate_uid(entropy_srcs=entropy),
        frame_of_reference_uid=generate_uid(entropy_srcs=[*entropy, "frame of reference"]),
        injected=start,
        agent=str(rng.choice(CONTRAST_AGENTS)),
        rescale_slope=round(float(rng.uniform(0.4, 3.0)), 5) if philips else None,
        device=case.protocol,
        seed=case.seed,
    )


def hbp_header(case: SimulatedCase) -> SeriesHeader:
    """Of the hepatobiliary-phase series."""
    dixon = case.protocol["fat_suppression"] == "Dixon"
    kinds = {"Philips": ("M", "FFE"), "Siemens": ("M", "NORM", "DIS2D"), "GE": ("OTHER",)}
    kind = ("W", "W", "DERIVED") if dixon and case.protocol["vendor"] == "Philips" else ()
    first = ("DERIVED" if dixon else "ORIGINAL", "PRIMARY")
    return SeriesHeader(
        number=1201,
        description=str(case.protocol["SeriesDescription"]),
        minutes=float(case.protocol["delay_min"]),
        image_type=(*first, *(kind[:2] or kinds[case.protocol["vendor"]])),
    )


def native_header(case: SimulatedCase) -> SeriesHeader:
    """Of the series before the contrast agent."""
    description = NATIVE_DESCRIPTIONS[case.protocol["vendor"]]
    return SeriesHeader(401, description, minutes=-4.0, with_contrast=False)


def localizer_header(case: SimulatedCase) -> SeriesHeader:
    """Of the three-plane localizer."""
    description = LOCALIZER_DESCRIPTIONS[case.protocol["vendor"]]
    return SeriesHeader(
        101, description, minutes=-15.0, with_contrast=False, sequence=LOCALIZER_SEQUENCE
    )


def write_series(
    case: SimulatedCase,
    folder: Path,
    study: StudyHeader | None = None,
    series: SeriesHeader | None = None,
    compression: str = "none",
) -> list[Path]:
    """Write a case's image as one DICOM series, one file per slice, foot to head.

    Args:
        case: What to write.
        folder: Is made when absent.
        study: Shared with the study's other series; drawn from the case by default.
        series: The hepatobiliary phase by default.
        compression: One of `COMPRESSIONS`.

    Raises:
        OutputError: A file cannot be written.
        UsageError: There is no such compression.
    """
    study = study or study_header(case)
    series = series or hbp_header(case)
    thickness = float(case.protocol["SliceThickness"])
    return _write(case.image, case.geometry, thickness, 0, folder, study, series, compression)


def write_localizer(
    stacks: tuple[Stack, ...],
    folder: Path,
    study: StudyHeader,
    series: SeriesHeader,
    compression: str = "none",
) -> list[Path]:
    """Write the three planes of a localizer as one DICOM series."""
    paths: list[Path] = []
    for stack in stacks:
        paths += _write(
            stack.image,
            stack.geometry,
            THICKNESS_MM,
            len(paths),
            folder,
            study,
            series,
            compression,
        )
    return paths


def slice_uid(study: StudyHeader, series: SeriesHeader, index: int) -> str:
    """SOPInstanceUID of image `index` (from 0) of a series."""
    return generate_uid(entropy_srcs=[series.uid(study), str(index)])


def _write(
    image: NDArray[np.uint16],
    geometry: Geometry,
    thickness_mm: float,
    first: int,
    folder: Path,
    study: StudyHeader,
    series: SeriesHeader,
    compression: str,
) -> list[Path]:
    if compression not in COMPRESSIONS:
        known = ", ".join(COMPRESSIONS)
        raise UsageError(f"There is no compression '{compression}'; choose one of {known}.")
    window = _window(image)
    paths = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for index in range(len(image)):
            number = first + index
            dataset = _dataset(study, series, number)
            _add_plane(dataset, geometry, index, thickness_mm)
            _add_pixels(dataset, image[index], window, study.rescale_slope)
            if compression != "none":
                with uninterrupted():  # openjpeg's encoder crashes of an interruption
                    dataset.compress(COMPRESSIONS[compression], generate_instance_uid=False)
            path = folder / f"IM{number + 1:04d}.dcm"
            dataset.save_as(path, enforce_file_format=True)
            paths.append(path)
    except OSError as error:
        raise OutputError(
            f"The series cannot be written to {folder}: {os_reason(error)}; choose another folder."
        ) from error
    return paths


def _dataset(study: StudyHeader, series: SeriesHeader, number: int) -> FileDataset:
    """Patient, study, series and sequence; no pixels yet."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = MRImageStorage
    meta.MediaStorageSOPInstanceUID = UID(slice_uid(study, series, number))
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    acquired = study.injected + timedelta(minutes=series.minutes)
    dataset.SOPClassUID = MRImageStorage
    dataset.SOPInstanceUID = slice_uid(study, series, number)
    dataset.SpecificCharacterSet = "ISO_IR 100"
    dataset.ImageType = list(series.image_type)
    dataset.PatientName = study.name
    dataset.PatientID = study.name.replace("^", "-")
    dataset.PatientBirthDate = ""
    dataset.PatientSex = "O"
    dataset.PatientPosition = "HFS"
    dataset.BodyPartExamined = "LIVER"
    dataset.InstitutionName = "SIMULATED"
    dataset.StudyInstanceUID = study.study_uid
    dataset.SeriesInstanceUID = series.uid(study)
    dataset.FrameOfReferenceUID = study.frame_of_reference_uid
    dataset.PositionReferenceIndicator = ""
    dataset.StudyID = "1"
    dataset.StudyDescription = "MR LIVER (SIMULATED)"
    dataset.AccessionNumber = ""
    dataset.ReferringPhysicianName = ""
    _add_times(dataset, study, acquired)
    dataset.Modality = "MR"
    dataset.SeriesNumber = series.number
    dataset.AcquisitionNumber = 1
    dataset.InstanceNumber = number + 1
    dataset.SeriesDescription = series.description
    dataset.ProtocolName = series.description.removeprefix("WATER: ")
    dataset.ImageComments = "Simulated image; no patient."
    _add_sequence(dataset, study)
    for keyword, value in series.sequence:
        setattr(dataset, keyword, value)
    if series.with_contrast:
        dataset.ContrastBolusAgent = study.agent
        dataset.ContrastBolusRoute = "IV"
        dataset.ContrastBolusStartTime = f"{study.injected:%H%M%S}.000000"
    return dataset


def _add_times(dataset: Dataset, study: StudyHeader, acquired: datetime) -> None:
    began = study.injected - timedelta(minutes=18)
    dataset.StudyDate = f"{began:%Y%m%d}"
    dataset.StudyTime = f"{began:%H%M%S}"
    dataset.SeriesDate = dataset.AcquisitionDate = dataset.ContentDate = f"{acquired:%Y%m%d}"
    dataset.SeriesTime = dataset.AcquisitionTime = f"{acquired:%H%M%S}.000000"
    dataset.ContentTime = dataset.SeriesTime


def _add_sequence(dataset: Dataset, study: StudyHeader) -> None:
    device = study.device
    for keyword in (
        "Manufacturer",
        "ManufacturerModelName",
        "MagneticFieldStrength",
        "ScanningSequence",
        "SequenceVariant",
        "ScanOptions",
        "MRAcquisitionType",
        "SequenceName",
        "RepetitionTime",
        "EchoTime",
        "FlipAngle",
    ):
        setattr(dataset, keyword, device[keyword])
    dataset.SoftwareVersions = "hcc-viewer simulator"
    dataset.EchoTrainLength = 1
    dataset.NumberOfAverages = 1
    dataset.ImagedNucleus = "1H"
    dataset.ImagingFrequency = round(42.577 * float(device["MagneticFieldStrength"]), 4)
    dataset.InPlanePhaseEncodingDirection = "COL"
    dataset.AcquisitionMatrix = [0, device["acquired_frequency"], device["acquired_phase"], 0]


def _add_plane(dataset: Dataset, geometry: Geometry, index: int, thickness_mm: float) -> None:
    position = geometry.to_patient(0, 0, index)
    cosines = [*geometry.column_direction, *geometry.row_direction]
    spacing = geometry.spacing_mm
    dataset.ImagePositionPatient = [round(float(value), 6) for value in position]
    dataset.ImageOrientationPatient = [round(float(value), 6) for value in cosines]
    dataset.PixelSpacing = [round(spacing[1], 6), round(spacing[2], 6)]
    dataset.SliceThickness = round(thickness_mm, 4)
    dataset.SpacingBetweenSlices = round(spacing[0], 4)
    dataset.SliceLocation = round(float(geometry.positions_mm[index]), 4)


def _add_pixels(
    dataset: Dataset,
    plane: NDArray[np.uint16],
    window: tuple[float, float],
    slope: float | None,
) -> None:
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.Rows, dataset.Columns = plane.shape
    dataset.BitsAllocated = 16
    dataset.BitsStored = 12 if int(plane.max(initial=0)) < 4096 else 16
    dataset.HighBit = dataset.BitsStored - 1
    dataset.PixelRepresentation = 0
    dataset.SmallestImagePixelValue = int(plane.min(initial=0))
    dataset.LargestImagePixelValue = int(plane.max(initial=0))
    factor = slope or 1.0
    dataset.WindowCenter = round(window[0] * factor, 2)
    dataset.WindowWidth = round(window[1] * factor, 2)
    if slope is not None:
        dataset.RescaleIntercept = "0"
        dataset.RescaleSlope = str(slope)
        dataset.RescaleType = "US"
    dataset.LossyImageCompression = "00"
    dataset.PixelData = np.ascontiguousarray(plane).astype("<u2").tobytes()


def _window(image: NDArray[np.uint16]) -> tuple[float, float]:
    """(centre, width) that shows nearly everything, as scanners write it."""
    top = max(float(np.percentile(image[::4, ::4, ::4], 99.5)) * 1.15, 2.0)
    return top / 2, top
