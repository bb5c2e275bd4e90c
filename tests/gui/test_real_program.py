"""The window on the real program below it: demo study, bundled model, report."""

import json

import pytest
from PySide6.QtGui import QAction

from hcc_viewer import paths
from hcc_viewer.gui.app import build
from hcc_viewer.gui.prompts import Prompts
from hcc_viewer.settings import Settings

LONG = 120_000
"""Milliseconds that a loaded machine may take."""


@pytest.mark.skipif(
    not list(paths.models_dir().glob("*.onnx")) or not paths.demo_study_dir().is_dir(),
    reason="the bundled model or the demo study is not there",
)
def test_demo_study_goes_from_one_click_to_a_report(qtbot, tmp_path):
    window = build(Settings(), prompts=Prompts(choose_report_folder=lambda start: tmp_path / "out"))
    qtbot.addWidget(window, before_close_func=lambda w: w.controller.shutdown())
    window.show()
    session = window.session

    def trigger(name):
        window.findChild(QAction, name).trigger()

    trigger("open_demo_action")
    qtbot.waitUntil(lambda: session.viewport.volume is not None, timeout=LONG)
    assert session.shown_series.phase.is_sure
    trigger("detect_action")
    qtbot.waitUntil(lambda: session.detection is not None, timeout=LONG)
    trigger("next_finding_action")
    trigger("toggle_heatmap_action")
    assert not window.grab().isNull()
    trigger("export_report_action")
    qtbot.waitUntil(lambda: session.message is not None, timeout=LONG)
    assert not session.message.is_error
    result = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    assert len(result["findings"]) == len(session.detection.findings) > 0
    assert (tmp_path / "out" / "report.pdf").stat().st_size > 1000
