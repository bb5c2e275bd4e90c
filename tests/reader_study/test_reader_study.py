from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from hcc_viewer import reader_study_command as command
from hcc_viewer.catalogue import CatalogueWriter
from hcc_viewer.catalogue.splits import SplitShares
from hcc_viewer.cli import main
from hcc_viewer.errors import ReadError, UsageError
from hcc_viewer.reader_study import (
    Answer,
    create_study,
    open_study,
    read_answers,
    save_answer,
    score_study,
    start_run,
)
from hcc_viewer.reader_study.export import share_text
from hcc_viewer.reader_study.plan import ARMS, DEFAULT_WASHOUT_DAYS
from hcc_viewer.reader_study.score import CaseTruth, Reading
from tests.catalogue.test_catalogue import SOURCE, make_case

DAY = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class Clock:
    """A clock that is set by hand."""

    def __init__(self):
        self.seconds = 100.0
        self.today = DAY

    def monotonic(self):
        return self.seconds

    def now(self):
        return self.today


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def catalogue(tmp_path):
    with CatalogueWriter(tmp_path / "cases", SOURCE) as writer:
        for number in range(4):
            writer.add(make_case(f"toy-{number}", f"p{number}"))
        return writer.finish(SplitShares(0.0, 0.0, 1.0))


@pytest.fixture
def study(tmp_path, catalogue):
    create_study(tmp_path / "study", catalogue, arms=("unaided", "aided"), washout_days=28)
    return tmp_path / "study"


def begin(study, clock, reader="R 1", arm="unaided"):
    return start_run(study, reader, arm, clock=clock.monotonic, now=clock.now)


def read_all(run, clock, seconds=10.0, marks=(1,)):
    while run.case is not None:
        run.image_shown(3)
        for index in marks:
            run.toggle(index)
        clock.seconds += seconds
        run.save()


def test_every_reader_has_an_order_of_their_own_that_stays(study):
    plan = open_study(study)
    orders = {plan.order(f"r{n}", "unaided") for n in range(8)}
    assert len(orders) > 1
    assert all(sorted(order) == sorted(plan.cases) for order in orders)
    assert plan.order("r1", "aided") != plan.order("r1", "unaided") or len(plan.cases) < 3
    assert open_study(study).order("r1", "unaided") == plan.order("r1", "unaided")


def test_clock_runs_from_image_shown_to_answer_saved_without_pauses(study, clock):
    run = begin(study, clock)
    clock.seconds += 50
    run.image_shown(3)
    clock.seconds += 7
    run.pause()
    clock.seconds += 1000
    run.resume()
    clock.seconds += 5
    assert run.toggle(2)
    answer = run.save()
    assert (answer.seconds, answer.marked, answer.place) == (12.0, (2,), 1)
    assert answer.reader == "r-1"
    assert read_answers(study) == (answer,)


def test_reading_goes_on_where_it_stopped_and_unsaved_marks_are_gone(study, clock):
    run = begin(study, clock)
    run.image_shown(3)
    run.save()
    run.image_shown(3)
    run.toggle(0)
    again = begin(study, clock)
    assert again.case == run.order[1]
    assert again.title == "Case 2 of 4"
    assert again.marked == set()


def test_second_arm_waits_for_the_first_and_the_washout(study, clock):
    run = begin(study, clock)
    run.image_shown(3)
    run.save()
    with pytest.raises(UsageError, match="1 of 4 cases"):
        begin(study, clock, arm="aided")
    read_all(run, clock)
    clock.today = DAY + timedelta(days=10)
    with pytest.raises(UsageError, match="10 days ago; the study asks for 28 days"):
        begin(study, clock, arm="aided")
    clock.today = DAY + timedelta(days=30)
    aided = begin(study, clock, arm="aided")
    read_all(aided, clock)
    assert read_answers(study, "r-1", "aided")[0].days_since_other_arm == pytest.approx(30)
    assert begin(study, clock, reader="r2", arm="aided").case


def test_line_cut_by_a_crash_is_read_again_and_a_damaged_one_is_told(study, clock):
    run = begin(study, clock)
    run.image_shown(3)
    run.save()
    path = study / "answers" / "r-1-unaided.jsonl"
    path.write_text(path.read_text() + '{"reader": "r-1", "ar')
    assert len(read_answers(study)) == 1
    again = begin(study, clock)
    again.image_shown(3)
    again.save()
    assert len(read_answers(study)) == 2
    path.write_text("nonsense\n" + path.read_text())
    with pytest.raises(ReadError, match="Line 1"):
        read_answers(study)


def test_last_answer_that_lost_its_line_end_is_kept(study, clock):
    run = begin(study, clock)
    run.image_shown(3)
    run.save()
    path = study / "answers" / "r-1-unaided.jsonl"
    path.write_text(path.read_text().rstrip("\n"))
    again = begin(study, clock)
    again.image_shown(3)
    again.save()
    assert [answer.case for answer in read_answers(study)] == list(run.order[:2])


def test_case_that_was_read_is_not_shown_again_after_one_that_was_lost(study, clock):
    run = begin(study, clock)
    read_all(run, clock)
    path = study / "answers" / "r-1-unaided.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([lines[0], *lines[2:]]))
    again = begin(study, clock)
    assert again.case == run.order[1]
    again.image_shown(3)
    again.save()
    assert again.case is None
    assert len(path.read_text().splitlines()) == 4


