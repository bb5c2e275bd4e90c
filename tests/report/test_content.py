from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hcc_viewer import HEAT_MAP_CAPTION, NEGATIVE_RESULT, RESEARCH_USE
from hcc_viewer.detection import ModelCard, OperatingPoint
from hcc_viewer.detection.decisions import (
    Measurement,
    Place,
    Reading,
    added_finding,
    decide,
)
from hcc_viewer.detection.model_card import CurvePoint, FindingSpec, InputSpec
from hcc_viewer.errors import Notice
from hcc_viewer.report import make_content
from hcc_viewer.report.content import READ_FIRST, UNCONFIRMED
from hcc_viewer.report.words import (
    local_paper_size,
    number,
    position_text,
    probability_text,
)
from tests.report.make_detection import (
    MODEL,
    PATIENT,
    Lesion,
    make_detection,
    make_geometry,
    make_series,
    make_volume,
)
from tests.report.make_reading import make_moved


def _card(*points: OperatingPoint, curve: tuple[CurvePoint, ...] = ()) -> ModelCard:
    return ModelCard(
        "m",
        "1",
        "0" * 64,
        "x",
        "",
        InputSpec(),
        FindingSpec(),
        ("other", "hcc"),
        0.5,
        points,
        curve,
    )


def _all_words(content: object) -> str:
    return repr(content)


def test_the_labels_hold_all_that_every_export_must_say() -> None:
    content = make_content(make_detection(), make_volume())

    said = " ".join(content.labels)

    assert RESEARCH_USE in said
    assert NEGATIVE_RESULT in said
    assert HEAT_MAP_CAPTION in said
    assert "phantom-cnn 0.1 (0123456789ab)" in said
    assert "trained on simulated images only; not validated on patients" in said


def test_identity_is_absent_unless_asked() -> None:
    content = make_content(make_detection(), make_volume())

    assert content.patient is None
    assert content.patient_facts == ()


def test_identity_is_there_when_asked() -> None:
    content = make_content(make_detection(), make_volume(), identified=True)

    assert content.patient == PATIENT
    assert [fact.value for fact in content.patient_facts] == [
        "SIM 0001", "SIM-0001", "1957-03-04", "F",
    ]  # fmt: skip


def test_the_content_never_shows_identity_in_its_repr() -> None:
    words = _all_words(make_content(make_detection(), make_volume()))

    assert PATIENT.name not in words
    assert PATIENT.patient_id not in words


def test_slices_count_from_one_in_words() -> None:
    row = make_content(make_detection(lesions=((4, 25.0, 30.0),)), make_volume()).findings[0]

    assert (row.slices, row.peak_slice) == ("4-6", "5")


def test_a_result_without_findings_says_so_with_the_highest_probability() -> None:
    content = make_content(make_detection(lesions=()), make_volume())

    assert content.summary == (
        "No finding: no slice reached the threshold; the highest probability is 0.03 (slice 1). "
        "A negative result does not exclude HCC."
    )


def test_flagged_slices_without_a_finding_are_told_apart_from_none() -> None:
    detection = replace(make_detection(), findings=())

    assert make_content(detection, make_volume()).summary == (
        "No finding; 3 of 12 slices flagged, at most 0.97 (slice 5)."
    )


def _added(amount: int) -> Reading:
    """A reader who added findings of his own."""
    places = (Place(index % 12, float(index), 5.0, (0.0, 0.0, 0.0)) for index in range(amount))
    return Reading(decisions=tuple(map(added_finding, places)))


def test_a_result_is_not_negative_where_the_reader_has_findings() -> None:
    detection = make_detection()
    accepted = decide(detection.findings[0], detection, "accepted")
    raised = make_detection(lesions=())

    reading = _added(1).with_decision(accepted)
    content = make_content(raised, make_volume(), reading=reading)

    assert content.summary == (
        "The model: no finding at this threshold; the highest probability is 0.03 (slice 1). "
        "2 findings by the reader."
    )


