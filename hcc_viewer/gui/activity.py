"""What the program is doing for the user right now, and how long that will still take."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from hcc_viewer.gui.i18n import tr

if TYPE_CHECKING:
    from hcc_viewer.dicom import SeriesKey

Concern = Literal["read", "compare", "detect", "export", "copy", "regroup"]
"""Each concern does one thing at a time."""


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
    series: SeriesKey | None = None
    """What it is done on, where the user may look at something else meanwhile."""

    def at(self, done: int, total: int) -> Activity:
        """The same work, further on."""
        return replace(self, done=done, total=total)

    def remaining_seconds(self, now: float) -> float | None:
        """The time left at the pace so far; None while that is a guess."""
        elapsed = now - self.started
        if self.total <= 0 or self.done < 2 or elapsed < 0.5:
            return None
        return elapsed / self.done * (self.total - self.done)

    def text(self, now: float, elsewhere: str = "") -> str:
        """`Detecting: 37 of 80 slices, about 4 s left`; names what is worked on elsewhere."""
        label = self.label
        if elsewhere:
            label = tr("{label} in {name}").format(label=label, name=elsewhere)
        if self.total <= 0:
            return f"{label}…"
        text = tr("{label}: {done} of {total} {unit}").format(
            label=label, done=self.done, total=self.total, unit=self.unit
        )
        left = self.remaining_seconds(now)
        if left is None:
            return text
        return tr("{text}, {duration} left").format(text=text, duration=format_duration(left))


class Activities:
    """The slow work that goes on, at most one piece for each concern."""

    def __init__(self) -> None:
        self._by_concern: dict[Concern, Activity] = {}

    def of(self, concern: Concern) -> Activity | None:
        """The work of a concern."""
        return self._by_concern.get(concern)

    def set(self, concern: Concern, activity: Activity | None) -> None:
        """Work of a concern began, went on, or (None) ended."""
        if activity is None:
            self._by_concern.pop(concern, None)
        else:
            self._by_concern[concern] = activity

    @property
    def busiest(self) -> Concern | None:
        """The concern that the user is waiting for most."""
        order: tuple[Concern, ...] = (
            "export",
            "copy",
            "detect",
            "regroup",
            "read",
            "compare",
        )
        return next((concern for concern in order if concern in self._by_concern), None)


def format_duration(seconds: float) -> str:
    """`about 4 s`, `about 2 min`."""
    if seconds < 90:
        return tr("about {seconds} s").format(seconds=max(1, round(seconds)))
    return tr("about {minutes} min").format(minutes=round(seconds / 60))
