"""Series that came in pieces: what is said of a stack whose ends go on in another one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from hcc_viewer.dicom.series import Series
from hcc_viewer.errors import Notice
from hcc_viewer.phrases import Phrase

FEWEST_BEYOND = 3
LEAST_SHARE = 0.2
"""Fewer slices beyond a stack's ends than this, or than this share of its own, are none that the
stack lacks: time points begin a slice or two apart after another breath hold."""


def with_other_pieces(series: Sequence[Series]) -> list[Series]:
    """The series, with a warning for each that may be analysed and is only a piece of its own."""
    same: dict[str, list[Series]] = defaultdict(list)
    for one in series:
        if one.detectable and one.geometry.known and one.series_instance_uid:
            same[one.series_instance_uid].append(one)
    return [_told(one, same[one.series_instance_uid]) for one in series]


def _told(one: Series, pieces: Sequence[Series]) -> Series:
    if len(pieces) < 2 or not any(one is piece for piece in pieces):
        return one
    for other in pieces:
        count = _beyond(one, other)
        if count >= max(FEWEST_BEYOND, LEAST_SHARE * len(one.instances)):
            text = (
                "This is a piece of its series: {count} slices beyond its ends are in another "
                "stack, '{stack}', and are not examined with it."
            )
            notice = Notice("piece-of-series", Phrase(text, count=count, stack=other.stack))
            return replace(one, warnings=(*one.warnings, notice))
    return one


def _beyond(one: Series, other: Series) -> int:
    """How many slices of another stack lie beyond the ends of one."""
    geometry, normal = other.geometry, one.geometry.normal
    if abs(float(normal @ geometry.normal)) < 0.99:
        return 0
    step = geometry.affine[:3, 2] / geometry.spacing_mm[0]
    along = geometry.positions_mm - geometry.positions_mm[0]
    places = (geometry.affine[:3, 3] + np.outer(along, step)) @ normal
    ends = one.geometry.positions_mm[[0, -1]]
    reach = 0.5 * one.geometry.spacing_mm[0]
    return int(((places < ends[0] - reach) | (places > ends[1] + reach)).sum())
