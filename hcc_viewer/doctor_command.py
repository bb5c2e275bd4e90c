"""`hcc-viewer doctor`: what this installation is and lacks, and what to send after a fault."""

from __future__ import annotations

import argparse
from typing import Any

from hcc_viewer.errors import HccViewerError


def add_doctor(commands: Any) -> None:
    """Add the command to the program's commands."""
    doctor = commands.add_parser(
        "doctor",
        help="examine this installation",
        description="Print versions, decoders, screen, model and speed, and what to send with a "
        "report of a fault. Nothing of any patient is in it.",
    )
    doctor.add_argument("--no-speed", action="store_true", help="leave out the test of speed")
    doctor.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from hcc_viewer.doctor import as_text, examine

    facts = examine(with_speed=not options.no_speed)
    print(as_text(facts))
    return 0 if all(fact.is_good for fact in facts) else HccViewerError.exit_status
