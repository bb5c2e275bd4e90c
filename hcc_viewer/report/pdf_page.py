"""The sheet of the PDF report: A4 or Letter, its styles, header and labels on every page."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import partial
from typing import Any

from PIL import Image
from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, TableStyle

from hcc_viewer.report.content import ReportContent
from hcc_viewer.report.fonts import BOLD, REGULAR, font_runs, register_pdf_fonts

MARGIN = 15 * mm

_HEADER = 14 * mm
_FOOTER = 22 * mm

_SIZES = {"a4": A4, "letter": LETTER}

_ACCENT = HexColor("#1f3a5f")
_FAINT = HexColor("#666666")
_RULE = HexColor("#bbbbbb")

rl_config.useA85 = 0
"""Streams stay binary: as ASCII they are a quarter larger and take most of the time to write."""

register_pdf_fonts()


@dataclass(frozen=True)
class Sheet:
    """The paper; lengths in points (1/72 inch)."""

    width: float
    height: float

    @property
    def inner_width(self) -> float:
        """Between the margins."""
        return self.width - 2.0 * float(MARGIN)

    @property
    def inner_height(self) -> float:
        """Between header and labels."""
        return self.height - float(2 * MARGIN + _HEADER + _FOOTER - 10 * mm)


def sheet_of(content: ReportContent) -> Sheet:
    """The sheet that the report is to be printed on."""
    return Sheet(*_SIZES[content.paper_size])


def _style(name: str, size: float, **settings: Any) -> ParagraphStyle:
    """A paragraph style; long words are broken anywhere."""
    settings = {"fontName": REGULAR, "leading": size * 1.35, **settings}
    return ParagraphStyle(name, fontSize=size, splitLongWords=True, **settings)


STYLES = {
    style.name: style
    for style in (
        _style("text", 8.5),
        _style("name", 8.5, textColor=_FAINT),
        _style("summary", 13, fontName=BOLD, spaceAfter=3 * mm),
        _style(
            "heading",
            11,
            fontName=BOLD,
            textColor=_ACCENT,
            spaceBefore=3 * mm,
            spaceAfter=2 * mm,
            keepWithNext=1,
        ),
        _style("caption", 7.5, textColor=_FAINT, spaceBefore=0.8 * mm, spaceAfter=2.5 * mm),
        _style("cell", 8.5),
        _style("cell_bold", 8.5, fontName=BOLD),
        _style("small", 7.5),
        _style("small_center", 7.5, alignment=TA_CENTER),
        _style("small_right", 7.5, alignment=TA_RIGHT),
    )
}

_OWN_FONT = ("FONTNAME", (0, 0), (-1, -1), REGULAR)
"""Without it a table names Helvetica, which is not embedded, even if its cells do not use it."""

_TIGHT = [
    _OWN_FONT,
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
]

LAYOUT_STYLE = TableStyle(_TIGHT)
"""Places things side by side, without lines."""

FACTS_STYLE = TableStyle([*_TIGHT, ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5)])
"""Names at the left, values at the right."""

GRID_STYLE = TableStyle(
    [
        _OWN_FONT,
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, _ACCENT),
        ("LINEBELOW", (0, 1), (-1, -1), 0.25, _RULE),
        ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), 2),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
)
"""A table with lines between its rows."""


def build_pdf(content: ReportContent, story: list[Flowable]) -> bytes:
    """Lay a story out on pages that all carry the header and the labels."""
    file = io.BytesIO()
    sheet = sheet_of(content)
    document = BaseDocTemplate(
        file,
        pagesize=(sheet.width, sheet.height),
        title=content.title,
        author=content.software,
        subject=content.labels[0],
        creator=content.software,
        lang="en",
        initialFontName=REGULAR,  # else each page names Helvetica, which is not embedded
    )
    bottom = MARGIN + _FOOTER - 10 * mm
    size = (sheet.inner_width, sheet.inner_height)
    frame = Frame(MARGIN, bottom, *size, 0, 0, 0, 0, id="body")
    document.addPageTemplates(PageTemplate("page", [frame]))
    document.build(story, canvasmaker=partial(_LabelledCanvas, content))
    return file.getvalue()


class Picture(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A Pillow picture at the left of its column, kept without loss."""

    def __init__(self, picture: Image.Image, width: float, height: float) -> None:
        super().__init__()
        self.width, self.height = width, height
        self._reader = ImageReader(picture)

    def draw(self) -> None:
        """Put the picture on the page; reportlab calls this at the right place."""
        self.canv.drawImage(self._reader, 0, 0, self.width, self.height)


class _LabelledCanvas(Canvas):  # type: ignore[misc]  # reportlab has no types
    """Keeps the pages back until their number is known, then writes header and labels on each."""

    def __init__(self, content: ReportContent, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._content = content
        self._sheet = sheet_of(content)
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - reportlab's name
        """Keep a finished page."""
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Write the pages that were kept."""
        for number, page in enumerate(self._pages, 1):
            self.__dict__.update(page)
            self._draw_header(f"page {number} of {len(self._pages)}")
            self._draw_labels()
            super().showPage()
        super().save()

    def _draw_header(self, page_text: str) -> None:
        content, right = self._content, self._sheet.width - MARGIN
        y = self._sheet.height - MARGIN
        self.setFillColor(_ACCENT)
        self.setFont(BOLD, 12)
        self.drawString(MARGIN, y - 4 * mm, content.title)
        self.setFillColor(_FAINT)
        self.setFont(REGULAR, 7.5)
        self.drawRightString(right, y - 1.5 * mm, f"{content.created_text}   {page_text}")
        self.drawRightString(right, y - 5 * mm, content.software)
        if content.patient_text:
            self.setFillColor(HexColor("#000000"))
            self._draw_fitted(content.patient_text, y - 8.5 * mm, 8.5)
        self._draw_rule(y - (10.5 if content.patient_text else 7.5) * mm)

    def _draw_labels(self) -> None:
        """The research-use line in bold, the other labels under it."""
        y = MARGIN + 9 * mm
        self._draw_rule(y)
        first, *others = self._content.labels
        self.setFillColor(HexColor("#000000"))
        self.setFont(BOLD, 8)
        self.drawString(MARGIN, y - 4 * mm, first)
        for place, label in enumerate(others):
            self._draw_fitted(label, y - (7.4 + 3.3 * place) * mm, 7.0)

    def _draw_fitted(self, text: str, y: float, largest: float) -> None:
        """One line over the whole width, smaller where it would not fit."""
        runs = font_runs(text)
        width = sum(stringWidth(run.text, run.face, largest) for run in runs)
        size = min(largest, largest * self._sheet.inner_width / max(1.0, width))
        x = MARGIN
        for run in runs:
            self.setFont(run.face, size)
            self.drawString(x, y, run.text)
            x += stringWidth(run.text, run.face, size)

    def _draw_rule(self, y: float) -> None:
        self.setStrokeColor(_RULE)
        self.setLineWidth(0.5)
        self.line(MARGIN, y, self._sheet.width - MARGIN, y)
