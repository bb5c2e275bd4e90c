"""Brings a study from a peer into a folder (C-GET, or C-MOVE to a store of our own).

The study appears in its folder when it is whole. What came before a connection broke is kept
beside it, and the next fetch asks for the rest only.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pydicom import Dataset
from pynetdicom import build_context, evt
from pynetdicom.sop_class import (  # type: ignore[attr-defined]  # made at run time
    StudyRootQueryRetrieveInformationModelGet,
    StudyRootQueryRetrieveInformationModelMove,
)

from hcc_viewer.errors import PacsError
from hcc_viewer.pacs.association import associated, listening, lost
from hcc_viewer.pacs.contexts import retrieve_contexts, retrieve_roles, store_contexts
from hcc_viewer.pacs.inbox import Inbox
from hcc_viewer.pacs.matches import RemoteSeries
from hcc_viewer.pacs.peer import DEFAULT_AE_TITLE, DEFAULT_STORE_PORT, Peer
from hcc_viewer.pacs.query import list_series
from hcc_viewer.pacs.status import SUCCESS, is_pending, reason
from hcc_viewer.pacs.watch import Told
from hcc_viewer.phrases import Phrase
from hcc_viewer.progress import ReportProgress, ignore_progress

RETRIES = 2
"""How often a broken connection is tried anew before the user is told."""

RETRY_WAIT_S = 1.0

_BATCH = 100
"""Instances asked for at once when only some of a series are missing."""

_PARTLY = 0xB000
"""Of sub-operations some failed (PS3.4 C.4.2.1.5 and C.4.3.1.4)."""


def fetch_study(
    peer: Peer,
    study_uid: str,
    out_dir: str | Path,
    own_ae_title: str = DEFAULT_AE_TITLE,
    store_port: int = DEFAULT_STORE_PORT,
    report_progress: ReportProgress = ignore_progress,
    *,
    may_grow: bool = False,
) -> Path:
    """Bring a study into `out_dir/<study_uid>`, which it gives.

    Args:
        peer: Where the study is.
        study_uid: Its StudyInstanceUID.
        out_dir: Made if need be.
        own_ae_title: Under which the peer knows this program.
        store_port: Where the peer sends to, when it retrieves by C-MOVE.
        report_progress: Called with the instances here and their total.
        may_grow: Whether a study that is there already gets what it lacks; what it has stays.

    Raises:
        PacsError: The peer cannot be reached, refuses, does not have the study, or breaks off
            and does not come back. What has come is kept for the next time.
        OutputError: The disk does not take it, or the study is there already and may not grow.
        CancelledError: `report_progress` asked to stop.
    """
    inbox = Inbox(Path(out_dir), study_uid, may_grow)
    told = Told(report_progress)
    try:
        wanted = list_series(peer, own_ae_title, study_uid, told)
        total = sum(len(series.instance_uids) for series in wanted)
        if not total:
            raise PacsError(
                Phrase("{peer} has no study {study_uid}.", peer=peer.title, study_uid=study_uid)
            )
        inbox.expect(uid for series in wanted for uid in series.instance_uids)
        job = _Retrieval(peer, own_ae_title, store_port, study_uid, inbox, told, total)
        for attempt in range(RETRIES + 1):
            missing = _missing(wanted, inbox)
            if not missing:
                break
            try:
                job.run(missing)
            except PacsError:
                if attempt == RETRIES:
                    raise
                time.sleep(RETRY_WAIT_S)
        _check_whole(peer, wanted, inbox)
        told(total, total)
        return inbox.finish()
    finally:
        inbox.drop_if_empty()


class _Retrieval:
    """Asks for what is missing, over one association at a time."""

    def __init__(
        self,
        peer: Peer,
        own_ae_title: str,
        store_port: int,
        study_uid: str,
        inbox: Inbox,
        told: Told,
        total: int,
    ) -> None:
        self._peer, self._own, self._port = peer, own_ae_title, store_port
        self._study_uid, self._inbox = study_uid, inbox
        self._told, self._total = told, total

    def run(self, missing: Sequence[RemoteSeries]) -> None:
        """Fetch the missing instances.

        Raises:
            PacsError: The peer fails, refuses or goes away.
            OutputError: The disk does not take them.
        """
        kinds = [kind for series in missing for kind in series.sop_class_uids]
        with self._way(kinds) as ask:
            for series in missing:
                for start in range(0, len(series.instance_uids), _BATCH):
                    batch = series.instance_uids[start : start + _BATCH]
                    try:
                        self._follow(ask(self._identifier(series, batch)))
                    except RuntimeError as error:  # the connection broke between two requests
                        raise lost(self._peer) from error

    @contextmanager
    def _way(
        self, kinds: Sequence[str]
    ) -> Iterator[Callable[[Dataset], Iterator[tuple[Dataset, Dataset | None]]]]:
        """The function that asks the peer for objects of these kinds, by C-GET or C-MOVE."""
        handlers = [(evt.EVT_C_STORE, self._inbox.take)]
        if self._peer.retrieve == "move":
            with (
                listening(self._own, self._port, store_contexts(), handlers),
                associated(self._peer, self._own, _MOVE_CONTEXTS, told=self._told) as association,
            ):
                yield lambda wanted: association.send_c_move(
                    wanted, self._own, StudyRootQueryRetrieveInformationModelMove
                )
            return
        stored = retrieve_contexts(kinds)
        with associated(
            self._peer,
            self._own,
            [*_GET_CONTEXTS, *stored],
            handlers=handlers,
            negotiation=retrieve_roles(stored),
            told=self._told,
        ) as association:
            offered = {str(context.abstract_syntax) for context in association.accepted_contexts}
            if StudyRootQueryRetrieveInformationModelGet not in offered:
                text = "{peer} does not offer C-GET; choose C-MOVE for it."
                raise PacsError(Phrase(text, peer=self._peer.title))
            yield lambda wanted: association.send_c_get(
                wanted, StudyRootQueryRetrieveInformationModelGet
            )

    def _follow(self, answers: Iterator[tuple[Dataset, Dataset | None]]) -> None:
        """Wait until one request is answered, and tell how far it is."""
        asked = time.monotonic()
        for status, _ in answers:
            if self._inbox.failure is not None:
                raise self._inbox.output_error(self._inbox.failure)
            if "Status" not in status:
                raise lost(self._peer, time.monotonic() - asked)
            asked = time.monotonic()
            self._told(min(self._inbox.count, self._total), self._total)
            if not is_pending(status) and status.Status not in (SUCCESS, _PARTLY):
                raise PacsError(
                    Phrase(
                        "{peer} did not send the study: {reason}.",
                        peer=self._peer.title,
                        reason=reason(status),
                    )
                )

    def _identifier(self, series: RemoteSeries, batch: Sequence[str]) -> Dataset:
        identifier = Dataset()
        identifier.QueryRetrieveLevel = "IMAGE"
        identifier.StudyInstanceUID = self._study_uid
        identifier.SeriesInstanceUID = series.series_instance_uid
        identifier.SOPInstanceUID = list(batch)
        return identifier


_GET_CONTEXTS = [build_context(StudyRootQueryRetrieveInformationModelGet)]

_MOVE_CONTEXTS = [build_context(StudyRootQueryRetrieveInformationModelMove)]


def _missing(wanted: Sequence[RemoteSeries], inbox: Inbox) -> list[RemoteSeries]:
    """What is not here yet, by series."""
    have = inbox.have
    rest = (
        replace(one, instance_uids=tuple(uid for uid in one.instance_uids if uid not in have))
        for one in wanted
    )
    return [one for one in rest if one.instance_uids]


def _check_whole(peer: Peer, wanted: Sequence[RemoteSeries], inbox: Inbox) -> None:
    """Refuse a study of which something did not come.

    Raises:
        PacsError: Something is missing.
    """
    lacking = sum(len(one.instance_uids) for one in _missing(wanted, inbox))
    if lacking:
        total = sum(len(one.instance_uids) for one in wanted)
        raise PacsError(
            Phrase(
                "{peer} did not send {lacking} of {total} images of the study; those that "
                "came are kept, and fetching again asks for the rest.",
                peer=peer.title,
                lacking=lacking,
                total=total,
            )
        )
