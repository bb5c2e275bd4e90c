"""Runs a detector on labelled cases and holds its answers beside the truth.

A model runs as in the program (`detect`), one case after another. A slice is positive when HCC
covers at least the given area in it; slices with less are left out. A finding hits a lesion when
its peak lies within TOLERANCE_MM of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from hcc_viewer.detection import Detection, Model, at_threshold, detect
from hcc_viewer.training.cases import case_volume
from hcc_viewer.training.phantom.types import SimulatedCase, Tissue
from hcc_viewer.training.visibility import contrast_to_noise

Detector = Callable[[SimulatedCase, bool], Detection]
"""Gives its answer on a case, or on the paired image without HCC where the second is False."""

TOLERANCE_MM = 10.0
"""A peak this near to a lesion's edge hits it."""

PLACES = (
    "air",
    "liver",
    "vessel",
    "bile duct or gallbladder",
    "heart",
    "spleen",
    "kidney",
    "stomach, bowel or pancreas",
    "other body",
    "cyst",
    "haemangioma",
    "nodule",
    "fibrosis, fat or perfusion",
    "clip",
    "HCC",
)
"""What a false finding may lie on; `HCC`: a place in one
that is not in this slice."""

_PLACE_OF_TISSUE = {
    "air": (Tissue.AIR,),
    "liver": (Tissue.LIVER,),
    "vessel": (Tissue.BLOOD,),
    "bile duct or gallbladder": (Tissue.GALLBLADDER, Tissue.BILE_DUCT),
    "heart": (Tissue.HEART_MUSCLE,),
    "spleen": (Tissue.SPLEEN,),
    "kidney": (Tissue.KIDNEY_CORTEX, Tissue.KIDNEY_MEDULLA),
    "stomach, bowel or pancreas": (
        Tissue.STOMACH_WALL,
        Tissue.BOWEL_WALL,
        Tissue.BOWEL_CONTENT,
        Tissue.PANCREAS,
    ),
}

_PLACE_OF_LESION = {
    "cyst": "cyst",
    "haemangioma": "haemangioma",
    "dysplastic nodule": "nodule",
    "regenerative nodule": "nodule",
    "clip": "clip",
    "hcc": "HCC",
}


@dataclass(frozen=True)
class CaseFacts:
    """What subgroups are made by."""

    name: str
    anatomy: str
    """`procedural`, or the real case's name."""
    vendor: str
    field_strength_t: float


@dataclass(frozen=True, eq=False)
class CaseResult:
    """What the model said of one case, beside the truth."""

    detection: Detection
    is_positive: NDArray[np.bool_]
    """(slice,)"""
    is_counted: NDArray[np.bool_]
    """(slice,) False where HCC covers too little to call the slice positive or negative."""
    distance_mm: NDArray[np.float32]
    """(lesion, slice, row, column) distance from each HCC of the case, halved resolution."""
    diameters_mm: tuple[float, ...]
    """Of each HCC that fills a voxel to one half; what lies between the slices is none."""
    facts: CaseFacts
    places: NDArray[np.uint8]
    """(slice, row, column) index into PLACES, halved resolution."""
    paired: Detection | None = None
    """The answer on the same patient and noise without HCC, where it was asked for."""
    contrasts_to_noise: tuple[float, ...] = ()
    """Of each HCC, as `visibility.contrast_to_noise`; NaN or empty where it is not known."""

    @property
    def probabilities(self) -> NDArray[np.float64]:
        """(slice,) of HCC."""
        return np.array([item.probability for item in self.detection.slices])

    def at(self, threshold: float) -> tuple[NDArray[np.bool_], int]:
        """(lesion,) which HCCs are found at a threshold, and the number of false findings."""
        found = np.zeros(len(self.diameters_mm), bool)
        false = 0
        for finding in at_threshold(self.detection, threshold, measure_extent=False).findings:
            near = self._near(finding.peak_slice, finding.row, finding.column)
            found |= near
            false += int(not near.any())
        return found, false

    def pointing(self, threshold: float) -> tuple[int, int]:
        """Hits of the CAM's peak in the HCC (with tolerance), and flagged positive slices."""
        hits = total = 0
        for item in self.detection.slices:
            if self.is_positive[item.index] and item.probability >= threshold:
                total += 1
                hits += int(self._near(item.index, item.peak.row, item.peak.column).any())
        return hits, total

    def false_places(self, threshold: float) -> list[str]:
        """What each false finding lies on, by PLACES."""
        names = []
        for finding in at_threshold(self.detection, threshold, measure_extent=False).findings:
            if not self._near(finding.peak_slice, finding.row, finding.column).any():
                row, column = self._cell(finding.row, finding.column)
                names.append(PLACES[self.places[finding.peak_slice, row, column]])
        return names

    def paired_false(self, threshold: float) -> int:
        """Findings at a threshold in the paired image without HCC; all are false."""
        if self.paired is None:
            raise ValueError("The case was evaluated without its pair.")
        return len(at_threshold(self.paired, threshold, measure_extent=False).findings)

    def chance_of_pointing(self, threshold: float) -> list[float]:
        """For each flagged positive slice: the share of the body where a peak would hit."""
        shares = []
        for item in self.detection.slices:
            if self.is_positive[item.index] and item.probability >= threshold:
                body = self.places[item.index] != PLACES.index("air")
                hit = (self.distance_mm[:, item.index] <= TOLERANCE_MM).any(axis=0)
                shares.append(float((hit & body).sum() / max(int(body.sum()), 1)))
        return shares

    def _cell(self, row: float, column: float) -> tuple[int, int]:
        _, rows, columns = self.places.shape
        return (
            min(max(round(row / 2), 0), rows - 1),
            min(max(round(column / 2), 0), columns - 1),
        )

    def _near(self, index: int, row: float, column: float) -> NDArray[np.bool_]:
        if not len(self.diameters_mm):
            return np.zeros(0, bool)
        place = self._cell(row, column)
        return np.asarray(self.distance_mm[:, index, place[0], place[1]] <= TOLERANCE_MM)


