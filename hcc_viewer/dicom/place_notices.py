"""What was odd about the places of a stack's images, in words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.errors import Notice
from hcc_viewer.phrases import Phrase, counted, listed

SAME_PLACE_MM = 0.05
"""Two images nearer than this along the normal lie at the same place; scanners round to less."""

UNEVEN_FRACTION = 0.05
"""Slices whose distance differs by more than this part of the usual distance are uneven."""

GAP_FRACTION = 1.5
"""From this multiple of the usual distance on, a slice is missing."""

SHEAR_MM = 1.0
"""Slices that move sideways by more than this over a stack form no upright box."""


def along_and_across(
    offsets: NDArray[np.float64], normal: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Offsets along the normal, in mm, and what is left of them across it."""
    along = offsets @ normal
    return along, offsets - np.outer(along, normal)


def spacing_notices(distances: NDArray[np.float64]) -> tuple[Notice, ...]:
    """Of slices at these ascending distances: gaps, uneven steps, several at one place."""
    steps = np.diff(distances)
    if len(steps) == 0:
        return ()
    if (steps <= SAME_PLACE_MM).all():
        return (_SAME_PLACE,)
    usual = float(np.median(steps[steps > SAME_PLACE_MM]))
    gaps = np.flatnonzero(steps >= GAP_FRACTION * usual)
    uneven = np.flatnonzero(
        (np.abs(steps - usual) > max(UNEVEN_FRACTION * usual, SAME_PLACE_MM))
        & (steps < GAP_FRACTION * usual)
        & (steps > SAME_PLACE_MM)
    )
    repeated = (_REPEATED_PLACES,) if (steps <= SAME_PLACE_MM).any() else ()
    return repeated + _gap_notices(steps, gaps, usual) + _uneven_notices(steps, uneven, usual)


def _gap_notices(
    steps: NDArray[np.float64], gaps: NDArray[np.intp], usual: float
) -> tuple[Notice, ...]:
    if len(gaps) == 0:
        return ()
    missing = int(sum(max(1, round(float(steps[i]) / usual) - 1) for i in gaps))
    return (
        Notice(
            "missing-slices",
            Phrase(
                "{slices} missing: {places}. What lies there is not examined.",
                slices=counted(missing, "{count} slice is", "{count} slices are"),
                places=_between(gaps),
            ),
        ),
    )


def _uneven_notices(
    steps: NDArray[np.float64], uneven: NDArray[np.intp], usual: float
) -> tuple[Notice, ...]:
    if len(uneven) == 0:
        return ()
    low, high = float(steps[uneven].min()), float(steps[uneven].max())
    span = Phrase("{low:.2f} mm", low=low)
    if round(low, 2) != round(high, 2):
        span = Phrase("{low:.2f} to {high:.2f} mm", low=low, high=high)
    return (
        Notice(
            "uneven-spacing",
            Phrase(
                "The slices are not evenly spaced: {usual:.2f} mm apart in most places, "
                "{span} {places}. Lengths across slices use the true places.",
                usual=usual,
                span=span,
                places=_between(uneven),
            ),
        ),
    )


def shear_notices(
    origins: NDArray[np.float64], normal: NDArray[np.float64], drift: NDArray[np.float64]
) -> tuple[Notice, ...]:
    """Of slices that are shifted sideways.

    Args:
        origins: (slice, 3) places of the first pixels, in mm.
        normal: (3,) unit vector along which the slices are stacked.
        drift: (3,) what their geometry takes into account, a millimetre along the normal.
    """
    along, sideways = along_and_across(origins - origins[0], normal)
    shifted = float(np.linalg.norm(sideways, axis=1).max())
    left = float(np.linalg.norm(sideways - np.outer(along, drift), axis=1).max())
    if shifted <= SHEAR_MM:
        return ()
    if left <= SHEAR_MM:
        text = (
            "The slices are shifted sideways against each other by up to {drift:.1f} mm, evenly. "
            "Places are right; planes across the slices look slanted."
        )
        return (Notice("sheared-stack", Phrase(text, drift=shifted)),)
    text = (
        "The slices are shifted sideways against each other by up to {drift:.1f} mm. "
        "Places across slices are off by up to {left:.1f} mm."
    )
    return (Notice("sheared-stack", Phrase(text, drift=shifted, left=left)),)


def _between(steps: NDArray[np.intp]) -> Phrase:
    """Names the first few steps by the slices on either side, counted from 1."""
    named = [Phrase("{first} and {second}", first=int(i) + 1, second=int(i) + 2) for i in steps[:3]]
    pairs = listed(named)
    if len(steps) <= 3:
        return Phrase("between slices {pairs}", pairs=pairs)
    more = "between slices {pairs} and in {count} more places"
    return Phrase(more, pairs=pairs, count=len(steps) - 3)


def order_notice(used: str) -> Notice:
    """Of slices without positions, in the order of something else."""
    return Notice(
        "order-unverified",
        Phrase(
            "Order unverified: the files give no slice positions, so the slices are in the order "
            "of {used}. Lengths and places in the patient are not known.",
            used=used,
        ),
    )


NO_PIXEL_SPACING = Notice(
    "no-pixel-spacing",
    Phrase(
        "The files do not say how large a pixel is. Lengths and places in the patient are not "
        "known."
    ),
)

_REPEATED_PLACES = Notice(
    "repeated-places",
    Phrase(
        "Several images lie at the same place, as when phases are merged. They form "
        "no plain volume: split the series before detection."
    ),
)

_SAME_PLACE = Notice(
    "same-place",
    Phrase("All images lie at the same place, as in a film over time; they form no volume."),
)
