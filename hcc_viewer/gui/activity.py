"""What the program is doing for the user right now, and how long that will still take."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Activity:
    """One piece of slow work, as the progress bar shows it."""

    label: str
    """What is done, as a participle: `Reading files`, `Detecting`."""
    unit: str = "steps"
    started: float = 0.0
    """In seconds of the clock that also gives `now`."""
    done: int = 0
    total: int = 0
    """0 while it is not known."""

    def at(self, done: int, total: int) -> Activity:
        """The same work, further on."""
        return replace(self, done=done, total=total)

    def remaining_seconds(self, now: float) -> float | None:
        """The time left at the pace so far; None while that is a guess."""
        elapsed = now - self.started
        if self.total <= 0 or self.done < 2 or elapsed < 0.5:
            return None
        return elapsed / self.done * (self.total - self.done)

    def text(self, now: float) -> str:
        """`Detecting: 37 of 80 slices, about 4 s left`."""
        if self.total <= 0:
            return f"{self.label}…"
        text = f"{self.label}: {self.done} of {self.total} {self.unit}"
        left = self.remaining_seconds(now)
        return text if left is None else f"{text}, {format_duration(left)} left"


def format_duration(seconds: float) -> str:
    """`about 4 s`, `about 2 min`."""
    if seconds < 90:
        return f"about {max(1, round(seconds))} s"
    return f"about {round(seconds / 60)} min"