def test_arm_is_read_to_its_end_with_one_model(study, clock):
    def begin_aided(model):
        return start_run(study, "r2", "aided", model=model, clock=clock.monotonic, now=clock.now)

    run = begin_aided("first 1.0")
    run.image_shown(3)
    run.save()
    with pytest.raises(UsageError, match=r"with the model first 1\.0, and second 2\.0 is in use"):
        begin_aided("second 2.0")
    assert begin_aided("first 1.0").case == run.order[1]


def test_cases_are_drawn_by_any_whole_number(catalogue, tmp_path):
    plan = create_study(tmp_path / "drawn", catalogue, number=2, seed=-1)
    assert len(open_study(tmp_path / "drawn").cases) == len(plan.cases) == 2


def test_study_is_made_once_and_only_from_cases_that_there_are(study, catalogue, tmp_path):
    with pytest.raises(UsageError, match="holds a study already"):
        create_study(study, catalogue)
    with pytest.raises(UsageError, match="has 4 cases, not 9"):
        create_study(tmp_path / "other", catalogue, number=9)
    with pytest.raises(UsageError, match="reader a code"):
        start_run(study, " ?", "unaided")
    with pytest.raises(ReadError, match="reader-study create"):
        open_study(tmp_path)


# --- figures ----------------------------------------------------------------------------------


TRUTH = np.array([0, 1, 1, 0, -1, 0, 0, 0, 0, 0], np.int8)


def answer(reader, arm, case, marked, seconds=20.0):
    return Answer(reader, arm, case, 1, 10, tuple(marked), seconds, DAY.isoformat())


@pytest.fixture
def plan(study):
    return replace(open_study(study), cases=("a", "b", "c"))


@pytest.fixture
def truths():
    return [CaseTruth(case, f"p-{case}", TRUTH) for case in "abc"]


def test_figures_are_those_counted_by_hand(plan, truths):
    answers = [
        answer("r1", "unaided", "a", [1, 2], 10),
        answer("r1", "unaided", "b", [1, 5], 20),
        answer("r1", "unaided", "c", [4], 30),
    ]
    flagged = {case: np.isin(np.arange(10), [1, 2, 9]) for case in "abc"}
    model = Reading("model", "alone", flagged, dict.fromkeys("abc", 0.5))
    result = score_study(plan, truths, answers, model, draws=200)
    reader, machine = result.scores
    # 6 positive and 21 negative slices count; slice 4 does not.
    assert (reader.sensitivity.hits, reader.sensitivity.total) == (3, 6)
    assert (reader.specificity.hits, reader.specificity.total) == (20, 21)
    assert reader.accuracy.value == pytest.approx(23 / 27)
    assert reader.seconds_per_100_images == pytest.approx(100 * 60 / 30)
    assert machine.sensitivity.value == 1.0
    assert machine.specificity.value == pytest.approx(18 / 21)
    assert machine.seconds_per_100_images == pytest.approx(5.0)
    differences = {item.figure: item for item in result.comparisons}
    assert differences["sensitivity"].difference.value == pytest.approx(-0.5)
    assert (differences["sensitivity"].only_first, differences["sensitivity"].only_second) == (0, 3)
    assert differences["sensitivity"].exact_p == pytest.approx(0.25)
    assert "0.500 (" in share_text(reader.sensitivity)


def test_arms_of_a_reader_are_compared(plan, truths):
    answers = [answer("r1", "unaided", case, [1]) for case in "abc"]
    answers += [answer("r1", "aided", case, [1, 2]) for case in "abc"]
    result = score_study(plan, truths, answers, draws=50)
    first = result.comparisons[0]
    assert (first.first, first.second) == ("r1 (aided)", "r1 (unaided)")
    assert first.difference.value == pytest.approx(0.5)


def test_answer_on_other_slices_than_the_case_has_is_told(plan, truths):
    wrong = replace(answer("r1", "unaided", "a", []), slices=9)
    with pytest.raises(ReadError, match="9 slices of a case that has 10"):
        score_study(plan, truths, [wrong], draws=10)


def test_command_line_offers_the_arms_that_there_are():
    assert (command.ARMS, command.WASHOUT_DAYS) == (ARMS, DEFAULT_WASHOUT_DAYS)


def test_commands_make_a_study_and_count_it(tmp_path, catalogue, capsys):
    folder = tmp_path / "made"
    words = ["reader-study", "create", str(folder), "--cases", str(tmp_path / "cases")]
    assert main([*words, "--number", "3", "--with-ai"]) == 0
    assert "3 cases, unaided, aided" in capsys.readouterr().out
    plan = open_study(folder)
    for number, case in enumerate(plan.order("r1", "unaided"), start=1):
        marked = Answer("r1", "unaided", case, number, 3, (1,), 6.0, DAY.isoformat())
        save_answer(folder, marked)
    assert main(["reader-study", "results", str(folder), "--without-model"]) == 0
    text = capsys.readouterr().out
    assert "200.0" in text
    results = (folder / "results" / "results.csv").read_text().splitlines()
    assert results[1].startswith("r1,unaided,3,1.000")
    assert "r1,unaided" in (folder / "results" / "slices.csv").read_text()
    assert main(["reader-study", "results", str(tmp_path / "absent"), "--without-model"]) == 3
