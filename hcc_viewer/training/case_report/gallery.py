"""Pictures of what the model missed and of what it took for HCC, the most telling first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from hcc_viewer.catalogue import Catalogue, LabelledCase, case_volume
from hcc_viewer.detection import at_threshold, cam_on_image
from hcc_viewer.render import overlay_heat_map, to_gray
from hcc_viewer.training.case_report.measured import Measured
from hcc_viewer.training.evaluate import PLACES, TOLERANCE_MM, CaseResult

SIDE_MM = 160.0
"""Of the field around the place that a picture shows."""

PICTURE_PX = 240

MISSED_COLOR = (80, 200, 255)
FALSE_COLOR = (255, 170, 40)
OUTLINE_COLOR = (90, 230, 120)

OPACITY = 0.45


@dataclass(frozen=True, eq=False)
class Picture:
    """One entry of the gallery."""

    title: str
    text: str
    pixels: NDArray[np.uint8]
    """(row, column, 3) RGB: the slice, and beside it the same with the heat map."""


@dataclass(frozen=True)
class _Entry:
    weight: float
    case: int
    slice: int
    row: float
    column: float
    title: str
    text: str
    color: tuple[int, int, int]


def misses(catalogue: Catalogue, measured: Measured, most: int) -> list[Picture]:
    """Lesions that no finding hits, the largest first."""
    entries = []
    for number, result in enumerate(measured.results):
        found, _ = result.at(measured.threshold)
        sizes = np.array(result.diameters_mm)
        for lesion in np.flatnonzero(~found & np.isfinite(sizes)):
            index, row, column = _middle(result, int(lesion))
            probability = result.detection.slices[index].probability
            text = f"{sizes[lesion]:.0f} mm; highest probability there {probability:.2f}"
            title = f"Missed: {measured.rows[number].case}, slice {index + 1}"
            entries.append(
                _Entry(sizes[lesion], number, index, row, column, title, text, MISSED_COLOR)
            )
    return _pictures(catalogue, measured, entries, most)


def false_findings(catalogue: Catalogue, measured: Measured, most: int) -> list[Picture]:
    """Findings that hit no lesion, the most probable first, with what they lie on."""
    entries = []
    for number, result in enumerate(measured.results):
        findings = at_threshold(result.detection, measured.threshold).findings
        for finding in findings:
            place = (
                min(round(finding.row / 2), result.places.shape[1] - 1),
                min(round(finding.column / 2), result.places.shape[2] - 1),
            )
            near = result.distance_mm[:, finding.peak_slice, place[0], place[1]]
            if (near <= TOLERANCE_MM).any():
                continue
            where = PLACES[result.places[finding.peak_slice, place[0], place[1]]]
            title = f"False: {measured.rows[number].case}, slice {finding.peak_slice + 1}"
            text = f"probability {finding.probability:.2f}; lies on: {where}"
            entries.append(
                _Entry(
                    finding.probability, number, finding.peak_slice, finding.row, finding.column,
                    title, text, FALSE_COLOR,
                )
            )  # fmt: skip
    return _pictures(catalogue, measured, entries, most)


def _middle(result: CaseResult, lesion: int) -> tuple[int, float, float]:
    """(slice, row, column) in the middle of a lesion, in full resolution."""
    inside = np.argwhere(result.distance_mm[lesion] == 0)
    if not len(inside):
        inside = np.argwhere(result.distance_mm[lesion] == result.distance_mm[lesion].min())
    slices = inside[:, 0]
    index = int(np.bincount(slices).argmax())
    row, column = inside[slices == index][:, 1:].mean(axis=0)
    return index, float(row) * 2, float(column) * 2


def _pictures(
    catalogue: Catalogue, measured: Measured, entries: list[_Entry], most: int
) -> list[Picture]:
    chosen = sorted(entries, key=lambda entry: -entry.weight)[:most]
    return list(_drawn(catalogue, measured, chosen))


def _drawn(catalogue: Catalogue, measured: Measured, entries: list[_Entry]) -> Iterator[Picture]:
    for entry in entries:
        case = catalogue.load(measured.rows[entry.case])
        cam = cam_on_image(measured.results[entry.case].detection, entry.slice)
        yield Picture(entry.title, entry.text, _draw(case, entry, cam))


def _draw(case: LabelledCase, entry: _Entry, cam: NDArray[np.float32]) -> NDArray[np.uint8]:
    volume = case_volume(case)
    image = case.image[entry.slice]
    gray = to_gray(image, volume.window_center, volume.window_width)
    plain = np.repeat(gray[..., None], 3, axis=2)
    views = [plain.copy(), overlay_heat_map(gray, cam, OPACITY)]
    _, row_mm, column_mm = case.geometry.spacing_mm
    outline = case.hcc[entry.slice].astype(np.uint8)
    panels = [
        _panel(view, outline if number == 0 else None, entry, row_mm, column_mm)
        for number, view in enumerate(views)
    ]
    return np.concatenate(panels, axis=1)


def _panel(
    view: NDArray[np.uint8],
    outline: NDArray[np.uint8] | None,
    entry: _Entry,
    row_mm: float,
    column_mm: float,
) -> NDArray[np.uint8]:
    """A square field around the place, with a ring on it and the outline of what is HCC."""
    scale = PICTURE_PX / SIDE_MM
    matrix = np.array(
        [
            [column_mm * scale, 0, PICTURE_PX / 2 - entry.column * column_mm * scale],
            [0, row_mm * scale, PICTURE_PX / 2 - entry.row * row_mm * scale],
        ]
    )
    size = (PICTURE_PX, PICTURE_PX)
    panel = cv2.warpAffine(view, matrix, size, flags=cv2.INTER_CUBIC)
    if outline is not None and outline.any():
        mask = cv2.warpAffine(outline, matrix, size, flags=cv2.INTER_NEAREST)
        edges, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(panel, edges, -1, OUTLINE_COLOR, 1)
    middle = PICTURE_PX // 2
    cv2.circle(panel, (middle, middle), 22, entry.color, 1, lineType=cv2.LINE_AA)
    return np.asarray(panel, dtype=np.uint8)
