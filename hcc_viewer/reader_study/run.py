"""One reader going through one arm: which case comes next, which slices are marked, the clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from hcc_viewer.errors import UsageError
from hcc_viewer.reader_study.answers import Answer, days_between, read_answers, save_answer
from hcc_viewer.reader_study.plan import ARMS, StudyPlan, open_study, reader_code


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class ReadingRun:
    """The state of a reading; it changes only by its methods."""

    study: Path
    plan: StudyPlan
    reader: str
    arm: str
    model: str = ""
    """Label of the model whose result is shown; empty in the unaided arm."""
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = _utc_now
    answered: set[str] = field(default_factory=set)
    """Cases that were read before."""
    done: int = 0
    marked: set[int] = field(default_factory=set)
    _slices: int = 0
    _started: float | None = None
    _spent: float = 0.0

    @property
    def order(self) -> tuple[str, ...]:
        """The cases in this reader's order."""
        return self.plan.order(self.reader, self.arm)

    @property
    def case(self) -> str | None:
        """The case to be read now; None when all are read."""
        return self.order[self.done] if self.done < len(self.order) else None

    @property
    def title(self) -> str:
        """What the reader sees instead of the case's name."""
        return f"Case {min(self.done + 1, len(self.order))} of {len(self.order)}"

    @property
    def is_running(self) -> bool:
        """Whether the clock runs."""
        return self._started is not None

    @property
    def seconds(self) -> float:
        """Reading time of the present case so far."""
        running = 0.0 if self._started is None else self.clock() - self._started
        return self._spent + running

    def image_shown(self, slices: int) -> None:
        """The image of the present case is on the screen: the clock runs from now."""
        self._slices = slices
        self._spent = 0.0
        self.marked = set()
        self._started = self.clock()

    def pause(self) -> None:
        """Stop the clock; the image must not be seen meanwhile."""
        self._spent = self.seconds
        self._started = None

    def resume(self) -> None:
        """Let the clock run on."""
        if self._started is None:
            self._started = self.clock()

    def toggle(self, index: int) -> bool:
        """Mark a slice as one with HCC, or no longer; whether it is marked now."""
        self.marked ^= {index}
        return index in self.marked

    def skip_answered(self) -> None:
        """Go on to the next case that was not read yet."""
        while self.case in self.answered:
            self.done += 1

    def save(self) -> Answer:
        """Save the answer and go to the next case.

        Raises:
            UsageError: No case is shown.
            OutputError: It cannot be written; nothing is lost, the clock stands.
        """
        case = self.case
        if case is None or not self._slices:
            raise UsageError("No case is shown; there is nothing to save.")
        self.pause()
        saved_at = self.now().isoformat(timespec="seconds")
        answer = Answer(
            reader=self.reader,
            arm=self.arm,
            case=case,
            place=self.done + 1,
            slices=self._slices,
            marked=tuple(sorted(self.marked)),
            seconds=round(self._spent, 3),
            saved_at=saved_at,
            days_since_other_arm=_days_since_other_arm(self.study, self.reader, self.arm, saved_at),
            model=self.model,
        )
        save_answer(self.study, answer)
        self.answered.add(case)
        self.skip_answered()
        self.marked = set()
        self._slices = 0
        self._spent = 0.0
        return answer


def start_run(
    study: Path,
    reader: str,
    arm: str,
    *,
    model: str = "",
    clock: Callable[[], float] = time.monotonic,
    now: Callable[[], datetime] = _utc_now,
) -> ReadingRun:
    """Begin or go on with a reader's arm.

    Raises:
        ReadError: There is no study, or it is damaged.
        UsageError: The study has no such arm, the washout since the other arm is not over, or the
            arm was begun with another model.
    """
    plan = open_study(study)
    code = reader_code(reader)
    if arm not in plan.arms:
        raise UsageError(f"The study has the arms {', '.join(plan.arms)}, not '{arm}'.")
    answers = read_answers(study, code, arm)
    others = sorted({answer.model for answer in answers} - {model})
    if others:
        raise UsageError(
            f"The reader {code} began this arm with the model {others[0]}, and {model} is in use "
            "now; go on with the first: hcc-viewer models choose."
        )
    run = ReadingRun(study, plan, code, arm, model, clock, now, {answer.case for answer in answers})
    if not answers:
        _check_washout(study, plan, code, arm, now().isoformat())
    run.skip_answered()
    return run


def _check_washout(study: Path, plan: StudyPlan, reader: str, arm: str, now: str) -> None:
    for other in ARMS:
        answers = read_answers(study, reader, other) if other != arm else ()
        if not answers:
            continue
        if len(answers) < len(plan.cases):
            raise UsageError(
                f"The reader {reader} has read {len(answers)} of {len(plan.cases)} cases of the "
                f"{other} arm; finish it first."
            )
        days = _days_since_other_arm(study, reader, arm, now) or 0.0
        if days < plan.washout_days:
            raise UsageError(
                f"The reader {reader} finished the {other} arm {days:.0f} days ago; the study asks "
                f"for {plan.washout_days} days between the arms (washout_days in study.toml)."
            )


def _days_since_other_arm(study: Path, reader: str, arm: str, now: str) -> float | None:
    others = [a for other in ARMS if other != arm for a in read_answers(study, reader, other)]
    if not others:
        return None
    return round(max(0.0, days_between(max(a.saved_at for a in others), now)), 2)
