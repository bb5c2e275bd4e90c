"""Brings a reader's changes into a reading that somebody else has changed meanwhile."""

from __future__ import annotations

from collections.abc import Sequence

from hcc_viewer.detection.decisions import Measurement, ReaderDecision, Reading, is_same_subject


def merged(mine: Reading, before: Reading, theirs: Reading) -> Reading:
    """Their reading with what changed from `before` to `mine`.

    Nothing that the others added goes, and what was deleted here stays deleted unless they have
    changed it. Of two decisions on the same finding the later one holds.

    Args:
        mine: All counted in the same images.
        before: What `mine` was changed from.
        theirs: What it is to be put into.
    """
    added = set(mine.key_slices) - set(before.key_slices)
    deleted = set(before.key_slices) - set(mine.key_slices)
    return Reading(
        _merged_decisions(mine.decisions, before.decisions, theirs.decisions),
        tuple(sorted(set(theirs.key_slices) - deleted | added)),
        _merged_measurements(mine.measurements, before.measurements, theirs.measurements),
        mine.read_first or theirs.read_first,
    )


def _merged_decisions(
    mine: Sequence[ReaderDecision],
    before: Sequence[ReaderDecision],
    theirs: Sequence[ReaderDecision],
) -> tuple[ReaderDecision, ...]:
    left = [one for one in theirs if one in mine or one not in before]
    new = [
        one
        for one in mine
        if one not in before
        and one not in left
        and not any(_is_later(other, one) for other in left)
    ]
    rest = [one for one in left if not any(is_same_subject(one, other) for other in new)]
    return (*rest, *new)


def _is_later(one: ReaderDecision, other: ReaderDecision) -> bool:
    return is_same_subject(one, other) and one.decided_at > other.decided_at


def _merged_measurements(
    mine: Sequence[Measurement], before: Sequence[Measurement], theirs: Sequence[Measurement]
) -> tuple[Measurement, ...]:
    left = [one for one in theirs if one in mine or one not in before]
    new = [one for one in mine if one not in before and one not in left]
    return (*left, *new)
