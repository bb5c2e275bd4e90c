"""How much freed memory worker threads leave, with the settings of `gui.heap` and without.

    python -m benchmarks.heap

Four threads take and free some 80 MB each, six times over, as jobs on studies do. Each way runs in
processes of its own, in turn; the least of them counts, since how threads take turns decides what
is left. Linux with glibc only.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from hcc_viewer.gui import heap

PROCESSES, ROUNDS, THREADS = 3, 6, 4
BLOCK_BYTES = (30_000_000, 20_000_000)
"""Freeing the first raises glibc's own limits."""
PIECES, PIECE_BYTES = 30, 900_000

PAGE_BYTES = 4096

WAYS: dict[str, Callable[[], object]] = {
    "kept small": heap.keep_small,
    "as it comes": lambda: None,
}


def main() -> None:
    """Print megabytes left and their ratio as JSON; with the name of a way: measure that."""
    if len(sys.argv) > 1:
        print(grown_mb(sys.argv[1]))
        return
    left: dict[str, list[float]] = {way: [] for way in WAYS}
    for _ in range(PROCESSES):
        for way, values in left.items():
            command = [sys.executable, "-m", "benchmarks.heap", way]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            values.append(float(done.stdout))
    least = {way: min(values) for way, values in left.items()}
    told = {f"{way}, MB": round(value, 1) for way, value in least.items()}
    ratio = round(least["kept small"] / least["as it comes"], 3)
    print(json.dumps(told | {"ratio": ratio}, indent=1))


def grown_mb(way: str) -> float:
    """By how much this process grows, in one of WAYS."""
    WAYS[way]()
    before = _resident_mb()
    for _ in range(ROUNDS):
        barrier = threading.Barrier(THREADS)
        threads = [threading.Thread(target=_work, args=(barrier,)) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    if way == "kept small":
        heap.give_back()
    return _resident_mb() - before


def _work(barrier: threading.Barrier) -> None:
    barrier.wait()
    for size in BLOCK_BYTES:
        block = bytearray(size)
        del block
    kept = [bytearray(b"x") * PIECE_BYTES for _ in range(PIECES)]
    kept.clear()
    barrier.wait()


def _resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES / 1e6


if __name__ == "__main__":
    main()
