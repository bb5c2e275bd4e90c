"""Where cases come from and why others were left out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A data set, as its publishers describe it; nothing of it is downloaded by this program."""

    name: str
    title: str
    licence: str
    """SPDX identifier, or words."""
    allows_sharing: bool
    """Whether a model that was trained on it may be given away under a free licence: false for
    non-commercial, share-alike and no-derivatives terms, and where nobody said."""
    phase: str
    """`hepatobiliary`, or what else its images show."""
    labels: str
    """What it says of lesions."""
    where: str
    """DOI, record or address."""
    citation: str = ""
    patients: int | None = None
    """How many it has when complete; None where that varies."""
    archive_md5: str = ""
    """Of the published archive; empty where none is stated."""
    archive_name: str = ""

    @property
    def is_hepatobiliary(self) -> bool:
        """Whether its images are what the network is made for."""
        return self.phase == "hepatobiliary"


REASONS: dict[str, str] = {
    "motion": "motion artefacts",
    "missing": "missing images",
    "quality": "low image quality",
    "no-hbp": "no hepatobiliary phase",
    "no-label": "no usable label",
    "mismatch": "labels do not fit the image",
    "not-axial": "not an axial series",
    "unreadable": "cannot be read",
    "user": "left out by the user",
}
"""Codes of the exclusion log with the words of the flow chart; the first four are the paper's."""


@dataclass(frozen=True)
class Exclusion:
    """One case that was found and left out."""

    source: str
    case: str
    reason: str
    """A key of `REASONS`."""
    detail: str = ""
    """One sentence."""

    def __post_init__(self) -> None:
        if self.reason not in REASONS:
            raise ValueError(f"an exclusion's reason is one of {', '.join(REASONS)}")
