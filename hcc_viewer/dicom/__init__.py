"""The only readers of DICOM: from a path to series, and from a series to a volume."""

from hcc_viewer.dicom.geometry import Geometry
from hcc_viewer.dicom.scan import scan_folder, scan_study
from hcc_viewer.dicom.series import Acquisition, Instance, Patient, PhaseScore, Series, Study
from hcc_viewer.dicom.volume import Volume, load_volume

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
