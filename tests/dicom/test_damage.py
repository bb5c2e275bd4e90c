"""Damaged files: whatever is wrong, nothing but our own errors may come out."""

from __future__ import annotations

import contextlib
import io
import sys
from pathlib import Path

import numpy as np
import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.data import get_testdata_file
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
    RLELossless,
)

from hcc_viewer.dicom import frame_worker, isolated_decoders, load_volume, scan_study
from hcc_viewer.dicom.header_reader import TAGS, read_headers
from hcc_viewer.dicom.quick_header import read_quickly, wanted_tags
from hcc_viewer.errors import HccViewerError
from tests.make_dicom import HBP, item, make_enhanced, make_image, make_series, save
from tools import fuzz_dicom


def _valid_files() -> list[bytes]:
    """A plain image, three compressed ones, a colour one, and an enhanced one."""
    pixels = np.arange(64 * 64, dtype=np.uint16).reshape(64, 64)
    datasets = [make_image(pixels, **HBP), make_image(np.zeros((9, 9, 3), np.uint8))]
    for syntax in (RLELossless, JPEG2000Lossless, JPEGLSLossless):
        datasets.append(make_image(pixels, PixelPaddingValue=3, WindowCenter=40, WindowWidth=80))
        datasets[-1].compress(syntax, generate_instance_uid=False)
    datasets.append(
        make_enhanced(
            np.zeros((5, 8, 8), np.uint16),
            [(0.0, 0.0, 3.0 * i) for i in range(5)],
            lambda i: {"FrameContentSequence": item(TemporalPositionIndex=1)},
        )
    )
    files = []
    for dataset in datasets:
        buffer = io.BytesIO()
        dataset.save_as(buffer, enforce_file_format=True)
        files.append(buffer.getvalue())
    return files


VALID = _valid_files()

FUZZ_SEEDS = fuzz_dicom.seeds()

Edit = tuple[float, bytes]


@settings(
    max_examples=100,
    database=None,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    which=st.integers(0, len(VALID) - 1),
    edits=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=6)), max_size=8),
    keep=st.floats(0.05, 1.0),
    in_header=st.booleans(),
)
def test_no_mutation_of_a_file_raises_anything_but_our_errors(
    tmp_path: Path, which: int, edits: list[Edit], keep: float, in_header: bool
) -> None:
    damaged = bytearray(VALID[which])
    reach = min(len(damaged), 1500) if in_header else len(damaged)
    for place, change in edits:
        at = 128 + int(place * max(0, reach - 128 - len(change)))
        damaged[at : at + len(change)] = change
    path = tmp_path / "damaged.dcm"
    path.write_bytes(damaged[: int(len(damaged) * keep) + 1] if keep < 0.9 else damaged)
    with contextlib.suppress(HccViewerError):
        study = scan_study(path)
        assert study.series or study.skipped
        for series in study.series:
            load_volume(series)


@pytest.mark.parametrize("implicit", [False, True])
def test_the_quick_reader_sees_what_pydicom_sees(tmp_path: Path, implicit: bool) -> None:
    dataset = make_image(np.zeros((8, 8), np.uint16), **HBP)
    dataset.ReferencedImageSequence = [item(ReferencedSOPInstanceUID="1.2", Rows=99)]
    dataset["ReferencedImageSequence"].is_undefined_length = True
    dataset.ReferencedImageSequence[0].is_undefined_length_sequence_item = True
    dataset.add_new(0x00291010, "OB", b"private " * 12_000)
    if implicit:
        dataset.file_meta.TransferSyntaxUID = pydicom.uid.ImplicitVRLittleEndian
    path = save(dataset, tmp_path / "a.dcm")
    with path.open("rb") as file:
        quick = read_quickly(file, file.read(4096), wanted_tags(TAGS))
    assert quick is not None
    expected = pydicom.dcmread(path, stop_before_pixels=True, specific_tags=TAGS)
    assert {tag: value for tag, (_, value) in quick.items()} == {
        int(tag): expected.get_item(tag).value
        for tag in expected.keys()  # noqa: SIM118
    }


@pytest.mark.parametrize("is_undefined", [False, True])
@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_the_agent_is_read_from_its_code(tmp_path: Path, syntax: str, is_undefined: bool) -> None:
    code = item(CodeValue="440223009", CodeMeaning="Gadoxetate disodium")
    code.is_undefined_length_sequence_item = is_undefined
    dataset = make_image(np.zeros((4, 4), np.uint16), transfer_syntax=syntax)
    dataset.ContrastBolusAgentSequence = [code]
    dataset["ContrastBolusAgentSequence"].is_undefined_length = is_undefined
    path = save(dataset, tmp_path / "a.dcm")
    (image,) = read_headers(path)
    assert image.series.agent == "440223009 Gadoxetate disodium"


def test_text_in_a_national_character_set_is_read(tmp_path: Path) -> None:
    (path,) = make_series(
        tmp_path, 1, SpecificCharacterSet="ISO_IR 100", SeriesDescription="Spätphase nativ"
    )
    assert read_headers(path)[0].series.description == "Spätphase nativ"


def test_a_deflated_file_that_would_fill_the_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hcc_viewer.dicom.careful_read.MAX_INFLATED_BYTES", 100_000)
    image = make_image(
        np.zeros((512, 512), np.uint16), transfer_syntax=DeflatedExplicitVRLittleEndian
    )
    study = scan_study(save(image, tmp_path / "bomb.dcm"))
    assert study.skipped == (("cannot be read: it unpacks to more than any image needs", 1),)


