"""The card beside a model file: what goes in and out, how good it was, and where it is from.

The card of `<name>.onnx` is `<name>.toml`. This module reads and checks it; the training
subpackage writes it. A key that is missing, unknown or of another type is refused by its name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hcc_viewer.errors import ModelFileError, UsageError
from hcc_viewer.records import build_record
from hcc_viewer.toml_file import read_toml

CARD_FORMAT = "hcc-viewer-model-card"
CARD_VERSION = 1


@dataclass(frozen=True)
class InputSpec:
    """How a volume is made into the network's input; all that `preprocess.py` needs to know."""

    size: int = 320
    """Rows and columns of the network's input."""
    field_mm: float | None = None
    """Side of the square field cut out around the body's middle (grown where the body is wider);
    None: the whole slice, as in the paper."""
    offsets_mm: tuple[float, ...] = (0.0,)
    """Distances of the slices that make the channels, along the normal, foot to head."""
    high_percentile: float = 98.0
    """This percentile of the body's pixels becomes 1; air becomes 0."""
    clip: float = 1.6
    """Brighter values than this are cut to it."""

    def __post_init__(self) -> None:
        if not 32 <= self.size <= 1024:
            raise ValueError(f"input.size must lie between 32 and 1024, not {self.size}")
        if self.field_mm is not None and not 50 <= self.field_mm <= 1000:
            raise ValueError(f"input.field_mm must lie between 50 and 1000, not {self.field_mm}")
        if not 1 <= len(self.offsets_mm) <= 15:
            raise ValueError("input.offsets_mm must hold 1 to 15 distances")
        if not all(abs(offset) <= 200 for offset in self.offsets_mm):
            raise ValueError("input.offsets_mm must hold distances of at most 200")
        if not 50 <= self.high_percentile <= 100:
            raise ValueError(
                f"input.high_percentile must lie between 50 and 100, not {self.high_percentile}"
            )
        if not 1 <= self.clip <= 100:
            raise ValueError(f"input.clip must lie between 1 and 100, not {self.clip}")


@dataclass(frozen=True)
class FindingSpec:
    """How the network's answers on slices become findings."""

    smooth_mm: float = 0.0
    """A slice's log-odds and map are means over its neighbours, weighted by a Gaussian of this
    standard deviation along the normal; 0: each slice for itself."""
    peak_level: float = 0.5
    """A second place in a flagged slice counts only when its CAM (0 to 1) reaches this."""
    place_slope: float = 1.0
    """How much lower the log-odds of HCC would be if a slice held a place alone, for each log-odds
    by which its cell lies below the slice's highest. Pooling by log-sum-exp gives 1 before it is
    calibrated, and the calibration's slope after it."""
    link_mm: float = 12.0
    """Peaks of neighbouring slices within this distance in the plane belong together."""
    bridge_mm: float = 5.0
    """Unflagged slices are bridged up to this distance along the normal."""

    def __post_init__(self) -> None:
        for name in ("smooth_mm", "peak_level", "place_slope", "link_mm", "bridge_mm"):
            if not 0 <= getattr(self, name) <= 1000:
                raise ValueError(f"findings.{name} must lie between 0 and 1000")


@dataclass(frozen=True)
class SecondLookSpec:
    """How the places that the network names are looked at again; see `second_look.py`."""

    size_px: int = 40
    """Side of the patch around a place that the second network sees, in network pixels."""
    offsets_mm: tuple[float, ...] = (-10.0, -7.5, -5.0, -2.5, 0.0, 2.5, 5.0, 7.5, 10.0)
    """Distances of the patch's slices from the place, along the normal, foot to head."""
    shifts_mm: tuple[float, ...] = (0.0,)
    """A place is judged at each of these distances along the normal from its slice, and its
    log-odds are the mean: what is seen once more from half a slice off is surer."""
    floor: float = 0.01
    """Places that would give a slice less than this probability by themselves are left alone."""
    first_weight: float = 0.0
    """In the end a place has the log-odds first_weight * the first network's + second_weight * the
    second's + intercept: their calibration."""
    second_weight: float = 1.0
    intercept: float = 0.0

    def __post_init__(self) -> None:
        if not 8 <= self.size_px <= 128:
            raise ValueError(f"second_look.size_px must lie between 8 and 128, not {self.size_px}")
        if not 1 <= len(self.offsets_mm) <= 15:
            raise ValueError("second_look.offsets_mm must hold 1 to 15 distances")
        if not all(abs(offset) <= 200 for offset in self.offsets_mm):
            raise ValueError("second_look.offsets_mm must hold distances of at most 200")
        if not 1 <= len(self.shifts_mm) <= 9:
            raise ValueError("second_look.shifts_mm must hold 1 to 9 distances")
        if not all(abs(shift) <= 50 for shift in self.shifts_mm):
            raise ValueError("second_look.shifts_mm must hold distances of at most 50")
        if not 0 < self.floor < 1:
            raise ValueError(f"second_look.floor must lie between 0 and 1, not {self.floor}")
        if not (0 <= self.first_weight <= 100 and 0 <= self.second_weight <= 100):
            raise ValueError("second_look: the weights must lie between 0 and 100")
        if not abs(self.intercept) <= 100:
            raise ValueError("second_look.intercept must lie between -100 and 100")


