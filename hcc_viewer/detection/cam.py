"""Class activation maps: from the network's grid to the stored image, and their peaks."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from hcc_viewer.detection.log_odds import log_odds
from hcc_viewer.detection.types import Detection, Peak


def cam_on_image(detection: Detection, index: int) -> NDArray[np.float32]:
    """The CAM of one slice on the pixels of its stored image.

    Returns:
        (rows, columns) values from 0 to 1, smooth, 0 outside the network's field.
    """
    series = detection.series
    return warp_cam(
        detection.slices[index].cam, detection.grid_to_image, series.rows, series.columns
    )


def warp_cam(
    cam: NDArray[np.float32], grid_to_image: NDArray[np.float64], rows: int, columns: int
) -> NDArray[np.float32]:
    """Lay a CAM grid on an image of (rows, columns) pixels; see `Detection.grid_to_image`."""
    (a, b, row), (c, d, column) = grid_to_image
    matrix = np.array([[d, c, column], [b, a, row]])
    image = cv2.warpAffine(
        np.ascontiguousarray(cam),
        matrix,
        (columns, rows),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
    )
    return np.asarray(np.clip(image, 0.0, 1.0), dtype=np.float32)


def cam_peaks(
    cam: NDArray[np.float32],
    level: float,
    grid_to_image: NDArray[np.float64],
    reach: int = 1,
    most: int | None = None,
) -> list[Peak]:
    """The highest place of a CAM, and other local maxima that reach `level`, highest first.

    Args:
        cam: (grid row, grid column) values from 0 to 1.
        level: What every peak but the first must reach.
        grid_to_image: As in `Detection`.
        reach: A maximum is the highest of all cells so far around it, in cells.
        most: No more than so many; None: all.
    """
    is_maximum = cam >= cv2.dilate(cam, np.ones((2 * reach + 1,) * 2, np.uint8))
    is_maximum &= cam >= level
    top = np.unravel_index(int(np.argmax(cam)), cam.shape)
    cells = {(int(top[0]), int(top[1]))} | {(int(r), int(c)) for r, c in np.argwhere(is_maximum)}
    ranked = sorted(cells, key=lambda cell: (-float(cam[cell]), cell))
    return [_peak(cam, cell, grid_to_image) for cell in ranked[:most]]


def extent_mm(
    cam: NDArray[np.float32], peak: Peak, cell_mm: float, grid_to_image: NDArray[np.float64]
) -> float:
    """Greatest width of the region around a peak where the CAM is at least half of it.

    A map, not an outline: the figure cannot be finer than a cell of the grid.
    """
    inverse = np.linalg.inv(grid_to_image[:, :2])
    row, column = inverse @ (np.array([peak.row, peak.column]) - grid_to_image[:, 2])
    cell = (
        int(np.clip(round(float(row)), 0, cam.shape[0] - 1)),
        int(np.clip(round(float(column)), 0, cam.shape[1] - 1)),
    )
    level, scale = 0.5 * float(cam[cell]), 4
    top, left, part = _region_around(cam, cell, level)
    fine = cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
    _, labels = cv2.connectedComponents((fine >= level).astype(np.uint8))
    row_at, column_at = (cell[0] - top) * scale + scale // 2, (cell[1] - left) * scale + scale // 2
    label = labels[row_at, column_at]
    if label == 0:
        return cell_mm
    points = cv2.findNonZero((labels == label).astype(np.uint8))
    _, size, _ = cv2.minAreaRect(points)
    return (max(size) + 1) * cell_mm / scale


def _region_around(
    cam: NDArray[np.float32], cell: tuple[int, int], level: float
) -> tuple[int, int, NDArray[np.float32]]:
    """First row, first column and values of a box that holds the region of a cell, with a seam."""
    near = cv2.dilate((cam >= level).astype(np.uint8), np.ones((3, 3), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(near)
    left, top, width, height, _ = (int(value) for value in stats[labels[cell]])
    first_row, first_column = max(top - 1, 0), max(left - 1, 0)
    part = cam[first_row : top + height + 1, first_column : left + width + 1]
    return first_row, first_column, np.ascontiguousarray(part)


def _peak(
    cam: NDArray[np.float32], cell: tuple[int, int], grid_to_image: NDArray[np.float64]
) -> Peak:
    """A cell's maximum at sub-cell precision: the vertex of a parabola along each axis."""
    row, column = cell
    place = np.array([row + _vertex(cam[:, column], row), column + _vertex(cam[row], column), 1.0])
    on_image = grid_to_image @ place
    return Peak(float(on_image[0]), float(on_image[1]), float(cam[cell]))


def _vertex(line: NDArray[np.float32], index: int) -> float:
    """How far the maximum lies from a cell, by its two neighbours' logits; within half a cell."""
    if not 0 < index < len(line) - 1:
        return 0.0
    before, here, after = log_odds(line[index - 1 : index + 2])
    curvature = before - 2 * here + after
    if curvature >= -1e-9:
        return 0.0
    return float(np.clip(0.5 * (before - after) / curvature, -0.5, 0.5))
