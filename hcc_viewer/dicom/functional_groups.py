"""Frames of a multi-frame file: by functional groups (PS3.3 C.7.6.16) or by simpler tags."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydicom.dataset import Dataset

from hcc_viewer.dicom import values
from hcc_viewer.dicom.frame_order import dimension_of, dimension_value, with_places_in_stack

if TYPE_CHECKING:
    from hcc_viewer.dicom.headers import ImageHeader

MAX_FRAMES = 100_000
"""A larger NumberOfFrames is damage, not an image."""


def frames_of(dataset: values.Source, image: ImageHeader, max_frames: int) -> list[ImageHeader]:
    """One header for each frame; the given one alone for a single-frame file.

    Frames beyond the functional groups have no place of their own; what all share is theirs too.

    Args:
        dataset: The file's data set.
        image: What the top level of the file says.
        max_frames: More than this cannot fit into the file.
    """
    per_frame = values.items(dataset, "PerFrameFunctionalGroupsSequence")
    stated = values.integer(dataset, "NumberOfFrames")
    count = min(max(stated or 1, 1), max_frames, MAX_FRAMES)
    if per_frame:
        without_group = [Dataset()] * (count - len(per_frame))
        return _grouped_frames(dataset, image, [*per_frame[:count], *without_group])
    if count == 1:
        return [image]  # one frame and no functional groups: as good as a single-frame file
    return _plain_frames(dataset, image, count)


def shared_item(dataset: values.Source, keyword: str) -> Dataset:
    """One functional group as shared by all frames, or as the first frame has it."""
    shared = values.first_item(dataset, "SharedFunctionalGroupsSequence")
    if keyword in shared:
        return values.first_item(shared, keyword)
    first = values.first_item(dataset, "PerFrameFunctionalGroupsSequence")
    return values.first_item(first, keyword)


def group_of_frame(dataset: values.Source, frame: int | None, keyword: str) -> values.Source:
    """One functional group of a frame; the data set itself where it has none of that name.

    Args:
        dataset: The file's data set.
        frame: Number of the frame, from 1; None for a single-frame file.
        keyword: Name of the functional group's sequence.
    """
    if frame is None:
        return dataset
    per_frame = values.items(dataset, "PerFrameFunctionalGroupsSequence")
    own = per_frame[frame - 1] if frame <= len(per_frame) else values.EMPTY
    shared = values.first_item(dataset, "SharedFunctionalGroupsSequence")
    for group in (own, shared):
        if keyword in group:
            return values.first_item(group, keyword)
    return dataset


def _plain_frames(dataset: values.Source, image: ImageHeader, count: int) -> list[ImageHeader]:
    """Frames without functional groups: a dose grid has places, an ultrasound clip has none."""
    offsets = values.numbers(dataset, "GridFrameOffsetVector")
    if len(offsets) == count and image.position is not None and image.orientation is not None:
        return list(_offset_frames(image, [offset or 0.0 for offset in offsets]))
    return [
        replace(image, frame=number, position=None, slice_location=None, instance_number=number)
        for number in range(1, count + 1)
    ]


def _offset_frames(image: ImageHeader, offsets: list[float]) -> Iterator[ImageHeader]:
    """Frames of a dose grid, whose offsets run along z (PS3.3 C.8.8.3.2)."""
    x, y, z = image.position or (0.0, 0.0, 0.0)
    start = z - offsets[0] if offsets[0] == z else z
    for number, offset in enumerate(offsets, start=1):
        relative = offset - offsets[0] if offsets[0] == z else offset
        yield replace(image, frame=number, position=(x, y, start + relative))


def _grouped_frames(
    dataset: values.Source, image: ImageHeader, per_frame: list[Dataset]
) -> list[ImageHeader]:
    shared = values.first_item(dataset, "SharedFunctionalGroupsSequence")
    dimension = dimension_of(dataset, _TIME_POINTERS)
    first = (image.instance_number or 0) * MAX_FRAMES
    groups = [_Groups(own, shared) for own in per_frame]
    frames = [
        replace(
            image,
            frame=number,
            instance_number=first + number,
            **_frame_fields(group, image, dimension),
        )
        for number, group in enumerate(groups, start=1)
    ]
    contents = [group.item("FrameContentSequence") for group in groups]
    return with_places_in_stack(dataset, frames, contents)


class _Groups:
    """The functional groups of one frame: its own, and those that all frames share."""

    def __init__(self, own: Dataset, shared: Dataset) -> None:
        self._own = own
        self._shared = shared

    def item(self, keyword: str) -> Dataset:
        """The one item of a functional group; empty when there is none."""
        return values.first_item(self._own if keyword in self._own else self._shared, keyword)


def _frame_fields(groups: _Groups, image: ImageHeader, dimension: int | None) -> dict[str, Any]:
    """The fields of an ImageHeader that a frame's functional groups give."""
    measures = groups.item("PixelMeasuresSequence")
    plane = groups.item("PlaneOrientationSequence")
    echo = values.number(groups.item("MREchoSequence"), "EffectiveEchoTime")
    return {
        "orientation": values.vector(plane, "ImageOrientationPatient", 6) or image.orientation,
        "position": values.vector(groups.item("PlanePositionSequence"), "ImagePositionPatient", 3),
        "pixel_spacing": values.vector(measures, "PixelSpacing", 2) or image.pixel_spacing,
        "image_type": _frame_type(groups) or image.image_type,
        "echo_time_ms": image.echo_time_ms if echo is None else echo,
        "b_value": _b_value(groups.item("MRDiffusionSequence"), image),
        **_time_fields(groups, image, dimension),
    }


