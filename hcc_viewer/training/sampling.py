"""Which slices an epoch shows, and around which place: HCC, what is taken for it, and others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.training.config import FitConfig
from hcc_viewer.training.examples import (
    TISSUE_GROUPS,
    TISSUE_SCALE,
    UNKNOWN_TISSUE,
    Example,
)

NEGATIVE_PLACES = {
    "liver": 0.36,
    "mimic": 0.20,
    "blood": 0.14,
    "bile": 0.12,
    "heart": 0.05,
    "bowel": 0.06,
    "kidney": 0.05,
    "other": 0.07,
    "unknown": 0.5,
}
"""Of the negative slices, so many are shown around a place of this tissue: what is mistaken for HCC
comes more often than its share of pixels."""

MIN_PIXELS = 12
"""A tissue is in a slice with this many pixels of the tissue map (some 70 mm2 at 1.2 mm)."""

CYST_BYSTANDERS = 0.2
"""Share of cysts in what is drawn beside; the others are vessels."""

EDGE_PIXELS = 12
"""An HCC that a part is drawn for lies at least this far inside it."""


@dataclass(frozen=True)
class Place:
    """A slice of an example, and a point in it in network pixels."""

    example: int
    index: int
    row: float
    column: float


@dataclass(frozen=True)
class Drawn:
    """Something to draw into the liver."""

    kind: str
    """`hcc`, `cyst`, `gallbladder` or `vessel`."""
    place: Place


@dataclass(frozen=True)
class Shown:
    """What one item of a batch shows."""

    place: Place
    """The slice, and the middle of the part of it that is shown."""
    drawn: tuple[Drawn, ...] = ()
    """What is drawn into its liver, in this order."""


class Sampler:
    """Draws places from examples; a patient counts once however many slices or lesions it has."""

    def __init__(self, examples: Sequence[Example], config: FitConfig, area_mm2: float) -> None:
        """Sort the slices of all examples.

        Raises:
            ValueError: There is no slice without HCC.
        """
        self._examples = examples
        self._config = config
        self._positive: list[tuple[int, NDArray[np.intp]]] = []
        self._negative: dict[str, list[tuple[int, NDArray[np.intp]]]] = {}
        self._hard: list[Place] = []
        for number, example in enumerate(examples):
            self._sort(number, example, area_mm2)
        if not self._negative:
            raise ValueError("The cases hold no slice without HCC to train on.")

    def set_hard_places(self, places: Sequence[Place]) -> None:
        """Where earlier weights saw HCC without there being any."""
        self._hard = list(places)

    def draw(self, generator: np.random.Generator, crop: int) -> Shown:
        """One slice to show, the part of `crop` pixels of it, and what is drawn into it."""
        shown = self._draw_main(generator, crop)
        bystanders: list[Drawn] = []
        while generator.uniform() < self._config.drawn_bystanders and len(bystanders) < 3:
            place = self._liver_near(shown.place, generator, crop)
            if place is None:
                break
            kind = "cyst" if generator.uniform() < CYST_BYSTANDERS else "vessel"
            bystanders.append(Drawn(kind, place))
        return replace(shown, drawn=(*bystanders, *shown.drawn))

    def _draw_main(self, generator: np.random.Generator, crop: int) -> Shown:
        """One slice, with what it is shown for if that is drawn."""
        config = self._config
        if generator.uniform() < config.positive_share:
            if "liver" in self._negative and generator.uniform() < config.drawn_share:
                return self._draw_new(generator, crop, "hcc")
            if self._positive:
                return Shown(self._draw_positive(generator, crop))
        if "liver" in self._negative:
            luck = generator.uniform()
            for kind, chance in (
                ("cyst", config.drawn_cysts),
                ("vessel", config.drawn_vessels),
                ("gallbladder", config.drawn_gallbladders),
            ):
                if luck < chance:
                    return self._draw_new(generator, crop, kind)
                luck -= chance
        return Shown(self._draw_without(generator, crop))

    def _draw_new(self, generator: np.random.Generator, crop: int, drawn: str) -> Shown:
        """A place in the liver of a slice without HCC, and a part that shows it."""
        at = self._draw_in("liver", generator)
        shown = _moved(at, generator, max(crop / 2 - EDGE_PIXELS, 0))
        return Shown(shown, (Drawn(drawn, at),))

    def _draw_without(self, generator: np.random.Generator, crop: int) -> Place:
        if self._hard and generator.uniform() < self._config.hard_share:
            place = self._hard[int(generator.integers(len(self._hard)))]
            return _moved(place, generator, crop / 4)
        names = list(self._negative)
        shares = np.array([NEGATIVE_PLACES[name] for name in names])
        name = names[int(generator.choice(len(names), p=shares / shares.sum()))]
        return _moved(self._draw_in(name, generator), generator, crop / 3)

    def _sort(self, number: int, example: Example, area_mm2: float) -> None:
        positive = example.is_positive(area_mm2)
        negative = ~positive & ~example.is_uncertain(area_mm2)
        if positive.any():
            self._positive.append((number, np.flatnonzero(positive)))
        for name in NEGATIVE_PLACES:
            there = (example.tissues == _group(name)).sum(axis=(1, 2)) >= MIN_PIXELS
            if (there & negative).any():
                chosen = np.flatnonzero(there & negative)
                self._negative.setdefault(name, []).append((number, chosen))

    def _draw_positive(self, generator: np.random.Generator, crop: int) -> Place:
        number, indices = self._positive[int(generator.integers(len(self._positive)))]
        index = int(generator.choice(indices))
        rows, columns = np.nonzero(self._examples[number].hcc[index] > 127)
        if not len(rows):
            rows, columns = np.nonzero(self._examples[number].hcc[index])
        if not len(rows):
            middle = self._examples[number].hcc.shape[1] / 2
            return Place(number, index, middle, middle)
        pixel = int(generator.integers(len(rows)))
        place = Place(number, index, float(rows[pixel]), float(columns[pixel]))
        return _moved(place, generator, max(crop / 2 - EDGE_PIXELS, 0))

    def _draw_in(self, name: str, generator: np.random.Generator) -> Place:
        """A place of a tissue in a slice without HCC."""
        number, indices = self._negative[name][int(generator.integers(len(self._negative[name])))]
        index = int(generator.choice(indices))
        pixels = np.flatnonzero(self._examples[number].tissues[index] == _group(name))
        side = self._examples[number].tissues.shape[2]
        row, column = divmod(int(generator.choice(pixels)), side)
        return Place(number, index, float(row * TISSUE_SCALE), float(column * TISSUE_SCALE))

    def _liver_near(self, shown: Place, generator: np.random.Generator, crop: int) -> Place | None:
        """A place of the liver in the part that is shown; None: there is none."""
        tissues = self._examples[shown.example].tissues[shown.index]
        half = crop / 2 / TISSUE_SCALE
        first = [max(0, round(at / TISSUE_SCALE - half)) for at in (shown.row, shown.column)]
        last = [max(0, round(at / TISSUE_SCALE + half)) for at in (shown.row, shown.column)]
        part = tissues[first[0] : last[0], first[1] : last[1]]
        pixels = np.flatnonzero(part == _group("liver"))
        if not len(pixels):
            return None
        row, column = divmod(int(generator.choice(pixels)), part.shape[1])
        row, column = (row + first[0]) * TISSUE_SCALE, (column + first[1]) * TISSUE_SCALE
        return Place(shown.example, shown.index, float(row), float(column))


def _moved(place: Place, generator: np.random.Generator, reach: float) -> Place:
    """A place up to `reach` pixels away: what it was drawn for is not always in the middle."""
    row, column = generator.uniform(-reach, reach, 2)
    return Place(place.example, place.index, place.row + row, place.column + column)


def _group(name: str) -> int:
    if name == "unknown":
        return UNKNOWN_TISSUE
    return [group for group, _ in TISSUE_GROUPS].index(name)
