"""Which variants are compared, and at what scale."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path

from hcc_viewer.errors import UsageError
from hcc_viewer.records import build_record
from hcc_viewer.training.phantom.config import PhantomConfig

ACTIVATIONS = ("relu", "leaky-relu", "prelu", "elu")
OPTIMISERS = ("adam", "adagrad", "rmsprop", "sgd")
BACKBONES = ("paper", "resnet50", "alexnet", "vgg16", "inception-resnet-v2")


@dataclass(frozen=True)
class Variant:
    """One line of a table: the paper's network with one thing changed."""

    table: str
    """`table 1`, `figure 1`, ..."""
    name: str
    """What the table calls it."""
    normalised: bool = True
    """Batch normalisation after each convolution."""
    dropout: float = 0.0
    """After each stage."""
    activation: str = "relu"
    optimiser: str = "adam"
    kernel_size: int = 2
    backbone: str = "paper"

    def __post_init__(self) -> None:
        for name, known in (
            ("activation", ACTIVATIONS),
            ("optimiser", OPTIMISERS),
            ("backbone", BACKBONES),
        ):
            if getattr(self, name) not in known:
                raise ValueError(f"variants.{name} must be one of {', '.join(known)}")
        if not 0 <= self.dropout < 1:
            raise ValueError("variants.dropout must be at least 0 and below 1")
        if not 2 <= self.kernel_size <= 7:
            raise ValueError("variants.kernel_size must lie between 2 and 7")

    @property
    def key(self) -> str:
        """A file's name."""
        text = f"{self.table}-{self.name}".lower()
        return "".join(c if c.isalnum() else "-" for c in text)


@dataclass(frozen=True)
class Budget:
    """What a table may spend on each fit, where that is less than the others may."""

    epochs: int
    slices_per_epoch: int
    seeds: tuple[int, ...] = ()
    """Empty: those of the rest."""


@dataclass(frozen=True)
class Scale:
    """How much is spent on each variant; stated beside every result."""

    size: int = 320
    """Rows and columns of the network's input."""
    widths: tuple[int, ...] = (16, 32, 64, 128, 256)
    train_patients: int = 160
    tune_patients: int = 30
    epochs: int = 60
    budgets: Mapping[str, Budget] = field(default_factory=dict)
    """Table to what its fits may spend, for networks that are too large for the rest."""
    slices_per_epoch: int = 1664
    batch_size: int = 128
    learning_rate: float = 1e-3
    positive_area_mm2: float = 15.0
    """A slice is positive with this much HCC; those with less, but some, are left out."""
    patience: int = 20
    validation_slices: int = 40
    """Of each tuning patient."""
    seeds: tuple[int, ...] = (0,)
    """Each variant is fitted once with each."""
    first_patient: int = 500_000
    """Seed of the first simulated patient; not those of the bundled model."""
    phantom: PhantomConfig = field(default_factory=PhantomConfig)

    def of(self, variant: Variant) -> Scale:
        """The scale of one variant's fit."""
        budget = self.budgets.get(variant.table, Budget(self.epochs, self.slices_per_epoch))
        return replace(
            self,
            epochs=budget.epochs,
            slices_per_epoch=budget.slices_per_epoch,
            seeds=budget.seeds or self.seeds,
        )


@dataclass(frozen=True)
class ExperimentsConfig:
    """All of a file of experiments."""

    name: str
    note: str = ""
    """What a reader of the results must know of the scale: why it is so."""
    scale: Scale = field(default_factory=Scale)
    variants: tuple[Variant, ...] = ()

    def __post_init__(self) -> None:
        keys = [variant.key for variant in self.variants]
        if len(set(keys)) != len(keys):
            raise ValueError("two variants of a table have the same name")


def load_experiments(name: str) -> ExperimentsConfig:
    """A file of experiments, or one of the package's own by its name.

    The variants are those of the file, or of `paper` where it has none.

    Raises:
        UsageError: There is none, or a key is unknown or wrong; the sentence names it.
    """
    folder = files("hcc_viewer.training") / "configs" / "experiments"
    own = folder / f"{name}.toml"
    try:
        text = own.read_text() if own.is_file() else Path(name).read_text(encoding="utf-8")
        table = tomllib.loads(text)
        if "variants" not in table:
            table["variants"] = tomllib.loads((folder / "paper.toml").read_text())["variants"]
        return build_record(ExperimentsConfig, table)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"The experiments '{name}' cannot be read: {error}.") from error
    except ValueError as error:
        raise UsageError(f"The experiments '{name}' are refused: {error}.") from error
