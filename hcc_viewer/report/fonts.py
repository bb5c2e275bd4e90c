"""The fonts of pictures and pages; others may take their place here and nowhere else.

DejaVu Sans writes Latin, Greek and Cyrillic; where it lacks a character, Nanum Gothic (Korean) and
then Droid Sans Fallback (Chinese, Japanese) do. All three may be passed on
(`resources/fonts/README.md`). A character that none of them has is drawn as an empty box and never
stops a report. Scripts that need shaping or run from right to left are written letter by letter.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

from PIL import ImageDraw, ImageFont

from hcc_viewer.paths import resources_dir

REGULAR = "HccViewerSans"
"""The regular face's name in a PDF; `register_pdf_fonts` makes it known."""

BOLD = "HccViewerSans-Bold"

_KOREAN = "HccViewerKorean"
_HAN = "HccViewerHan"

_FILES = {
    REGULAR: "DejaVuSans.ttf",
    BOLD: "DejaVuSans-Bold.ttf",
    _KOREAN: "NanumGothic.ttf",
    _HAN: "DroidSansFallbackFull.ttf",
}

_FALLBACKS = (_KOREAN, _HAN)


@dataclass(frozen=True)
class Run:
    """A stretch of text that one face writes."""

    face: str
    text: str


def font_path(face: str) -> Path:
    """The TrueType file of a face."""
    return resources_dir() / "fonts" / _FILES[face]


def font_runs(text: str, *, bold: bool = False) -> list[Run]:
    """The text in stretches, each with the first face that has its characters.

    Decomposed Hangul and accents are composed first, since fonts have the composed forms.
    """
    first = BOLD if bold else REGULAR
    composed = unicodedata.normalize("NFC", text)
    return [
        Run(face, "".join(letters))
        for face, letters in groupby(composed, key=lambda letter: _face_of(letter, first))
    ]


def markup(text: str, *, bold: bool = False) -> str:
    """The text as markup of a reportlab `Paragraph`, with its faces."""
    first = BOLD if bold else REGULAR
    return "".join(
        escape(run.text)
        if run.face == first
        else f'<font name="{run.face}">{escape(run.text)}</font>'
        for run in font_runs(text, bold=bold)
    )


@cache
def picture_font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """The font for drawing numbers and words of our own on pictures, `size` in pixels."""
    return _sized(BOLD if bold else REGULAR, size)


def draw_text(
    draw: ImageDraw.ImageDraw,
    place: tuple[float, float],
    text: str,
    color: tuple[int, int, int],
    size: int,
    *,
    bold: bool = False,
) -> None:
    """Draw a text of any script; `place` is the left top of its line, `size` in pixels."""
    x, top = place
    baseline = top + picture_font(size, bold=bold).getmetrics()[0]
    for run in font_runs(text, bold=bold):
        font = _sized(run.face, size)
        draw.text((x, baseline), run.text, color, font, "ls")
        x += font.getlength(run.text)


def text_width(text: str, size: int, *, bold: bool = False) -> float:
    """Width in pixels of what `draw_text` draws."""
    return sum(_sized(run.face, size).getlength(run.text) for run in font_runs(text, bold=bold))


def register_pdf_fonts() -> None:
    """Make all faces known to reportlab, to be embedded in what it writes as far as used."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for face in _FILES:
        if face not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(face, str(font_path(face))))
    pdfmetrics.registerFontFamily(
        REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD
    )
    for face in _FALLBACKS:
        pdfmetrics.registerFontFamily(face, normal=face, bold=face, italic=face, boldItalic=face)


@cache
def _sized(face: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_path(face), size, layout_engine=ImageFont.Layout.BASIC)


def _face_of(letter: str, first: str) -> str:
    """The first face that has a character; the usual one when none has it."""
    if letter <= "~":
        return first
    code = ord(letter)
    return next((face for face in (first, *_FALLBACKS) if code in _characters(face)), first)


@cache
def _characters(face: str) -> frozenset[int]:
    """The code points that a face can draw."""
    from reportlab.pdfbase.ttfonts import TTFontFile

    return frozenset(TTFontFile(str(font_path(face))).charToGlyph)
