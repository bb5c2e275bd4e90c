"""Splits a DICOM series into stacks: parallel images of one size, one kind and one time point.

Kinds (image type, echo time, diffusion weighting) split a series whose images lie at the same
places; of the time keys, the first that gives complete stacks is taken. No single key is right for
all vendors: Philips tells time points apart by TriggerTime, where others use it within one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from math import isclose

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.dicom.geometry import Geometry
from hcc_viewer.dicom.headers import ImageHeader
from hcc_viewer.dicom.placing import (
    is_grid,
    is_regular,
    place,
    plane_of,
    without_empty_positions,
)
from hcc_viewer.dicom.time_points import (
    known_distances,
    places_of,
    split_by_time,
    with_trigger_times,
)
from hcc_viewer.errors import Notice
from hcc_viewer.phrases import Phrase

PARALLEL = 0.999
"""Cosine of the angle (2.5 degrees) within which two images have the same orientation."""

SAME_SPACING = 0.002
"""Pixel spacings that differ by no more are one: by less than a pixel from edge to edge."""

_MOST_PLANES = 6
"""When there are more, of hardly more than one image each, they turn around an axis."""

_PLANES = ("sagittal", "coronal", "axial")


Key = Callable[[ImageHeader], Hashable]
Label = Callable[[list[list[ImageHeader]], int], tuple[str, str]]
"""Called with the parts and the number of one: what to call it, and what its image type says."""


@dataclass(frozen=True)
class Stack:
    """One stack of a DICOM series, in order."""

    images: tuple[ImageHeader, ...]
    geometry: Geometry
    label: str = ""
    """What tells it from the other stacks of its DICOM series; empty when there are none."""
    part: str = ""
    """What only its image type says against the others: `WATER`, `F`; empty without any."""
    notices: tuple[Notice, ...] = ()
    planes_in_series: int = 1
    """How many orientations the DICOM series has; three in a localizer."""
    time_point: int = 0
    """Which of several time points of the DICOM series it is, from 1; 0 when there is one."""


@dataclass(frozen=True)
class Group:
    """Images on the way to becoming a stack."""

    images: list[ImageHeader]
    labels: tuple[str, ...] = ()
    part: str = ""
    notices: tuple[Notice, ...] = ()
    time_point: int = 0
    are_parallel: bool = True


def split_series(images: list[ImageHeader], notices: tuple[Notice, ...] = ()) -> list[Stack]:
    """The stacks of one DICOM series, the largest orientation first.

    Args:
        images: Without copies; see `drop_copies`.
        notices: What each of the stacks is to be said of.
    """
    planes = _split_by_orientation(without_empty_positions(images))
    groups = [part for plane in planes for part in _split_by_size(plane)]
    groups = [part for group in groups for part in _split_by_kind(group)]
    stacks = [_finish(part, len(planes)) for group in groups for part in _time_parts(group)]
    return [replace(stack, notices=notices + stack.notices) for stack in _unique_labels(stacks)]


def _time_parts(group: Group) -> list[Group]:
    if not group.are_parallel:
        return [group]
    parts = with_trigger_times(split_by_time(group.images))
    if len(parts) == 1:
        return [replace(group, images=parts[0].images, notices=group.notices + parts[0].notices)]
    return [
        replace(
            group,
            images=part.images,
            labels=(*group.labels, f"phase {number}"),
            notices=group.notices + part.notices,
            time_point=number,
        )
        for number, part in enumerate(parts, start=1)
    ]


def _finish(group: Group, planes: int) -> Stack:
    placed = place(group.images, are_parallel=group.are_parallel)
    return Stack(
        images=placed.images,
        geometry=placed.geometry,
        label=", ".join(label for label in group.labels if label),
        part=group.part,
        notices=group.notices + placed.notices,
        planes_in_series=planes,
        time_point=group.time_point,
    )


def _split_by_orientation(images: list[ImageHeader]) -> list[Group]:
    """Parallel images together, most images first; those that name no plane apart."""
    planes: list[NDArray[np.float64] | None] = []
    groups: list[list[ImageHeader]] = []
    known: dict[Hashable, int] = {}
    for image in images:
        key = image.orientation if image.position is not None else None
        if key not in known:
            known[key] = _plane_index(plane_of(key), planes, groups)
        groups[known[key]].append(image)
    if len(groups) > _MOST_PLANES and 2 * len(groups) > len(images):
        return [Group(images, notices=(_MANY_PLANES,), are_parallel=False)]
    order = sorted(range(len(groups)), key=lambda index: -len(groups[index]))
    names = [_plane_name(planes[index]) if len(groups) > 1 else "" for index in order]
    return [
        Group(groups[index], (name,) if name else ())
        for index, name in zip(order, names, strict=True)
    ]


def _plane_index(
    plane: NDArray[np.float64] | None,
    planes: list[NDArray[np.float64] | None],
    groups: list[list[ImageHeader]],
) -> int:
    """Which of the planes found so far this is; a new one is added."""
    for index, other in enumerate(planes):
        if plane is None or other is None:
            if plane is other:
                return index
        elif float(np.einsum("ij,ij->i", plane[:2], other[:2]).min()) > PARALLEL:
            return index
    planes.append(plane)
    groups.append([])
    return len(planes) - 1


def _plane_name(plane: NDArray[np.float64] | None) -> str:
    if plane is None:
        return "no position"
    axis = int(np.argmax(np.abs(plane[2])))
    return _PLANES[axis] if abs(plane[2][axis]) > 0.978 else "oblique"


def _split_by_kind(group: Group) -> list[Group]:
    """Image type, echo time and so on: only where images lie at the same places or too near."""
    groups = [group] if group.are_parallel else []
    for key, label in _KINDS:
        groups = [part for candidate in groups for part in _kinds_of(candidate, key, label)]
    return groups or [group]


def _kinds_of(group: Group, key: Key, label: Label) -> list[Group]:
    """The parts of a group by one key; the group itself where these are no better stacks."""
    distances = known_distances(group.images)
    if distances is None or is_grid(distances):
        return [group]
    parts = _split_by(group, key, label)
    sizes = [len(part.images) for part in parts]
    if key is not _image_type and key is not _description and min(sizes) * 4 < max(sizes):
        return [group]  # A number that differs in a few images only is no kind of its own.
    has_repeats = np.bincount(places_of(distances)).max() > 1
    return parts if has_repeats or all(map(_is_regular, parts)) else [group]


def _is_regular(group: Group) -> bool:
    distances = known_distances(group.images)
    return distances is None or is_regular(distances)


def _split_by(
    group: Group,
    key: Key,
    label: Label,
) -> list[Group]:
    """Parts of equal key in the order of their first image; the group itself when there is one."""
    parts: dict[Hashable, list[ImageHeader]] = defaultdict(list)
    for image in group.images:
        parts[key(image)].append(image)
    if len(parts) == 1:
        return [group]
    lists = list(parts.values())
    result = []
    for index, images in enumerate(lists):
        name, part = label(lists, index)
        labels = (*group.labels, name)
        result.append(replace(group, images=images, labels=labels, part=part or group.part))
    return result


def _split_by_size(group: Group) -> list[Group]:
    alike: dict[tuple[float, ...] | None, tuple[float, ...] | None] = {}
    for image in group.images:
        own = image.pixel_spacing
        if own not in alike:
            alike[own] = next((one for one in alike.values() if _are_alike(own, one)), own)

    def size(image: ImageHeader) -> Hashable:
        return image.rows, image.columns, alike[image.pixel_spacing], image.series.is_color

    return _split_by(group, size, _size_label)


def _are_alike(one: tuple[float, ...] | None, other: tuple[float, ...] | None) -> bool:
    """Whether two pixel spacings are the same but for rounding."""
    if one is None or other is None:
        return False
    return all(isclose(a, b, rel_tol=SAME_SPACING) for a, b in zip(one, other, strict=True))


def _size_label(parts: list[list[ImageHeader]], index: int) -> tuple[str, str]:
    image = parts[index][0]
    return f"{image.columns} x {image.rows}", ""


def _description(image: ImageHeader) -> Hashable:
    """Differs only after a faulty anonymisation, which makes one series of all."""
    return image.series.acquisition.series_number, image.series.description


def _description_label(parts: list[list[ImageHeader]], index: int) -> tuple[str, str]:
    series = parts[index][0].series
    return series.description or f"series {series.acquisition.series_number}", ""


def _image_type(image: ImageHeader) -> Hashable:
    return image.image_type


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _image_type_label(parts: list[list[ImageHeader]], index: int) -> tuple[str, str]:
    """The words of the image type that not all parts have."""
    common = set.intersection(*(set(part[0].image_type) for part in parts))
    own = [kind for kind in parts[index][0].image_type if kind and kind not in common]
    words = list(dict.fromkeys(own))
    return " ".join(words).lower() or "plain", " ".join(words)


def _echo_label(parts: list[list[ImageHeader]], index: int) -> tuple[str, str]:
    value = parts[index][0].echo_time_ms
    return ("no echo time" if value is None else f"TE {value:.2f} ms"), ""


def _inversion_label(parts: list[list[ImageHeader]], index: int) -> tuple[str, str]:
    value = parts[index][0].inversion_time_ms
    return ("no inversion time" if value is None else f"TI {value:.0f} ms"), ""


def _b_value_label(parts: list[list[ImageHeader]], index: int) -> tuple[str, str]:
    value = parts[index][0].b_value
    return ("no b value" if value is None else f"b {value:.0f}"), ""


def _unique_labels(stacks: list[Stack]) -> list[Stack]:
    """Numbers the stacks whose labels would be the same."""
    total: dict[str, int] = defaultdict(int)
    for stack in stacks:
        total[stack.label] += 1
    used: dict[str, int] = defaultdict(int)
    result = []
    for stack in stacks:
        used[stack.label] += 1
        if total[stack.label] > 1:
            number = used[stack.label]
            label = f"{stack.label} {number}".strip() if stack.label else f"stack {number}"
            result.append(replace(stack, label=label))
        else:
            result.append(stack)
    return result


_KINDS: tuple[tuple[Key, Label], ...] = (
    (_description, _description_label),
    (_image_type, _image_type_label),
    (lambda image: _rounded(image.echo_time_ms, 2), _echo_label),
    (lambda image: _rounded(image.inversion_time_ms, 0), _inversion_label),
    (lambda image: image.b_value, _b_value_label),
)

_MANY_PLANES = Notice(
    "many-planes",
    Phrase(
        "The images lie in many different planes, as in a rotating projection; they form no volume."
    ),
)
