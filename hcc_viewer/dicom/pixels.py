"""Decodes the images of one file to modality values. Knows all transfer syntaxes; no geometry."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.processing import apply_color_lut, apply_modality_lut
from pydicom.uid import (
    UID,
    AllTransferSyntaxes,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
)

from hcc_viewer.dicom import checked_frames, isolated_decoders, values
from hcc_viewer.dicom.careful_read import name_encoding, read_dataset
from hcc_viewer.dicom.functional_groups import group_of_frame
from hcc_viewer.dicom.native_pixels import read_native
from hcc_viewer.dicom.photometric import mirror_of
from hcc_viewer.dicom.quick_header import wanted_tags
from hcc_viewer.dicom.stored_pixels import StoredImage
from hcc_viewer.dicom.values import Source

_KEYWORDS = """
    BitsAllocated BitsStored BluePaletteColorLookupTableData BluePaletteColorLookupTableDescriptor
    Columns DoubleFloatPixelData DoubleFloatPixelPaddingRangeLimit DoubleFloatPixelPaddingValue
    ExtendedOffsetTable ExtendedOffsetTableLengths FloatPixelData FloatPixelPaddingRangeLimit
    FloatPixelPaddingValue
    GreenPaletteColorLookupTableData GreenPaletteColorLookupTableDescriptor HighBit
    ModalityLUTSequence NumberOfFrames PerFrameFunctionalGroupsSequence PhotometricInterpretation
    PixelData PixelPaddingRangeLimit PixelPaddingValue PixelRepresentation PlanarConfiguration
    RedPaletteColorLookupTableData RedPaletteColorLookupTableDescriptor RescaleIntercept
    RescaleSlope Rows SOPClassUID SamplesPerPixel SegmentedBluePaletteColorLookupTableData
    SegmentedGreenPaletteColorLookupTableData SegmentedRedPaletteColorLookupTableData
    SharedFunctionalGroupsSequence WindowCenter WindowWidth
