"""Reads the headers of files, pixels left unread: the first step of a scan."""

from __future__ import annotations

import os
import re
from collections.abc import Hashable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from pydicom.dataset import Dataset
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian, MediaStorageDirectoryStorage

from hcc_viewer.dicom import functional_groups, values
from hcc_viewer.dicom.careful_read import read_dataset
from hcc_viewer.dicom.dicomdir import DICOMDIR
from hcc_viewer.dicom.headers import ImageHeader, NotTakenUpError, SeriesHeader
from hcc_viewer.dicom.long_paths import openable
from hcc_viewer.dicom.quick_header import HeaderElements, read_quickly, wanted_tags
from hcc_viewer.dicom.series import Acquisition, Patient
from hcc_viewer.dicom.tolerance import MALFORMED, plain_reason
from hcc_viewer.dicom.unread import Unread
from hcc_viewer.dicom.values import Source
from hcc_viewer.phrases import Phrase

_KEYWORDS = """
    AcquisitionContrast AcquisitionDateTime AcquisitionNumber AcquisitionTime BodyPartExamined
    Columns ComplexImageComponent ContentTime ContrastBolusAgent ContrastBolusAgentSequence
    ContrastBolusStartTime DiffusionBValue DimensionIndexSequence EchoPulseSequence EchoTime
    FlipAngle FrameOfReferenceUID GridFrameOffsetVector ImageComments ImageOrientationPatient
    ImagePositionPatient ImageType InstanceNumber InversionTime MRAcquisitionType
    MagneticFieldStrength Manufacturer ManufacturerModelName Modality NumberOfFrames
    PatientBirthDate PatientID PatientName PatientSex PerFrameFunctionalGroupsSequence
    PhotometricInterpretation PixelSpacing ProtocolName PulseSequenceName RepetitionTime Rows
    SOPClassUID SOPInstanceUID SamplesPerPixel ScanningSequence SequenceName SeriesDescription
    SeriesInstanceUID SeriesNumber SharedFunctionalGroupsSequence SliceLocation SliceThickness
    SpacingBetweenSlices SpecificCharacterSet StudyDate StudyDescription StudyInstanceUID
    TemporalPositionIdentifier TriggerTime
"""
TAGS = values.tags_of(_KEYWORDS.split())
"""All that a scan reads of a file; everything else is skipped over."""

_WANTED = wanted_tags(
    TAGS, values.tags_of(["ContrastBolusAgentSequence", "DimensionIndexSequence"])
)

_OWN_KEYWORDS = """
    AcquisitionDateTime AcquisitionTime ContentTime ImagePositionPatient InstanceNumber
    SliceLocation SOPInstanceUID TriggerTime
"""
_SHARED_TAGS = tuple(int(tag) for tag in TAGS if tag not in values.tags_of(_OWN_KEYWORDS.split()))
"""What the images of a stack mostly have in common: it is interpreted once for all of them."""

_BUFFER = 32 * 1024
"""Headers are mostly shorter: one read fetches them, which is what counts on a network drive."""

_NUMBER_OF_FRAMES = values.number_of("NumberOfFrames")

_NO_PATH = Path()

_DICOM_PREFIX = slice(128, 132)

_NO_IMAGE = {
    "SR": Phrase("structured report"),
    "PR": Phrase("presentation state"),
    "KO": Phrase("key object selection"),
    "RTSTRUCT": Phrase("radiotherapy structure set"),
    "RTPLAN": Phrase("radiotherapy plan"),
    "REG": Phrase("registration"),
    "DOC": Phrase("document"),
    "ECG": Phrase("electrocardiogram"),
}

_PULSES = {"GRADIENT": ("GR",), "SPIN": ("SE",), "BOTH": ("SE", "GR")}

_NUMERIC = re.compile(r"[0-9.]+$")

_MR_CLASS = re.compile(r"(?:^| )MR (?:Color )?Image Storage$")


