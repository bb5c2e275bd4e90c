"""What readers answered: one line a case, added when it is saved and never changed."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hcc_viewer.errors import OutputError, ReadError
from hcc_viewer.reader_study.plan import ARMS, PLAN_NAME
from hcc_viewer.records import build_record, to_table

FOLDER = "answers"


@dataclass(frozen=True)
class Answer:
    """One case, read once."""

    reader: str
    arm: str
    case: str
    place: int
    """In the reader's order, from 1."""
    slices: int
    """How many the case has."""
    marked: tuple[int, ...]
    """Slices with HCC, from 0 at the foot end, ascending."""
    seconds: float
    """From the image shown to the answer saved, pauses left out."""
    saved_at: str
    """ISO 8601 in UTC."""
    days_since_other_arm: float | None = None
    """Since the reader's last answer in the other arm; None without one."""
    model: str = ""
    """Whose result was shown; empty in the unaided arm."""

    def __post_init__(self) -> None:
        if self.arm not in ARMS:
            raise ValueError(f"arm must be one of {', '.join(ARMS)}")
        if self.seconds < 0:
            raise ValueError("seconds must not be negative")
        if any(not 0 <= index < self.slices for index in self.marked):
            raise ValueError("marked must name slices of the case")


def save_answer(study: Path, answer: Answer) -> None:
    """Add an answer to the reader's file, safe against a crash of the machine.

    Raises:
        OutputError: It cannot be written.
    """
    path = _path(study, answer.reader, answer.arm)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _mend_end(path)
        with path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(to_table(answer)) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise OutputError(
            f"The answer cannot be saved to {path} ({error.strerror or error}); it stays on the "
            "screen. Free the disk or open the file for writing, and save again."
        ) from error


def read_answers(
    study: Path, reader: str | None = None, arm: str | None = None
) -> tuple[Answer, ...]:
    """All answers of a study, of one reader or arm if wanted, in the order in which they came.

    Raises:
        ReadError: There is no study, or a line is damaged; the sentence names it.
    """
    if not (study / PLAN_NAME).exists():
        raise ReadError(f"{study} is no reading study (there is no {PLAN_NAME}).")
    answers: list[Answer] = []
    for path in sorted((study / FOLDER).glob("*.jsonl")):
        answers += _read(path)
    return tuple(
        answer
        for answer in answers
        if reader in (None, answer.reader) and arm in (None, answer.arm)
    )


def days_between(earlier: str, later: str) -> float:
    """Days from one moment (ISO 8601) to another."""
    gap = datetime.fromisoformat(later) - datetime.fromisoformat(earlier)
    return gap.total_seconds() / 86400


def _mend_end(path: Path) -> None:
    """Drop a last line that the machine did not finish writing; end one that lacks its end only."""
    if not path.exists():
        return
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole == len(data):
        return
    try:
        json.loads(data[whole:])
    except ValueError:
        os.truncate(path, whole)
    else:
        with path.open("ab") as stream:
            stream.write(b"\n")


def _path(study: Path, reader: str, arm: str) -> Path:
    return study / FOLDER / f"{reader}-{arm}.jsonl"


def _read(path: Path) -> list[Answer]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ReadError(f"The answers {path} cannot be read: {error}.") from error
    found: dict[str, Answer] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            answer = build_record(Answer, json.loads(line))
        except ValueError as error:
            if number == len(lines) and isinstance(error, json.JSONDecodeError):
                continue  # the machine stopped while it was written: the case is read again
            raise ReadError(f"Line {number} of {path} is refused: {error}.") from error
        found.setdefault(answer.case, answer)
    return list(found.values())
