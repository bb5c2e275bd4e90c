"""Writes `report.pdf`: an overview, a page of pictures per finding, and the flagged slices."""

from __future__ import annotations

from collections.abc import Iterator

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepInFrame, KeepTogether, PageBreak, Spacer, Table

from hcc_viewer.detection import Detection
from hcc_viewer.dicom import Volume
from hcc_viewer.report.content import ReportContent
from hcc_viewer.report.pdf_page import GRID_STYLE, LAYOUT_STYLE, Sheet, build_pdf, sheet_of
from hcc_viewer.report.pdf_parts import cells, facts_table, image, legend_scale, text
from hcc_viewer.report.pictures import ZOOM_MM, Content, Look, legend_picture, slice_picture
from hcc_viewer.report.rows import FINDING_HEADINGS, FindingRow
from hcc_viewer.report.strip import contact_sheets, sheet_caption, strip_picture
from hcc_viewer.report.words import Fact

FILE_NAME = "report.pdf"

_DPI = 150
"""Of pictures on the page; the stored pixels are mostly coarser."""

_SIDE_WIDTH = 62 * mm

_GROUP_GAP = 5 * mm
"""Between the groups of columns of the table of slices."""

_ALL_SLICES = 400
"""A stack of at most so many slices has them all in the table at the end."""


def files(
    content: ReportContent, detection: Detection, volume: Volume
) -> Iterator[tuple[str, bytes]]:
    """Yield `report.pdf`."""
    sheet = sheet_of(content)
    story = [*_overview(content, sheet)]
    for row in content.pictured_findings:
        story += [PageBreak(), *_finding_page(content, detection, volume, row)]
    for number, contact in enumerate(contact_sheets(content, detection, volume, 1400)):
        story += [PageBreak(), text(sheet_caption(content, number), "heading")]
        story.append(image(contact, sheet.inner_width, sheet.inner_height - 14 * mm))
    story += [PageBreak(), *_slices_table(content, sheet)]
    yield FILE_NAME, build_pdf(content, story)


def _overview(content: ReportContent, sheet: Sheet) -> list[Flowable]:
    """The result first, then where it is from, then what to mind."""
    width, indent = sheet.inner_width, 38 * mm
    story: list[Flowable] = [text(content.summary, "summary")]
    if content.all_findings:
        story += [_findings_table(content, width), Spacer(0, 2 * mm)]
    said = (content.review, content.pictures_note, content.threshold_text)
    story += [text(sentence) for sentence in said if sentence]
    strip = strip_picture(content, 1500, 260)
    story += [Spacer(0, 2 * mm), image(strip, width, 40 * mm), Spacer(0, 2 * mm)]
    if content.warnings:
        story.append(_warnings(content))
    if content.measurements:
        facts = content.measured_facts
        first, rest = (facts_table(part, width, indent) for part in (facts[:4], facts[4:]))
        story += [text("Measured by the reader", "heading"), first, rest]
    facts = content.patient_facts + content.study_facts + content.series_facts
    story += [text("Study and series", "heading"), facts_table(facts, width, indent)]
    story += [text("Model", "heading"), facts_table(_model_facts(content), width, indent)]
    return story


def _finding_page(
    content: ReportContent, detection: Detection, volume: Volume, row: FindingRow
) -> list[Flowable]:
    """The peak slice plain and with heat map, large; beside them the numbers and the zooms."""
    sheet = sheet_of(content)
    main_width = sheet.inner_width - _SIDE_WIDTH - 5 * mm
    main_height = (sheet.inner_height - 34 * mm) / 2

    def picture(kind: Content, width: float, height: float, zoom: float | None) -> Flowable:
        look = Look(kind, zoom, row.mark, show_mark=zoom is not None or kind == "heat")
        size = (round(width / 72 * _DPI), round(height / 72 * _DPI))
        made = slice_picture(volume, detection, row.peak_index, size, look)
        if kind == "plain" and zoom is None and volume.color is None:
            made = made.convert("L")
        return image(made, width, height)

    kinds: tuple[Content, Content] = ("plain", "heat")
    main = [picture(kind, main_width, main_height, None) for kind in kinds]
    side = [picture(kind, _SIDE_WIDTH, _SIDE_WIDTH, ZOOM_MM) for kind in kinds]
    legend = image(legend_picture(600, 40), _SIDE_WIDTH, 6 * mm)
    slice_name, middle = f"Slice {row.peak_slice}", "place" if row.model_place else "peak"
    captions = [text(words, "caption") for words in (slice_name, f"{slice_name} with heat map")]
    left = [main[0], captions[0], main[1], captions[1]]
    right = [
        facts_table(content.facts_of(row), _SIDE_WIDTH, 25 * mm),
        Spacer(0, 3 * mm),
        side[0],
        text(f"{ZOOM_MM:.0f} mm around the {middle}", "caption"),
        side[1],
        text("The same with heat map", "caption"),
        legend,
        legend_scale(_SIDE_WIDTH),
    ]
    fitted = KeepInFrame(_SIDE_WIDTH, sheet.inner_height - 20 * mm, right, mode="shrink")
    layout = Table([[left, fitted]], [main_width + 5 * mm, _SIDE_WIDTH], style=LAYOUT_STYLE)
    note = content.long_note_of(row)
    title = f"The reader's note on finding {row.key}"
    below = [text(title, "heading"), text(note)] if note else []
    return [text(content.heading_of(row), "heading"), layout, *below]


def _findings_table(content: ReportContent, width: float) -> Flowable:
    lines = [cells(FINDING_HEADINGS, "cell_bold")]
    lines += [cells(row.cells, "cell") for row in content.all_findings]
    narrow = [12 * mm, 24 * mm, 18 * mm, 22 * mm, 0.0, 18 * mm, 34 * mm]
    narrow[4] = width - sum(narrow)
    return Table(lines, narrow, style=GRID_STYLE, repeatRows=1)


def _slices_table(content: ReportContent, sheet: Sheet) -> list[Flowable]:
    """The probabilities of all slices, in columns; of a huge stack the flagged ones only."""
    everything = len(content.slices) <= _ALL_SLICES
    rows = content.slices if everything else content.flagged
    title = "Probability of every slice" if everything else "Probability of the flagged slices"
    groups = 4
    names = ["Slice", "Prob.", "Finding", ""] * groups
    height = -(-len(rows) // groups)
    lines = [cells(names, "cell_bold")]
    for line in range(height):
        filled: list[Flowable] = []
        for row in rows[line :: height or 1]:
            ids = ", ".join(map(str, row.finding_ids)) or ("flagged" if row.flagged else "")
            style = "cell_bold" if row.flagged else "cell"
            told = (row.probability, ids) if row.prediction.is_examined else ("", row.probability)
            filled += cells((str(row.number), *told, ""), style)
        lines.append(filled + [text("")] * (len(names) - len(filled)))
    column = (sheet.inner_width - groups * _GROUP_GAP) / (3 * groups)
    widths = [column - 2 * mm, column - mm, column + 3 * mm, _GROUP_GAP] * groups
    table = Table(lines, widths, style=GRID_STYLE, repeatRows=1)
    return [text(title, "heading"), text("Bold: flagged. Slices count from 1."), table]


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
    lines = [text(f"\N{BULLET} {notice.message}") for notice in content.warnings]
    return KeepTogether([text("Warnings", "heading"), *lines, Spacer(0, 2 * mm)])
