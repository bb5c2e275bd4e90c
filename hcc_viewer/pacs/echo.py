"""Asks a peer whether it is there and would talk to this program (C-ECHO)."""

from __future__ import annotations

import time

from pynetdicom import build_context
from pynetdicom.sop_class import Verification  # type: ignore[attr-defined]  # made at run time

from hcc_viewer.errors import PacsError
from hcc_viewer.pacs.association import associated, lost
from hcc_viewer.pacs.peer import DEFAULT_AE_TITLE, Peer
from hcc_viewer.pacs.status import SUCCESS, reason
from hcc_viewer.pacs.watch import Told
from hcc_viewer.phrases import Phrase
from hcc_viewer.progress import ReportProgress, ignore_progress


def verify(
    peer: Peer,
    own_ae_title: str = DEFAULT_AE_TITLE,
    report_progress: ReportProgress = ignore_progress,
) -> None:
    """Return if the peer answers.

    Raises:
        PacsError: It cannot be reached, or refuses; the sentence says why.
        CancelledError: `report_progress` asked to stop.
    """
    contexts, told = [build_context(Verification)], Told(report_progress)
    with associated(peer, own_ae_title, contexts, told=told) as association:
        asked = time.monotonic()
        status = association.send_c_echo()
        if "Status" not in status:
            raise lost(peer, time.monotonic() - asked)
        if status.Status != SUCCESS:
            raise PacsError(
                Phrase("{peer} answers, but {reason}.", peer=peer.title, reason=reason(status))
            )
