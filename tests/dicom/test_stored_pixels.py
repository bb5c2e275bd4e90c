"""A compact volume takes half the memory and gives exactly the values of a plain one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from hcc_viewer.detection import detect, load_model
from hcc_viewer.dicom import Volume, load_volume, scan_folder, scan_study
from hcc_viewer.dicom.stored_pixels import StoredPixels
from hcc_viewer.gui.stack import acquired, reformats
from hcc_viewer.gui.views.overlay_text import pointer_line
from hcc_viewer.headless import choose_series
from hcc_viewer.paths import demo_study_dir
from tests.make_dicom import make_series

Maker = Callable[[int], NDArray[Any]]


def numbers(dtype: str, low: int = 0, high: int = 30000) -> Maker:
    """Slices of random integers."""
    return lambda i: np.random.default_rng(i).integers(low, high, (12, 14)).astype(dtype)


def both(folder: Path) -> tuple[Volume, Volume]:
    """The same series loaded plain and compact."""
    series = scan_folder(folder)[0]
    return load_volume(series), load_volume(series, compact=True)


def philips_rescale(i: int) -> dict[str, Any]:
    return {"RescaleSlope": 2.3456 + 0.1 * i, "RescaleIntercept": 3.7 * i}


@pytest.mark.parametrize(
    ("pixels", "per_slice"),
    [
        (numbers("uint8", 0, 255), None),
        (numbers("uint16", 0, 65535), None),
        (numbers("int16", -30000), None),
        (numbers("uint16"), philips_rescale),
        (numbers("int16", -3000), lambda i: {"RescaleSlope": "-0.5", "RescaleIntercept": 1e6}),
        (lambda i: numbers("int16" if i % 2 else "uint16")(i), philips_rescale),
        (numbers("uint16"), lambda i: {"PixelPaddingValue": 7}),
        (numbers("uint16"), lambda i: {"PhotometricInterpretation": "MONOCHROME1"}),
    ],
)
def test_compact_gives_the_same_values(tmp_path: Path, pixels: Maker, per_slice: Any) -> None:
    make_series(tmp_path, 6, pixels=pixels, per_slice=per_slice)
    plain, compact = both(tmp_path)
    assert isinstance(compact.pixels, StoredPixels)
    assert compact.pixels.nbytes <= plain.array.nbytes / 2
    assert compact.array.dtype == np.float32
    assert np.array_equal(compact.array, plain.array)
    assert all(np.array_equal(compact.pixels[i], plain.array[i]) for i in range(6))
    window = (plain.window_center, plain.window_width)
    assert (compact.window_center, compact.window_width) == window
    assert compact.is_inverted == plain.is_inverted


@pytest.mark.parametrize(
    "pixels",
    [
        numbers("int32", -(10**6), 10**6),
        lambda i: numbers("int16", -9)(i) if i % 2 else numbers("uint16", 60000, 65000)(i),
    ],
)
def test_what_does_not_fit_into_16_bits_stays_plain(tmp_path: Path, pixels: Maker) -> None:
    make_series(tmp_path, 4, pixels=pixels)
    plain, compact = both(tmp_path)
    assert isinstance(compact.pixels, np.ndarray)
    assert np.array_equal(compact.array, plain.array)


def test_colour_keeps_its_luminance(tmp_path: Path) -> None:
    colour = np.random.default_rng(0).integers(0, 255, (12, 14, 3)).astype(np.uint8)
    make_series(tmp_path, 3, pixels=lambda i: colour)
    plain, compact = both(tmp_path)
    assert np.array_equal(compact.array, plain.array)
    assert np.array_equal(compact.color, plain.color)


def test_a_slice_that_cannot_be_read_has_the_lowest_value(tmp_path: Path) -> None:
    rescale = {"RescaleSlope": 1.7, "RescaleIntercept": 0.3}
    paths = make_series(tmp_path, 5, pixels=numbers("uint16", 5), **rescale)
    series = scan_folder(tmp_path)[0]
    paths[2].write_bytes(b"broken")
    plain, compact = load_volume(series), load_volume(series, compact=True)
    assert [one.code for one in compact.warnings] == [one.code for one in plain.warnings]
    assert isinstance(compact.pixels, StoredPixels)
    assert np.array_equal(compact.array, plain.array)


def test_parts_and_reformats_are_the_same(tmp_path: Path) -> None:
    make_series(tmp_path, 6, pixels=numbers("uint16"), per_slice=philips_rescale)
    plain, compact = both(tmp_path)
    assert np.array_equal(compact.pixels[::2, 1::3, 5], plain.array[::2, 1::3, 5])
    assert np.array_equal(compact.pixels[np.array([4, 1])], plain.array[[4, 1]])
    plain_stacks = (acquired(plain), *reformats(plain))
    compact_stacks = (acquired(compact), *reformats(compact))
    for expected, stack in zip(plain_stacks, compact_stacks, strict=True):
        assert stack.shape == expected.shape
        for index in range(stack.shape[0]):
            assert np.array_equal(stack.image(index), expected.image(index))


def test_the_pointer_reads_the_rescaled_value(tmp_path: Path) -> None:
    make_series(tmp_path, 4, pixels=numbers("uint16"), per_slice=philips_rescale)
    plain, compact = both(tmp_path)
    line = pointer_line(acquired(compact), 2, 5.0, 6.0)
    assert line == pointer_line(acquired(plain), 2, 5.0, 6.0)
    assert float(line.split()[0]) == pytest.approx(float(plain.array[2, 6, 5]), rel=1e-3)


def test_detection_is_the_same() -> None:
    series = choose_series(scan_study(demo_study_dir()))
    model = load_model()
    first = detect(load_volume(series), model)
    second = detect(load_volume(series, compact=True), model)
    assert first.findings
    assert second.findings == first.findings
    of_first = [one.probability for one in first.slices]
    assert [one.probability for one in second.slices] == of_first
