import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor

from hcc_viewer.gui.views.probability_strip import CALM, EMPTY, FLAGGED, ProbabilityStrip


@pytest.fixture
def strip(qtbot):
    strip = ProbabilityStrip()
    qtbot.addWidget(strip)
    strip.resize(436, 64)
    strip.show()
    strip.set_slices(40, "F", "H")
    return strip


def color_at(strip, index, y=50):
    image = strip.grab().toImage()
    return QColor(image.pixel(int(strip.slice_center(index)), y))


def test_click_asks_for_the_slice_under_it(qtbot, strip):
    for index in (0, 17, 39):
        with qtbot.waitSignal(strip.slice_requested) as blocker:
            place = QPoint(int(strip.slice_center(index)), 30)
            qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=place)
        assert blocker.args == [index]


def test_ends_of_the_strip_give_the_end_slices(strip):
    assert strip.slice_at(-5) == 0
    assert strip.slice_at(10_000) == 39


def test_bars_are_coloured_by_the_threshold(strip):
    probabilities = np.full(40, np.nan)
    probabilities[3], probabilities[4] = 0.9, 0.4
    strip.set_slice(20)
    strip.set_result(probabilities, 0.5)
    assert color_at(strip, 3) == FLAGGED
    assert color_at(strip, 4) == CALM
    assert color_at(strip, 5) == EMPTY


def test_words_tell_the_probability(strip):
    probabilities = np.full(40, np.nan)
    probabilities[3] = 0.9
    strip.set_result(probabilities, 0.5)
    assert strip.slice_text(3) == "Slice 4: probability 0.90"
    assert strip.slice_text(4) == "Slice 5"
    assert strip.accessibleDescription() == "1 of 40 slices are known"


def test_words_count_the_slices_of_another_series(strip):
    strip.set_result(None, None)
    strip.set_slices(9)
    assert strip.accessibleDescription() == "0 of 9 slices are known"


def test_arrow_keys_pass_slices(qtbot, strip):
    strip.set_slice(10)
    with qtbot.waitSignal(strip.slice_requested) as blocker:
        qtbot.keyClick(strip, Qt.Key.Key_Right)
    assert blocker.args == [11]


def test_empty_strip_takes_clicks_calmly(qtbot):
    strip = ProbabilityStrip()
    qtbot.addWidget(strip)
    with qtbot.assertNotEmitted(strip.slice_requested):
        qtbot.mouseClick(strip, Qt.MouseButton.LeftButton)
    assert not strip.grab().isNull()
