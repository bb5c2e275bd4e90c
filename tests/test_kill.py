"""Killed without warning, the program loses nothing that was saved and leaves no half of a file."""

import json
import signal
import subprocess
import sys
import time

import pytest

from hcc_viewer.settings import Settings, load_settings, save_settings

SAVE_SETTINGS = """
import sys
from pathlib import Path
from hcc_viewer.settings import Settings, save_settings
print("ready", flush=True)
number = 0
while True:
    number += 1
    save_settings(Settings(last_folder="x" * 20000 + str(number)), Path(sys.argv[1]))
"""

EXPORT = """
import sys
from hcc_viewer.report import export_report
from tests.report.make_detection import make_detection, make_volume
volume = make_volume()
detection = make_detection(volume.series)
while True:
    export_report(detection, volume, sys.argv[1], ("csv", "json"))
    print("ready", flush=True)
"""


def kill_while_it_writes(code, target, seconds):
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(target)], stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout.readline() == "ready\n"
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX's")
def test_settings_are_whole_whenever_the_program_is_killed(tmp_path):
    path = tmp_path / "settings.toml"
    save_settings(Settings(language="ko"), path)
    for attempt in range(3):
        kill_while_it_writes(SAVE_SETTINGS, path, 0.05 + 0.03 * attempt)
        assert len(load_settings(path).last_folder) > 20000


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX's")
def test_exported_files_are_whole_whenever_the_program_is_killed(tmp_path):
    for attempt in range(2):
        kill_while_it_writes(EXPORT, tmp_path / "out", 0.05 + 0.05 * attempt)
        result = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
        rows = (tmp_path / "out" / "slices.csv").read_text(encoding="utf-8").splitlines()
        assert len(rows) > len(result["slices"])
