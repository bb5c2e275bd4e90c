"""Sessions come back from the user's data folder, and nothing of the patient is in it."""

from dataclasses import replace

import numpy as np
import pytest

from hcc_viewer import paths
from hcc_viewer.detection.decisions import Reading
from hcc_viewer.errors import Notice
from hcc_viewer.gui import session_file
from hcc_viewer.gui.app import build
from hcc_viewer.gui.session_file import KeptReading
from hcc_viewer.settings import Settings
from tests.gui.driving import do, widget
from tests.gui.fakes import make_detection, make_series, make_volume
from tests.report.make_detection import with_unread


@pytest.fixture
def open_again(qtbot, program, prompts, tmp_path):
    """A second window on the same study, as after a restart of the program."""

    def open_it(settings=None):
        window = build(settings or Settings(), program.services(), prompts.prompts())
        qtbot.addWidget(window, before_close_func=lambda w: w.controller.shutdown())
        with qtbot.waitSignal(window.session.model_changed):
            window.show()
        window.controller.study.open_path(tmp_path)
        qtbot.waitUntil(lambda: window.session.viewport.volume is not None)
        return window

    return open_it


@pytest.fixture
def decided_window(qtbot, detected_window):
    do(detected_window, "next_finding")
    do(detected_window, "reject_finding")
    do(detected_window, "key_image")
    key = detected_window.session.shown_series.key
    qtbot.waitUntil(lambda: session_file.result_path(key).is_file())
    detected_window.close()
    return detected_window


def test_result_and_decisions_are_back_in_the_next_session(qtbot, decided_window, open_again):
    again = open_again()
    qtbot.waitUntil(lambda: again.session.detection is not None)
    before, after = decided_window.session.detection, again.session.detection
    assert after.findings == before.findings
    assert after.threshold == before.threshold
    assert (after.slices[14].cam == before.slices[14].cam).all()
    assert again.session.reading == decided_window.session.reading
    assert "earlier session are back" in again.session.message.text


def test_result_that_ends_while_another_series_is_shown_is_back_in_the_next_session(
    qtbot, detected_elsewhere, open_again
):
    key = detected_elsewhere.session.series[3].key
    qtbot.waitUntil(lambda: session_file.result_path(key).is_file())
    detected_elsewhere.close()
    again = open_again()
    qtbot.waitUntil(lambda: again.session.detection is not None)


def test_result_that_nobody_saw_stays_hidden_in_the_next_session_and_one_seen_does_not(
    qtbot, open_window, open_again
):
    do(open_window, "read_first")
    do(open_window, "detect")
    key = open_window.session.shown_series.key
    qtbot.waitUntil(lambda: session_file.result_path(key).is_file())
    open_window.close()
    again = open_again(Settings(read_first=True))
    qtbot.waitUntil(lambda: again.session.detection_of(key) is not None)
    assert again.session.is_veiled
    do(again, "show_results")
    again.close()
    third = open_again(Settings(read_first=True))
    qtbot.waitUntil(lambda: third.session.detection is not None)


def keep(series, reading):
    session_file.write_result(make_detection(series))
    session_file.write_reading(series.key, KeptReading(reading, 0.5))


def test_what_was_kept_of_a_series_is_back_in_a_view_beside_too(qtbot, program, open_again):
    beside = program.study.series[1]
    keep(beside, Reading(key_slices=(3,)))
    window = open_again(Settings(read_first=True))
    session = window.session
    do(window, "layout_two")
    qtbot.waitUntil(lambda: session.panes.viewports[1].volume is not None)
    window.controller.reading.draw(1, "distance", ((20.0, 40.0), (50.0, 40.0)))
    assert len(widget(window, "slice_view_2").measurements) == 1
    qtbot.waitUntil(lambda: session.detection_of(beside.key) is not None)
    assert session.is_veiled
    assert session.message is None
    window.close()
    kept = session_file.read_reading(beside.key).reading
    assert kept.key_slices == (3,)
    assert len(kept.measurements) == 1


def test_results_of_two_series_are_read_one_after_the_other(qtbot, open_window):
    keeping, session = open_window.controller.keeping, open_window.session
    two = session.series[1:3]
    for series in two:
        keep(series, Reading(key_slices=(3,)))
    for series in two:
        keeping.restore(make_volume(series))
    qtbot.waitUntil(lambda: all(session.detection_of(one.key) for one in two))


