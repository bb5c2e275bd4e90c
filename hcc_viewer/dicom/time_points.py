"""Tells the time points of a series apart when several images lie at each place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.dicom.headers import ImageHeader
from hcc_viewer.dicom.placing import SAME_PLACE_MM, distance_mm
from hcc_viewer.errors import Notice

MAX_TIME_POINTS = 60
"""A series with more (a film, a functional study) stays whole: no one wants so many stacks."""

Key = Callable[[ImageHeader], float | None]

TIME_KEYS: tuple[Key, ...] = (
    lambda image: image.temporal_position,
    lambda image: image.trigger_time_ms,
    lambda image: image.acquisition_time_s,
    lambda image: image.content_time_s,
    lambda image: image.acquisition_number,
    lambda image: None if image.instance_number is None else float(image.instance_number),
)
"""Tried in turn; the image number last, since some vendors number at random."""


@dataclass(frozen=True)
class TimePart:
    """The images of one time point, not in order yet."""

    images: list[ImageHeader]
    notices: tuple[Notice, ...] = ()


def split_by_time(images: list[ImageHeader]) -> list[TimePart]:
    """One part for each time point, the earliest first; a single part when no place repeats."""
    places = _places(images)
    if places is None:
        return [TimePart(images)]
    counts = np.bincount(places)
    most = int(counts.max())
    if most == 1:
        return [TimePart(images)]
    if len(counts) == 1 or most > MAX_TIME_POINTS:
        return [TimePart(images, (_film_notice(most),))]
    if (counts == most).all():
        for key in TIME_KEYS:
            blocks = _equal_blocks(images, places, key, most)
            if blocks is not None:
                return [TimePart(block) for block in blocks]
    return _uneven_parts(images, places, most)


def _places(images: list[ImageHeader]) -> NDArray[np.intp] | None:
    """For each image the number of its place along the normal; None when places are unknown."""
    distances = [distance_mm(image) for image in images]
    if any(distance is None for distance in distances):
        return None
    known = np.asarray(distances, dtype=np.float64)
    order = np.argsort(known, kind="stable")
    steps = np.diff(known[order]) > SAME_PLACE_MM
    places = np.empty(len(images), dtype=np.intp)
    places[order] = np.concatenate([[0], np.cumsum(steps)])
    return places


def _equal_blocks(
    images: list[ImageHeader], places: NDArray[np.intp], key: Key, most: int
) -> list[list[ImageHeader]] | None:
    """Complete stacks that follow each other in the order of a key; None when it gives none.

    Cutting the sorted images into equal blocks serves keys that are one number for a whole stack
    and keys that grow from image to image alike. Where two blocks meet the key has to change.
    """
    stated = [key(image) for image in images]
    if any(value is None for value in stated):
        return None
    values = np.asarray(stated, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    size = len(images) // most
    blocks = order.reshape(most, size)
    if any(len(np.unique(places[block])) != size for block in blocks):
        return None
    if (values[blocks[1:, 0]] <= values[blocks[:-1, -1]]).any():
        return None
    return [[images[i] for i in block] for block in blocks]


def _uneven_parts(images: list[ImageHeader], places: NDArray[np.intp], most: int) -> list[TimePart]:
    """Time points of which some lack slices, by the first key that repeats no place in any."""
    for key in TIME_KEYS[:-1]:
        parts = _parts_of_equal_key(images, places, key)
        if parts is not None and len(parts) <= most + 1:
            return [TimePart(part) for part in parts]
    return _by_occurrence(images, places, most)


def _parts_of_equal_key(
    images: list[ImageHeader], places: NDArray[np.intp], key: Key
) -> list[list[ImageHeader]] | None:
    parts: dict[float, list[int]] = defaultdict(list)
    for index, image in enumerate(images):
        value = key(image)
        if value is None:
            return None
        parts[value].append(index)
    if any(len(set(places[part])) != len(part) for part in parts.values()):
        return None
    return [[images[i] for i in parts[value]] for value in sorted(parts)]


def _by_occurrence(
    images: list[ImageHeader], places: NDArray[np.intp], most: int
) -> list[TimePart]:
    """The first image at each place, the second, and so on: a guess, and said to be one."""
    order = sorted(range(len(images)), key=lambda i: _guess_key(images[i]))
    seen: dict[int, int] = defaultdict(int)
    parts: list[list[ImageHeader]] = [[] for _ in range(most)]
    for index in order:
        place = int(places[index])
        parts[seen[place]].append(images[index])
        seen[place] += 1
    return [TimePart(part, (_GUESSED,)) for part in parts]


def _guess_key(image: ImageHeader) -> tuple[float, float, float, str]:
    return (
        image.acquisition_time_s or 0.0,
        image.content_time_s or 0.0,
        float(image.instance_number or 0),
        image.path.name,
    )


def _film_notice(most: int) -> Notice:
    return Notice(
        "film",
        f"{most} images lie at the same place, as in a film over time; they are kept together.",
    )


_GUESSED = Notice(
    "time-points-unverified",
    "Several images lie at each place and no time in the files tells them apart cleanly. The first "
    "image at each place forms the first stack, and so on: a stack may mix time points.",
)
