"""The process gives freed memory back, so that a day of studies does not make it grow."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from hcc_viewer.gui import heap, jobs

glibc = pytest.mark.skipif(heap._c_library() is None, reason="this system has another C library")


@glibc
def test_c_library_takes_the_settings():
    """In a process of its own: they hold for good. `benchmarks.heap` tells what they are worth."""
    script = "from hcc_viewer.gui import heap; print(heap.keep_small())"
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.split() == ["True"]


def test_system_without_such_settings_is_left_alone(monkeypatch):
    monkeypatch.setattr(heap, "_c_library", lambda: None)
    assert not heap.keep_small()
    assert not heap.give_back()


def test_refused_setting_is_told(monkeypatch):
    refusing = SimpleNamespace(mallopt=lambda parameter, value: 0)
    monkeypatch.setattr(heap, "_c_library", lambda: refusing)
    assert not heap.keep_small()


def test_worker_gives_back_after_each_job(qtbot, monkeypatch):
    given = []
    monkeypatch.setattr(jobs.heap, "give_back", lambda: given.append(1))
    runner = jobs.JobRunner("test")
    with qtbot.waitSignal(runner.succeeded):
        runner.start(lambda context: 1)
    runner.shutdown()
    assert given == [1]
