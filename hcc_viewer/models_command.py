"""`hcc-viewer models`: list, install, compare, choose and remove model files.

The network's libraries are imported when a command runs, not when the parser is made.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hcc_viewer.records import to_table
from hcc_viewer.terminal import say

if TYPE_CHECKING:
    from hcc_viewer.detection.model_store import StoredModel


def add_models(commands: Any) -> None:
    """Add the command and its parts to the program's commands."""
    models = commands.add_parser(
        "models",
        help="list, install, compare, choose and remove model files",
        description="List the model files that the program can use, look at their cards, install "
        "others, choose one for detection, and remove what was installed.",
    )
    parts = models.add_subparsers(dest="part")
    models.set_defaults(run=_list, json=False)
    listed = parts.add_parser("list", help="all models, the chosen one marked")
    listed.add_argument("--json", action="store_true", help="print JSON")
    listed.set_defaults(run=_list)
    shown = parts.add_parser("show", help="the card of a model")
    shown.add_argument("name", help="of a stored model, or a file")
    shown.set_defaults(run=_show)
    install = parts.add_parser("install", help="check a model file with its card and keep a copy")
    install.add_argument("file", type=Path, help="<name>.onnx; <name>.toml must be beside it")
    install.add_argument("--choose", action="store_true", help="and use it from now on")
    install.set_defaults(run=_install)
    for name, text, run in (
        ("choose", "use a model from now on (bundled: the program's own)", _choose),
        ("remove", "remove an installed model", _remove),
    ):
        part = parts.add_parser(name, help=text)
        part.add_argument("name", help="its name, key or the beginning of its hash")
        part.set_defaults(run=run)
    compare = parts.add_parser("compare", help="what the cards of models say, side by side")
    compare.add_argument("names", nargs="+", help="stored models or files")
    compare.set_defaults(run=_compare)


def _list(options: argparse.Namespace) -> int:
    from hcc_viewer.detection import model_store

    models = model_store.stored_models()
    if options.json:
        say(json.dumps([_record(model) for model in models], indent=1))
        return 0
    for model in models:
        mark = "*" if model.is_chosen else " "
        trained = model.problem if model.card is None else model.card.trained_on
        say(f"{mark} {model.key:36s} {model.label}\n    {trained}")
    if not any(model.is_chosen for model in models):
        say("The chosen model is no longer installed: hcc-viewer models choose bundled")
    return 0


def _record(model: StoredModel) -> dict[str, Any]:
    card = model.card
    return {
        "key": model.key,
        "name": card.name if card else None,
        "version": card.version if card else None,
        "sha256": card.sha256 if card else None,
        "trained_on": card.trained_on if card else None,
        "chosen": model.is_chosen,
        "problem": model.problem or None,
    }


def _show(options: argparse.Namespace) -> int:
    from hcc_viewer.detection import model_store
    from hcc_viewer.detection.model_card import card_path, read_card

    card = read_card(card_path(model_store.find_model(options.name)))
    say(json.dumps(to_table(card), indent=1, default=str))  # TOML has dates, JSON none
    return 0


def _install(options: argparse.Namespace) -> int:
    from hcc_viewer.detection import model_store

    model = model_store.install_model(options.file)
    say(f"Installed {model.label} as '{model.key}'.")
    if model.card is not None:
        for text in model_store.concerns(model.card):
            say(f"Note: {text}")
    if options.choose:
        return _chosen(model.key)
    say(f"To use it: hcc-viewer models choose {model.key}")
    return 0


def _choose(options: argparse.Namespace) -> int:
    return _chosen(options.name)


def _chosen(name: str) -> int:
    from hcc_viewer.detection import model_store

    model = model_store.choose_model(name)
    say(f"From now on {model.label} is used.")
    return 0


def _remove(options: argparse.Namespace) -> int:
    from hcc_viewer.detection import model_store

    model = model_store.remove_model(options.name)
    say(f"Removed {model.label}.")
    return 0


def _compare(options: argparse.Namespace) -> int:
    from hcc_viewer.detection import model_store
    from hcc_viewer.detection.model_card import card_path, read_card

    cards = [read_card(card_path(model_store.find_model(name))) for name in options.names]
    rows = model_store.comparison(tuple(cards))
    width = max(len(row[0]) for row in rows)
    for name, *values in rows:
        say(f"{name:{width}s}  " + "  |  ".join(values))
    say(
        "Figures of different cards were measured on different cases. On the same cases: "
        "hcc-viewer evaluate --cases DIR --model A --model2 B"
    )
    return 0
