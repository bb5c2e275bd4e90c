"""What the second network learns from: patches around HCC, and around what is taken for it.

HCC of the patients and HCC that are drawn into their livers on the spot (see `drawing`), in equal
numbers; against them the places that the first network names where there is none, and vessels,
cysts and gallbladders that are drawn. Each patch is turned, mirrored and varied as it likes: in so
small a part of a body no direction is another's better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import keras
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from hcc_viewer.detection.log_odds import logistic
from hcc_viewer.training.augment import augment_image, draw_augmentation
from hcc_viewer.training.config import AugmentConfig, TrainingConfig
from hcc_viewer.training.dataset import DRAW, USUAL_FIELD_MM
from hcc_viewer.training.drawing import draw_into
from hcc_viewer.training.examples import TISSUE_GROUPS, TISSUE_SCALE, Example
from hcc_viewer.training.sampling import Place
from hcc_viewer.training.second_look.places import HCC_SHARE, PlaceSet

FloatArray = NDArray[np.float32]

DRAWN_HCC = 0.5
"""Of the patches of HCC, those whose HCC is drawn."""

BESIDE_VESSEL = 0.4
"""Of drawn HCC, those whose middle lies within NEAR_VESSEL_PX of a vessel: what is dark there is
most easily taken for one, and missed."""

NEAR_VESSEL_PX = 4
"""Of the tissue map; about 10 mm."""

NEGATIVE_SHARES = {"place": 0.75, "vessel": 0.14, "cyst": 0.04, "gallbladder": 0.03, "liver": 0.04}
"""Of the other patches: around places that the first network names, around what is drawn into the
liver, and anywhere in the liver."""

BESIDE_HCC = 0.3
"""Weight of a structure that is none in a slice and HCC in one above or below."""

OFF_PX = {"hcc": 2.0, "place": 1.0, "drawn": 2.5}
"""How far from the middle of a patch the place may lie: half a cell of the map or so."""

MARGIN = 2.4
"""Sides of a patch that are cut out before it is turned and stretched."""

LEAST_AREA_MM2 = 8.0
"""A slice with less HCC than this shows too little of it to teach."""

LEAST_PIXELS = 5
"""Of an HCC in a slice; and at least a tenth of what it has in its largest."""

LIVER_PIXELS = 200
"""Of the tissue map; a slice with less liver is not drawn into."""

AUGMENTATION = AugmentConfig(
    rotation_deg=180.0,
    shift_px=1.0,
    zoom=(0.85, 1.2),
    gamma=0.3,
    gain=0.2,
    shading=0.15,
    noise=0.08,
    blur_px=0.8,
    flip_z=True,
    mirrored=0.5,
)


@dataclass(frozen=True)
class _Draw:
    """A patch to be made: its place, and what is drawn how far from it."""

    place: Place
    kind: str = ""
    off: tuple[float, float] = (0.0, 0.0)


class PatchSampler:
    """Draws patches from patients; one counts by the root of what it has to show."""

    def __init__(
        self, examples: Sequence[Example], sets: Sequence[PlaceSet], config: TrainingConfig
    ) -> None:
        """Sort the places of all patients.

        Args:
            examples: The patients.
            sets: The places of each.
            config: `input` and `second_look`.

        Raises:
            ValueError: There are no HCC, or no places of anything else.
        """
        self._examples = examples
        self._config = config
        self._pixel_mm = (config.input.field_mm or USUAL_FIELD_MM) / config.input.size
        pairs = list(enumerate(zip(examples, sets, strict=True)))
        self._others = [
            _Structures(number, places) for number, (_, places) in pairs if (~places.is_hcc).any()
        ]
        self._lesions = [
            (number, voxels) for number, (one, _) in pairs for voxels in _lesions_of(one)
        ]
        self._livers = [
            (number, slices) for number, (one, _) in pairs if len(slices := _liver_slices(one))
        ]
        if not self._others or not self._lesions:
            raise ValueError("The patients give no places both of HCC and of something else.")
        numbers = np.array([number for number, _ in self._lesions])
        self._lesion_weights = _shares(1 / np.sqrt(np.bincount(numbers)[numbers]))
        self._other_weights = _shares(np.sqrt([len(one.weights) for one in self._others]))

    def draw(self, generator: np.random.Generator, *, is_hcc: bool) -> FloatArray:
        """(size, size, offset) one patch of HCC, or of something else."""
        while True:
            choose = self._choose_hcc if is_hcc else self._choose_other
            patch = self._make(choose(generator), generator)
            if patch is not None:
                return patch

    def _choose_hcc(self, generator: np.random.Generator) -> _Draw:
        if self._livers and generator.random() < DRAWN_HCC:
            return self._choose_drawn("hcc", generator)
        number, voxels = self._lesions[
            int(generator.choice(len(self._lesions), p=self._lesion_weights))
        ]
        index = int(voxels[generator.integers(len(voxels)), 0])
        pixels = voxels[voxels[:, 0] == index, 1:].astype(float)
        middle = generator.random() < 0.5
        point = pixels.mean(axis=0) if middle else pixels[generator.integers(len(pixels))]
        return _Draw(_near(number, index, point, OFF_PX["hcc"], generator))

    def _choose_other(self, generator: np.random.Generator) -> _Draw:
        kind = str(generator.choice(list(NEGATIVE_SHARES), p=list(NEGATIVE_SHARES.values())))
        if kind != "place" and self._livers:
            return self._choose_drawn(kind, generator)
        chosen = int(generator.choice(len(self._others), p=self._other_weights))
        return _Draw(self._others[chosen].draw(generator))

    def _choose_drawn(self, kind: str, generator: np.random.Generator) -> _Draw:
        """Somewhere in the liver of a slice without HCC."""
        number, slices = self._livers[int(generator.integers(len(self._livers)))]
        index = int(generator.choice(slices))
        tissues = self._examples[number].tissues[index]
        liver = tissues == _LIVER
        if kind == "hcc" and generator.random() < BESIDE_VESSEL:
            beside = liver & (cv2.dilate((tissues == _BLOOD).view(np.uint8), _NEAR) > 0)
            liver = beside if beside.any() else liver
        pixels = np.flatnonzero(liver)
        row, column = divmod(int(pixels[generator.integers(len(pixels))]), tissues.shape[1])
        row, column = row * TISSUE_SCALE, column * TISSUE_SCALE
        off = generator.uniform(-OFF_PX["drawn"], OFF_PX["drawn"], 2)
        place = Place(number, index, float(row), float(column))
        return _Draw(place, "" if kind == "liver" else kind, (float(off[0]), float(off[1])))

    def _make(self, draw: _Draw, generator: np.random.Generator) -> FloatArray | None:
        """The patch; None: what was to be drawn found no liver."""
        example, place = _cut_out(self._examples[draw.place.example], draw.place, self._width)
        spec = self._config.second_look
        middle = (place.row, place.column)
        augmentation = draw_augmentation(AUGMENTATION, spec.size_px, generator, middle)
        offsets = tuple(offset * augmentation.interval for offset in spec.offsets_mm)
        stored = example.stored(place.index, offsets)
        if draw.kind:
            stored, tissues = stored.copy(), example.tissues[place.index].copy()
            at = replace(place, row=place.row + draw.off[0], column=place.column + draw.off[1])
            drawing = DRAW[draw.kind](generator)
            mask = draw_into(stored, tissues, example, at, offsets, self._pixel_mm, drawing)
            if not mask.any():
                return None
        return augment_image(stored, augmentation, example.clip, spec.size_px)

    @property
    def _width(self) -> int:
        return round(self._config.second_look.size_px * MARGIN / TISSUE_SCALE) * TISSUE_SCALE


class PatchBatches(keras.utils.PyDataset):  # type: ignore[misc] # Keras is untyped
    """Batches of patches, half of them HCC, drawn anew for each epoch."""

    def __init__(
        self, sampler: PatchSampler, config: TrainingConfig, cycle: int, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._sampler = sampler
        self._config = config.judge
        self._cycle = cycle
        self._epoch = 0

    def __len__(self) -> int:
        return self._config.steps_per_epoch

    def __getitem__(self, step: int) -> tuple[FloatArray, FloatArray]:
        seeds = [self._config.seed, self._cycle, self._epoch, step]
        generator = np.random.default_rng(seeds)
        truth = np.arange(self._config.batch_size) % 2 == 1
        patches = [self._sampler.draw(generator, is_hcc=bool(one)) for one in truth]
        return np.stack(patches), truth.astype(np.float32)[:, None]

    def set_epoch(self, epoch: int) -> None:
        """Draw the patches of this epoch, counted from 0."""
        self._epoch = epoch


class _Structures:
    """What the first network takes for HCC in a patient, and is none."""

    def __init__(self, number: int, places: PlaceSet) -> None:
        self._number = number
        self._places = places
        others = np.flatnonzero(~places.is_hcc)
        numbers = places.structure[others]
        self._indices = [others[numbers == one] for one in np.unique(numbers)]
        highest = np.array([places.odds[indices].max() for indices in self._indices])
        beside = np.isin(np.unique(numbers), places.structure[places.is_hcc])
        # What would hardly ever be flagged needs little judging.
        self.weights = _shares(np.sqrt(logistic(highest)) * np.where(beside, BESIDE_HCC, 1.0))

    def draw(self, generator: np.random.Generator) -> Place:
        """A place on one of them."""
        indices = self._indices[int(generator.choice(len(self.weights), p=self.weights))]
        at = int(generator.choice(indices))
        index, point = int(self._places.index[at]), self._places.points[at]
        return _near(self._number, index, point, OFF_PX["place"], generator)


def _near(
    number: int,
    index: int,
    point: NDArray[np.float64],
    reach: float,
    generator: np.random.Generator,
) -> Place:
    row, column = (point + generator.uniform(-reach, reach, 2)).tolist()
    return Place(number, index, row, column)


def _cut_out(example: Example, place: Place, width: int) -> tuple[Example, Place]:
    """The part of an example around a place, of at most `width` pixels, and the place in it."""
    size = example.slices.shape[1]
    width = min(width, size)
    first = [
        int(np.clip(round(at - width / 2), 0, size - width)) // TISSUE_SCALE * TISSUE_SCALE
        for at in (place.row, place.column)
    ]
    box = (slice(None), *(slice(at, at + width) for at in first))
    small = (
        slice(None),
        *(slice(at // TISSUE_SCALE, (at + width) // TISSUE_SCALE) for at in first),
    )
    part = replace(
        example,
        slices=example.slices[box],
        hcc=example.hcc[box],
        tissues=example.tissues[small],
    )
    return part, replace(place, row=place.row - first[0], column=place.column - first[1])


def _lesions_of(example: Example) -> list[NDArray[np.int16]]:
    """Of each HCC the voxels (slice, row, column) in the slices that show enough of it."""
    known = np.isfinite(example.hcc_area_mm2) & (example.hcc_area_mm2 >= LEAST_AREA_MM2)
    if not known.any():
        return []
    first, last = np.flatnonzero(known)[[0, -1]]
    regions, _ = ndimage.label(example.hcc[first : last + 1] > HCC_SHARE)
    lesions = []
    for number, box in enumerate(ndimage.find_objects(regions), start=1):
        voxels = np.argwhere(regions[box] == number) + [part.start for part in box]
        voxels[:, 0] += first
        counts = np.bincount(voxels[:, 0])
        shown = counts[voxels[:, 0]] >= max(LEAST_PIXELS, 0.1 * counts.max())
        if shown.any():
            lesions.append(voxels[shown].astype(np.int16))
    return lesions


def _liver_slices(example: Example) -> NDArray[np.intp]:
    """Those that show liver and no HCC."""
    liver = (example.tissues == _LIVER).sum(axis=(1, 2)) > LIVER_PIXELS
    return np.flatnonzero(liver & (example.hcc_area_mm2 == 0))


def _shares(weights: Any) -> NDArray[np.float64]:
    weights = np.asarray(weights, float)
    return np.asarray(weights / weights.sum())


_LIVER, _BLOOD = ([name for name, _ in TISSUE_GROUPS].index(group) for group in ("liver", "blood"))

_NEAR = np.ones((2 * NEAR_VESSEL_PX + 1, 2 * NEAR_VESSEL_PX + 1), np.uint8)
