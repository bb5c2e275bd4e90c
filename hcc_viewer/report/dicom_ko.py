"""Writes `ko.dcm` and `ko-reader.dcm`: Key Object Selections of flagged slices and key images.

The first is the program's, the second the reader's own choice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import highdicom
from highdicom import ko, sr
from pydicom import Dataset
from pydicom.sr.codedict import codes

from hcc_viewer.detection import Detection
from hcc_viewer.dicom import Volume
from hcc_viewer.report.content import ReportContent
from hcc_viewer.report.dicom_common import (
    FIRST_SERIES_NUMBER,
    UNNAMED_READER,
    checked_making,
    distinct,
    read_sources,
    series_settings,
    stable_uid,
    to_bytes,
)

FILE_NAME = "ko.dcm"

READER_FILE_NAME = "ko-reader.dcm"


def files(
    content: ReportContent, detection: Detection, volume: Volume
) -> Iterator[tuple[str, bytes]]:
    """Yield those of the two that have something to point at: a selection cannot be empty."""
    flagged = [row.prediction.index for row in content.flagged]
    if flagged:
        text = " ".join((content.summary, *content.labels))
        device = sr.DeviceObserverIdentifyingAttributes(
            uid=stable_uid("device", content.software_version, content.model.sha256),
            name=content.software,
        )
        observer = {"observer_device_context": sr.ObserverContext(codes.DCM.Device, device)}
        yield FILE_NAME, _made(content, detection, flagged, text, observer)
    chosen = () if content.reading is None else content.reading.key_slices
    if chosen:
        text = " ".join(("Key images that the reader marked.", *content.labels))
        person = sr.PersonObserverIdentifyingAttributes(UNNAMED_READER)
        observer = {"observer_person_context": sr.ObserverContext(codes.DCM.Person, person)}
        yield READER_FILE_NAME, _made(content, detection, chosen, text, observer)


def _made(
    content: ReportContent,
    detection: Detection,
    indices: Sequence[int],
    text: str,
    observer: dict[str, sr.ObserverContext],
) -> bytes:
    """The selection of some slices as a file."""
    sources = read_sources(detection, indices)
    with checked_making():
        made = _document(content, detection, sources, text, observer)
        return to_bytes(made, content, next(iter(sources.values())))


def _document(
    content: ReportContent,
    detection: Detection,
    sources: dict[int, Dataset],
    text: str,
    observer: dict[str, sr.ObserverContext],
) -> ko.KeyObjectSelectionDocument:
    evidence = distinct(sources)
    selection = ko.KeyObjectSelection(
        document_title=codes.DCM.OfInterest,
        referenced_objects=evidence,
        description=text,
        **observer,
    )
    _name_frames(selection[0], detection, sources)
    by_reader = "observer_person_context" in observer
    what = "HCC Viewer key images" if by_reader else "HCC Viewer flagged slices"
    document = ko.KeyObjectSelectionDocument(
        evidence=evidence,
        content=selection,
        series_number=FIRST_SERIES_NUMBER + (6 if by_reader else 1),
        sop_instance_uid=str(highdicom.UID()),
        instance_number=1,
        **series_settings(content, what),
    )
    for item in document.ContentSequence:
        if item.ValueType == "IMAGE":  # highdicom states a purpose; TID 2010, row 8, forbids it
            item.pop("ConceptNameCodeSequence", None)
    return document


def _name_frames(root: Dataset, detection: Detection, sources: dict[int, Dataset]) -> None:
    """Say which frames of a multi-frame image are meant; highdicom refers to whole images."""
    frames: dict[str, list[int]] = {}
    for index, source in sources.items():
        frame = detection.series.instances[index].frame
        if frame is not None:
            frames.setdefault(str(source.SOPInstanceUID), []).append(frame)
    for item in root.ContentSequence:
        for reference in item.get("ReferencedSOPSequence", ()):
            numbers = frames.get(str(reference.ReferencedSOPInstanceUID))
            if numbers:
                reference.ReferencedFrameNumber = sorted(numbers)
