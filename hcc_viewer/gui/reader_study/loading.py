"""Loads a case blind: its pixels under another name, and in the aided arm what the model says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.gui.results import told_probabilities
from hcc_viewer.progress import ReportProgress

if TYPE_CHECKING:
    from hcc_viewer.catalogue import Catalogue
    from hcc_viewer.detection import Detection, Model
    from hcc_viewer.dicom import Volume


@dataclass(frozen=True, eq=False)
class ShownCase:
    """What the reader sees of a case."""

    volume: Volume
    detection: Detection | None = None
    _cams: dict[int, NDArray[np.float32]] = field(default_factory=dict)

    @property
    def probabilities(self) -> NDArray[np.float64] | None:
        """(slice,) of HCC; None in the unaided arm."""
        if self.detection is None:
            return None
        return told_probabilities(self.detection)

    @property
    def peak_slices(self) -> tuple[int, ...]:
        """Where the model's findings are."""
        findings = () if self.detection is None else self.detection.findings
        return tuple(finding.peak_slice for finding in findings)

    def cam(self, index: int) -> NDArray[np.float32] | None:
        """The heat map of a slice; None in the unaided arm."""
        from hcc_viewer.detection import cam_on_image

        if self.detection is None:
            return None
        if index not in self._cams:
            self._cams[index] = cam_on_image(self.detection, index)
        return self._cams[index]


LoadCase = Callable[[str, str, ReportProgress], ShownCase]
"""Called with the case, the title that the reader sees, and a progress function."""


def catalogue_loader(catalogue: Catalogue, model: Model | None) -> LoadCase:
    """Load cases of a catalogue; with a model, its result comes along."""
    from hcc_viewer.catalogue import CaseFacts, case_volume
    from hcc_viewer.catalogue.store import load_labelled_case

    def load(case: str, title: str, report_progress: ReportProgress) -> ShownCase:
        from hcc_viewer.detection import detect

        loaded = load_labelled_case(case_file(catalogue.folder, case))
        blind = replace(loaded, name=title, facts=CaseFacts("", "", phase=loaded.facts.phase))
        volume = case_volume(blind)
        detection = None if model is None else detect(volume, model, report_progress)
        return ShownCase(volume, detection)

    return load


def case_file(folder: Path, case: str) -> Path:
    """Where a case is."""
    from hcc_viewer.catalogue.index import case_path

    return case_path(folder, case)
