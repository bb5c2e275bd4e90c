"""Takes overlays out of the pixels themselves: old scanners write them into bits that are free.

Who removes the attributes of such an overlay leaves its picture there, a patient's name often.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

_POSITION = 0x0102
"""Element of Overlay Bit Position (PS3.3 C.9.2); 0 where the overlay has data of its own."""


def clear_overlay_bits(dataset: Dataset) -> None:
    """Clear the bits beside the image's own, where an overlay says that it lies in one of them."""
    bits, stored = (dataset.get(word) for word in ("BitsAllocated", "BitsStored"))
    data = dataset.get("PixelData")
    if not (_has_overlay_bits(dataset) and bits in (8, 16, 32) and stored and stored < bits):
        return
    if not data or dataset.file_meta.TransferSyntaxUID.is_encapsulated:
        return
    order = "<" if dataset.file_meta.TransferSyntaxUID.is_little_endian else ">"
    high = int(dataset.get("HighBit", stored - 1))
    is_signed = bool(dataset.get("PixelRepresentation"))
    whole = len(data) - len(data) % (bits // 8)
    pixels = np.frombuffer(data[:whole], f"{order}u{bits // 8}")
    cleared = _image_bits(pixels, int(bits), int(stored), high, is_signed)
    dataset.PixelData = cleared.astype(pixels.dtype).tobytes() + data[whole:]


def _has_overlay_bits(dataset: Dataset) -> bool:
    return any(
        dataset.get((group, _POSITION)) is not None and dataset[group, _POSITION].value
        for group in range(0x6000, 0x6100, 2)
    )


def _image_bits(
    pixels: NDArray[np.unsignedinteger], bits: int, stored: int, high: int, is_signed: bool
) -> NDArray[np.unsignedinteger]:
    """The pixels with all other bits cleared, or with those above as copies of the sign."""
    low = max(high + 1 - stored, 0)
    mask = ((1 << stored) - 1) << low
    cleared = pixels & pixels.dtype.type(mask)
    if is_signed:
        above = ((1 << bits) - 1) & ~((1 << (high + 1)) - 1)
        is_negative = (cleared >> np.uint8(high)) & 1 == 1
        cleared = np.where(is_negative, cleared | pixels.dtype.type(above), cleared)
    return cleared
