"""What may be set about simulated cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hcc_viewer.training.phantom.occurrence import OCCURRENCES

VENDORS = ("Philips", "Siemens", "GE")
FIELD_STRENGTHS_T = (1.5, 3.0)

FIRST_DEMO_SEED = 900_000
"""Seeds from here on are for demonstration; training never uses them."""


@dataclass(frozen=True)
class PhantomConfig:
    """Which patients and scanners are drawn."""

    without_hcc: float = 0.3
    """Share of patients without HCC."""
    vendor_weights: Mapping[str, float] = field(
        default_factory=lambda: {"Philips": 0.5, "Siemens": 0.3, "GE": 0.2}
    )
    field_weights: Mapping[str, float] = field(default_factory=lambda: {"1.5": 0.6, "3.0": 0.4})
    anatomy: str = "procedural"
    """`procedural`, or the folder of real cases."""
    real_share: float = 1.0
    """With a folder: the share of patients drawn from its cases; the others are procedural."""
    only_cases: tuple[str, ...] = ()
    """With a folder: the cases used, by name; empty: all but `without_cases`."""
    without_cases: tuple[str, ...] = ()
    """With a folder: cases that are left out, by name."""
    occurrence: str = "raised"
    """How many HCC and mimics of which sizes: `raised`, to learn from them, or `natural`."""
    cirrhotic: float = 0.6
    """Share of cirrhotic patients, where the anatomy does not decide."""
    with_pair: bool = False
    """Also make the image of the same patient and noise without HCC."""
    anatomy_spacing_mm: tuple[float, float, float] = (2.0, 1.4, 1.4)
    """Grid on which the patient is drawn: slices, rows, columns."""
    required: tuple[str, ...] = ()
    """Kinds of mimic that every patient has at least once."""
    contrast_shift: float = 0.0
    """Added to every HCC's contrast over the liver: above 0 is harder."""
    tissue_jitter: float = 0.25
    """How far each tissue's signal may lie from what physics says: times 1 +- this."""
    odd_share: float = 0.0
    """Share of patients drawn beyond physics, for a network that must not rely on our numbers:
    tissue signals twice as far off, any texture from none to coarse, now and then bright fat."""
    max_matrix: int = 400
    """Most rows and columns of an image."""

    def __post_init__(self) -> None:
        for key in ("without_hcc", "cirrhotic", "real_share", "odd_share"):
            value = getattr(self, key)
            if not 0 <= value <= 1:
                raise ValueError(f"{key} must lie between 0 and 1, not {value}.")
        if self.occurrence not in OCCURRENCES:
            raise ValueError(
                f"occurrence must be one of {', '.join(OCCURRENCES)}, not {self.occurrence!r}."
            )
        _check_weights("vendor_weights", self.vendor_weights, VENDORS)
        names = tuple(str(field_t) for field_t in FIELD_STRENGTHS_T)
        _check_weights("field_weights", self.field_weights, names)
        if min(self.anatomy_spacing_mm) <= 0:
            raise ValueError(f"anatomy_spacing_mm must be positive, not {self.anatomy_spacing_mm}.")
        if not 0 <= self.tissue_jitter <= 0.45:
            raise ValueError(
                f"tissue_jitter must lie between 0 and 0.45, not {self.tissue_jitter}."
            )
        if not -0.3 <= self.contrast_shift <= 0.3:
            raise ValueError(f"contrast_shift must lie within 0.3 of 0, not {self.contrast_shift}.")
        if self.max_matrix < 64:
            raise ValueError(f"max_matrix must be at least 64, not {self.max_matrix}.")


def _check_weights(key: str, weights: Mapping[str, float], known: tuple[str, ...]) -> None:
    unknown = set(weights) - set(known)
    if unknown:
        raise ValueError(f"{key} names {sorted(unknown)}; known are {', '.join(known)}.")
    if min(weights.values(), default=0) < 0 or sum(weights.values()) <= 0:
        raise ValueError(f"{key} must be at least 0 and not all 0, not {dict(weights)}.")
