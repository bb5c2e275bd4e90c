"""The simulated patients of a training run: drawn once, kept in its folder, split by patient."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from concurrent.futures import as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from hcc_viewer.errors import ReadError, UsageError
from hcc_viewer.records import to_table
from hcc_viewer.training.config import TrainingConfig, as_config
from hcc_viewer.training.examples import Example, load_example, make_example, save_example
from hcc_viewer.training.files import write_atomically
from hcc_viewer.training.phantom.case import simulate_case
from hcc_viewer.training.phantom.config import PhantomConfig
from hcc_viewer.training.phantom.store import DAMAGED, load_case, save_case
from hcc_viewer.training.phantom.types import SimulatedCase
from hcc_viewer.training.worker_processes import worker_pool

logger = logging.getLogger(__name__)

PART_OFFSETS = {
    "train": 0,
    "tune": 100_000,
    "test": 200_000,
    "places": 300_000,
    "natural": 400_000,
    "tune_natural": 500_000,
}
"""Added to the first seed, so that no patient is in two parts; demo studies begin at 900,000.

`places` teach the second look; `tune_natural` and `natural` are for tuning and testing at natural
prevalence."""

TEST_PARTS = ("test", "natural")
"""Nothing is learned from them: they are kept as whole cases only, for the program to run on."""

WHOLE_PARTS = ("tune", "tune_natural", *TEST_PARTS)
"""Kept as whole cases too."""

DRAWN_NAME = "drawn.json"
"""In the folder: how each part was drawn."""


@dataclass(frozen=True)
class Patients:
    """The cases of one run in its working folder; each is simulated when it is not there yet."""

    config: TrainingConfig
    folder: Path

    def seeds(self, part: str) -> list[int]:
        """Seeds of a part, one of PART_OFFSETS."""
        count = {
            "train": self.config.cases.train_patients,
            "tune": self.config.cases.tune_patients,
            "test": self.config.cases.test_patients,
            "places": self.config.cases.places_patients,
            "natural": self.config.cases.natural_patients,
            "tune_natural": self.config.cases.tune_natural_patients,
        }[part]
        first = self.config.cases.seed + PART_OFFSETS[part]
        return list(range(first, first + count))

    @property
    def tuning_part(self) -> str:
        """The one that calibration, weights and thresholds are of."""
        return "tune_natural" if self.config.cases.tune_natural_patients else "tune"

    def make(self, part: str, *, quiet: bool = False) -> None:
        """Simulate what is missing of a part, on all processors.

        Raises:
            UsageError: What is there was drawn in another way.
        """
        self._claim(part)
        missing = [seed for seed in self.seeds(part) if not self._is_made(part, seed)]
        if not missing:
            return
        workers = min(len(missing), os.cpu_count() or 1)
        try:
            with worker_pool(workers, _use_one_thread) as pool:
                jobs = [pool.submit(self._make_one, part, seed) for seed in missing]
                bar = tqdm(
                    as_completed(jobs),
                    total=len(jobs),
                    desc=f"Simulating {part}",
                    unit="patient",
                    disable=quiet,
                )
                for job in bar:
                    job.result()
        except BaseException:
            for path in self.folder.glob(f"{part}-*.part"):  # of workers that were ended
                path.unlink(missing_ok=True)
            raise

    def examples(self, part: str) -> list[Example]:
        """All examples of a part, in the order of their seeds."""
        return list(self.iterate(part))

    def example(self, part: str, seed: int) -> Example:
        """One patient's; one whose file is damaged, as by a power cut, is simulated again."""
        path = self._example_path(part, seed)
        try:
            return load_example(path)
        except DAMAGED as error:
            self._mend(part, path, error)
        return load_example(path)

    def iterate(self, part: str) -> Iterator[Example]:
        """The examples of a part one after another, in the order of their seeds."""
        for seed in self.seeds(part):
            yield self.example(part, seed)

    def cases(self, part: str) -> Iterator[SimulatedCase]:
        """The cases of a part one after another, in the order of their seeds."""
        for seed in self.seeds(part):
            yield self._case(part, seed)

    def _case(self, part: str, seed: int) -> SimulatedCase:
        path = self._case_path(part, seed)
        try:
            return load_case(path)
        except ReadError as error:
            if isinstance(error.__cause__, OSError):
                raise
            self._mend(part, path, error)
        return load_case(path)

    def _mend(self, part: str, path: Path, error: Exception) -> None:
        logger.warning("%s cannot be read (%s); the patient is simulated again.", path, error)
        path.unlink(missing_ok=True)
        self.make(part, quiet=True)

    def _claim(self, part: str) -> None:
        """Write down how a part is drawn: its files' names do not tell it, and they are kept."""
        how, before = _how(self.config, part), self._drawn_before()
        known = before.setdefault(part, how)
        known = to_table(PhantomConfig()) | known  # a setting that was not there yet
        other = [key for key in {**how, **known} if how.get(key) != known.get(key)]
        if other:
            raise UsageError(
                f"The {part} patients in {self.folder} were drawn in another way ({other[0]}); "
                "name the configuration and the anatomy that they were made with, or another "
                "folder (--work)."
            )
        write_atomically(self.folder / DRAWN_NAME, json.dumps(before, indent=1).encode())

    def _drawn_before(self) -> dict[str, dict[str, Any]]:
        """How each part was drawn; of a run of an earlier version, as its configuration says."""
        note, run = self.folder / DRAWN_NAME, self.folder.parent / "config.json"
        if note.exists():
            drawn: dict[str, dict[str, Any]] = json.loads(note.read_text(encoding="utf-8"))
            return drawn
        if run.exists() and self.folder.exists():
            config = as_config(json.loads(run.read_text(encoding="utf-8")))
            return {} if config is None else {part: _how(config, part) for part in PART_OFFSETS}
        return {}

    def _make_one(self, part: str, seed: int) -> None:
        case = simulate_case(seed, _phantom(self.config, part))
        if part not in TEST_PARTS:
            save_example(make_example(case, self.config.input), self._example_path(part, seed))
        if part in WHOLE_PARTS:
            save_case(case, self._case_path(part, seed))

    def _is_made(self, part: str, seed: int) -> bool:
        has_example = part in TEST_PARTS or self._example_path(part, seed).exists()
        return has_example and (part not in WHOLE_PARTS or self._case_path(part, seed).exists())

    def _example_path(self, part: str, seed: int) -> Path:
        return self.folder / f"{part}-{seed:06d}-example.npz"

    def _case_path(self, part: str, seed: int) -> Path:
        return self.folder / f"{part}-{seed:06d}-case.npz"


def _phantom(config: TrainingConfig, part: str) -> PhantomConfig:
    """How the patients of a part are drawn."""
    cases = config.cases
    others = {
        "test": cases.test_phantom,
        "natural": cases.natural_phantom,
        "tune_natural": cases.tune_natural_phantom,
    }
    return others.get(part, cases.train_phantom)


def _how(config: TrainingConfig, part: str) -> dict[str, Any]:
    """What decides how the patients of a part come out."""
    phantom = to_table(_phantom(config, part))
    if phantom["anatomy"] != "procedural":
        phantom["anatomy"] = str(Path(phantom["anatomy"]).resolve())
    kept = {} if part in TEST_PARTS else {"input": to_table(config.input)}
    return json.loads(json.dumps(phantom | kept))  # type: ignore[no-any-return] # as it is read


def _use_one_thread() -> None:
    """Each worker has a processor of its own; threads inside it would wait for one another."""
    cv2.setNumThreads(1)
    threadpool_limits(1)
