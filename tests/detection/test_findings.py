"""Places in slices joined to findings."""

import numpy as np
import pytest

from hcc_viewer.detection.cam import cam_peaks
from hcc_viewer.detection.findings import find_findings
from hcc_viewer.detection.model_card import FindingSpec
from hcc_viewer.detection.places import MOST_PLACES
from hcc_viewer.detection.types import SlicePrediction
from hcc_viewer.dicom import Geometry

GRID = 40
TO_IMAGE = np.array([[4.0, 0, 1.5], [0, 4.0, 1.5]])


def geometry(slices):
    return Geometry(np.diag([1.2, 1.2, 3.0, 1.0]), np.arange(slices) * 3.0)


def predictions(cams, probability=0.9):
    return [
        SlicePrediction(
            index,
            f"1.{index}",
            None,
            index * 3.0,
            probability,
            cam_peaks(cam, 1.1, TO_IMAGE)[0],
            cam,
        )
        for index, cam in enumerate(cams)
    ]


def spot(*places):
    cam = np.full((GRID, GRID), 0.01, np.float32)
    for row, column in places:
        cam[row, column] = 0.95
    return cam


def find(cams, **spec):
    slices = predictions(cams)
    return find_findings(slices, geometry(len(cams)), 0.5, FindingSpec(**spec), TO_IMAGE)


def test_one_place_through_several_slices_is_one_finding():
    [finding] = find([spot((10, 20))] * 4)
    assert (finding.first_slice, finding.last_slice) == (0, 3)
    assert finding.row == pytest.approx(41.5)
    assert finding.column == pytest.approx(81.5)


def test_places_far_apart_are_two_findings():
    assert len(find([spot((10, 20), (30, 5))] * 3)) == 2


def test_bumps_within_a_lesion_are_one_finding():
    assert len(find([spot((10, 20), (12, 21))] * 3)) == 1


def test_map_of_noise_ends_soon_and_with_few_findings():
    generator = np.random.default_rng(0)
    cams = [generator.random((80, 80), dtype=np.float32) for _ in range(40)]
    slices = predictions(cams)
    assert (
        len(find_findings(slices, geometry(40), 0.5, FindingSpec(), TO_IMAGE)) <= 40 * MOST_PLACES
    )


def faint_beside_plain(cell):
    cam = spot((10, 20))
    cam[30, 5] = cell
    return [cam] * 3


def test_second_place_must_reach_the_threshold_by_itself():
    assert len(find(faint_beside_plain(0.9))) == 2
    assert len(find(faint_beside_plain(0.6))) == 1
    assert len(find(faint_beside_plain(0.6), place_slope=0.2)) == 2


def test_probability_of_a_second_place_is_that_of_a_slice_with_it_alone():
    plain, faint = find(faint_beside_plain(0.9))
    assert plain.probability == 0.9
    odds = np.log(0.9 / 0.1) - (np.log(0.95 / 0.05) - np.log(0.9 / 0.1))
    assert faint.probability == pytest.approx(1 / (1 + np.exp(-odds)))


def test_second_place_must_reach_the_peak_level():
    assert len(find(faint_beside_plain(0.9), peak_level=0.92)) == 1
