"""To and from a PACS over DICOM's own network protocol; the only home of pynetdicom.

Nothing here runs unless the user asks for it, and no other part of the program uses the network.
All functions are slow and plain: they take `report_progress`, which may raise to stop them, and
what goes wrong is one of the errors of `hcc_viewer.errors`, a sentence for the user.

The modules are imported when a name of theirs is first asked for (PEP 562): a dialog needs a few
records, and pynetdicom behind the functions takes longer to load than a window may stand still.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hcc_viewer.pacs.commitment import CommitmentResult, request_commitment
    from hcc_viewer.pacs.copies import instances_in
    from hcc_viewer.pacs.echo import verify
    from hcc_viewer.pacs.fetch import fetch_study
    from hcc_viewer.pacs.matches import StudyMatch, StudyQuery
    from hcc_viewer.pacs.peer import PacsSettings, Peer
    from hcc_viewer.pacs.query import find_studies
    from hcc_viewer.pacs.send import SendReport, send_files
    from hcc_viewer.pacs.settings_file import load_pacs_settings, save_pacs_settings

_HOMES = {
    "CommitmentResult": "hcc_viewer.pacs.commitment",
    "PacsSettings": "hcc_viewer.pacs.peer",
    "Peer": "hcc_viewer.pacs.peer",
    "SendReport": "hcc_viewer.pacs.send",
    "StudyMatch": "hcc_viewer.pacs.matches",
    "StudyQuery": "hcc_viewer.pacs.matches",
    "fetch_study": "hcc_viewer.pacs.fetch",
    "find_studies": "hcc_viewer.pacs.query",
    "instances_in": "hcc_viewer.pacs.copies",
    "load_pacs_settings": "hcc_viewer.pacs.settings_file",
    "request_commitment": "hcc_viewer.pacs.commitment",
    "save_pacs_settings": "hcc_viewer.pacs.settings_file",
    "send_files": "hcc_viewer.pacs.send",
    "verify": "hcc_viewer.pacs.echo",
}

__all__ = [
    "CommitmentResult",
    "PacsSettings",
    "Peer",
    "SendReport",
    "StudyMatch",
    "StudyQuery",
    "fetch_study",
    "find_studies",
    "instances_in",
    "load_pacs_settings",
    "request_commitment",
    "save_pacs_settings",
    "send_files",
    "verify",
]


def __getattr__(name: str) -> object:
    """Import the module of a public name."""
    if name not in _HOMES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)
