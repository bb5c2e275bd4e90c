"""The first image is shown while the scan goes on."""

from dataclasses import replace

import pytest

from tests.gui.driving import action, do
from tests.gui.fakes import make_study


@pytest.fixture
def scanning(qtbot, window, program, tmp_path, monkeypatch):
    """A window that shows the first image of a study whose scan still goes on."""
    monkeypatch.setattr("hcc_viewer.gui.preview.PREVIEW_AFTER_S", 0.0)
    study = make_study(tmp_path)
    program.study = study
    program.partial = replace(study, series=study.series[1:3], is_complete=False)
    window.controller.study.open_path(tmp_path)
    qtbot.waitUntil(lambda: window.session.viewport.volume is not None)
    yield window
    program.scan_gate.set()


def test_image_is_shown_and_detect_waits(qtbot, scanning, program):
    assert not scanning.session.study.is_complete
    assert not action(scanning, "detect").isEnabled()
    program.scan_gate.set()
    qtbot.waitUntil(action(scanning, "detect").isEnabled)
    assert scanning.session.study.is_complete
    assert scanning.session.shown_series.description == "T1 VIBE HBP 20 min"
    assert len(scanning.session.studies) == 1


def test_choice_made_meanwhile_stays(qtbot, scanning, program):
    rows = {0, 1} - {scanning.session.wanted_row}
    row = rows.pop()
    scanning.controller.show_series(row)
    qtbot.waitUntil(lambda: scanning.session.shown_row == row)
    chosen = program.partial.series[row].description
    program.scan_gate.set()
    qtbot.waitUntil(lambda: scanning.session.study.is_complete)
    qtbot.waitUntil(lambda: scanning.session.viewport.volume is not None)
    assert scanning.session.shown_series.description == chosen


def test_cancelled_scan_leaves_no_half_study(qtbot, scanning):
    do(scanning, "cancel")
    qtbot.waitUntil(lambda: not scanning.session.studies)
    assert scanning.session.study is None


def test_short_scan_shows_no_preview(qtbot, window, program, tmp_path):
    study = make_study(tmp_path)
    program.study = study
    program.partial = replace(study, series=study.series[1:3], is_complete=False)
    window.controller.study.open_path(tmp_path)
    qtbot.waitUntil(lambda: window.session.activity is not None)
    assert window.session.study is None
    program.scan_gate.set()
    qtbot.waitUntil(lambda: window.session.study is not None)
    assert window.session.study.is_complete
