"""What the window does with a PACS and with copies, in one place, so that a test can replace it.

The real functions are imported when they are first called: the network is off by default, and its
library takes a while to load.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hcc_viewer import audit
from hcc_viewer.gui.i18n import tr, tr_phrase
from hcc_viewer.progress import ReportProgress

if TYPE_CHECKING:
    from hcc_viewer.detection import Detection, ModelCard, Reading
    from hcc_viewer.dicom import Study, Volume
    from hcc_viewer.gui.session import Session
    from hcc_viewer.pacs import PacsSettings, Peer, StudyMatch, StudyQuery


@dataclass(frozen=True)
class Results:
    """What of a series can be sent and exported, as it stood when the user asked for that."""

    detection: Detection
    volume: Volume
    reading: Reading
    card: ModelCard | None


def shown_results(session: Session) -> Results | None:
    """What of the shown series can be sent and exported; None before there is a result."""
    detection, volume = session.detection, session.viewport.volume
    if detection is None or volume is None:
        return None
    return Results(detection, volume, session.reading, session.result_card)


def _load() -> PacsSettings:
    from hcc_viewer.pacs import load_pacs_settings

    return load_pacs_settings()


def _save(settings: PacsSettings) -> None:
    from hcc_viewer.pacs import save_pacs_settings

    save_pacs_settings(settings)


def _verify(peer: Peer, settings: PacsSettings, report_progress: ReportProgress) -> str:
    from hcc_viewer.pacs import verify

    verify(peer, settings.own_ae_title, report_progress)
    return tr("{peer} answers.").format(peer=peer.title)


def _find(
    peer: Peer, query: StudyQuery, settings: PacsSettings, report_progress: ReportProgress
) -> list[StudyMatch]:
    from hcc_viewer.pacs import find_studies

    return find_studies(peer, query, settings.own_ae_title, report_progress)


def _fetch(
    peer: Peer, study_uid: str, folder: Path, settings: PacsSettings, report: ReportProgress
) -> Path:
    """Bring the study, or what an earlier copy lacks, into its folder there, which it gives."""
    from hcc_viewer.pacs import fetch_study

    own, port = settings.own_ae_title, settings.store_port
    place = fetch_study(peer, study_uid, folder, own, port, report, may_grow=True)
    audit.record(audit.fetched(peer.ae_title, study_uid))
    return place


def _send(
    peer: Peer,
    results: Results,
    formats: Sequence[str],
    settings: PacsSettings,
    report_progress: ReportProgress,
) -> str:
    """Write the objects, send them, and say in a sentence or two what became of them."""
    from hcc_viewer.pacs import request_commitment, send_files
    from hcc_viewer.report import export_report

    with tempfile.TemporaryDirectory(prefix="hcc-viewer-") as name:
        written = export_report(
            results.detection,
            results.volume,
            name,
            formats,
            card=results.card,
            reading=results.reading,
        )
        files = [path for path in written if path.suffix == ".dcm"]
        report = send_files(
            peer,
            files,
            settings.own_ae_title,
            report_progress,
            lambda uids: audit.record(audit.sent(peer.ae_title, uids)),
        )
    stored = tr("{sent} of {count} objects are stored in {peer}.")
    text = stored.format(sent=len(report.sent), count=len(files), peer=peer.title)
    if report.remarks:
        text += " " + tr("Remark: {remark}.").format(remark=tr_phrase(report.remarks[0][1]))
    if report.refused:
        return text + " " + tr("Refused: {reason}.").format(reason=tr_phrase(report.refused[0][1]))
    if not settings.ask_commitment or not report.sent:
        return text
    kept = request_commitment(
        peer,
        report.sent,
        settings.own_ae_title,
        settings.store_port,
        report_progress=report_progress,
    )
    return f"{text} {tr_phrase(kept.note)}"


def _deidentify(study: Study, folder: Path, report_progress: ReportProgress) -> str:
    from hcc_viewer.deidentify import deidentify_study

    made = deidentify_study(study, folder, report_progress=report_progress)
    audit.record(audit.deidentified(made.study_uids, made.instances))
    notes = " ".join(tr_phrase(notice.message) for notice in made.notices)
    text = tr("{count} images without identity are in {folder}.")
    return f"{text.format(count=made.instances, folder=made.folder)} {notes}".strip()


@dataclass(frozen=True)
class NetworkServices:
    """All of it is slow but `load_settings` and `save_settings`."""

    load_settings: Callable[[], PacsSettings] = _load
    save_settings: Callable[[PacsSettings], None] = _save
    verify: Callable[[Peer, PacsSettings, ReportProgress], str] = _verify
    find: Callable[[Peer, StudyQuery, PacsSettings, ReportProgress], list[StudyMatch]] = _find
    fetch: Callable[[Peer, str, Path, PacsSettings, ReportProgress], Path] = _fetch
    send: Callable[[Peer, Results, Sequence[str], PacsSettings, ReportProgress], str] = _send
    deidentify: Callable[[Study, Path, ReportProgress], str] = _deidentify
