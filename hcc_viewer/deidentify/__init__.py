"""Copies of a study without identity, by the basic profile of DICOM PS3.15 E."""

from hcc_viewer.deidentify.profile import Pseudonyms, deidentify_dataset
from hcc_viewer.deidentify.study import DeidentifiedStudy, deidentify_study

__all__ = ["DeidentifiedStudy", "Pseudonyms", "deidentify_dataset", "deidentify_study"]
