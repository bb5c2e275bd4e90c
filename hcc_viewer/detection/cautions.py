"""When not to trust a result: what headers and image say against it, each with what follows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.detection.image_faults import image_faults
from hcc_viewer.dicom import LiverLook, Series, Volume, look_at_volume
from hcc_viewer.dicom.liver_look import LEAST_LIVER_CM2
from hcc_viewer.errors import Notice
from hcc_viewer.phrases import Phrase

MAX_TRUSTED_INTERVAL_MM = 4.0
"""Above this distance of slices a lesion of 1 cm shows in two slices or fewer, and the answers of
neighbouring slices steady each other less: `python -m tools.measure_odd_images 30` counts 14 false
findings in the patients as they are, 35 and 72 with slices at least 4 and 6 mm apart."""


def cautions(volume: Volume, foreign: NDArray[np.bool_] | None = None) -> tuple[Notice, ...]:
    """Everything that speaks against relying on a result for this volume.

    Args:
        volume: The images.
        foreign: (row, column) True for what is no tissue, as `foreign_pixels` gave it.
    """
    look = look_at_volume(volume)
    of_look = () if look is None else _of_image(look)
    of_headers = (*_of_phase(volume.series), *_of_geometry(volume.series))
    return (*of_headers, *of_look, *image_faults(volume, foreign))


def _of_phase(series: Series) -> Iterator[Notice]:
    score = series.phase.score
    if series.phase.is_unlikely:
        yield Notice(
            "not-hepatobiliary-phase",
            Phrase(
                "This series does not look like the hepatobiliary phase (score {score} of 100). "
                "The network was made for that phase only: do not rely on this result.",
                score=score,
            ),
        )
    elif not series.phase.is_sure:
        yield Notice(
            "unsure-phase",
            Phrase(
                "It is not certain that this series is the hepatobiliary phase (score {score} of "
                "100). In another phase lesions look different and are missed or invented.",
                score=score,
            ),
        )


def _of_geometry(series: Series) -> Iterator[Notice]:
    interval = series.geometry.spacing_mm[0]
    if not series.geometry.known:
        yield Notice(
            "unknown-geometry",
            Phrase(
                "The files do not say where the slices lie. Size, place and "
                "neighbouring slices are guesses, and the result is less reliable."
            ),
        )
    elif len(series.instances) > 1 and interval > MAX_TRUSTED_INTERVAL_MM:
        yield Notice(
            "wide-slice-interval",
            Phrase(
                "The slices are {interval:.1f} mm apart; lesions smaller than that may lie "
                "between them, and false findings are more frequent.",
                interval=interval,
            ),
        )


def _of_image(look: LiverLook) -> Iterator[Notice]:
    if not look.shows_liver:
        yield Notice("no-liver-seen", _no_liver(look))
        return
    if look.has_bright_vessels:
        yield Notice(
            "bright-vessels",
            Phrase(
                "The vessels in the liver are brighter than the liver, as in an arterial or venous "
                "phase. The network was made for dark vessels: do not rely on this result."
            ),
        )
    elif look.lacks_uptake:
        yield Notice(
            "poor-uptake",
            Phrase(
                "The liver is only {times:.1f} times as bright as muscle: it has taken up little "
                "contrast agent, or there is none. Lesions stand out less, and are missed more "
                "often.",
                times=look.liver_to_muscle,
            ),
        )
    if look.is_blurred:
        yield Notice(
            "motion",
            Phrase(
                "The edges of the liver are blurred in one direction, as by breathing. "
                "Small lesions are blurred with them and missed, and ghosts of vessels may be "
                "taken for lesions."
            ),
        )


def _no_liver(look: LiverLook) -> str:
    if look.liver_area_cm2 < LEAST_LIVER_CM2:
        return Phrase(
            "No liver can be made out on the right of the body. The network was made for the "
            "liver only: do not rely on this result."
        )
    return Phrase(
        "The body measures {width:.0f} mm across, unlike an adult's abdomen. The network was made "
        "for the liver only: do not rely on this result.",
        width=look.body_width_mm,
    )
