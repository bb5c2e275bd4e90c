"""Writes `report-pdf.dcm`: the PDF report as a DICOM object, which a PACS files with the study."""

from __future__ import annotations

from collections.abc import Iterator

import highdicom
from highdicom.base import SOPClass
from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.uid import EncapsulatedPDFStorage, ExplicitVRLittleEndian

from hcc_viewer.detection import Detection
from hcc_viewer.dicom import Volume
from hcc_viewer.report import page_pdf
from hcc_viewer.report.content import ReportContent
from hcc_viewer.report.dicom_common import (
    FIRST_SERIES_NUMBER,
    checked_making,
    distinct,
    read_sources,
    series_settings,
    to_bytes,
)

FILE_NAME = "report-pdf.dcm"


def files(
    content: ReportContent, detection: Detection, volume: Volume
) -> Iterator[tuple[str, bytes]]:
    """Yield `report-pdf.dcm`; identity stands in the pages only if it was asked for."""
    sources = read_sources(detection, range(len(detection.slices)))
    ((_, pdf),) = page_pdf.files(content, detection, volume)
    with checked_making():
        images = distinct(sources)
        yield FILE_NAME, to_bytes(_document(content, images, pdf), content, images[0])


def _document(content: ReportContent, sources: list[Dataset], pdf: bytes) -> SOPClass:
    """The Encapsulated PDF (PS3.3 A.45.1)."""
    source = sources[0]
    settings = series_settings(content, "HCC Viewer report")
    equipment = settings.pop("contributing_equipment")
    settings |= {name: source.get(keyword) or None for name, keyword in _COPIED.items()}
    made = SOPClass(
        study_instance_uid=source.StudyInstanceUID,
        series_number=FIRST_SERIES_NUMBER + 3,
        sop_instance_uid=str(highdicom.UID()),
        sop_class_uid=EncapsulatedPDFStorage,
        instance_number=1,
        modality="DOC",
        transfer_syntax_uid=ExplicitVRLittleEndian,
        **settings,
    )
    made.copy_patient_and_study_information(source)
    made.ContributingEquipmentSequence = equipment
    _fill(made, content, pdf)
    made.SourceInstanceSequence = [_reference(one) for one in sources]
    return made


_COPIED = {
    "patient_id": "PatientID",
    "patient_name": "PatientName",
    "patient_birth_date": "PatientBirthDate",
    "patient_sex": "PatientSex",
    "accession_number": "AccessionNumber",
    "study_id": "StudyID",
    "study_date": "StudyDate",
    "study_time": "StudyTime",
    "referring_physician_name": "ReferringPhysicianName",
}
"""Arguments of highdicom's base class, and where they come from."""


def _fill(made: Dataset, content: ReportContent, pdf: bytes) -> None:
    """The Encapsulated Document module (PS3.3 C.24.2)."""
    made.ConversionType = "WSD"
    made.AcquisitionDateTime = ""
    made.BurnedInAnnotation = "NO" if content.patient is None else "YES"
    made.DocumentTitle = content.title
    report = highdicom.sr.CodedConcept.from_code(codes.DCM.ImagingMeasurementReport)
    made.ConceptNameCodeSequence = [report]
    made.VerificationFlag = "UNVERIFIED"
    made.MIMETypeOfEncapsulatedDocument = "application/pdf"
    made.EncapsulatedDocument = pdf + b"\0" * (len(pdf) % 2)
    made.EncapsulatedDocumentLength = len(pdf)


def _reference(source: Dataset) -> Dataset:
    reference = Dataset()
    reference.ReferencedSOPClassUID = source.SOPClassUID
    reference.ReferencedSOPInstanceUID = source.SOPInstanceUID
    purpose = highdicom.sr.CodedConcept.from_code(codes.DCM.SourceImageForImageProcessingOperation)
    reference.PurposeOfReferenceCodeSequence = [purpose]
    return reference
