"""The report as a PDF for print."""

from __future__ import annotations

import io
from html import escape
from typing import Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Image, KeepTogether, Paragraph, SimpleDocTemplate, Spacer
from reportlab.platypus import Table as Grid

from hcc_viewer.training.case_report.content import ReportContent, Section, Table
from hcc_viewer.training.case_report.gallery import Picture
from hcc_viewer.training.case_report.page_html import png_of
from hcc_viewer.training.case_report.plots import Plot

MARGIN = 16 * mm
WIDTH = A4[0] - 2 * MARGIN

PADDING = 13.0
"""Points left and right of a cell's text, together."""

SHORT = 16
"""Characters of a cell that is kept on one line."""

NO_BREAK_SPACE = "\xa0"

LONGEST = 40 * mm
"""Words longer than this, such as hashes, are broken."""

_STYLES = getSampleStyleSheet()
_SMALL = ParagraphStyle("small", _STYLES["BodyText"], fontSize=7, leading=8.5)
_BOLD = ParagraphStyle("bold", _SMALL, fontName="Helvetica-Bold")

_GRID = [
    ("LINEBELOW", (0, 0), (-1, -1), 0.3, colors.lightgrey),
    ("LINEBELOW", (0, 0), (-1, 0), 0.7, colors.grey),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("TOPPADDING", (0, 0), (-1, -1), 1),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
]


def pdf_page(content: ReportContent) -> bytes:
    """The document as bytes."""
    story: list[Any] = [_paragraph(content.title, _STYLES["Title"])]
    story += [_paragraph(text, _BOLD) for text in content.labels]
    for section in content.sections:
        story += _section(section)
    stream = io.BytesIO()
    document = SimpleDocTemplate(
        stream,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=content.title,
        invariant=1,
    )

    def footer(canvas: Any, _: Any) -> None:
        canvas.saveState()
        canvas.setFont("Helvetica", 6.5)
        canvas.drawString(MARGIN, 9 * mm, content.labels[0])
        canvas.drawRightString(A4[0] - MARGIN, 9 * mm, str(canvas.getPageNumber()))
        canvas.restoreState()

    document.build(story, onFirstPage=footer, onLaterPages=footer)
    return stream.getvalue()


def _section(section: Section) -> list[Any]:
    parts: list[Any] = [Spacer(1, 4 * mm), _paragraph(section.title, _STYLES["Heading2"])]
    parts += [_paragraph(text, _STYLES["BodyText"]) for text in section.paragraphs]
    for table in section.tables:
        parts += [_table(table), Spacer(1, 2 * mm)]
    parts += [Image(io.BytesIO(p.png), WIDTH, WIDTH / p.aspect) for p in section.plots if _wide(p)]
    narrow = [plot for plot in section.plots if not _wide(plot)]
    for pair in (narrow[i : i + 2] for i in range(0, len(narrow), 2)):
        images = [Image(io.BytesIO(p.png), WIDTH / 2, WIDTH / 2 / p.aspect) for p in pair]
        parts.append(Grid([images + [""] * (2 - len(images))], colWidths=[WIDTH / 2] * 2))
    cells = [_picture(picture) for picture in section.pictures]
    for row in (cells[i : i + 2] for i in range(0, len(cells), 2)):
        parts.append(KeepTogether(Grid([row + [""] * (2 - len(row))], colWidths=[WIDTH / 2] * 2)))
    return parts


def _picture(picture: Picture) -> list[Any]:
    """A picture over its caption, half a page wide."""
    rows, columns = picture.pixels.shape[:2]
    width = WIDTH / 2 - PADDING
    image = Image(io.BytesIO(png_of(picture)), width, width * rows / columns)
    return [image, _paragraph(f"{picture.title}. {picture.text}", _SMALL)]


def _wide(plot: Plot) -> bool:
    return plot.aspect > 2


def _table(table: Table) -> Grid:
    cells = [[_paragraph(_unbroken(cell), _BOLD) for cell in table.header]]
    cells += [[_paragraph(_unbroken(cell), _SMALL) for cell in row] for row in table.rows]
    return Grid(cells, colWidths=_widths(table), style=_GRID, repeatRows=1, hAlign="LEFT")


def _widths(table: Table) -> list[float]:
    """Every column as wide as its longest word, and the rest by the longest cell, within limits."""
    columns = list(zip(*[table.header, *table.rows], strict=True))
    least = [
        min(max(_word_width(cell) for cell in column) + PADDING, LONGEST) for column in columns
    ]
    lengths = [min(max(len(cell) for cell in column), 60) for column in columns]
    rest = max(WIDTH - sum(least), 0.0)
    widths = [
        width + rest * length / sum(lengths) for width, length in zip(least, lengths, strict=True)
    ]
    return [WIDTH * width / sum(widths) for width in widths]


def _word_width(text: str) -> float:
    """Of the longest word, in points, as in a header."""
    words = _unbroken(text).split(" ")
    return float(max(stringWidth(word, _BOLD.fontName, _BOLD.fontSize) for word in words))


def _unbroken(text: str) -> str:
    """A short cell, such as an interval, stays on one line."""
    return text.replace(" ", NO_BREAK_SPACE) if len(text) <= SHORT else text


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(text), style)
