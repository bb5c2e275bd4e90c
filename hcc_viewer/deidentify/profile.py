"""Takes identity out of one dataset, in place (DICOM PS3.15 E.1, table of edition 2026c).

What is done to which attribute stands in the table of dicom-anonymizer, a maintained copy of the
standard's. Here it is applied at every depth, with UIDs, dates and pseudonyms that agree over all
files that share a key, and with two of the profile's options: clean descriptors (E.3.5) and
modified dates (E.3.6), without which nobody could tell the phases of a study.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from dicomanonymizer.simpledicomanonymizer import initialize_actions
from pydicom import DataElement, Dataset
from pydicom.multival import MultiValue
from pydicom.uid import generate_uid

from hcc_viewer.deidentify.beside_the_table import is_identifying
from hcc_viewer.deidentify.overlay_bits import clear_overlay_bits
from hcc_viewer.deidentify.values import is_number, moved, time_only
from hcc_viewer.deidentify.words import cleaned
from hcc_viewer.dicom.tolerance import MALFORMED

Action = Callable[[Dataset, tuple[int, int]], None]

EDITION = "dicomfields_2026c"

_STANDARD_UID = re.compile(r"1\.2\.840\.10008(\.\d+)+")

_BIRTH = {"PatientBirthDate", "PatientBirthTime"}

_DESCRIPTORS = {
    "SeriesDescription", "StudyDescription", "ProtocolName", "ContrastBolusAgent",
    "AcquisitionProtocolDescription", "AcquisitionProtocolName", "ContentDescription", "FrameLabel",
    "PerformedProcedureStepDescription", "PerformedProcedureTypeDescription",
}  # fmt: skip
"""Texts that are cleaned rather than taken away."""

_REFERENCES = {
    "ReferencedImageSequence", "ReferencedPerformedProcedureStepSequence",
    "ReferencedStudySequence", "SourceImageSequence",
}  # fmt: skip
"""Sequences of the table that hold UIDs alone: these are replaced, so that references stay."""

_KEPT_OF_META = {0x0000, 0x0001, 0x0002, 0x0003, 0x0010, 0x0012, 0x0013}
"""Of the file meta information: the rest tells of titles, addresses and private things."""

_METHODS = (
    ("113100", "Basic Application Confidentiality Profile"),
    ("113105", "Clean Descriptors Option"),
    ("113107", "Retain Longitudinal Temporal Information Modified Dates Option"),
)
"""Codes of CID 7050, said in the file."""


@dataclass(frozen=True)
class Pseudonyms:
    """What stands for whom: the same for all files that are made with the same key."""

    key: bytes
    """Secret; who has it can tell which original a copy is of."""

    def __post_init__(self) -> None:
        if len(self.key) < 8:
            raise ValueError("the key needs at least 8 bytes")

    def uid(self, uid: str) -> str:
        """In place of a UID (PS3.5 B.2)."""
        return f"2.25.{uuid.UUID(bytes=self._digest('uid', uid)[:16], version=4).int}"

    def patient(self, patient_id: str) -> str:
        """In place of a patient's identifier."""
        return f"ANON-{self._digest('patient', patient_id).hex()[:10].upper()}"

    def days(self, patient_id: str) -> int:
        """By how many days a patient's dates are moved into the past."""
        return 1 + int.from_bytes(self._digest("days", patient_id)[:4], "big") % 3650

    def _digest(self, kind: str, text: str) -> bytes:
        return hmac.new(self.key, f"{kind}:{text}".encode(), hashlib.sha256).digest()


