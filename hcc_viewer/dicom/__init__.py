"""The only readers of DICOM: from a path to series, and from a series to a volume.

The modules are imported when a name of theirs is first asked for (PEP 562): the window needs a few
frozen records at its start, and not pydicom, OpenCV and ONNX Runtime behind them.
"""

from __future__ import annotations

# Before GDCM, which brings a zlib of its own: found first, that crashes the interpreter's.
import zlib  # noqa: F401
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hcc_viewer.dicom.geometry import Geometry
    from hcc_viewer.dicom.image_evidence import look_at_volume
    from hcc_viewer.dicom.liver_look import LiverLook
    from hcc_viewer.dicom.regroup import merge_series, repeat_regroupings, split_series_by
    from hcc_viewer.dicom.scan import scan_folder, scan_study
    from hcc_viewer.dicom.series import (
        SPLIT_KEYS,
        Acquisition,
        Instance,
        Patient,
        PhaseScore,
        Regrouping,
        Series,
        SeriesKey,
        SplitKey,
        Study,
    )
    from hcc_viewer.dicom.volume import Volume, load_volume

_HOMES = {
    "Acquisition": "hcc_viewer.dicom.series",
    "Geometry": "hcc_viewer.dicom.geometry",
    "Instance": "hcc_viewer.dicom.series",
    "LiverLook": "hcc_viewer.dicom.liver_look",
    "Patient": "hcc_viewer.dicom.series",
    "PhaseScore": "hcc_viewer.dicom.series",
    "Regrouping": "hcc_viewer.dicom.series",
    "SPLIT_KEYS": "hcc_viewer.dicom.series",
    "Series": "hcc_viewer.dicom.series",
    "SeriesKey": "hcc_viewer.dicom.series",
    "SplitKey": "hcc_viewer.dicom.series",
    "Study": "hcc_viewer.dicom.series",
    "Volume": "hcc_viewer.dicom.volume",
    "load_volume": "hcc_viewer.dicom.volume",
    "look_at_volume": "hcc_viewer.dicom.image_evidence",
    "merge_series": "hcc_viewer.dicom.regroup",
    "repeat_regroupings": "hcc_viewer.dicom.regroup",
    "scan_folder": "hcc_viewer.dicom.scan",
    "scan_study": "hcc_viewer.dicom.scan",
    "split_series_by": "hcc_viewer.dicom.regroup",
}

__all__ = [
    "SPLIT_KEYS",
    "Acquisition",
    "Geometry",
    "Instance",
    "LiverLook",
    "Patient",
    "PhaseScore",
    "Regrouping",
    "Series",
    "SeriesKey",
    "SplitKey",
    "Study",
    "Volume",
    "load_volume",
    "look_at_volume",
    "merge_series",
    "repeat_regroupings",
    "scan_folder",
    "scan_study",
    "split_series_by",
]


def __getattr__(name: str) -> object:
    """Import the module of a public name."""
    if name not in _HOMES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)
