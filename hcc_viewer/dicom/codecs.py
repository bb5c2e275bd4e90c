"""Which encodings of pixels this installation can read."""

from __future__ import annotations

from pydicom.pixels.decoders.base import get_decoder
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    UID,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

COMPRESSED = (
    *(JPEGBaseline8Bit, JPEGExtended12Bit, JPEGLossless, JPEGLosslessSV1, JPEGLSLossless),
    *(JPEGLSNearLossless, JPEG2000Lossless, JPEG2000, RLELossless),
    *(HTJ2KLossless, HTJ2KLosslessRPCL, HTJ2K),
)
"""The compressed transfer syntaxes that MR images come in; those without compression need none."""


def decoders() -> dict[str, bool]:
    """For each compressed transfer syntax, by its name in the standard, whether it can be read."""
    return {UID(syntax).name: get_decoder(syntax).is_available for syntax in COMPRESSED}
