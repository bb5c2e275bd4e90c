"""Sends files to a peer (C-STORE), over as many connections as it takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydicom import Dataset, dcmread
from pydicom.errors import InvalidDicomError
from pydicom.uid import UID
from pynetdicom import build_context
from pynetdicom.association import Association
from pynetdicom.presentation import PresentationContext

from hcc_viewer.errors import OutputError, PacsError
from hcc_viewer.pacs.association import associated, lost
from hcc_viewer.pacs.contexts import MAX_CONTEXTS, UNCOMPRESSED
from hcc_viewer.pacs.peer import DEFAULT_AE_TITLE, Peer
from hcc_viewer.pacs.status import is_stored, reason, remark
from hcc_viewer.pacs.watch import Told
from hcc_viewer.phrases import Phrase
from hcc_viewer.progress import ReportProgress, ignore_progress

RETRIES = 2
"""How often a broken connection is tried anew before the user is told."""

RETRY_WAIT_S = 1.0


@dataclass(frozen=True)
class Outgoing:
    """A file that is to be sent, with what the connection must know of it."""

    path: Path
    sop_class_uid: str
    sop_instance_uid: str
    transfer_syntax_uid: str


@dataclass(frozen=True)
class SendReport:
    """What became of the files."""

    sent: tuple[Outgoing, ...]
    refused: tuple[tuple[Path, str], ...] = ()
    """Each with the peer's reason."""
    remarks: tuple[tuple[Path, str], ...] = ()
    """Files that were stored with a warning of the peer, or not sent since they are copies."""


def send_files(
    peer: Peer,
    paths: Sequence[Path],
    own_ae_title: str = DEFAULT_AE_TITLE,
    report_progress: ReportProgress = ignore_progress,
    record: Callable[[Sequence[str]], object] | None = None,
) -> SendReport:
    """Send DICOM files; a file that the peer refuses does not stop the others.

    Args:
        peer: Where to.
        paths: DICOM files; others are refused before anything is sent.
        own_ae_title: Under which the peer knows this program.
        report_progress: Called with the files sent and their total.
        record: Called once with the SOPInstanceUIDs that are stored there in the end, if any, also
            when this is cancelled or breaks off.

    Raises:
        OutputError: A file is no DICOM file or cannot be read.
        PacsError: The peer cannot be reached or refuses, or it breaks off and does not come back;
            sending again is safe, since a PACS keeps one copy of an object.
        CancelledError: `report_progress` asked to stop.
    """
    files = [_outgoing(path) for path in paths]
    job = _Sending(peer, own_ae_title, files, Told(report_progress))
    try:
        for attempt in range(RETRIES + 1):
            try:
                job.run()
                break
            except PacsError as error:
                if attempt == RETRIES:
                    raise job.broken(error) from error
                time.sleep(RETRY_WAIT_S)
    finally:
        if job.sent and record is not None:
            record([file.sop_instance_uid for file in job.sent])
    return SendReport(tuple(job.sent), tuple(job.refused), tuple(job.remarks))


