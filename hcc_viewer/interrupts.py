"""Requests to end the program: a signal of the system interrupts a command as Ctrl+C does."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_FROM_OUTSIDE = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""What a batch scheduler, `timeout` and a terminal that is closed send."""

SAME_REQUEST_S = 1.0
"""A signal within so long of another belongs to it (`timeout` sends two): the command is cleaning
up already."""


class Interrupts:
    """Handles signals: raises KeyboardInterrupt, and remembers that the program was asked to end.

    A library may make another error of the KeyboardInterrupt, as numpy does while it is imported.
    """

    def __init__(self) -> None:
        self.asked = False
        self._last = -SAME_REQUEST_S
        self._is_held = self._waits = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Interrupt the main thread."""
        self.asked = True
        before, self._last = self._last, time.monotonic()
        if self._last - before < SAME_REQUEST_S:
            return
        if self._is_held:
            self._waits = True
        else:
            raise KeyboardInterrupt

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Interrupt at the end of the block, not in it."""
        self._is_held = True
        try:
            yield
        finally:
            self._is_held = False
        if self._waits:
            self._waits = False
            raise KeyboardInterrupt


@contextmanager
def interrupts() -> Iterator[Interrupts]:
    """While this lasts, SIGINT, SIGTERM and SIGHUP interrupt, so that half a file is taken away.

    A signal that is ignored (`nohup`) or that someone else handles stays as it is, and so do all
    outside of the main thread.
    """
    told = Interrupts()
    before: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        usual: dict[int, Any] = {signal.SIGINT: signal.default_int_handler}
        usual |= dict.fromkeys(_FROM_OUTSIDE, signal.SIG_DFL)
        before = {
            each: is_now for each, is_now in usual.items() if signal.getsignal(each) == is_now
        }
    try:
        for number in before:
            signal.signal(number, told)
        yield told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def left_to_the_system() -> Iterator[None]:
    """While a window is open, SIGTERM and SIGHUP end the program at once, as they do by themselves.

    Qt's loop is not Python's, and what a window writes is whole whenever it is killed.
    """
    ours = {n: h for n in _FROM_OUTSIDE if isinstance(h := signal.getsignal(n), Interrupts)}
    try:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)
        yield
    finally:
        for number, handler in ours.items():
            signal.signal(number, handler)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """A short block in which an interruption waits: C code that calls Python may crash of one."""
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, *_FROM_OUTSIDE)]
    told = next((each for each in handlers if isinstance(each, Interrupts)), None)
    if told is None:
        yield
        return
    with told.held_back():
        yield
