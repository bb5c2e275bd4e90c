import threading
import time

import pytest

from hcc_viewer.errors import HccViewerError
from hcc_viewer.gui import jobs
from hcc_viewer.gui.jobs import UNEXPECTED, JobRunner


@pytest.fixture
def runner(qapp):
    runner = JobRunner("test")
    yield runner
    runner.shutdown()


def test_result_arrives_in_gui_thread(qtbot, runner):
    threads = []
    runner.succeeded.connect(lambda _: threads.append(threading.current_thread()))
    with qtbot.waitSignal(runner.succeeded, check_params_cb=lambda r: r == 42):
        runner.start(lambda _: 42)
    assert threads == [threading.main_thread()]


def test_progress_and_parts_come_before_the_result_in_order(qtbot, runner):
    seen = []
    runner.progressed.connect(lambda done, total: seen.append((done, total)))
    runner.delivered.connect(seen.append)
    runner.succeeded.connect(seen.append)

    def work(context):
        context(1, 2)
        context.deliver("half")
        context(2, 2)
        return "whole"

    with qtbot.waitSignal(runner.succeeded):
        runner.start(work)
    assert seen == [(1, 2), "half", (2, 2), "whole"]


def test_our_error_gives_its_sentence(qtbot, runner):
    def work(context):
        raise HccViewerError("No DICOM files in x.")

    with qtbot.waitSignal(runner.failed) as blocker:
        runner.start(work)
    assert blocker.args == ["No DICOM files in x."]


def test_crash_gives_a_sentence_and_a_log(qtbot, runner, caplog):
    def work(context):
        raise ZeroDivisionError("secret")

    with qtbot.waitSignal(runner.failed) as blocker:
        runner.start(work)
    assert blocker.args == [UNEXPECTED]
    assert "ZeroDivisionError" in caplog.text


def test_cancelled_job_stops_at_its_next_report_and_says_nothing(qtbot, runner):
    begun, go_on, stopped = threading.Event(), threading.Event(), threading.Event()

    def work(context):
        begun.set()
        go_on.wait(5)
        try:
            context(1, 2)
        finally:
            stopped.set()
        return "too late"

    seen = []
    runner.succeeded.connect(seen.append)
    runner.progressed.connect(lambda *args: seen.append(args))
    runner.start(work)
    assert begun.wait(5)
    runner.cancel()
    go_on.set()
    with qtbot.waitSignal(runner.succeeded, check_params_cb=lambda r: r == "next"):
        runner.start(lambda _: "next")
    assert stopped.is_set()
    assert seen == ["next"]


def test_new_job_takes_the_place_of_the_old_one(qtbot, runner):
    results = []
    runner.succeeded.connect(results.append)
    with qtbot.waitSignal(runner.succeeded, check_params_cb=lambda r: r == 2):
        runner.start(lambda _: 1)
        runner.start(lambda _: 2)
    assert results == [2]


def test_runner_knows_whether_it_runs(qtbot, runner):
    assert not runner.is_running
    with qtbot.waitSignal(runner.succeeded):
        runner.start(lambda _: None)
        assert runner.is_running
    assert not runner.is_running


def test_many_signals_do_not_wear_out(qtbot, runner):
    """PySide6 6.12.0 lost a reference to True at each emit and aborted after some hundred."""

    def work(context):
        for done in range(2000):
            context.deliver(done)

    with qtbot.waitSignal(runner.succeeded):
        runner.start(work)


def test_runner_that_was_shut_down_takes_no_more_jobs(runner):
    runner.shutdown()
    runner.start(lambda _: 1)
    assert not runner.is_running


def test_window_is_not_flooded_with_steps(qtbot, runner):
    """A scan of 20,000 files told one by one would keep the window from doing anything else."""
    told = []
    runner.progressed.connect(lambda done, total: told.append(done))

    def work(context):
        began = time.monotonic()
        for done in range(1, 20_001):
            context(done, 20_000)
        return time.monotonic() - began

    with qtbot.waitSignal(runner.succeeded) as ended:
        runner.start(work)
    assert told[0] == 1
    assert told[-1] == 20_000
    assert len(told) <= 3 + ended.args[0] / jobs.REPORT_EVERY_S
