"""Has pydicom read a file, after a look at what that would do to the memory."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from pydicom import dcmread
from pydicom.dataset import FileDataset
from pydicom.tag import BaseTag
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from hcc_viewer.dicom.long_paths import openable
from hcc_viewer.dicom.quick_header import file_meta

MAX_INFLATED_BYTES = 512 * 1024**2
"""A deflated file that unpacks to more is refused: some kilobytes can become gigabytes."""

_HEAD_BYTES = 4096
_CHUNK = 1024**2


def read_dataset(
    source: Path | BinaryIO, tags: Sequence[BaseTag] | None, **options: Any
) -> FileDataset:
    """The wanted elements of a file, or of an open one from its beginning.

    Args:
        source: The file.
        tags: Empty for the file's meta information alone; None for all elements.
        **options: Of `pydicom.dcmread`.

    Raises:
        ValueError: A deflated file is too large.
        Exception: Whatever pydicom raises; see `MALFORMED`.
    """
    if isinstance(source, Path):
        with open(openable(source), "rb") as file:  # noqa: PTH123 -- may be extended
            return read_dataset(file, tags, **options)
    source.seek(0)
    syntax, start = file_meta(source, source.read(_HEAD_BYTES))
    if syntax == DeflatedExplicitVRLittleEndian:
        source.seek(start)
        _check_inflated_size(source)
    source.seek(0)
    wanted = None if tags is None else list(tags)
    return dcmread(source, force=True, specific_tags=wanted, **options)


def name_encoding(dataset: FileDataset) -> None:
    """Say in the meta information how the file is encoded, where it does not say so itself."""
    if "TransferSyntaxUID" in dataset.file_meta:
        return
    implicit, little = dataset.original_encoding
    explicit = ExplicitVRBigEndian if little is False else ExplicitVRLittleEndian
    dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian if implicit else explicit


def _check_inflated_size(file: BinaryIO) -> None:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    total = 0
    while chunk := file.read(_CHUNK):
        while chunk and not inflater.eof:
            total += len(inflater.decompress(chunk, _CHUNK))
            chunk = inflater.unconsumed_tail
            if total > MAX_INFLATED_BYTES:
                raise ValueError("it unpacks to more than any image needs")
