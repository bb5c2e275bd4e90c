from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from hcc_viewer.report import fonts
from hcc_viewer.report.fonts import REGULAR, Run, draw_text, font_runs, markup, text_width


def test_latin_greek_and_cyrillic_are_one_run() -> None:
    assert font_runs("T1 \u0416\u03b1 \u00e9") == [Run(REGULAR, "T1 \u0416\u03b1 \u00e9")]


@pytest.mark.parametrize(
    "text", ["\uac04\ubb38\ub9e5\ud79d", "\u809d\u81dc", "\u8bed\u7b80\u4f53", "\u304b\u30ca"]
)
def test_every_character_of_east_asia_has_a_face_that_draws_it(text: str) -> None:
    for run in font_runs(text):
        assert run.face != REGULAR
        assert all(ord(letter) in fonts._characters(run.face) for letter in run.text)


def test_every_korean_syllable_can_be_written() -> None:
    syllables = "".join(map(chr, range(0xAC00, 0xD7A4)))

    assert [run.face for run in font_runs(syllables)] == ["HccViewerKorean"]


def test_decomposed_hangul_is_composed() -> None:
    assert font_runs("\u1112\u1169\u11bc")[0].text == "\ud64d"


def test_markup_escapes_and_names_the_face() -> None:
    assert markup("<a> \uac04") == '&lt;a&gt; <font name="HccViewerKorean">\uac04</font>'


def test_a_character_that_no_face_has_stays_with_the_first() -> None:
    assert font_runs("\U0001f9ff") == [Run(REGULAR, "\U0001f9ff")]


def test_korean_is_drawn_and_is_no_row_of_boxes() -> None:
    pictures = []
    for text in ("\ud64d", "\uae38"):
        picture = Image.new("RGB", (60, 60))
        draw_text(ImageDraw.Draw(picture), (5, 5), text, (255, 255, 255), 40)
        pictures.append(np.asarray(picture)[..., 0])
    first, second = pictures

    assert first.max() == 255
    assert (first != second).sum() > 100


def test_the_width_is_that_of_all_runs() -> None:
    assert text_width("a\uac04", 20) == pytest.approx(
        text_width("a", 20) + text_width("\uac04", 20)
    )
