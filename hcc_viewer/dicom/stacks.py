"""Splits a DICOM series into stacks: parallel images of one size, one kind and one time point.

Kinds (image type, echo time, diffusion weighting) split a series whose images lie at the same
places; of the time keys, the first that gives complete stacks is taken. No single key is right for
all vendors: Philips tells time points apart by TriggerTime, where others use it within one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hcc_viewer.dicom.geometry import Geometry
from hcc_viewer.dicom.headers import ImageHeader
from hcc_viewer.dicom.placing import distance_mm, is_regular, place, plane_of
from hcc_viewer.dicom.time_points import split_by_time
from hcc_viewer.errors import Notice

PARALLEL = 0.999
"""Cosine of the angle (2.5 degrees) within which two images have the same orientation."""

_PLANES = ("sagittal", "coronal", "axial")


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


def split_series(images: list[ImageHeader]) -> list[Stack]:
    """The stacks of one DICOM series, the largest orientation first."""
    kept, notices = _drop_duplicates(images)
    planes = _split_by_orientation(kept)
    groups = [part for plane in planes for part in _split_by(plane, _size, _size_label)]
    groups = [part for group in groups for part in _split_by_kind(group)]
    stacks = [
        _finish(Group(part.images, part.labels, group.part, part.notices, part.time_point), planes)
        for group in groups
        for part in _time_parts(group)
    ]
    return [replace(stack, notices=notices + stack.notices) for stack in _unique_labels(stacks)]


def _time_parts(group: Group) -> list[Group]:
    parts = split_by_time(group.images)
    if len(parts) == 1:
        return [replace(group, notices=group.notices + parts[0].notices)]
    return [
        Group(part.images, (*group.labels, f"phase {number}"), "", part.notices, number)
        for number, part in enumerate(parts, start=1)
    ]


def _finish(group: Group, planes: list[Group]) -> Stack:
    placed = place(group.images)
    return Stack(
        images=placed.images,
        geometry=placed.geometry,
        label=", ".join(label for label in group.labels if label),
        part=group.part,
        notices=group.notices + placed.notices,
        planes_in_series=len(planes),
        time_point=group.time_point,
    )


def _drop_duplicates(images: list[ImageHeader]) -> tuple[list[ImageHeader], tuple[Notice, ...]]:
    """Leaves out copies of an image, and keeps different images that share an identifier.

    Some anonymisers give all images one identifier: only what agrees in place, number and time
    as well is a copy.
    """
    seen: dict[Hashable, ImageHeader] = {}
    copies = 0
    for image in images:
        key: Hashable = (
            (image.sop_instance_uid, image.frame, _identity(image))
            if image.sop_instance_uid
            else id(image)
        )
        copies += key in seen
        seen.setdefault(key, image)
    kept = list(seen.values())
    notices = _copy_notices(copies)
    if len({(image.sop_instance_uid, image.frame) for image in kept}) < len(kept):
        notices += (_SHARED_IDENTIFIER,)
    return kept, notices


def _identity(image: ImageHeader) -> Hashable:
    return (
        image.position,
        image.orientation,
        image.instance_number,
        image.acquisition_time_s,
        image.content_time_s,
    )


def _copy_notices(copies: int) -> tuple[Notice, ...]:
    if not copies:
        return ()
    what = "image is a copy" if copies == 1 else "images are copies"
    return (Notice("duplicates", f"{copies} {what} of another one and left out."),)


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
    groups = [group]
    for key, label in _KINDS:
        parts = []
        for candidate in groups:
            parts += [candidate] if _is_one_stack(candidate) else _split_by(candidate, key, label)
        groups = parts
    return groups


def _is_one_stack(group: Group) -> bool:
    distances = [distance_mm(image) for image in group.images]
    known = np.asarray([distance for distance in distances if distance is not None])
    return len(known) < len(distances) or is_regular(known)


def _split_by(
    group: Group,
    key: Callable[[ImageHeader], Hashable],
    label: Callable[[list[list[ImageHeader]], int], tuple[str, str]],
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
        result.append(Group(images, (*group.labels, name), part or group.part, group.notices))
    return result


def _size(image: ImageHeader) -> Hashable:
    spacing = image.pixel_spacing
    rounded = None if spacing is None else tuple(round(value, 3) for value in spacing)
    return image.rows, image.columns, rounded, image.series.is_color


def _size_label(parts: list[list[ImageHeader]], index: int) -> tuple[str, str]:
    image = parts[index][0]
    return f"{image.columns} x {image.rows}", ""


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


_KINDS: tuple[
    tuple[
        Callable[[ImageHeader], Hashable],
        Callable[[list[list[ImageHeader]], int], tuple[str, str]],
    ],
    ...,
] = (
    (lambda image: image.image_type, _image_type_label),
    (lambda image: image.echo_time_ms, _echo_label),
    (lambda image: image.inversion_time_ms, _inversion_label),
    (lambda image: image.b_value, _b_value_label),
)

_SHARED_IDENTIFIER = Notice(
    "shared-identifier",
    "Several different images have the same identifier (SOP Instance UID), as after a faulty "
    "anonymisation. Exports that refer to single images may be ambiguous.",
)
