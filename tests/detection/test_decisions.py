"""Reader's decisions stay with the place they were made at, and survive a file."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hcc_viewer.detection.decisions import (
    ACCEPTED,
    ADDED,
    CORRECTED,
    REJECTED,
    UNDECIDED,
    Measurement,
    Place,
    ReaderDecision,
    Reading,
    added_finding,
    decide,
    read_result,
    renumbered,
)
from hcc_viewer.records import build_record, to_table
from tests.gui.fakes import at_threshold, make_detection, make_series

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def detection():
    return make_detection(make_series("HBP", 40, 90))


def test_decision_is_kept_with_its_finding_at_another_threshold(detection):
    weaker = detection.findings[1]
    reading = Reading().with_decision(decide(weaker, detection, REJECTED, "vessel", NOW))
    assert [one.verdict for one in read_result(detection, reading).findings] == [
        UNDECIDED,
        REJECTED,
    ]
    higher = at_threshold(detection, 0.8)
    assert [one.verdict for one in read_result(higher, reading).findings] == [UNDECIDED]


def test_accepted_finding_stays_listed_when_the_threshold_drops_it(detection):
    reading = Reading().with_decision(decide(detection.findings[1], detection, ACCEPTED))
    rows = read_result(at_threshold(detection, 0.8), reading).findings
    assert [(row.finding is None, row.verdict) for row in rows] == [
        (False, UNDECIDED),
        (True, ACCEPTED),
    ]


def test_new_decision_takes_the_place_of_the_earlier_one(detection):
    first = decide(detection.findings[0], detection, ACCEPTED, now=NOW)
    second = decide(detection.findings[0], detection, REJECTED, now=NOW)
    reading = Reading().with_decision(first).with_decision(second)
    assert reading.decisions == (second,)
    assert reading.without_decision(second) == Reading()


def moved(detection, shift_mm):
    """The result at another threshold, where the first finding peaks a bit elsewhere."""
    first, *rest = detection.findings
    x, y, z = first.center_lps_mm
    shifted = replace(first, center_lps_mm=(x + shift_mm, y, z))
    return detection.with_findings(0.3, (shifted, *rest))


def test_last_of_two_decisions_on_one_finding_counts(detection):
    elsewhere, between = moved(detection, 8.0), moved(detection, 4.0)
    earlier = decide(elsewhere.findings[0], elsewhere, REJECTED, now=NOW)
    later = decide(detection.findings[0], detection, ACCEPTED, now=NOW)
    reading = Reading().with_decision(earlier).with_decision(later)
    for one in (detection, between):
        assert read_result(one, reading).findings[0].verdict == ACCEPTED


def test_decision_on_just_this_place_counts_more_than_one_nearby(detection):
    """Of two findings that were decided on, the threshold now leaves only the first."""
    beside = moved(detection, 12.0)
    on_first = decide(detection.findings[0], detection, REJECTED, now=NOW)
    on_second = decide(beside.findings[0], beside, ACCEPTED, now=NOW)
    reading = Reading().with_decision(on_first).with_decision(on_second)
    rows = read_result(detection, reading).findings
    assert [row.verdict for row in rows] == [REJECTED, UNDECIDED, ACCEPTED]


def test_new_decision_takes_the_place_of_one_from_another_threshold(detection):
    elsewhere = moved(detection, 8.0)
    earlier = decide(elsewhere.findings[0], elsewhere, REJECTED, now=NOW)
    later = decide(detection.findings[0], detection, ACCEPTED, now=NOW)
    reading = Reading().with_decision(earlier).with_decision(later, earlier)
    assert reading.decisions == (later,)


def test_added_finding_comes_last_and_counts(detection):
    added = added_finding(Place(3, 10.0, 12.0, (1.0, 2.0, 3.0)), "seen on DWI", NOW)
    result = read_result(detection, Reading().with_decision(added))
    assert result.findings[-1].verdict == ADDED
    assert result.findings[-1].is_positive
    assert result.count(ADDED) == 1
    assert not result.is_complete


def test_reading_survives_a_file(detection):
    place = Place(3, 10.5, 12.0, (1.0, 2.0, 3.0), 14.0, "1.2.3", 2)
    moved = ReaderDecision(CORRECTED, place, place, 0.9, "more to the left", "2026-11-24T12:00:00Z")
    reading = Reading(
        (moved, added_finding(place)),
        (2, 7),
        (Measurement("distance", 3, ((1.0, 2.0), (4.0, 6.0)), length_mm=5.0),),
        read_first=True,
    )
    assert build_record(Reading, json.loads(json.dumps(to_table(reading)))) == reading


def test_slices_are_counted_anew_when_images_have_come_and_gone():
    place = Place(2, 10.5, 12.0, (1.0, 2.0, 3.0))
    line = Measurement("distance", 2, ((1.0, 2.0), (4.0, 6.0)))
    reading = Reading(
        (added_finding(place, now=NOW), added_finding(replace(place, slice_index=1), now=NOW)),
        (0, 1, 2),
        (line, replace(line, slice_index=1), replace(line, plane="coronal")),
    )
    assert renumbered(reading, "abc", "abc") == reading
    now = renumbered(reading, "abc", "axyc")
    assert now.decisions == (added_finding(replace(place, slice_index=3), now=NOW),)
    assert now.key_slices == (0, 3)
    assert now.measurements == (replace(line, slice_index=3),)


def test_key_slice_is_toggled():
    reading = Reading().with_key_slice_toggled(5).with_key_slice_toggled(2)
    assert reading.key_slices == (2, 5)
    assert reading.with_key_slice_toggled(5).key_slices == (2,)


@pytest.mark.parametrize(
    "make",
    [
        lambda p: ReaderDecision("perhaps", p, p),
        lambda p: ReaderDecision(ADDED, p, p),
        lambda p: ReaderDecision(ACCEPTED, p, None),
        lambda p: Measurement("angle", 0, ((0.0, 0.0),)),
        lambda p: Place(-1, 0, 0, (0.0, 0.0, 0.0)),
    ],
)
def test_records_that_make_no_sense_are_refused(make):
    with pytest.raises(ValueError, match=r"verdict|model_place|points|slice_index"):
        make(Place(0, 0.0, 0.0, (0.0, 0.0, 0.0)))
