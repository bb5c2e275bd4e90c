"""How slow work reports how far it is, and how it is told to stop."""

from __future__ import annotations

from collections.abc import Callable

ReportProgress = Callable[[int, int], None]
"""Called as `report_progress(done, total)`; it raises CancelledError when the user has cancelled.

`total` is 0 while it is not known yet.
"""


def ignore_progress(done: int, total: int) -> None:
    """The default: nobody watches."""
