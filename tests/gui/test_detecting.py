"""Which series Detect works on, and what of an earlier result it keeps."""

from dataclasses import replace

from tests.gui.driving import action, do


def test_detect_waits_for_the_series_that_was_chosen(qtbot, open_window, program):
    program.reading_gate.clear()
    do(open_window, "previous_series")
    assert open_window.session.is_switching
    assert not action(open_window, "detect").isEnabled()
    open_window.controller.detection.detect()
    assert not open_window.session.is_busy("detect")
    program.reading_gate.set()
    qtbot.waitUntil(lambda: not open_window.session.is_switching)
    series = open_window.session.shown_series
    assert action(open_window, "detect").isEnabled() == series.detectable


def test_detecting_again_keeps_the_readers_threshold(qtbot, detected_window):
    session = detected_window.session
    chosen = session.detection.threshold / 2
    detected_window.controller.detection.set_threshold(chosen)
    qtbot.waitUntil(lambda: session.detection.threshold == chosen)
    with qtbot.waitSignal(detected_window.controller.detection.detected):
        do(detected_window, "detect")
    assert session.detection.threshold == chosen


def test_threshold_of_another_card_is_no_choice_of_the_reader(qtbot, detected_window, program):
    """A model may be installed a second time with a card of its own."""
    session, detection = detected_window.session, detected_window.controller.detection
    card = replace(session.card, name="another", threshold=0.9)
    session.set_model(card, "another")
    assert detection._kept_threshold() is None
