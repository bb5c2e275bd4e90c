"""All settings of a training run, typed, read from one TOML file; a misspelt key is refused."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from importlib.resources import files
from itertools import accumulate
from pathlib import Path
from typing import Any

from hcc_viewer.detection.model_card import FindingSpec, InputSpec, SecondLookSpec
from hcc_viewer.errors import UsageError
from hcc_viewer.records import build_record
from hcc_viewer.training.phantom.config import PhantomConfig
from hcc_viewer.training.real_config import RealConfig

POOLINGS = ("average", "log-sum-exp")
PRECISIONS = ("float32", "mixed_bfloat16", "fastest")


@dataclass(frozen=True)
class CasesConfig:
    """Which simulated patients train, tune and test the model."""

    train_patients: int = 160
    tune_patients: int = 30
    test_patients: int = 30
    tune_natural_patients: int = 0
    """Patients for tuning that are drawn as those for training but with HCC and mimics as many and
    as large as in practice (`phantom/occurrence.py`): calibration, the second look's weights and
    the thresholds are theirs. 0: all this is of the `tune_patients`, which the fit watches."""
    natural_patients: int = 0
    """Test patients more, drawn as `test_phantom` says but with HCC and mimics as many and as large
    as in practice (`phantom/occurrence.py`): for figures at natural prevalence. 0: none."""
    places_patients: int = 0
    """Patients that the network has not seen, whose places teach the second look beside those of
    the training patients; 0: there is no second look."""
    seed: int = 1
    """First seed; patient i of a part is drawn from seed + part offset + i."""
    positive_area_mm2: float = 15.0
    """A slice is positive when HCC covers at least this; with less it neither trains nor counts."""
    real_share: float = 0.4
    """With a folder of real anatomies (`--anatomy`): share of patients that are drawn from them."""
    held_out_cases: tuple[str, ...] = ()
    """Names of real anatomies that only test patients are drawn from. Where the folder has none of
    them, every fifth case by the hash of its name is held out."""
    train_phantom: PhantomConfig = field(default_factory=PhantomConfig)
    """How the patients for training and tuning are drawn."""
    test_phantom: PhantomConfig = field(default_factory=PhantomConfig)
    """How the patients for testing are drawn."""

    @property
    def tune_natural_phantom(self) -> PhantomConfig:
        """How the patients for tuning at natural prevalence are drawn.

        None looks odd, and as many are without HCC as of those for testing.
        """
        return replace(
            self.train_phantom,
            occurrence="natural",
            odd_share=0.0,
            without_hcc=self.test_phantom.without_hcc,
        )

    @property
    def natural_phantom(self) -> PhantomConfig:
        """How the patients for testing at natural prevalence are drawn."""
        return replace(self.test_phantom, occurrence="natural")


@dataclass(frozen=True)
class NetworkConfig:
    """The network's shape; see `architecture.py`."""

    widths: tuple[int, ...] = (8, 16, 32, 64, 96, 128)
    """Filters of each stage; a 2x2 maximum pooling stands between two stages."""
    convolutions: int = 2
    """Convolutions in a stage."""
    kernel_size: int = 2
    stem: int = 0
    """Filters of a first convolution of stride 2, which halves the image before the first stage:
    most of the time goes into the finest pixels; 0: none."""
    decoder_widths: tuple[int, ...] = (96, 64)
    """Filters of the stages that lead back to a finer grid; empty: the last stage is the grid."""
    pooling: str = "log-sum-exp"
    """From the map of class logits to the slice: `average` (the paper) or `log-sum-exp`."""
    sharpness: float = 2.0
    """Of log-sum-exp pooling: 0 would be the average, infinity the maximum."""
    auxiliary_tissues: bool = False
    """A second head, which is not exported, learns to tell the tissues of `dataset.py` apart."""
    second_view: bool = False
    """The exported file looks at each slice twice, the second time with head and feet exchanged,
    and answers with the mean (`two_views.py`): in twice the time it makes fewer mistakes."""
    twin: bool = False
    """The second view goes through a network of its own: no slower. It is fitted like the first
    with other random numbers, or is the first as it was after `fit.twin_epoch`."""

    def __post_init__(self) -> None:
        if self.pooling not in POOLINGS:
            raise ValueError(f"network.pooling must be one of {', '.join(POOLINGS)}")
        if not 1 <= self.kernel_size <= 7:
            raise ValueError("network.kernel_size must lie between 1 and 7")
        if len(self.decoder_widths) >= len(self.widths):
            raise ValueError("network.decoder_widths must be fewer than network.widths")
        if self.second_view and self.stride < 2:
            raise ValueError("network.second_view needs a map that is coarser than the image")
        if self.twin and not self.second_view:
            raise ValueError("network.twin needs network.second_view")

    @property
    def networks(self) -> int:
        """Of this shape, in one model file."""
        return 2 if self.twin else 1

    @property
    def stride(self) -> int:
        """Network pixels per cell of the CAM grid."""
        coarser = len(self.widths) - 1 - len(self.decoder_widths) + (1 if self.stem else 0)
        return int(2**coarser)