def test_flagged_slices_stand_beside_the_findings_of_the_reader() -> None:
    detection = replace(make_detection(), findings=())

    assert make_content(detection, make_volume(), reading=_added(1)).summary == (
        "The model: no finding at this threshold; 3 of 12 slices flagged, at most 0.97 (slice 5). "
        "1 finding by the reader."
    )


def test_a_finding_rejected_at_another_threshold_leaves_the_result_negative() -> None:
    detection = make_detection()
    reading = Reading().with_decision(decide(detection.findings[0], detection, "rejected"))

    content = make_content(make_detection(lesions=()), make_volume(), reading=reading)

    assert content.summary.startswith("No finding: ")


@pytest.mark.parametrize(("lesions", "before"), [((), ""), (((4, 25.0, 30.0),), f"{UNCONFIRMED} ")])
def test_read_first_is_told_without_a_decision_or_a_finding(
    lesions: tuple[Lesion, ...], before: str
) -> None:
    content = make_content(
        make_detection(lesions=lesions), make_volume(), reading=Reading(read_first=True)
    )

    assert content.review == f"{before}{READ_FIRST}"


def test_warnings_shared_by_series_volume_and_detection_stand_once() -> None:
    notice = Notice("uneven-spacing", "The slices are uneven.")
    series = make_series(warnings=(notice,))
    volume = replace(make_volume(series), warnings=(notice, Notice("b", "Another.")))

    content = make_content(make_detection(series, warnings=(notice,)), volume)

    assert [warning.code for warning in content.warnings] == ["uneven-spacing", "b"]


def test_places_and_lengths_are_unknown_when_the_geometry_is() -> None:
    series = make_series(geometry=make_geometry(known=False))

    row = make_content(make_detection(series), make_volume(series)).findings[0]

    assert (row.position, row.extent) == ("unknown", "unknown")


def test_findings_beyond_the_limit_stand_in_the_table_only() -> None:
    lesions = tuple((1 + i % 10, 5.0 + i, 30.0) for i in range(3))
    detection = make_detection(lesions=lesions)
    many = replace(detection, findings=detection.findings * 10)

    content = make_content(many, make_volume())

    assert len(content.findings) == 30
    assert len(content.pictured_findings) == 20
    assert "20 most probable" in content.pictures_note


def test_findings_of_the_reader_beyond_the_limit_are_said_to_have_no_pictures() -> None:
    enough, many = (
        make_content(make_detection(), make_volume(), reading=_added(amount)) for amount in (20, 21)
    )

    assert enough.pictures_note == ""
    assert many.pictures_note == "Of the 21 findings by the reader, the first 20 have pictures."


def test_the_threshold_tells_what_the_card_measured_there() -> None:
    point = OperatingPoint("balanced", 0.5, 0.91, 0.84, 0.42)

    content = make_content(make_detection(), make_volume(), card=_card(point))

    assert "balanced" in content.threshold_text
    assert "sensitivity 91% and specificity 84% of slices, 0.42 false" in content.threshold_text


def test_one_false_finding_is_one() -> None:
    point = OperatingPoint("balanced", 0.5, 0.91, 0.84, 1.0)

    text = make_content(make_detection(), make_volume(), card=_card(point)).threshold_text

    assert text.endswith("1 false finding per case.")


def test_a_threshold_without_a_measurement_says_so() -> None:
    point = OperatingPoint("balanced", 0.4, 0.91, 0.84, 0.42)

    content = make_content(make_detection(), make_volume(), card=_card(point))

    assert "no measurement at this threshold" in content.threshold_text


def test_a_threshold_on_the_operating_curve_tells_what_was_measured() -> None:
    card = _card(OperatingPoint("balanced", 0.4, 1, 1, 0), curve=(CurvePoint(0.5, 0.8, 0.9, 0.1),))

    content = make_content(make_detection(), make_volume(), card=card)

    assert "sensitivity 80% and specificity 90% of slices" in content.threshold_text


def test_date_and_time_name_their_zone() -> None:
    now = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)

    assert make_content(make_detection(), make_volume(), now=now).created_text == (
        "2026-01-02 03:04 UTC"
    )


