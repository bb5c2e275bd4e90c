"""The only readers of DICOM: from a path to series, and from a series to a volume.

The modules are imported when a name of theirs is first asked for (PEP 562): the window needs a few
frozen records at its start, and not pydicom, OpenCV and ONNX Runtime behind them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hcc_viewer.dicom.geometry import Geometry
    from hcc_viewer.dicom.scan import scan_folder, scan_study
    from hcc_viewer.dicom.series import Acquisition, Instance, Patient, PhaseScore, Series, Study
    from hcc_viewer.dicom.volume import Volume, load_volume

_HOMES = {
    "Acquisition": "hcc_viewer.dicom.series",
    "Geometry": "hcc_viewer.dicom.geometry",
    "Instance": "hcc_viewer.dicom.series",
    "Patient": "hcc_viewer.dicom.series",
    "PhaseScore": "hcc_viewer.dicom.series",
    "Series": "hcc_viewer.dicom.series",
    "Study": "hcc_viewer.dicom.series",
    "Volume": "hcc_viewer.dicom.volume",
    "load_volume": "hcc_viewer.dicom.volume",
    "scan_folder": "hcc_viewer.dicom.scan",
    "scan_study": "hcc_viewer.dicom.scan",
}

__all__ = [
    "Acquisition",
    "Geometry",
    "Instance",
    "Patient",
    "PhaseScore",
    "Series",
    "Study",
    "Volume",
    "load_volume",
    "scan_folder",
    "scan_study",
]


def __getattr__(name: str) -> object:
    """Import the module of a public name."""
    if name not in _HOMES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)
