"""From a volume to findings: preprocessing, the network, its maps, and what they add up to.

The modules are imported when a name of theirs is first asked for (PEP 562): the window needs a few
frozen records at its start, and not pydicom, OpenCV and ONNX Runtime behind them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hcc_viewer.detection.cam import cam_on_image
    from hcc_viewer.detection.decisions import (
        Measurement,
        Place,
        ReaderDecision,
        ReadFinding,
        Reading,
        ReadResult,
        read_result,
    )
    from hcc_viewer.detection.findings import at_threshold
    from hcc_viewer.detection.model import Model, load_model
    from hcc_viewer.detection.model_card import ModelCard, OperatingPoint
    from hcc_viewer.detection.pipeline import detect
    from hcc_viewer.detection.types import (
        Detection,
        Finding,
        ModelIdentity,
        Peak,
        SlicePrediction,
        Timing,
    )

_HOMES = {
    "Detection": "hcc_viewer.detection.types",
    "Finding": "hcc_viewer.detection.types",
    "Measurement": "hcc_viewer.detection.decisions",
    "Model": "hcc_viewer.detection.model",
    "ModelCard": "hcc_viewer.detection.model_card",
    "ModelIdentity": "hcc_viewer.detection.types",
    "OperatingPoint": "hcc_viewer.detection.model_card",
    "Peak": "hcc_viewer.detection.types",
    "Place": "hcc_viewer.detection.decisions",
    "ReadFinding": "hcc_viewer.detection.decisions",
    "ReadResult": "hcc_viewer.detection.decisions",
    "ReaderDecision": "hcc_viewer.detection.decisions",
    "Reading": "hcc_viewer.detection.decisions",
    "SlicePrediction": "hcc_viewer.detection.types",
    "Timing": "hcc_viewer.detection.types",
    "at_threshold": "hcc_viewer.detection.findings",
    "cam_on_image": "hcc_viewer.detection.cam",
    "detect": "hcc_viewer.detection.pipeline",
    "load_model": "hcc_viewer.detection.model",
    "read_result": "hcc_viewer.detection.decisions",
}

__all__ = [
    "Detection",
    "Finding",
    "Measurement",
    "Model",
    "ModelCard",
    "ModelIdentity",
    "OperatingPoint",
    "Peak",
    "Place",
    "ReadFinding",
    "ReadResult",
    "ReaderDecision",
    "Reading",
    "SlicePrediction",
    "Timing",
    "at_threshold",
    "cam_on_image",
    "detect",
    "load_model",
    "read_result",
]


def __getattr__(name: str) -> object:
    """Import the module of a public name."""
    if name not in _HOMES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)
