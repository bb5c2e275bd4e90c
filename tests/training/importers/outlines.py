"""Writes DICOM SEG and RTSTRUCT of a box on a series."""

from __future__ import annotations

import highdicom as hd
import numpy as np
from pydicom import dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sr.codedict import codes
from pydicom.uid import ExplicitVRLittleEndian, generate_uid


def write_seg(paths, mask, path, label="HCC"):
    """A binary segmentation; `mask` is (file, row, column) in the order of `paths`."""
    images = [dcmread(p) for p in paths]
    for image in images:
        for keyword in ("PatientBirthDate", "PatientSex", "StudyTime", "AccessionNumber"):
            image.setdefault(keyword, "")
        for keyword in ("StudyID", "ReferringPhysicianName", "PositionReferenceIndicator"):
            image.setdefault(keyword, "")
    algorithm = hd.seg.SegmentDescription(
        segment_number=1,
        segment_label=label,
        segmented_property_category=codes.SCT.MorphologicallyAbnormalStructure,
        segmented_property_type=codes.SCT.Neoplasm,
        algorithm_type=hd.seg.SegmentAlgorithmTypeValues.MANUAL,
    )
    seg = hd.seg.Segmentation(
        source_images=images,
        pixel_array=mask.astype(np.uint8),
        segmentation_type=hd.seg.SegmentationTypeValues.BINARY,
        segment_descriptions=[algorithm],
        series_instance_uid=generate_uid(),
        series_number=99,
        sop_instance_uid=generate_uid(),
        instance_number=1,
        manufacturer="Tests",
        manufacturer_model_name="Tests",
        software_versions="1",
        device_serial_number="1",
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    seg.save_as(path)
    return path


def write_rtstruct(contours, path, name="GTV"):
    """Closed contours, each a list of (x, y, z) in LPS mm."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = (
        "1.2.840.10008.5.1.4.1.1.481.3"
    )
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    dataset.Modality = "RTSTRUCT"
    roi = Dataset()
    roi.ROINumber, roi.ROIName = 1, name
    dataset.StructureSetROISequence = [roi]
    item = Dataset()
    item.ReferencedROINumber = 1
    item.ContourSequence = []
    for points in contours:
        contour = Dataset()
        contour.ContourGeometricType = "CLOSED_PLANAR"
        contour.NumberOfContourPoints = len(points)
        contour.ContourData = [f"{value:.3f}" for point in points for value in point]
        item.ContourSequence.append(contour)
    dataset.ROIContourSequence = [item]
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset.save_as(path, enforce_file_format=True)
    return path
