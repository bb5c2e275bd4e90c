"""What is asked of a peer and what it answers with: records, without the network library."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from hcc_viewer.phrases import Phrase

_DATE = re.compile(r"([0-9]{4})(-?)([0-9]{2})\2([0-9]{2})")


@dataclass(frozen=True)
class StudyQuery:
    """What is known of the studies that are wanted; empty means any. `*` and `?` are wild."""

    patient_id: str = field(default="", repr=False)
    patient_name: str = field(default="", repr=False)
    date_from: str = ""
    """`YYYYMMDD`; `YYYY-MM-DD` becomes that."""
    date_to: str = ""
    modality: str = "MR"
    accession_number: str = field(default="", repr=False)
    study_instance_uid: str = ""

    def __post_init__(self) -> None:
        for key in ("date_from", "date_to"):
            value = getattr(self, key).strip()
            object.__setattr__(self, key, _date(value))
            if value and not getattr(self, key):
                text = "'{key}' must be a date like 20240131, not '{value}'"
                raise ValueError(Phrase(text, key=key, value=value))
        if self.date_from and self.date_to and self.date_from > self.date_to:
            text = "the dates run backwards, from {first} to {last}"
            raise ValueError(Phrase(text, first=self.date_from, last=self.date_to))

    @property
    def date_range(self) -> str:
        """The dates as DICOM writes a range (PS3.5 6.2.1)."""
        if self.date_from == self.date_to:
            return self.date_from
        return f"{self.date_from}-{self.date_to}"


@dataclass(frozen=True)
class StudyMatch:
    """A study that a peer has."""

    study_instance_uid: str
    patient_name: str = field(repr=False)
    patient_id: str = field(repr=False)
    study_date: str
    description: str
    modalities: str
    instances: int | None
    """How many; None where the peer does not tell."""


@dataclass(frozen=True)
class RemoteSeries:
    """A series that a peer has, with the SOPInstanceUIDs of its instances."""

    series_instance_uid: str
    instance_uids: tuple[str, ...]
    sop_class_uids: tuple[str, ...] = ()
    """The kinds of its instances, as far as the peer tells."""


def _date(text: str) -> str:
    """A day of the calendar as DICOM writes it; empty when it is none."""
    found = _DATE.fullmatch(text)
    if found is None:
        return ""
    try:
        day = date(int(found[1]), int(found[3]), int(found[4]))
    except ValueError:
        return ""
    return day.isoformat().replace("-", "")
