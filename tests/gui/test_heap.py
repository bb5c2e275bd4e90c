"""The process gives freed memory back, so that a day of studies does not make it grow."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from hcc_viewer.gui import heap, jobs

glibc = pytest.mark.skipif(heap._c_library() is None, reason="this system has another C library")

WORK_IN_THREADS = """
import sys, threading
from pathlib import Path
from hcc_viewer.gui import heap

def resident_mb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6

if sys.argv[1] == "kept small":
    assert heap.keep_small()

def work():
    for size in (30_000_000, 20_000_000):  # freeing the first raises glibc's own limits
        block = bytearray(size)
        del block
    kept = [bytearray(b"x") * 900_000 for _ in range(30)]
    kept.clear()

before = resident_mb()
for _ in range(6):
    wait = threading.Barrier(4)
    turn = lambda: (wait.wait(), work(), wait.wait())
    threads = [threading.Thread(target=turn) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
if sys.argv[1] == "kept small":
    heap.give_back()
print(resident_mb() - before)
"""


def grown_mb(how):
    done = subprocess.run(
        [sys.executable, "-c", WORK_IN_THREADS, how],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return float(done.stdout)


@glibc
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_memory_of_workers_goes_back_to_the_system():
    """Four threads free 200 MB each; how they take turns decides what is left, hence twice."""
    kept_small = min(grown_mb("kept small") for _ in range(2))
    as_it_comes = min(grown_mb("as it comes") for _ in range(2))
    assert kept_small < 60
    assert as_it_comes > 2 * kept_small  # else the settings would be good for nothing


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
