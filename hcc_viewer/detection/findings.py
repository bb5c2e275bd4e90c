"""From slice predictions to findings: neighbouring flagged slices joined in 3-D."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.detection.cam import extent_mm
from hcc_viewer.detection.log_odds import logistic
from hcc_viewer.detection.model_card import FindingSpec
from hcc_viewer.detection.places import slice_places
from hcc_viewer.detection.types import Detection, Finding, Peak, SlicePrediction
from hcc_viewer.dicom import Geometry

AS_GOOD = 0.98
"""A slice with this share of the highest probability is as good a middle of the finding."""


@dataclass(frozen=True)
class _Candidate:
    """One place in one flagged slice."""

    slice: int
    peak: Peak
    probability: float
    """Of the slice if it held this place alone."""
    place_mm: tuple[float, float, float]


def at_threshold(
    detection: Detection, threshold: float, *, measure_extent: bool = True
) -> Detection:
    """The same predictions read at another threshold, without new inference.

    Args:
        detection: What was found at some threshold.
        threshold: The other one.
        measure_extent: False leaves `Finding.extent_mm` at 0, for those who count only.
    """
    findings = find_findings(
        detection.slices,
        detection.series.geometry,
        threshold,
        detection.finding_spec,
        detection.grid_to_image,
        measure_extent=measure_extent,
    )
    return detection.with_findings(threshold, findings)


def find_findings(
    slices: Sequence[SlicePrediction],
    geometry: Geometry,
    threshold: float,
    spec: FindingSpec,
    grid_to_image: NDArray[np.float64],
    *,
    measure_extent: bool = True,
) -> tuple[Finding, ...]:
    """Join flagged slices to findings, the most probable first.

    Every flagged slice gives the highest place of its CAM, and other places that would flag it by
    themselves: whose cell reaches `spec.peak_level`, and whose own probability the threshold (see
    `FindingSpec.place_slope`). Places of neighbouring flagged slices within `spec.link_mm` of each
    other in the plane are one finding; a gap of up to `spec.bridge_mm` along the normal is bridged.
    """
    candidates = [
        candidate
        for prediction in slices
        if prediction.reaches(threshold)
        for candidate in _candidates(prediction, geometry, spec, grid_to_image)
        if candidate.probability >= threshold
    ]
    groups = _link(candidates, geometry, spec)
    findings = [
        _finding(group, slices, geometry, grid_to_image, measure_extent) for group in groups
    ]
    findings.sort(key=lambda finding: (-finding.probability, finding.peak_slice))
    return tuple(
        Finding(**{**vars(finding), "id": rank}) for rank, finding in enumerate(findings, start=1)
    )


def _candidates(
    prediction: SlicePrediction,
    geometry: Geometry,
    spec: FindingSpec,
    grid_to_image: NDArray[np.float64],
) -> list[_Candidate]:
    cell_mm = _cell_mm(geometry, grid_to_image)
    places = slice_places(
        prediction.probability, prediction.cam, grid_to_image, cell_mm, spec.peak_level, spec
    )
    alone = logistic(places.odds)
    alone[0] = prediction.probability
    result = []
    for peak, probability in zip(places.peaks, alone.tolist(), strict=True):
        place = geometry.to_patient(peak.column, peak.row, prediction.index)
        x, y, z = (float(value) for value in place)
        result.append(_Candidate(prediction.index, peak, probability, (x, y, z)))
    return result


def _link(
    candidates: list[_Candidate], geometry: Geometry, spec: FindingSpec
) -> list[list[_Candidate]]:
    """Groups of candidates that belong together, by union-find."""
    parent = list(range(len(candidates)))

    def root(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    slices = np.array([candidate.slice for candidate in candidates], int)
    positions = geometry.positions_mm[slices]
    places = np.array([candidate.place_mm for candidate in candidates]).reshape(-1, 3)
    in_plane = places - np.outer(places @ geometry.normal, geometry.normal)
    for second in range(len(candidates)):
        next_below = int(np.searchsorted(slices, slices[second] - 1))
        bridged = int(np.searchsorted(positions, positions[second] - spec.bridge_mm))
        first = min(next_below, bridged)
        away = np.linalg.norm(in_plane[first:second] - in_plane[second], axis=1)
        for near in np.flatnonzero(away <= spec.link_mm):
            parent[root(second)] = root(first + int(near))
    groups: dict[int, list[_Candidate]] = {}
    for item, candidate in enumerate(candidates):
        groups.setdefault(root(item), []).append(candidate)
    return list(groups.values())


def _finding(
    group: list[_Candidate],
    slices: Sequence[SlicePrediction],
    geometry: Geometry,
    grid_to_image: NDArray[np.float64],
    measure_extent: bool,
) -> Finding:
    best = _middle_of_the_top(group)
    extent = 0.0
    if measure_extent:
        cell_mm = _cell_mm(geometry, grid_to_image)
        extent = extent_mm(slices[best.slice].cam, best.peak, cell_mm, grid_to_image)
    return Finding(
        id=0,
        first_slice=min(candidate.slice for candidate in group),
        last_slice=max(candidate.slice for candidate in group),
        peak_slice=best.slice,
        row=best.peak.row,
        column=best.peak.column,
        center_lps_mm=best.place_mm,
        extent_mm=extent,
        probability=max(candidate.probability for candidate in group),
    )


def _cell_mm(geometry: Geometry, grid_to_image: NDArray[np.float64]) -> float:
    """Side of a cell of the map."""
    _, row_mm, column_mm = geometry.spacing_mm
    return float(np.linalg.norm(grid_to_image[:, 0] * np.array([row_mm, column_mm])))


def _middle_of_the_top(group: list[_Candidate]) -> _Candidate:
    """The most probable candidate; among those as good as it, the one in their middle.

    Probabilities near 1 differ by nothing that matters, and a lesion shows best in its middle.
    """
    highest = max(candidate.probability for candidate in group)
    top = [item for item in group if item.probability >= AS_GOOD * highest]
    middle = sum(item.slice for item in top) / len(top)
    return min(top, key=lambda item: (abs(item.slice - middle), -item.peak.value))
