"""TensorFlow's remarks stay away, its errors and Python's do not."""

import os
import subprocess
import sys

import pytest

from hcc_viewer.training.quiet import without_remarks

pytestmark = pytest.mark.skipif(os.name == "nt", reason="does nothing on Windows")

REMARK = b"I0000 00:00:1795596639.685985   13692 port.cc:153] oneDNN custom operations are on.\n"
ERROR = b"E0000 00:00:1795596639.685985   13692 file.cc:1] The disk is full.\n"


def test_remarks_are_left_out_and_errors_are_not(capfd):
    with without_remarks():
        os.write(2, REMARK + ERROR)
        sys.stderr.write("of Python\n")
    os.write(2, b"after\n")
    text = capfd.readouterr().err
    assert "oneDNN" not in text
    assert [part in text for part in ("The disk is full", "of Python", "after")] == [True] * 3


def test_what_a_crash_wrote_last_is_seen():
    program = (
        "import os; from hcc_viewer.training.quiet import without_remarks\n"
        "with without_remarks():\n"
        "    os.write(2, b'I0000 remark\\nF0000 no AVX here\\n'); os.abort()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60)
    assert done.returncode != 0
    assert b"no AVX here" in done.stderr
    assert b"remark" not in done.stderr


@pytest.mark.parametrize("delay", [0.0, 0.02, 0.04, 0.5])
def test_an_interruption_is_not_answered_by_the_filter(delay):
    program = (
        "import os, signal, time; from hcc_viewer.training.quiet import without_remarks\n"
        "with without_remarks():\n"
        f"    time.sleep({delay}); os.killpg(0, signal.SIGINT); time.sleep(1)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, timeout=60, start_new_session=True
    )
    assert done.stderr.count(b"KeyboardInterrupt") == 1


def test_an_error_comes_through_and_the_descriptor_is_restored(capfd):
    with pytest.raises(ValueError, match="mine"), without_remarks():
        raise ValueError("mine")
    os.write(2, REMARK)
    assert "oneDNN" in capfd.readouterr().err