def model_detector(model: Model) -> Detector:
    """The model as the program runs it."""

    def run(case: SimulatedCase, with_lesions: bool) -> Detection:
        return detect(case_volume(case, with_lesions=with_lesions), model)

    return run


def evaluate_case(
    case: SimulatedCase, detector: Detector, positive_area_mm2: float, *, with_pair: bool = False
) -> CaseResult:
    """Run a detector on one case.

    Args:
        case: The case with its truth.
        detector: For a model, `model_detector(model)`.
        positive_area_mm2: See the module's docstring.
        with_pair: Also run it on the paired image without HCC, where the case has one.
    """
    lesions = [
        lesion for lesion in case.truth if lesion.is_hcc and (case.lesions == lesion.id).any()
    ]
    is_hcc = np.isin(case.lesions, [lesion.id for lesion in lesions])
    _, row_mm, column_mm = case.geometry.spacing_mm
    area = is_hcc.sum(axis=(1, 2)) * row_mm * column_mm
    shape = case.lesions[:, ::2, ::2].shape
    distance = [_distance(case, lesion.id) for lesion in lesions]
    paired = with_pair and case.image_without_lesions is not None
    return CaseResult(
        detection=detector(case, True),
        is_positive=np.asarray(area >= positive_area_mm2),
        is_counted=np.asarray((area == 0) | (area >= positive_area_mm2)),
        distance_mm=np.asarray(distance, np.float32).reshape(len(lesions), *shape),
        diameters_mm=tuple(lesion.diameter_mm for lesion in lesions),
        contrasts_to_noise=tuple(contrast_to_noise(case, lesion.id) for lesion in lesions),
        facts=CaseFacts(
            case.name,
            case.source.split(",")[0],
            str(case.protocol.get("vendor", "unknown")),
            float(case.protocol.get("MagneticFieldStrength", 0.0)),
        ),
        places=_places(case),
        paired=detector(case, False) if paired else None,
    )


def evaluate(
    cases: Iterable[SimulatedCase],
    detector: Detector,
    positive_area_mm2: float,
    report_progress: Callable[[int], None] | None = None,
    *,
    with_pair: bool = False,
) -> list[CaseResult]:
    """Run a detector on cases one after another; `report_progress` gets the number done."""
    results = []
    for done, case in enumerate(cases, start=1):
        results.append(evaluate_case(case, detector, positive_area_mm2, with_pair=with_pair))
        if report_progress is not None:
            report_progress(done)
    return results


def _distance(case: SimulatedCase, lesion_id: int) -> NDArray[np.float64]:
    """(slice, row, column) mm from a lesion, halved resolution, thin lesions included."""
    spacing = np.array(case.geometry.spacing_mm)
    is_outside = case.lesions != lesion_id
    small = is_outside[:, ::2, ::2]
    if not small.all():
        return np.asarray(ndimage.distance_transform_edt(small, sampling=spacing * (1, 2, 2)))
    whole = ndimage.distance_transform_edt(is_outside, sampling=spacing)
    return np.asarray(whole[:, ::2, ::2])


def _places(case: SimulatedCase) -> NDArray[np.uint8]:
    """What lies where, halved resolution; lesions and mimics on top of tissue."""
    table = np.full(256, PLACES.index("other body"), np.uint8)
    for name, tissues in _PLACE_OF_TISSUE.items():
        table[list(tissues)] = PLACES.index(name)
    out = table[case.labels[:, ::2, ::2]]
    for lesion in case.truth:
        name = _PLACE_OF_LESION.get(lesion.kind, "fibrosis, fat or perfusion")
        out[case.lesions[:, ::2, ::2] == lesion.id] = PLACES.index(name)
    return np.asarray(out)
