"""What the command line says on a terminal: plain lines, and progress."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable

from hcc_viewer.progress import ReportProgress, ignore_progress


def replace_unprintable() -> None:
    """Put `?` for letters that the terminal's encoding lacks, as that of a pipe on Windows does."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def say(line: str) -> None:
    """Print a line without what a terminal would obey."""
    print(printable(line))


def printable(line: str) -> str:
    """A line without what a terminal would obey: anyone may have made the files."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in line)


def stage_reporter() -> Callable[[str], ReportProgress]:
    """Progress on one line of a terminal; silent where stderr is none."""
    if not sys.stderr.isatty():
        return lambda stage: ignore_progress

    def start(stage: str) -> ReportProgress:
        def report(done: int, total: int) -> None:
            end = "\n" if total and done == total else ""
            print(f"\r{stage} {done} of {total or '?'}   ", end=end, file=sys.stderr, flush=True)

        return report

    return start