def test_kept_result_that_comes_during_a_detection_is_back_after_it(qtbot, open_window, program):
    session, series = open_window.session, open_window.session.shown_series
    keep(series, Reading(key_slices=(3,)))
    program.gate.clear()
    do(open_window, "detect")
    open_window.controller.keeping.restore(make_volume(series))
    qtbot.waitUntil(lambda: not open_window.controller.keeping.runners[1].is_running)
    assert session.is_detecting(series.key)
    do(open_window, "cancel")
    assert session.detection is not None
    program.gate.set()


@pytest.mark.parametrize("count", [25, 40])
def test_slow_scan_harms_nothing_that_was_kept_and_it_comes_back(
    qtbot, decided_window, program, open_again, monkeypatch, count
):
    """The first `count` images are shown meanwhile, under the same key as the whole series."""
    monkeypatch.setattr("hcc_viewer.gui.preview.PREVIEW_AFTER_S", 0.0)
    part = shortened(program.study.series[3], count)
    program.partial = replace(program.study, series=(part,), is_complete=False)
    again = open_again()
    assert not again.session.study.is_complete
    assert again.session.reading.decisions == ()
    program.scan_gate.set()
    qtbot.waitUntil(lambda: again.session.detection is not None)
    assert again.session.reading == decided_window.session.reading
    assert not list((paths.data_dir() / "readings").glob("*.broken"))


@pytest.mark.parametrize("count", [25, 40])
def test_what_was_kept_is_back_though_all_of_an_unfinished_study_was_looked_at(
    qtbot, decided_window, program, open_again, monkeypatch, count
):
    """The first images are not the stack: the reader has not been through it."""
    monkeypatch.setattr("hcc_viewer.gui.preview.PREVIEW_AFTER_S", 0.0)
    part = shortened(program.study.series[3], count)
    program.partial = replace(program.study, series=(part,), is_complete=False)
    again = open_again(Settings(read_first=True))
    for index in range(count):
        again.controller.display.show_slice(index)
    again.controller.keeping.save_now()
    assert again.session.is_veiled
    assert again.session.seen_slices == (0, count)
    program.scan_gate.set()
    qtbot.waitUntil(lambda: again.session.detection is not None)
    assert again.session.reading == decided_window.session.reading
    again.close()
    kept = session_file.read_reading(part.key).reading
    assert kept == decided_window.session.reading


@pytest.mark.parametrize("is_slow", [False, True])
@pytest.mark.parametrize("is_told", [False, True])
def test_what_was_kept_of_a_single_image_is_back_where_results_wait(
    qtbot, program, open_again, monkeypatch, is_slow, is_told
):
    """One look is all there is to reading it first; one that knows the result is none."""
    monkeypatch.setattr("hcc_viewer.gui.preview.PREVIEW_AFTER_S", 0.0)
    series = shortened(program.study.series[3], 1)
    program.study = replace(program.study, series=(series,))
    if is_slow:
        program.partial = replace(program.study, is_complete=False)
    session_file.write_reading(
        series.key, KeptReading(Reading(key_slices=(0,)), 0.5, is_told=is_told)
    )
    again = open_again(Settings(read_first=True))
    program.scan_gate.set()
    qtbot.waitUntil(lambda: again.session.is_whole)
    assert again.session.reading == Reading(key_slices=(0,), read_first=not is_told)
    again.close()
    assert session_file.read_reading(series.key).reading.key_slices == (0,)


def shortened(series, count):
    geometry = replace(series.geometry, positions_mm=series.geometry.positions_mm[:count])
    return replace(series, instances=series.instances[:count], geometry=geometry)


def test_nothing_of_the_patient_is_in_the_files(decided_window):
    files = list((paths.data_dir() / "readings").iterdir())
    assert len(files) == 2
    for file in files:
        data = file.read_bytes()
        assert b"SIM" not in data
        assert b"1960" not in data


def test_nothing_is_kept_when_the_user_does_not_want_it(qtbot, program, prompts, open_again):
    window = open_again(Settings(restore_sessions=False))
    do(window, "detect")
    qtbot.waitUntil(lambda: window.session.detection is not None)
    do(window, "next_finding")
    do(window, "accept_finding")
    window.close()
    assert not (paths.data_dir() / "readings").exists()


