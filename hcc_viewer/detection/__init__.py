"""From a volume to findings: preprocessing, the network, its maps, and what they add up to."""

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
