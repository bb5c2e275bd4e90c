from hcc_viewer.gui.activity import Activity, format_duration


def test_text_counts_and_tells_the_time_left():
    activity = Activity("Detecting", "slices", started=100.0).at(37, 80)
    assert activity.text(now=103.7) == "Detecting: 37 of 80 slices, about 4 s left"


def test_no_time_is_guessed_at_the_beginning():
    activity = Activity("Detecting", "slices", started=100.0).at(1, 80)
    assert activity.text(now=100.1) == "Detecting: 1 of 80 slices"


def test_unknown_total_gives_the_label_alone():
    assert Activity("Reading files").text(now=0.0) == "Reading files…"


def test_long_durations_are_in_minutes():
    assert format_duration(0.2) == "about 1 s"
    assert format_duration(200) == "about 3 min"
