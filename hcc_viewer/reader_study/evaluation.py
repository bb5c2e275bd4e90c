"""A study's truth and the model's reading of it, from the catalogue."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from hcc_viewer.catalogue import CaseRow, Catalogue, case_volume, open_catalogue
from hcc_viewer.detection import Model, detect
from hcc_viewer.errors import ReadError
from hcc_viewer.progress import ReportProgress, ignore_progress
from hcc_viewer.reader_study.answers import Answer, read_answers
from hcc_viewer.reader_study.plan import open_study
from hcc_viewer.reader_study.score import MODEL, CaseTruth, Reading, StudyResult, score_study
from hcc_viewer.stats.bootstrap import DRAWS


def evaluate_study(
    study: Path,
    model: Model | None,
    report_progress: ReportProgress = ignore_progress,
    draws: int = DRAWS,
) -> tuple[StudyResult, tuple[Answer, ...], tuple[CaseTruth, ...]]:
    """Score a study's readers, and a model beside them on the same cases.

    Raises:
        ReadError: The study, its catalogue or a case cannot be read.
    """
    plan = open_study(study)
    catalogue = open_catalogue(plan.catalogue_folder(study))
    answers = read_answers(study)
    truths, flagged, seconds = [], {}, {}
    for done, case in enumerate(plan.cases, start=1):
        loaded = catalogue.load(_row(catalogue, case))
        truths.append(
            CaseTruth(case, loaded.facts.patient, loaded.slice_truth(plan.positive_area_mm2))
        )
        if model is not None:
            detection = detect(case_volume(loaded), model)
            flagged[case] = np.array([detection.is_flagged(i) for i in range(len(loaded.image))])
            seconds[case] = detection.timing.total
        report_progress(done, len(plan.cases))
    reading = None if model is None else Reading(MODEL, "alone", flagged, seconds)
    return score_study(plan, truths, answers, reading, draws), answers, tuple(truths)


def _row(catalogue: Catalogue, case: str) -> CaseRow:
    for row in catalogue.rows:
        if row.case == case:
            return row
    raise ReadError(f"The case '{case}' of the study is no longer in {catalogue.folder}.")
