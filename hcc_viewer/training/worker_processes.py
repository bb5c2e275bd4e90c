"""Worker processes that end with the command that started them, however that ends."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class WorkerPool(ProcessPoolExecutor):
    """A pool whose workers do not hear Ctrl+C, from their first moment on: the command answers."""

    def submit(
        self,
        fn: Callable[Arguments, Result],
        /,
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Future[Result]:
        """Have a function of a module called in a worker; starts workers as they are needed."""
        with _interrupt_waits():
            return super().submit(fn, *args, **kwargs)


@contextmanager
def worker_pool(count: int, prepare: Callable[[], None] | None = None) -> Iterator[WorkerPool]:
    """A pool of fresh processes.

    When the block ends by an error or an interruption, the workers are ended in the middle of what
    they do: nobody waits for results that are not wanted any more. A pool's own workers would also
    wait for work for ever when their command is killed (SIGKILL, or for want of memory): these
    notice it and end. What they write must come to its place by a rename, as everything here does;
    whoever uses the pool takes away what an error left unfinished.

    Args:
        count: Of workers.
        prepare: Called first in each; a function of a module.
    """
    others = {child.pid for child in active_children()}
    pool = WorkerPool(
        count, mp_context=get_context("spawn"), initializer=_begin, initargs=(prepare,)
    )
    try:
        yield pool
    except BaseException:
        for child in active_children():
            if child.pid not in others:
                child.terminate()
        raise
    finally:
        pool.shutdown()


@contextmanager
def _interrupt_waits() -> Iterator[None]:
    """Hold SIGINT back; a process that is started meanwhile holds it back for ever."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows: see `_begin`
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(prepare: Callable[[], None] | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="end with parent", daemon=True).start()
    if prepare is not None:
        prepare()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
