"""Writes `ko.dcm`: a Key Object Selection that points at the flagged slices."""

from __future__ import annotations

from collections.abc import Iterator

import highdicom
from highdicom import ko, sr
from pydicom import Dataset
from pydicom.sr.codedict import codes

from hcc_viewer.detection import Detection
from hcc_viewer.dicom import Volume
from hcc_viewer.report.content import ReportContent
from hcc_viewer.report.dicom_common import (
    FIRST_SERIES_NUMBER,
    checked_making,
    distinct,
    read_sources,
    series_settings,
    stable_uid,
    to_bytes,
)

FILE_NAME = "ko.dcm"


def files(
    content: ReportContent, detection: Detection, volume: Volume
) -> Iterator[tuple[str, bytes]]:
    """Yield `ko.dcm`; nothing when no slice is flagged, since a selection cannot be empty."""
    if not content.flagged:
        return
    sources = read_sources(detection, [row.prediction.index for row in content.flagged])
    with checked_making():
        yield FILE_NAME, to_bytes(_document(content, detection, sources))


def _document(
    content: ReportContent, detection: Detection, sources: dict[int, Dataset]
) -> ko.KeyObjectSelectionDocument:
    evidence = distinct(sources)
    device = sr.DeviceObserverIdentifyingAttributes(
        uid=stable_uid("device", content.software_version, content.model.sha256),
        name=content.software,
    )
    selection = ko.KeyObjectSelection(
        document_title=codes.DCM.OfInterest,
        referenced_objects=evidence,
        observer_device_context=sr.ObserverContext(codes.DCM.Device, device),
        description=" ".join((content.summary, *content.labels)),
    )
    _name_frames(selection[0], detection, sources)
    return ko.KeyObjectSelectionDocument(
        evidence=evidence,
        content=selection,
        series_number=FIRST_SERIES_NUMBER + 1,
        sop_instance_uid=str(highdicom.UID()),
        instance_number=1,
        **series_settings(content, "HCC Viewer flagged slices"),
    )


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
