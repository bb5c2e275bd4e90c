"""What is asked of a peer and what it answers with: records, without the network library."""

from __future__ import annotations

from dataclasses import dataclass, field

from hcc_viewer.phrases import Phrase


@dataclass(frozen=True)
class StudyQuery:
    """What is known of the studies that are wanted; empty means any. `*` and `?` are wild."""

    patient_id: str = field(default="", repr=False)
    patient_name: str = field(default="", repr=False)
    date_from: str = ""
    """`YYYYMMDD`."""
    date_to: str = ""
    modality: str = "MR"
    accession_number: str = field(default="", repr=False)
    study_instance_uid: str = ""

    def __post_init__(self) -> None:
        for key in ("date_from", "date_to"):
            value = getattr(self, key)
            if value and not (len(value) == 8 and value.isdigit()):
                text = "'{key}' must be a date like 20240131, not '{value}'"
                raise ValueError(Phrase(text, key=key, value=value))

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