@dataclass(frozen=True)
class AugmentConfig:
    """What is varied in every training example, in both classes alike."""

    rotation_deg: float = 12.0
    shift_px: float = 16.0
    zoom: tuple[float, ...] = (0.85, 1.2)
    gamma: float = 0.25
    """The grey values are raised to a power of exp(+-gamma)."""
    gain: float = 0.2
    shading: float = 0.3
    """Amplitude of a smooth multiplicative field."""
    noise: float = 0.04
    """Standard deviation, where the body's bright tissue is 1."""
    blur_px: float = 0.8
    interval: float = 0.25
    """The distances of the channels are stretched by exp(+-interval)."""
    flip_z: bool = False
    """Half of the examples are shown with head and feet exchanged."""
    mirrored: float = 0.0
    """Share of the examples in which left and right are exchanged: as other anatomies do, it takes
    away what is known only from its place."""
    stretch: float = 0.0
    """Rows are stretched by exp(+-stretch) against columns."""
    tissue_gain: float = 0.0
    """Standard deviation of the logarithm of a factor on the brightness of each tissue but the
    liver and what lies in it: other scanners and simulators weight them otherwise."""
    bright_fat: float = 0.0
    """Share of the examples in which all that has no label of its own, fat above all, is brightened
    up to three-fold: fat suppression that fails."""


@dataclass(frozen=True)
class FitConfig:
    """How the weights are found."""

    epochs: int = 30
    slices_per_epoch: int = 1600
    batch_size: int = 16
    accumulation: int = 1
    """Batches whose gradients are averaged for one step: a large batch in little memory."""
    learning_rate: float = 2e-3
    schedule: str = "cosine"
    """`constant` (the paper) or `cosine`."""
    cycles: tuple[int, ...] = ()
    """Epochs of each fall of the cosine, which then starts again (warm restarts); their sum is
    `epochs`. Empty: one fall. A finished run is carried on by adding a cycle."""
    cycle_decay: float = 0.5
    """The learning rate at the start of a cycle over that of the cycle before."""
    twin_epoch: int = 0
    """Epoch, the last of a cycle, after which the network is kept as its own twin: two networks of
    one fit (snapshot ensemble; Huang et al., ICLR 2017). 0: a twin is fitted anew."""
    crop: int = 0
    """Side in network pixels of the part of a slice that is shown: the network is convolutional, so
    what it learns on parts holds for the whole, at a fraction of the time; 0: whole slices."""
    whole_epochs: int = 0
    """The last epochs of each cycle show whole slices all the same: batch normalisation and pooling
    settle."""
    positive_share: float = 0.5
    """Of the slices of an epoch; the rest are negative, most of them from the liver's range."""
    hard_share: float = 0.0
    """Of the negative slices, those drawn from where earlier weights saw HCC without there being
    any (hard-negative mining); 0: none."""
    drawn_share: float = 0.0
    """Of the positive slices, those whose HCC is drawn on the spot into liver without any
    (`online_lesions.py`): each is seen once only."""
    drawn_cysts: float = 0.0
    """Of the negative slices, those with a cyst drawn in the same way."""
    drawn_vessels: float = 0.0
    """Of the negative slices, those with a vessel drawn in the same way: round like an HCC where it
    crosses the slice, and as dark, but it goes on through the neighbours."""
    drawn_gallbladders: float = 0.0
    """Of the negative slices, those with a gallbladder drawn in the same way."""
    drawn_bystanders: float = 0.0
    """Chance that a vessel or a cyst is drawn beside what a slice is shown for, positive and
    negative ones alike, and after it, at the same chance, another, up to three."""
    sharpness: float = 0.0
    """Of log-sum-exp pooling while fitting; 0: the network's own, which the file has in any case.
    No weight depends on it; a sharper one teaches the strongest places only."""
    slice_weight: float = 1.0
    """Of the cross-entropy of the slice's class."""
    map_weight: float = 1.0
    """Of the cross-entropy of the CAM against the lesion mask; 0: slice labels only."""
    auxiliary_weight: float = 0.5
    precision: str = "float32"
    """Of the arithmetic: `float32`, `mixed_bfloat16`, or `fastest`: `mixed_bfloat16` on a processor
    that is made for it (`precision.py`), else `float32`. Weights are kept in float32 either way."""
    keep: str = "last"
    """Weights that are kept: those of the `last` epoch, or of the `best` one on the tuning patients
    (a constant learning rate always keeps the best)."""
    patience: int = 20
    """Epochs without a better validation before it ends, where the best epoch is kept; a cosine
    whose last epoch is kept is always gone down to its end."""
    seed: int = 0

    def __post_init__(self) -> None:
        if self.schedule not in ("constant", "cosine"):
            raise ValueError("fit.schedule must be 'constant' or 'cosine'")
        if self.keep not in ("last", "best"):
            raise ValueError("fit.keep must be 'last' or 'best'")
        if self.precision not in PRECISIONS:
            raise ValueError(f"fit.precision must be one of {', '.join(PRECISIONS)}")
        if self.cycles and sum(self.cycles) != self.epochs:
            raise ValueError("fit.cycles must add up to fit.epochs")
        if self.twin_epoch and self.twin_epoch not in self.cycle_ends[:-1]:
            raise ValueError(
                "fit.twin_epoch must be the last epoch of a cycle that another follows"
            )
        if self.accumulation < 1:
            raise ValueError("fit.accumulation must be at least 1")
        for name in (
            *("positive_share", "hard_share", "drawn_share"),
            *("drawn_cysts", "drawn_vessels", "drawn_gallbladders", "drawn_bystanders"),
        ):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"fit.{name} must lie between 0 and 1")

    @property
    def cycle_ends(self) -> tuple[int, ...]:
        """The last epoch of each cycle, counted from 1."""
        return tuple(accumulate(self.cycles or (self.epochs,)))


