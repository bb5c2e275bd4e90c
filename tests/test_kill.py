"""Killed without warning, the program loses nothing that was saved and leaves no half of a file."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from hcc_viewer.paths import demo_study_dir
from hcc_viewer.settings import Settings, load_settings, save_settings

DEMO_SLICES = len(list((demo_study_dir() / "hbp").glob("*.dcm")))

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

DETECT_TWICE = """
import os, signal, sys
from pathlib import Path
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication
from hcc_viewer import paths
from hcc_viewer.gui.app import build
from hcc_viewer.settings import Settings

def until(is_so):
    while not is_so():
        QApplication.processEvents()

def trigger(name):
    action = window.findChild(QAction, name)
    until(action.isEnabled)
    action.trigger()

window = build(Settings())
window.show()
trigger("open_demo_action")
until(lambda: window.session.viewport.volume is not None)
trigger("detect_action")
until(lambda: window.session.detection is not None)
trigger("next_finding_action")
trigger("accept_finding_action")
kept = paths.data_dir() / "readings"
until(lambda: len(list(kept.glob("*.json"))) == 1 and len(list(kept.glob("*.npz"))) == 1)
print("ready", flush=True)
trigger("detect_action")
until(lambda: window.session.busiest == "detect" and window.session.activity.done > 0)
os.kill(os.getpid(), signal.SIGKILL)
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


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX's")
def test_earlier_export_is_whole_whenever_a_detection_is_killed(tmp_path):
    command = [sys.executable, "-m", "hcc_viewer", "detect", str(demo_study_dir())]
    command += ["--out", str(tmp_path), "--format", "csv"]
    started = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    usual = time.monotonic() - started
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    for share in (0.3, 0.6, 0.85):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            time.sleep(share * usual)
            process.kill()
        result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
        assert len(result["slices"]) == DEMO_SLICES
        assert (tmp_path / "slices.csv").read_bytes() == before["slices.csv"]


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX's")
def test_window_killed_while_it_detects_keeps_earlier_result_and_decisions(tmp_path):
    homes = {f"XDG_{name}_HOME": str(tmp_path) for name in ("CONFIG", "DATA", "STATE")}
    ended = subprocess.run(
        [sys.executable, "-c", DETECT_TWICE],
        env=os.environ | homes | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert ended.stdout == "ready\n"
    (kept,) = tmp_path.rglob("readings/*.json")
    record = json.loads(kept.read_text(encoding="utf-8"))
    assert [one["verdict"] for one in record["reading"]["decisions"]] == ["accepted"]
    with np.load(kept.with_suffix(".npz"), allow_pickle=False) as result:
        assert len(result["probabilities"]) == DEMO_SLICES
