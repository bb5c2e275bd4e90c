"""The picture of a Secondary Capture: a slice with heat map, legend, numbers and labels on it."""

from __future__ import annotations

from PIL import Image, ImageDraw

from hcc_viewer.detection import Detection
from hcc_viewer.dicom import Volume
from hcc_viewer.report.content import ReportContent
from hcc_viewer.report.fonts import picture_font
from hcc_viewer.report.paper import wrapped
from hcc_viewer.report.pictures import Look, legend_picture, slice_picture
from hcc_viewer.report.rows import SliceRow

WIDTH = 800

_SLICE = (WIDTH, 800)
_GAP = 12
_TEXT = 18
_LINE = 25
_LEGEND = (240, 16)
_BLACK = (0, 0, 0)
_WHITE = (255, 255, 255)
_BANNER = (255, 205, 90)


def capture_picture(
    content: ReportContent, detection: Detection, volume: Volume, row: SliceRow
) -> tuple[Image.Image, float | None]:
    """The picture, and millimetres per pixel of its slice (None where they are unknown)."""
    peak = row.prediction.peak
    look = Look("heat", mark=(peak.row, peak.column))
    slice_ = slice_picture(volume, detection, row.prediction.index, _SLICE, look)
    first, *others = content.labels
    lines = [line for label in others for line in wrapped(label, WIDTH - 2 * _GAP, size=_TEXT)]
    top = _LINE + 2 * _GAP
    height = top + slice_.height + _LINE * (len(lines) + 1) + 4 * _GAP
    picture = Image.new("RGB", (WIDTH, height), _BLACK)
    draw = ImageDraw.Draw(picture)
    draw.text((_GAP, _GAP), first, _BANNER, picture_font(_TEXT, bold=True))
    picture.paste(slice_, ((WIDTH - slice_.width) // 2, top))
    y = top + slice_.height + _GAP
    _draw_numbers(picture, content, row, y)
    for place, line in enumerate(lines, 1):
        draw.text((_GAP, y + _GAP + place * _LINE), line, _WHITE, picture_font(_TEXT))
    geometry = volume.geometry
    width_mm = volume.pixels.shape[2] * geometry.spacing_mm[2]
    return picture, width_mm / slice_.width if geometry.known else None


def _draw_numbers(picture: Image.Image, content: ReportContent, row: SliceRow, y: int) -> None:
    """The slice's number and probability at the left, the heat map's legend at the right."""
    draw, font = ImageDraw.Draw(picture), picture_font(_TEXT)
    findings = ", ".join(map(str, row.finding_ids))
    text = f"Slice {row.number} of {len(content.slices)}   probability {row.probability}"
    draw.text((_GAP, y), f"{text}   finding {findings}" if findings else text, _WHITE, font)
    right = WIDTH - _GAP - 20
    left = right - _LEGEND[0]
    picture.paste(legend_picture(*_LEGEND), (left, y + 3))
    draw.text((left - 8, y), "0", _WHITE, font, "ra")
    draw.text((right + 8, y), "1", _WHITE, font, "la")
