"""Merges stacks and splits them again, where the user knows better than the headers.

Both give another `Study`: its phase scores are told anew, since each series is judged beside the
others. What is merged or split comes from the files again; nothing of it is kept from the scan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, get_args

from hcc_viewer.dicom.describe import describe_stacks, rescore
from hcc_viewer.dicom.duplicates import drop_copies
from hcc_viewer.dicom.header_reader import HeaderReader
from hcc_viewer.dicom.headers import ImageHeader, NotTakenUpError
from hcc_viewer.dicom.placing import place
from hcc_viewer.dicom.series import Series, Study
from hcc_viewer.dicom.stacks import PARALLEL, Stack, split_series
from hcc_viewer.dicom.time_points import known_distances, places_of
from hcc_viewer.dicom.tolerance import quiet
from hcc_viewer.errors import ReadError, UsageError

SplitKey = Literal[
    "automatic",
    "place",
    "image type",
    "echo time",
    "temporal position",
    "trigger time",
    "acquisition time",
    "acquisition number",
]
"""What to split a series by. `automatic`: as a scan does. `place`: the first image at each place,
the second, and so on."""

SPLIT_KEYS: tuple[SplitKey, ...] = get_args(SplitKey)
"""All of them, in the order in which to offer them."""

_VALUES: dict[SplitKey, Callable[[ImageHeader], Hashable]] = {
    "image type": lambda image: image.image_type,
    "echo time": lambda image: image.echo_time_ms,
    "temporal position": lambda image: image.temporal_position,
    "trigger time": lambda image: image.trigger_time_ms,
    "acquisition time": lambda image: image.acquisition_time_s,
    "acquisition number": lambda image: image.acquisition_number,
}

MAX_PARTS = 500
"""More stacks than this help no one."""


def merge_series(study: Study, chosen: Sequence[Series]) -> Study:
    """Make one stack of several; it stands where the first of them stood.

    Args:
        study: Of the series.
        chosen: Two or more of its series.

    Raises:
        UsageError: They do not fit together; the sentence says why.
        ReadError: A file is gone.
    """
    members = [series for series in study.series if series.key in {one.key for one in chosen}]
    if len(members) < 2:
        raise UsageError("Choose at least two series to merge.")
    with quiet():
        images = [image for series in members for image in _images_of(series)]
        images, _ = drop_copies(images, [])
        _check_fit(images)
        stack = _merged(images, members)
        merged = describe_stacks([[stack]], members[0].source)
    return _replaced(study, members, merged)


def split_series_by(study: Study, series: Series, key: SplitKey = "automatic") -> Study:
    """Take a stack apart; its parts stand where it stood.

    Args:
        study: Of the series.
        series: One of its series.
        key: What to split by.

    Raises:
        UsageError: The key does not tell the images apart, or gives too many stacks.
        ReadError: A file is gone.
    """
    with quiet():
        images = _images_of(series)
        stacks = split_series(images) if key == "automatic" else _split(images, key)
        parts = describe_stacks([stacks], series.source)
    if len(parts) == 1:
        raise UsageError(f"By '{key}' the images of {series.title} are all alike; try another way.")
    if len(parts) > MAX_PARTS:
        raise UsageError(f"By '{key}' {series.title} would fall into {len(parts)} parts.")
    return _replaced(study, [series], parts)


def _images_of(series: Series) -> list[ImageHeader]:
    """The headers of the images of a stack, in its order."""
    by_file: dict[Path, dict[int | None, ImageHeader]] = {}
    reader = HeaderReader()
    result = []
    for instance in series.instances:
        if instance.path not in by_file:
            by_file[instance.path] = {image.frame: image for image in _read(reader, instance.path)}
        image = by_file[instance.path].get(instance.frame)
        if image is None:
            raise ReadError(f"{instance.path.name} has changed; open the study again.")
        result.append(image)
    return result


def _read(reader: HeaderReader, path: Path) -> list[ImageHeader]:
    try:
        return reader.read(path)
    except NotTakenUpError as error:
        raise ReadError(f"{path.name} is no image any more: {error}.") from error


def _check_fit(images: list[ImageHeader]) -> None:
    if len({(image.rows, image.columns) for image in images}) > 1:
        raise UsageError("Series with images of different size cannot be merged.")
    if len({image.series.is_color for image in images}) > 1:
        raise UsageError("Colour and grey series cannot be merged.")
    if len({image.series.study_instance_uid for image in images}) > 1:
        raise UsageError("Series of different studies cannot be merged.")
    if not _are_parallel(images):
        raise UsageError("Series in different planes cannot be merged.")


def _are_parallel(images: list[ImageHeader]) -> bool:
    first = images[0].orientation
    for image in images:
        own = image.orientation
        if (own is None) != (first is None):
            return False
        if own is None or first is None:
            continue
        column = sum(a * b for a, b in zip(own[:3], first[:3], strict=True))
        row = sum(a * b for a, b in zip(own[3:], first[3:], strict=True))
        if min(column, row) < PARALLEL:
            return False
    return True


def _merged(images: list[ImageHeader], members: Sequence[Series]) -> Stack:
    placed = place(images)
    names = dict.fromkeys(series.stack for series in members if series.stack)
    label = " + ".join(names) if len(names) > 1 else "merged"
    return Stack(placed.images, placed.geometry, label=label, notices=placed.notices)


def _split(images: list[ImageHeader], key: SplitKey) -> list[Stack]:
    groups: dict[Hashable, list[ImageHeader]] = defaultdict(list)
    seen: dict[int, int] = defaultdict(int)
    distances = known_distances(images) if key == "place" else None
    places = range(len(images)) if distances is None else places_of(distances).tolist()
    for image, at in zip(images, places, strict=True):
        groups[_VALUES[key](image) if key in _VALUES else seen[at]].append(image)
        seen[at] += 1
    return [_part(members, number) for number, members in enumerate(groups.values(), start=1)]


def _part(images: list[ImageHeader], number: int) -> Stack:
    placed = place(images)
    return Stack(placed.images, placed.geometry, label=f"part {number}", notices=placed.notices)


def _replaced(study: Study, old: Sequence[Series], new: Sequence[Series]) -> Study:
    """The study with the new series where the first of the old ones stood."""
    keys = [series.key for series in old]
    result: list[Series] = []
    for series in study.series:
        if series.key == keys[0]:
            result += new
        elif series.key not in keys:
            result.append(series)
    return replace(study, series=tuple(rescore(result)))
