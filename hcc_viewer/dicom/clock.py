"""Times of day, in seconds since midnight, which begin anew at midnight."""

from __future__ import annotations

from collections.abc import Callable, Iterable

DAY_S, HALF_DAY_S = 86400.0, 43200.0


def wrap_midnight(difference_s: float) -> float:
    """A difference of two times of day, less than half a day either way, past midnight too."""
    if difference_s < -HALF_DAY_S:
        return difference_s + DAY_S
    return difference_s - DAY_S if difference_s > HALF_DAY_S else difference_s


def past_midnight(times_s: Iterable[float]) -> Callable[[float], float]:
    """What turns the times of day of one examination into seconds that grow past midnight.

    Where they lie more than half a day apart, midnight is between them.
    """
    known = list(times_s)
    is_night = bool(known) and max(known) - min(known) > HALF_DAY_S
    return lambda time_s: time_s + DAY_S if is_night and time_s < HALF_DAY_S else time_s
