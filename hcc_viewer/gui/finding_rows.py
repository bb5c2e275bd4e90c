"""The rows of the findings table: the model's findings and the reader's, each with an id. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from hcc_viewer.detection.decisions import (
    ADDED,
    REJECTED,
    SAME_PLACE_MM,
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
        """How it is called in the table, on the image and in a report."""
        return str(self.id) if self.id > 0 else f"R{-self.id}"

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
    """The model's findings by rank, then what only the reader says, numbered as in a report."""
    if detection is None:
        own = [one for one in reading.decisions if one.verdict == ADDED]
        reads = tuple(ReadFinding(None, one) for one in own)
    else:
        reads = read_result(detection, reading).findings
    own_number = count(1)
    return tuple(
        FindingRow(read.finding.id if read.finding else -next(own_number), read) for read in reads
    )


def followed(
    selected: int | None, before: Sequence[FindingRow], after: Sequence[FindingRow]
) -> FindingRow | None:
    """Which row is now the selected one: ids are ranks and say another finding after a change.

    It is the same finding, or one at its place that no other row was nearer to; else None.
    """
    row = next((one for one in before if one.id == selected), None)
    if row is None:
        return None
    same = next((one for one in after if _is_same(one, row)), None)
    if same is not None:
        return same
    near = _nearest(row, after)
    return near if near is not None and _nearest(near, before) is row else None


def _is_same(one: FindingRow, other: FindingRow) -> bool:
    finding, decision = one.read.finding, one.read.decision
    is_finding = finding is not None and finding == other.read.finding
    return is_finding or (decision is not None and decision == other.read.decision)


def _nearest(row: FindingRow, rows: Sequence[FindingRow]) -> FindingRow | None:
    """The row nearest to another one's place; None when none is as near as the same place."""
    where = np.array(row.place.center_lps_mm)

    def distance(one: FindingRow) -> float:
        return float(np.linalg.norm(np.array(one.place.center_lps_mm) - where))

    near = [one for one in rows if distance(one) <= SAME_PLACE_MM]
    return min(near, key=distance, default=None)
