"""Stacks as their headers would describe them, for the tests of the phase score."""

from __future__ import annotations

from typing import Any

from hcc_viewer.dicom.facts import StackFacts, plain

_AXIAL_T1: dict[str, Any] = {
    "modality": "MR",
    "series_text": "",
    "study_text": "",
    "image_type": ("ORIGINAL", "PRIMARY", "M"),
    "part": "",
    "agent": "",
    "body_part": "",
    "sequence_text": "",
    "scanning_sequence": ("GR",),
    "is_3d": True,
    "repetition_time_ms": 4.1,
    "echo_time_ms": 1.9,
    "flip_angle_deg": 12.0,
    "b_value": None,
    "slice_thickness_mm": 3.0,
    "orientation": "axial",
    "slices": 72,
    "coverage_mm": 213.0,
    "field_of_view_mm": 380.0,
    "planes_in_series": 1,
    "is_color": False,
    "time_point": 0,
    "time_s": None,
    "bolus_start_s": None,
}


def make_facts(text: str = "", **changes: Any) -> StackFacts:
    """An axial 3D T1 gradient echo over a whole liver with the given description."""
    return StackFacts(**{**_AXIAL_T1, "series_text": plain(text), **changes})
