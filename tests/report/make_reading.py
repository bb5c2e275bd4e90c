"""A reader who accepted the first finding, moved none, and added one of his own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hcc_viewer.detection import Detection
from hcc_viewer.detection.decisions import (
    Measurement,
    Place,
    Reading,
    added_finding,
    decide,
)

MOMENT = datetime(2024, 1, 31, 9, 30, tzinfo=UTC)


def make_reading(detection: Detection, verdict: str = "accepted", note: str = "") -> Reading:
    """Decides on the most probable finding, and adds one in the last slice but one."""
    index = len(detection.slices) - 2
    x, y, z = detection.series.geometry.to_patient(50.0, 30.0, index)
    place = Place(index, 30.0, 50.0, (float(x), float(y), float(z)), 12.0)
    length = Measurement("distance", 4, ((10.0, 10.0), (20.0, 10.0)), length_mm=15.0)
    reading = Reading(key_slices=(2, 5), measurements=(length,))
    if detection.findings:
        decision = decide(detection.findings[0], detection, verdict, note, MOMENT)
        reading = reading.with_decision(decision)
    return reading.with_decision(added_finding(place, "seen by the reader", MOMENT))


def make_moved(detection: Detection, verdict: str = "corrected") -> Reading:
    """The most probable finding is moved to row 45, column 80 of the last slice but one."""
    index = len(detection.slices) - 2
    decision = decide(detection.findings[0], detection, verdict, "", MOMENT)
    x, y, z = detection.series.geometry.to_patient(80.0, 45.0, index)
    there = replace(
        decision.place,
        slice_index=index,
        row=45.0,
        column=80.0,
        center_lps_mm=(float(x), float(y), float(z)),
        sop_instance_uid=detection.series.instances[index].sop_instance_uid,
    )
    return Reading().with_decision(replace(decision, place=there))
