"""Labelled cases in one folder: pixels, lesions, where they are from, and which part they are for.

Importers (`training/importers`) write a catalogue; training, validation and reading studies use it.
"""

from hcc_viewer.catalogue.index import CaseRow, Catalogue, open_catalogue
from hcc_viewer.catalogue.sources import Exclusion, Source
from hcc_viewer.catalogue.types import CaseFacts, CaseLesion, LabelKind, LabelledCase, Organ
from hcc_viewer.catalogue.view import case_volume
from hcc_viewer.catalogue.writer import CatalogueWriter

__all__ = [
    "CaseFacts",
    "CaseLesion",
    "CaseRow",
    "Catalogue",
    "CatalogueWriter",
    "Exclusion",
    "LabelKind",
    "LabelledCase",
    "Organ",
    "Source",
    "case_volume",
    "open_catalogue",
]
