"""What the DICOM objects share: the source images, who made them, and their identifiers.

The objects belong to the patient's study: they have its StudyInstanceUID and patient attributes,
and a series of their own that is marked as research.
"""

from __future__ import annotations

import io
import uuid
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import highdicom
from pydicom import Dataset
from pydicom.sr.codedict import codes

from hcc_viewer.detection import Detection
from hcc_viewer.dicom.careful_read import read_dataset
from hcc_viewer.dicom.tolerance import MALFORMED
from hcc_viewer.errors import OutputError
from hcc_viewer.phrases import Phrase
from hcc_viewer.report.content import ReportContent
from hcc_viewer.report.source_headers import completed, say_time_zone

RESEARCH_SERIES = "For research use only"
"""Begins the SeriesDescription of everything that is written."""

FIRST_SERIES_NUMBER = 9700
"""Series numbers of ours start here: high, so that they stand behind the scanner's own."""

SCHEME = "99HCCVIEWER"
"""Designator of our own codes."""

UNNAMED_READER = "Unnamed^Reader"
"""The program does not ask who reads, and a person observer's name may not be empty."""


def read_sources(detection: Detection, indices: Sequence[int]) -> dict[int, Dataset]:
    """The headers of the images of some slices; frames of one file share one dataset.

    Raises:
        OutputError: A file cannot be read any more.
    """
    by_path: dict[str, Dataset] = {}
    found = {}
    for index in indices:
        path = detection.series.instances[index].path
        if str(path) not in by_path:
            try:
                header = read_dataset(path, None, stop_before_pixels=True)
                header.SOPInstanceUID  # noqa: B018 -- what is no DICOM file has none
                by_path[str(path)] = completed(header)
            except MALFORMED as error:
                raise OutputError(
                    Phrase(
                        "DICOM objects need the study's own files, and '{path}' can no longer be "
                        "read; open the study again, or choose other formats.",
                        path=str(path),
                    )
                ) from error
        found[index] = by_path[str(path)]
    return found


def distinct(sources: dict[int, Dataset]) -> list[Dataset]:
    """The datasets, each once, in the order of their slices."""
    return list({str(source.SOPInstanceUID): source for source in sources.values()}.values())


def frame_numbers(detection: Detection, index: int) -> list[int] | None:
    """The frame of a slice within its file, counted from 1; None for a single-frame file."""
    frame = detection.series.instances[index].frame
    return None if frame is None else [frame]


def series_settings(content: ReportContent, what: str) -> dict[str, Any]:
    """Keyword arguments of highdicom's objects: one new series, and who made it."""
    return {
        "series_instance_uid": str(highdicom.UID()),
        "series_description": f"{RESEARCH_SERIES}: {what}"[:64],
        "manufacturer": content.software_name,
        "manufacturer_model_name": content.software_name,
        "software_versions": content.software_version,
        "specific_character_set": "ISO_IR 192",
        "device_serial_number": content.model.sha256[:12],
        "contributing_equipment": [_equipment(content)],
    }


def stable_uid(*parts: object) -> str:
    """A UID that is the same whenever it is made from the same parts (PS3.5 B.2)."""
    text = "/".join(("hcc-viewer", *map(str, parts)))
    return f"2.25.{uuid.uuid5(uuid.NAMESPACE_URL, text).int}"


def to_bytes(dataset: Dataset, content: ReportContent, source: Dataset) -> bytes:
    """The object as a DICOM file; `source` is an image of the study."""
    say_time_zone(dataset, source, content.created)
    file = io.BytesIO()
    dataset.save_as(file, enforce_file_format=True)
    return file.getvalue()


@contextmanager
def checked_making() -> Iterator[None]:
    """Make an object from a study that may break the standard in some place.

    Remarks of highdicom on the source's values are dropped: they would print patients' names.

    Raises:
        OutputError: The study's headers do not allow it.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise OutputError(
            Phrase(
                "A DICOM object cannot be made, since the headers of this study break the "
                "standard; choose other formats (pdf, png, csv, json)."
            )
        ) from error


def _equipment(content: ReportContent) -> highdicom.ContributingEquipment:
    model = content.model
    return highdicom.ContributingEquipment(
        manufacturer=content.software_name,
        purpose_of_reference=codes.DCM.ProcessingEquipment,
        manufacturer_model_name=f"{model.name} {model.version}"[:64],
        software_versions=[content.software_version, model.sha256],
        contribution_datetime=content.created,
        contribution_description=" ".join(content.labels)[:1024],
    )
