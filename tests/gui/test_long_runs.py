"""Short versions of the long runs in `tools/`, each in a process of its own."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.conftest import REPOSITORY


def run(script, *arguments, timeout):
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, str(REPOSITORY / "tools" / script), *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=timeout, env=environment, check=False
    )


def test_some_hundred_random_events_raise_and_warn_of_nothing():
    done = run("monkey.py", "--events", "250", "--seed", "7", "--minutes", "2", timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 faults" in done.stdout


def test_benchmark_of_the_viewer_still_runs():
    """Of its parts the one that stands in for the program below the window breaks first."""
    command = [sys.executable, "-m", "benchmarks.viewer", "--paints", "5", "--only-speed"]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=200, env=environment, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "200 different slices of 200 steps" in done.stdout


@pytest.mark.skipif(
    not os.environ.get("HCC_VIEWER_END_TO_END"),
    reason="takes a minute or two on a screen of its own; HCC_VIEWER_END_TO_END=1 runs it",
)
@pytest.mark.skipif(shutil.which("xdotool") is None, reason="xdotool is not installed")
def test_whole_way_is_gone_with_real_mouse_and_keys():
    done = run("end_to_end.py", timeout=500)
    assert done.returncode == 0, done.stdout + done.stderr