class _Sending:
    """Keeps what is sent and what is left over several connections."""

    def __init__(self, peer: Peer, own: str, files: list[Outgoing], told: Told) -> None:
        self._peer, self._own, self._told = peer, own, told
        first: dict[str, Outgoing] = {}
        for file in files:
            first.setdefault(file.sop_instance_uid, file)
        self._left, self._total = list(first.values()), len(first)
        self.sent: list[Outgoing] = []
        self.refused: list[tuple[Path, str]] = []
        self.remarks: list[tuple[Path, str]] = [
            (
                file.path,
                Phrase("not sent, since it is the same object as '{same}'", same=str(same.path)),
            )
            for file in files
            if (same := first[file.sop_instance_uid]) is not file
        ]

    def run(self) -> None:
        """Send what is left.

        Raises:
            PacsError: The peer refuses the connection or goes away.
        """
        self._tell()
        while self._left:
            contexts, batch = _batch(self._left)
            with associated(self._peer, self._own, contexts, told=self._told) as association:
                for file in batch:
                    self._send(association, file)
                    self._left.remove(file)
                    self._tell()

    def broken(self, error: PacsError) -> PacsError:
        """The error with how far it came."""
        if not self.sent:
            return error
        return PacsError(
            Phrase(
                "{error} {sent} of {total} files are stored there; sending again sends all "
                "of them, which is safe.",
                error=str(error),
                sent=len(self.sent),
                total=self._total,
            )
        )

    def _send(self, association: Association, file: Outgoing) -> None:
        accepted = [
            str(context.transfer_syntax[0])
            for context in association.accepted_contexts
            if context.abstract_syntax == file.sop_class_uid
        ]
        if not accepted:
            self.refused.append((file.path, Phrase("it does not take this kind of object")))
            return
        try:
            dataset = _encoded_for(file, accepted)
        except OSError:
            self.refused.append((file.path, Phrase("the file can no longer be read")))
            return
        except (NotImplementedError, RuntimeError, ValueError) as error:
            self.refused.append((file.path, f"it takes no compressed images ({error})"))
            return
        if not association.is_established:
            raise lost(self._peer)
        asked = time.monotonic()
        try:
            status = association.send_c_store(dataset)
        except (AttributeError, RuntimeError, ValueError) as error:
            self.refused.append(
                (file.path, Phrase("it takes no such encoding ({error})", error=str(error)))
            )
            return
        if "Status" not in status:
            raise lost(self._peer, time.monotonic() - asked)
        if is_stored(status):
            self.sent.append(file)
            self.remarks += [(file.path, remark(status))] if remark(status) else []
        else:
            self.refused.append((file.path, reason(status)))

    def _tell(self) -> None:
        self._told(self._total - len(self._left), self._total)


def _outgoing(path: Path) -> Outgoing:
    """What the connection must know of a file.

    Raises:
        OutputError: It is no DICOM file or cannot be read.
    """
    try:
        header = dcmread(path, specific_tags=["SOPClassUID", "SOPInstanceUID"])
        syntax = str(header.file_meta.TransferSyntaxUID)
        return Outgoing(path, str(header.SOPClassUID), str(header.SOPInstanceUID), syntax)
    except (OSError, InvalidDicomError, AttributeError) as error:
        raise OutputError(
            Phrase(
                "'{path}' cannot be sent: it is no DICOM file, or cannot be read.", path=str(path)
            )
        ) from error


def _batch(files: Sequence[Outgoing]) -> tuple[list[PresentationContext], list[Outgoing]]:
    """The contexts of one connection, and the files that go over it."""
    pairs: dict[tuple[str, str], None] = {}
    batch = []
    for file in files:
        new = {(file.sop_class_uid, syntax) for syntax in _syntaxes(file)} - set(pairs)
        if len(pairs) + len(new) > MAX_CONTEXTS:
            break
        pairs |= dict.fromkeys(sorted(new))
        batch.append(file)
    return [build_context(UID(kind), [UID(syntax)]) for kind, syntax in pairs], batch


def _syntaxes(file: Outgoing) -> list[str]:
    """The file's own encoding, and those that it can be turned into."""
    return list(dict.fromkeys((file.transfer_syntax_uid, *map(str, UNCOMPRESSED))))


def _encoded_for(file: Outgoing, accepted: Sequence[str]) -> Dataset:
    """The object in an encoding that the peer takes: its own if possible.

    Raises:
        NotImplementedError, RuntimeError, ValueError: It cannot be decompressed.
    """
    dataset = dcmread(file.path)
    if (
        file.transfer_syntax_uid not in accepted
        and dataset.file_meta.TransferSyntaxUID.is_compressed
    ):
        dataset.decompress(generate_instance_uid=False)  # what refers to it stays right
    return dataset