@pytest.fixture
def full_disk(monkeypatch):
    """Nothing can be written until this is called."""
    write = session_file.write_reading

    def fail(key, kept):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(session_file, "write_reading", fail)
    return lambda: monkeypatch.setattr(session_file, "write_reading", write)


def mark_two_series(qtbot, window):
    do(window, "key_image")
    window.controller.show_series(2)
    qtbot.waitUntil(lambda: window.session.shown_row == 2)
    do(window, "key_image")
    window.controller.keeping.save_now()
    return [window.session.series[row].key for row in (3, 2)]


def test_what_could_not_be_kept_is_kept_at_the_end(qtbot, open_window, full_disk):
    keys = mark_two_series(qtbot, open_window)
    assert "No space left" in open_window.session.message.text
    full_disk()
    open_window.close()
    assert all(session_file.read_reading(key).reading.key_slices for key in keys)


def test_what_could_not_be_kept_is_kept_later_though_its_study_is_closed(
    qtbot, open_window, full_disk, monkeypatch
):
    monkeypatch.setattr("hcc_viewer.gui.controllers.keeping.RETRY_MILLISECONDS", 10)
    keys = mark_two_series(qtbot, open_window)
    do(open_window, "close_study")
    full_disk()
    qtbot.waitUntil(lambda: all(session_file.reading_path(key).is_file() for key in keys))
    assert all(session_file.read_reading(key).reading.key_slices for key in keys)


def test_damaged_file_is_set_aside_with_a_sentence(qtbot, decided_window, open_again):
    key = decided_window.session.shown_series.key
    session_file.reading_path(key).write_text("{nonsense")
    again = open_again()
    assert "set aside" in again.session.message.text
    assert again.session.viewport.volume is not None
    assert not session_file.reading_path(key).exists()


def test_damaged_result_is_set_aside_with_a_sentence(qtbot, decided_window, open_again):
    key = decided_window.session.shown_series.key
    session_file.result_path(key).write_bytes(b"PK\x03\x04 no zip")
    again = open_again()
    qtbot.waitUntil(lambda: again.session.message is not None)
    assert "set aside" in again.session.message.text
    assert again.session.detection is None


def test_result_of_another_model_is_left_out(qtbot, decided_window, open_again, program):
    from types import SimpleNamespace

    from tests.gui import fakes

    other = fakes.CARD.__class__(**{**vars(fakes.CARD), "sha256": "f" * 64})
    program.load_model = lambda: SimpleNamespace(card=other, identity=fakes.IDENTITY)
    again = open_again()
    qtbot.waitUntil(lambda: again.session.message is not None)
    assert "another model" in again.session.message.text
    assert again.session.detection is None
    assert again.session.reading.decisions


def test_result_of_other_images_is_no_result():
    detection = make_detection(make_series("HBP", 40, 90))
    session_file.write_result(detection)
    shorter = make_series("HBP", 39, 90)
    session_file.result_path(detection.series.key).rename(session_file.result_path(shorter.key))
    assert session_file.read_result(shorter) is None


def test_marks_stay_on_their_images_when_a_file_is_gone(qtbot, decided_window, program, open_again):
    """Without slice 5 the finding on slice 14 lies on slice 13, and the result is none of these."""
    series = program.study.series[3]
    rest = [index for index in range(40) if index != 5]
    geometry = replace(series.geometry, positions_mm=series.geometry.positions_mm[rest])
    shorter = replace(series, instances=tuple(series.instances[i] for i in rest), geometry=geometry)
    program.study = replace(program.study, series=(shorter,))
    again = open_again()
    (decision,) = again.session.reading.decisions
    assert decision.place.slice_index == 13
    assert decision.place.sop_instance_uid == shorter.instances[13].sop_instance_uid
    assert again.session.reading.key_slices == (13,)
    assert again.session.detection is None
    kept = session_file.reading_path(series.key).read_bytes()
    again.close()
    assert session_file.reading_path(series.key).read_bytes() == kept


@pytest.fixture
def two_windows(qtbot, decided_window, open_again):
    """On one study, with what an earlier session kept of it."""
    two = open_again(), open_again()
    for one in two:
        qtbot.waitUntil(lambda one=one: one.session.detection is not None)
    return two