@dataclass(frozen=True)
class OperatingPoint:
    """A named threshold with what was measured there on the tuning patients."""

    name: str
    """`high-sensitivity`, `balanced` or `high-specificity` in the bundled model."""
    threshold: float
    sensitivity: float
    """Of slices."""
    specificity: float
    """Of slices."""
    false_findings_per_patient: float

    def __post_init__(self) -> None:
        for name in ("threshold", "sensitivity", "specificity"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"operating_points.{name} must lie between 0 and 1")


@dataclass(frozen=True)
class CurvePoint:
    """One point of the operating curve that the tuning patients gave."""

    threshold: float
    sensitivity: float
    specificity: float
    false_findings_per_patient: float


@dataclass(frozen=True)
class ModelCard:
    """All of `<name>.toml`."""

    name: str
    version: str
    sha256: str
    """Of the ONNX file, 64 hexadecimal digits."""
    trained_on: str
    """Shown on every view and export, for example `simulated images only; not validated on
    patients`."""
    description: str
    input: InputSpec
    findings: FindingSpec
    class_names: tuple[str, ...]
    threshold: float
    """The default: that of the operating point `balanced`."""
    operating_points: tuple[OperatingPoint, ...]
    operating_curve: tuple[CurvePoint, ...] = ()
    second_look: SecondLookSpec | None = None
    """Of the second network that the model file carries; None: it carries none."""
    metrics: dict[str, Any] = field(default_factory=dict)
    """Figures of the evaluation, by name, with the name of the data they were measured on."""
    data: dict[str, Any] = field(default_factory=dict)
    """Which cases went in: source, licence, counts, seeds, hashes."""
    training: dict[str, Any] = field(default_factory=dict)
    """The configuration and software of the training run."""

    def __post_init__(self) -> None:
        if len(self.class_names) != 2:
            raise ValueError("class_names must name two classes, the second being HCC")
        if not 0 <= self.threshold <= 1:
            raise ValueError(f"threshold must lie between 0 and 1, not {self.threshold}")
        if len(self.sha256) != 64:
            raise ValueError("sha256 must have 64 hexadecimal digits")

    def operating_point(self, name: str) -> OperatingPoint:
        """The operating point of this name.

        Raises:
            UsageError: There is none; the sentence lists the names there are.
        """
        for point in self.operating_points:
            if point.name == name:
                return point
        known = ", ".join(point.name for point in self.operating_points) or "none"
        raise UsageError(f"The model {self.name} has no operating point '{name}'; it has: {known}.")


def card_path(model_path: Path) -> Path:
    """Where the card of a model file lies."""
    return model_path.with_suffix(".toml")


def read_card(path: Path) -> ModelCard:
    """Read and check a card.

    Raises:
        ModelFileError: It is missing, no TOML, or a key is missing, unknown or wrong.
    """
    try:
        record = read_toml(path)
    except FileNotFoundError as error:
        raise ModelFileError(
            f"The model card {path} is missing; a model file is only used with its card."
        ) from error
    except (OSError, ValueError) as error:
        raise ModelFileError(f"The model card {path} cannot be read: {error}.") from error
    try:
        return card_from_record(record)
    except (TypeError, ValueError) as error:
        raise ModelFileError(f"The model card {path} is refused: {error}.") from error


def card_from_record(record: dict[str, Any]) -> ModelCard:
    """Build a card from what a TOML file holds.

    Raises:
        ValueError: A key is missing, unknown or wrong; the text names it.
    """
    record = dict(record)
    if "reach_cells" in record.get("second_look", {}):
        raise ValueError(
            "its second look was made by version 0.8 or earlier of the training; train the model "
            "again, or adapt it from the bundled one"
        )
    if record.pop("format", None) != CARD_FORMAT:
        raise ValueError(f"format must be '{CARD_FORMAT}'")
    if record.pop("version_of_format", None) != CARD_VERSION:
        raise ValueError(f"version_of_format must be {CARD_VERSION}")
    return build_record(ModelCard, record)