def test_the_model_is_the_detections() -> None:
    assert make_content(make_detection(), make_volume()).model is MODEL


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0.00"), (1.0, "1.00"), (0.999, "> 0.99"), (0.001, "< 0.01"), (0.874, "0.87")],
)
def test_a_probability_is_never_rounded_to_certainty(value: float, text: str) -> None:
    assert probability_text(value) == text


def test_a_position_names_the_patients_sides() -> None:
    assert position_text((-63.21, 41.0, -7.0)) == "R 63.2  P 41.0  F 7.0"


def test_a_position_that_is_no_number_is_unknown() -> None:
    assert position_text((float("nan"), 0.0, 0.0)) == "unknown"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.5, "0.50"),
        (0.1234, "0.1234"),
        (1, "1.00"),
        (0, "0.00"),
        (0.99999, "0.99999"),
        (0.00001, "1e-05"),
    ],
)
def test_a_threshold_keeps_its_decimals(value: float, text: str) -> None:
    assert number(value) == text


def test_a_series_that_nobody_read_is_unconfirmed() -> None:
    content = make_content(make_detection(), make_volume())

    assert content.review == UNCONFIRMED
    assert content.findings[0].reader == "not reviewed"


def test_a_decision_at_another_threshold_is_not_lost() -> None:
    detection = make_detection()
    reading = Reading().with_decision(decide(detection.findings[0], detection, "accepted"))

    content = make_content(replace(detection, findings=()), make_volume(), reading=reading)

    (row,) = content.reader_findings
    assert row.reader == "accepted at another threshold"
    assert row.probability == "0.97"


@pytest.mark.parametrize("verdict", ["corrected", "accepted"])
def test_a_moved_finding_lies_where_the_reader_says_and_names_the_models_place(
    verdict: str,
) -> None:
    detection = make_detection()

    content = make_content(detection, make_volume(), reading=make_moved(detection, verdict))

    (row,) = content.findings
    assert (row.peak_index, row.mark) == (10, (45.0, 80.0))
    assert row.cells[2:5] == ("4-6", "11", "L 50.0  P 40.0  H 130.0")
    facts = {fact.name: fact.value for fact in content.facts_of(row)}
    assert facts["Model's place"] == "slice 5, row 25, column 30; R 25.0  P 0.0  H 112.0"
    assert facts["Slice"] == "11 of 12"
    assert content.heading_of(row).endswith("0.97, moved by the reader to slice 11 of 12")


def test_a_finding_moved_at_another_threshold_names_the_models_place() -> None:
    detection = make_detection()
    reading = make_moved(detection)

    content = make_content(replace(detection, findings=()), make_volume(), reading=reading)

    (row,) = content.reader_findings
    assert row.mark == (45.0, 80.0)
    assert row.model_place.startswith("slice 5, row 25, column 30")


def test_a_rejected_finding_stays_at_the_models_place() -> None:
    detection = make_detection()

    content = make_content(detection, make_volume(), reading=make_moved(detection, "rejected"))

    (row,) = content.findings
    assert (row.peak_index, row.mark, row.model_place) == (4, (25.0, 30.0), "")


def test_small_values_of_a_region_are_written_as_on_the_screen() -> None:
    region = Measurement(
        "ellipse", 3, ((1.0, 1.0), (9.0, 9.0)), area_mm2=40.0, mean=0.01234, sd=0.00217
    )

    content = make_content(make_detection(), make_volume(), reading=Reading(measurements=(region,)))

    assert content.measurements[0].value.endswith(", mean 0.01234, SD 0.00217")


def test_an_unknown_paper_is_refused() -> None:
    with pytest.raises(ValueError, match="a4, letter, not 'a5'"):
        make_content(make_detection(), make_volume(), paper_size="a5")


@pytest.mark.parametrize(
    ("name", "paper"),
    [("en_US", "letter"), ("es_MX", "letter"), ("ko_KR", "a4"), ("en_GB", "a4"), ("C", "a4")],
)
def test_the_paper_is_that_of_the_country(name: str, paper: str) -> None:
    assert local_paper_size(name) == paper