def decide_on(window, finding, verdict):
    window.controller.detection.go_to_finding(finding)
    do(window, f"{verdict}_finding")
    window.controller.keeping.save_now()


def kept_verdicts(window):
    kept = session_file.read_reading(window.session.shown_series.key)
    return {one.model_probability: one.verdict for one in kept.reading.decisions}


def test_decisions_of_two_windows_are_both_kept(two_windows):
    first, second = two_windows
    decide_on(first, 2, "accept")
    first.controller.reading.draw(0, "distance", ((20.0, 40.0), (50.0, 40.0)))
    first.controller.keeping.save_now()
    second.session.viewport.set_slice(3)
    do(second, "key_image")
    second.controller.keeping.save_now()
    assert "Another window" in second.session.message.text
    assert kept_verdicts(second) == {0.93: "rejected", 0.71: "accepted"}
    do(second, "undo")
    second.controller.keeping.save_now()
    decide_on(first, 1, "accept")
    assert kept_verdicts(first) == {0.93: "accepted", 0.71: "accepted"}
    kept = session_file.read_reading(first.session.shown_series.key).reading
    assert (len(kept.measurements), kept.key_slices) == (1, (14,))


def test_what_one_of_two_windows_takes_back_stays_away(two_windows):
    first, second = two_windows
    decide_on(first, 2, "accept")
    do(second, "next_finding")
    do(second, "clear_decision")
    second.controller.keeping.save_now()
    assert kept_verdicts(second) == {0.71: "accepted"}
    decide_on(first, 2, "reject")
    assert kept_verdicts(first) == {0.71: "rejected"}


def test_threshold_of_another_window_stays_unless_one_is_chosen_here(qtbot, two_windows):
    first, second = two_windows

    def choose(window, threshold):
        window.controller.detection.set_threshold(threshold)
        qtbot.waitUntil(lambda: window.session.threshold == threshold)
        window.controller.keeping.save_now()

    choose(first, 0.8)
    do(second, "key_image")
    second.controller.keeping.save_now()
    key = first.session.shown_series.key
    assert session_file.read_reading(key).threshold == 0.8
    choose(second, 0.6)
    assert session_file.read_reading(key).threshold == 0.6


def test_one_window_alone_is_not_told_of_another(qtbot, decided_window, open_again):
    again = open_again()
    qtbot.waitUntil(lambda: again.session.detection is not None)
    for verdict in ("accept", "reject", "accept"):
        decide_on(again, 1, verdict)
        decide_on(again, 2, verdict)
    assert "Another window" not in again.session.message.text
    kept = session_file.read_reading(again.session.shown_series.key)
    assert kept.reading == again.session.reading


def test_file_that_was_damaged_meanwhile_is_set_aside_and_written_anew(two_windows):
    first, _ = two_windows
    key = first.session.shown_series.key
    session_file.reading_path(key).write_text("{nonsense")
    decide_on(first, 2, "accept")
    assert kept_verdicts(first) == {0.93: "rejected", 0.71: "accepted"}
    assert session_file.result_path(key).is_file()
    assert len(list(session_file.folder().glob("*.broken"))) == 1


def test_all_that_was_kept_can_be_deleted(qtbot, decided_window, open_again):
    window = open_again()
    do(window, "settings")
    dialog = widget(window, "settings_dialog")
    widget(dialog, "forget_sessions_button").click()
    assert "2 files deleted." in widget(dialog, "forget_label").text()
    dialog.reject()
    assert list((paths.data_dir() / "readings").iterdir()) == []


def test_result_whose_unread_slices_can_be_read_now_asks_to_detect_again(
    qtbot, decided_window, open_again
):
    before = decided_window.session.detection
    text = "Slices that cannot be read are left black: 3."
    damaged = replace(with_unread(before, 2), warnings=(Notice("undecodable-slices", text),))
    session_file.write_result(damaged)
    again = open_again()
    qtbot.waitUntil(lambda: again.session.detection is not None)
    assert again.session.detection.unexamined == {2}
    assert "press Detect again" in again.session.message.text
    codes = [one.code for one in again.session.notices]
    assert "readable-again" in codes
    assert "undecodable-slices" not in codes
    assert np.isnan(again.session.probabilities[2])
