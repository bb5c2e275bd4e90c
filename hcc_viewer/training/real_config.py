"""What a training run begins from, and what it does with real cases."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RealConfig:
    """The table `[real]` of a training configuration.

    The first two settings hold for every run, the others for those with `--cases`.
    """

    start_from: str = ""
    """Model file whose weights the run begins with: `bundled`, or a path; empty: from nothing. The
    network and input are then those of that file, whatever the configuration says."""
    freeze_normalisation: bool = True
    """In a run that begins from a model file, batch normalisation stays as it is."""
    with_simulated: bool = False
    """Train on the simulated patients of `[cases]` too."""
    implants: int = 0
    """Copies of each training case in which a lesion of another is implanted."""
    train_patients: int = 0
    """Use so many patients of the training part, for learning curves; 0: all."""
    only_hepatobiliary: bool = True
    """Leave out cases of other phases, where lesions look different."""
    for_sharing: bool = False
    """The model is to be given away: refuse data sets whose licence forbids it."""

    def __post_init__(self) -> None:
        for name in ("implants", "train_patients"):
            if getattr(self, name) < 0:
                raise ValueError(f"real.{name} must not be negative")
