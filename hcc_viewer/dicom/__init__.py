"""The only readers of DICOM: from a path to series, and from a series to a volume."""

from hcc_viewer.dicom.geometry import Geometry
from hcc_viewer.dicom.image_evidence import look_at_volume
from hcc_viewer.dicom.liver_look import LiverLook
from hcc_viewer.dicom.regroup import SPLIT_KEYS, SplitKey, merge_series, split_series_by
from hcc_viewer.dicom.scan import scan_folder, scan_study
from hcc_viewer.dicom.series import Acquisition, Instance, Patient, PhaseScore, Series, Study
from hcc_viewer.dicom.volume import Volume, load_volume

__all__ = [
    "SPLIT_KEYS",
    "Acquisition",
    "Geometry",
    "Instance",
    "LiverLook",
    "Patient",
    "PhaseScore",
    "Series",
    "SplitKey",
    "Study",
    "Volume",
    "load_volume",
    "look_at_volume",
    "merge_series",
    "scan_folder",
    "scan_study",
    "split_series_by",
]
