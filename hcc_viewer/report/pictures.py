"""Pictures of slices for pages and captures: true proportions, letters, ruler, heat map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from hcc_viewer.detection import Detection, cam_on_image
from hcc_viewer.dicom import Geometry, Volume
from hcc_viewer.render import overlay_heat_map, to_gray
from hcc_viewer.report.fonts import picture_font

HEAT_MAP_OPACITY = 0.55
"""Of the heat map in pictures: the anatomy stays readable under it."""

ZOOM_MM = 80.0
"""Side of the square that a zoomed picture shows."""

MARK_GAP_MM = 10.0
"""From the marked place to where the cross begins: small lesions stay uncovered."""

_RULERS_MM = (5, 10, 20, 50, 100, 200)

_OBLIQUE = 0.35
"""A direction has a second letter when it leans more than about 20 degrees towards it."""

_BLACK = (0, 0, 0)
_WHITE = (255, 255, 255)
_MARK = (80, 220, 255)

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in stored pixels, where pixel n reaches from n to n + 1."""

Content = Literal["plain", "heat"]


@dataclass(frozen=True)
class Look:
    """How a picture of a slice is to be made."""

    content: Content = "plain"
    zoom_mm: float | None = None
    """Side of the square around `mark` that is shown; None: the whole slice."""
    mark: tuple[float, float] | None = None
    """(row, column) of the finding's peak, which gets a cross with an open middle."""
    show_mark: bool = True
    decorate: bool = True
    """Whether orientation letters and the ruler are drawn."""


def slice_picture(
    volume: Volume,
    detection: Detection,
    index: int,
    size: tuple[int, int],
    look: Look = Look(),
) -> Image.Image:
    """One slice as large as fits `size` (width, height), in true proportions, without borders."""
    pixels = slice_pixels(volume, detection, index, heat=look.content == "heat")
    box = _box(volume, look)
    width, height = fitted_size(volume.geometry, box, size)
    picture = Image.fromarray(pixels).resize((width, height), Image.Resampling.BICUBIC, box=box)
    draw = ImageDraw.Draw(picture)
    if look.mark is not None and look.show_mark:
        row, column = look.mark
        x = (column + 0.5 - box[0]) / (box[2] - box[0]) * width
        y = (row + 0.5 - box[1]) / (box[3] - box[1]) * height
        mm = width / ((box[2] - box[0]) * volume.geometry.spacing_mm[2])
        _draw_mark(draw, x, y, MARK_GAP_MM * mm, max(width, height) * 0.035)
    if look.decorate and volume.geometry.known:
        _draw_letters(draw, volume.geometry, width, height)
        _draw_ruler(draw, volume.geometry, box, width, height)
    return picture


def slice_pixels(
    volume: Volume, detection: Detection, index: int, *, heat: bool
) -> NDArray[np.uint8]:
    """(row, column, 3) RGB of one slice as stored, windowed, with or without the heat map."""
    if volume.color is not None:
        base = np.array(volume.color[index], dtype=np.uint8)
    else:
        gray = to_gray(
            volume.pixels[index],
            volume.window_center,
            volume.window_width,
            inverted=volume.is_inverted,
        )
        base = np.repeat(gray[..., None], 3, axis=2)
    if volume.padding is not None:
        base[volume.padding[index]] = 0
    if not heat:
        return base
    return overlay_heat_map(base, cam_on_image(detection, index), HEAT_MAP_OPACITY)


def fitted_size(geometry: Geometry, box: Box, size: tuple[int, int]) -> tuple[int, int]:
    """Width and height in square pixels of a part of the slice that fills `size` at most."""
    _, row_mm, column_mm = geometry.spacing_mm
    width_mm, height_mm = (box[2] - box[0]) * column_mm, (box[3] - box[1]) * row_mm
    scale = min(size[0] / width_mm, size[1] / height_mm)
    return max(1, round(width_mm * scale)), max(1, round(height_mm * scale))


def orientation_letters(geometry: Geometry) -> tuple[str, str, str, str]:
    """The patient's direction at the left, top, right and bottom edge of the stored image."""
    column, row = geometry.column_direction, geometry.row_direction
    return _letters(-column), _letters(-row), _letters(column), _letters(row)