class HeaderReader:
    """Reads the headers of many files; equal parts of them are interpreted, and kept, once.

    Several threads may use one.
    """

    def __init__(self) -> None:
        self._common: dict[Hashable, ImageHeader] = {}
        self._series: dict[SeriesHeader, SeriesHeader] = {}

    def read(self, path: Path) -> list[ImageHeader]:
        """The images of one file, one for each frame.

        Raises:
            NotTakenUpError: The file is no DICOM image; the text says what it is instead.
        """
        try:
            with open(openable(path), "rb", buffering=0) as file:  # noqa: PTH123 -- a third of the time
                return self._read(file, path)
        except MALFORMED as error:
            reason = Unread("cannot be read: {reason}", reason=plain_reason(error))
            raise NotTakenUpError(reason) from error

    def _read(self, file: BinaryIO, path: Path) -> list[ImageHeader]:
        head = file.read(_BUFFER)
        if not looks_like_dicom(head):
            raise NotTakenUpError(what_else(head))
        quick = read_quickly(file, head, _WANTED)
        if quick is not None and values.number(quick, "Rows"):
            return self._images(quick, self._common_of_quick(quick), path, file)
        dataset = _read_by_pydicom(file)
        common = _common_part(dataset)
        common = replace(common, series=self._series.setdefault(common.series, common.series))
        return self._images(dataset, common, path, file)

    def _common_of_quick(self, quick: HeaderElements) -> ImageHeader:
        """What an image has in common with others; from memory when it was met before."""
        key = tuple(map(quick.get, _SHARED_TAGS))
        known = self._common.get(key)
        if known is None:
            common = _common_part(quick)
            series = self._series.setdefault(common.series, common.series)
            known = self._common[key] = replace(common, series=series)
        return known

    def _images(
        self, dataset: Source, common: ImageHeader, path: Path, file: BinaryIO
    ) -> list[ImageHeader]:
        image = _with_own_part(common, dataset, path)
        if isinstance(dataset, HeaderElements) and _NUMBER_OF_FRAMES not in dataset:
            return [image]
        size = os.fstat(file.fileno()).st_size
        return functional_groups.frames_of(dataset, image, max_frames=max(1, size // 8))


def read_headers(path: Path) -> list[ImageHeader]:
    """The images of one file; see `HeaderReader.read`."""
    return HeaderReader().read(path)


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


def what_else(head: bytes) -> str:
    """Why a file that does not begin as DICOM does is not taken up."""
    if head[:4] == b"PK\x03\x04":
        return Phrase("a zip within the folder or zip: open it by itself")
    return Phrase("not a DICOM file") if head else Unread("an empty file")


def _read_by_pydicom(file: BinaryIO) -> Dataset:
    """The elements of an unusual file without pixels.

    Raises:
        NotTakenUpError: It holds no image.
    """
    dataset = read_dataset(file, TAGS, stop_before_pixels=True)
    syntax = getattr(dataset, "file_meta", values.EMPTY).get("TransferSyntaxUID")
    if values.text(dataset, "SOPClassUID") and syntax != DeflatedExplicitVRLittleEndian:
        # pydicom leaves the file where the pixels begin; a deflated one is read to its end.
        has_pixels = file.tell() < os.fstat(file.fileno()).st_size
        if not has_pixels:
            raise NotTakenUpError(_what_instead(dataset))
    return dataset


def _common_part(dataset: Source) -> ImageHeader:
    """What an image shares with others of its stack; the rest is left empty.

    Raises:
        NotTakenUpError: It has no size, and thus is no image.
    """
    rows, columns = values.integer(dataset, "Rows"), values.integer(dataset, "Columns")
    if not rows or not columns or rows < 1 or columns < 1:
        raise NotTakenUpError(_what_instead(dataset))
    return ImageHeader(
        series=_series_header(dataset),
        path=_NO_PATH,
        sop_instance_uid="",
        frame=None,
        rows=rows,
        columns=columns,
        orientation=values.vector(dataset, "ImageOrientationPatient", 6),
        pixel_spacing=values.vector(dataset, "PixelSpacing", 2),
        image_type=_image_type(dataset),
        echo_time_ms=values.number(dataset, "EchoTime"),
        inversion_time_ms=values.number(dataset, "InversionTime"),
        b_value=values.number(dataset, "DiffusionBValue"),
        temporal_position=values.number(dataset, "TemporalPositionIdentifier"),
        acquisition_number=values.number(dataset, "AcquisitionNumber"),
    )


def _with_own_part(common: ImageHeader, dataset: Source, path: Path) -> ImageHeader:
    """An image: what it shares with others, and what is its own (`_OWN_KEYWORDS`)."""
    return replace(
        common,
        path=path,
        sop_instance_uid=values.text(dataset, "SOPInstanceUID"),
        position=values.vector(dataset, "ImagePositionPatient", 3),
        slice_location=values.number(dataset, "SliceLocation"),
        instance_number=values.integer(dataset, "InstanceNumber"),
        trigger_time_ms=values.number(dataset, "TriggerTime"),
        acquisition_time_s=_acquisition_time(dataset),
        content_time_s=values.seconds(values.text(dataset, "ContentTime")),
    )


def _series_header(dataset: Source) -> SeriesHeader:
    timing = functional_groups.shared_item(dataset, "MRTimingAndRelatedParametersSequence")
    measures = functional_groups.shared_item(dataset, "PixelMeasuresSequence")
    return SeriesHeader(
        study_instance_uid=values.text(dataset, "StudyInstanceUID"),
        series_instance_uid=values.text(dataset, "SeriesInstanceUID"),
        description=values.text(dataset, "SeriesDescription"),
        modality=_modality(dataset),
        is_color=_is_color(dataset),
        patient=_patient(dataset),
        acquisition=_acquisition(dataset, timing),
        scanning_sequence=_scanning_sequence(dataset),
        acquisition_type=values.text(dataset, "MRAcquisitionType").upper(),
        sequence_name=values.text(dataset, "SequenceName")
        or values.text(dataset, "PulseSequenceName"),
        acquisition_contrast=values.text(dataset, "AcquisitionContrast"),
        image_comments=values.text(dataset, "ImageComments"),
        agent=_agent(dataset),
        bolus_start_s=_bolus_start(dataset),
        spacing_between_slices_mm=_first_number("SpacingBetweenSlices", dataset, measures),
    )


def _modality(dataset: Source) -> str:
    """As stated; else MR where the class of the object says so, which anonymisers keep."""
    stated = values.text(dataset, "Modality").upper()
    name = UID(values.text(dataset, "SOPClassUID")).name
    return stated or ("MR" if _MR_CLASS.search(name) else "")


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


def _bolus_start(dataset: Source) -> float | None:
    """Seconds since midnight; enhanced files keep it with the agent."""
    stated = values.seconds(values.text(dataset, "ContrastBolusStartTime"))
    if stated is not None:
        return stated
    agent = values.first_item(dataset, "ContrastBolusAgentSequence")
    profile = values.first_item(agent, "ContrastAdministrationProfileSequence")
    return values.seconds(values.text(profile, "ContrastBolusStartTime"))


def _scanning_sequence(dataset: Source) -> tuple[str, ...]:
    """As ScanningSequence says, or in its words what enhanced files say."""
    stated = values.texts(dataset, "ScanningSequence")
    pulse = values.text(dataset, "EchoPulseSequence").upper()
    return stated or _PULSES.get(pulse, ())


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
    if MediaStorageDirectoryStorage in (class_uid, meta_class):
        return DICOMDIR
    modality = values.text(dataset, "Modality").upper()
    class_name = UID(class_uid or meta_class).name.removesuffix(" Storage").lower()
    kind = _NO_IMAGE.get(modality) or class_name
    if not kind or _NUMERIC.match(kind):
        is_dicom = modality or class_uid or meta_class
        return Unread("no image") if is_dicom else Unread("damaged, or not a DICOM file")
    if values.integer(dataset, "Rows") or kind.endswith("image"):
        return Unread("no pixels in the file")
    return Phrase("no image ({kind})", kind=kind)
