"""Workers end with the command that started them."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from hcc_viewer.training.worker_processes import worker_pool

# Its workers would sleep far longer than the test may take.
PARENT = """
import os, time
from hcc_viewer.training.worker_processes import worker_pool
if __name__ == "__main__":
    with worker_pool(2) as pool:
        numbers = {pool.submit(os.getpid).result() for _ in range(50)}
        for _ in range(2):
            pool.submit(time.sleep, 600)
        print(*numbers, flush=True)
        time.sleep(600)
"""


def test_work_is_done_in_other_processes_after_their_preparation():
    with worker_pool(1, os.getpid) as pool:
        assert pool.submit(os.getpid).result() != os.getpid()


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc for a process by its number")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_workers_end_when_their_command_is_killed(tmp_path, number):
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as parent:
        workers = [int(word) for word in parent.stdout.readline().split()]
        assert workers
        assert all(is_running(worker) for worker in workers)
        parent.send_signal(number)
        parent.wait(30)
    deadline = time.monotonic() + 30
    while any(is_running(worker) for worker in workers) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(is_running(worker) for worker in workers)


def is_running(process):
    """Whether it is there and no zombie that waits for its parent."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


INTERRUPTED = """
import os, signal, sys, time
from hcc_viewer.training.worker_processes import worker_pool
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with worker_pool(2) as pool:
        if sys.argv[1] != "starting":
            for _ in range(50):
                pool.submit(os.getpid).result()
        if sys.argv[1] != "idle":
            for _ in range(20):
                pool.submit(time.sleep, 600)
        print("ready", flush=True)
        time.sleep(600)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
@pytest.mark.parametrize("to_all", [True, False])
@pytest.mark.parametrize("moment", ["starting", "idle", "working"])
def test_an_interruption_ends_the_workers_at_once_and_is_answered_once(tmp_path, to_all, moment):
    script = tmp_path / "parent.py"
    script.write_text(INTERRUPTED)
    with subprocess.Popen(
        [sys.executable, script, moment],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as parent:
        assert parent.stdout.readline() == "ready\n"
        send = os.killpg if to_all else os.kill
        send(parent.pid, signal.SIGINT)
        try:
            _, told = parent.communicate(timeout=30)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(parent.pid, signal.SIGKILL)
    assert told.count("Traceback") == 1
    assert told.rstrip().endswith("KeyboardInterrupt")


def test_an_error_ends_the_workers_too():
    started = time.monotonic()
    with pytest.raises(ValueError, match="mine"), worker_pool(1) as pool:  # noqa: PT012
        pool.submit(time.sleep, 60)
        raise ValueError("mine")
    assert time.monotonic() - started < 30
