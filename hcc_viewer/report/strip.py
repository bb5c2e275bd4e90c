"""The strip of probabilities over the stack, and the contact sheets of the flagged slices."""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image, ImageDraw

from hcc_viewer.detection import Detection
from hcc_viewer.dicom import Volume
from hcc_viewer.report.content import ReportContent
from hcc_viewer.report.fonts import picture_font
from hcc_viewer.report.pictures import Look, slice_picture
from hcc_viewer.report.rows import SliceRow
from hcc_viewer.report.words import count, number

SHEET_COLUMNS = 5

SHEET_ROWS = 6

_INK = (40, 40, 40)
_FAINT = (205, 205, 205)
_CALM = (120, 144, 168)
_FLAGGED = (190, 60, 30)
_PAPER = (255, 255, 255)


def strip_picture(content: ReportContent, width: int, height: int) -> Image.Image:
    """One bar per slice from the foot end (left) to the head end, and the threshold's line."""
    picture = Image.new("RGB", (width, height), _PAPER)
    draw = ImageDraw.Draw(picture)
    text = max(11, height // 14)
    font = picture_font(text)
    left, right, top, bottom = text * 3, width - text, text * 2, height - text * 2
    for value in (0.0, 0.5, 1.0):
        y = bottom - value * (bottom - top)
        draw.line((left, y, right, y), _FAINT, 1)
        draw.text((left - text // 2, y), f"{value:g}", _INK, font, "rm")
    step = (right - left) / max(1, len(content.slices))
    for place, row in enumerate(content.slices):
        if not row.prediction.is_examined:
            continue
        x = left + place * step
        y = bottom - row.prediction.probability * (bottom - top)
        color = _FLAGGED if row.flagged else _CALM
        draw.rectangle((x, min(y, bottom - 1), x + max(0.0, step - 1.5), bottom), color)
    line = bottom - content.threshold * (bottom - top)
    _dashed_line(draw, left, right, line)
    draw.text((left, bottom + text // 2), _end_name(content, 0), _INK, font, "la")
    draw.text((right, bottom + text // 2), _end_name(content, -1), _INK, font, "ra")
    caption = f"probability per slice; dashed: threshold {number(content.threshold)}"
    draw.text(((left + right) / 2, bottom + text // 2), caption, _INK, font, "ma")
    _draw_finding_numbers(draw, content, text, (left + step / 2, top - text // 3, step))
    return picture


def contact_sheets(
    content: ReportContent, detection: Detection, volume: Volume, width: int
) -> Iterator[Image.Image]:
    """All flagged slices with their heat maps, small, foot to head, some sheets of them."""
    flagged = content.flagged
    per_sheet = SHEET_COLUMNS * SHEET_ROWS
    for start in range(0, len(flagged), per_sheet):
        yield _sheet(flagged[start : start + per_sheet], detection, volume, width)


def sheet_caption(content: ReportContent, sheet: int) -> str:
    """What a contact sheet shows, counted from 0."""
    total = len(content.flagged)
    per_sheet = SHEET_COLUMNS * SHEET_ROWS
    first, last = sheet * per_sheet + 1, min(total, (sheet + 1) * per_sheet)
    part = "" if total <= per_sheet else f", {first} to {last}"
    return f"{count(total, 'flagged slice')}{part}, in the order of the stack, with heat map"


def _draw_finding_numbers(
    draw: ImageDraw.ImageDraw, content: ReportContent, text: int, place: tuple[float, float, float]
) -> None:
    """Number the bars of the findings' peaks; where two would overlap, the most probable only."""
    left, y, step = place
    taken: list[float] = []
    for row in content.all_findings:
        x = left + row.peak_index * step
        if all(abs(x - other) > 1.6 * text for other in taken):
            draw.text((x, y), row.key, _FLAGGED, picture_font(text), "mb")
            taken.append(x)


def _sheet(
    rows: tuple[SliceRow, ...], detection: Detection, volume: Volume, width: int
) -> Image.Image:
    gap = width // 100
    side = (width - gap * (SHEET_COLUMNS - 1)) // SHEET_COLUMNS
    text = max(11, side // 13)
    thumbs = [_thumb(row, detection, volume, side) for row in rows]
    cell = max(thumb.height for thumb in thumbs) + text * 2
    lines = -(-len(thumbs) // SHEET_COLUMNS)
    sheet = Image.new("RGB", (width, lines * cell), _PAPER)
    draw = ImageDraw.Draw(sheet)
    for place, (row, thumb) in enumerate(zip(rows, thumbs, strict=True)):
        x = (place % SHEET_COLUMNS) * (side + gap)
        y = (place // SHEET_COLUMNS) * cell
        sheet.paste(thumb, (x, y))
        label = f"slice {row.number}: {row.probability}"
        draw.text((x, y + thumb.height + text // 4), label, _INK, picture_font(text), "la")
    return sheet


def _thumb(row: SliceRow, detection: Detection, volume: Volume, side: int) -> Image.Image:
    look = Look("heat", decorate=False)
    return slice_picture(volume, detection, row.prediction.index, (side, side), look)


def _end_name(content: ReportContent, place: int) -> str:
    """The number of an end slice and which end of the patient it is."""
    if not content.slices:
        return ""
    ends = {"axial": ("foot", "head"), "sagittal": ("right", "left"), "coronal": ("front", "back")}
    name = ends.get(content.series.orientation, ("first", "last"))[place]
    return f"{content.slices[place].number} ({name})"


def _dashed_line(draw: ImageDraw.ImageDraw, left: float, right: float, y: float) -> None:
    x = left
    while x < right:
        draw.line((x, y, min(x + 8, right), y), _INK, 2)
        x += 14
