"""Peers that take a connection and then are silent, warn, refuse, abort, or speak IPv6."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydicom import Dataset, dcmread
from pydicom.encaps import encapsulate
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    HTJ2KLossless,
    ImplicitVRLittleEndian,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLSNearLossless,
    MRImageStorage,
    RLELossless,
    generate_uid,
)
from pynetdicom import AE, AllStoragePresentationContexts, build_context, build_role, evt
from pynetdicom.sop_class import (  # type: ignore[attr-defined]  # made at run time
    CTImageStorage,
    StorageCommitmentPushModel,
    StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelGet,
    Verification,
)

from hcc_viewer.dicom import codecs
from hcc_viewer.errors import CancelledError, PacsError
from hcc_viewer.pacs import (
    Peer,
    StudyQuery,
    fetch_study,
    find_studies,
    request_commitment,
    send_files,
    verify,
)
from hcc_viewer.pacs import contexts as contexts_module
from hcc_viewer.pacs import fetch as fetch_module
from hcc_viewer.pacs import send as send_module
from hcc_viewer.pacs.commands import peer_from
from hcc_viewer.pacs.peer import PacsSettings
from tests.pacs.conftest import OWN, free_port
from tests.report.make_sources import make_files

SILENT_S = 2.0
"""How long a peer may be silent where that is what is tested."""

Handler = Callable[[evt.Event], Any]


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(send_module, "RETRY_WAIT_S", 0.0)
    monkeypatch.setattr(fetch_module, "RETRY_WAIT_S", 0.0)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    make_files(tmp_path, 3)
    return sorted(tmp_path.glob("*.dcm"))


@contextmanager
def peer_with(
    handlers: Sequence[tuple[Any, Handler]] = (),
    contexts: Sequence[Any] = (),
    host: str = "127.0.0.1",
    timeout_s: float = 60.0,
) -> Iterator[Peer]:
    """A peer that answers as its handlers say."""
    entity = AE(ae_title="HARD")
    usual = [
        *AllStoragePresentationContexts[:120],
        build_context(Verification),
        build_context(StudyRootQueryRetrieveInformationModelFind),
    ]
    for context in contexts or usual:
        entity.add_supported_context(
            context.abstract_syntax, context.transfer_syntax, context.scu_role, context.scp_role
        )
    port = free_port()
    server = entity.start_server((host, port), block=False, evt_handlers=list(handlers))
    try:
        yield Peer(host, port, "HARD", timeout_s=timeout_s)
    finally:
        server.shutdown()


def _store(status: int) -> list[tuple[Any, Handler]]:
    return [(evt.EVT_C_STORE, lambda event: status)]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (0xB000, "it changed some elements"),
        (0xB006, "it left some elements out"),
        (0xB007, "it says that the object does not fit its kind"),
    ],
)
def test_a_warning_counts_as_stored_and_is_told(status: int, words: str, files: list[Path]) -> None:
    with peer_with(_store(status)) as peer:
        report = send_files(peer, files, OWN)

    assert len(report.sent) == 3
    assert report.refused == ()
    assert report.remarks[0] == (files[0], f"stored, but {words} (status 0x{status:04X})")


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (0xA700, "it is out of space or resources"),
        (0xA900, "it says that the object does not fit its kind"),
        (0xC123, "it cannot understand the object"),
        (0x0110, "it failed to process the object"),
        (0x0124, "this program is not allowed to do that there"),
        (0x9999, "it failed"),
    ],
)
def test_a_refusal_of_one_object_does_not_stop_the_others(
    status: int, words: str, files: list[Path]
) -> None:
    answers = [0x0000, status, 0x0000]

    with peer_with([(evt.EVT_C_STORE, lambda event: answers.pop(0))]) as peer:
        report = send_files(peer, files, OWN)

    assert [file.path for file in report.sent] == [files[0], files[2]]
    ((path, why),) = report.refused
    assert path == files[1]
    assert why.startswith(words)
    assert f"0x{status:04X}" in why


def test_a_peer_that_takes_no_such_object_is_told(files: list[Path]) -> None:
    with (
        peer_with(contexts=[build_context(CTImageStorage)]) as peer,
        pytest.raises(PacsError, match=r"HARD at .* offers none of the services that are needed"),
    ):
        send_files(peer, files, OWN)


def test_of_several_kinds_those_that_the_peer_takes_are_stored(files: list[Path]) -> None:
    other = dcmread(files[1])
    other.SOPClassUID = other.file_meta.MediaStorageSOPClassUID = CTImageStorage
    other.save_as(files[1])

    with peer_with(_store(0), [build_context(CTImageStorage)]) as peer:
        report = send_files(peer, files, OWN)

    assert [file.path for file in report.sent] == [files[1]]
    assert {why for _, why in report.refused} == {"it does not take this kind of object"}


def test_a_peer_that_knows_one_encoding_gets_that(files: list[Path]) -> None:
    got: list[str] = []

    def take(event: evt.Event) -> int:
        got.append(str(event.context.transfer_syntax))
        return 0

    only = [build_context(MRImageStorage, ImplicitVRLittleEndian)]
    with peer_with([(evt.EVT_C_STORE, take)], only) as peer:
        report = send_files(peer, files, OWN)

    assert len(report.sent) == 3
    assert set(got) == {str(ImplicitVRLittleEndian)}


def test_an_image_that_is_decompressed_on_its_way_stays_the_same_object(files: list[Path]) -> None:
    packed = dcmread(files[0])
    packed.compress(RLELossless, generate_instance_uid=False)
    packed.save_as(files[0])
    stored: list[str] = []

    def keep(event: evt.Event) -> int:
        stored.append(str(event.dataset.SOPInstanceUID))
        return 0

    only = [build_context(MRImageStorage, ImplicitVRLittleEndian)]
    with peer_with([(evt.EVT_C_STORE, keep)], only) as peer:
        report = send_files(peer, files[:1], OWN)

    assert stored == [str(packed.SOPInstanceUID)]
    assert report.sent[0].sop_instance_uid == stored[0]


def test_an_encoding_that_nobody_can_turn_into_the_peers_is_refused(files: list[Path]) -> None:
    odd = dcmread(files[0])
    odd.file_meta.TransferSyntaxUID = UID(DeflatedExplicitVRLittleEndian)
    odd.save_as(files[0], enforce_file_format=True)
    only = [build_context(MRImageStorage, ImplicitVRLittleEndian)]

    with peer_with(_store(0), only) as peer:
        report = send_files(peer, files, OWN)

    assert len(report.sent) + len(report.refused) == 3
    assert {file.path for file in report.sent} >= set(files[1:])


def test_an_aborted_connection_is_tried_anew(files: list[Path]) -> None:
    aborts = [True]

    def take(event: evt.Event) -> int:
        if aborts:
            aborts.pop()
            event.assoc.abort()
        return 0

    with peer_with([(evt.EVT_C_STORE, take)]) as peer:
        report = send_files(peer, files, OWN)

    assert aborts == []
    assert len(report.sent) == 3


def test_a_peer_that_always_aborts_is_told_with_how_far_it_came(files: list[Path]) -> None:
    count = [0]

    def take(event: evt.Event) -> int:
        count[0] += 1
        if count[0] > 1:
            event.assoc.abort()
        return 0

    with (
        peer_with([(evt.EVT_C_STORE, take)]) as peer,
        pytest.raises(PacsError, match=r"was lost; .* 1 of 3 files are stored there"),
    ):
        send_files(peer, files, OWN)


def test_what_a_broken_or_cancelled_send_stored_is_recorded(files: list[Path]) -> None:
    recorded: list[Sequence[str]] = []

    def stop(done: int, total: int) -> None:
        if done == 2:
            raise CancelledError("stop")

    def take(event: evt.Event) -> int:
        if event.request.AffectedSOPInstanceUID == uids[1]:
            event.assoc.abort()
        return 0

    uids = [dcmread(path).SOPInstanceUID for path in files]
    with peer_with(_store(0)) as peer, pytest.raises(CancelledError):
        send_files(peer, files, OWN, stop, recorded.append)
    with peer_with([(evt.EVT_C_STORE, take)]) as peer, pytest.raises(PacsError):
        send_files(peer, files, OWN, record=recorded.append)

    assert recorded == [uids[:2], uids[:1]]


def test_the_same_object_is_sent_once(files: list[Path], tmp_path: Path) -> None:
    copy = tmp_path / "copy.dcm"
    copy.write_bytes(files[0].read_bytes())
    got: list[str] = []

    def take(event: evt.Event) -> int:
        got.append(str(event.request.AffectedSOPInstanceUID))
        return 0

    with peer_with([(evt.EVT_C_STORE, take)]) as peer:
        report = send_files(peer, [*files, copy], OWN)

    assert len(got) == len(set(got)) == len(report.sent) == 3
    ((path, why),) = report.remarks
    assert path == copy
    assert why == f"not sent, since it is the same object as '{files[0]}'"


def test_a_file_that_vanishes_meanwhile_is_told(files: list[Path]) -> None:
    def take(event: evt.Event) -> int:
        files[2].unlink(missing_ok=True)
        return 0

    with peer_with([(evt.EVT_C_STORE, take)]) as peer:
        report = send_files(peer, files, OWN)

    assert report.refused == ((files[2], "the file can no longer be read"),)


@contextmanager
def _held() -> Iterator[Handler]:
    """A handler that answers when the test is over."""
    over = threading.Event()

    def wait(event: evt.Event) -> int:
        over.wait(30)
        return 0

    try:
        yield wait
    finally:
        over.set()


def test_a_silent_peer_is_told_as_such() -> None:
    with (
        _held() as wait,
        peer_with([(evt.EVT_C_ECHO, wait)], timeout_s=SILENT_S) as peer,
        pytest.raises(PacsError, match=r"took the connection and then said nothing for 2 s"),
    ):
        verify(peer, OWN)


def test_a_silent_peer_does_not_hold_up_a_cancelled_send(files: list[Path]) -> None:
    began = time.monotonic()

    def stop(done: int, total: int) -> None:
        if time.monotonic() - began > 0.5:
            raise CancelledError("stop")

    with _held() as wait, peer_with([(evt.EVT_C_STORE, wait)]) as peer:
        with pytest.raises(CancelledError):
            send_files(peer, files, OWN, stop)
        assert time.monotonic() - began < 25


def test_a_query_to_a_silent_peer_can_be_cancelled() -> None:
    began = time.monotonic()

    def stop(done: int, total: int) -> None:
        if time.monotonic() - began > 0.5:
            raise CancelledError("stop")

    def silent(event: evt.Event) -> Iterator[tuple[int, None]]:
        over.wait(30)
        yield 0x0000, None

    over = threading.Event()
    with peer_with([(evt.EVT_C_FIND, silent)]) as peer:
        with pytest.raises(CancelledError):
            find_studies(peer, StudyQuery(), OWN, stop)
        over.set()
        assert time.monotonic() - began < 25


def test_a_peer_that_takes_the_line_and_never_speaks_is_given_up() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(1)
        peer = Peer("127.0.0.1", deaf.getsockname()[1], "DEAF", timeout_s=SILENT_S)

        with pytest.raises(PacsError, match=r"DEAF at .* does not answer"):
            verify(peer, OWN)


def test_a_peer_that_takes_the_line_and_never_speaks_can_be_left_at_once() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(1)
        peer = Peer("127.0.0.1", deaf.getsockname()[1], "DEAF", timeout_s=8.0)
        began = time.monotonic()

        def stop(done: int, total: int) -> None:
            raise CancelledError("stop")

        with pytest.raises(CancelledError):
            verify(peer, OWN, stop)
        assert time.monotonic() - began < 4


@pytest.mark.parametrize("host", ["no such host", "two..dots", "x" * 70, "nobody.invalid"])
def test_an_address_that_is_none_is_told(host: str) -> None:
    with pytest.raises(PacsError, match="does not answer; check its address"):
        verify(Peer(host, 104, "NOBODY", timeout_s=SILENT_S), OWN)


def test_a_peer_without_the_query_service_is_told() -> None:
    with (
        peer_with(contexts=[build_context(StudyRootQueryRetrieveInformationModelGet)]) as peer,
        pytest.raises(PacsError, match="offers none of the services"),
    ):
        find_studies(peer, StudyQuery(), OWN)


def test_a_peer_that_stores_and_finds_but_gives_nothing_is_told(tmp_path: Path) -> None:
    def find(event: evt.Event) -> Iterator[tuple[int, Dataset]]:
        answer = Dataset()
        answer.StudyInstanceUID, answer.SeriesInstanceUID = "1.2.3", "1.2.3.1"
        answer.SOPInstanceUID, answer.SOPClassUID = "1.2.3.1.1", MRImageStorage
        yield 0xFF00, answer

    with (
        peer_with([(evt.EVT_C_FIND, find)]) as peer,
        pytest.raises(PacsError, match=r"HARD at .* does not offer C-GET; choose C-MOVE for it\."),
    ):
        fetch_study(peer, "1.2.3", tmp_path, OWN)
    assert list(tmp_path.iterdir()) == []


def _giver(listed: Sequence[Dataset], given: Sequence[Dataset]) -> list[tuple[Any, Handler]]:
    """Handlers of a peer that lists some images of one series and gives others."""

    def find(event: evt.Event) -> Iterator[tuple[int, Dataset]]:
        for image in listed if event.identifier.QueryRetrieveLevel == "IMAGE" else listed[:1]:
            answer = Dataset()
            for word in _UIDS:
                setattr(answer, word, image[word].value)
            yield 0xFF00, answer

    def get(event: evt.Event) -> Iterator[Any]:
        yield len(given)
        for image in given:
            yield 0xFF00, image

    return [(evt.EVT_C_FIND, find), (evt.EVT_C_GET, get)]


_UIDS = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID")


def _giving(syntax: str) -> list[Any]:
    image = build_context(MRImageStorage, syntax)
    image.scu_role = image.scp_role = True
    models = (
        StudyRootQueryRetrieveInformationModelFind,
        StudyRootQueryRetrieveInformationModelGet,
    )
    return [image, *map(build_context, models)]


@pytest.mark.parametrize(
    "syntax", [JPEGLossless, JPEGExtended12Bit, JPEGLSNearLossless, HTJ2KLossless]
)
def test_a_study_comes_in_any_encoding_that_can_be_read(
    syntax: UID, files: list[Path], tmp_path: Path
) -> None:
    images = [dcmread(path) for path in files]
    for image in images:
        image.file_meta.TransferSyntaxUID = syntax
        image.PixelData = encapsulate([b"packed"])
        image["PixelData"].is_undefined_length = True

    with peer_with(_giver(images, images), _giving(syntax)) as peer:
        place = fetch_study(peer, images[0].StudyInstanceUID, tmp_path / "out", OWN)

    syntaxes = {dcmread(path).file_meta.TransferSyntaxUID for path in place.iterdir()}
    assert syntaxes == {syntax}


def test_every_encoding_that_can_be_read_is_offered() -> None:
    assert set(contexts_module.COMPRESSED) == set(codecs.COMPRESSED)


def test_an_image_that_was_not_asked_for_is_not_put_into_the_study(
    files: list[Path], tmp_path: Path
) -> None:
    images = [dcmread(path) for path in files]
    images[2].StudyInstanceUID = "1.2.3"

    with peer_with(
        _giver(images[:2], images), _giving(images[0].file_meta.TransferSyntaxUID)
    ) as peer:
        place = fetch_study(peer, images[0].StudyInstanceUID, tmp_path / "out", OWN)

    assert {path.stem for path in place.iterdir()} == {one.SOPInstanceUID for one in images[:2]}


def test_answers_that_name_nothing_are_passed_over(files: list[Path], tmp_path: Path) -> None:
    def find(event: evt.Event) -> Iterator[tuple[int, Dataset]]:
        answer = Dataset()
        answer.StudyInstanceUID = "1.2.3"
        yield 0xFF00, answer

    with (
        peer_with([(evt.EVT_C_FIND, find)]) as peer,
        pytest.raises(PacsError, match=r"has no study 1\.2\.3"),
    ):
        fetch_study(peer, "1.2.3", tmp_path / "out", OWN)


def test_a_failed_query_is_told_with_its_number() -> None:
    def fail(event: evt.Event) -> Iterator[tuple[int, None]]:
        yield 0xA700, None

    with (
        peer_with([(evt.EVT_C_FIND, fail)]) as peer,
        pytest.raises(PacsError, match=r"did not answer the query: .* \(status 0xA700\)"),
    ):
        find_studies(peer, StudyQuery(), OWN)


def test_an_address_of_ipv6_works(files: list[Path]) -> None:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        pytest.skip("this machine has no IPv6")

    with peer_with(_store(0), host="::1") as peer:
        written = peer_from(f"HARD@[::1]:{peer.port}", PacsSettings())
        verify(written, OWN)
        assert written.title == f"HARD at [::1]:{peer.port}"
        assert len(send_files(written, files, OWN).sent) == 3


def test_a_peer_that_never_answers_a_commitment_can_be_left(files: list[Path]) -> None:
    began: list[float] = []

    def stop(done: int, total: int) -> None:
        began.append(time.monotonic())
        if began[-1] - began[0] > 0.5:
            raise CancelledError("stop")

    services = [*AllStoragePresentationContexts[:100], build_context(StorageCommitmentPushModel)]
    with _held() as wait, peer_with([*_store(0), (evt.EVT_N_ACTION, wait)], services) as peer:
        sent = send_files(peer, files, OWN).sent
        with pytest.raises(CancelledError):
            request_commitment(peer, sent, OWN, free_port(), report_progress=stop)

    assert began[-1] - began[0] < 25


@pytest.mark.parametrize(
    ("late", "named", "words"),
    [
        (True, 3, "has not confirmed storage; it may do so later"),
        (False, 2, "does not confirm 1 of 3 objects"),
        (False, 3, "confirms that it keeps all 3 objects"),
    ],
)
def test_an_answer_confirms_what_it_names_of_this_request(
    late: bool, named: int, words: str, files: list[Path]
) -> None:
    port, reports, roles = free_port(), list[threading.Thread](), list[bool | None]()

    def report(told: Dataset) -> None:
        entity = AE(ae_title="HARD")
        entity.add_requested_context(StorageCommitmentPushModel)
        role = build_role(StorageCommitmentPushModel, scp_role=True)
        association = entity.associate("127.0.0.1", port, ae_title=OWN, ext_neg=[role])
        roles.append(association.accepted_contexts[0].as_scp)
        model = StorageCommitmentPushModel
        association.send_n_event_report(told, 1, model, "1.2.840.10008.1.20.1.1")
        association.release()

    def act(event: evt.Event) -> tuple[int, None]:
        told = event.action_information
        told.TransactionUID = generate_uid() if late else told.TransactionUID
        told.ReferencedSOPSequence = told.ReferencedSOPSequence[:named]
        reports.append(threading.Thread(target=report, args=(told,)))
        reports[0].start()
        return 0, None

    services = [*AllStoragePresentationContexts[:100], build_context(StorageCommitmentPushModel)]
    with peer_with([*_store(0), (evt.EVT_N_ACTION, act)], services) as peer:
        sent = send_files(peer, files, OWN).sent
        result = request_commitment(peer, sent, OWN, port, wait_s=2)
        reports[0].join()

    assert words in result.note
    assert len(result.committed) == (0 if late else named)
    assert roles == [True]  # strict peers report in no other role
