"""Writes part of the demo study once in every transfer syntax, to check a program's decoders with.

python packaging/codec_samples.py FOLDER
"""

from __future__ import annotations

import sys
import zlib  # noqa: F401  # before gdcm, whose own zlib else takes its place and crashes
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import gdcm
from pydicom import dcmread, dcmwrite
from pydicom.dataset import Dataset
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
    RLELossless,
)

ROOT = Path(__file__).resolve().parents[1]

SLICES = slice(50, 62)
"""Some that hold a lesion, so that probabilities differ."""

PLAIN = {
    "explicit-little": ExplicitVRLittleEndian,
    "implicit-little": ImplicitVRLittleEndian,
    "explicit-big": ExplicitVRBigEndian,
    "deflated": DeflatedExplicitVRLittleEndian,
}
BY_PYDICOM = {"rle": RLELossless, "jpeg-ls": JPEGLSLossless, "jpeg-2000": JPEG2000Lossless}
BY_GDCM = {
    "jpeg-lossless": gdcm.TransferSyntax.JPEGLosslessProcess14,
    "jpeg-lossless-first": gdcm.TransferSyntax.JPEGLosslessProcess14_1,
    "jpeg-12-bit-lossy": gdcm.TransferSyntax.JPEGExtendedProcess2_4,
}
LOSSY = ("jpeg-12-bit-lossy",)


def write_samples(folder: Path) -> list[str]:
    """Write one subfolder per transfer syntax; gives their names, the plainest first."""
    sources = sorted((ROOT / "resources" / "demo" / "hbp").glob("*.dcm"))[SLICES]
    datasets = [_decoded(path) for path in sources]
    for name, syntax in PLAIN.items():
        _write(folder / name, datasets, lambda dataset, path, s=syntax: _plain(dataset, path, s))
    for name, syntax in BY_PYDICOM.items():
        _write(folder / name, datasets, lambda dataset, path, s=syntax: _packed(dataset, path, s))
    for name, syntax in BY_GDCM.items():
        _write(folder / name, datasets, lambda dataset, path, s=syntax: _by_gdcm(dataset, path, s))
    return [*PLAIN, *BY_PYDICOM, *BY_GDCM]


def _decoded(path: Path) -> Dataset:
    dataset = dcmread(path)
    if dataset.file_meta.TransferSyntaxUID.is_compressed:
        dataset.decompress()
    return dataset


def _write(folder: Path, datasets: list[Dataset], write: Callable[[Dataset, Path], None]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, dataset in enumerate(datasets):
        write(deepcopy(dataset), folder / f"{number:03d}.dcm")


def _plain(dataset: Dataset, path: Path, syntax: UID) -> None:
    is_little = syntax != ExplicitVRBigEndian
    if not is_little:
        dataset.PixelData = dataset.pixel_array.astype(">u2").tobytes()
    dataset.file_meta.TransferSyntaxUID = syntax
    implicit = syntax == ImplicitVRLittleEndian
    dcmwrite(path, dataset, implicit_vr=implicit, little_endian=is_little)


def _packed(dataset: Dataset, path: Path, syntax: UID) -> None:
    dataset.compress(syntax, generate_instance_uid=False)
    dataset.save_as(path)


def _by_gdcm(dataset: Dataset, path: Path, syntax: int) -> None:
    if syntax == BY_GDCM["jpeg-12-bit-lossy"]:
        # Lossy JPEG takes 12 bits at most.
        dataset.PixelData = (dataset.pixel_array >> _bits_over(dataset)).tobytes()
        dataset.BitsStored, dataset.HighBit = 12, 11
    dataset.save_as(path)
    reader = gdcm.ImageReader()
    reader.SetFileName(str(path))
    if not reader.Read():
        raise SystemExit(f"GDCM cannot read {path}")
    change = gdcm.ImageChangeTransferSyntax()
    change.SetTransferSyntax(gdcm.TransferSyntax(syntax))
    change.SetInput(reader.GetImage())
    if not change.Change():
        raise SystemExit(f"GDCM cannot write {path} as {gdcm.TransferSyntax(syntax)}")
    writer = gdcm.ImageWriter()
    writer.SetFile(reader.GetFile())
    writer.SetImage(change.GetOutput())
    writer.SetFileName(str(path))
    if not writer.Write():
        raise SystemExit(f"GDCM cannot write {path}")


def _bits_over(dataset: Dataset) -> int:
    return max(0, int(dataset.pixel_array.max()).bit_length() - 12)


if __name__ == "__main__":
    print("\n".join(write_samples(Path(sys.argv[1]))))
