"""Leaves out copies of an image, which exports and badly packed folders are full of."""

from __future__ import annotations

import os
from collections.abc import Hashable
from functools import lru_cache
from pathlib import Path

from hcc_viewer.dicom.headers import ImageHeader
from hcc_viewer.dicom.long_paths import openable
from hcc_viewer.errors import Notice
from hcc_viewer.phrases import Phrase, counted

COPY = Phrase("a copy of another image")
"""The reason that is counted for each file that is left out."""


def drop_copies(
    images: list[ImageHeader], skipped: list[str]
) -> tuple[list[ImageHeader], tuple[Notice, ...]]:
    """The images of one series without copies, and what there is to say of that.

    Some anonymisers give all images one identifier: only what agrees in place, number and time
    as well is a copy.

    Args:
        images: In the order of the files; of equal ones that of the largest file stays, since the
            others may be cut off, and the first of those.
        skipped: The reason is appended for each file that is left out.
    """
    seen: dict[Hashable, ImageHeader] = {}
    copies: list[ImageHeader] = []
    size = lru_cache(maxsize=None)(_size)
    for image in images:
        key = _identity(image) if image.sop_instance_uid else id(image)
        other = seen.setdefault(key, image)
        if other is image:
            continue
        is_larger = other.path != image.path and size(image.path) > size(other.path)
        seen[key], copy = (image, other) if is_larger else (other, image)
        copies.append(copy)
    kept = list(seen.values())
    used = {image.path for image in kept}
    skipped.extend(COPY for path in dict.fromkeys(c.path for c in copies) if path not in used)
    notices = _copy_notices(len(copies))
    if len({(image.sop_instance_uid, image.frame) for image in kept}) < len(kept):
        notices += (_SHARED_IDENTIFIER,)
    return kept, notices


def _identity(image: ImageHeader) -> Hashable:
    return (
        image.sop_instance_uid,
        image.frame,
        image.position,
        image.orientation,
        image.instance_number,
        image.acquisition_time_s,
        image.content_time_s,
    )


def _size(path: Path) -> int:
    try:
        return os.stat(openable(path)).st_size  # noqa: PTH116 -- may be extended
    except OSError:
        return 0


def _copy_notices(copies: int) -> tuple[Notice, ...]:
    if not copies:
        return ()
    one = "{count} image is a copy of another one and left out."
    many = "{count} images are copies of another one and left out."
    return (Notice("duplicates", counted(copies, one, many)),)


_SHARED_IDENTIFIER = Notice(
    "shared-identifier",
    Phrase(
        "Several different images have the same identifier (SOP Instance UID), as after a faulty "
        "anonymisation. Exports that refer to single images may be ambiguous."
    ),
)
