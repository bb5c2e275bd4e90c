"""Splits a folder of real anatomies: whole cases for testing only, the others for training."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from hcc_viewer.errors import UsageError
from hcc_viewer.training.config import CasesConfig
from hcc_viewer.training.phantom.anatomy import find_cases

HELD_OUT_EVERY = 5
"""One case in so many is held out where the configuration names none that is there."""

LAYOUTS = "docs/simulator.md says which layouts are read."


def with_anatomy(cases: CasesConfig, folder: Path) -> CasesConfig:
    """The same patients, a share of them drawn from the real cases of a folder.

    No case serves both training (or tuning) and testing.

    Raises:
        UsageError: The folder does not exist or holds fewer than two cases.
    """
    names = check_anatomy(folder)
    if len(names) < 2:
        raise UsageError(
            f"The anatomy folder {folder} holds {len(names)} case(s); at least two are needed, one "
            f"of them for testing only. {LAYOUTS}"
        )
    held_out = held_out_names(names, cases.held_out_cases)
    return replace(
        cases,
        train_phantom=replace(
            cases.train_phantom,
            anatomy=str(folder),
            real_share=cases.real_share,
            without_cases=held_out,
        ),
        test_phantom=replace(
            cases.test_phantom,
            anatomy=str(folder),
            real_share=cases.real_share,
            only_cases=held_out,
        ),
    )


def check_anatomy(folder: Path) -> list[str]:
    """The names of the real cases of a folder.

    Raises:
        UsageError: It does not exist or holds none.
    """
    if not folder.is_dir():
        raise UsageError(f"The anatomy folder {folder} does not exist; name another.")
    names = [case.name for case in find_cases(folder)]
    if not names:
        raise UsageError(f"The anatomy folder {folder} holds no case. {LAYOUTS}")
    return names


def held_out_names(names: list[str], wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Which cases are for testing only: the wanted ones that are there, else a fixed fifth."""
    present = tuple(name for name in wanted if name in names)
    if present and len(present) < len(names):
        return present
    ranked = sorted(names, key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    return tuple(sorted(ranked[: max(1, len(names) // HELD_OUT_EVERY)]))
