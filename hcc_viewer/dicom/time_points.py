"""Tells the time points of a series apart when several images lie at each place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.dicom.clock import DAY_S, past_midnight
from hcc_viewer.dicom.headers import ImageHeader
from hcc_viewer.dicom.place_notices import SAME_PLACE_MM
from hcc_viewer.dicom.placing import distance_mm, is_grid, is_regular
from hcc_viewer.errors import Notice
from hcc_viewer.phrases import Phrase, counted

MAX_TIME_POINTS = 60
"""A series with more (a film, a functional study) stays whole: no one wants so many stacks."""

MAX_SLABS = 10
"""More stacks than this between each other are no shifted slabs."""

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

_CLOCKS = (2, 3)
"""Which of the keys are times of day, which begin anew at midnight."""

Places = NDArray[np.intp]


@dataclass(frozen=True)
class TimePart:
    """The images of one time point, not in order yet."""

    images: list[ImageHeader]
    notices: tuple[Notice, ...] = ()


def split_by_time(images: list[ImageHeader]) -> list[TimePart]:
    """One part for each time point, the earliest first; a single part when no place repeats."""
    distances = known_distances(images)
    if distances is None:
        return [TimePart(images)]
    places = places_of(distances)
    counts = np.bincount(places)
    most = int(counts.max())
    keys = _known_keys(images)
    if most == 1:
        return _shifted_slabs(images, distances, keys[:-1])
    if len(counts) == 1 or most > MAX_TIME_POINTS:
        return [TimePart(images, (_film_notice(most),))]
    shifted = _shifted_time_points(distances, places, keys)
    if shifted:
        return [TimePart([images[i] for i in part]) for part in shifted]
    if (counts == most).all():
        for key in keys:
            blocks = _equal_blocks(images, places, key, most)
            if blocks is not None:
                return [TimePart(block) for block in blocks]
    return _uneven_parts(images, places, keys, most)


def with_trigger_times(parts: list[TimePart]) -> list[TimePart]:
    """The same time points; where all state one acquisition time, the trigger times tell theirs.

    Philips writes the begin of a dynamic series into all its images, and how long after it each
    phase was acquired into TriggerTime.
    """
    begins = {image.acquisition_time_s for part in parts for image in part.images}
    triggers = [[image.trigger_time_ms for image in part.images] for part in parts]
    known = [[value for value in part if value is not None] for part in triggers]
    is_whole = all(len(some) == len(part) for some, part in zip(known, triggers, strict=True))
    firsts = [min(part) for part in known if part]
    if len(parts) < 2 or len(begins) != 1 or None in begins or not is_whole:
        return parts
    if len(set(firsts)) < len(parts):
        return parts
    return [
        replace(part, images=[_delayed(image, first) for image in part.images])
        for part, first in zip(parts, firsts, strict=True)
    ]


def _delayed(image: ImageHeader, by_ms: float) -> ImageHeader:
    begin = image.acquisition_time_s or 0.0
    return replace(image, acquisition_time_s=(begin + by_ms / 1000.0) % DAY_S)


def known_distances(images: list[ImageHeader]) -> NDArray[np.float64] | None:
    """Where the images lie along the normal, in mm; None when that is not known of all."""
    distances = [distance_mm(image) for image in images]
    known = [distance for distance in distances if distance is not None]
    return np.asarray(known, dtype=np.float64) if len(known) == len(images) else None


def places_of(distances: NDArray[np.float64]) -> Places:
    """For each image the number of its place along the normal."""
    order = np.argsort(distances, kind="stable")
    steps = np.diff(distances[order]) > SAME_PLACE_MM
    places = np.empty(len(distances), dtype=np.intp)
    places[order] = np.concatenate([[0], np.cumsum(steps)])
    return places


def _known_keys(images: list[ImageHeader]) -> list[NDArray[np.float64] | None]:
    """The value of each time key for each image; None for a key that not all images have."""
    result: list[NDArray[np.float64] | None] = []
    for index, key in enumerate(TIME_KEYS):
        stated = [key(image) for image in images]
        if any(value is None for value in stated):
            result.append(None)
            continue
        values = np.asarray(stated, dtype=np.float64)
        if index in _CLOCKS:
            in_order = past_midnight(values.tolist())
            values = np.asarray([in_order(value) for value in values.tolist()])
        result.append(values)
    return result


def _shifted_slabs(
    images: list[ImageHeader],
    distances: NDArray[np.float64],
    keys: Sequence[NDArray[np.float64] | None],
) -> list[TimePart]:
    """Stacks at slightly other places each, as after a new breath hold; mostly there is one."""
    if len(images) < 6:
        return [TimePart(images)]
    if is_grid(distances):
        parts = _breath_holds(images, distances, keys)
        return [TimePart([images[i] for i in part]) for part in parts] or [TimePart(images)]
    for key in keys:
        if key is None:
            continue
        parts = [np.flatnonzero(key == value) for value in np.unique(key)]
        if not 2 <= len(parts) <= MAX_SLABS or min(map(len, parts)) < 3:
            continue
        if all(is_regular(distances[part]) for part in parts):
            return [TimePart([images[i] for i in part]) for part in parts]
    return [TimePart(images)]


def _breath_holds(
    images: list[ImageHeader],
    distances: NDArray[np.float64],
    keys: Sequence[NDArray[np.float64] | None],
) -> list[Places]:
    """Breath holds about half a slice apart, whose slices together look like one stack; or none.

    Of a 2D sequence these may be the passes of interleaved slices. A 3D slab is one excitation, so
    parts of it that show the same extent are several.
    """
    if any(image.series.acquisition_type != "3D" for image in images):
        return []
    alone = np.arange(len(images))
    found = [_parts_of_equal_key(alone, key) for key in keys if key is not None]
    return min((parts for parts in found if _are_stacks(distances, parts)), key=len, default=[])


def _shifted_time_points(
    distances: NDArray[np.float64], places: Places, keys: Sequence[NDArray[np.float64] | None]
) -> list[Places]:
    """Time points at slightly other places each, by the key that gives the fewest; or none.

    Where all places are one grid only the temporal position is believed: the other keys may tell
    the passes of interleaved slices apart.
    """
    _, first = np.unique(places, return_index=True)
    believed = keys[:1] if is_grid(distances[first]) else keys[:-1]
    found = [_parts_of_equal_key(places, key) for key in believed if key is not None]
    return min((parts for parts in found if _are_stacks(distances, parts)), key=len, default=[])


def _are_stacks(distances: NDArray[np.float64], parts: list[Places]) -> bool:
    """Whether each part is one stack, and all show about the same extent."""
    if not 2 <= len(parts) <= MAX_TIME_POINTS or min(map(len, parts)) < 3:
        return False
    begins = np.asarray([distances[part].min() for part in parts])
    ends = np.asarray([distances[part].max() for part in parts])
    if 2 * (ends.min() - begins.max()) < (ends - begins).min():
        return False
    return all(is_grid(distances[part]) for part in parts)


def _equal_blocks(
    images: list[ImageHeader], places: Places, key: NDArray[np.float64] | None, most: int
) -> list[list[ImageHeader]] | None:
    """Complete stacks that follow each other in the order of a key; None when it gives none.

    Cutting the sorted images into equal blocks serves keys that are one number for a whole stack
    and keys that grow from image to image alike. Where two blocks meet the key has to change.
    """
    if key is None:
        return None
    order = np.argsort(key, kind="stable")
    size = len(images) // most
    blocks = order.reshape(most, size)
    if any(len(np.unique(places[block])) != size for block in blocks):
        return None
    if (key[blocks[1:, 0]] <= key[blocks[:-1, -1]]).any():
        return None
    return [[images[i] for i in block] for block in blocks]


def _uneven_parts(
    images: list[ImageHeader],
    places: Places,
    keys: Sequence[NDArray[np.float64] | None],
    most: int,
) -> list[TimePart]:
    """Time points of which some lack slices, by the first key that repeats no place in any."""
    known = [key for key in keys if key is not None]
    for split in (_parts_of_equal_key, _parts_of_one_sweep):
        for key in known:
            parts = split(places, key)
            if most <= len(parts) <= most + 1 and not _any_repeats(places, parts):
                if _overlap_little(places, parts):
                    return [_joined(images, places, parts)]
                return [TimePart([images[i] for i in part]) for part in parts]
    return _by_occurrence(images, places, most)


def _overlap_little(places: Places, parts: list[Places]) -> bool:
    """Whether these are pieces of one stack: none has half of its places in common with another.

    Time points show the same places, even where some of one are missing.
    """
    for number, part in enumerate(parts):
        others = np.concatenate([other for at, other in enumerate(parts) if at != number])
        if 2 * len(np.intersect1d(places[part], places[others])) >= len(part):
            return False
    return True


def _joined(images: list[ImageHeader], places: Places, parts: list[Places]) -> TimePart:
    """One stack, with the first image of each place."""
    order = np.concatenate(parts)
    _, first = np.unique(places[order], return_index=True)
    kept = order[np.sort(first)]
    left_out = len(order) - len(kept)
    one = "{count} image lies where another one does, and is left out: the pieces form one stack."
    many = "{count} images lie where others do, and are left out: the pieces form one stack."
    notice = Notice("overlapping-slabs", counted(left_out, one, many))
    return TimePart([images[i] for i in kept], (notice,))


def _parts_of_equal_key(places: Places, key: NDArray[np.float64]) -> list[Places]:
    return [np.flatnonzero(key == value) for value in np.unique(key)]


def _parts_of_one_sweep(places: Places, key: NDArray[np.float64]) -> list[Places]:
    """Runs through the slices in one direction: a new one begins where the place jumps back.

    Where the key does not change at such a jump it says nothing, and there is one run.
    """
    order = np.argsort(key, kind="stable")
    steps = np.diff(places[order])
    direction = 1 if (steps > 0).sum() >= (steps < 0).sum() else -1
    cuts = np.flatnonzero(steps * direction <= 0)
    if (np.diff(key[order])[cuts] <= 0).any():
        return [order]
    return list(np.split(order, cuts + 1))


def _any_repeats(places: Places, parts: list[Places]) -> bool:
    return any(len(np.unique(places[part])) != len(part) for part in parts)


def _by_occurrence(images: list[ImageHeader], places: Places, most: int) -> list[TimePart]:
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
        Phrase(
            "{count} images lie at the same place, as in a film over time; they are kept together.",
            count=most,
        ),
    )


GUESSED = "time-points-unverified"
"""Code of the notice of a stack that may mix time points."""

_GUESSED = Notice(
    GUESSED,
    Phrase(
        "Several images lie at each place and no time in the files tells them apart cleanly. "
        "The first image at each place forms the first stack, and so on: a stack may mix time "
        "points."
    ),
)
