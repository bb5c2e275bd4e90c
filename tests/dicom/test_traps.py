"""The traps of real archives, one case each: what vendors, exports and anonymisers do."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.uid import ImplicitVRLittleEndian, RLELossless

from hcc_viewer.dicom import Series, load_volume, scan_folder, scan_study
from tests.make_dicom import AXIAL, HBP, item, make_enhanced, make_image, make_series, save


def codes(series: Series) -> list[str]:
    return [notice.code for notice in series.warnings]


def first_pixels(series: Series) -> list[float]:
    return [float(slice_[0, 0]) for slice_ in load_volume(series).array]


def write_images(folder: Path, images: list[dict[str, Any]]) -> None:
    """One file for each dict of tags; `z` is its place, `value` its grey value."""
    for number, tags in enumerate(images):
        own = {"InstanceNumber": number + 1, **tags}
        z, value = own.pop("z", 0.0), own.pop("value", number)
        own.setdefault("position", (0.0, 0.0, z))
        own.setdefault("SeriesInstanceUID", "1.2.826.1")
        pixels = np.full((6, 6), value, np.uint16)
        save(make_image(pixels, **own), folder / f"f{number:04d}")


# --- time points ------------------------------------------------------------------------------


def test_random_philips_numbers_neither_order_nor_split(tmp_path: Path) -> None:
    numbers = np.random.default_rng(1).permutation(24)
    write_images(
        tmp_path,
        [
            {"z": 3.0 * (i % 8), "InstanceNumber": int(numbers[i]), "TriggerTime": 900 * (i // 8)}
            for i in range(24)
        ],
    )
    series = scan_folder(tmp_path)
    assert [first_pixels(s) for s in series] == [list(range(n, n + 8)) for n in (0, 8, 16)]


def test_a_ge_series_of_three_phases_in_one_is_split(tmp_path: Path) -> None:
    write_images(
        tmp_path,
        [{"z": 2.5 * (i % 12), "AcquisitionTime": "101500", "TriggerTime": 0} for i in range(36)],
    )
    assert [len(s.instances) for s in scan_folder(tmp_path)] == [12, 12, 12]


def test_a_phase_after_midnight_comes_last(tmp_path: Path) -> None:
    times = ["235950", "000020"]
    write_images(
        tmp_path, [{"z": 3.0 * (i % 6), "AcquisitionTime": times[i // 6]} for i in range(12)]
    )
    assert first_pixels(scan_folder(tmp_path)[0])[0] == 0


@pytest.mark.parametrize("missing", [6, 7, 11])
def test_a_missing_slice_does_not_mix_phases_told_apart_by_a_running_time(
    tmp_path: Path, missing: int
) -> None:
    images = [
        {"z": 3.0 * (i % 6), "ContentTime": f"1015{i:02d}", "value": i, "InstanceNumber": 1}
        for i in range(18)
    ]
    del images[missing]
    write_images(tmp_path, images)
    expected = [[i for i in range(n, n + 6) if i != missing] for n in (0, 6, 12)]
    assert [first_pixels(s) for s in scan_folder(tmp_path)] == expected


def test_a_missing_slice_does_not_mix_phases_told_apart_by_number(tmp_path: Path) -> None:
    images = [{"z": -3.0 * (i % 6), "value": i, "InstanceNumber": i} for i in range(12)]
    del images[8]
    write_images(tmp_path, images)
    assert [sorted(first_pixels(s)) for s in scan_folder(tmp_path)] == [
        [0, 1, 2, 3, 4, 5],
        [6, 7, 9, 10, 11],
    ]


def test_slabs_of_two_breath_holds_at_shifted_places_are_told_apart(tmp_path: Path) -> None:
    write_images(
        tmp_path,
        [{"z": 3.0 * (i % 8) + 1.2 * (i // 8), "AcquisitionNumber": i // 8 + 1} for i in range(16)],
    )
    series = scan_folder(tmp_path)
    assert [len(s.instances) for s in series] == [8, 8]
    assert all(s.geometry.spacing_mm[0] == pytest.approx(3.0) for s in series)
    assert all(codes(s) == [] for s in series)


@pytest.mark.parametrize(
    "shifts_mm", [(0, 0, 0, 1.2, 1.2), (0, 1.2, 0, 1.2), (0, 0, 1.2, 1.2, 2.1)]
)
@pytest.mark.parametrize("key", ["TemporalPositionIdentifier", "AcquisitionNumber"])
def test_time_points_at_several_shifted_places_are_not_mixed(
    tmp_path: Path, key: str, shifts_mm: tuple[float, ...]
) -> None:
    write_images(
        tmp_path,
        [
            {"z": 5.0 * i + shift, key: phase + 1, "value": phase}
            for phase, shift in enumerate(shifts_mm)
            for i in range(8)
            if (phase, i) != (1, 4)
        ],
    )
    found = [set(first_pixels(series)) for series in scan_folder(tmp_path)]
    assert found == [{phase} for phase in range(len(shifts_mm))]


def test_time_points_shifted_by_half_a_slice_are_not_mixed(tmp_path: Path) -> None:
    write_images(
        tmp_path,
        [
            {"z": 5.0 * i + shift, "TemporalPositionIdentifier": phase, "value": phase}
            for phase, shift in enumerate((0.0, 0.0, 2.5, 2.5))
            for i in range(8)
        ],
    )
    assert [set(first_pixels(series)) for series in scan_folder(tmp_path)] == [{0}, {1}, {2}, {3}]


def test_passes_of_interleaved_slices_are_no_time_points(tmp_path: Path) -> None:
    images = [
        {"z": 3.0 * i, "AcquisitionTime": f"10{20 * phase + i % 2:02d}00", "value": phase}
        for phase in (0, 1)
        for i in range(12)
    ]
    write_images(tmp_path, images)
    assert [first_pixels(series) for series in scan_folder(tmp_path)] == [[0] * 12, [1] * 12]


def test_interleaved_acquisitions_stay_one_stack_even_with_a_gap(tmp_path: Path) -> None:
    images = [{"z": 3.0 * i, "AcquisitionNumber": i % 2 + 1} for i in range(12)]
    del images[9]
    write_images(tmp_path, images)
    (series,) = scan_folder(tmp_path)
    assert codes(series) == ["missing-slices"]


def test_a_gap_does_not_let_an_odd_image_type_tear_a_stack(tmp_path: Path) -> None:
    kinds = (["ORIGINAL", "PRIMARY", "M"], ["ORIGINAL", "PRIMARY", "M", "NORM"])
    images = [{"z": 3.0 * i, "ImageType": kinds[i % 2]} for i in range(12)]
    del images[5]
    write_images(tmp_path, images)
    assert len(scan_folder(tmp_path)) == 1


def test_an_echo_time_that_differs_in_one_image_is_no_kind(tmp_path: Path) -> None:
    write_images(
        tmp_path,
        [
            {
                "z": 3.0 * (i % 8),
                "TemporalPositionIdentifier": i // 8 + 1,
                "EchoTime": 2.0 if i == 3 else 1.9,
            }
            for i in range(16)
        ],
    )
    assert [s.stack for s in scan_folder(tmp_path)] == ["phase 1", "phase 2"]


# --- what belongs together --------------------------------------------------------------------


def test_series_that_an_anonymiser_gave_one_identifier_are_told_apart(tmp_path: Path) -> None:
    write_images(
        tmp_path,
        [
            {
                "z": 3.0 * (i % 6),
                "SeriesDescription": ("T1 pre", "T1 HBP 20 min")[i // 6],
                "SeriesNumber": i // 6 + 3,
            }
            for i in range(12)
        ],
    )
    found = {s.description: s.phase.score for s in scan_folder(tmp_path)}
    assert found["T1 HBP 20 min"] > 40 > found["T1 pre"]


def test_a_rotating_projection_is_one_entry_and_no_volume(tmp_path: Path) -> None:
    angles = np.radians(np.arange(0, 180, 10))
    write_images(
        tmp_path,
        [
            {"orientation": (float(np.cos(a)), float(np.sin(a)), 0.0, 0.0, 0.0, -1.0)}
            for a in angles
        ],
    )
    (series,) = scan_folder(tmp_path)
    assert len(series.instances) == 18
    assert codes(series)[0] == "many-planes"
    assert series.orientation == "unknown"


def test_a_lone_coronal_image_in_an_axial_series_is_set_apart(tmp_path: Path) -> None:
    make_series(tmp_path, 12)
    make_series(tmp_path, 1, orientation=(1, 0, 0, 0, 0, -1), prefix="x")
    first, second = scan_folder(tmp_path)
    assert (len(first.instances), first.orientation) == (12, "axial")
    assert (len(second.instances), second.orientation) == (1, "coronal")


def test_copies_are_counted_among_the_files_passed_over(tmp_path: Path) -> None:
    paths = make_series(tmp_path / "a", 5)
    (tmp_path / "b").mkdir()
    for path in paths[:3]:
        shutil.copy(path, tmp_path / "b" / path.name)
    study = scan_study(tmp_path)
    assert len(study.series[0].instances) == 5
    assert study.skipped == (("a copy of another image", 3),)


def test_a_second_copy_of_an_enhanced_file_is_counted_once(tmp_path: Path) -> None:
    enhanced = make_enhanced(np.zeros((5, 4, 4), np.uint16), [(0, 0, 3.0 * i) for i in range(5)])
    save(enhanced, tmp_path / "a.dcm")
    save(enhanced, tmp_path / "b.dcm")
    assert scan_study(tmp_path).skipped == (("a copy of another image", 1),)


# --- geometry ---------------------------------------------------------------------------------


def test_without_orientation_the_positions_order(tmp_path: Path) -> None:
    write_images(
        tmp_path,
        [{"z": 30.0 - 3.0 * i, "orientation": None, "InstanceNumber": 1} for i in range(6)],
    )
    (series,) = scan_folder(tmp_path)
    assert first_pixels(series) == [5, 4, 3, 2, 1, 0]
    assert codes(series) == ["order-unverified"]


def test_directions_that_are_slightly_off_unit_length_are_read(tmp_path: Path) -> None:
    make_series(tmp_path, 6, orientation=(0.99, 0.0, 0.0, 0.0, 1.01, 0.0))
    (series,) = scan_folder(tmp_path)
    assert series.orientation == "axial"
    assert series.geometry.spacing_mm == pytest.approx((5.0, 12.5, 12.5), rel=0.01)


def test_all_zero_directions_are_no_plane(tmp_path: Path) -> None:
    make_series(tmp_path, 6, per_slice=lambda i: {"orientation": (0,) * 6})
    (series,) = scan_folder(tmp_path)
    assert series.orientation == "unknown"


# --- enhanced multi-frame ---------------------------------------------------------------------


def enhanced_phases(folder: Path, groups: Any, **tags: Any) -> list[Series]:
    """12 frames, two at each of six places, the second phase stored first at every other place."""
    frames = np.arange(12, dtype=np.uint16).repeat(16).reshape(12, 4, 4)
    places = [(0.0, 0.0, 5.0 * (i // 2)) for i in range(12)]
    save(make_enhanced(frames, places, groups, **tags), folder / "a.dcm")
    return scan_folder(folder)


def test_enhanced_phases_are_told_apart_by_a_dimension_index(tmp_path: Path) -> None:
    dimensions = [
        item(DimensionIndexPointer=0x00209057),
        item(DimensionIndexPointer=0x00209128),
    ]
    first, second = enhanced_phases(
        tmp_path,
        lambda i: {
            "FrameContentSequence": item(DimensionIndexValues=[i // 2 + 1, (i + i // 2) % 2 + 1])
        },
        DimensionIndexSequence=dimensions,
    )
    assert first_pixels(first) == [0, 3, 4, 7, 8, 11]
    assert first_pixels(second) == [1, 2, 5, 6, 9, 10]


def test_frames_beyond_the_functional_groups_are_shown_apart(tmp_path: Path) -> None:
    frames = np.arange(8, dtype=np.uint16).repeat(16).reshape(8, 4, 4)
    save(make_enhanced(frames, [(0.0, 0.0, 5.0 * i) for i in range(6)]), tmp_path / "a.dcm")
    placed, rest = scan_folder(tmp_path)
    assert (first_pixels(placed), first_pixels(rest)) == ([0, 1, 2, 3, 4, 5], [6, 7])
    assert (placed.geometry.known, rest.geometry.known) == (True, False)


def test_enhanced_phases_are_told_apart_by_the_time_of_the_frames(tmp_path: Path) -> None:
    first, _ = enhanced_phases(
        tmp_path,
        lambda i: {
            "FrameContentSequence": item(
                FrameAcquisitionDateTime=f"202401021015{30 * (i % 2):02d}.5"
            )
        },
    )
    assert first_pixels(first) == [0, 2, 4, 6, 8, 10]


def test_converted_classic_images_keep_their_time_points(tmp_path: Path) -> None:
    first, _ = enhanced_phases(
        tmp_path,
        lambda i: {
            "UnassignedPerFrameConvertedAttributesSequence": item(
                TemporalPositionIdentifier=2 - i % 2
            )
        },
    )
    assert first_pixels(first) == [1, 3, 5, 7, 9, 11]


def test_enhanced_dixon_frames_are_told_apart(tmp_path: Path) -> None:
    series = enhanced_phases(
        tmp_path,
        lambda i: {
            "MRImageFrameTypeSequence": item(
                FrameType=["DERIVED", "PRIMARY", "DIXON", ("WATER", "FAT")[i % 2]]
            )
        },
    )
    assert [s.stack for s in series] == ["water", "fat"]


def test_one_enhanced_file_for_each_phase_of_a_series(tmp_path: Path) -> None:
    for phase in (1, 0):
        frames = np.full((6, 4, 4), phase, np.uint16)
        enhanced = make_enhanced(
            frames, [(0, 0, 3.0 * i) for i in range(6)], InstanceNumber=phase + 1
        )
        save(enhanced, tmp_path / f"{1 - phase}.dcm")
    assert [first_pixels(s)[0] for s in scan_folder(tmp_path)] == [0, 1]


def test_the_injection_time_of_an_enhanced_file_is_read(tmp_path: Path) -> None:
    agent = item(
        CodeValue="440223009",
        CodeMeaning="Gadoxetate disodium",
        ContrastAdministrationProfileSequence=[item(ContrastBolusStartTime="095500")],
    )
    enhanced = make_enhanced(
        np.zeros((24, 8, 8), np.uint16),
        [(0, 0, 5.0 * i) for i in range(24)],
        ContrastBolusAgentSequence=[agent],
        AcquisitionDateTime="20240102101500",
        EchoPulseSequence="GRADIENT",
        MRAcquisitionType="3D",
    )
    enhanced.SharedFunctionalGroupsSequence[0].MRTimingAndRelatedParametersSequence = [
        item(RepetitionTime=4.0, FlipAngle=10)
    ]
    enhanced.SharedFunctionalGroupsSequence[0].MREchoSequence = [item(EffectiveEchoTime=1.8)]
    save(enhanced, tmp_path / "a.dcm")
    (series,) = scan_folder(tmp_path)
    assert "20 min after the injection" in series.phase.reasons
    assert "T1-weighted 3D gradient echo" in series.phase.reasons


# --- names and files --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["²", "IM²3", "٣", "a" * 200, "leber-spät 20.IMA", "A.DCM;1"])
def test_odd_names_are_read(tmp_path: Path, name: str) -> None:
    make_series(tmp_path, 3)[0].rename(tmp_path / name)
    assert len(scan_folder(tmp_path)[0].instances) == 3


def test_tags_that_are_lists_where_one_value_is_due_are_read(tmp_path: Path) -> None:
    make_series(tmp_path, 6, EchoTime=[1.9, 2.5], FlipAngle=None, orientation=AXIAL)
    assert scan_folder(tmp_path)[0].acquisition.echo_time_ms == 1.9


def test_another_phase_and_another_plane_beside_the_phase_wanted(tmp_path: Path) -> None:
    make_series(tmp_path / "pre", 24, series="pre", **{**HBP, "SeriesDescription": "Ax LAVA pre"})
    make_series(tmp_path / "cor", 24, series="cor", orientation=(1, 0, 0, 0, 0, -1), **HBP)
    make_series(tmp_path / "hbp", 24, series="hbp", **HBP)
    study = scan_study(tmp_path)
    assert study.best_series is not None
    assert study.best_series.instances[0].path.parent.name == "hbp"


def test_compression_works_after_importing_the_package_first():
    # GDCM's own zlib, found before the interpreter's, ends the process with a double free.
    code = (
        "import hcc_viewer.dicom.pixels, os, zlib\n"
        "data = os.urandom(200000) + bytes(100000)\n"
        "assert zlib.decompress(zlib.compress(data)) == data"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_trigger_time_says_when_a_phase_of_a_philips_series_was_acquired(
    tmp_path: Path,
) -> None:
    for number, minutes in enumerate((0.0, 3.5, 23.0)):
        make_series(
            tmp_path,
            prefix=f"p{number}",
            SeriesDescription="dyn eTHRIVE",
            ContrastBolusAgent="Primovist",
            ContrastBolusStartTime="100000",
            AcquisitionTime="095700",
            TriggerTime=minutes * 60000.0,
        )
    study = scan_study(tmp_path)
    assert [s.acquisition.acquisition_time for s in study.series] == ["095700", "100030", "102000"]
    assert study.best_series is study.series[2]
    assert any("20 min after the injection" in reason for reason in study.series[2].phase.reasons)


def test_the_class_of_the_object_tells_the_modality_where_the_tag_is_missing(
    tmp_path: Path,
) -> None:
    make_series(tmp_path, Modality=None, **HBP)
    assert scan_study(tmp_path).series[0].phase.is_sure


def test_a_real_world_value_map_is_not_applied(tmp_path: Path) -> None:
    mapping = item(
        RealWorldValueFirstValueMapped=0,
        RealWorldValueLastValueMapped=1000,
        RealWorldValueIntercept=0.0,
        RealWorldValueSlope=10.0,
    )
    make_series(tmp_path, 6, RealWorldValueMappingSequence=[mapping], **HBP)
    assert first_pixels(scan_study(tmp_path).series[0]) == [1, 2, 3, 4, 5, 6]


def test_files_of_one_series_in_several_encodings_are_one_stack(tmp_path: Path) -> None:
    paths = make_series(tmp_path, 6, **HBP)
    for path, syntax in zip(paths[1:3], (ImplicitVRLittleEndian, RLELossless), strict=True):
        dataset = dcmread(path)
        if syntax == RLELossless:
            dataset.compress(syntax)
            dataset.save_as(path)
        else:
            dataset.file_meta.TransferSyntaxUID = syntax
            dataset.save_as(path, implicit_vr=True)
    (series,) = scan_study(tmp_path).series
    assert first_pixels(series) == [1, 2, 3, 4, 5, 6]


def test_without_image_type_and_dates_the_phase_is_found(tmp_path: Path) -> None:
    make_series(tmp_path, ImageType=None, StudyDate=None, **HBP)
    assert scan_study(tmp_path).best_series is not None


def slabs(folder: Path, *starts_mm: float, turned: bool = False) -> list[Series]:
    """Pieces of one series, 20 slices 4 mm apart each, one after the other."""
    for number, start in enumerate(starts_mm):
        make_series(
            folder,
            20,
            spacing_mm=4.0,
            origin=(-120, -100, start),
            orientation=(-1, 0, 0, 0, -1, 0) if turned and number else (1, 0, 0, 0, 1, 0),
            prefix=f"slab{number}",
            AcquisitionTime=f"1025{10 + 20 * number}",
            per_slice=lambda i, first=20 * number: {"InstanceNumber": first + i + 1},
        )
    return scan_folder(folder)


def test_overlapping_slabs_are_one_stack(tmp_path: Path) -> None:
    (series,) = slabs(tmp_path, 0.0, 18 * 4.0)
    assert len(series.instances) == 38
    assert series.geometry.positions_mm == pytest.approx(4.0 * np.arange(38))
    (notice,) = series.warnings
    assert notice.code == "overlapping-slabs"
    assert notice.message.startswith("2 images lie where others do")


def test_a_second_image_within_the_numbering_tears_no_stack(tmp_path: Path) -> None:
    paths = make_series(tmp_path, 24, per_slice=lambda i: {"InstanceNumber": i + 1 + (i > 10)})
    again = dcmread(paths[10])
    again.InstanceNumber, again.SOPInstanceUID = 12, "1.2.3.4"
    again.save_as(tmp_path / "again.dcm")
    (series,) = scan_folder(tmp_path)
    assert len(series.instances) == 24
    assert [notice.code for notice in series.warnings] == ["overlapping-slabs"]


def test_time_points_of_which_one_was_broken_off_stay_apart(tmp_path: Path) -> None:
    for phase, slices in enumerate((24, 9)):
        make_series(
            tmp_path,
            slices,
            prefix=f"phase{phase}",
            AcquisitionTime=f"10{10 + 20 * phase}00",
            per_slice=lambda i, first=24 * phase: {"InstanceNumber": first + i + 1},
        )
    assert sorted(len(one.instances) for one in scan_folder(tmp_path)) == [9, 24]


@pytest.mark.parametrize("shift_mm", [0.1, 1.0, 2.0])
def test_time_points_at_slightly_other_places_stay_apart(tmp_path: Path, shift_mm: float) -> None:
    for phase in (0, 1):
        make_series(
            tmp_path,
            24,
            origin=(-120, -100, phase * shift_mm),
            prefix=f"phase{phase}",
            AcquisitionTime=f"10{10 + 20 * phase}00",
        )
    stacks = scan_folder(tmp_path)
    assert [len(one.instances) for one in stacks] == [24, 24]
    assert [one.geometry.spacing_mm[0] for one in stacks] == pytest.approx([5.0, 5.0])
    assert [one.warnings for one in stacks] == [(), ()]


def test_a_piece_of_a_series_says_where_the_rest_is(tmp_path: Path) -> None:
    first, second = slabs(tmp_path, 0.0, 20 * 4.0, turned=True)
    for one, other in ((first, second), (second, first)):
        (notice,) = one.warnings
        assert notice.code == "piece-of-series"
        assert f"20 slices beyond its ends are in another stack, '{other.stack}'" in notice.message
