"""What one file says of its images, pixels left unread: the first step of a scan."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from pydicom import dcmread
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian

from hcc_viewer.dicom import functional_groups, values
from hcc_viewer.dicom.quick_header import read_quickly
from hcc_viewer.dicom.series import Acquisition, Patient
from hcc_viewer.dicom.tolerance import MALFORMED, plain_reason
from hcc_viewer.dicom.values import Source

_KEYWORDS = """
    AcquisitionContrast AcquisitionDateTime AcquisitionNumber AcquisitionTime BodyPartExamined
    Columns ComplexImageComponent ContentTime ContrastBolusAgent ContrastBolusAgentSequence
    ContrastBolusStartTime DiffusionBValue EchoTime FlipAngle FrameOfReferenceUID
    GridFrameOffsetVector ImageComments ImageOrientationPatient ImagePositionPatient ImageType
    InstanceNumber InversionTime MRAcquisitionType MagneticFieldStrength Manufacturer
    ManufacturerModelName Modality NumberOfFrames PatientBirthDate PatientID PatientName
    PatientSex PerFrameFunctionalGroupsSequence PhotometricInterpretation PixelSpacing
    ProtocolName PulseSequenceName RepetitionTime Rows SOPClassUID SOPInstanceUID
    SamplesPerPixel ScanningSequence SequenceName SeriesDescription SeriesInstanceUID
    SeriesNumber SharedFunctionalGroupsSequence SliceLocation SliceThickness
    SpacingBetweenSlices SpecificCharacterSet StudyDate StudyDescription StudyInstanceUID
    TemporalPositionIdentifier TriggerTime
