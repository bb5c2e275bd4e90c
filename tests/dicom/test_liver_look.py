"""What a look at the image tells of uptake, vessels and motion."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from hcc_viewer.dicom import Geometry, scan_study
from hcc_viewer.dicom.liver_look import LiverLook, look_at_liver
from hcc_viewer.dicom.phase import score_phase
from tests.dicom.make_facts import make_facts
from tests.make_dicom import HBP, make_series

SPACING = (3.0, 1.5, 1.5)


@dataclass(frozen=True)
class Abdomen:
    """Grey values of a drawn abdomen, seen as a radiologist does; muscle is 1."""

    liver: float = 2.5
    vessel: float = 1.0
    blur_mm: float = 0.0
    has_liver: bool = True

    def draw(self, slices: int = 7) -> NDArray[np.float32]:
        """(slice, row, column): body, liver on the patient's right, vessels, spine, noise."""
        rng = np.random.default_rng(3)
        images = []
        for index in range(slices):
            image = np.zeros((200, 250), np.float32)
            cv2.ellipse(image, (125, 100), (112, 78), 0, 0, 360, 0.3, -1)
            cv2.ellipse(image, (125, 100), (104, 70), 0, 0, 360, 1.0, -1)
            cv2.ellipse(image, (150, 85), (55, 40), 0, 0, 360, 0.35, -1)
            if self.has_liver:
                cv2.ellipse(image, (75, 92), (46, 52), 0, 0, 360, self.liver, -1)
                for k in range(4):
                    x = 50 + 16 * k + index
                    cv2.line(image, (x, 70 + 5 * (k % 3)), (x + 6, 110), self.vessel, 3)
            cv2.circle(image, (125, 140), 16, 0.5, -1)
            if self.blur_mm:
                image = cv2.blur(image, (1, max(1, round(self.blur_mm / 1.5))))
            images.append(np.abs(image + rng.normal(0, 0.04, image.shape)))
        return np.asarray(images, dtype=np.float32) * 100


def geometry_of(array: NDArray[Any], axes: NDArray[np.float64] | None = None) -> Geometry:
    affine = np.eye(4)
    affine[:3, :3] = (np.eye(3) if axes is None else axes) @ np.diag([1.5, 1.5, 3.0])
    return Geometry(affine, np.arange(len(array)) * 3.0)


def look(abdomen: Abdomen) -> LiverLook:
    array = abdomen.draw()
    found = look_at_liver(array, geometry_of(array))
    assert found is not None
    return found


def test_a_bright_liver_with_dark_vessels_has_uptake() -> None:
    found = look(Abdomen())
    assert found.liver_to_muscle == pytest.approx(2.5, rel=0.1)
    assert found.has_uptake
    assert found.has_dark_vessels
    assert not found.is_blurred


def test_a_liver_like_muscle_lacks_uptake() -> None:
    found = look(Abdomen(liver=1.25))
    assert found.lacks_uptake
    assert not found.has_uptake


def test_vessels_brighter_than_the_liver_are_seen() -> None:
    found = look(Abdomen(liver=1.7, vessel=2.6))
    assert found.has_bright_vessels
    assert not found.has_uptake


def test_motion_in_one_direction_is_seen() -> None:
    assert look(Abdomen(blur_mm=18.0)).is_blurred


def test_of_a_body_without_a_liver_no_uptake_is_claimed() -> None:
    found = look_at_liver(array := Abdomen(has_liver=False).draw(), geometry_of(array))
    assert found is None or not found.has_uptake


def test_a_body_too_small_for_an_abdomen_is_told() -> None:
    array = Abdomen().draw()
    geometry = Geometry(np.diag([0.7, 0.7, 3.0, 1.0]), np.arange(len(array)) * 3.0)
    found = look_at_liver(array, geometry)
    assert found is not None
    assert not found.shows_liver
    assert found.body_width_mm == pytest.approx(225 * 0.7, rel=0.1)


@pytest.mark.parametrize("turn", ["rows", "columns", "transposed", "inverted"])
def test_how_the_image_is_stored_does_not_matter(turn: str) -> None:
    array, axes = Abdomen().draw(), np.eye(3)
    if turn == "rows":
        array, axes = array[:, ::-1], np.diag([1.0, -1.0, 1.0])
    elif turn == "columns":
        array, axes = array[:, :, ::-1], np.diag([-1.0, 1.0, 1.0])
    elif turn == "transposed":
        array, axes = array.transpose(0, 2, 1), np.eye(3)[:, [1, 0, 2]]
    elif turn == "inverted":
        array = -array
    stored = np.ascontiguousarray(array)
    found = look_at_liver(stored, geometry_of(stored, axes), is_inverted=turn == "inverted")
    assert found is not None
    assert found.liver_to_muscle == pytest.approx(look(Abdomen()).liver_to_muscle, rel=0.05)
    assert found.has_dark_vessels


@pytest.mark.parametrize("kind", ["flat", "noise", "ramp", "tiny"])
def test_of_an_image_that_shows_nothing_nothing_is_said(kind: str) -> None:
    rng = np.random.default_rng(1)
    array = {
        "flat": np.full((7, 64, 64), 7.0),
        "noise": rng.random((7, 128, 128)),
        "ramp": np.tile(np.arange(128.0), (7, 128, 1)),
        "tiny": np.ones((7, 1, 1)),
    }[kind].astype(np.float32)
    assert look_at_liver(array, geometry_of(array)) is None


def make_study(folder: Path, abdomen: Abdomen, text: str, **tags: Any) -> int:
    """The phase score of a series with these pixels."""
    pixels = abdomen.draw(24)
    make_series(
        folder,
        24,
        spacing_mm=6.0,
        pixels=lambda i: pixels[i].astype(np.uint16),
        **{**HBP, "ContrastBolusAgent": None, "SeriesDescription": text, **tags},
        PixelSpacing=[1.5, 1.5],
    )
    (series,) = scan_study(folder).series
    return series.phase.score


def test_the_image_decides_where_the_headers_leave_a_doubt(tmp_path: Path) -> None:
    text = "AX LAVA 20 min"
    good = make_study(tmp_path / "good", Abdomen(), text)
    poor = make_study(tmp_path / "poor", Abdomen(liver=1.2), text)
    portal = make_study(tmp_path / "portal", Abdomen(liver=1.6, vessel=2.6), text)
    headers_only = make_study(tmp_path / "flat", Abdomen(liver=1.75), text)
    assert good > headers_only > max(poor, portal)


def test_the_image_gives_its_reason(tmp_path: Path) -> None:
    make_study(tmp_path, Abdomen(), "AX LAVA 20 min")
    reasons = scan_study(tmp_path).series[0].phase.reasons
    assert any("times as bright as muscle" in reason for reason in reasons)


def test_a_limit_by_the_headers_stays_whatever_the_image_shows() -> None:
    seen = LiverLook(350, 120, liver_to_muscle=2.5, vessel_contrast=0.2)
    facts = make_facts("LAVA arterial", look=seen)
    assert score_phase(facts, [facts]).is_unlikely
