"""The model file at work: ONNX Runtime on the CPU, its card checked first."""

from __future__ import annotations

from pathlib import Path

from hcc_viewer.detection.model_card import ModelCard
from hcc_viewer.detection.types import ModelIdentity


class Model:
    """A loaded network and its card."""

    card: ModelCard
    identity: ModelIdentity


def load_model(path: str | Path | None = None) -> Model:
    """Load a model file and its card (`<name>.onnx` with `<name>.toml`); None: the bundled one.

    Raises:
        ModelFileError: The file or its card is missing, damaged, or they do not fit each other.
    """
    raise NotImplementedError
