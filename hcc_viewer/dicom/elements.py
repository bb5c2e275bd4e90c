"""All that a file says beside its pixels, element by element, for whoever wants to look it up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue

from hcc_viewer.dicom.careful_read import read_dataset
from hcc_viewer.dicom.tolerance import MALFORMED, plain_reason, quiet
from hcc_viewer.errors import ReadError
from hcc_viewer.phrases import Phrase

LONGEST_VALUE = 200
"""Characters of a value; a longer one is cut."""

MOST_ELEMENTS = 20_000
"""No more are listed: of a long multi-frame file the frame that is looked at is."""

_PATIENT_GROUP = 0x0010
_PER_FRAME = "PerFrameFunctionalGroupsSequence"
_BYTES = {"OB", "OD", "OF", "OL", "OV", "OW", "UN"}
_IDENTIFYING = {"AccessionNumber", "AdmissionID", "StudyID", "InstitutionName"}


@dataclass(frozen=True)
class Element:
    """One element of a data set."""

    depth: int
    """How many sequences it lies in."""
    tag: str
    """`(0008,103E)`."""
    name: str
    vr: str
    value: str
    """In words; a sequence's is the number of its items, that of bytes their number."""
    is_identifying: bool = False
    """Whether it names or describes the patient, or a person at all."""


def list_elements(path: Path, frame: int | None = None) -> list[Element]:
    """All elements of a file but its pixels, in their order.

    Args:
        path: The file.
        frame: Of a multi-frame file the groups of this frame alone, from 1; None: of all frames.

    Raises:
        ReadError: The file cannot be read.
    """
    try:
        with quiet():
            dataset = read_dataset(path, None, stop_before_pixels=True)
            found = [*_elements(dataset.file_meta, 0, None), *_elements(dataset, 0, frame)]
    except MALFORMED as error:
        sentence = "{file} cannot be read: {reason}."
        raise ReadError(Phrase(sentence, file=path.name, reason=plain_reason(error))) from error
    return found[:MOST_ELEMENTS]


def _elements(dataset: Dataset, depth: int, frame: int | None) -> Iterator[Element]:
    for element in dataset:
        yield _described(element, depth)
        if element.VR != "SQ" or element.value is None:
            continue
        items = list(element.value)
        if frame is not None and element.keyword == _PER_FRAME and frame <= len(items):
            items = [items[frame - 1]]
        for number, item in enumerate(items, start=1):
            yield Element(depth + 1, "", f"Item {number}", "", "")
            yield from _elements(item, depth + 2, None)


def _described(element: DataElement, depth: int) -> Element:
    tag = f"({element.tag.group:04X},{element.tag.element:04X})"
    vr = str(element.VR)
    is_identifying = (
        element.tag.group == _PATIENT_GROUP or vr == "PN" or element.keyword in _IDENTIFYING
    )
    return Element(depth, tag, str(element.name), vr, _value(element), is_identifying)


def _value(element: DataElement) -> str:
    value = element.value
    if element.VR == "SQ":
        return f"{len(value or ())} items"
    if value is None:
        return ""
    if element.VR in _BYTES or isinstance(value, bytes):
        return f"{len(value)} bytes"
    parts = value if isinstance(value, MultiValue) else [value]
    text = "\\".join(str(part) for part in parts)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"
