"""Worker processes that end with the command that started them, however that ends."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process


def worker_pool(count: int, prepare: Callable[[], None] | None = None) -> ProcessPoolExecutor:
    """A pool of fresh processes.

    A pool's own workers wait for work for ever when their command is killed (SIGTERM, or for want
    of memory): these notice it and end, in the middle of what they do. What they write must come to
    its place by a rename, as everything here does.

    Args:
        count: Of workers.
        prepare: Called first in each; a function of a module.
    """
    return ProcessPoolExecutor(
        count, mp_context=get_context("spawn"), initializer=_begin, initargs=(prepare,)
    )


def _begin(prepare: Callable[[], None] | None) -> None:
    threading.Thread(target=_end_with_parent, name="end with parent", daemon=True).start()
    if prepare is not None:
        prepare()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
