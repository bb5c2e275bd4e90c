"""The rows of the findings table: the model's findings and the reader's, each with an id. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hcc_viewer.detection.decisions import (
    ADDED,
    REJECTED,
    Place,
    ReadFinding,
    Reading,
    read_result,
)

if TYPE_CHECKING:
    from hcc_viewer.detection import Detection


@dataclass(frozen=True)
class FindingRow:
    """One finding as it stands after the reader."""

    id: int
    """The finding's own id; negative for what only the reader says."""
    read: ReadFinding

    @property
    def label(self) -> str:
        """How it is called in the table and on the image."""
        return str(self.id) if self.id > 0 else f"+{-self.id}"

    @property
    def place(self) -> Place:
        """Where it is: where the reader says, else where the model says."""
        finding, decision = self.read.finding, self.read.decision
        if decision is not None and (self.read.verdict != REJECTED or finding is None):
            return decision.place
        assert finding is not None  # a row has one or the other
        return Place(
            finding.peak_slice,
            finding.row,
            finding.column,
            finding.center_lps_mm,
            finding.extent_mm,
        )


def finding_rows(detection: Detection | None, reading: Reading) -> tuple[FindingRow, ...]:
    """The model's findings by rank, then what only the reader says, in the order of its making."""
    if detection is None:
        own = [one for one in reading.decisions if one.verdict == ADDED]
        reads = tuple(ReadFinding(None, one) for one in own)
    else:
        reads = read_result(detection, reading).findings
    rows = []
    for read in reads:
        if read.finding is not None:
            rows.append(FindingRow(read.finding.id, read))
        elif read.decision is not None:
            rows.append(FindingRow(-1 - reading.decisions.index(read.decision), read))
    return tuple(rows)
