"""Writes part of the demo study once in every transfer syntax, to check a program's decoders with.

python packaging/codec_samples.py FOLDER
"""

from __future__ import annotations

import io
import sys
import zlib  # noqa: F401  # before gdcm, whose own zlib else takes its place and crashes
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import gdcm
import numpy as np
from PIL import Image
from pydicom import dcmread, dcmwrite
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLSLossless,
    JPEGLSNearLossless,
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
BY_PYDICOM: dict[str, tuple[UID, dict[str, object]]] = {
    "rle": (RLELossless, {}),
    "jpeg-ls": (JPEGLSLossless, {}),
    "jpeg-ls-near-lossless": (JPEGLSNearLossless, {"jls_error": 2}),
    "jpeg-2000": (JPEG2000Lossless, {}),
    "jpeg-2000-lossy": (JPEG2000, {"j2k_cr": [6]}),
}
BY_GDCM = {
    "jpeg-lossless": gdcm.TransferSyntax.JPEGLosslessProcess14,
    "jpeg-lossless-first": gdcm.TransferSyntax.JPEGLosslessProcess14_1,
    "jpeg-12-bit-lossy": gdcm.TransferSyntax.JPEGExtendedProcess2_4,
}
HIGH_THROUGHPUT = {
    "htj2k": HTJ2K,
    "htj2k-lossless": HTJ2KLossless,
    "htj2k-lossless-rpcl": HTJ2KLosslessRPCL,
}
"""Nothing here writes it: these are the tests' one frame of 64 x 48, and `PATTERN` its pixels."""
PATTERN = "pattern"
LOSSY = ("jpeg-12-bit-lossy", "jpeg-8-bit", "jpeg-ls-near-lossless", "jpeg-2000-lossy")


def write_samples(folder: Path) -> dict[str, str]:
    """Write one subfolder per transfer syntax.

    Returns:
        Their names, each with the name of the plain one that must give the same; those first.
    """
    sources = sorted((ROOT / "resources" / "demo" / "hbp").glob("*.dcm"))[SLICES]
    datasets = [_decoded(path) for path in sources]
    for name, syntax in PLAIN.items():
        _write(folder / name, datasets, lambda dataset, path, s=syntax: _plain(dataset, path, s))
    for name, (syntax, options) in BY_PYDICOM.items():
        _write(
            folder / name,
            datasets,
            lambda dataset, path, s=syntax, o=options: _packed(dataset, path, s, o),
        )
    for name, syntax in BY_GDCM.items():
        _write(folder / name, datasets, lambda dataset, path, s=syntax: _by_gdcm(dataset, path, s))
    _write(folder / "jpeg-8-bit", datasets, _eight_bits)
    _write(folder / PATTERN, datasets, _pattern)
    for name, syntax in HIGH_THROUGHPUT.items():
        _write(folder / name, datasets, lambda dataset, path, s=syntax: _pattern(dataset, path, s))
    first = next(iter(PLAIN))
    names = [*PLAIN, *BY_PYDICOM, *BY_GDCM, "jpeg-8-bit"]
    return dict.fromkeys(names, first) | dict.fromkeys([PATTERN, *HIGH_THROUGHPUT], PATTERN)


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


def _packed(dataset: Dataset, path: Path, syntax: UID, options: dict[str, object]) -> None:
    dataset.compress(syntax, generate_instance_uid=False, **options)
    dataset.save_as(path)


def _eight_bits(dataset: Dataset, path: Path) -> None:
    values = dataset.pixel_array
    stream = io.BytesIO()
    scaled = (values >> max(0, int(values.max()).bit_length() - 8)).astype(np.uint8)
    Image.fromarray(scaled).save(stream, "JPEG", quality=95)
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 8, 8, 7
    _encapsulated(dataset, path, JPEGBaseline8Bit, stream.getvalue())


def _pattern(dataset: Dataset, path: Path, syntax: UID | None = None) -> None:
    """The tests' frame, encoded or plain; as large as the image was."""
    row, column = np.mgrid[:48, :64]
    values = ((column * 37 + row * row * 5) % 4096).astype(np.uint16)
    spacing = zip(dataset.PixelSpacing, (dataset.Rows, dataset.Columns), values.shape, strict=True)
    dataset.PixelSpacing = [float(mm) * before / now for mm, before, now in spacing]
    dataset.Rows, dataset.Columns = values.shape
    dataset.BitsStored, dataset.HighBit = 12, 11
    if syntax is None:
        dataset.PixelData = values.tobytes()
        dataset.save_as(path)
    else:
        frame = (ROOT / "tests" / "dicom" / "htj2k_64x48.j2c").read_bytes()
        _encapsulated(dataset, path, syntax, frame)


def _encapsulated(dataset: Dataset, path: Path, syntax: UID, frame: bytes) -> None:
    dataset.PixelData = encapsulate([frame])
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = syntax
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
