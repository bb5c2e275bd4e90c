"""Asks a peer to confirm that it keeps what it was sent (Storage Commitment, PS3.4 J)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event

from pydicom import Dataset
from pydicom.uid import generate_uid
from pynetdicom import build_context, evt
from pynetdicom.sop_class import (  # type: ignore[attr-defined]  # made at run time
    StorageCommitmentPushModel,
)

from hcc_viewer.errors import PacsError
from hcc_viewer.pacs.association import associated, listening
from hcc_viewer.pacs.peer import DEFAULT_AE_TITLE, DEFAULT_STORE_PORT, Peer
from hcc_viewer.pacs.send import Outgoing
from hcc_viewer.pacs.status import SUCCESS
from hcc_viewer.pacs.watch import Told
from hcc_viewer.phrases import Phrase
from hcc_viewer.progress import ReportProgress, ignore_progress

WAIT_S = 20.0
"""How long the answer is awaited; a peer may take hours, and then says it to nobody."""

_WELL_KNOWN_INSTANCE = "1.2.840.10008.1.20.1.1"

_REQUEST = 1


@dataclass(frozen=True)
class CommitmentResult:
    """What the peer says that it keeps."""

    committed: frozenset[str]
    """SOPInstanceUIDs."""
    failed: frozenset[str]
    """Those that an answer does not name as kept."""
    note: str
    """A sentence for the user."""


def request_commitment(
    peer: Peer,
    sent: Sequence[Outgoing],
    own_ae_title: str = DEFAULT_AE_TITLE,
    store_port: int = DEFAULT_STORE_PORT,
    wait_s: float = WAIT_S,
    report_progress: ReportProgress = ignore_progress,
) -> CommitmentResult:
    """Ask, and wait for the answer on the same connection or on one that the peer opens.

    Where the peer does not offer the service, or does not answer in time, the result's note says
    so; nothing is lost by that.

    Raises:
        CancelledError: `report_progress` asked to stop.
    """
    request = _request(sent)
    answer, told = _Answer(request), Told(report_progress)
    handlers = [(evt.EVT_N_EVENT_REPORT, answer.take)]
    contexts = [build_context(StorageCommitmentPushModel)]
    served = build_context(StorageCommitmentPushModel)
    served.scu_role, served.scp_role = False, True
    try:
        with (
            listening(own_ae_title, store_port, [served], handlers),
            associated(peer, own_ae_title, contexts, handlers=handlers, told=told) as association,
        ):
            status, _ = association.send_n_action(
                request, _REQUEST, StorageCommitmentPushModel, _WELL_KNOWN_INSTANCE
            )
            if status.get("Status") == SUCCESS:
                answer.wait(wait_s, told)
    except PacsError as error:
        return CommitmentResult(
            frozenset(), frozenset(), Phrase("Storage is not confirmed: {error}", error=str(error))
        )
    return answer.result(peer)


class _Answer:
    """The peer's answer, which arrives in a thread of its own."""

    def __init__(self, request: Dataset) -> None:
        self._transaction = str(request.TransactionUID)
        self._asked = _uids(request, "ReferencedSOPSequence")
        self._arrived = Event()
        self._committed: frozenset[str] = frozenset()
        self._failed: frozenset[str] = frozenset()

    def take(self, event: evt.Event) -> tuple[int, None]:
        """Keep what an N-EVENT-REPORT tells; that to an earlier request may come late."""
        told = event.event_information
        if str(told.get("TransactionUID") or self._transaction) == self._transaction:
            self._committed = _uids(told, "ReferencedSOPSequence") & self._asked
            self._failed = self._asked - self._committed
            self._arrived.set()
        return SUCCESS, None

    def wait(self, seconds: float, report_progress: ReportProgress) -> None:
        """Wait until it is there, or for so long."""
        end = time.monotonic() + seconds
        while not self._arrived.wait(0.1) and time.monotonic() < end:
            report_progress(0, 0)

    def result(self, peer: Peer) -> CommitmentResult:
        """What came, in words."""
        total = len(self._asked)
        if not self._arrived.is_set():
            note = Phrase("{peer} has not confirmed storage; it may do so later.", peer=peer.title)
        elif self._failed:
            note = Phrase(
                "{peer} does not confirm {failed} of {total} objects.",
                peer=peer.title,
                failed=len(self._failed),
                total=total,
            )
        else:
            note = Phrase(
                "{peer} confirms that it keeps all {total} objects.", peer=peer.title, total=total
            )
        return CommitmentResult(self._committed, self._failed, note)


def _request(sent: Sequence[Outgoing]) -> Dataset:
    request = Dataset()
    request.TransactionUID = generate_uid()
    request.ReferencedSOPSequence = [_reference(file) for file in sent]
    return request


def _reference(file: Outgoing) -> Dataset:
    reference = Dataset()
    reference.ReferencedSOPClassUID = file.sop_class_uid
    reference.ReferencedSOPInstanceUID = file.sop_instance_uid
    return reference


def _uids(told: Dataset, keyword: str) -> frozenset[str]:
    return frozenset(str(item.ReferencedSOPInstanceUID) for item in told.get(keyword) or ())
