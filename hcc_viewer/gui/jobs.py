"""Run a plain function off the GUI thread and deliver its results back to it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from PySide6.QtCore import QObject, Signal, Slot

from hcc_viewer.errors import CancelledError, HccViewerError
from hcc_viewer.gui import heap
from hcc_viewer.gui.i18n import tr, tr_phrase

logger = logging.getLogger(__name__)

UNEXPECTED = "Something unexpected went wrong; the log file has the details. The study stays open."
"""Said when a job crashes for a reason that the program does not know."""


REPORT_EVERY_S = 0.04
"""Steps that follow faster are not told one by one: the window could not show them."""


class JobContext:
    """What a running job is given: it is a `ReportProgress`, and takes partial results."""

    def __init__(
        self,
        report: Callable[[int, int], None],
        deliver: Callable[[object], None],
        cancelled: Event,
    ) -> None:
        self._report = report
        self._deliver = deliver
        self._cancelled = cancelled
        self._told_at = -REPORT_EVERY_S

    def __call__(self, done: int, total: int) -> None:
        """Tell the user how far the job is: the end always, steps before it every now and then.

        Raises:
            CancelledError: The user has cancelled.
        """
        self.check()
        now = time.monotonic()
        if now - self._told_at >= REPORT_EVERY_S or done == total:
            self._told_at = now
            self._report(done, total)

    def deliver(self, part: object) -> None:
        """Hand over a part of the result before the end.

        Raises:
            CancelledError: The user has cancelled.
        """
        self.check()
        self._deliver(part)

    def check(self) -> None:
        """Stop here if the user has cancelled.

        Raises:
            CancelledError: The user has cancelled.
        """
        if self._cancelled.is_set():
            raise CancelledError("Cancelled.")


Job = Callable[[JobContext], object]


class JobRunner(QObject):
    """Runs one job at a time; starting another cancels the first and drops its result.

    A job is a function that takes a `JobContext` (or just calls it as `report_progress`) and
    knows nothing of Qt. A cancelled job stops when it next calls its context.

    Signals:
        progressed: The running job did `done` of `total` steps.
        delivered: The running job handed over this part of its result.
        succeeded: The running job returned this object.
        failed: The running job raised; the text is fit to show to the user.
    """

    progressed = Signal(int, int)
    delivered = Signal(object)
    succeeded = Signal(object)
    failed = Signal(str)

    # Emitted in the worker thread with the number of the job, so that stale jobs can be told.
    _reported = Signal(int, int, int)
    _parted = Signal(int, object)
    _ended = Signal(int, object, str)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._number = 0
        self._is_running = False
        self._is_shut_down = False
        self._cancelled = Event()
        self._connect_signals()

    def _connect_signals(self) -> None:
        self._reported.connect(self._on_reported)
        self._parted.connect(self._on_parted)
        self._ended.connect(self._on_ended)

    @property
    def is_running(self) -> bool:
        """Whether a job runs whose result is still wanted."""
        return self._is_running

    def start(self, job: Job) -> None:
        """Run `job` in the worker thread, in place of what runs now; not after `shutdown`."""
        self.cancel()
        if self._is_shut_down:
            return
        self._cancelled = Event()
        self._is_running = True
        self._executor.submit(self._run, job, self._number, self._cancelled)

    def cancel(self) -> None:
        """Ask the running job to stop and ignore whatever it still sends."""
        self._cancelled.set()
        self._is_running = False
        self._number += 1

    def shutdown(self) -> None:
        """Cancel and wait until the job has stopped; call it before the window goes."""
        self.cancel()
        self._is_shut_down = True
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _run(self, job: Job, number: int, cancelled: Event) -> None:
        context = JobContext(
            lambda done, total: self._reported.emit(number, done, total),
            lambda part: self._parted.emit(number, part),
            cancelled,
        )
        try:
            context.check()
            self._ended.emit(number, job(context), "")
        except CancelledError:
            logger.info("Job %d cancelled", number)
        except HccViewerError as error:
            self._ended.emit(number, None, tr_phrase(str(error)))
        except Exception:
            logger.exception("Job %d crashed", number)
            self._ended.emit(number, None, tr(UNEXPECTED))
        finally:
            heap.give_back()

    @Slot(int, int, int)
    def _on_reported(self, number: int, done: int, total: int) -> None:
        if number == self._number:
            self.progressed.emit(done, total)

    @Slot(int, object)
    def _on_parted(self, number: int, part: object) -> None:
        if number == self._number:
            self.delivered.emit(part)

    @Slot(int, object, str)
    def _on_ended(self, number: int, result: object, message: str) -> None:
        if number != self._number:
            return
        self._is_running = False
        if message:
            self.failed.emit(message)
        else:
            self.succeeded.emit(result)
