"""The user merges stacks and splits them again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hcc_viewer.dicom import (
    Series,
    Study,
    load_volume,
    merge_series,
    repeat_regroupings,
    scan_study,
    split_series_by,
)
from hcc_viewer.errors import CancelledError, ReadError, UsageError
from tests.make_dicom import CORONAL, HBP, make_enhanced, make_series, save


def make_study(folder: Path, **second: object) -> Study:
    """A series of two phases of six slices, and another series."""
    for phase in (1, 2):
        make_series(
            folder,
            6,
            prefix=f"p{phase}",
            pixels=lambda i, phase=phase: np.full((4, 4), 10 * phase + i, np.uint16),
            AcquisitionNumber=phase,
            SeriesNumber=1,
        )
    make_series(
        folder, 6, series="other", prefix="o", **{"SeriesNumber": 2, "shape": (4, 4), **second}
    )
    return scan_study(folder)


def values(series: Series) -> list[float]:
    return [float(image[0, 0]) for image in load_volume(series).array]


def test_phases_are_merged_and_split_again(tmp_path: Path) -> None:
    study = make_study(tmp_path)
    merged = merge_series(study, study.series[:2])
    assert [len(s.instances) for s in merged.series] == [12, 6]
    assert merged.series[0].stack == "phase 1 + phase 2"
    assert merged.series[0].geometry.spacing_mm[0] == pytest.approx(5.0)
    assert sorted(values(merged.series[0])[:2]) == [10, 20]
    assert [n.code for n in merged.series[0].warnings] == ["repeated-places"]
    again = split_series_by(merged, merged.series[0])
    assert [values(s) for s in again.series[:2]] == [values(s) for s in study.series[:2]]


def test_two_halves_of_a_liver_are_merged_to_one_volume(tmp_path: Path) -> None:
    make_series(tmp_path, 6, prefix="a", origin=(0, 0, 0))
    make_series(tmp_path, 6, series="upper", prefix="b", origin=(0, 0, 30))
    study = scan_study(tmp_path)
    (merged,) = merge_series(study, study.series).series
    assert merged.geometry.positions_mm == pytest.approx(np.arange(12) * 5.0)
    assert merged.warnings == ()


def test_the_phase_is_judged_anew(tmp_path: Path) -> None:
    study = make_study(tmp_path, **HBP)
    merged = merge_series(study, study.series[:2])
    assert merged.series[1].phase.score == study.series[2].phase.score
    assert merged.series[1].phase.reasons


@pytest.mark.parametrize("key", ["place", "acquisition number"])
def test_a_stack_is_split_by(tmp_path: Path, key: str) -> None:
    study = make_study(tmp_path)
    merged = merge_series(study, study.series[:2])
    parts = split_series_by(merged, merged.series[0], key)  # type: ignore[arg-type]
    assert [len(s.instances) for s in parts.series] == [6, 6, 6]
    assert parts.series[0].stack == "part 1"


def test_a_split_that_changes_nothing_is_said(tmp_path: Path) -> None:
    study = make_study(tmp_path)
    with pytest.raises(UsageError, match="all alike"):
        split_series_by(study, study.series[2], "echo time")


def test_frames_of_one_file_are_split(tmp_path: Path) -> None:
    frames = np.arange(6, dtype=np.uint16).repeat(16).reshape(6, 4, 4)
    places = [(0.0, 0.0, 5.0 * (i % 3)) for i in range(6)]
    save(make_enhanced(frames, places), tmp_path / "a.dcm")
    study = scan_study(tmp_path)
    merged = merge_series(study, study.series)
    assert [len(s.instances) for s in split_series_by(merged, merged.series[0]).series] == [3, 3]


@pytest.mark.parametrize(
    ("tags", "word"),
    [
        ({"orientation": CORONAL}, "planes"),
        ({"shape": (8, 8)}, "size"),
        ({"PixelSpacing": [0.8, 0.8]}, "pixels of different size"),
        ({"Modality": "CT"}, "modalities"),
    ],
)
def test_what_does_not_fit_is_not_merged(
    tmp_path: Path, tags: dict[str, object], word: str
) -> None:
    study = make_study(tmp_path, **tags)
    with pytest.raises(UsageError, match=word):
        merge_series(study, [study.series[0], study.series[2]])


def test_one_series_cannot_be_merged(tmp_path: Path) -> None:
    study = make_study(tmp_path)
    with pytest.raises(UsageError, match="two"):
        merge_series(study, study.series[:1])


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    study = make_study(tmp_path)
    (tmp_path / "p10003.dcm").unlink()
    with pytest.raises(ReadError, match=r"p10003\.dcm"):
        merge_series(study, study.series[:2])


def test_a_merged_stack_is_never_taken_for_one_as_scanned(tmp_path: Path) -> None:
    study = make_study(tmp_path)
    merged = merge_series(study, study.series[:2])
    first, new = study.series[0], merged.series[0]
    assert new.instances[0] == first.instances[0]
    assert new.key != first.key
    assert new.series_instance_uid == first.series_instance_uid
    by_place = split_series_by(merged, new, "place")
    by_number = split_series_by(merged, new, "acquisition number")
    assert by_place.series[0].key == by_number.series[0].key != first.key


def test_a_study_knows_what_it_was_before(tmp_path: Path) -> None:
    study = make_study(tmp_path)
    merged = merge_series(study, study.series[:2])
    parts = split_series_by(merged, merged.series[0], "place")
    assert list(parts.history) == [parts, merged, study]
    assert [step.split_by for step in parts.regroupings] == [None, "place"]
    assert study.regroupings == ()


def test_merges_and_splits_are_done_again_on_another_scan(tmp_path: Path) -> None:
    study = make_study(tmp_path)
    merged = merge_series(study, study.series[:2])
    parts = split_series_by(merged, merged.series[0], "place")
    again = repeat_regroupings(scan_study(tmp_path), parts.regroupings)
    assert [s.key for s in again.series] == [s.key for s in parts.series]
    assert again.regroupings == parts.regroupings


def test_what_fits_no_more_is_not_done_again(tmp_path: Path) -> None:
    study = make_study(tmp_path)
    merged = merge_series(study, study.series[:2])
    (tmp_path / "p10000.dcm").unlink()
    again = repeat_regroupings(scan_study(tmp_path), merged.regroupings)
    assert again.regroupings == ()
    assert len(again.series) == 3


def test_merging_can_be_stopped(tmp_path: Path) -> None:
    study = make_study(tmp_path)

    def stop(done: int, total: int) -> None:
        raise CancelledError("Cancelled.")

    with pytest.raises(CancelledError):
        merge_series(study, study.series[:2], stop)
