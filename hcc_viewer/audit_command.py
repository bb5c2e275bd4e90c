"""`hcc-viewer audit`: where the audit log is, and whether its lines are as they were written."""

from __future__ import annotations

import argparse
from typing import Any

from hcc_viewer.errors import HccViewerError, ReadError


def add_audit(commands: Any) -> None:
    """Add the command to the program's commands."""
    command = commands.add_parser(
        "audit",
        help="check the log of what was detected, decided and exported",
        description="Each line of the audit log carries the hash of the line before. This says "
        "whether all fit; status 1 when one does not. Lines cut off the end leave no trace.",
    )
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from hcc_viewer.audit import audit_path
    from hcc_viewer.audit_chain import check

    path = audit_path()
    if not path.exists():
        print(f"{path} is not there: nothing has been done yet.")
        return 0
    try:
        found = check(path)
    except OSError as error:
        raise ReadError(f"{path} cannot be read: {error.strerror}.") from error
    print(f"{path}: {found.lines} lines, {found.chained} with the hash of the line before.")
    if found.broken_at is None:
        print("All fit.")
        return 0
    print(
        f"Line {found.broken_at} does not fit what stands before it: something was changed there."
    )
    return HccViewerError.exit_status
