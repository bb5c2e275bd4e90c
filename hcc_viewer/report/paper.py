"""A page drawn with Pillow from top to bottom, with the labels at its foot."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw

from hcc_viewer.errors import Notice
from hcc_viewer.report.content import ReportContent
from hcc_viewer.report.fonts import draw_text, picture_font, text_width
from hcc_viewer.report.words import Fact

MARGIN = 40

TEXT = 20
"""Height of the page's letters in pixels."""

LINE = 30

_HEADING = 32
_GAP = 16
_INK = (25, 25, 25)
_FAINT = (110, 110, 110)
_RULE = (190, 190, 190)
_PAPER = (255, 255, 255)
_BANNER = (31, 58, 95)


class Paper:
    """A page of fixed width that grows downwards as things are put on it."""

    def __init__(self, width: int, content: ReportContent) -> None:
        self._content = content
        self._page = Image.new("RGB", (width, 2400), _PAPER)
        self._y = MARGIN

    @property
    def inner_width(self) -> int:
        """Between the margins."""
        return self._page.width - 2 * MARGIN

    def heading(self, text: str) -> None:
        """Put the page's title, and under it whose page it is if that is to be said."""
        draw_text(self._draw(), (MARGIN, self._y), text, _BANNER, _HEADING, bold=True)
        self._y += _HEADING + _GAP
        if self._content.patient_text:
            self.text(self._content.patient_text, bold=True)

    def text(self, text: str, *, bold: bool = False) -> None:
        """Put a paragraph over the whole width."""
        self._y += self._paragraph(text, MARGIN, self._y, self.inner_width, bold=bold) + _GAP // 2

    def facts(self, facts: Sequence[Fact]) -> None:
        """Put lines of a name and a value."""
        self._y += self._facts(facts, MARGIN, self._y, self.inner_width, 260) + _GAP

    def warnings(self, warnings: Sequence[Notice]) -> None:
        """Put the warnings, if there are any."""
        if warnings:
            self.text("Warnings", bold=True)
        for notice in warnings:
            self.text(f"\N{BULLET} {notice.message}")

    def table(self, headings: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
        """Put a table as wide as the page; its columns share the width by their longest text."""
        widths = [max(map(len, column)) + 2 for column in zip(headings, *lines, strict=True)]
        share = self.inner_width / sum(widths)
        for place, line in enumerate((headings, *lines)):
            self._grow(LINE)
            x = float(MARGIN)
            for cell, width in zip(line, widths, strict=True):
                draw_text(self._draw(), (x, self._y), cell, _INK, TEXT, bold=place == 0)
                x += width * share
            self._y += LINE
            self._rule(self._y - 5)
        self._y += _GAP

    def picture(self, picture: Image.Image) -> None:
        """Put one picture."""
        self.row([picture])

    def row(self, pictures: Sequence[Image.Image]) -> None:
        """Put pictures side by side, spread over the width."""
        height = max(picture.height for picture in pictures)
        self._grow(height + _GAP)
        self._paste(pictures, self.inner_width / len(pictures))
        self._y += height + _GAP

    def row_with_facts(
        self, pictures: Sequence[Image.Image], facts: Sequence[Fact], legend: Image.Image
    ) -> None:
        """Put pictures at the left, facts and the legend of the heat map at their right."""
        height = max(picture.height for picture in pictures)
        self._grow(height + _GAP)
        self._paste(pictures, pictures[0].width + _GAP)
        x = MARGIN + sum(picture.width + _GAP for picture in pictures) + _GAP
        width = self._page.width - MARGIN - x
        y = self._y + self._facts(facts, x, self._y, width, 270) + _GAP
        self._grow(legend.height + LINE + _GAP, y)
        self._page.paste(legend, (x, y))
        font = picture_font(TEXT)
        y += legend.height + 6
        for place, text, anchor in ((0.0, "0", "la"), (0.5, "heat map", "ma"), (1.0, "1", "ra")):
            self._draw().text((x + place * legend.width, y), text, _INK, font, anchor)
        self._y = max(self._y + height, y + LINE) + _GAP

    def finish(self) -> Image.Image:
        """The page, with the labels at its foot, cut to its length."""
        self._grow(LINE * (len(self._content.labels) + 1))
        self._rule(self._y)
        self._y += _GAP
        first, *others = self._content.labels
        self.text(first, bold=True)
        for label in others:
            self._y += self._paragraph(label, MARGIN, self._y, self.inner_width)
        return self._page.crop((0, 0, self._page.width, self._y + MARGIN))

    def _paste(self, pictures: Sequence[Image.Image], step: float) -> None:
        for place, picture in enumerate(pictures):
            self._page.paste(picture, (MARGIN + round(place * step), self._y))

    def _facts(self, facts: Sequence[Fact], x: int, y: int, width: int, indent: int) -> int:
        """Draw facts in a column; its height."""
        top = y
        for fact in facts:
            name = self._paragraph(fact.name, x, y, indent - _GAP, ink=_FAINT)
            y += max(name, self._paragraph(fact.value, x + indent, y, width - indent))
        return y - top

    def _paragraph(
        self,
        text: str,
        x: int,
        y: int,
        width: int,
        *,
        bold: bool = False,
        ink: tuple[int, int, int] = _INK,
    ) -> int:
        """Draw a wrapped text; its height."""
        lines = wrapped(text, width, bold=bold)
        self._grow(LINE * len(lines), y)
        for place, line in enumerate(lines):
            draw_text(self._draw(), (x, y + place * LINE), line, ink, TEXT, bold=bold)
        return LINE * len(lines)

    def _rule(self, y: int) -> None:
        self._draw().line((MARGIN, y, self._page.width - MARGIN, y), _RULE, 1)

    def _draw(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self._page)

    def _grow(self, height: int, y: int | None = None) -> None:
        """Make the page long enough for something at `y`, with room for the foot."""
        needed = (self._y if y is None else y) + height + MARGIN
        if needed > self._page.height:
            page = Image.new("RGB", (self._page.width, needed + 1200), _PAPER)
            page.paste(self._page)
            self._page = page


def wrapped(text: str, width: int, *, bold: bool = False, size: int = TEXT) -> list[str]:
    """The lines of a text that fit a width in pixels; a word that is too long is cut."""
    lines: list[str] = []
    line = ""

    def fits(candidate: str) -> bool:
        return text_width(candidate, size, bold=bold) <= width

    for word in text.split():
        longer = f"{line} {word}".strip()
        if fits(longer):
            line = longer
            continue
        if line:
            lines.append(line)
        while not fits(word) and len(word) > 1:
            cut = max(1, int(len(word) * width / text_width(word, size, bold=bold)))
            lines.append(word[:cut])
            word = word[cut:]
        line = word
    return [*lines, line] if line or not lines else lines
