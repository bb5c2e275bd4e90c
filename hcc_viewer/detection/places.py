"""Places in a slice: the maxima of its map, each with the probability it would give by itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.detection.cam import cam_peaks
from hcc_viewer.detection.log_odds import log_odds
from hcc_viewer.detection.model_card import FindingSpec
from hcc_viewer.detection.types import Peak

PLACE_MM = 10.0
"""Of two places in a slice nearer than this only the higher counts."""

MOST_PLACES = 16
"""Places that count in one slice, the highest: where there are more, the map is noise."""


@dataclass(frozen=True, eq=False)
class SlicePlaces:
    """The places of one slice, highest first."""

    peaks: list[Peak]
    evidence: NDArray[np.float64]
    """(place,) log-odds of the map's cell."""
    odds: NDArray[np.float64]
    """(place,) log-odds that the slice would have if it held this place alone; of the first, those
    that it has."""


def slice_places(
    probability: float,
    cam: NDArray[np.float32],
    grid_to_image: NDArray[np.float64],
    cell_mm: float,
    level: float,
    spec: FindingSpec,
) -> SlicePlaces:
    """The highest place of a slice's map, and others that reach a level.

    Args:
        probability: Of the slice.
        cam: (grid row, grid column) its map, 0 to 1.
        grid_to_image: (2, 3) affine from a cell to where the peaks are told.
        cell_mm: Side of a cell.
        level: What the cell of every place but the first must reach.
        spec: `place_slope` says how far below the slice's log-odds a lower cell is.
    """
    reach = max(1, round(PLACE_MM / cell_mm))
    peaks = cam_peaks(cam, level, grid_to_image, reach, MOST_PLACES)
    evidence = log_odds([peak.value for peak in peaks])
    odds = log_odds(probability) - spec.place_slope * (evidence[0] - evidence)
    return SlicePlaces(peaks, evidence, odds)
