"""Decodes the images of one file to modality values. Knows all transfer syntaxes; no geometry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.processing import apply_color_lut, apply_modality_lut
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from hcc_viewer.dicom import values
from hcc_viewer.dicom.functional_groups import group_of_frame

_KEYWORDS = """
    BitsAllocated BitsStored BluePaletteColorLookupTableData BluePaletteColorLookupTableDescriptor
    Columns DoubleFloatPixelData ExtendedOffsetTable ExtendedOffsetTableLengths FloatPixelData
    GreenPaletteColorLookupTableData GreenPaletteColorLookupTableDescriptor HighBit
    ModalityLUTSequence NumberOfFrames PerFrameFunctionalGroupsSequence PhotometricInterpretation
    PixelData PixelPaddingRangeLimit PixelPaddingValue PixelRepresentation PlanarConfiguration
    RedPaletteColorLookupTableData RedPaletteColorLookupTableDescriptor RescaleIntercept
    RescaleSlope Rows SOPClassUID SamplesPerPixel SegmentedBluePaletteColorLookupTableData
    SegmentedGreenPaletteColorLookupTableData SegmentedRedPaletteColorLookupTableData
    SharedFunctionalGroupsSequence WindowCenter WindowWidth
"""
_TAGS = values.tags_of(_KEYWORDS.split())

_GRAY = ("MONOCHROME1", "MONOCHROME2")


@dataclass(frozen=True, eq=False)
class DecodedImage:
    """The pixels of one image and what is needed to show them."""

    array: NDArray[np.float32]
    """(row, column) modality values; the luminance of a colour image."""
    padding: NDArray[np.bool_] | None = None
    color: NDArray[np.uint8] | None = None
    """(row, column, 3) RGB."""
    window: tuple[float, float] | None = None
    """Center and width as stored."""
    is_inverted: bool = False


def read_dataset(path: Path) -> Dataset:
    """The data set of a file with its pixels, still encoded, and what decoding needs."""
    dataset = dcmread(path, force=True, specific_tags=_TAGS)
    meta = dataset.file_meta
    if "TransferSyntaxUID" not in meta:
        implicit = dataset.original_encoding[0]
        meta.TransferSyntaxUID = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian
    if not values.text(dataset, "PhotometricInterpretation"):
        dataset.PhotometricInterpretation = "MONOCHROME2"
    return dataset


def decode_images(dataset: Dataset, frames: Sequence[int | None]) -> Iterator[DecodedImage]:
    """Decode images of one file, one after the other.

    Args:
        dataset: As `read_dataset` gives it.
        frames: Numbers of the frames, from 1; a single None for a single-frame file.
    """
    decoder = get_decoder(UID(dataset.file_meta.TransferSyntaxUID))
    indices = [0 if frame is None else frame - 1 for frame in frames]
    for frame, (raw, changes) in zip(
        frames, decoder.iter_array(dataset, indices=indices), strict=True
    ):
        interpretation = str(changes.get("photometric_interpretation", ""))
        yield _finish(np.asarray(raw), interpretation, dataset, frame)


def _finish(
    raw: NDArray[Any], interpretation: str, dataset: Dataset, frame: int | None
) -> DecodedImage:
    """Turn stored values into modality values, or colours into RGB and luminance."""
    if raw.ndim == 3 or interpretation == "PALETTE COLOR":
        return _finish_color(raw, interpretation, dataset)
    array = _modality_values(raw, dataset, frame)
    return DecodedImage(
        array=array,
        padding=_padding(raw, dataset),
        window=_window(dataset, frame),
        is_inverted=interpretation == "MONOCHROME1",
    )


def _modality_values(raw: NDArray[Any], dataset: Dataset, frame: int | None) -> NDArray[np.float32]:
    if "ModalityLUTSequence" in dataset:
        return np.asarray(apply_modality_lut(raw, dataset), dtype=np.float32)
    group = group_of_frame(dataset, frame, "PixelValueTransformationSequence")
    slope = values.number(group, "RescaleSlope")
    intercept = values.number(group, "RescaleIntercept")
    array = raw.astype(np.float32)
    if slope not in (None, 0.0, 1.0):
        array *= np.float32(slope)
    if intercept:
        array += np.float32(intercept)
    return array


def _finish_color(raw: NDArray[Any], interpretation: str, dataset: Dataset) -> DecodedImage:
    if interpretation == "PALETTE COLOR":
        raw = np.asarray(apply_color_lut(raw, dataset))
    color = np.ascontiguousarray(_to_8_bit(raw, dataset)[..., :3])
    luminance = cv2.cvtColor(color, cv2.COLOR_RGB2GRAY)
    return DecodedImage(array=luminance.astype(np.float32), color=color, window=(127.5, 255.0))


def _to_8_bit(raw: NDArray[Any], dataset: Dataset) -> NDArray[np.uint8]:
    if raw.dtype == np.uint8:
        return np.asarray(raw, dtype=np.uint8)
    has_table = "RedPaletteColorLookupTableDescriptor" in dataset
    stored = None if has_table else values.integer(dataset, "BitsStored")
    highest = 2.0 ** (stored or 8 * raw.dtype.itemsize) - 1.0
    return np.clip(raw * (255.0 / highest), 0, 255).astype(np.uint8)


def _padding(raw: NDArray[Any], dataset: Dataset) -> NDArray[np.bool_] | None:
    """Where the stored values are padding (PS3.3 C.7.5.1.1.2); None without any."""
    value = values.integer(dataset, "PixelPaddingValue")
    if value is None or raw.dtype.kind not in "iu":
        return None
    limit = values.integer(dataset, "PixelPaddingRangeLimit")
    # Their VR follows PixelRepresentation, which writers often overlook: take them modulo.
    ends = [_wrap(value, raw.dtype), _wrap(value if limit is None else limit, raw.dtype)]
    mask = np.asarray((raw >= min(ends)) & (raw <= max(ends)), dtype=np.bool_)
    return mask if mask.any() else None


def _wrap(value: int, dtype: np.dtype[Any]) -> int:
    bits = 8 * dtype.itemsize
    wrapped = value % 2**bits
    is_negative = dtype.kind == "i" and wrapped >= 2 ** (bits - 1)
    return int(wrapped - 2**bits) if is_negative else int(wrapped)


def _window(dataset: Dataset, frame: int | None) -> tuple[float, float] | None:
    group = group_of_frame(dataset, frame, "FrameVOILUTSequence")
    center, width = values.number(group, "WindowCenter"), values.number(group, "WindowWidth")
    return None if center is None or width is None else (center, width)
