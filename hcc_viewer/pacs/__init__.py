"""To and from a PACS over DICOM's own network protocol; the only home of pynetdicom.

Nothing here runs unless the user asks for it, and no other part of the program uses the network.
All functions are slow and plain: they take `report_progress`, which may raise to stop them, and
what goes wrong is one of the errors of `hcc_viewer.errors`, a sentence for the user.
"""

from hcc_viewer.pacs.commitment import CommitmentResult, request_commitment
from hcc_viewer.pacs.echo import verify
from hcc_viewer.pacs.fetch import fetch_study
from hcc_viewer.pacs.peer import PacsSettings, Peer
from hcc_viewer.pacs.query import StudyMatch, StudyQuery, find_studies
from hcc_viewer.pacs.send import SendReport, send_files
from hcc_viewer.pacs.settings_file import load_pacs_settings, save_pacs_settings

__all__ = [
    "CommitmentResult",
    "PacsSettings",
    "Peer",
    "SendReport",
    "StudyMatch",
    "StudyQuery",
    "fetch_study",
    "find_studies",
    "load_pacs_settings",
    "request_commitment",
    "save_pacs_settings",
    "send_files",
    "verify",
]
