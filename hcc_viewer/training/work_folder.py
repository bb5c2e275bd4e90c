"""Whose a working folder is: of one configuration and what it learns from, and only theirs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hcc_viewer.errors import UsageError
from hcc_viewer.records import to_table
from hcc_viewer.training.config import TrainingConfig, as_config
from hcc_viewer.training.files import write_atomically

_LATER = {
    "cases": ("natural_patients", "tune_natural_patients"),
    "fit": ("epochs", "cycles", "twin_epoch"),
    "network": ("twin",),
    "second_look": ("shifts_mm",),
}
"""What may change when a finished fit is carried on with another cycle or measured once more."""

_OF_THE_CARD = ("version", "description")
"""What changes nothing that is computed."""


def claim_folder(
    work: Path, config: TrainingConfig, material: Mapping[str, str] | None = None
) -> None:
    """Take a working folder for one configuration and what it is to learn from, and only for them.

    A fit may be carried on there: with the same configuration but for cycles that are added, for
    the second look's network, and for patients at natural prevalence.

    Args:
        work: The folder; made where it is missing.
        config: The run's settings.
        material: What they do not hold: each case and model file with a hash of what is in it.

    Raises:
        UsageError: It holds another run.
    """
    work.mkdir(parents=True, exist_ok=True)
    notes: dict[str, tuple[dict[str, Any], str]] = {
        "config.json": (to_table(config), "of another configuration"),
        "material.json": (dict(material or {}), "on other cases, or from another model file"),
    }
    for name, (content, what) in notes.items():
        note, text = work / name, json.dumps(content, indent=1, sort_keys=True)
        if note.exists():
            before = note.read_text(encoding="utf-8")
            if before == text:
                continue
            if name == "material.json" or not _carries_on(json.loads(before), json.loads(text)):
                raise UsageError(
                    f"The folder {work} holds a run {what}; name another folder (--work) or "
                    "delete it."
                )
        write_atomically(note, text.encode())


def _carries_on(before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Whether a configuration is another with cycles added, and else the same.

    The second network may be another: what is done of it lies in a folder of its own. Settings that
    were not there yet had the value that is the default now.
    """
    noted = as_config(before)
    before = before if noted is None else json.loads(json.dumps(to_table(noted)))
    old, new = (table["fit"]["cycles"] or [table["fit"]["epochs"]] for table in (before, after))
    return bool(new[: len(old)] == old and _rest(before) == _rest(after))


def _rest(table: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in table.items() if key not in (*_OF_THE_CARD, "judge")}
    for part, names in _LATER.items():
        kept[part] = {key: value for key, value in table[part].items() if key not in names}
    return kept
