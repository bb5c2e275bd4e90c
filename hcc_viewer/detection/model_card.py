"""The card beside a model file: what goes in and out, how good it was, and where it is from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class OperatingPoint:
    """A named threshold with what was measured there on the tuning patients."""

    name: str
    """`high-sensitivity`, `balanced` or `high-specificity` in the bundled model."""
    threshold: float
    sensitivity: float
    specificity: float
    false_findings_per_patient: float


@dataclass(frozen=True)
class InputSpec:
    """How a volume is made into the network's input; the normaliser's one set of settings."""

    size: int = 320
    """Rows and columns of the network's input."""
    field_mm: float | None = None
    """Side of the square field that is cut out around the body's middle; None: the whole slice."""
    offsets_mm: tuple[float, ...] = (0.0,)
    """Distances of the slices that make the channels, along the normal, foot to head."""
    low_percentile: float = 1.0
    """This percentile of the volume becomes 0."""
    high_percentile: float = 99.5
    """This percentile of the volume becomes 1; brighter values stay above 1, up to `clip`."""
    clip: float = 1.5


@dataclass(frozen=True)
class ModelCard:
    """All of `<name>.toml`."""

    name: str
    version: str
    sha256: str
    trained_on: str
    input: InputSpec
    class_names: tuple[str, ...]
    threshold: float
    operating_points: tuple[OperatingPoint, ...]
