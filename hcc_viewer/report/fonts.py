"""The one font of pictures and pages; another may take its place here and nowhere else.

Bitstream Vera comes with reportlab and may be passed on. It writes Latin; a character that it
lacks is drawn as an empty box and never stops a report.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from PIL import ImageFont

REGULAR = "HccViewerSans"
"""The regular face's name in a PDF; `register_pdf_fonts` makes it known."""

BOLD = "HccViewerSans-Bold"

_FILES = {REGULAR: "Vera.ttf", BOLD: "VeraBd.ttf"}


def font_path(face: str) -> Path:
    """The TrueType file of a face."""
    return Path(str(files("reportlab"))) / "fonts" / _FILES[face]


@cache
def picture_font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """The font for drawing on pictures, `size` in pixels."""
    return ImageFont.truetype(font_path(BOLD if bold else REGULAR), size)


def register_pdf_fonts() -> None:
    """Make both faces known to reportlab, to be embedded in what it writes."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for face in _FILES:
        if face not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(face, str(font_path(face))))
    pdfmetrics.registerFontFamily(
        REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD
    )
