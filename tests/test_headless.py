from dataclasses import replace

import pytest

from hcc_viewer.dicom import PhaseScore, Study
from hcc_viewer.errors import NothingToDetectError
from hcc_viewer.headless import choose_series
from tests.detection.make_volume import make_volume


def study_of(*series):
    return Study(path="somewhere", series=tuple(series))


def series_of(uid, score=90, refusal=None):
    series = make_volume(score=score, refusal=refusal).series
    return replace(series, series_instance_uid=uid, phase=PhaseScore(score))


def test_likeliest_series_is_chosen():
    assert (
        choose_series(study_of(series_of("1", 60), series_of("2", 80))).series_instance_uid == "2"
    )


def test_refused_series_is_passed_over():
    study = study_of(series_of("1", 95, "No."), series_of("2", 50))
    assert choose_series(study).series_instance_uid == "2"


def test_unlikely_series_needs_an_explicit_choice():
    study = study_of(series_of("1", 20))
    with pytest.raises(NothingToDetectError, match="--series 1"):
        choose_series(study)
    assert choose_series(study, "1").series_instance_uid == "1"


def test_refusal_is_told_when_the_named_series_is_refused():
    with pytest.raises(NothingToDetectError, match="It is a localizer"):
        choose_series(study_of(series_of("1", 0, "It is a localizer.")), "1")


def test_unknown_uid_points_to_scan():
    with pytest.raises(NothingToDetectError, match="hcc-viewer scan"):
        choose_series(study_of(series_of("1")), "9")


def test_empty_study_is_a_sentence():
    with pytest.raises(NothingToDetectError, match="no readable image series"):
        choose_series(study_of())


@pytest.mark.parametrize(
    ("skipped", "end"),
    [
        ((("not a DICOM file", 1),), ": not a DICOM file (1 file)."),
        ((("an empty file", 1), ("structured report", 3)), ": structured report (3 files)."),
    ],
)
def test_study_without_series_says_what_its_files_are(skipped, end):
    study = Study(path="somewhere", series=(), skipped=skipped)
    with pytest.raises(NothingToDetectError) as error:
        choose_series(study)
    assert str(error.value) == f"There is no readable image series in somewhere{end}"