def _time_fields(groups: _Groups, image: ImageHeader, dimension: int | None) -> dict[str, Any]:
    """What may tell time points apart. Converted classic images keep their own tags apart."""
    content = groups.item("FrameContentSequence")
    kept = groups.item("UnassignedPerFrameConvertedAttributesSequence")
    acquired = values.text(content, "FrameAcquisitionDateTime")
    referred = values.text(content, "FrameReferenceDateTime")
    return {
        "trigger_time_ms": _first(
            values.number(
                groups.item("CardiacSynchronizationSequence"), "NominalCardiacTriggerDelayTime"
            ),
            values.number(kept, "TriggerTime"),
        ),
        "temporal_position": _first(
            values.number(content, "TemporalPositionIndex"),
            values.number(groups.item("TemporalPositionSequence"), "TemporalPositionTimeOffset"),
            dimension_value(content, dimension),
            values.number(kept, "TemporalPositionIdentifier"),
        ),
        "acquisition_time_s": _first(
            values.seconds(acquired or referred),
            values.seconds(values.text(kept, "AcquisitionTime")),
            image.acquisition_time_s,
        ),
        "acquisition_number": values.number(content, "FrameAcquisitionNumber"),
    }


def _frame_type(groups: _Groups) -> tuple[str, ...]:
    described = groups.item("MRImageFrameTypeSequence")
    kinds = tuple(kind.upper() for kind in values.texts(described, "FrameType"))
    component = values.text(described, "ComplexImageComponent").upper()
    return (*kinds, component) if kinds and component and component not in kinds else kinds


def _first(*stated: float | None) -> float | None:
    return next((value for value in stated if value is not None), None)


def _b_value(diffusion: Dataset, image: ImageHeader) -> float | None:
    value = values.number(diffusion, "DiffusionBValue")
    return image.b_value if value is None else value


_TIME_POINTERS = frozenset(
    values.number_of(keyword)
    for keyword in (
        "TemporalPositionIndex",
        "TemporalPositionTimeOffset",
        "FrameAcquisitionDateTime",
        "FrameAcquisitionNumber",
        "NominalCardiacTriggerDelayTime",
        "TriggerTime",
    )
)
