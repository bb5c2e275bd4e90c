"""Makes a source image's header fit to be repeated in a new object of the same study.

What identifies the study stays as it is; what no reader of DICOM could use is left out, so that a
slip in one attribute does not cost the user all objects.
"""

from __future__ import annotations

import re
import warnings
from datetime import date, datetime, time, timedelta, timezone

from pydicom import DataElement, Dataset
from pydicom.datadict import dictionary_has_tag, dictionary_VR
from pydicom.multival import MultiValue

_EXPECTED = (
    "PatientID",
    "PatientName",
    "PatientBirthDate",
    "PatientSex",
    "AccessionNumber",
    "StudyID",
    "StudyDate",
    "StudyTime",
    "ReferringPhysicianName",
)
"""Attributes of type 2 that highdicom reads; anonymised files often lack some of them."""

_LAST_COPIED_GROUP = 0x0020
"""Patient, study and equipment lie in the groups up to here."""

_MOMENTS = ("InstanceCreation", "Content", "PresentationCreation")
"""Pairs of date and time that tell when an object was made."""


def completed(source: Dataset) -> Dataset:
    """The header with everything in it that a new object of the study must repeat.

    Remarks of pydicom on the values are dropped: they would print patients' names.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _drop_unreadable(source)
        for keyword in _EXPECTED:
            value = source.get(keyword, "")
            if isinstance(value, MultiValue):  # a backslash in a name or identifier
                value = " ".join(map(str, value))
            setattr(source, keyword, _clean(keyword, value))
        if "SharedFunctionalGroupsSequence" not in source:
            source.setdefault("SliceThickness", None)  # type 2 as well, for parametric maps
    return source


def say_time_zone(made: Dataset, source: Dataset, created: datetime) -> None:
    """Tell the times of an object in the time zone of its study, where the study tells it.

    The study's date and time, which the object repeats, are meant in that zone (PS3.3 C.12.1.1).
    """
    zone = _zone(str(source.get("TimezoneOffsetFromUTC", "") or ""))
    if zone is None:
        return
    made.TimezoneOffsetFromUTC = source.TimezoneOffsetFromUTC
    moment = created.astimezone(zone)
    for name in _MOMENTS:
        if f"{name}Date" in made:
            setattr(made, f"{name}Date", moment.strftime("%Y%m%d"))
            setattr(made, f"{name}Time", moment.strftime("%H%M%S.%f"))


def _drop_unreadable(source: Dataset) -> None:
    """Take out values that cannot be read as what they are, such as a weight in words."""
    for tag in [tag for tag in source.keys() if tag.group <= _LAST_COPIED_GROUP]:  # noqa: SIM118
        try:
            _check(source[tag])
        except (ValueError, TypeError, OverflowError):
            del source[tag]


def _check(element: DataElement) -> None:
    """Make sure that a number is a number: pydicom gives it as text where it is none.

    Raises:
        ValueError: It is not.
    """
    values = element.value if isinstance(element.value, MultiValue) else [element.value]
    wanted = dictionary_VR(element.tag) if dictionary_has_tag(element.tag) else ""
    for value in filter(None, values):
        if wanted in ("DS", "IS"):
            float(value)
        if wanted == "AS" and not re.fullmatch(r"\d{3}[DWMY]", str(value)):
            raise ValueError("not an age")


def _clean(keyword: str, value: object) -> object:
    """The value, or what it must have meant; empty where it means nothing."""
    text = str(value or "").strip()
    if keyword.endswith("Date"):
        return _date(text)
    if keyword.endswith("Time"):
        return _time(text)
    if keyword == "PatientSex" and text not in ("M", "F", "O"):
        return ""
    return value or ""


def _date(text: str) -> str:
    """`20240131` of that, of ACR-NEMA's `2024.01.31`, or of `2024-01-31`; else nothing."""
    found = re.fullmatch(r"(\d{4})[.-]?(\d{2})[.-]?(\d{2})", text)
    try:
        return date(*map(int, found.groups())).strftime("%Y%m%d") if found else ""
    except ValueError:
        return ""


def _time(text: str) -> str:
    """`101500.5` of that, or of ACR-NEMA's `10:15:00.5`; else nothing."""
    plain = text.replace(":", "")
    found = re.fullmatch(r"(\d{2})(\d{2})?(\d{2})?(\.\d{1,6})?", plain)
    try:
        if found:
            hour, minute, second = (int(part or 0) for part in found.groups()[:3])
            time(hour, minute, second)
    except ValueError:
        return ""
    return plain if found else ""


def _zone(text: str) -> timezone | None:
    """The zone of `+0900`; None of anything else."""
    found = re.fullmatch(r"([+-])(\d{2})([0-5]\d)", text.strip())
    if not found:
        return None
    minutes = 60 * int(found[2]) + int(found[3])
    if minutes > 14 * 60:
        return None
    return timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes))
