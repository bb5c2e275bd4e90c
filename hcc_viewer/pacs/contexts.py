"""Which kinds of objects this program takes and gives, and in which encodings."""

from __future__ import annotations

from collections.abc import Iterable

from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    UID,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)
from pynetdicom import StoragePresentationContexts, build_context, build_role
from pynetdicom.pdu_primitives import SCP_SCU_RoleSelectionNegotiation
from pynetdicom.presentation import PresentationContext

UNCOMPRESSED = (ExplicitVRLittleEndian, ImplicitVRLittleEndian)

COMPRESSED = (
    *(JPEGLosslessSV1, JPEG2000Lossless, JPEGLSLossless, RLELossless, JPEGLossless),
    *(JPEG2000, JPEGBaseline8Bit, JPEGExtended12Bit, JPEGLSNearLossless),
    *(HTJ2KLossless, HTJ2KLosslessRPCL, HTJ2K),
)
"""Those that the program can read (`dicom.codecs`; a test compares), without loss first."""

_IMAGES = (
    UID("1.2.840.10008.5.1.4.1.1.4"),  # MR
    UID("1.2.840.10008.5.1.4.1.1.4.1"),  # Enhanced MR
    UID("1.2.840.10008.5.1.4.1.1.2"),  # CT
    UID("1.2.840.10008.5.1.4.1.1.7"),  # Secondary Capture
)
"""These come compressed as well."""

_RESULTS = tuple(
    UID(f"1.2.840.10008.5.1.4.1.1.{rest}")
    for rest in (
        "88.34",  # Comprehensive 3D SR
        "88.33",  # Comprehensive SR
        "88.22",  # Enhanced SR
        "88.11",  # Basic Text SR
        "88.59",  # Key Object Selection
        "104.1",  # Encapsulated PDF
        "30",  # Parametric Map
        "11.1",  # Grayscale Softcopy Presentation State
        "66.4",  # Segmentation
        "4.2",  # MR Spectroscopy
        "7.4",  # Multi-frame True Color Secondary Capture
    )
)
"""What is stored beside images."""

MAX_CONTEXTS = 128
"""That one association can have (PS3.8 9.3.2.2)."""


def retrieve_contexts(told: Iterable[str] = ()) -> list[PresentationContext]:
    """What a C-GET may bring, with a place left for the retrieve service itself.

    Args:
        told: The SOP classes that the peer says the study has; the usual ones fill the rest.
    """
    first = dict.fromkeys((*map(UID, told), *_IMAGES))
    contexts = [build_context(kind, list(UNCOMPRESSED)) for kind in first]
    for kind in first:
        contexts += [build_context(kind, [syntax]) for syntax in COMPRESSED]
    contexts += [build_context(kind, list(UNCOMPRESSED)) for kind in _kinds() if kind not in first]
    return contexts[: MAX_CONTEXTS - 1]


def retrieve_roles(
    contexts: Iterable[PresentationContext],
) -> list[SCP_SCU_RoleSelectionNegotiation]:
    """That this program is the one that stores, on an association that it opened itself."""
    kinds = dict.fromkeys(UID(str(context.abstract_syntax)) for context in contexts)
    return [build_role(kind, scp_role=True) for kind in kinds]


def store_contexts() -> list[PresentationContext]:
    """What the own store SCP takes; the peer chooses the encoding."""
    return [build_context(kind, [*UNCOMPRESSED, *COMPRESSED]) for kind in _kinds()]


def _kinds() -> list[UID]:
    """All kinds of objects, those first that a study of a liver may hold."""
    known = [UID(str(context.abstract_syntax)) for context in StoragePresentationContexts]
    return list(dict.fromkeys((*_IMAGES, *_RESULTS, *known)))
