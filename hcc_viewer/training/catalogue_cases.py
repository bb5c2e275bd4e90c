"""Catalogue cases where training and evaluation expect simulated ones.

Both take a case with its truth voxel by voxel. What a real case does not say is marked: tissue that
nobody outlined is UNKNOWN_TISSUE in an Example, and a case that only lists its positive slices has
an infinite area of HCC there, which the losses understand as "here, but nobody said where".
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.catalogue import LabelledCase, Organ
from hcc_viewer.detection.model_card import InputSpec
from hcc_viewer.detection.preprocess import BODY_LEVEL, grey_range
from hcc_viewer.training.evaluate import CaseResult, Detector, evaluate_case
from hcc_viewer.training.examples import UNKNOWN_TISSUE, Example, make_example
from hcc_viewer.training.phantom.types import Lesion, SimulatedCase, Tissue

_TISSUES = {
    Organ.LIVER: Tissue.LIVER,
    Organ.SPLEEN: Tissue.SPLEEN,
    Organ.KIDNEY: Tissue.KIDNEY_CORTEX,
    Organ.GALLBLADDER: Tissue.GALLBLADDER,
    Organ.VESSEL: Tissue.BLOOD,
    Organ.BOWEL: Tissue.BOWEL_CONTENT,
    Organ.PANCREAS: Tissue.PANCREAS,
    Organ.HEART: Tissue.HEART_MUSCLE,
    Organ.LUNG: Tissue.LUNG,
    Organ.MUSCLE: Tissue.MUSCLE,
    Organ.BILE_DUCT: Tissue.BILE_DUCT,
    Organ.OTHER: Tissue.OTHER_SOFT_TISSUE,
    Organ.UNKNOWN: Tissue.OTHER_SOFT_TISSUE,
}


def as_simulated(case: LabelledCase) -> SimulatedCase:
    """The same voxels and truth in the type that training and evaluation take."""
    return SimulatedCase(
        name=case.name,
        seed=int(sha256(case.name.encode()).hexdigest()[:8], 16),
        image=case.image,  # type: ignore[arg-type] # any number type will do
        labels=_labels(case),
        lesions=case.lesions,  # type: ignore[arg-type] # more than 255 lesions are possible
        geometry=case.geometry,
        truth=tuple(
            Lesion(lesion.id, lesion.kind, lesion.center_lps_mm, lesion.diameter_mm, 0.0)
            for lesion in case.truth
        ),
        protocol={
            "vendor": case.facts.vendor or "unknown",
            "MagneticFieldStrength": case.facts.field_strength_t or 0.0,
        },
        parameters={},
        source=case.facts.source,
    )


def catalogue_example(case: LabelledCase, spec: InputSpec) -> Example:
    """A case as the network sees it."""
    example = make_example(as_simulated(case), spec)
    if (case.organs == Organ.UNKNOWN).any():
        tissues = example.tissues.copy()
        tissues[tissues == 0] = UNKNOWN_TISSUE
        example = replace(example, tissues=tissues)
    if case.label_kind == "slices":
        unknown = np.nextafter(0.0, 1.0)  # some HCC, too little to count either way
        area = np.nan_to_num(case.hcc_area_mm2(), nan=unknown, posinf=np.inf)
        example = replace(example, hcc_area_mm2=area)
    return example


def catalogue_result(
    case: LabelledCase, detector: Detector, positive_area_mm2: float
) -> CaseResult:
    """Run a detector on a case.

    Where only slices are labelled, their HCC is one lesion of unknown size (NaN) that any finding
    in a positive slice hits.
    """
    result = evaluate_case(as_simulated(case), detector, positive_area_mm2)
    if case.label_kind != "slices":
        return result
    truth = case.slice_truth(positive_area_mm2)
    shape = result.places.shape
    distance = np.where(truth == 0, np.inf, 0.0).astype(np.float32)
    has_lesion = bool((truth == 1).any())
    return replace(
        result,
        is_positive=truth == 1,
        is_counted=truth >= 0,
        distance_mm=np.broadcast_to(distance[None, :, None, None], (int(has_lesion), *shape)),
        diameters_mm=(float("nan"),) * int(has_lesion),
    )


def _labels(case: LabelledCase) -> NDArray[np.uint8]:
    """(slice, row, column) Tissue values; air where it is dark and nobody said otherwise."""
    table = np.full(256, Tissue.OTHER_SOFT_TISSUE, np.uint8)
    for organ, tissue in _TISSUES.items():
        table[organ] = tissue
    labels = np.asarray(table[case.organs])
    air, bright = grey_range(case.image, 98.0)
    dark = case.image < air + BODY_LEVEL * (bright - air)
    labels[dark & (case.organs == Organ.UNKNOWN)] = Tissue.AIR
    return labels
