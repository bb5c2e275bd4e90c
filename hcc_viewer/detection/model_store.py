"""The model files that the user may choose from: the bundled one, and those that were installed.

Installed files lie in the user's data folder as `<name>-<version>-<hash>.onnx` with their cards.
The file `chosen.txt` there names the one that is used; without it, the bundled one is.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hcc_viewer import paths
from hcc_viewer.detection.model import bundled_model_path, load_model
from hcc_viewer.detection.model_card import ModelCard, card_path, read_card
from hcc_viewer.errors import HccViewerError, ModelFileError, OutputError, UsageError
from hcc_viewer.phrases import Phrase

CHOICE_NAME = "chosen.txt"

BUNDLED = "bundled"
"""The key of the file that the program carries."""


@dataclass(frozen=True)
class StoredModel:
    """One model file that can be chosen."""

    key: str
    """`bundled`, or the file's name without its ending."""
    path: Path
    card: ModelCard | None
    problem: str
    """Why it cannot be used, as a sentence; empty when it can."""
    is_chosen: bool

    @property
    def is_bundled(self) -> bool:
        """Whether the program carries it; then it cannot be removed."""
        return self.key == BUNDLED

    @property
    def label(self) -> str:
        """Name, version and the first 12 digits of the hash."""
        if self.card is None:
            return self.path.name
        return f"{self.card.name} {self.card.version} ({self.card.sha256[:12]})"


def store_dir() -> Path:
    """Where installed models are; not created here."""
    return paths.data_dir() / "models"


def stored_models() -> tuple[StoredModel, ...]:
    """All of them, the bundled one first; their cards are read, the files themselves are not."""
    chosen = _choice()
    entries = []
    with suppress(HccViewerError):
        entries.append((BUNDLED, bundled_model_path()))
    entries += [(path.stem, path) for path in sorted(store_dir().glob("*.onnx"))]
    return tuple(_entry(key, path, is_chosen=key == chosen) for key, path in entries)


def find_model(name: str | Path) -> Path:
    """The file of a stored model by its key, name or hash, or a path.

    Raises:
        UsageError: There is none, or several fit; the sentence lists them.
    """
    text = str(name)
    if Path(text).suffix == ".onnx" or Path(text).is_file():
        return Path(text)
    models = stored_models()
    fitting = [model for model in models if _fits(model, text)]
    if len(fitting) == 1:
        return fitting[0].path
    known = ", ".join(model.key for model in models) or "none"
    words = "There are several models" if fitting else "There is no model"
    raise UsageError(f"{words} '{text}'; there are: {known}.")


def chosen_model_path() -> Path:
    """The file that is used when none is named.

    Raises:
        ModelFileError: The chosen file is gone, or the program carries none.
    """
    chosen = _choice()
    if chosen == BUNDLED:
        return bundled_model_path()
    path = store_dir() / f"{chosen}.onnx"
    if not path.exists():
        gone = "The chosen model '{name}' is no longer installed; choose another ({command})."
        command = "hcc-viewer models choose bundled"
        raise ModelFileError(Phrase(gone, name=chosen, command=command))
    return path


def install_model(path: Path) -> StoredModel:
    """Check a model file with its card and copy both into the user's data folder.

    Raises:
        ModelFileError: It is refused; the sentence says why.
        UsageError: It is installed already.
        OutputError: It cannot be written.
    """
    card = load_model(path).card
    key = f"{_plain(card.name)}-{_plain(card.version)}-{card.sha256[:12]}"
    target = store_dir() / f"{key}.onnx"
    if target.exists():
        raise UsageError(f"The model {card.name} {card.version} is installed already, as '{key}'.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # The card first: a model file without one would be refused, a card alone is never seen.
        _copy(card_path(path), card_path(target))
        _copy(path, target)
    except OSError as error:
        raise OutputError(f"The model cannot be installed in {target.parent}: {error}.") from error
    return _entry(key, target, is_chosen=False)


def choose_model(name: str) -> StoredModel:
    """Use a stored model from now on; it is checked whole first.

    Raises:
        UsageError: There is none of this name.
        ModelFileError: It is refused.
        OutputError: The choice cannot be kept.
    """
    model = _stored(name)
    load_model(model.path)
    try:
        if model.is_bundled:
            (store_dir() / CHOICE_NAME).unlink(missing_ok=True)
        else:
            store_dir().mkdir(parents=True, exist_ok=True)
            _write(store_dir() / CHOICE_NAME, model.key.encode())
    except OSError as error:
        raise OutputError(f"The choice cannot be kept in {store_dir()}: {error}.") from error
    return _entry(model.key, model.path, is_chosen=True)


def remove_model(name: str) -> StoredModel:
    """Remove an installed model; where it was chosen, the bundled one is used again.

    Raises:
        UsageError: There is none of this name, or it is the bundled one.
        OutputError: It cannot be removed.
    """
    model = _stored(name)
    if model.is_bundled:
        raise UsageError("The bundled model is part of the program and cannot be removed.")
    try:
        if model.is_chosen:
            (store_dir() / CHOICE_NAME).unlink(missing_ok=True)
        model.path.unlink(missing_ok=True)
        card_path(model.path).unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"The model cannot be removed: {error}.") from error
    return model


