"""The small parts that PDF pages are built of: texts, pictures, lists of facts, table cells."""

from __future__ import annotations

from collections.abc import Iterable

from PIL import Image as Pillow
from reportlab.platypus import Flowable, Paragraph, Spacer, Table

from hcc_viewer.report.fonts import markup
from hcc_viewer.report.pdf_page import FACTS_STYLE, LAYOUT_STYLE, STYLES, Picture
from hcc_viewer.report.words import Fact

_BOLD_STYLES = ("summary", "heading", "cell_bold")


def text(words: str, style: str = "text") -> Flowable:
    """A paragraph in one of the styles of `pdf_page`, in whatever script."""
    return Paragraph(markup(words, bold=style in _BOLD_STYLES), STYLES[style])


def cells(texts: Iterable[str], style: str) -> list[Flowable]:
    """The cells of a table's line."""
    return [text(words, style) for words in texts]


def facts_table(facts: tuple[Fact, ...], width: float, indent: float) -> Flowable:
    """Names at the left, values at the right of `indent`; lengths in points."""
    if not facts:
        return Spacer(0, 0)
    lines = [[text(fact.name, "name"), text(fact.value)] for fact in facts]
    return Table(lines, [indent, width - indent], style=FACTS_STYLE)


def image(picture: Pillow.Image, width: float, height: float) -> Flowable:
    """A picture as large as fits, in true proportions, at the left; lengths in points."""
    scale = min(width / picture.width, height / picture.height)
    return Picture(picture, picture.width * scale, picture.height * scale)


def legend_scale(width: float) -> Flowable:
    """The numbers under the heat map's legend."""
    line = [text("0", "small"), text("heat map", "small_center"), text("1", "small_right")]
    return Table([line], [width / 3] * 3, style=LAYOUT_STYLE)
