"""How the images of one DICOM series are put in order and split, and what is said of oddities."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset

from hcc_viewer.dicom import Series, load_volume, scan_folder, scan_study
from tests.make_dicom import (
    CORONAL,
    SAGITTAL,
    item,
    make_enhanced,
    make_series,
    normal_of,
    save,
)

TIME_KEYS: dict[str, list[Any]] = {
    "TemporalPositionIdentifier": [1, 2, 3],
    "TriggerTime": [0, 20000, 40000],
    "AcquisitionTime": ["101500.5", "101530", "101600"],
    "ContentTime": ["101500", "101530", "101600"],
    "AcquisitionNumber": [1, 2, 3],
}


def codes(series: Series) -> list[str]:
    return [notice.code for notice in series.warnings]


def first_pixels(series: Series) -> list[float]:
    return [float(slice_[0, 0]) for slice_ in load_volume(series).array]


def make_phases(
    folder: Path, tags: list[dict[str, Any]], slices: int = 6, numbers: list[int] | None = None
) -> None:
    """Several stacks at the same places in one series; pixel = 100 * phase + slice."""
    for phase, own in enumerate(tags):
        make_series(
            folder,
            slices,
            prefix=f"p{phase}_",
            pixels=lambda i, phase=phase: np.full((4, 4), 100 * phase + i, np.uint16),
            per_slice=lambda i, phase=phase, own=own: {
                "InstanceNumber": numbers[phase * slices + i] if numbers else 1,
                **own,
            },
        )


def test_slices_are_ordered_by_position_not_by_number(tmp_path: Path) -> None:
    make_series(tmp_path, 8, per_slice=lambda i: {"InstanceNumber": (i * 5) % 8})
    assert first_pixels(scan_folder(tmp_path)[0]) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_slices_stored_from_head_to_foot_are_turned(tmp_path: Path) -> None:
    make_series(tmp_path, 5, spacing_mm=-4.0)
    (series,) = scan_folder(tmp_path)
    assert first_pixels(series) == [5, 4, 3, 2, 1]
    assert series.geometry.normal == pytest.approx([0, 0, 1])


@pytest.mark.parametrize(
    ("orientation", "name", "axis"), [(CORONAL, "coronal", 1), (SAGITTAL, "sagittal", 0)]
)
def test_other_planes_run_to_the_back_and_to_the_left(
    tmp_path: Path, orientation: tuple[float, ...], name: str, axis: int
) -> None:
    make_series(tmp_path, 6, orientation=orientation)
    (series,) = scan_folder(tmp_path)
    assert series.orientation == name
    assert series.geometry.normal[axis] == pytest.approx(1.0)


def test_an_oblique_stack_keeps_its_places(tmp_path: Path) -> None:
    tilt = (1.0, 0.0, 0.0, 0.0, 0.8, 0.6)
    origin = np.array([-10.0, 20.0, 30.0])
    make_series(tmp_path, 5, orientation=tilt, spacing_mm=4.0, origin=origin)
    geometry = scan_folder(tmp_path)[0].geometry
    expected = origin + 2 * 4.0 * normal_of(tilt) + 12.5 * np.array([3.0, 0.8, 0.6])
    assert geometry.to_patient(3, 1, 2) == pytest.approx(expected)
    assert geometry.spacing_mm == pytest.approx((4.0, 12.5, 12.5))
    assert geometry.orientation == "oblique"


def test_the_thickness_is_not_taken_for_the_spacing(tmp_path: Path) -> None:
    make_series(tmp_path, 5, spacing_mm=2.5, SliceThickness=5, SpacingBetweenSlices=5)
    assert scan_folder(tmp_path)[0].geometry.spacing_mm[0] == pytest.approx(2.5)


def test_spacing_is_row_first_as_in_the_files(tmp_path: Path) -> None:
    make_series(tmp_path, 3, PixelSpacing=[2.0, 1.5])
    assert scan_folder(tmp_path)[0].geometry.spacing_mm[1:] == pytest.approx((2.0, 1.5))


@pytest.mark.parametrize("key", TIME_KEYS)
def test_time_points_are_told_apart_by(tmp_path: Path, key: str) -> None:
    make_phases(tmp_path, [{key: value} for value in reversed(TIME_KEYS[key])])
    series = scan_folder(tmp_path)
    assert [s.stack for s in series] == ["phase 1", "phase 2", "phase 3"]
    assert first_pixels(series[0]) == [200, 201, 202, 203, 204, 205]
    assert "time-points-unverified" not in codes(series[0])


def test_a_key_that_splits_wrongly_is_passed_over(tmp_path: Path) -> None:
    make_phases(tmp_path, [{"AcquisitionTime": "101500"}, {"AcquisitionTime": "101600"}])
    wrong = scan_folder(tmp_path)
    make_series(
        tmp_path / "trigger",
        12,
        series="trigger",
        per_slice=lambda i: {
            "TriggerTime": i % 3,
            "position": (0, 0, 5.0 * (i % 6)),
            "AcquisitionTime": "101500" if i < 6 else "101600",
        },
    )
    stacks = scan_folder(tmp_path / "trigger")
    assert len(wrong) == len(stacks) == 2
    assert first_pixels(stacks[0]) == [1, 2, 3, 4, 5, 6]


def test_a_time_that_grows_with_each_slice_separates_phases_too(tmp_path: Path) -> None:
    make_series(
        tmp_path,
        12,
        per_slice=lambda i: {"position": (0, 0, 5.0 * (i % 6)), "ContentTime": f"1015{i:02d}"},
    )
    assert [len(s.instances) for s in scan_folder(tmp_path)] == [6, 6]


def test_numbers_separate_phases_as_a_last_resort(tmp_path: Path) -> None:
    make_phases(tmp_path, [{}, {}], numbers=list(range(1, 13)))
    assert first_pixels(scan_folder(tmp_path)[1]) == [100, 101, 102, 103, 104, 105]


def test_phases_that_nothing_separates_are_kept_with_a_warning(tmp_path: Path) -> None:
    make_phases(tmp_path, [{}, {}])
    series = scan_folder(tmp_path)
    assert [len(s.instances) for s in series] == [6, 6]
    assert codes(series[0]) == ["time-points-unverified"]


def test_a_phase_that_lacks_a_slice_stays_whole(tmp_path: Path) -> None:
    make_phases(tmp_path, [{"AcquisitionTime": "101500"}, {"AcquisitionTime": "101600"}])
    (tmp_path / "p1_0003.dcm").unlink()
    first, second = scan_folder(tmp_path)
    assert first_pixels(first) == [0, 1, 2, 3, 4, 5]
    assert first_pixels(second) == [100, 101, 102, 104, 105]
    assert codes(second) == ["missing-slices"]


def test_dixon_parts_are_told_apart_by_image_type(tmp_path: Path) -> None:
    parts = ["WATER", "FAT", "IN_PHASE", "OPP_PHASE"]
    make_phases(tmp_path, [{"ImageType": ["DERIVED", "PRIMARY", "DIXON", p]} for p in parts])
    series = scan_folder(tmp_path)
    assert [s.stack for s in series] == [part.lower() for part in parts]
    assert "fat image" in (series[1].refusal or "")
    assert series[0].refusal is None


def test_dixon_parts_and_phases_are_told_apart_together(tmp_path: Path) -> None:
    tags = [
        {"ImageType": ["DERIVED", "PRIMARY", "DIXON", part], "TemporalPositionIdentifier": phase}
        for phase in (1, 2)
        for part in ("WATER", "FAT")
    ]
    make_phases(tmp_path, tags)
    assert [s.stack for s in scan_folder(tmp_path)] == [
        "water, phase 1",
        "water, phase 2",
        "fat, phase 1",
        "fat, phase 2",
    ]


def test_echoes_are_told_apart(tmp_path: Path) -> None:
    make_phases(tmp_path, [{"EchoTime": 1.15}, {"EchoTime": 2.3}])
    assert [s.stack for s in scan_folder(tmp_path)] == ["TE 1.15 ms", "TE 2.30 ms"]


def test_diffusion_weightings_are_told_apart(tmp_path: Path) -> None:
    make_phases(tmp_path, [{"DiffusionBValue": 50.0}, {"DiffusionBValue": 800.0}])
    assert [s.stack for s in scan_folder(tmp_path)] == ["b 50", "b 800"]


def test_an_odd_image_type_does_not_tear_a_stack(tmp_path: Path) -> None:
    kinds = (["ORIGINAL", "PRIMARY", "M"], ["ORIGINAL", "PRIMARY", "M", "NORM"])
    make_series(tmp_path, 8, per_slice=lambda i: {"ImageType": kinds[i % 2]})
    assert len(scan_folder(tmp_path)) == 1


def test_images_of_another_size_form_a_stack_of_their_own(tmp_path: Path) -> None:
    make_series(tmp_path, 6)
    make_series(tmp_path, 2, shape=(8, 8), prefix="small", origin=(0, 0, 200))
    assert [s.stack for s in scan_folder(tmp_path)] == ["20 x 16", "8 x 8"]


@pytest.mark.parametrize("other", ["1.18749999", "1.1894"])
def test_a_pixel_spacing_that_is_rounded_otherwise_tears_no_stack(
    tmp_path: Path, other: str
) -> None:
    spacings = ["1.1875", other]
    make_series(tmp_path, 24, per_slice=lambda i: {"PixelSpacing": [spacings[i % 2]] * 2})
    (series,) = scan_folder(tmp_path)
    assert len(series.instances) == 24
    assert series.geometry.spacing_mm == pytest.approx((5.0, 1.1875, 1.1875))


def test_images_of_another_pixel_spacing_form_a_stack_of_their_own(tmp_path: Path) -> None:
    make_series(tmp_path, 8, per_slice=lambda i: {"PixelSpacing": [1.2 if i < 4 else 1.21] * 2})
    assert [len(series.instances) for series in scan_folder(tmp_path)] == [4, 4]


def test_copies_are_left_out_with_a_warning(tmp_path: Path) -> None:
    for path in make_series(tmp_path, 5)[:2]:
        shutil.copy(path, tmp_path / f"copy of {path.name}")
    (series,) = scan_folder(tmp_path)
    assert len(series.instances) == 5
    assert codes(series) == ["duplicates"]


@pytest.mark.parametrize("cut", ["a", "b"])
def test_of_copies_of_which_one_is_cut_off_the_whole_one_stays(tmp_path: Path, cut: str) -> None:
    for path in make_series(tmp_path / "a", 5):
        (tmp_path / "b").mkdir(exist_ok=True)
        shutil.copy(path, tmp_path / "b" / path.name)
    for path in list((tmp_path / cut).iterdir())[:3]:
        path.write_bytes(path.read_bytes()[:-100])
    study = scan_study(tmp_path)
    volume = load_volume(study.series[0])
    assert [notice.code for notice in volume.warnings] == ["duplicates"]
    assert volume.array[:, -1, -1].tolist() == [1, 2, 3, 4, 5]
    assert study.skipped == (("a copy of another image", 5),)


def test_different_images_with_one_identifier_are_all_kept(tmp_path: Path) -> None:
    make_series(tmp_path, 5, SOPInstanceUID="1.2.3")
    (series,) = scan_folder(tmp_path)
    assert len(series.instances) == 5
    assert codes(series) == ["shared-identifier"]


def test_a_gap_is_named_by_its_slices(tmp_path: Path) -> None:
    make_series(tmp_path, 10)
    (tmp_path / "im0004.dcm").unlink()
    (tmp_path / "im0005.dcm").unlink()
    (notice,) = scan_folder(tmp_path)[0].warnings
    assert notice.code == "missing-slices"
    assert notice.message.startswith("2 slices are missing: between slices 4 and 5.")


def test_uneven_spacing_is_said(tmp_path: Path) -> None:
    places = [0.0, 3.0, 6.0, 9.6, 12.6, 15.6]
    make_series(tmp_path, 6, per_slice=lambda i: {"position": (0, 0, places[i])})
    (series,) = scan_folder(tmp_path)
    assert codes(series) == ["uneven-spacing"]
    assert series.geometry.positions_mm == pytest.approx(places)


def test_rounded_positions_are_no_oddity(tmp_path: Path) -> None:
    make_series(tmp_path, 9, per_slice=lambda i: {"position": (0, 0, round(i * 10 / 3, 1))})
    assert scan_folder(tmp_path)[0].warnings == ()


def test_slices_shifted_sideways_are_said_and_lie_where_the_files_say(tmp_path: Path) -> None:
    make_series(tmp_path, 6, per_slice=lambda i: {"position": (0, 2.0 * i, 5.0 * i)})
    (series,) = scan_folder(tmp_path)
    (notice,) = series.warnings
    assert notice.code == "sheared-stack"
    assert "Places are right" in notice.message
    geometry = series.geometry
    assert geometry.spacing_mm[0] == pytest.approx(5.0)
    assert geometry.normal == pytest.approx([0, 0, 1])
    assert geometry.to_patient(0, 0, 4) == pytest.approx([0, 8, 20])
    assert geometry.affine @ [0, 0, 4, 1] == pytest.approx([0, 8, 20, 1])
    assert geometry.to_index(geometry.to_patient(3, 2, 2.5)) == pytest.approx((3, 2, 2.5))


def test_slices_shifted_unevenly_are_said_with_what_is_left(tmp_path: Path) -> None:
    shifts = [0.0, 0.0, 6.0, 6.0, 0.0, 0.0]
    make_series(tmp_path, 6, per_slice=lambda i: {"position": (0, shifts[i], 5.0 * i)})
    (notice,) = scan_folder(tmp_path)[0].warnings
    assert notice.code == "sheared-stack"
    assert "Places across slices are off by up to" in notice.message


def test_a_missing_slice_changes_no_spacing(tmp_path: Path) -> None:
    places = [3.0 * i for i in range(61) if i != 6]
    make_series(tmp_path, 60, per_slice=lambda i: {"position": (0, 0, places[i])})
    (series,) = scan_folder(tmp_path)
    assert codes(series) == ["missing-slices"]
    assert series.geometry.spacing_mm[0] == pytest.approx(3.0)


@pytest.mark.parametrize("spacing", [[1e-7, 1e-7], [0.0, 1.5]])
def test_a_damaged_pixel_spacing_spoils_no_scan(tmp_path: Path, spacing: list[float]) -> None:
    make_series(tmp_path, 6, PixelSpacing=spacing)
    assert "no-pixel-spacing" in codes(scan_folder(tmp_path)[0])


def test_without_positions_the_slice_location_orders(tmp_path: Path) -> None:
    make_series(
        tmp_path,
        6,
        per_slice=lambda i: {"position": None, "SliceLocation": -3.0 * i, "InstanceNumber": i},
    )
    (series,) = scan_folder(tmp_path)
    assert first_pixels(series) == [6, 5, 4, 3, 2, 1]
    assert series.orientation == "unknown"
    assert codes(series) == ["order-unverified"]


def test_without_any_place_the_numbers_order(tmp_path: Path) -> None:
    make_series(
        tmp_path,
        6,
        per_slice=lambda i: {"position": None, "orientation": None, "InstanceNumber": 20 - i},
    )
    (series,) = scan_folder(tmp_path)
    assert first_pixels(series) == [6, 5, 4, 3, 2, 1]
    assert codes(series) == ["order-unverified"]
    assert series.detectable


def test_without_numbers_the_names_order(tmp_path: Path) -> None:
    for i, path in enumerate(
        make_series(
            tmp_path,
            12,
            position=None,
            per_slice=lambda i: {"position": None, "InstanceNumber": None},
        )
    ):
        path.rename(tmp_path / f"IM{i}")
    assert first_pixels(scan_folder(tmp_path)[0]) == list(range(1, 13))


def test_a_missing_pixel_spacing_is_said(tmp_path: Path) -> None:
    make_series(tmp_path, 6, PixelSpacing=None, spacing=None)
    (series,) = scan_folder(tmp_path)
    assert codes(series) == ["no-pixel-spacing"]
    assert not series.geometry.known


def test_a_film_at_one_place_stays_together(tmp_path: Path) -> None:
    make_series(tmp_path, 20, spacing_mm=0.0, per_slice=lambda i: {"AcquisitionNumber": i})
    (series,) = scan_folder(tmp_path)
    assert len(series.instances) == 20
    assert "film" in codes(series)
    assert not series.detectable


def test_an_enhanced_file_gives_one_slice_per_frame(tmp_path: Path) -> None:
    frames = np.arange(6, dtype=np.uint16).repeat(16).reshape(6, 4, 4)
    places = [(0.0, 0.0, 5.0 * z) for z in (3, 0, 5, 1, 4, 2)]
    save(make_enhanced(frames, places), tmp_path / "a.dcm")
    (series,) = scan_folder(tmp_path)
    assert [instance.frame for instance in series.instances] == [2, 4, 6, 1, 5, 3]
    assert first_pixels(series) == [1, 3, 5, 0, 4, 2]
    assert series.geometry.spacing_mm == pytest.approx((5.0, 12.5, 12.5))


def test_phases_in_an_enhanced_file_are_told_apart(tmp_path: Path) -> None:
    frames = np.arange(12, dtype=np.uint16).repeat(16).reshape(12, 4, 4)
    places = [(0.0, 0.0, 5.0 * (i // 2)) for i in range(12)]
    enhanced = make_enhanced(
        frames,
        places,
        lambda i: {"FrameContentSequence": item(TemporalPositionIndex=i % 2 + 1)},
    )
    save(enhanced, tmp_path / "a.dcm")
    first, second = scan_folder(tmp_path)
    assert first_pixels(first) == [0, 2, 4, 6, 8, 10]
    assert first.key != second.key


def enhanced_without_positions(
    order: list[int], content: Callable[[int], Dataset], **tags: Any
) -> Dataset:
    """One file whose frames hold as grey value where they belong."""
    frames = np.asarray(order, np.uint16).repeat(16).reshape(len(order), 4, 4)
    enhanced = make_enhanced(
        frames, [()] * len(order), lambda i: {"FrameContentSequence": content(i)}, **tags
    )
    for group in enhanced.PerFrameFunctionalGroupsSequence:
        del group.PlanePositionSequence
    measures = enhanced.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    measures.SpacingBetweenSlices = 4
    return enhanced


@pytest.mark.parametrize("is_numbered", [True, False])
def test_enhanced_frames_without_positions_are_ordered_by_their_place_in_the_stack(
    tmp_path: Path, is_numbered: bool
) -> None:
    order = [3, 0, 5, 1, 4, 2]

    def content(i: int) -> Dataset:
        if is_numbered:
            return item(StackID="1", InStackPositionNumber=order[i] + 1)
        return item(DimensionIndexValues=[1, order[i] + 1])

    dimensions = [item(DimensionIndexPointer=tag) for tag in (0x00209056, 0x00209057)]
    enhanced = enhanced_without_positions(order, content, DimensionIndexSequence=dimensions)
    save(enhanced, tmp_path / "a.dcm")
    (series,) = scan_folder(tmp_path)
    assert first_pixels(series) == [0, 1, 2, 3, 4, 5]
    assert series.geometry.spacing_mm[0] == pytest.approx(4.0)
    assert not series.geometry.known
    assert codes(series) == ["order-unverified"]
    assert "order of the places in the stack that the file numbers" in series.warnings[0].message


def test_time_points_of_enhanced_frames_without_positions_are_told_apart(tmp_path: Path) -> None:
    order = [5, 0, 3, 1, 4, 2] * 2
    enhanced = enhanced_without_positions(
        order,
        lambda i: item(InStackPositionNumber=order[i] + 1, TemporalPositionIndex=i // 6 + 1),
    )
    save(enhanced, tmp_path / "a.dcm")
    assert [first_pixels(one) for one in scan_folder(tmp_path)] == [[0, 1, 2, 3, 4, 5]] * 2


@pytest.mark.parametrize("content", [item(), item(InStackPositionNumber=1)])
def test_enhanced_frames_whose_place_is_not_told_stay_in_their_order_and_say_so(
    tmp_path: Path, content: Dataset
) -> None:
    save(enhanced_without_positions([2, 0, 1], lambda _: content), tmp_path / "a.dcm")
    (series,) = scan_folder(tmp_path)
    assert first_pixels(series) == [2, 0, 1]
    assert codes(series) == ["order-unverified"]
    assert "order of the frames in the file" in series.warnings[0].message


def test_each_frame_has_its_own_rescale(tmp_path: Path) -> None:
    frames = np.full((5, 4, 4), 10, np.uint16)
    enhanced = make_enhanced(
        frames,
        [(0.0, 0.0, 5.0 * i) for i in range(5)],
        lambda i: {
            "PixelValueTransformationSequence": item(
                RescaleSlope=i + 1, RescaleIntercept=-1, RescaleType="US"
            )
        },
    )
    save(enhanced, tmp_path / "a.dcm")
    assert first_pixels(scan_folder(tmp_path)[0]) == [9, 19, 29, 39, 49]


def test_a_clip_without_functional_groups_is_a_stack(tmp_path: Path) -> None:
    clip = make_enhanced(np.zeros((7, 4, 4), np.uint8), [(0, 0, 0)] * 7, Modality="US")
    del clip.PerFrameFunctionalGroupsSequence
    del clip.SharedFunctionalGroupsSequence
    save(clip, tmp_path / "a.dcm")
    (series,) = scan_folder(tmp_path)
    assert [instance.frame for instance in series.instances] == list(range(1, 8))
    assert len(load_volume(series).array) == 7


def test_an_absurd_number_of_frames_is_no_memory_trap(tmp_path: Path) -> None:
    clip = make_enhanced(np.zeros((2, 4, 4), np.uint8), [(0, 0, 0)] * 2)
    del clip.PerFrameFunctionalGroupsSequence
    clip.NumberOfFrames = 2_000_000_000
    save(clip, tmp_path / "a.dcm")
    assert sum(len(s.instances) for s in scan_folder(tmp_path)) < 1000


def test_a_classic_image_of_one_frame_is_a_single_frame_file(tmp_path: Path) -> None:
    make_series(tmp_path, 6, NumberOfFrames=1)
    (series,) = scan_folder(tmp_path)
    assert [instance.frame for instance in series.instances] == [None] * 6
    assert len(load_volume(series).array) == 6


@pytest.mark.parametrize("position", [(0, 0, 0), (-120, -100, 33)])
def test_one_position_for_all_slices_is_none(tmp_path: Path, position: tuple[int, ...]) -> None:
    make_series(
        tmp_path, 24, per_slice=lambda i: {"position": position, "SliceLocation": 3.0 * (23 - i)}
    )
    (series,) = scan_folder(tmp_path)
    assert series.detectable
    assert codes(series) == ["order-unverified"]
    assert [int(one[0, 0]) for one in load_volume(series).array] == list(range(24, 0, -1))


def test_the_origin_as_position_of_all_slices_leaves_the_image_numbers(tmp_path: Path) -> None:
    make_series(tmp_path, 24, per_slice=lambda i: {"position": (0, 0, 0), "InstanceNumber": 24 - i})
    (series,) = scan_folder(tmp_path)
    assert series.detectable
    assert codes(series) == ["order-unverified"]
    assert [int(one[0, 0]) for one in load_volume(series).array] == list(range(24, 0, -1))


def test_a_film_at_one_place_stays_a_film(tmp_path: Path) -> None:
    make_series(tmp_path, 24, per_slice=lambda i: {"position": (5, 0, 0), "SliceLocation": 7.0})
    assert not scan_folder(tmp_path)[0].detectable


@pytest.mark.parametrize("named", [None, "ISO_IR 100"])
@pytest.mark.parametrize("text", ["phase h\u00e9patobiliaire", "T1 \u809d\u80c6\u671f"])
def test_utf_8_that_no_character_set_announces_is_read(
    tmp_path: Path, text: str, named: str | None
) -> None:
    stored = text.encode() + b" " * (len(text.encode()) % 2)
    for path in make_series(
        tmp_path, 24, SeriesDescription="@" * len(stored), SpecificCharacterSet=named
    ):
        path.write_bytes(path.read_bytes().replace(b"@" * len(stored), stored))
    (series,) = scan_folder(tmp_path)
    assert series.description == text
    assert not series.phase.is_unlikely


def test_latin_1_is_still_read(tmp_path: Path) -> None:
    for path in make_series(
        tmp_path, 24, SeriesDescription="@" * 20, SpecificCharacterSet="ISO_IR 100"
    ):
        path.write_bytes(
            path.read_bytes().replace(b"@" * 20, "phase h\u00e9patobiliaire".encode("latin-1"))
        )
    assert scan_folder(tmp_path)[0].description == "phase h\u00e9patobiliaire"