def comparison(models: tuple[ModelCard, ...]) -> list[tuple[str, ...]]:
    """What the cards say, one row for each fact, one column for each model.

    Figures of different cards were measured on different cases; `evaluate --cases` compares fairly.
    """
    facts: list[tuple[str, ...]] = [
        ("name", *(f"{card.name} {card.version}" for card in models)),
        ("SHA-256", *(card.sha256[:12] for card in models)),
        ("trained on", *(card.trained_on for card in models)),
        ("data", *(str(card.data.get("source", "-")) for card in models)),
        ("licences", *(_licences_text(card) for card in models)),
        ("input", *(_input_text(card) for card in models)),
        ("second look", *("-" if card.second_look is None else "yes" for card in models)),
        ("threshold", *(f"{card.threshold:.3f}" for card in models)),
        ("measured on", *(str(card.metrics.get("measured_on", "-")) for card in models)),
    ]
    names = dict.fromkeys(name for card in models for name in _figures(card))
    for name in names:
        facts.append((name, *(_figure_text(card, name) for card in models)))
    return facts


def concerns(card: ModelCard) -> tuple[str, ...]:
    """What a card leaves open, as sentences; none of it forbids the model."""
    found = []
    if not card.operating_points:
        found.append("It names no operating points; its threshold was not fixed on tuning cases.")
    if not _figures(card):
        found.append("It holds no figures of a test.")
    if card.data.get("may_be_given_away") is False:
        found.append("It was trained on cases whose licence forbids giving the model away.")
    return tuple(found)


def _stored(name: str) -> StoredModel:
    path = find_model(name)
    for model in stored_models():
        if model.path == path:
            return model
    raise UsageError(f"'{name}' is not installed; install it first: `hcc-viewer models install`.")


def _entry(key: str, path: Path, *, is_chosen: bool) -> StoredModel:
    try:
        return StoredModel(key, path, read_card(card_path(path)), "", is_chosen)
    except ModelFileError as error:
        return StoredModel(key, path, None, str(error), is_chosen)


def _fits(model: StoredModel, text: str) -> bool:
    card = model.card
    if text == model.key or card is None:
        return text == model.key
    return text in (card.name, f"{card.name} {card.version}") or (
        len(text) >= 6 and card.sha256.startswith(text.lower())
    )


def _choice() -> str:
    try:
        text = (store_dir() / CHOICE_NAME).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return BUNDLED
    return Path(text).name or BUNDLED


def _plain(text: str) -> str:
    """Safe in a file's name."""
    return (
        "".join(c if c.isalnum() or c in "-_." else "-" for c in text).strip(".-")[:60] or "model"
    )


def _input_text(card: ModelCard) -> str:
    field = "whole slice" if card.input.field_mm is None else f"{card.input.field_mm:g} mm"
    return f"{card.input.size} px over {field}, {len(card.input.offsets_mm)} slices"


def _licences_text(card: ModelCard) -> str:
    licences = card.data.get("licences") or "-"
    return ", ".join(map(str, licences)) if isinstance(licences, list) else str(licences)


def _figures(card: ModelCard) -> dict[str, Any]:
    """The figures of the test; a card may hold anything there, since nothing is computed of it."""
    figures = card.metrics.get("figures")
    return figures if isinstance(figures, dict) else {}


def _figure_text(card: ModelCard, name: str) -> str:
    figure = _figures(card).get(name)
    if not isinstance(figure, dict):
        return "-"
    parts = [figure.get(key) for key in ("value", "low", "high")]
    value, low, high = (f"{one:.3f}" if isinstance(one, int | float) else "?" for one in parts)
    return f"{value} ({low} to {high})"


def _copy(source: Path, target: Path) -> None:
    _write(target, source.read_bytes())


def _write(target: Path, data: bytes) -> None:
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    part.write_bytes(data)
    part.replace(target)
