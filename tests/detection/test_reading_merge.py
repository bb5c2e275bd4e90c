"""What two windows say of one series is brought together, and nothing of it is lost."""

from dataclasses import replace

from hcc_viewer.detection.decisions import (
    ACCEPTED,
    REJECTED,
    Measurement,
    Place,
    ReaderDecision,
    Reading,
    added_finding,
)
from hcc_viewer.detection.reading_merge import merged


def place(index):
    return Place(index, 10.0, 20.0, (1.0, 2.0, float(index)))


def decision(index, verdict=ACCEPTED, second=0):
    where = place(index)
    return ReaderDecision(verdict, where, where, 0.9, "", f"2026-11-30T12:00:{second:02}Z")


def distance(index):
    return Measurement("distance", index, ((1.0, 1.0), (2.0, 2.0)), length_mm=2.0)


def test_what_both_added_is_there_once():
    mine = Reading((decision(1), decision(3)), (4, 6), (distance(1), distance(3)))
    theirs = Reading((decision(2), decision(3)), (5, 6), (distance(2), distance(3)), True)
    both = merged(mine, Reading(), theirs)
    assert {one.place.slice_index for one in both.decisions} == {1, 2, 3}
    assert both.key_slices == (4, 5, 6)
    assert {one.slice_index for one in both.measurements} == {1, 2, 3}
    assert len(both.decisions) == len(both.measurements) == 3
    assert both.read_first


def test_what_was_deleted_here_stays_deleted():
    before = Reading((decision(1), decision(2)), (4, 5), (distance(1), distance(2)))
    mine = Reading((decision(2),), (5,), (distance(2),))
    theirs = replace(before, key_slices=(4, 5, 9))
    assert merged(mine, before, theirs) == replace(mine, key_slices=(5, 9))


def test_what_the_others_deleted_stays_deleted():
    before = Reading((decision(1),), (4,), (distance(1),))
    assert merged(before, before, Reading()) == Reading()


def test_what_was_deleted_here_and_changed_there_is_left():
    before, theirs = Reading((decision(1),)), Reading((decision(1, REJECTED, 5),))
    assert merged(Reading(), before, theirs) == theirs


def test_later_decision_on_a_finding_holds():
    before = Reading((decision(1),))
    early, late = Reading((decision(1, REJECTED, 5),)), Reading((decision(1, second=9),))
    assert merged(early, before, late) == late
    assert merged(late, before, early) == late


def test_own_finding_that_was_moved_is_not_left_at_its_old_place():
    old, new = added_finding(place(1)), added_finding(place(2))
    theirs = Reading((old, decision(3)))
    assert merged(Reading((new,)), Reading((old,)), theirs).decisions == (decision(3), new)
