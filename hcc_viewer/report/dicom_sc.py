"""Writes `sc-NN.dcm`: the flagged slices with heat map as pictures that any PACS shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import highdicom
import numpy as np
from highdicom.sc import SCImage
from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.valuerep import DSfloat

from hcc_viewer.detection import Detection
from hcc_viewer.dicom import Volume
from hcc_viewer.report.capture import capture_picture
from hcc_viewer.report.content import ReportContent
from hcc_viewer.report.dicom_common import (
    FIRST_SERIES_NUMBER,
    checked_making,
    frame_numbers,
    read_sources,
    series_settings,
    to_bytes,
)
from hcc_viewer.report.pictures import orientation_letters
from hcc_viewer.report.rows import SliceRow


def files(
    content: ReportContent, detection: Detection, volume: Volume
) -> Iterator[tuple[str, bytes]]:
    """Yield one file per flagged slice, foot to head, all in one series."""
    settings = series_settings(content, "HCC Viewer heat map")
    for number, row in enumerate(content.flagged, 1):
        source = read_sources(detection, [row.prediction.index])[row.prediction.index]
        with checked_making():
            image = _image(content, detection, volume, row, source, number, settings)
            yield f"sc-{number:02d}.dcm", to_bytes(image, content, source)


def _image(
    content: ReportContent,
    detection: Detection,
    volume: Volume,
    row: SliceRow,
    source: Dataset,
    number: int,
    settings: dict[str, Any],
) -> SCImage:
    picture, mm = capture_picture(content, detection, volume, row)
    image = SCImage.from_ref_dataset(
        ref_dataset=source,
        pixel_array=np.asarray(picture),
        photometric_interpretation="RGB",
        bits_allocated=8,
        coordinate_system="PATIENT",
        series_number=FIRST_SERIES_NUMBER + 2,
        sop_instance_uid=str(highdicom.UID()),
        instance_number=number,
        patient_orientation=_patient_orientation(volume),
        transfer_syntax_uid="1.2.840.10008.1.2.1",
        **settings,
    )
    if mm is not None:
        image.PixelSpacing = [DSfloat(mm, auto_format=True)] * 2
    image.BodyPartExamined = "LIVER"
    image.BurnedInAnnotation = "NO"
    image.ImageComments = " ".join((f"Slice {row.number}.", *content.labels))
    image.DerivationDescription = f"Heat map of {content.model.label} laid over the source image"
    image.SourceImageSequence = [_reference(detection, row.prediction.index, source)]
    return image


def _reference(detection: Detection, index: int, source: Dataset) -> Dataset:
    """The image, and its frame, that the picture was made from."""
    reference = Dataset()
    reference.ReferencedSOPClassUID = source.SOPClassUID
    reference.ReferencedSOPInstanceUID = source.SOPInstanceUID
    frames = frame_numbers(detection, index)
    if frames:
        reference.ReferencedFrameNumber = frames
    purpose = highdicom.sr.CodedConcept.from_code(codes.DCM.SourceImageForImageProcessingOperation)
    reference.PurposeOfReferenceCodeSequence = [purpose]
    return reference


def _patient_orientation(volume: Volume) -> tuple[str, str]:
    """The patient's direction along the rows and down the columns of the picture."""
    _, _, right, bottom = orientation_letters(volume.geometry)
    return right, bottom
