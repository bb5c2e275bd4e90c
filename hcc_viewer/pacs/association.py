"""One connection to a peer, and a sentence for each way in which it can fail."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager, nullcontext
from threading import Thread
from typing import Any

from pynetdicom import AE
from pynetdicom.association import Association
from pynetdicom.presentation import PresentationContext

from hcc_viewer.errors import CancelledError, PacsError
from hcc_viewer.pacs.peer import Peer
from hcc_viewer.pacs.watch import INTERVAL_S, Told, watched
from hcc_viewer.phrases import Phrase
from hcc_viewer.system_faults import os_reason

# pynetdicom writes whole datasets at lower levels: patients' names must not reach a log.
logging.getLogger("pynetdicom").setLevel(logging.CRITICAL)

CONNECT_TIMEOUT_S = 10.0

AGREE_TIMEOUT_S = 20.0
"""How long a peer may think about an association."""

_REJECTIONS: dict[int, Callable[[str, str], Phrase]] = {
    0x01: lambda own, peer: Phrase("it gives no reason"),
    0x02: lambda own, peer: Phrase("it does not know the application context"),
    0x03: lambda own, peer: Phrase(
        "it does not know this program's AE title '{own}'; it must be entered there", own=own
    ),
    0x07: lambda own, peer: Phrase(
        "it is not called '{peer}'; check the peer's AE title", peer=peer
    ),
}
"""By A-ASSOCIATE-RJ's reason where the source is the service user (PS3.8 9.3.4)."""


@contextmanager
def associated(
    peer: Peer,
    own_ae_title: str,
    contexts: Sequence[PresentationContext],
    *,
    handlers: Sequence[Any] = (),
    negotiation: Sequence[Any] = (),
    told: Told | None = None,
) -> Iterator[Association]:
    """An association with a peer, released at the end and aborted when anything is raised.

    Where `told` is given, it is asked all the time whether the user has cancelled.

    Raises:
        PacsError: The peer cannot be reached, or refuses; the sentence says why.
        CancelledError: The user has cancelled.
    """
    entity = AE(ae_title=own_ae_title)
    entity.connection_timeout = min(CONNECT_TIMEOUT_S, peer.timeout_s)
    entity.acse_timeout = min(AGREE_TIMEOUT_S, peer.timeout_s)
    entity.dimse_timeout = entity.network_timeout = peer.timeout_s
    tls = _tls_arguments(peer)

    def ask() -> Association:
        return entity.associate(
            peer.host,
            peer.port,
            list(contexts),
            ae_title=peer.ae_title,
            evt_handlers=list(handlers),
            ext_neg=list(negotiation),
            tls_args=tls,
        )

    try:
        association = ask() if told is None else _asked(ask, told)
    except (OSError, UnicodeError) as error:  # the name of the host leads nowhere, or is none
        raise PacsError(_no_answer(peer)) from error
    if not association.is_established:
        raise PacsError(_refusal(peer, own_ae_title, association))
    try:
        with watched(association, told) if told is not None else nullcontext():
            yield association
    except BaseException:
        association.abort()
        raise
    else:
        association.release()


@contextmanager
def listening(
    own_ae_title: str,
    port: int,
    contexts: Sequence[PresentationContext],
    handlers: Sequence[Any],
) -> Iterator[None]:
    """Take connections of peers on a port, for as long as this lasts.

    Raises:
        PacsError: The port is taken.
    """
    entity = AE(ae_title=own_ae_title)
    for context in contexts:  # one by one: a list of them would lose its roles
        entity.add_supported_context(
            str(context.abstract_syntax),
            context.transfer_syntax,
            context.scu_role,
            context.scp_role,
        )
    entity.maximum_associations = 4
    try:
        server = entity.start_server(("", port), block=False, evt_handlers=list(handlers))
    except OSError as error:
        raise PacsError(
            Phrase(
                "This program cannot listen on port {port} ({error}); choose another store "
                "port in the settings and in the PACS.",
                port=port,
                error=os_reason(error),
            )
        ) from error
    try:
        yield
    finally:
        if server is not None:
            server.shutdown()


def lost(peer: Peer, waited_s: float = 0.0) -> PacsError:
    """The error when a peer goes away in the middle, or says nothing for as long as it may."""
    if waited_s >= 0.9 * peer.timeout_s:
        return PacsError(
            Phrase(
                "{peer} took the connection and then said nothing for {waited_s:.0f} s; try "
                "again later, or ask those who run it.",
                peer=peer.title,
                waited_s=waited_s,
            )
        )
    return PacsError(
        Phrase("The connection to {peer} was lost; try again when it is back.", peer=peer.title)
    )


def _asked(ask: Callable[[], Association], told: Told) -> Association:
    """The association that a peer agrees to; who cancels need not wait for the peer's word.

    Raises:
        CancelledError: The user has cancelled; the attempt ends by itself.
    """
    answer: Future[Association] = Future()

    def attempt() -> None:
        try:
            answer.set_result(ask())
        except BaseException as error:  # noqa: BLE001  # raised where the answer is awaited
            answer.set_exception(error)

    Thread(target=attempt, name="pacs-connect", daemon=True).start()
    try:
        while not wait([answer], INTERVAL_S).done:
            told.again()
    except CancelledError:
        answer.add_done_callback(_give_up)
        raise
    return answer.result()


def _give_up(answer: Future[Association]) -> None:
    """Break an association off that nobody wants any more."""
    if answer.exception() is None and answer.result().is_established:
        answer.result().abort()


def _refusal(peer: Peer, own: str, association: Association) -> Phrase:
    """Why there is no association, and what to do."""
    if association.is_rejected:
        answer = association.acceptor.primitive
        if answer is not None and answer.result_source == 0x01:
            reason = _REJECTIONS.get(answer.diagnostic or 0, _REJECTIONS[0x01])
            why = reason(own, peer.ae_title)
            return Phrase("{peer} refused: {reason}.", peer=peer.title, reason=why)
        return Phrase(
            "{peer} is too busy, or does not speak this protocol; try again later.", peer=peer.title
        )
    if association.acceptor.primitive is not None and not association.accepted_contexts:
        return Phrase("{peer} offers none of the services that are needed.", peer=peer.title)
    return _no_answer(peer)


def _no_answer(peer: Peer) -> Phrase:
    if peer.tls:
        text = (
            "{peer} does not answer over TLS (check the certificates); check its address, its "
            "port and the network."
        )
        return Phrase(text, peer=peer.title)
    return Phrase(
        "{peer} does not answer; check its address, its port and the network.", peer=peer.title
    )


def _tls_arguments(peer: Peer) -> tuple[ssl.SSLContext, str] | None:
    """TLS with the peer's certificate checked, as BCP 195 has it (PS3.15 B.9).

    Raises:
        PacsError: A certificate file cannot be read.
    """
    if not peer.tls:
        return None
    try:
        context = ssl.create_default_context(cafile=peer.tls_ca_file or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if peer.tls_certificate_file:
            context.load_cert_chain(peer.tls_certificate_file, peer.tls_key_file or None)
    except (OSError, ssl.SSLError) as error:
        raise PacsError(
            Phrase(
                "The TLS files of {peer} cannot be used ({error}); check them in the settings.",
                peer=peer.title,
                error=str(error),
            )
        ) from error
    return context, peer.host
