"""Asks a peer for its studies, and what is in one (C-FIND, Study Root)."""

from __future__ import annotations

import time
from collections.abc import Iterator

from pydicom import Dataset
from pynetdicom import build_context
from pynetdicom.association import Association
from pynetdicom.sop_class import (  # type: ignore[attr-defined]  # made at run time
    StudyRootQueryRetrieveInformationModelFind,
)

from hcc_viewer.errors import PacsError
from hcc_viewer.pacs.association import associated, lost
from hcc_viewer.pacs.matches import RemoteSeries, StudyMatch, StudyQuery
from hcc_viewer.pacs.peer import DEFAULT_AE_TITLE, Peer
from hcc_viewer.pacs.status import SUCCESS, is_pending, reason
from hcc_viewer.pacs.watch import Told
from hcc_viewer.phrases import Phrase
from hcc_viewer.progress import ReportProgress, ignore_progress

MAX_MATCHES = 500
"""Beyond so many studies a query is too wide to be read, and is stopped."""

_MODEL = StudyRootQueryRetrieveInformationModelFind


def find_studies(
    peer: Peer,
    query: StudyQuery,
    own_ae_title: str = DEFAULT_AE_TITLE,
    report_progress: ReportProgress = ignore_progress,
) -> list[StudyMatch]:
    """The studies that match, newest first.

    Raises:
        PacsError: The peer cannot be reached, refuses, or has more than `MAX_MATCHES`.
        CancelledError: `report_progress` asked to stop.
    """
    told = Told(report_progress)
    with associated(peer, own_ae_title, [build_context(_MODEL)], told=told) as association:
        found = []
        for answer in _answers(association, peer, _study_identifier(query)):
            found.append(_study_match(answer))
            told(len(found), 0)
            if len(found) > MAX_MATCHES:
                raise PacsError(
                    Phrase(
                        "{peer} has more than {count} such studies; narrow the query by patient, "
                        "date or modality.",
                        peer=peer.title,
                        count=MAX_MATCHES,
                    )
                )
    return sorted(found, key=lambda match: match.study_date, reverse=True)


def list_series(
    peer: Peer, own_ae_title: str, study_uid: str, report_progress: ReportProgress = ignore_progress
) -> list[RemoteSeries]:
    """What a study holds.

    Raises:
        PacsError: The peer cannot be reached or refuses.
        CancelledError: `report_progress` asked to stop.
    """
    told = Told(report_progress)
    with associated(peer, own_ae_title, [build_context(_MODEL)], told=told) as association:
        series = [
            str(answer.SeriesInstanceUID)
            for answer in _answers(association, peer, _level("SERIES", study_uid))
            if answer.get("SeriesInstanceUID")
        ]
        return [_remote_series(association, peer, study_uid, uid) for uid in series]


def _remote_series(
    association: Association, peer: Peer, study_uid: str, series_uid: str
) -> RemoteSeries:
    identifier = _level("IMAGE", study_uid)
    identifier.SeriesInstanceUID = series_uid
    identifier.SOPInstanceUID = identifier.SOPClassUID = ""
    answers = list(_answers(association, peer, identifier))
    kinds = dict.fromkeys(str(answer.get("SOPClassUID") or "") for answer in answers)
    uids = tuple(str(one.SOPInstanceUID) for one in answers if one.get("SOPInstanceUID"))
    return RemoteSeries(series_uid, uids, tuple(filter(None, kinds)))


def _level(level: str, study_uid: str) -> Dataset:
    identifier = Dataset()
    identifier.QueryRetrieveLevel = level
    identifier.StudyInstanceUID = study_uid
    identifier.SeriesInstanceUID = ""
    return identifier


def _answers(association: Association, peer: Peer, identifier: Dataset) -> Iterator[Dataset]:
    """The matches one by one.

    Raises:
        PacsError: The peer fails or goes away.
    """
    if not association.is_established:
        raise lost(peer)
    asked = time.monotonic()
    for status, answer in association.send_c_find(identifier, _MODEL):
        if "Status" not in status:
            raise lost(peer, time.monotonic() - asked)
        asked = time.monotonic()
        if is_pending(status) and answer is not None:
            yield answer
        elif status.Status != SUCCESS and not is_pending(status):
            raise PacsError(
                Phrase(
                    "{peer} did not answer the query: {reason}.",
                    peer=peer.title,
                    reason=reason(status),
                )
            )


def _study_identifier(query: StudyQuery) -> Dataset:
    identifier = Dataset()
    identifier.SpecificCharacterSet = "ISO_IR 192"
    identifier.QueryRetrieveLevel = "STUDY"
    identifier.PatientName = query.patient_name
    identifier.PatientID = query.patient_id
    identifier.StudyDate = query.date_range
    identifier.StudyTime = ""
    identifier.ModalitiesInStudy = query.modality
    identifier.AccessionNumber = query.accession_number
    identifier.StudyInstanceUID = query.study_instance_uid
    identifier.StudyDescription = ""
    identifier.NumberOfStudyRelatedInstances = ""
    return identifier


def _study_match(answer: Dataset) -> StudyMatch:
    modalities = answer.get("ModalitiesInStudy") or ""
    listed = [modalities] if isinstance(modalities, str) else list(modalities)
    amount = str(answer.get("NumberOfStudyRelatedInstances") or "")
    return StudyMatch(
        study_instance_uid=str(answer.get("StudyInstanceUID", "")),
        patient_name=str(answer.get("PatientName") or ""),
        patient_id=str(answer.get("PatientID") or ""),
        study_date=str(answer.get("StudyDate") or ""),
        description=str(answer.get("StudyDescription") or ""),
        modalities=", ".join(map(str, listed)),
        instances=int(amount) if amount.isdigit() else None,
    )
