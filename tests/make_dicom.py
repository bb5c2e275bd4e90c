"""Writes small MR series as real files, with the habits of the vendors. No patient is in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    UID,
    EnhancedMRImageStorage,
    ExplicitVRLittleEndian,
    MRImageStorage,
    generate_uid,
)

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
CORONAL = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)
SAGITTAL = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)

HBP = {
    "SeriesDescription": "Ax LAVA HBP 20 min",
    "ContrastBolusAgent": "Primovist",
    "ScanningSequence": "GR",
    "MRAcquisitionType": "3D",
    "RepetitionTime": 4.1,
    "EchoTime": 1.9,
    "FlipAngle": 12,
}
"""The tags of a series that is surely the hepatobiliary phase."""

_roots: dict[str, str] = {}


def uid_of(*names: object) -> str:
    """The same identifier for the same names, in this run of the tests."""
    return _roots.setdefault(repr(names), generate_uid())


def normal_of(orientation: Sequence[float]) -> NDArray[np.float64]:
    """The vector at right angles to a plane, by the right-hand rule."""
    return np.cross(orientation[:3], orientation[3:])


def make_image(
    pixels: NDArray[Any],
    *,
    position: Sequence[float] | None = (0.0, 0.0, 0.0),
    orientation: Sequence[float] | None = AXIAL,
    spacing: Sequence[float] | None = (1.25, 1.25),
    transfer_syntax: str = ExplicitVRLittleEndian,
    **tags: Any,
) -> Dataset:
    """A minimal valid MR image, ready for `save`.

    Args:
        pixels: (row, column) integers, or (row, column, 3) for RGB.
        position: ImagePositionPatient; None leaves it out.
        orientation: ImageOrientationPatient; None leaves it out.
        spacing: PixelSpacing; None leaves it out.
        transfer_syntax: How it is encoded when saved.
        **tags: Further elements by keyword; None removes one.
    """
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = UID(transfer_syntax)
    dataset.SOPClassUID = MRImageStorage
    dataset.SOPInstanceUID = generate_uid()
    dataset.Modality = "MR"
    dataset.PatientName = "SIM^0001"
    dataset.PatientID = "T1"
    dataset.StudyDate = "20240102"
    dataset.StudyInstanceUID = uid_of("study")
    dataset.SeriesInstanceUID = uid_of("series")
    dataset.FrameOfReferenceUID = uid_of("frame of reference")
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "M", "ND"]
    _set(dataset, "ImagePositionPatient", None if position is None else list(position))
    _set(dataset, "ImageOrientationPatient", None if orientation is None else list(orientation))
    _set(dataset, "PixelSpacing", None if spacing is None else list(spacing))
    set_pixels(dataset, pixels)
    for keyword, value in tags.items():
        _set(dataset, keyword, value)
    dataset.file_meta.MediaStorageSOPClassUID = dataset.get("SOPClassUID", MRImageStorage)
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.get("SOPInstanceUID", "") or "1.2"
    return dataset


def set_pixels(dataset: Dataset, pixels: NDArray[Any]) -> None:
    """Put native pixels into a data set, with the elements that describe them."""
    bits = 8 * pixels.dtype.itemsize
    dataset.Rows, dataset.Columns = pixels.shape[-3 if pixels.shape[-1] == 3 else -2 :][:2]
    dataset.SamplesPerPixel = 3 if pixels.shape[-1] == 3 and pixels.ndim > 2 else 1
    dataset.PhotometricInterpretation = "RGB" if dataset.SamplesPerPixel == 3 else "MONOCHROME2"
    if dataset.SamplesPerPixel == 3:
        dataset.PlanarConfiguration = 0
    dataset.BitsAllocated = dataset.BitsStored = bits
    dataset.HighBit = bits - 1
    dataset.PixelRepresentation = int(pixels.dtype.kind == "i")
    dataset.PixelData = pixels.tobytes() + b"\0" * (pixels.nbytes % 2)
    dataset["PixelData"].VR = "OB" if bits == 8 else "OW"


def save(dataset: Dataset, path: Path) -> Path:
    """Write a data set in the encoding that its transfer syntax asks for."""
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset.save_as(path, enforce_file_format=True)
    return path


def make_series(
    folder: Path,
    slices: int = 24,
    *,
    shape: tuple[int, int] = (16, 20),
    orientation: Sequence[float] = AXIAL,
    spacing_mm: float = 5.0,
    origin: Sequence[float] = (-120.0, -100.0, -60.0),
    pixels: Callable[[int], NDArray[Any]] | None = None,
    per_slice: Callable[[int], dict[str, Any]] | None = None,
    series: str = "series",
    prefix: str = "im",
    **tags: Any,
) -> list[Path]:
    """Write a series of parallel slices and give the files in the order of their positions.

    Args:
        folder: Where to write; made when it is missing.
        slices: How many.
        shape: Rows and columns.
        orientation: Directions of growing column index and of growing row index.
        spacing_mm: Between slices, along the right-handed normal of `orientation`.
        origin: Position of the first slice.
        pixels: The pixels of slice i; by default all pixels are i + 1.
        per_slice: Elements of slice i, over those of the series.
        series: The same name gives the same SeriesInstanceUID.
        prefix: Beginning of the file names.
        **tags: Elements of all slices by keyword; see `make_image`.
    """
    step = normal_of(orientation) * spacing_mm
    paths = []
    for i in range(slices):
        own = {
            "SeriesInstanceUID": uid_of("series", series),
            "InstanceNumber": i + 1,
            "PixelSpacing": [12.5, 12.5],
            "position": np.asarray(origin) + i * step,
            "orientation": orientation,
            **tags,
            **(per_slice(i) if per_slice else {}),
        }
        values = np.full(shape, i + 1, np.uint16) if pixels is None else pixels(i)
        paths.append(save(make_image(values, **own), folder / f"{prefix}{i:04d}.dcm"))
    return paths


def make_enhanced(
    frames: NDArray[Any],
    positions: Sequence[Sequence[float]],
    per_frame: Callable[[int], dict[str, Dataset]] | None = None,
    **tags: Any,
) -> Dataset:
    """An Enhanced MR image: geometry in functional groups only, frames in the given order.

    Args:
        frames: (frame, row, column) integers.
        positions: ImagePositionPatient of each frame.
        per_frame: Further functional groups of frame i: sequence keyword to its one item.
        **tags: Elements of the top level by keyword.
    """
    dataset = make_image(frames[0], position=None, orientation=None, spacing=None, **tags)
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = EnhancedMRImageStorage
    dataset.NumberOfFrames = len(frames)
    dataset.PixelData = frames.tobytes()
    shared = Dataset()
    shared.PlaneOrientationSequence = [item(ImageOrientationPatient=list(AXIAL))]
    shared.PixelMeasuresSequence = [item(PixelSpacing=[12.5, 12.5], SliceThickness=5)]
    dataset.SharedFunctionalGroupsSequence = [shared]
    groups = []
    for i, position in enumerate(positions):
        group = Dataset()
        group.PlanePositionSequence = [item(ImagePositionPatient=list(position))]
        for keyword, value in (per_frame(i) if per_frame else {}).items():
            setattr(group, keyword, [value])
        groups.append(group)
    dataset.PerFrameFunctionalGroupsSequence = groups
    return dataset


def item(**tags: Any) -> Dataset:
    """A sequence item."""
    dataset = Dataset()
    for keyword, value in tags.items():
        setattr(dataset, keyword, value)
    return dataset


def encapsulated(dataset: Dataset, frames: Sequence[bytes]) -> Dataset:
    """Replace the pixels by encoded frames; the transfer syntax must already say so."""
    dataset.PixelData = encapsulate(list(frames))
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    return dataset


def _set(dataset: Dataset, keyword: str, value: Any) -> None:
    if value is not None:
        setattr(dataset, keyword, value)
    elif keyword in dataset:
        delattr(dataset, keyword)
