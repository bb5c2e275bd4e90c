"""Lets the user cancel while a peer is silent: network calls wait and ask nobody meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread

from pynetdicom.association import Association

from hcc_viewer.errors import CancelledError, PacsError
from hcc_viewer.progress import ReportProgress

INTERVAL_S = 0.25
"""How often the user is asked."""


class Told:
    """A `report_progress` that can tell again what it told last, from any thread."""

    def __init__(self, report_progress: ReportProgress) -> None:
        self._report = report_progress
        self._last = (0, 0)
        self._lock = Lock()

    def __call__(self, done: int, total: int) -> None:
        """Tell how far it is.

        Raises:
            CancelledError: The user has cancelled.
        """
        with self._lock:
            self._last = (done, total)
            self._report(done, total)

    def again(self) -> None:
        """Tell the last again, while it is not the end.

        Raises:
            CancelledError: The user has cancelled.
        """
        with self._lock:
            done, total = self._last
            if not total or done < total:
                self._report(done, total)


@contextmanager
def watched(association: Association, told: Told) -> Iterator[None]:
    """Break the association off as soon as the user cancels.

    Raises:
        CancelledError: The user has cancelled.
    """
    ended, cancelled = Event(), list[CancelledError]()

    def watch() -> None:
        while not ended.wait(INTERVAL_S):
            try:
                told.again()
            except CancelledError as error:
                cancelled.append(error)
                if association.is_established:
                    association.abort()
                    # Else the call that waits for the peer's answer waits until its time is over.
                    association.dimse.msg_queue.put((None, None))
                return

    thread = Thread(target=watch, name="pacs-watch", daemon=True)
    thread.start()
    try:
        yield
    except PacsError:
        if not cancelled:
            raise
    finally:
        ended.set()
        thread.join()
    if cancelled:
        raise cancelled[0]
