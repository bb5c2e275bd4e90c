"""The commands `hcc-viewer send` and `hcc-viewer fetch`."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from pydicom.errors import InvalidDicomError
from pydicom.filereader import read_file_meta_info
from pydicom.misc import is_dicom
from pydicom.uid import MediaStorageDirectoryStorage

from hcc_viewer import RESEARCH_USE, audit
from hcc_viewer.errors import PacsError, UsageError
from hcc_viewer.pacs.commitment import request_commitment
from hcc_viewer.pacs.echo import verify
from hcc_viewer.pacs.fetch import fetch_study
from hcc_viewer.pacs.matches import StudyMatch, StudyQuery
from hcc_viewer.pacs.peer import PacsSettings, Peer
from hcc_viewer.pacs.query import find_studies
from hcc_viewer.pacs.send import send_files
from hcc_viewer.pacs.settings_file import load_pacs_settings, pacs_settings_path
from hcc_viewer.progress import ReportProgress
from hcc_viewer.terminal import say

_DAY = "(?:[0-9]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2})"
_RANGE = re.compile(f"(?=.*[0-9])({_DAY}?) ?- ?({_DAY}?)")

ReportStage = Callable[[str], ReportProgress]


def run_command(command: str, words: Sequence[str], report_stage: ReportStage) -> int:
    """Run `send` or `fetch`; gives the exit status.

    Raises:
        HccViewerError: Any of the errors of these jobs.
    """
    parser, run = (_send_parser(), _send) if command == "send" else (_fetch_parser(), _fetch)
    options = parser.parse_args(words)
    return run(options, _as_wanted(load_pacs_settings(), options), report_stage)


def peer_from(text: str, settings: PacsSettings) -> Peer:
    """The peer that a word on the command line means: a name of the settings, or TITLE@HOST:PORT.

    Raises:
        UsageError: It is neither.
    """
    known = settings.peer_called(text)
    if known is not None:
        return known
    title, at, address = text.partition("@")
    host, colon, port = address.rpartition(":")
    if not (at and colon and port.isdigit()):
        raise UsageError(
            f"'{text}' is no PACS of {pacs_settings_path()} and not written as TITLE@HOST:PORT."
        )
    try:
        return Peer(host.removeprefix("[").removesuffix("]"), int(port), title)
    except ValueError as error:
        raise UsageError(f"The PACS '{text}' is refused: {error}.") from error


def dicom_files(paths: Sequence[Path]) -> list[Path]:
    """The DICOM files among files and in folders; files that are named are not looked into.

    Raises:
        UsageError: A path is not there, or there is no DICOM file at all.
    """
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise UsageError(f"'{path}' is not there.")
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        found += [one for one in inside if one.is_file() and (one == path or _is_object(one))]
    if not found:
        raise UsageError(f"There is no DICOM file in {', '.join(map(str, paths))}.")
    return found


def _is_object(path: Path) -> bool:
    """Whether a file of a folder is to be sent: a DICOMDIR is about files and none of them."""
    try:
        if not is_dicom(path):
            return False
        meta = read_file_meta_info(path)
    except (OSError, InvalidDicomError):
        return True  # said by name when it is to be sent
    return bool(meta.get("MediaStorageSOPClassUID") != MediaStorageDirectoryStorage)


def _send_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hcc-viewer send",
        description=f"Send DICOM files, such as results, to a PACS. {RESEARCH_USE}",
    )
    parser.add_argument("paths", type=Path, nargs="*", help="files, or folders of them")
    parser.add_argument("--to", required=True, metavar="PACS", help=_PEER_HELP)
    parser.add_argument("--test", action="store_true", help="only ask whether the PACS answers")
    _add_own_title(parser)
    parser.add_argument(
        "--no-commitment", action="store_true", help="do not ask the PACS to confirm that it keeps"
    )
    return parser


def _fetch_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hcc-viewer fetch",
        description="List the studies of a PACS that match; with --out, fetch the one that does.",
    )
    parser.add_argument("--from", required=True, dest="source", metavar="PACS", help=_PEER_HELP)
    parser.add_argument("--study", default="", metavar="UID", help="StudyInstanceUID")
    parser.add_argument("--patient-id", default="")
    parser.add_argument("--patient-name", default="", help="as in DICOM; * and ? are wild")
    parser.add_argument("--date", default="", help="YYYYMMDD, or YYYYMMDD-YYYYMMDD; or YYYY-MM-DD")
    parser.add_argument("--modality", help="default: MR, any with --study; empty for any")
    parser.add_argument("--out", type=Path, help="folder that gets a folder for the study")
    parser.add_argument("--move", action="store_true", help="retrieve by C-MOVE, not C-GET")
    parser.add_argument("--identified", action="store_true", help="list names and identifiers")
    _add_own_title(parser)
    return parser


_PEER_HELP = "a name of the PACS settings, or TITLE@HOST:PORT"


def _add_own_title(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--own-title", metavar="AET", help="this program's AE title")
    parser.add_argument("--store-port", type=int, metavar="PORT", help="where it listens")


def _send(options: argparse.Namespace, settings: PacsSettings, report_stage: ReportStage) -> int:
    peer = peer_from(options.to, settings)
    own, port = settings.own_ae_title, settings.store_port
    if options.test:
        verify(peer, own)
        say(f"{peer.title} answers.")
        return 0
    files = dicom_files(options.paths)
    report = send_files(
        peer,
        files,
        own,
        report_stage("Sending"),
        lambda uids: audit.record(audit.sent(peer.ae_title, uids)),
    )
    say(f"Sent       {len(report.sent)} of {len(files)} files to {peer.title}")
    for path, why in report.remarks:
        say(f"Remark     {path}: {why}")
    for path, why in report.refused:
        say(f"Refused    {path}: {why}")
    if report.sent and settings.ask_commitment and not options.no_commitment:
        say(f"Kept       {request_commitment(peer, report.sent, own, port).note}")
    if report.refused:
        raise PacsError(f"{peer.title} refused {len(report.refused)} of {len(files)} files.")
    return 0


def _fetch(options: argparse.Namespace, settings: PacsSettings, report_stage: ReportStage) -> int:
    peer = peer_from(options.source, settings)
    if options.move:
        peer = Peer(**{**vars(peer), "retrieve": "move"})
    own, port = settings.own_ae_title, settings.store_port
    query = _query(options)
    matches = find_studies(peer, query, own, report_stage("Asking"))
    if not matches and query.study_instance_uid:
        raise PacsError(_without_study(peer, query))
    _print_matches(matches, options.identified)
    if options.out is None:
        return 0
    if len(matches) != 1:
        raise UsageError(
            f"{len(matches)} studies match and one can be fetched; name it with --study UID."
        )
    uid = matches[0].study_instance_uid
    place = fetch_study(peer, uid, options.out, own, port, report_stage("Fetching"))
    audit.record(audit.fetched(peer.ae_title, uid))
    say(f"Fetched    {place}")
    return 0


def _query(options: argparse.Namespace) -> StudyQuery:
    """What to ask for.

    Raises:
        UsageError: A date is none.
    """
    first, last = _dates(options.date)
    usual = "" if options.study else "MR"
    try:
        return StudyQuery(
            patient_id=options.patient_id,
            patient_name=options.patient_name,
            date_from=first,
            date_to=last,
            modality=usual if options.modality is None else options.modality,
            study_instance_uid=options.study,
        )
    except ValueError as error:
        raise UsageError(f"The query is refused: {error}.") from error


def _dates(text: str) -> tuple[str, str]:
    """The ends of a range, of which one may be open; a single day is both."""
    found = _RANGE.fullmatch(text.strip())
    if found is None:
        return text, text
    return found[1], found[2]


def _without_study(peer: Peer, query: StudyQuery) -> str:
    """What to say when the study that is named is not among the matches."""
    said = f"{peer.title} has no study {query.study_instance_uid}"
    if query == StudyQuery(modality="", study_instance_uid=query.study_instance_uid):
        return f"{said}."
    return f"{said} that matches the rest of the query."


def _as_wanted(settings: PacsSettings, options: argparse.Namespace) -> PacsSettings:
    """The settings with what the command line says of this program.

    Raises:
        UsageError: It says what cannot be.
    """
    said = {"own_ae_title": options.own_title, "store_port": options.store_port}
    try:
        return replace(settings, **{key: value for key, value in said.items() if value is not None})
    except ValueError as error:
        raise UsageError(f"The command line is refused: {error}.") from error


def _print_matches(matches: Sequence[StudyMatch], identified: bool) -> None:
    for match in matches:
        who = f"{match.patient_id}  {match.patient_name}  " if identified else ""
        amount = "?" if match.instances is None else match.instances
        say(
            f"{match.study_date or '?':8s}  {match.modalities:8s}  {amount:>5} images  {who}"
            f"{match.description}\n    {match.study_instance_uid}"
        )
    if not matches:
        say("No study matches.")