"""
_TAGS = values.tags_of(_KEYWORDS.split())

_WANTED = wanted_tags(_TAGS)

_SIZE_KEYWORDS = ("NumberOfFrames", "Rows", "Columns", "SamplesPerPixel", "BitsAllocated")

_KNOWN_SYNTAXES = {*AllTransferSyntaxes}

_PLUGINS: dict[str, str] = {
    **dict.fromkeys(isolated_decoders.ISOLATED_SYNTAXES, isolated_decoders.PLUGIN),
    **dict.fromkeys(checked_frames.CHECKED_SYNTAXES, checked_frames.CHECKED),
    JPEGBaseline8Bit: "pillow",
    JPEGExtended12Bit: "pillow",
}
"""Which of pydicom's plugins decodes what; pydicom's own choice for the rest."""

MAX_MADE_UP_BYTES = 16 * 1024**2
"""When more than this and more than half is missing, the header is damaged itself."""


isolated_decoders.add_to_pydicom()
checked_frames.add_to_pydicom()


@dataclass(frozen=True, eq=False)
class DecodedImage:
    """The pixels of one image and what is needed to show them."""

    pixels: StoredImage
    """What becomes modality values; the luminance of a colour image."""
    padding: NDArray[np.bool_] | None = None
    color: NDArray[np.uint8] | None = None
    """(row, column, 3) RGB."""
    window: tuple[float, float] | None = None
    """Center and width as stored."""
    is_inverted: bool = False
    mirror: float = 0.0
    """What grey values are taken from to turn them round; see `photometric.mirror_of`."""
    is_cut: bool = False
    """The file ends before the image does; the rest is made up."""

    @property
    def array(self) -> NDArray[np.float32]:
        """(row, column) modality values; the luminance of a colour image."""
        return self.pixels.values


@dataclass(frozen=True, eq=False)
class EncodedFile:
    """A file with its pixels as they are stored. Several threads may decode frames of one."""

    path: Path
    dataset: Dataset
    frames_present: float | None = None
    """How many frames are really there, where the file ends too early; else None."""


def read_encoded(path: Path) -> EncodedFile:
    """Read the pixels of a file, still encoded, and what decoding needs."""
    dataset = read_dataset(path, _TAGS)
    name_encoding(dataset)
    if not values.text(dataset, "PhotometricInterpretation"):
        dataset.PhotometricInterpretation = "MONOCHROME2"
    _mend_syntax(dataset)
    syntax = UID(dataset.file_meta.TransferSyntaxUID)
    if syntax.is_compressed:
        return EncodedFile(path, dataset, None)
    _mend_subsampling(dataset)
    return EncodedFile(path, dataset, _complete(dataset))


def read_plain_image(path: Path) -> DecodedImage | None:
    """The image of a plain file in one go; None when it takes `read_encoded` and `decode_images`.

    Raises:
        OSError: The file cannot be read.
    """
    found = read_native(path, _WANTED)
    if found is None:
        return None
    raw, elements = found
    return _finish(raw, values.text(elements, "PhotometricInterpretation"), elements, None)


def decode_images(file: EncodedFile, frames: Sequence[int | None]) -> Iterator[DecodedImage]:
    """Decode images of one file, one after the other.

    Args:
        file: As `read_encoded` gives it.
        frames: Numbers of the frames, from 1; a single None for a single-frame file.
    """
    dataset, present = file.dataset, file.frames_present
    syntax = UID(dataset.file_meta.TransferSyntaxUID)
    indices = [0 if frame is None else frame - 1 for frame in frames]
    decoded = _by_pydicom(syntax, dataset, indices)
    for frame, index, (raw, interpretation) in zip(frames, indices, decoded, strict=True):
        image = _finish(raw, interpretation, dataset, frame)
        is_cut = present is not None and index + 1 > present
        yield replace(image, is_cut=True) if is_cut else image


def _by_pydicom(
    syntax: UID, dataset: Dataset, indices: Sequence[int]
) -> Iterator[tuple[NDArray[Any], str]]:
    plugin = _plugin_for(syntax, dataset)
    frames = get_decoder(syntax).iter_array(dataset, indices=indices, decoding_plugin=plugin)
    for raw, changes in frames:
        yield np.asarray(raw), str(changes.get("photometric_interpretation", ""))


def _plugin_for(syntax: UID, dataset: Dataset) -> str:
    """The decoder to use: never GDCM in this process, which does not survive damaged frames."""
    if syntax == JPEGExtended12Bit and (values.integer(dataset, "BitsStored") or 8) > 8:
        return isolated_decoders.PLUGIN
    return _PLUGINS.get(syntax, "")


def _mend_syntax(dataset: Dataset) -> None:
    """Take pixels that fill their place as native when the stated encoding is unknown.

    Private transfer syntaxes, and wrong ones, are mostly that.
    """
    syntax = UID(dataset.file_meta.TransferSyntaxUID)
    if syntax in _KNOWN_SYNTAXES or dataset.get_item("PixelData") is None:
        return
    if len(dataset.get_item("PixelData").value or b"") in _native_lengths(dataset):
        implicit = dataset.original_encoding[0]
        known = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian
        dataset.file_meta.TransferSyntaxUID = known


def _mend_subsampling(dataset: Dataset) -> None:
    """Take colours as not subsampled when there are as many bytes as that needs."""
    if values.text(dataset, "PhotometricInterpretation") != "YBR_FULL_422":
        return
    element = dataset.get_item("PixelData")
    if element is not None and len(element.value or b"") in _native_lengths(dataset):
        dataset.PhotometricInterpretation = "YBR_FULL"


def _native_lengths(dataset: Dataset) -> tuple[int, int]:
    """How many bytes the pixels take that are not compressed, without and with padding."""
    size = [values.integer(dataset, keyword) or 1 for keyword in _SIZE_KEYWORDS]
    length = math.prod(size) // 8
    return length, length + length % 2


def _complete(dataset: Dataset) -> float | None:
    """Make up for missing native pixels, as after a broken copy, by zeros.

    Returns:
        How many frames are really there, where some are not; else None.
    """
    element = dataset.get_item("PixelData")
    expected, _ = _native_lengths(dataset)
    if values.text(dataset, "PhotometricInterpretation") == "YBR_FULL_422":
        expected = expected * 2 // 3
    if element is None or not element.value or len(element.value) >= expected:
        return None
    present = bytes(element.value)
    if expected - len(present) > max(MAX_MADE_UP_BYTES, len(present)):
        raise ValueError("most of its pixels are missing")
    dataset.PixelData = present.ljust(expected + expected % 2, b"\0")
    frames = values.integer(dataset, "NumberOfFrames") or 1
    return len(present) * frames / expected


def _finish(
    raw: NDArray[Any], interpretation: str, dataset: Source, frame: int | None
) -> DecodedImage:
    """Turn stored values into modality values, or colours into RGB and luminance."""
    if raw.ndim == 3 or interpretation == "PALETTE COLOR":
        return _finish_color(raw, interpretation, dataset)
    is_float = raw.dtype.kind == "f"
    padding = _float_padding(raw, dataset) if is_float else _padding(raw, dataset)
    if is_float and padding is not None:
        signal = raw[~padding]
        raw = np.where(padding, signal.min() if signal.size else 0.0, raw)
    pixels = _with_rescaling(raw, dataset, frame)
    return DecodedImage(
        pixels=pixels,
        padding=padding,
        window=_window(dataset, frame),
        is_inverted=interpretation == "MONOCHROME1",
        mirror=mirror_of(pixels, values.integer(dataset, "BitsStored")),
    )


def _with_rescaling(raw: NDArray[Any], dataset: Source, frame: int | None) -> StoredImage:
    if isinstance(dataset, Dataset) and "ModalityLUTSequence" in dataset:
        return StoredImage(np.asarray(apply_modality_lut(raw, dataset), dtype=np.float32))
    group = group_of_frame(dataset, frame, "PixelValueTransformationSequence")
    slope = values.number(group, "RescaleSlope")
    intercept = values.number(group, "RescaleIntercept")
    return StoredImage(raw, slope or 1.0, intercept or 0.0)


def _finish_color(raw: NDArray[Any], interpretation: str, dataset: Source) -> DecodedImage:
    if interpretation == "PALETTE COLOR" and isinstance(dataset, Dataset):
        raw = np.asarray(apply_color_lut(raw, dataset))
    color = np.ascontiguousarray(_to_8_bit(raw, dataset)[..., :3])
    luminance = cv2.cvtColor(color, cv2.COLOR_RGB2GRAY)
    return DecodedImage(StoredImage(luminance), color=color, window=(127.5, 255.0))


def _to_8_bit(raw: NDArray[Any], dataset: Source) -> NDArray[np.uint8]:
    if raw.dtype == np.uint8:
        return np.asarray(raw, dtype=np.uint8)
    has_table = "RedPaletteColorLookupTableDescriptor" in dataset
    stored = None if has_table else values.integer(dataset, "BitsStored")
    highest = 2.0 ** (stored or 8 * raw.dtype.itemsize) - 1.0
    return np.clip(raw * (255.0 / highest), 0, 255).astype(np.uint8)


LOWEST_INT16 = -32768
"""Written around reconstructed images by programs that do not declare it; no signal reaches it."""


def _padding(raw: NDArray[Any], dataset: Source) -> NDArray[np.bool_] | None:
    """Where the stored values are padding (PS3.3 C.7.5.1.1.2); None without any."""
    value = values.integer(dataset, "PixelPaddingValue")
    if value is None and raw.dtype == np.int16:
        value = LOWEST_INT16
    if value is None or raw.dtype.kind not in "iu":
        return None
    limit = values.integer(dataset, "PixelPaddingRangeLimit")
    # Their VR follows PixelRepresentation, which writers often overlook: take them modulo.
    ends = [_wrap(value, raw.dtype), _wrap(value if limit is None else limit, raw.dtype)]
    mask = np.asarray((raw >= min(ends)) & (raw <= max(ends)), dtype=np.bool_)
    return mask if mask.any() else None


LARGEST = 1e15
"""Floats beyond it, infinite ones and those that are no numbers stand for no signal."""


def _float_padding(raw: NDArray[Any], dataset: Source) -> NDArray[np.bool_] | None:
    """Where stored floats are padding (PS3.3 C.7.5.1.1.2) or no signal; None without any."""
    mask = ~(np.abs(raw) <= LARGEST)
    for kind in ("Float", "DoubleFloat"):
        value = _large_number(dataset, f"{kind}PixelPaddingValue")
        limit = _large_number(dataset, f"{kind}PixelPaddingRangeLimit")
        if value is not None:
            ends = (value, value if limit is None else limit)
            mask |= (raw >= min(ends)) & (raw <= max(ends))
    return mask if mask.any() else None


def _large_number(dataset: Source, keyword: str) -> float | None:
    """A number that may be too large for a value of any other use."""
    try:
        return float(values.text(dataset, keyword))
    except ValueError:
        return None


def _wrap(value: int, dtype: np.dtype[Any]) -> int:
    bits = 8 * dtype.itemsize
    wrapped = value % 2**bits
    is_negative = dtype.kind == "i" and wrapped >= 2 ** (bits - 1)
    return int(wrapped - 2**bits) if is_negative else int(wrapped)


def _window(dataset: Source, frame: int | None) -> tuple[float, float] | None:
    group = group_of_frame(dataset, frame, "FrameVOILUTSequence")
    center, width = values.number(group, "WindowCenter"), values.number(group, "WindowWidth")
    return None if center is None or width is None else (center, width)
