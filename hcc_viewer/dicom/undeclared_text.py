"""Text in a character set that the file does not name, as many Asian systems write it."""

from __future__ import annotations

from contextlib import suppress

_TELLING = (
    ("gb18030", "\u809d \u671f \u5e73\u626b \u589e\u5f3a \u5ef6\u8fdf \u8179 \u626b\u63cf"),
    ("euc_kr", "\uac04\ub2f4 \uac04\uc138 \uc870\uc601 \uc9c0\uc5f0 \ubcf5\ubd80 \ub3d9\ub9e5"),
    ("cp932", "\u809d \u76f8 \u9020\u5f71 \u9045\u5ef6 \u8179 \u5358\u7d14"),
    ("euc_jp", "\u809d \u76f8 \u9020\u5f71 \u9045\u5ef6 \u8179 \u5358\u7d14"),
    ("big5", "\u809d \u671f \u589e\u5f37 \u5ef6\u9072 \u8179 \u986f\u5f71"),
)  # fmt: skip
"""Encodings in the order in which they are tried, and words of liver imaging in each: liver,
phase, plain, enhanced, delayed, abdomen and the like. Bytes of one are valid in others too, but
hardly ever give such a word there by chance."""


def guess_text(value: bytes) -> str | None:
    """The text, where one encoding makes words of liver imaging of it; None where none does."""
    for encoding, words in _TELLING:
        with suppress(UnicodeDecodeError):
            text = value.decode(encoding)
            if any(word in text for word in words.split()):
                return text
    return None
