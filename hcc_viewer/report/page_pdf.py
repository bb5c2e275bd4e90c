"""Writes `report.pdf`: an overview, a page of pictures per finding, and the flagged slices."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from PIL import Image as Pillow
from reportlab.lib.units import mm
from reportlab.platypus import (
    Flowable,
    KeepInFrame,
    KeepTogether,
    PageBreak,
    Paragraph,
    Spacer,
    Table,
)

from hcc_viewer.detection import Detection
from hcc_viewer.dicom import Volume
from hcc_viewer.report.content import FINDING_HEADINGS, UNCONFIRMED, FindingRow, ReportContent
from hcc_viewer.report.pdf_page import (
    FACTS_STYLE,
    GRID_STYLE,
    INNER_HEIGHT,
    INNER_WIDTH,
    LAYOUT_STYLE,
    STYLES,
    Picture,
    build_pdf,
)
from hcc_viewer.report.pictures import ZOOM_MM, Content, Look, legend_picture, slice_picture
from hcc_viewer.report.strip import contact_sheets, sheet_caption, strip_picture
from hcc_viewer.report.words import Fact

FILE_NAME = "report.pdf"

_DPI = 150
"""Of pictures on the page; the stored pixels are mostly coarser."""

_SIDE_WIDTH = 62 * mm
_MAIN_WIDTH = INNER_WIDTH - _SIDE_WIDTH - 5 * mm
_MAIN_HEIGHT = (INNER_HEIGHT - 34 * mm) / 2

_ALL_SLICES = 400
"""A stack of at most so many slices has them all in the table at the end."""


def files(
    content: ReportContent, detection: Detection, volume: Volume
) -> Iterator[tuple[str, bytes]]:
    """Yield `report.pdf`."""
    story = [*_overview(content)]
    for row in content.pictured_findings:
        story += [PageBreak(), *_finding_page(content, detection, volume, row)]
    for number, sheet in enumerate(contact_sheets(content, detection, volume, 1400)):
        story += [PageBreak(), _heading(sheet_caption(content, number))]
        story.append(_image(sheet, INNER_WIDTH, INNER_HEIGHT - 14 * mm))
    story += [PageBreak(), *_slices_table(content)]
    yield FILE_NAME, build_pdf(content, story)


def _overview(content: ReportContent) -> list[Flowable]:
    """The result first, then where it is from, then what to mind."""
    story: list[Flowable] = [Paragraph(escape(content.summary), STYLES["summary"])]
    if content.findings:
        story += [
            _findings_table(content),
            Spacer(0, 2 * mm),
            _text(UNCONFIRMED),
            _text(content.pictures_note),
        ]
    story.append(_text(content.threshold_text))
    strip = strip_picture(content, 1500, 260)
    story += [Spacer(0, 2 * mm), _image(strip, INNER_WIDTH, 40 * mm), Spacer(0, 2 * mm)]
    if content.warnings:
        story.append(_warnings(content))
    facts = content.patient_facts + content.study_facts + content.series_facts
    story += [_heading("Study and series"), _facts_table(facts, INNER_WIDTH, 38 * mm)]
    story += [_heading("Model"), _facts_table(_model_facts(content), INNER_WIDTH, 38 * mm)]
    return story


def _finding_page(
    content: ReportContent, detection: Detection, volume: Volume, row: FindingRow
) -> list[Flowable]:
    """The peak slice plain and with heat map, large; beside them the numbers and the zooms."""
    mark = (row.finding.row, row.finding.column)

    def picture(kind: Content, width: float, height: float, zoom: float | None) -> Flowable:
        look = Look(kind, zoom, mark, show_mark=zoom is not None or kind == "heat")
        size = (round(width / 72 * _DPI), round(height / 72 * _DPI))
        made = slice_picture(volume, detection, row.finding.peak_slice, size, look)
        if kind == "plain" and zoom is None and volume.color is None:
            made = made.convert("L")
        return _image(made, width, height)

    kinds: tuple[Content, Content] = ("plain", "heat")
    main = [picture(kind, _MAIN_WIDTH, _MAIN_HEIGHT, None) for kind in kinds]
    side = [picture(kind, _SIDE_WIDTH, _SIDE_WIDTH, ZOOM_MM) for kind in kinds]
    legend = _image(legend_picture(600, 40), _SIDE_WIDTH, 6 * mm)
    slice_name = f"Slice {row.peak_slice}"
    left = [main[0], _caption(slice_name), main[1], _caption(f"{slice_name} with heat map")]
    right = [
        _facts_table(content.facts_of(row), _SIDE_WIDTH, 25 * mm),
        Spacer(0, 3 * mm),
        side[0],
        _caption(f"{ZOOM_MM:.0f} mm around the peak"),
        side[1],
        _caption("The same with heat map"),
        legend,
        _legend_scale(),
    ]
    fitted = KeepInFrame(_SIDE_WIDTH, INNER_HEIGHT - 20 * mm, right, mode="shrink")
    layout = Table([[left, fitted]], [_MAIN_WIDTH + 5 * mm, _SIDE_WIDTH], style=LAYOUT_STYLE)
    return [_heading(content.heading_of(row)), layout]


def _findings_table(content: ReportContent) -> Flowable:
    lines = [_cells(FINDING_HEADINGS, "cell_bold")]
    lines += [_cells(row.cells, "cell") for row in content.findings]
    widths = [12 * mm, 26 * mm, 26 * mm, 26 * mm, INNER_WIDTH - 116 * mm, 26 * mm]
    return Table(lines, widths, style=GRID_STYLE, repeatRows=1)


def _slices_table(content: ReportContent) -> list[Flowable]:
    """The probabilities of all slices, in columns; of a huge stack the flagged ones only."""
    everything = len(content.slices) <= _ALL_SLICES
    rows = content.slices if everything else content.flagged
    title = "Probability of every slice" if everything else "Probability of the flagged slices"
    groups = 4
    names = ["Slice", "Prob.", "Finding"] * groups
    height = -(-len(rows) // groups)
    lines = [_cells(names, "cell_bold")]
    for line in range(height):
        cells: list[Flowable] = []
        for row in rows[line :: height or 1]:
            ids = ", ".join(map(str, row.finding_ids)) or ("flagged" if row.flagged else "")
            style = "cell_bold" if row.flagged else "cell"
            cells += _cells((str(row.number), row.probability, ids), style)
        lines.append(cells + [_text("")] * (len(names) - len(cells)))
    table = Table(lines, [INNER_WIDTH / len(names)] * len(names), style=GRID_STYLE, repeatRows=1)
    return [_heading(title), _text("Bold: flagged. Slices count from 1."), table]


def _model_facts(content: ReportContent) -> tuple[Fact, ...]:
    model = content.model
    return (
        Fact("Name and version", f"{model.name} {model.version}"),
        Fact("SHA-256", model.sha256),
        Fact("Trained on", model.trained_on),
        Fact("Software", content.software),
        Fact("Detection took", f"{content.timing.total:.1f} s"),
    )


def _warnings(content: ReportContent) -> Flowable:
    lines = [_text(f"\N{BULLET} {notice.message}") for notice in content.warnings]
    return KeepTogether([_heading("Warnings"), *lines, Spacer(0, 2 * mm)])


def _facts_table(facts: tuple[Fact, ...], width: float, indent: float) -> Flowable:
    if not facts:
        return Spacer(0, 0)
    lines = [[_text(fact.name, "name"), _text(fact.value)] for fact in facts]
    return Table(lines, [indent, width - indent], style=FACTS_STYLE)


def _legend_scale() -> Flowable:
    cells = [_text("0", "small"), _text("heat map", "small_center"), _text("1", "small_right")]
    return Table([cells], [_SIDE_WIDTH / 3] * 3, style=LAYOUT_STYLE)


def _cells(texts: tuple[str, ...] | list[str], style: str) -> list[Flowable]:
    return [_text(text, style) for text in texts]


def _heading(text: str) -> Flowable:
    return Paragraph(escape(text), STYLES["heading"])


def _caption(text: str) -> Flowable:
    return Paragraph(escape(text), STYLES["caption"])


def _text(text: str, style: str = "text") -> Flowable:
    return Paragraph(escape(text), STYLES[style])


def _image(picture: Pillow.Image, width: float, height: float) -> Flowable:
    """A picture as large as fits, in true proportions, at the left."""
    scale = min(width / picture.width, height / picture.height)
    return Picture(picture, picture.width * scale, picture.height * scale)
