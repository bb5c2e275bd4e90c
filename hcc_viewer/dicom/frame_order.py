"""Frames of an enhanced file without positions lie where their numbers in the stack say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pydicom.dataset import Dataset

from hcc_viewer.dicom import values

if TYPE_CHECKING:
    from hcc_viewer.dicom.headers import ImageHeader

_PLACE_POINTERS = tuple(
    values.number_of(keyword)
    for keyword in (
        "InStackPositionNumber",
        "ImagePositionPatient",
        "PlanePositionSequence",
        "SliceLocation",
    )
)
_STACK_POINTERS = (values.number_of("StackID"),)


def with_places_in_stack(
    dataset: values.Source, frames: list[ImageHeader], contents: Sequence[Dataset]
) -> list[ImageHeader]:
    """Frames whose positions say nothing, with slice locations by their numbers in the stack.

    By InStackPositionNumber (PS3.3 C.7.6.16.2.2), else by the DimensionIndexValues of the place.
    Stacks follow each other. Frames that have positions, or no such numbers, stay as they are.

    Args:
        dataset: The file's data set.
        frames: All of the file.
        contents: The FrameContentSequence's item of each frame.
    """
    is_placed = len({frame.position for frame in frames}) > 1
    is_located = len(frames) == 1 and frames[0].slice_location is not None
    numbers = [] if is_placed or is_located else _numbers(dataset, contents)
    says_nothing = len(frames) > 1 and len(set(numbers)) == 1
    if not numbers or len(numbers) < len(frames) or says_nothing:
        return frames
    stacks = _stacks(dataset, contents)
    known = sorted(set(stacks))
    apart = max(numbers) - min(numbers) + 1.0
    places = [number + apart * known.index(s) for number, s in zip(numbers, stacks, strict=True)]
    step = frames[0].series.stated_spacing_mm or 1.0
    return [
        replace(frame, slice_location=place * step)
        for frame, place in zip(frames, places, strict=True)
    ]


def dimension_of(dataset: values.Source, pointers: Sequence[int] | frozenset[int]) -> int | None:
    """Which of the DimensionIndexValues counts what one of these tags tells; None when none."""
    dimensions = values.items(dataset, "DimensionIndexSequence")
    tags = [values.raw_tag(item, "DimensionIndexPointer") for item in dimensions]
    return next((index for index, tag in enumerate(tags) if tag in pointers), None)


def dimension_value(content: Dataset, dimension: int | None) -> float | None:
    """The value of one dimension of a frame; None where it has none."""
    stated = values.numbers(content, "DimensionIndexValues")
    return None if dimension is None or dimension >= len(stated) else stated[dimension]


def _numbers(dataset: values.Source, contents: Sequence[Dataset]) -> list[float]:
    """Of the frames that have one."""
    stated = [values.number(content, "InStackPositionNumber") for content in contents]
    if None in stated:
        dimension = dimension_of(dataset, _PLACE_POINTERS)
        stated = [dimension_value(content, dimension) for content in contents]
    return [number for number in stated if number is not None]


def _stacks(dataset: values.Source, contents: Sequence[Dataset]) -> list[tuple[float, str]]:
    dimension = dimension_of(dataset, _STACK_POINTERS)
    return [
        (dimension_value(content, dimension) or 0.0, values.text(content, "StackID"))
        for content in contents
    ]
