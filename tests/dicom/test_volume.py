"""From a series to pixel values: encodings, scaling, padding, colour, damage."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import (
    HTJ2K,
    MPEG2MPML,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
    RLELossless,
)

from hcc_viewer.dicom import Volume, load_volume, scan_folder
from hcc_viewer.dicom.pixels import decode_images, read_encoded, read_plain_image
from hcc_viewer.errors import CancelledError, ReadError
from tests.make_dicom import encapsulated, make_enhanced, make_image, make_series, save


def random_slice(i: int, dtype: str = "uint16") -> NDArray[Any]:
    """Different in each slice, and with large and small values."""
    numbers = np.random.default_rng(i)
    low = -2000 if dtype == "int16" else 0
    return numbers.integers(low, 4000, (16, 20)).astype(dtype)


def large_slice(i: int, dtype: str) -> NDArray[Any]:
    """Large enough for the resolution levels of JPEG 2000."""
    return np.tile(random_slice(i, dtype), (4, 4))


def load(folder: Path) -> Volume:
    return load_volume(scan_folder(folder)[0])


@pytest.mark.parametrize(
    "syntax",
    [ImplicitVRLittleEndian, ExplicitVRLittleEndian, DeflatedExplicitVRLittleEndian],
)
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "int32"])
def test_native_pixels_come_back(tmp_path: Path, syntax: str, dtype: str) -> None:
    make_series(tmp_path, 3, pixels=lambda i: random_slice(i, dtype), transfer_syntax=syntax)
    expected = np.stack([random_slice(i, dtype) for i in range(3)])
    assert np.array_equal(load(tmp_path).array, expected.astype(np.float32))


def test_big_endian_pixels_come_back(tmp_path: Path) -> None:
    for path in make_series(tmp_path, 3, pixels=random_slice):
        dataset = make_image(random_slice(int(path.stem[-1])), transfer_syntax=ExplicitVRBigEndian)
        dataset.ImagePositionPatient = [0, 0, 3.0 * int(path.stem[-1])]
        dataset.PixelData = random_slice(int(path.stem[-1])).astype(">u2").tobytes()
        save(dataset, path)
    expected = np.stack([random_slice(i) for i in range(3)])
    assert np.array_equal(load(tmp_path).array, expected)


@pytest.mark.parametrize("syntax", [RLELossless, JPEG2000Lossless, JPEGLSLossless])
@pytest.mark.parametrize("dtype", ["uint16", "int16"])
def test_compressed_pixels_come_back(tmp_path: Path, syntax: str, dtype: str) -> None:
    for i in range(3):
        dataset = make_image(large_slice(i, dtype), position=(0, 0, 3.0 * i))
        dataset.compress(syntax, generate_instance_uid=False)
        save(dataset, tmp_path / f"{i}.dcm")
    expected = np.stack([large_slice(i, dtype) for i in range(3)])
    assert np.array_equal(load(tmp_path).array, expected)


def test_twelve_bits_in_sixteen_are_read_as_stored(tmp_path: Path) -> None:
    make_series(tmp_path, 3, pixels=random_slice, BitsStored=12, HighBit=11)
    assert np.array_equal(load(tmp_path).array[2], random_slice(2))


def test_an_overlay_in_the_unused_bits_is_left_out(tmp_path: Path) -> None:
    def with_overlay(i: int) -> NDArray[Any]:
        return (random_slice(i) & 0xFFF) | np.uint16(0x8000)

    make_series(tmp_path, 3, pixels=with_overlay, BitsStored=12, HighBit=11)
    assert np.array_equal(load(tmp_path).array[1], random_slice(1) & 0xFFF)


@pytest.mark.parametrize("dtype", ["uint16", "int16"])
def test_values_in_the_upper_bits_are_moved_down(tmp_path: Path, dtype: str) -> None:
    def upper(i: int) -> NDArray[Any]:
        return np.left_shift(random_slice(i, dtype) // 2, 4)

    make_series(tmp_path, 3, pixels=upper, BitsStored=12, HighBit=15)
    assert np.array_equal(load(tmp_path).array[1], random_slice(1, dtype) // 2)


def test_a_high_bit_that_contradicts_the_values_is_not_believed(tmp_path: Path) -> None:
    make_series(tmp_path, 3, pixels=random_slice, BitsStored=12, HighBit=15)
    assert np.array_equal(load(tmp_path).array[1], random_slice(1))


@pytest.mark.parametrize("implicit", [False, True])
@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint32"])
def test_plain_files_read_in_one_go_are_as_pydicom_reads_them(
    tmp_path: Path, implicit: bool, dtype: str
) -> None:
    syntax = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian
    tags = {"RescaleSlope": 0.5, "RescaleIntercept": -3, "WindowCenter": 40, "WindowWidth": 80}
    (path,) = make_series(
        tmp_path, 1, pixels=lambda i: random_slice(7, dtype), transfer_syntax=syntax, **tags
    )
    plain = read_plain_image(path)
    assert plain is not None
    (other,) = decode_images(read_encoded(path), [None])
    assert np.array_equal(plain.array, other.array)
    assert (plain.window, plain.is_inverted) == (other.window, other.is_inverted)


def test_each_slice_has_its_own_rescale(tmp_path: Path) -> None:
    make_series(
        tmp_path,
        4,
        pixels=lambda i: np.full((4, 4), 100, np.uint16),
        per_slice=lambda i: {"RescaleSlope": i + 0.5, "RescaleIntercept": -10},
    )
    assert load(tmp_path).array[:, 0, 0].tolist() == [40, 140, 240, 340]


def test_an_absurd_slope_of_zero_is_ignored(tmp_path: Path) -> None:
    make_series(tmp_path, 3, RescaleSlope=0, RescaleIntercept=0)
    assert load(tmp_path).array[:, 0, 0].tolist() == [1, 2, 3]


def test_monochrome1_is_said_and_the_values_stay(tmp_path: Path) -> None:
    make_series(tmp_path, 3, PhotometricInterpretation="MONOCHROME1")
    volume = load(tmp_path)
    assert volume.is_inverted
    assert volume.array[:, 0, 0].tolist() == [1, 2, 3]


def mixed_sense(folder: Path, odd: Sequence[int], most: int, **tags: Any) -> None:
    """Six slices, of which the odd ones are written as MONOCHROME1, taken from `most`."""

    def pixels(i: int) -> NDArray[Any]:
        plain = random_slice(i).astype(np.int16)
        plain = (most - plain) if i in odd else plain
        return plain if tags.get("PixelRepresentation") else plain.astype(np.uint16)

    make_series(
        folder,
        6,
        pixels=pixels,
        per_slice=lambda i: {"PhotometricInterpretation": f"MONOCHROME{1 if i in odd else 2}"},
        WindowCenter=1000,
        WindowWidth=3000,
        **tags,
    )


@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize(
    ("most", "tags"),
    [
        (4095, {"BitsStored": 12, "HighBit": 11}),
        (4000, {"BitsStored": 12, "HighBit": 11, "RescaleSlope": 2, "RescaleIntercept": -5}),
        (-1, {"PixelRepresentation": 1}),
    ],
)
def test_slices_with_black_and_white_exchanged_are_turned_round(
    tmp_path: Path, most: int, tags: Any, compact: bool
) -> None:
    mixed_sense(tmp_path, (1, 3, 5), most, **tags)
    volume = load_volume(scan_folder(tmp_path)[0], compact=compact)
    slope, intercept = tags.get("RescaleSlope", 1), tags.get("RescaleIntercept", 0)
    expected = np.stack([random_slice(i) for i in range(6)]) * float(slope) + intercept
    expected[1::2] += slope * ((4095 if most > 0 else -1) - most)
    assert not volume.is_inverted
    assert np.array_equal(volume.array, expected)
    assert [notice.code for notice in volume.warnings] == ["mixed-photometric"]
    assert "others: 2, 4, 6." in volume.warnings[0].message


def test_most_slices_say_what_is_white(tmp_path: Path) -> None:
    mixed_sense(tmp_path, (0, 1, 3, 5), 4095, BitsStored=12, HighBit=11)
    volume = load(tmp_path)
    assert volume.is_inverted
    assert np.array_equal(volume.array, 4095 - np.stack([random_slice(i) for i in range(6)]))


def test_slices_turned_round_within_fewer_bits_than_stated_lie_beside_the_others(
    tmp_path: Path,
) -> None:
    mixed_sense(tmp_path, (1, 2), 5000)
    found = load(tmp_path).array
    assert abs(found[1] - random_slice(1)).max() < 100


@pytest.mark.parametrize("tags", [{"PixelPaddingValue": -32768}, {}])
def test_padding_is_marked_and_left_out_of_the_window(tmp_path: Path, tags: Any) -> None:
    def padded(i: int) -> NDArray[Any]:
        pixels = random_slice(i).astype(np.int16)
        pixels[:8] = -32768
        return pixels

    make_series(tmp_path, 3, pixels=padded, **tags)
    volume = load(tmp_path)
    assert volume.padding is not None
    assert volume.padding[:, :8].all()
    assert not volume.padding[:, 8:].any()
    assert volume.window_center - volume.window_width / 2 >= 0


def test_a_range_of_padding_is_marked(tmp_path: Path) -> None:
    make_series(tmp_path, 5, PixelPaddingValue=2, PixelPaddingRangeLimit=4)
    padding = load(tmp_path).padding
    assert padding is not None
    assert padding[:, 0, 0].tolist() == [False, True, True, True, False]


def test_padding_written_as_unsigned_fits_signed_pixels(tmp_path: Path) -> None:
    def pixels(i: int) -> NDArray[Any]:
        return np.where(np.eye(6) > 0, -2000, i).astype(np.int16)

    for path in make_series(tmp_path, 3, pixels=pixels, PixelPaddingValue=-2000):
        content = path.read_bytes()
        path.write_bytes(content.replace(b"\x28\x00\x20\x01SS", b"\x28\x00\x20\x01US"))
    padding = load(tmp_path).padding
    assert padding is not None
    assert padding[1].sum() == 6


def make_float_series(
    folder: Path, values: Sequence[float], dtype: type[np.floating[Any]], **tags: Any
) -> None:
    """Three slices of floats of one row."""
    pixels = np.asarray([values], dtype)
    keyword = "FloatPixelData" if dtype is np.float32 else "DoubleFloatPixelData"
    for path in make_series(folder, 3, shape=pixels.shape, **tags):
        dataset = dcmread(path)
        for gone in ("PixelData", "BitsStored", "HighBit", "PixelRepresentation"):
            delattr(dataset, gone)
        dataset.BitsAllocated = 8 * pixels.dtype.itemsize
        setattr(dataset, keyword, pixels.tobytes())
        dataset.save_as(path)


@pytest.mark.parametrize(
    ("dtype", "no_signal", "tags"),
    [
        (np.float32, float("nan"), {}),
        (np.float32, float("inf"), {}),
        (np.float32, float("-inf"), {}),
        (np.float32, -3.4e38, {}),
        (np.float64, -1e300, {"DoubleFloatPixelPaddingValue": -1e300}),
        (np.float32, -3.4e38, {"FloatPixelPaddingValue": -3.4e38}),
        (np.float32, -999.5, {"FloatPixelPaddingValue": -999.5}),
        (
            np.float64,
            -999.5,
            {"DoubleFloatPixelPaddingValue": -1e4, "DoubleFloatPixelPaddingRangeLimit": -100.1},
        ),
    ],
)
def test_floats_that_are_no_signal_are_padding_of_the_lowest_value(
    tmp_path: Path, dtype: type[np.floating[Any]], no_signal: float, tags: dict[str, Any]
) -> None:
    make_float_series(tmp_path, [2.5, no_signal, -1.5, 4.0], dtype, **tags)
    volume = load(tmp_path)
    assert volume.array[1, 0].tolist() == [2.5, -1.5, -1.5, 4.0]
    assert volume.padding is not None
    assert volume.padding[1, 0].tolist() == [False, True, False, False]


def test_floats_that_are_all_no_signal_can_be_opened(tmp_path: Path) -> None:
    make_float_series(tmp_path, [float("nan")] * 4, np.float32)
    volume = load(tmp_path)
    assert not volume.array.any()
    assert volume.padding is not None
    assert volume.padding.all()


def test_floats_without_padding_have_no_mask(tmp_path: Path) -> None:
    make_float_series(tmp_path, [2.5, 0.0, -1.5, 4.0], np.float32)
    volume = load(tmp_path)
    assert volume.array[1, 0].tolist() == [2.5, 0.0, -1.5, 4.0]
    assert volume.padding is None


def test_without_padding_there_is_no_mask(tmp_path: Path) -> None:
    make_series(tmp_path, 3)
    assert load(tmp_path).padding is None


@pytest.mark.parametrize(
    ("stored", "kept"),
    [((2000, 3000), True), ((1800, 4000), True), ((-5000, 100), False), ((2000, 90000), False)],
)
def test_a_stored_window_is_kept_where_it_makes_sense(
    tmp_path: Path, stored: tuple[int, int], kept: bool
) -> None:
    make_series(tmp_path, 3, pixels=random_slice, WindowCenter=stored[0], WindowWidth=stored[1])
    volume = load(tmp_path)
    assert ((volume.window_center, volume.window_width) == stored) == kept


def test_without_a_window_the_values_give_one(tmp_path: Path) -> None:
    make_series(tmp_path, 3, pixels=random_slice)
    volume = load(tmp_path)
    assert volume.window_center == pytest.approx(2000, rel=0.05)
    assert volume.window_width == pytest.approx(4000, rel=0.05)


def test_an_empty_image_has_a_window_of_some_width(tmp_path: Path) -> None:
    make_series(tmp_path, 3, pixels=lambda i: np.zeros((8, 8), np.uint16))
    assert load(tmp_path).window_width > 0


def test_colour_gives_rgb_and_luminance(tmp_path: Path) -> None:
    pixels = np.zeros((8, 8, 3), np.uint8)
    pixels[..., 1] = 200
    save(make_image(pixels), tmp_path / "a.dcm")
    volume = load(tmp_path)
    assert volume.color is not None
    assert volume.color[0, 3, 3].tolist() == [0, 200, 0]
    assert volume.array[0, 3, 3] == pytest.approx(0.587 * 200, abs=1)
    assert "Colour" in (volume.series.refusal or "")


def test_an_undecodable_slice_is_filled_and_named(tmp_path: Path) -> None:
    for i, path in enumerate(make_series(tmp_path, 5, shape=(64, 64))):
        dataset = make_image(np.full((64, 64), i + 1, np.uint16), position=(0, 0, 3.0 * i))
        dataset.compress(JPEG2000Lossless, generate_instance_uid=False)
        save(encapsulated(dataset, [b"damaged " * 9]) if i == 2 else dataset, path)
    volume = load(tmp_path)
    assert volume.array[:, 0, 0].tolist() == [1, 2, 1, 4, 5]
    assert [notice.code for notice in volume.warnings] == ["undecodable-slices"]
    assert "left black: 3 " in volume.warnings[0].message
    assert volume.unread == {2}


def test_a_slice_that_is_cut_short_keeps_what_is_there(tmp_path: Path) -> None:
    paths = make_series(tmp_path, 5)
    paths[2].write_bytes(paths[2].read_bytes()[:-100])
    volume = load(tmp_path)
    assert volume.array[2, 0, 0] == 3
    assert volume.array[2, -1, -1] == 0
    assert [notice.code for notice in volume.warnings] == ["cut-slices"]


def test_lossy_jpeg_of_twelve_bits_is_read() -> None:
    array = load(Path(get_testdata_file("JPGExtended.dcm"))).array[0]
    assert (array[420, 140], array[230, 120]) == (244, 95)


def test_a_file_that_vanished_is_named(tmp_path: Path) -> None:
    make_series(tmp_path, 3)
    (series,) = scan_folder(tmp_path)
    (tmp_path / "im0001.dcm").unlink()
    assert "slices" in load_volume(series).warnings[0].message.lower()


def test_a_series_of_which_nothing_can_be_read_is_an_error(tmp_path: Path) -> None:
    make_series(tmp_path, 3)
    (series,) = scan_folder(tmp_path)
    for path in tmp_path.iterdir():
        path.unlink()
    with pytest.raises(ReadError, match=r"im0000\.dcm"):
        load_volume(series)


def test_a_huge_size_in_a_damaged_header_is_refused(tmp_path: Path) -> None:
    make_series(tmp_path, 2, per_slice=lambda i: {"Rows": 65535, "Columns": 65535})
    with pytest.raises(ReadError, match="memory"):
        load(tmp_path)


def test_progress_counts_the_slices(tmp_path: Path) -> None:
    make_series(tmp_path, 12)
    seen: list[tuple[int, int]] = []
    load_volume(scan_folder(tmp_path)[0], lambda done, total: seen.append((done, total)))
    assert seen[-1] == (12, 12)


def test_loading_can_be_cancelled(tmp_path: Path) -> None:
    make_series(tmp_path, 12)

    def cancel(done: int, total: int) -> None:
        raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        load_volume(scan_folder(tmp_path)[0], cancel)


def test_the_pixels_cannot_be_changed(tmp_path: Path) -> None:
    make_series(tmp_path, 2)
    with pytest.raises(ValueError, match="read-only"):
        load(tmp_path).array[0, 0, 0] = 1


def test_a_hundred_slices_are_read_quickly(tmp_path: Path) -> None:
    make_series(tmp_path, 100, shape=(320, 320))
    (series,) = scan_folder(tmp_path)
    best = min(load_volume(series).read_seconds for _ in range(3))
    assert best < 1.0, "0.12 s on two idle cores; the margin is for busy machines"


def test_a_private_transfer_syntax_of_native_pixels_is_read(tmp_path: Path) -> None:
    for path in make_series(tmp_path, 3, pixels=random_slice):
        content = path.read_bytes()
        path.write_bytes(content.replace(b"1.2.840.10008.1.2.1\0", b"1.3.46.670589.33.1\0\0"))
    assert np.array_equal(load(tmp_path).array[1], random_slice(1))


def test_colours_of_half_the_resolution_are_read() -> None:
    volume = load(Path(get_testdata_file("SC_ybr_full_422_uncompressed.dcm")))
    assert volume.color is not None
    assert volume.warnings == ()
    assert volume.color[0, 5, 50].tolist() == pytest.approx([254, 0, 0], abs=2)


def test_colours_that_only_say_that_they_are_of_half_the_resolution_are_read(
    tmp_path: Path,
) -> None:
    pixels = np.zeros((8, 8, 3), np.uint8)
    pixels[..., 0] = np.arange(8) * 20
    pixels[..., 1:] = 128
    save(make_image(pixels, PhotometricInterpretation="YBR_FULL_422"), tmp_path / "a.dcm")
    volume = load(tmp_path)
    assert volume.color is not None
    assert volume.color[0, 3, :, 1] == pytest.approx(np.arange(8) * 20, abs=1)


@pytest.mark.parametrize("syntax", [HTJ2KLossless, HTJ2KLosslessRPCL, HTJ2K])
def test_high_throughput_jpeg_2000_is_read(tmp_path: Path, syntax: str) -> None:
    row, column = np.mgrid[:48, :64]
    expected = ((column * 37 + row * row * 5) % 4096).astype(np.uint16)
    image = make_image(expected, transfer_syntax=syntax, BitsStored=12, HighBit=11)
    frame = Path(__file__).with_name("htj2k_64x48.j2c").read_bytes()
    save(encapsulated(image, [frame]), tmp_path / "a.dcm")
    assert np.array_equal(load(tmp_path).array[0], expected)


def test_lossless_jpeg_is_read() -> None:
    volume = load(Path(get_testdata_file("JPEG-LL.dcm")))
    assert volume.array.std() > 1
    assert volume.warnings == ()


def test_an_encoding_without_a_decoder_is_said_in_a_sentence(tmp_path: Path) -> None:
    image = make_image(np.zeros((8, 8), np.uint16), transfer_syntax=MPEG2MPML)
    save(encapsulated(image, [b"video " * 9]), tmp_path / "a.dcm")
    with pytest.raises(ReadError, match="encoded in a way that this program cannot decode"):
        load(tmp_path)


def test_a_damaged_frame_costs_only_itself(tmp_path: Path) -> None:
    frames = np.stack([np.full((16, 20), i + 1, np.uint16) for i in range(20)])
    dataset = make_enhanced(frames, [(-120, -100, 5.0 * i) for i in range(20)])
    dataset.compress(RLELossless)
    stored = list(generate_frames(dataset.PixelData, number_of_frames=20))
    for damaged in (3, 4, 11):
        stored[damaged] = b"\1\2\3\4" * 5
    dataset.PixelData = encapsulate(stored)
    save(dataset, tmp_path / "frames.dcm")
    volume = load(tmp_path)
    (notice,) = [one for one in volume.warnings if one.code == "undecodable-slices"]
    assert "black: 4, 5, 12 (" in notice.message
    means = volume.array.mean(axis=(1, 2))
    assert [int(means[i]) for i in (2, 5, 10, 19)] == [3, 6, 11, 20]
