"""Texts are English everywhere, and the window can still translate them by their templates."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from hcc_viewer.errors import ReadError
from hcc_viewer.phrases import Phrase, counted, from_json, listed, to_json, translated

GERMAN = {
    "{count} slices are": "{count} Schichten",
    "{slices} missing: {places}.": "{places}: {slices} fehlen.",
    "{first} and {second}": "{first} und {second}",
    "plain": "schlicht",
    "broken {value}": "kaputt {other}",
}


def to_german(text: str) -> str:
    return GERMAN.get(text, text)


def missing_slices() -> Phrase:
    pairs = [Phrase("{first} and {second}", first=1, second=2) for _ in range(2)]
    return Phrase(
        "{slices} missing: {places}.",
        slices=counted(3, "{count} slice is", "{count} slices are"),
        places=listed(pairs),
    )


def test_phrase_is_its_english_text() -> None:
    phrase = missing_slices()
    assert phrase == "3 slices are missing: 1 and 2, 1 and 2."
    assert f"{phrase}" == phrase
    assert {phrase: 1}["3 slices are missing: 1 and 2, 1 and 2."] == 1
    assert json.loads(json.dumps(phrase)) == phrase
    assert Phrase("{min:.0f} min", min=19.6) == "20 min"
    assert Phrase("braces {stay} without arguments") == "braces {stay} without arguments"


def test_phrase_is_translated_with_all_its_parts() -> None:
    assert translated(missing_slices(), to_german) == "1 und 2, 1 und 2: 3 Schichten fehlen."


@pytest.mark.parametrize(
    ("text", "expected"),
    [("plain", "schlicht"), ("unknown", "unknown"), ("", ""), (Phrase("plain"), "schlicht")],
)
def test_any_text_can_be_asked_for(text: str, expected: str) -> None:
    assert translated(text, to_german) == expected


def test_translation_with_other_braces_falls_back_to_english() -> None:
    assert translated(Phrase("broken {value}", value=7), to_german) == "broken 7"


@pytest.mark.parametrize("again", [copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p))])
def test_copies_can_be_translated(again) -> None:  # type: ignore[no-untyped-def]
    assert translated(again(missing_slices()), to_german).endswith("fehlen.")


def test_text_of_an_error_can_be_translated() -> None:
    assert translated(str(ReadError(missing_slices())), to_german).endswith("fehlen.")


def test_phrase_comes_back_from_json() -> None:
    back = from_json(json.loads(json.dumps(to_json(missing_slices()))))
    assert back == missing_slices()
    assert translated(back, to_german).endswith("fehlen.")
    assert from_json(to_json("old text")) == "old text"
