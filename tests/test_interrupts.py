"""Whatever asks the program to end: nothing half-written stays, and no traceback is shown."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from hcc_viewer import __main__ as entry
from hcc_viewer.cli import main
from hcc_viewer.interrupts import (
    SAME_REQUEST_S,
    Interrupts,
    interrupts,
    left_to_the_system,
    uninterrupted,
)
from hcc_viewer.paths import demo_study_dir

# The third file of the copies is being written when the signal comes.
DEIDENTIFY = """
import signal, sys
number = int(sys.argv[1])  # the tests may run under nohup, or in the background of a shell
signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
from hcc_viewer.cli import main
from hcc_viewer.deidentify import study
done, really = [], study.deidentify_dataset
def deidentify_dataset(*arguments):
    done.append(1)
    if len(done) == 3:
        for _ in range(2):  # `timeout` sends two
            signal.raise_signal(number)
    really(*arguments)
study.deidentify_dataset = deidentify_dataset
sys.exit(main(["deidentify", sys.argv[2], "--out", sys.argv[3]]))
"""


@pytest.fixture(autouse=True)
def usual_handlers():
    """As in a terminal: under nohup, or in the background of a shell, some are ignored."""
    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.getsignal(getattr(signal, name)) for name in names}
    for name in names:
        usual = signal.default_int_handler if name == "SIGINT" else signal.SIG_DFL
        signal.signal(getattr(signal, name), usual)
    yield
    for name, handler in before.items():
        signal.signal(getattr(signal, name), handler)


from_outside = pytest.mark.skipif(sys.platform == "win32", reason="POSIX has these signals")


@from_outside
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_nothing_half_written_is_left_when_the_program_is_asked_to_end(tmp_path, name):
    words = [str(int(getattr(signal, name))), str(demo_study_dir()), str(tmp_path / "out")]
    done = subprocess.run(
        [sys.executable, "-c", DEIDENTIFY, *words],
        env=os.environ | {"XDG_STATE_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (130, "hcc-viewer: Interrupted.\n")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert not list(tmp_path.glob(".hcc-viewer-*"))


def test_error_that_a_library_makes_of_an_interruption_is_one(tmp_path, monkeypatch, capsys):
    def import_something(*_):
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise ImportError("numpy could not be imported") from None

    monkeypatch.setattr("hcc_viewer.dicom.scan_study", import_something)
    assert main(["scan", str(tmp_path)]) == 130
    assert capsys.readouterr().err == "hcc-viewer: Interrupted.\n"


def test_second_signal_shortly_after_the_first_does_not_stop_the_cleaning_up(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    told = Interrupts()
    with pytest.raises(KeyboardInterrupt):
        told(signal.SIGTERM, None)
    told(signal.SIGTERM, None)
    now[0] += 2 * SAME_REQUEST_S
    with pytest.raises(KeyboardInterrupt):
        told(signal.SIGTERM, None)


def test_handlers_are_put_back():
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.getsignal(number) for number in numbers]
    with interrupts() as told:
        assert [signal.getsignal(number) for number in numbers] == [told, told]
    assert [signal.getsignal(number) for number in numbers] == before


@from_outside
def test_signal_that_is_ignored_stays_so_as_under_nohup():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with interrupts():
            assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_window_is_ended_at_once():
    with interrupts() as told:
        with left_to_the_system():
            assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
            assert signal.getsignal(signal.SIGINT) == told
        assert signal.getsignal(signal.SIGTERM) == told


def test_an_interruption_waits_for_the_end_of_what_cannot_bear_it():
    done = []
    with interrupts(), pytest.raises(KeyboardInterrupt), uninterrupted():  # noqa: PT012
        signal.raise_signal(signal.SIGINT)
        done.append("the block")
    assert done == ["the block"]
    with uninterrupted():
        done.append("without handlers")


def test_commands_run_in_any_thread(tmp_path):
    statuses = []
    thread = threading.Thread(target=lambda: statuses.append(main(["scan", str(tmp_path / "no")])))
    thread.start()
    thread.join()
    assert statuses == [3]


def test_interruption_while_the_program_is_imported_has_its_status(monkeypatch):
    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr("hcc_viewer.cli.main", interrupted)
    before = signal.getsignal(signal.SIGINT)
    try:
        assert entry.start() == 130
        assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
