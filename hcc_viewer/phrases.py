"""Texts for people that can still be translated after they are made. No Qt, no DICOM.

What the program finds is said in English, in JSON and reports too. The window puts it into the
user's language: for that a text keeps the template that it was made from, which is the key of its
translation, and what was put in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any


class Phrase(str):
    """An English text, with the template and the arguments that it was made of."""

    template: str
    arguments: dict[str, object]

    def __new__(cls, template: str, /, **arguments: object) -> Phrase:
        """Fill in a template as `str.format` does.

        Args:
            template: With the names of the arguments in braces; plain text without arguments.
            **arguments: Numbers, names, or phrases.
        """
        text = super().__new__(cls, template.format(**arguments) if arguments else template)
        text.template = template
        text.arguments = arguments
        return text

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        """What to make it from again after pickling."""
        return (self.template,), self.arguments

    def __str__(self) -> str:
        """Itself, so that the text of an error stays a phrase."""
        return self


def counted(number: int, one: str, many: str) -> Phrase:
    """`one` or `many` with the number in place of `{count}`."""
    return Phrase(one if number == 1 else many, count=number)


def listed(parts: Sequence[str]) -> str:
    """Phrases one after the other, with commas."""
    return reduce(lambda first, rest: Phrase("{first}, {rest}", first=first, rest=rest), parts)


def translated(text: str, translate: Callable[[str], str]) -> str:
    """A text in another language.

    Args:
        text: A phrase, or any other text.
        translate: Gives the translation of a template, or the template itself without one.
    """
    if not isinstance(text, Phrase):
        return translate(text) if text else text
    if not text.arguments:
        return translate(text.template)
    parts = {
        name: translated(value, translate) if isinstance(value, Phrase) else value
        for name, value in text.arguments.items()
    }
    try:
        return translate(text.template).format(**parts)
    except (KeyError, IndexError, ValueError):
        return text.template.format(**parts)  # the translation has other braces


def to_json(text: str) -> object:
    """A text so that `from_json` gives it back as it is."""
    if not isinstance(text, Phrase):
        return text
    parts = {
        name: to_json(value) if isinstance(value, str) else value
        for name, value in text.arguments.items()
    }
    return {"template": text.template, "arguments": parts}


def from_json(value: Any) -> Any:
    """The text or other value that `to_json` wrote.

    Raises:
        KeyError: Something lacks in it.
    """
    if not isinstance(value, dict):
        return value
    parts = {name: from_json(part) for name, part in value["arguments"].items()}
    return Phrase(value["template"], **parts)
