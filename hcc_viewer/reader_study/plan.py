"""What is read: which cases, in which arms, in which order for whom."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from hcc_viewer.catalogue import Catalogue
from hcc_viewer.errors import OutputError, ReadError, UsageError
from hcc_viewer.records import build_record

FORMAT = "hcc-viewer-reader-study"
VERSION = 1
PLAN_NAME = "study.toml"

UNAIDED, AIDED = "unaided", "aided"
ARMS = (UNAIDED, AIDED)
"""Without and with the model's result."""

DEFAULT_WASHOUT_DAYS = 28
"""Between a reader's two arms, so that cases are forgotten; four weeks are customary."""


@dataclass(frozen=True)
class StudyPlan:
    """All of `study.toml`."""

    name: str
    catalogue: str
    """Folder of the cases, as it was named; relative ones lead from the study's folder."""
    cases: tuple[str, ...]
    arms: tuple[str, ...] = (UNAIDED,)
    washout_days: int = DEFAULT_WASHOUT_DAYS
    seed: int = 0
    positive_area_mm2: float = 15.0
    """A slice is positive with at least this area of HCC; with less it is not counted."""

    def __post_init__(self) -> None:
        if not self.cases:
            raise ValueError("cases must name at least one")
        if len(set(self.cases)) != len(self.cases):
            raise ValueError("cases must not name one twice")
        if not self.arms or any(arm not in ARMS for arm in self.arms):
            raise ValueError(f"arms must be some of {', '.join(ARMS)}")
        if self.washout_days < 0:
            raise ValueError("washout_days must not be negative")

    def order(self, reader: str, arm: str) -> tuple[str, ...]:
        """The cases in the order in which this reader sees them in this arm; always the same."""
        digest = sha256(f"{self.seed}:{reader}:{arm}".encode()).digest()
        generator = np.random.default_rng(int.from_bytes(digest[:8], "little"))
        return tuple(self.cases[i] for i in generator.permutation(len(self.cases)))

    def catalogue_folder(self, study: Path) -> Path:
        """Where the cases are."""
        return study / self.catalogue


def create_study(
    study: Path,
    catalogue: Catalogue,
    *,
    part: str = "test",
    number: int | None = None,
    arms: Sequence[str] = (UNAIDED,),
    washout_days: int = DEFAULT_WASHOUT_DAYS,
    seed: int = 0,
    name: str = "Reading study",
) -> StudyPlan:
    """Draw the cases of a study and write its plan into a folder of its own.

    Args:
        study: The folder; it must not hold a study yet.
        catalogue: Whose cases.
        part: Of the catalogue.
        number: How many cases, drawn at random; None: all of the part.
        arms: Some of ARMS.
        washout_days: Between a reader's arms.
        seed: Of the draw and of the readers' orders.
        name: Of the study.

    Raises:
        UsageError: There is a study already, or the part has too few cases.
        OutputError: The plan cannot be written.
    """
    path = study / PLAN_NAME
    if path.exists():
        raise UsageError(f"{study} holds a study already; name another folder.")
    names = sorted(row.case for row in catalogue.part(part))
    if number is not None:
        if not 1 <= number <= len(names):
            raise UsageError(
                f"The part '{part}' of the catalogue has {len(names)} cases, not {number}."
            )
        chosen = np.random.default_rng(seed % 2**64).permutation(len(names))[:number]
        names = sorted(names[i] for i in chosen)
    try:
        plan = StudyPlan(
            name, str(catalogue.folder.resolve()), tuple(names), tuple(arms), washout_days, seed
        )
    except ValueError as error:
        raise UsageError(f"The study cannot be made: {error}.") from error
    lines = [f'format = "{FORMAT}"', f"version = {VERSION}"]
    lines += [f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in asdict(plan).items()]
    try:
        study.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise OutputError(f"The study cannot be written to {study}: {error}.") from error
    return plan


def open_study(study: Path) -> StudyPlan:
    """Read a study's plan.

    Raises:
        ReadError: There is none, or it is damaged; the sentence names the key.
    """
    path = study / PLAN_NAME
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ReadError(
            f"{study} is no reading study (there is no {PLAN_NAME}); make one with "
            "`hcc-viewer reader-study create`."
        ) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ReadError(f"The study's {path} cannot be read: {error}.") from error
    if table.pop("format", None) != FORMAT or table.pop("version", None) != VERSION:
        raise ReadError(f"{path} is no reading study of version {VERSION}.")
    try:
        return build_record(StudyPlan, table)
    except ValueError as error:
        raise ReadError(f"The study's {path} is refused: {error}.") from error


def reader_code(text: str) -> str:
    """A reader's code as it is kept: small letters, digits and hyphens, no name needed.

    Raises:
        UsageError: Nothing is left of it.
    """
    code = re.sub(r"[^a-z0-9]+", "-", text.strip().lower()).strip("-")[:24]
    if not code:
        raise UsageError("Give the reader a code of letters or digits, such as r1.")
    return code
