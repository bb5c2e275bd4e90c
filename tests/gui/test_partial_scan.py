"""The first image is shown while the scan goes on."""

from dataclasses import replace

import pytest

from hcc_viewer.detection.decisions import Reading
from hcc_viewer.dicom import Study
from hcc_viewer.errors import ReadError
from hcc_viewer.gui.viewport import Window
from tests.gui.driving import action, do, widget
from tests.gui.fakes import make_series, make_study


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
    likeliest = "T1 VIBE HBP 20 min"
    qtbot.waitUntil(lambda: scanning.session.shown_series.description == likeliest)
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


def test_study_that_is_closed_while_it_is_read_stays_closed(qtbot, scanning, program, tmp_path):
    do(scanning, "close_study")
    assert scanning.session.studies == []
    assert not scanning.session.is_busy("read")
    assert not any(one.is_running for one in scanning.controller.study.runners)
    program.partial, program.study = None, make_study(tmp_path / "next")
    scanning.controller.study.open_path(tmp_path / "next")
    program.scan_gate.set()
    qtbot.waitUntil(lambda: scanning.session.is_whole)
    assert scanning.session.studies == [program.study]


def test_what_waits_is_opened_when_the_study_before_it_is_closed(
    qtbot, scanning, program, tmp_path
):
    program.partial, program.study = None, make_study(tmp_path / "next")
    scanning.controller.study.open_path(tmp_path / "next")
    do(scanning, "close_study")
    qtbot.waitUntil(lambda: scanning.session.viewport.volume is not None)
    assert scanning.session.studies == [program.study]


@pytest.mark.parametrize("end", ["cancel", "close_study", "failure"])
def test_study_before_is_back_when_nothing_comes_of_a_slow_scan(
    qtbot, open_window, program, tmp_path, monkeypatch, end
):
    """Its series is not at hand any more and is read again."""
    monkeypatch.setattr("hcc_viewer.gui.preview.PREVIEW_AFTER_S", 0.0)
    monkeypatch.setattr("hcc_viewer.gui.volume_cache.KEPT_BYTES", 0)
    session, program.read_error = open_window.session, ReadError("it is gone.")
    before, other = session.study, make_series("Other HBP", 12, 95, number=9)
    program.partial = Study(tmp_path / "other", (other,), is_complete=False)
    open_window.controller.study.open_path(tmp_path / "other")
    qtbot.waitUntil(lambda: session.shown_series is other)
    program.reading_gate.clear()
    if end == "failure":
        program.scan_gate.set()
        qtbot.waitUntil(lambda: session.message is not None)
    else:
        do(open_window, end)
    assert session.study is before
    assert session.is_busy("read")
    assert (session.wanted_row, session.shown_row) == (3, None)
    program.reading_gate.set()
    qtbot.waitUntil(lambda: session.shown_row == 3)
    assert not session.is_busy("read")


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


def grown(program, row, count):
    """The study of which the preview has shown only `count` slices of the series in this row."""
    series = program.study.series[row]
    first = len(series.instances) - count
    geometry = replace(series.geometry, positions_mm=series.geometry.positions_mm[first:])
    part = replace(series, instances=series.instances[first:], geometry=geometry)
    return replace(program.study, series=(part,), is_complete=False)


@pytest.fixture
def previewed(qtbot, window, program, tmp_path, monkeypatch):
    """Opens a study of whose likeliest series so many slices are shown while the scan goes on."""
    monkeypatch.setattr("hcc_viewer.gui.preview.PREVIEW_AFTER_S", 0.0)

    def open_it(count):
        program.study = make_study(tmp_path)
        program.partial = grown(program, 3, count)
        window.controller.study.open_path(tmp_path)
        qtbot.waitUntil(lambda: window.session.viewport.volume is not None)
        return window

    yield open_it
    program.scan_gate.set()


def test_place_zoom_and_window_of_the_whole_series_stay(qtbot, previewed, program):
    window = previewed(40)
    viewport, view = window.session.viewport, widget(window, "slice_view")
    volume = viewport.volume
    viewport.set_slice(33)
    viewport.set_window(Window(111.0, 222.0))
    view.zoom(2.0)
    pose = view.pose
    blank = []
    viewport.volume_changed.connect(lambda: blank.append(viewport.volume is None))
    program.scan_gate.set()
    qtbot.waitUntil(action(window, "detect").isEnabled)
    assert viewport.volume.array is volume.array
    assert viewport.volume.series is window.session.series[3]
    assert (viewport.slice_index, viewport.window) == (33, Window(111.0, 222.0))
    assert view.pose.pixels_per_mm == pose.pixels_per_mm
    assert not any(blank)
    assert program.loaded.count("T1 VIBE HBP 20 min") == 1


def test_image_of_a_series_that_grew_stays_until_it_is_read(qtbot, previewed, program):
    window = previewed(25)
    viewport = window.session.viewport
    viewport.set_slice(20)
    image = viewport.shown_image
    viewport.set_window(Window(111.0, 222.0))
    blank = []
    viewport.volume_changed.connect(lambda: blank.append(viewport.volume is None))
    program.scan_gate.set()
    qtbot.waitUntil(action(window, "detect").isEnabled)
    assert (viewport.slice_count, viewport.slice_index) == (40, 35)
    assert viewport.shown_image == image
    assert viewport.window == Window(111.0, 222.0)
    assert not any(blank)


def test_what_grew_and_cannot_be_read_is_shown_no_more(qtbot, previewed, program):
    window = previewed(25)
    program.error = ReadError("it is gone.")
    program.scan_gate.set()
    qtbot.waitUntil(lambda: window.session.message is not None)
    assert window.session.viewport.volume is None
    assert not action(window, "detect").isEnabled()


def test_marks_wait_for_all_files_and_say_so(qtbot, previewed, program):
    """The whole series numbers its slices in another way."""
    window = previewed(25)
    session = window.session
    for name in ("key_image", "add_finding"):
        do(window, name)
    window.controller.reading.draw(0, "distance", ((20.0, 40.0), (50.0, 40.0)))
    assert session.reading == Reading()
    assert "until all files are read" in session.message.text
    program.reading_gate.clear()
    program.scan_gate.set()
    qtbot.waitUntil(lambda: session.is_stale)
    do(window, "key_image")
    assert session.reading == Reading()
    program.reading_gate.set()
    qtbot.waitUntil(action(window, "detect").isEnabled)
    do(window, "key_image")
    assert session.reading.key_slices == (session.viewport.slice_index,)
