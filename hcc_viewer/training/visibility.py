"""How well a lesion of a simulated case stands out of its surroundings: what can be seen at all."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from hcc_viewer.training.phantom.types import SimulatedCase, Tissue

AROUND_MM = 12.0
"""The liver this near to a lesion is what it is seen against."""

GAP_MM = 2.0
"""Left out around a lesion: its edge."""

FEWEST_VOXELS = 30
"""Of liver around, to say how uneven it is."""


def contrast_to_noise(case: SimulatedCase, lesion_id: int) -> float:
    """Mean change of the signal that a lesion makes, over the unevenness of the liver around it.

    The change is the difference of the image and its pair, which has the same anatomy and noise
    and no HCC, averaged over the voxels of the lesion. The unevenness is the standard deviation of
    the liver's signal in the pair within AROUND_MM, where no other lesion is: noise, texture and
    small vessels together. A ratio of 1 to 2 is at the limit of what a reader sees in a spot of a
    few pixels; 3 to 5 is plain (Rose, J Opt Soc Am 1948;38:196).

    Args:
        case: With its pair.
        lesion_id: Of `SimulatedCase.truth`.

    Returns:
        The ratio, positive for a lesion that is darker than without it; NaN where the case has no
        pair, the lesion no voxel, or the liver around too few.
    """
    box = _box(case, lesion_id)
    if case.image_without_lesions is None or box is None:
        return float("nan")
    lesions = case.lesions[box]
    inside = lesions == lesion_id
    away = ndimage.distance_transform_edt(~inside, sampling=case.geometry.spacing_mm)
    liver = (case.labels[box] == Tissue.LIVER) & (lesions == 0)
    around = liver & (away > GAP_MM) & (away <= AROUND_MM)
    if around.sum() < FEWEST_VOXELS:
        return float("nan")
    without = case.image_without_lesions[box].astype(np.float64)
    drop = (without - case.image[box])[inside].mean()
    return float(drop / max(without[around].std(), 1e-9))


def _box(case: SimulatedCase, lesion_id: int) -> tuple[slice, ...] | None:
    """The lesion with AROUND_MM on all sides; None where it has no voxel."""
    found = ndimage.find_objects((case.lesions == lesion_id).astype(np.int8))
    if not found:
        return None
    reach = [int(np.ceil(AROUND_MM / step)) for step in case.geometry.spacing_mm]
    return tuple(
        slice(max(part.start - more, 0), part.stop + more)
        for part, more in zip(found[0], reach, strict=True)
    )