@dataclass(frozen=True)
class JudgeConfig:
    """How the second look's network is made and fitted; see `second_look`."""

    widths: tuple[int, ...] = (32, 64, 96, 128)
    """Filters of its stages: two convolutions in each but the last, maximum pooling between."""
    dropout: float = 0.3
    cycles: tuple[int, ...] = (40,)
    """Epochs of each fall of the cosine, which then starts again."""
    cycle_decay: float = 0.75
    """Each cycle starts with this share of the learning rate that the one before started with."""
    steps_per_epoch: int = 100
    batch_size: int = 128
    learning_rate: float = 2e-3
    seed: int = 0

    def __post_init__(self) -> None:
        if len(self.widths) < 2 or min(self.widths) < 1:
            raise ValueError("judge.widths must name at least two stages")
        if not self.cycles or min(self.cycles) < 1:
            raise ValueError("judge.cycles must hold numbers of epochs")


@dataclass(frozen=True)
class TrainingConfig:
    """One training run, whole."""

    name: str
    version: str
    description: str
    trained_on: str = "simulated images only; not validated on patients"
    cases: CasesConfig = field(default_factory=CasesConfig)
    input: InputSpec = field(default_factory=InputSpec)
    findings: FindingSpec = field(default_factory=FindingSpec)
    second_look: SecondLookSpec = field(default_factory=SecondLookSpec)
    judge: JudgeConfig = field(default_factory=JudgeConfig)
    network: NetworkConfig = field(default_factory=NetworkConfig)
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    fit: FitConfig = field(default_factory=FitConfig)
    real: RealConfig = field(default_factory=RealConfig)

    def __post_init__(self) -> None:
        if not is_file_name(self.name):
            raise ValueError("name must be that of a file, without slashes and '..'")
        offsets = self.input.offsets_mm
        if self.network.second_view and offsets != tuple(-offset for offset in reversed(offsets)):
            raise ValueError(
                "network.second_view needs input.offsets_mm that are the same both ways"
            )


def is_file_name(name: str) -> bool:
    """Whether a model's name can be that of its file, in the folder that was asked for."""
    return bool(name.strip()) and not any(part in name for part in ("/", "\\", ".."))


def load_config(name: str) -> TrainingConfig:
    """The configuration of a TOML file, or one of the package's own by its name.

    Raises:
        UsageError: There is none, or a key is unknown or wrong; the sentence names it.
    """
    own = files("hcc_viewer.training") / "configs" / f"{name}.toml"
    path = Path(name)
    try:
        text = own.read_text() if own.is_file() else path.read_text(encoding="utf-8")
        record = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(
            f"The training configuration '{name}' cannot be read ({error}); the package's own are: "
            f"{', '.join(own_configs())}."
        ) from error
    try:
        return build_record(TrainingConfig, record)
    except (TypeError, ValueError) as error:
        raise UsageError(f"The training configuration '{name}' is refused: {error}.") from error


def as_config(table: dict[str, Any]) -> TrainingConfig | None:
    """The configuration that a run wrote down, with settings that came later at their defaults.

    None: it has settings that are no more, or values that are refused now.
    """
    try:
        return build_record(TrainingConfig, table)
    except (TypeError, ValueError):
        return None


def own_configs() -> list[str]:
    """Names of the configurations that the package carries."""
    folder = files("hcc_viewer.training") / "configs"
    return sorted(entry.name[:-5] for entry in folder.iterdir() if entry.name.endswith(".toml"))
