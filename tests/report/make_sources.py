"""Writes small MR files whose series the report's DICOM objects refer to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import (
    EnhancedMRImageStorage,
    ExplicitVRLittleEndian,
    MRImageStorage,
    generate_uid,
)

from hcc_viewer.dicom import Acquisition, Geometry, Instance, PhaseScore, Series
from tests.report.make_detection import PATIENT, make_geometry


def make_files(
    folder: Path, slices: int = 8, shape: tuple[int, int] = (60, 100), *, enhanced: bool = False,
    known: bool = True,
) -> Series:  # fmt: skip
    """Write one file per slice, or one multi-frame file, and give the series they make."""
    geometry = make_geometry(slices, known=known)
    study, series, reference = generate_uid(), generate_uid(), generate_uid()
    instances = []
    for index in range(1 if enhanced else slices):
        source = _header(study, series, EnhancedMRImageStorage if enhanced else MRImageStorage)
        source.Rows, source.Columns = shape
        source.InstanceNumber = index + 1
        source.FrameOfReferenceUID = reference
        frames = slices if enhanced else 1
        if enhanced:
            source.NumberOfFrames = frames
            source.SharedFunctionalGroupsSequence = [_groups(orientation=True)]
            source.PerFrameFunctionalGroupsSequence = [
                _groups(measures=geometry, position=geometry.to_patient(0, 0, frame))
                for frame in range(slices)
            ]
        else:
            source.ImagePositionPatient = list(map(str, geometry.to_patient(0, 0, index)))
            source.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
            source.PixelSpacing = list(geometry.spacing_mm[1:])
            source.SliceThickness = geometry.spacing_mm[0]
        source.PixelData = np.zeros((frames, *shape), np.uint16).tobytes()
        path = folder / f"{index}.dcm"
        source.save_as(path, enforce_file_format=True)
        uid = str(source.SOPInstanceUID)
        numbers = range(1, slices + 1) if enhanced else [None]
        instances += [Instance(path, uid, number) for number in numbers]
    return Series(
        study, series, "HBP", "MR", tuple(instances), geometry, *shape, PhaseScore(90),
        patient=PATIENT, acquisition=Acquisition(frame_of_reference_uid=reference),
    )  # fmt: skip


def _groups(
    *, orientation: bool = False, measures: Geometry | None = None, position: Any = None
) -> Dataset:
    """One item of the functional groups of an enhanced image."""
    group = Dataset()
    if orientation:
        plane = Dataset()
        plane.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        group.PlaneOrientationSequence = [plane]
    if measures is not None:
        spacing = Dataset()
        spacing.PixelSpacing = list(measures.spacing_mm[1:])
        spacing.SliceThickness = measures.spacing_mm[0]
        group.PixelMeasuresSequence = [spacing]
        values = Dataset()
        values.RescaleSlope, values.RescaleIntercept, values.RescaleType = "2", "-10", "US"
        group.PixelValueTransformationSequence = [values]
    if position is not None:
        place = Dataset()
        place.ImagePositionPatient = list(map(float, position))
        group.PlanePositionSequence = [place]
    return group


def _header(study: str, series: str, sop_class: str) -> Dataset:
    source = Dataset()
    source.file_meta = FileMetaDataset()
    source.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    source.SOPClassUID = sop_class
    source.SOPInstanceUID = generate_uid()
    source.StudyInstanceUID, source.SeriesInstanceUID = study, series
    source.PatientName, source.PatientID = PATIENT.name, PATIENT.patient_id
    source.PatientBirthDate, source.PatientSex = PATIENT.birth_date, PATIENT.sex
    source.StudyDate, source.StudyTime, source.Modality = "20240131", "101500", "MR"
    source.StudyID, source.AccessionNumber, source.ReferringPhysicianName = "1", "A1", ""
    source.SeriesNumber = 7
    source.SamplesPerPixel, source.PhotometricInterpretation = 1, "MONOCHROME2"
    source.BitsAllocated, source.BitsStored, source.HighBit = 16, 16, 15
    source.PixelRepresentation = 0
    return source
