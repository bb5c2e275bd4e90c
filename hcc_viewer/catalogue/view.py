"""A labelled case as the program's own volume: shown and measured as any other."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import numpy as np

from hcc_viewer.catalogue.types import LabelledCase
from hcc_viewer.dicom import Acquisition, Instance, PhaseScore, Series, Volume


def case_volume(case: LabelledCase) -> Volume:
    """The volume that the program would load from the case's files; it names no patient."""
    root = f"2.25.{int(sha256(case.name.encode()).hexdigest()[:24], 16)}"
    is_hbp = case.facts.phase == "hepatobiliary"
    series = Series(
        study_instance_uid=root,
        series_instance_uid=f"{root}.1",
        description=case.name,
        modality="MR",
        instances=tuple(
            Instance(Path(case.name), f"{root}.1.{index + 1}") for index in range(len(case.image))
        ),
        geometry=case.geometry,
        rows=case.image.shape[1],
        columns=case.image.shape[2],
        phase=PhaseScore(100 if is_hbp else 20, ("as the case catalogue says",)),
        acquisition=Acquisition(
            manufacturer=case.facts.vendor,
            manufacturer_model_name=case.facts.scanner,
            magnetic_field_strength_t=case.facts.field_strength_t,
        ),
    )
    low, high = (float(value) for value in np.percentile(case.image, (0.5, 99.5)))
    width = max(high - low, 1.0)
    return Volume(series, case.image, window_center=low + width / 2, window_width=width)
