"""Simulated cases as the program's own series and volumes, so that evaluation runs the program."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.dicom import Instance, PhaseScore, Series, Volume
from hcc_viewer.training.phantom.types import SimulatedCase


def case_volume(case: SimulatedCase, *, with_lesions: bool = True) -> Volume:
    """The volume that the program would load from the case's DICOM files.

    Raises:
        ValueError: The paired image is asked for and the case has none.
    """
    image = case.image if with_lesions else case.image_without_lesions
    if image is None:
        raise ValueError(f"The case {case.name} has no paired image without lesions.")
    array: NDArray[np.float32] = image.astype(np.float32)
    series = Series(
        study_instance_uid=f"2.25.{case.seed}",
        series_instance_uid=f"2.25.{case.seed}.1",
        description="Simulated hepatobiliary phase",
        modality="MR",
        instances=tuple(
            Instance(Path(case.name), f"2.25.{case.seed}.1.{index + 1}")
            for index in range(len(array))
        ),
        geometry=case.geometry,
        rows=array.shape[1],
        columns=array.shape[2],
        phase=PhaseScore(100, ("simulated",)),
    )
    high = float(np.percentile(array, 99.5))
    return Volume(series, array, window_center=high / 2, window_width=high)