"""
TAGS = values.tags_of(_KEYWORDS.split())
"""All that a scan reads of a file; everything else is skipped over."""

_TAG_SET = frozenset(int(tag) for tag in TAGS)

_BUFFER = 32 * 1024
"""Headers are mostly shorter: one read fetches them, which is what counts on a network drive."""

_DICOM_PREFIX = slice(128, 132)

_NO_IMAGE = {
    "SR": "structured report",
    "PR": "presentation state",
    "KO": "key object selection",
    "RTSTRUCT": "radiotherapy structure set",
    "RTPLAN": "radiotherapy plan",
    "REG": "registration",
    "DOC": "document",
    "ECG": "electrocardiogram",
}

_DICOMDIR_CLASS = "1.2.840.10008.1.3.10"

_NUMERIC = re.compile(r"[0-9.]+$")


class NotTakenUpError(Exception):
    """A file holds no image that can be shown; the text is the reason, in plain words."""


@dataclass(frozen=True)
class SeriesHeader:
    """What all images of one kind in a DICOM series have in common. Equal ones are shared."""

    study_instance_uid: str = ""
    series_instance_uid: str = ""
    description: str = ""
    modality: str = ""
    is_color: bool = False
    patient: Patient = field(default_factory=Patient, repr=False)
    acquisition: Acquisition = field(default_factory=Acquisition)
    scanning_sequence: tuple[str, ...] = ()
    acquisition_type: str = ""
    sequence_name: str = ""
    acquisition_contrast: str = ""
    image_comments: str = ""
    agent: str = ""
    bolus_start_s: float | None = None
    spacing_between_slices_mm: float | None = None


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """One image: a single-frame file, or one frame. What a stack is sorted and split by."""

    series: SeriesHeader
    path: Path
    sop_instance_uid: str
    frame: int | None
    rows: int
    columns: int
    orientation: tuple[float, ...] | None = None
    """Direction in which the column index grows, then the row index: six numbers."""
    position: tuple[float, ...] | None = None
    pixel_spacing: tuple[float, ...] | None = None
    slice_location: float | None = None
    instance_number: int | None = None
    image_type: tuple[str, ...] = ()
    echo_time_ms: float | None = None
    inversion_time_ms: float | None = None
    b_value: float | None = None
    temporal_position: float | None = None
    trigger_time_ms: float | None = None
    acquisition_time_s: float | None = None
    content_time_s: float | None = None
    acquisition_number: float | None = None


def read_headers(path: Path) -> list[ImageHeader]:
    """The images of one file, one for each frame.

    Raises:
        NotTakenUpError: The file is no DICOM image; the text says what it is instead.
    """
    try:
        with path.open("rb", buffering=0) as file:
            dataset, size = _read_dataset(file)
        return _headers_of(dataset, path, size)
    except MALFORMED as error:
        raise NotTakenUpError(f"cannot be read: {plain_reason(error)}") from error


def looks_like_dicom(head: bytes) -> bool:
    """Whether the first bytes of a file can be the beginning of a DICOM file.

    Some files lack the 128-byte preamble: then the first element must be one of the groups that
    begin a data set (0002 or 0008), and its length plausible.
    """
    if head[_DICOM_PREFIX] == b"DICM":
        return True
    group, representation = head[:2], head[4:6]
    if len(head) < 16 or group not in (b"\x02\x00", b"\x08\x00", b"\x00\x08"):
        return False
    if representation.isalpha() and representation.isupper():
        return True
    little_endian = group != b"\x00\x08"
    length = int.from_bytes(head[4:8], "little" if little_endian else "big")
    return little_endian and length < 1024


def _read_dataset(file: BinaryIO) -> tuple[Source, int]:
    """The elements of a file without pixels, and its size in bytes."""
    head = file.read(_BUFFER)
    if not looks_like_dicom(head):
        raise NotTakenUpError("not a DICOM file")
    size = file.seek(0, 2)
    quick = read_quickly(file, head, _TAG_SET)
    if quick is not None and values.number(quick, "Rows"):
        return quick, size
    file.seek(0)
    dataset = dcmread(file, stop_before_pixels=True, force=True, specific_tags=TAGS)
    syntax = getattr(dataset, "file_meta", values.EMPTY).get("TransferSyntaxUID")
    if values.text(dataset, "SOPClassUID") and syntax != DeflatedExplicitVRLittleEndian:
        # pydicom leaves the file where the pixels begin; a deflated one is read to its end.
        has_pixels = file.tell() < size
        if not has_pixels:
            raise NotTakenUpError(_what_instead(dataset))
    return dataset, size


def _headers_of(dataset: Source, path: Path, size: int) -> list[ImageHeader]:
    rows, columns = values.integer(dataset, "Rows"), values.integer(dataset, "Columns")
    if not rows or not columns or rows < 1 or columns < 1:
        raise NotTakenUpError(_what_instead(dataset))
    image = ImageHeader(
        series=_series_header(dataset),
        path=path,
        sop_instance_uid=values.text(dataset, "SOPInstanceUID"),
        frame=None,
        rows=rows,
        columns=columns,
        orientation=values.vector(dataset, "ImageOrientationPatient", 6),
        position=values.vector(dataset, "ImagePositionPatient", 3),
        pixel_spacing=values.vector(dataset, "PixelSpacing", 2),
        slice_location=values.number(dataset, "SliceLocation"),
        instance_number=values.integer(dataset, "InstanceNumber"),
        image_type=_image_type(dataset),
        echo_time_ms=values.number(dataset, "EchoTime"),
        inversion_time_ms=values.number(dataset, "InversionTime"),
        b_value=values.number(dataset, "DiffusionBValue"),
        temporal_position=values.number(dataset, "TemporalPositionIdentifier"),
        trigger_time_ms=values.number(dataset, "TriggerTime"),
        acquisition_time_s=_acquisition_time(dataset),
        content_time_s=values.seconds(values.text(dataset, "ContentTime")),
        acquisition_number=values.number(dataset, "AcquisitionNumber"),
    )
    return functional_groups.frames_of(dataset, image, max_frames=max(1, size // 8))


def _series_header(dataset: Source) -> SeriesHeader:
    timing = functional_groups.shared_item(dataset, "MRTimingAndRelatedParametersSequence")
    return SeriesHeader(
        study_instance_uid=values.text(dataset, "StudyInstanceUID"),
        series_instance_uid=values.text(dataset, "SeriesInstanceUID"),
        description=values.text(dataset, "SeriesDescription"),
        modality=values.text(dataset, "Modality").upper(),
        is_color=_is_color(dataset),
        patient=_patient(dataset),
        acquisition=_acquisition(dataset, timing),
        scanning_sequence=values.texts(dataset, "ScanningSequence"),
        acquisition_type=values.text(dataset, "MRAcquisitionType").upper(),
        sequence_name=values.text(dataset, "SequenceName")
        or values.text(dataset, "PulseSequenceName"),
        acquisition_contrast=values.text(dataset, "AcquisitionContrast"),
        image_comments=values.text(dataset, "ImageComments"),
        agent=_agent(dataset),
        bolus_start_s=values.seconds(values.text(dataset, "ContrastBolusStartTime")),
        spacing_between_slices_mm=values.number(dataset, "SpacingBetweenSlices"),
    )


def _acquisition(dataset: Source, timing: Source) -> Acquisition:
    measures = functional_groups.shared_item(dataset, "PixelMeasuresSequence")
    return Acquisition(
        study_date=values.text(dataset, "StudyDate"),
        study_description=values.text(dataset, "StudyDescription"),
        series_number=values.integer(dataset, "SeriesNumber"),
        protocol_name=values.text(dataset, "ProtocolName"),
        manufacturer=values.text(dataset, "Manufacturer"),
        manufacturer_model_name=values.text(dataset, "ManufacturerModelName"),
        body_part_examined=_body_part(dataset),
        contrast_bolus_agent=values.text(dataset, "ContrastBolusAgent"),
        magnetic_field_strength_t=values.number(dataset, "MagneticFieldStrength"),
        repetition_time_ms=_first_number("RepetitionTime", dataset, timing),
        flip_angle_deg=_first_number("FlipAngle", dataset, timing),
        slice_thickness_mm=_first_number("SliceThickness", dataset, measures),
        frame_of_reference_uid=values.text(dataset, "FrameOfReferenceUID"),
    )


def _patient(dataset: Source) -> Patient:
    return Patient(
        name=values.text(dataset, "PatientName"),
        patient_id=values.text(dataset, "PatientID"),
        birth_date=values.text(dataset, "PatientBirthDate"),
        sex=values.text(dataset, "PatientSex"),
    )


def _agent(dataset: Source) -> str:
    """Everything that names the contrast agent, free text and codes alike."""
    parts = [values.text(dataset, "ContrastBolusAgent")]
    for code in values.items(dataset, "ContrastBolusAgentSequence"):
        parts += [values.text(code, "CodeValue"), values.text(code, "CodeMeaning")]
    return " ".join(dict.fromkeys(part for part in parts if part))


def _body_part(dataset: Source) -> str:
    anatomy = functional_groups.shared_item(dataset, "FrameAnatomySequence")
    region = values.first_item(anatomy, "AnatomicRegionSequence")
    return values.text(dataset, "BodyPartExamined") or values.text(region, "CodeMeaning").upper()


def _image_type(dataset: Source) -> tuple[str, ...]:
    kinds = tuple(kind.upper() for kind in values.texts(dataset, "ImageType"))
    component = values.text(dataset, "ComplexImageComponent").upper()
    return (*kinds, component) if component and component not in kinds else kinds


def _acquisition_time(dataset: Source) -> float | None:
    alone = values.seconds(values.text(dataset, "AcquisitionTime"))
    if alone is not None:
        return alone
    return values.seconds(values.text(dataset, "AcquisitionDateTime"))


def _is_color(dataset: Source) -> bool:
    samples = values.integer(dataset, "SamplesPerPixel") or 1
    return samples >= 3 or values.text(dataset, "PhotometricInterpretation") == "PALETTE COLOR"


def _first_number(keyword: str, *datasets: Source) -> float | None:
    found = (values.number(dataset, keyword) for dataset in datasets)
    return next((value for value in found if value is not None), None)


def _what_instead(dataset: Source) -> str:
    """What a DICOM file without an image is."""
    class_uid = values.text(dataset, "SOPClassUID")
    meta_class = str(getattr(dataset, "file_meta", values.EMPTY).get("MediaStorageSOPClassUID", ""))
    if _DICOMDIR_CLASS in (class_uid, meta_class):
        return "DICOMDIR (an index, not an image)"
    modality = values.text(dataset, "Modality").upper()
    kind = _NO_IMAGE.get(modality) or UID(class_uid).name.removesuffix(" Storage").lower()
    if not kind or _NUMERIC.match(kind):
        return "no image" if modality or class_uid or meta_class else "not a DICOM file"
    if values.integer(dataset, "Rows") or kind.endswith("image"):
        return "no pixels in the file"
    return f"no image ({kind})"
