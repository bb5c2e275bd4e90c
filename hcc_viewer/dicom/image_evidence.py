"""Looks at the image of those series whose headers leave the phase in doubt."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from hcc_viewer.dicom.describe import rescore
from hcc_viewer.dicom.geometry import Geometry
from hcc_viewer.dicom.liver_look import LiverLook, look_at_liver, slices_to_look_at
from hcc_viewer.dicom.series import SURE_SCORE, Series
from hcc_viewer.dicom.volume import Volume, load_volume
from hcc_viewer.errors import ReadError
from hcc_viewer.progress import ReportProgress, ignore_progress

_LOG = logging.getLogger(__name__)

DOUBTFUL_SCORE = 20
"""Below this the headers speak so clearly against the phase that an image changes nothing."""

MOST_LOOKS = 8
"""So many series of a study are looked at, the likeliest first."""

FEWEST_SLICES = 15


def with_image_evidence(
    series: Sequence[Series], report_progress: ReportProgress = ignore_progress
) -> list[Series]:
    """The same series, the doubtful ones scored with a look at some of their slices.

    Args:
        series: As the headers tell them.
        report_progress: Called after each slice that is read; may raise CancelledError.
    """
    doubtful = [index for index, one in enumerate(series) if _is_doubtful(one)]
    doubtful.sort(key=lambda index: -series[index].phase.score)
    result = list(series)
    for index in doubtful[:MOST_LOOKS]:
        look = _look_at(series[index], report_progress)
        evidence = series[index].evidence
        if look is not None and evidence is not None:
            result[index] = replace(series[index], evidence=replace(evidence, look=look))
    return rescore(result) if doubtful else result


def look_at_volume(volume: Volume) -> LiverLook | None:
    """What a look at a loaded volume tells; None where there is nothing to measure."""
    chosen = slices_to_look_at(len(volume.pixels))
    array = volume.pixels[chosen]
    if volume.padding is not None and volume.padding[chosen].any():
        padded = volume.padding[chosen]
        if padded.all():
            return None
        kept = array[~padded]
        array = np.where(padded, kept.max() if volume.is_inverted else kept.min(), array)
    return look_at_liver(array, volume.geometry, is_inverted=volume.is_inverted)


def _is_doubtful(series: Series) -> bool:
    return (
        series.detectable
        and series.orientation == "axial"
        and len(series.instances) >= FEWEST_SLICES
        and DOUBTFUL_SCORE <= series.phase.score < SURE_SCORE
    )


def _look_at(series: Series, report_progress: ReportProgress) -> LiverLook | None:
    """Read just the slices that are looked at."""
    chosen = slices_to_look_at(len(series.instances))
    geometry = Geometry(series.geometry.affine.copy(), series.geometry.positions_mm[chosen])
    part = replace(
        series, instances=tuple(series.instances[i] for i in chosen), geometry=geometry, warnings=()
    )
    try:
        volume = load_volume(part, report_progress)
    except ReadError:
        _LOG.info("A doubtful series could not be looked at")
        return None
    if volume.warnings:
        return None  # Slices that cannot be read would be measured as air.
    return look_at_liver(volume.array, geometry, is_inverted=volume.is_inverted)