def deidentify_dataset(dataset: Dataset, pseudonyms: Pseudonyms) -> None:
    """Take identity out of a dataset with its file meta information, in place."""
    patient_id = str(dataset.get("PatientID") or dataset.get("PatientName") or "")
    _complete(dataset, patient_id)
    clear_overlay_bits(dataset)
    _clean(dataset, pseudonyms, pseudonyms.days(patient_id))
    dataset.PatientName = dataset.PatientID = pseudonyms.patient(patient_id)
    dataset.PatientIdentityRemoved = "YES"
    dataset.LongitudinalTemporalInformationModified = "MODIFIED"
    dataset.DeidentificationMethod = "DICOM PS3.15 basic profile, HCC Viewer"
    dataset.DeidentificationMethodCodeSequence = [_method(*method) for method in _METHODS]
    meta = getattr(dataset, "file_meta", None)
    if meta is not None:
        meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        for element in [one for one in meta if one.tag.element not in _KEPT_OF_META]:
            del meta[element.tag]


def _complete(dataset: Dataset, patient_id: str) -> None:
    """Give an image the UIDs that it lacks: one study for a patient, one series for a study."""
    if not dataset.get("StudyInstanceUID"):
        dataset.StudyInstanceUID = _made_up("study", patient_id)
    if not dataset.get("SeriesInstanceUID"):
        dataset.SeriesInstanceUID = _made_up("series", dataset.StudyInstanceUID)
    if not dataset.get("SOPInstanceUID"):
        dataset.SOPInstanceUID = generate_uid()


def _made_up(kind: str, text: str) -> str:
    """A UID that is the same for the same text; a pseudonym takes its place."""
    return generate_uid(entropy_srcs=[kind, text])


def _clean(dataset: Dataset, pseudonyms: Pseudonyms, days: int) -> None:
    """Apply the table to a dataset and to all that is nested in it."""
    for tag in list(dataset.keys()):
        try:
            element = dataset[tag]
        except MALFORMED:
            del dataset[tag]
            continue
        if tag.is_private or element.VR == "UN" or tag.group & 0xFF00 in (0x5000, 0x6000):
            del dataset[tag]
            continue
        action = _actions().get((tag.group, tag.element))
        if action is None and is_identifying(element):
            del dataset[tag]
        elif element.VR == "SQ":
            if action is not None and element.keyword not in _REFERENCES:
                _take_away(dataset, element, action)
            else:
                for item in element.value:
                    _clean(item, pseudonyms, days)
        elif element.VR == "UI":
            _replace_uids(element, pseudonyms)
        elif element.VR in ("DA", "DT", "TM") and element.keyword not in _BIRTH:
            is_time = element.VR == "TM"
            element.value = time_only(element.value) if is_time else moved(element.value, days)
        elif action is not None or element.keyword in _DESCRIPTORS:
            _apply(action, dataset, element)
        elif element.VR == "PN" or (element.VR in ("IS", "DS") and not is_number(element)):
            del dataset[tag]


def _take_away(dataset: Dataset, element: DataElement, action: Action) -> None:
    """Remove a sequence, or leave it there without items: its codes and texts may name anyone."""
    if action.__name__ in ("empty", "delete_or_empty"):
        element.value = []
    else:
        del dataset[element.tag]


def _apply(action: Action | None, dataset: Dataset, element: DataElement) -> None:
    """What the profile, or one of its options, says of an attribute."""
    if element.keyword in _DESCRIPTORS:
        element.value = cleaned(str(element.value or ""))
    elif element.keyword in _BIRTH:
        element.value = ""
    elif action is not None:
        action(dataset, (element.tag.group, element.tag.element))


def _replace_uids(element: DataElement, pseudonyms: Pseudonyms) -> None:
    """New UIDs for all but those that the standard itself defines."""

    def replaced(uid: str) -> str:
        return uid if not uid or _STANDARD_UID.fullmatch(uid) else pseudonyms.uid(uid)

    value = element.value
    if isinstance(value, MultiValue):
        element.value = [replaced(str(uid)) for uid in value]
    else:
        element.value = replaced(str(value or ""))


def _method(value: str, meaning: str) -> Dataset:
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = value, "DCM", meaning
    return code


@cache
def _actions() -> dict[tuple[int, int], Action]:
    """The profile's table: what is done to an attribute. Groups that repeat are handled apart."""
    table = initialize_actions(EDITION)
    return {tag: action for tag, action in table.items() if len(tag) == 2}