def legend_picture(width: int, height: int) -> Image.Image:
    """The heat map's colours as they look over a gray image, from 0 (left) to 1 (right)."""
    cam = np.tile(np.linspace(0, 1, width, dtype=np.float32), (height, 1))
    gray = np.full((height, width), 90, dtype=np.uint8)
    return Image.fromarray(overlay_heat_map(gray, cam, HEAT_MAP_OPACITY))


def ruler_mm(visible_mm: float) -> int:
    """The longest round length that takes at most 40 % of what is visible."""
    fitting = [length for length in _RULERS_MM if length <= 0.4 * visible_mm]
    return fitting[-1] if fitting else _RULERS_MM[0]


def _box(volume: Volume, look: Look) -> Box:
    """The part of the stored image that is shown; a zoom stays inside the image."""
    _, rows, columns = volume.pixels.shape
    if look.zoom_mm is None or look.mark is None:
        return 0.0, 0.0, float(columns), float(rows)
    _, row_mm, column_mm = volume.geometry.spacing_mm
    left, right = _span(look.mark[1] + 0.5, look.zoom_mm / column_mm, columns)
    top, bottom = _span(look.mark[0] + 0.5, look.zoom_mm / row_mm, rows)
    return left, top, right, bottom


def _span(middle: float, length: float, limit: int) -> tuple[float, float]:
    """A stretch of `length` around `middle`, moved and cut so that it lies within the image."""
    length = min(length, float(limit))
    start = min(max(middle - length / 2, 0.0), limit - length)
    return start, start + length


def _letters(direction: NDArray[np.float64]) -> str:
    """The patient's directions that a vector points to, the strongest first."""
    order = np.argsort(-np.abs(direction), kind="stable")
    names = (("L", "R"), ("P", "A"), ("H", "F"))
    return "".join(
        names[axis][0 if direction[axis] > 0 else 1]
        for axis in order
        if abs(direction[axis]) > _OBLIQUE
    )


def _draw_letters(draw: ImageDraw.ImageDraw, geometry: Geometry, width: int, height: int) -> None:
    size = _text_size(width, height)
    font, gap = picture_font(size), size // 2
    places = ((gap, height / 2, "lm"), (width / 2, gap, "mt"))
    opposite = ((width - gap, height / 2, "rm"), (width / 2, height - gap, "mb"))
    for (x, y, anchor), text in zip(places + opposite, orientation_letters(geometry), strict=True):
        draw.text(
            (x, y), text, _WHITE, font, anchor, stroke_width=_outline(size), stroke_fill=_BLACK
        )


def _draw_ruler(
    draw: ImageDraw.ImageDraw, geometry: Geometry, box: Box, width: int, height: int
) -> None:
    """A horizontal ruler at the bottom left, with a tick at every tenth or fifth of it."""
    visible_mm = (box[2] - box[0]) * geometry.spacing_mm[2]
    length_mm = ruler_mm(visible_mm)
    per_mm = width / visible_mm
    size = _text_size(width, height)
    left, bottom = size, height - size
    step = 10 if length_mm >= 20 else length_mm // 5
    ticks = [left + per_mm * mm for mm in range(0, length_mm + 1, step)]
    right = left + per_mm * length_mm
    lines: list[tuple[float, ...]] = [(left, bottom, right, bottom)]
    lines += [(x, bottom - size // 2, x, bottom) for x in ticks]
    for color, thickness in (
        (_BLACK, size // 10 + 1 + 2 * _outline(size)),
        (_WHITE, size // 10 + 1),
    ):
        for line in lines:
            draw.line(line, color, thickness)
    draw.text(
        (left, bottom - size * 0.8),
        f"{length_mm} mm",
        _WHITE,
        picture_font(size),
        "ls",
        stroke_width=_outline(size),
        stroke_fill=_BLACK,
    )


def _draw_mark(draw: ImageDraw.ImageDraw, x: float, y: float, gap: float, length: float) -> None:
    """A cross with an open middle: it points at the place and hides nothing of it."""
    thickness = max(2, round(length / 10))
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        end = gap + length
        line = (x + dx * gap, y + dy * gap, x + dx * end, y + dy * end)
        draw.line(line, _BLACK, thickness + 2)
        draw.line(line, _MARK, thickness)


def _outline(size: int) -> int:
    """Pixels of the dark edge around letters and lines, which bright liver may lie behind."""
    return max(2, size // 7)


def _text_size(width: int, height: int) -> int:
    """Pixels of letters and ruler, in proportion to the picture and always readable."""
    return max(15, round(min(width, height) * 0.032))
