"""Frames of a multi-frame file: by functional groups (PS3.3 C.7.6.16) or by simpler tags."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydicom.dataset import Dataset

from hcc_viewer.dicom import values

if TYPE_CHECKING:
    from hcc_viewer.dicom.headers import ImageHeader

MAX_FRAMES = 100_000
"""A larger NumberOfFrames is damage, not an image."""


def frames_of(dataset: values.Source, image: ImageHeader, max_frames: int) -> list[ImageHeader]:
    """One header for each frame; the given one alone for a single-frame file.

    Args:
        dataset: The file's data set.
        image: What the top level of the file says.
        max_frames: More than this cannot fit into the file.
    """
    per_frame = values.items(dataset, "PerFrameFunctionalGroupsSequence")
    stated = values.integer(dataset, "NumberOfFrames")
    count = min(max(stated or 1, 1), max_frames, MAX_FRAMES)
    if per_frame:
        return _grouped_frames(dataset, image, per_frame[: max(count, 1)])
    if count == 1 and stated is None:
        return [image]
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
    if count == 1:
        return [replace(image, frame=1)]
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
    return [
        replace(image, frame=number, instance_number=number, **_frame_fields(group, shared, image))
        for number, group in enumerate(per_frame, start=1)
    ]


def _frame_fields(group: Dataset, shared: Dataset, image: ImageHeader) -> dict[str, Any]:
    """The fields of an ImageHeader that a frame's functional groups give."""

    def find(keyword: str) -> Dataset:
        return values.first_item(group if keyword in group else shared, keyword)

    measures, content = find("PixelMeasuresSequence"), find("FrameContentSequence")
    kind = tuple(t.upper() for t in values.texts(find("MRImageFrameTypeSequence"), "FrameType"))
    echo = values.number(find("MREchoSequence"), "EffectiveEchoTime")
    return {
        "orientation": values.vector(find("PlaneOrientationSequence"), "ImageOrientationPatient", 6)
        or image.orientation,
        "position": values.vector(find("PlanePositionSequence"), "ImagePositionPatient", 3),
        "pixel_spacing": values.vector(measures, "PixelSpacing", 2) or image.pixel_spacing,
        "image_type": kind or image.image_type,
        "echo_time_ms": image.echo_time_ms if echo is None else echo,
        "b_value": _b_value(find("MRDiffusionSequence"), image),
        "trigger_time_ms": values.number(
            find("CardiacSynchronizationSequence"), "NominalCardiacTriggerDelayTime"
        ),
        "temporal_position": values.number(content, "TemporalPositionIndex"),
        "acquisition_time_s": values.seconds(values.text(content, "FrameAcquisitionDateTime"))
        or image.acquisition_time_s,
        "acquisition_number": values.number(content, "FrameAcquisitionNumber"),
    }


def _b_value(diffusion: Dataset, image: ImageHeader) -> float | None:
    value = values.number(diffusion, "DiffusionBValue")
    return image.b_value if value is None else value