@pytest.mark.parametrize("damage", ["component count", "garbage", "cut"])
def test_a_damaged_lossless_jpeg_is_named_and_the_next_file_opens(
    tmp_path: Path, damage: str
) -> None:
    path = Path(get_testdata_file("JPEG-LL.dcm"))
    dataset = pydicom.dcmread(path)
    (frame,) = generate_frames(dataset.PixelData, number_of_frames=1)
    if damage == "component count":
        at = frame.index(b"\xff\xc3") + 9
        frame = frame[:at] + b"\x03" + frame[at + 1 :]
    elif damage == "garbage":
        frame = frame[:2] + bytes(range(256)) * 40
    else:
        frame = frame[:300]
    dataset.PixelData = encapsulate([frame])
    dataset.save_as(tmp_path / "damaged.dcm")
    (series,) = scan_study(tmp_path / "damaged.dcm").series
    with contextlib.suppress(HccViewerError):
        load_volume(series)
    assert load_volume(scan_study(path).series[0]).array.max() > 0


def test_a_jpeg_ls_image_that_is_cut_short_does_not_hang(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolated_decoders, "SECONDS", 1.0)
    dataset = pydicom.dcmread(get_testdata_file("MR_small_jpeg_ls_lossless.dcm"))
    (frame,) = generate_frames(dataset.PixelData, number_of_frames=1)
    dataset.PixelData = encapsulate([frame[:862]])
    dataset.save_as(tmp_path / "cut.dcm")
    with pytest.raises(HccViewerError, match=r"cut\.dcm: its compressed pixels are damaged"):
        load_volume(scan_study(tmp_path / "cut.dcm").series[0])


def test_a_decoder_that_dies_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(get_testdata_file("JPEG-LL.dcm"))
    (series,) = scan_study(path).series
    with monkeypatch.context() as broken:
        broken.setattr(
            isolated_decoders, "_command", lambda: [sys.executable, "-c", "import os; os.abort()"]
        )
        isolated_decoders._pool.stop()
        with pytest.raises(HccViewerError, match="JPEG"):
            load_volume(series)
    isolated_decoders._pool.stop()
    assert load_volume(series).array.max() > 0


def test_a_decoder_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    hangs = "import sys, time; sys.stdout.write('R'); sys.stdout.flush(); time.sleep(60)"
    monkeypatch.setattr(isolated_decoders, "SECONDS", 0.2)
    monkeypatch.setattr(isolated_decoders, "_command", lambda: [sys.executable, "-c", hangs])
    isolated_decoders._pool.stop()
    (series,) = scan_study(get_testdata_file("JPEG-LL.dcm")).series
    with pytest.raises(HccViewerError, match="JPEG"):
        load_volume(series)
    isolated_decoders._pool.stop()


@pytest.mark.skipif(not frame_worker.limits_itself(), reason="Windows has no such timer")
def test_a_decoder_that_computes_for_ever_ends_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    spins = (
        f"import sys; sys.path.insert(0, {str(Path(frame_worker.__file__).parent)!r})\n"
        "import itertools, frame_worker as w\n"
        "w.CPU_SECONDS = 0.2\n"
        "w._decode = lambda *_: sum(1 for _ in itertools.repeat(0))\n"
        "w.serve(sys.stdin.buffer, sys.stdout.buffer)"
    )
    monkeypatch.setattr(isolated_decoders, "SECONDS", 300.0)
    monkeypatch.setattr(isolated_decoders, "_command", lambda: [sys.executable, "-c", spins])
    isolated_decoders._pool.stop()
    (series,) = scan_study(get_testdata_file("JPEG-LL.dcm")).series
    with pytest.raises(HccViewerError, match="JPEG"):
        load_volume(series)
    isolated_decoders._pool.stop()


def test_the_program_itself_can_be_the_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        isolated_decoders,
        "_command",
        lambda: [sys.executable, "-m", "hcc_viewer", isolated_decoders.WORKER_ARGUMENT],
    )
    isolated_decoders._pool.stop()
    (series,) = scan_study(get_testdata_file("JPEG-LL.dcm")).series
    assert load_volume(series).array.max() > 0
    isolated_decoders._pool.stop()


@pytest.mark.parametrize(
    ("syntax", "begin", "skip"),
    [(JPEGLSLossless, b"\xff\xf7", 5), (JPEG2000Lossless, b"\xff\x51", 6)],
)
def test_a_frame_that_claims_another_size_is_not_decoded(
    tmp_path: Path, syntax: str, begin: bytes, skip: int
) -> None:
    image = make_image(np.arange(64 * 64, dtype=np.uint16).reshape(64, 64))
    image.compress(syntax, generate_instance_uid=False)
    path = save(image, tmp_path / "a.dcm")
    content = path.read_bytes()
    at = content.index(begin, 300) + skip
    path.write_bytes(content[:at] + b"\xff\xff\xff\xff" + content[at + 4 :])
    with pytest.raises(HccViewerError, match="compressed pixels"):
        load_volume(scan_study(path).series[0])


@pytest.mark.parametrize("number", range(60))
def test_mutated_files_of_many_kinds_open_or_are_refused(tmp_path: Path, number: int) -> None:
    path = tmp_path / "input.dcm"
    path.write_bytes(fuzz_dicom.input_number(number, 77, FUZZ_SEEDS))
    fuzz_dicom.open_as_the_program_does(path)
