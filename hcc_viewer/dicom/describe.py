"""From sorted stacks to Series: the phase scores, the refusals, and what is shown of a stack."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from hcc_viewer.dicom.examination import with_one_injection, without_exam_words
from hcc_viewer.dicom.facts import StackFacts, facts_of
from hcc_viewer.dicom.kinds import vetoes
from hcc_viewer.dicom.phase import score_phases
from hcc_viewer.dicom.pieces import with_other_pieces
from hcc_viewer.dicom.series import Acquisition, Instance, Patient, PhaseScore, Series
from hcc_viewer.dicom.stacks import Stack


def describe_stacks(stacks_of_series: list[list[Stack]], source: object) -> list[Series]:
    """The Series of all stacks, in the given order.

    Args:
        stacks_of_series: The stacks of each DICOM series.
        source: Kept by each Series; see `Series.source`.
    """
    series = [_series(stack, source) for stacks in stacks_of_series for stack in stacks]
    return with_other_pieces(rescore(series))


def rescore(series: Sequence[Series]) -> list[Series]:
    """The same series with their phase scores: each is judged beside the others of its study."""
    by_study: dict[str, list[int]] = defaultdict(list)
    for index, one in enumerate(series):
        by_study[one.study_instance_uid].append(index)
    told: dict[int, Series] = {}
    for members in by_study.values():
        study = [series[index] for index in members]
        evidence = with_one_injection([_evidence(one) for one in study])
        facts = without_exam_words(evidence, [one.series_instance_uid for one in study])
        for index, own, score in zip(members, facts, score_phases(facts), strict=True):
            told[index] = replace(series[index], phase=score, refusal=_refusal(own))
    return [told[index] for index in range(len(series))]


def _evidence(series: Series) -> StackFacts:
    if series.evidence is None:
        raise ValueError("A series is scored by the evidence that the scan collected.")
    return series.evidence


def _refusal(facts: StackFacts) -> str | None:
    return next((veto.refusal for veto in vetoes(facts) if veto.refusal), None)


def _series(stack: Stack, source: object) -> Series:
    facts = facts_of(stack)
    first = stack.images[0]
    return Series(
        study_instance_uid=first.series.study_instance_uid,
        series_instance_uid=first.series.series_instance_uid,
        description=first.series.description or first.series.acquisition.protocol_name,
        modality=first.series.modality,
        instances=tuple(Instance(i.path, i.sop_instance_uid, i.frame) for i in stack.images),
        geometry=stack.geometry,
        rows=first.rows,
        columns=first.columns,
        phase=PhaseScore(0),
        warnings=stack.notices,
        stack=stack.label,
        patient=_patient(stack),
        acquisition=_acquisition(stack, facts),
        source=source,
        evidence=facts,
    )


def _patient(stack: Stack) -> Patient:
    """As the first image has it that names a patient's identifier; some may lack it."""
    patients = [image.series.patient for image in stack.images]
    return next((one for one in patients if one.patient_id.strip()), patients[0])


def _acquisition(stack: Stack, facts: StackFacts) -> Acquisition:
    first = stack.images[0]
    return replace(
        first.series.acquisition,
        acquisition_time=_clock(facts.time_s),
        echo_time_ms=first.echo_time_ms,
        image_type=first.image_type,
        time_after_injection_s=facts.time_after_injection_s,
    )


def _clock(time_s: float | None) -> str:
    """A time of day as DICOM writes it: HHMMSS."""
    if time_s is None:
        return ""
    whole = int(time_s)
    return f"{whole // 3600:02d}{whole // 60 % 60:02d}{whole % 60:02d}"
