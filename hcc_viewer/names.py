"""Names of people as DICOM writes them, put as people write them."""

from __future__ import annotations


def name_text(name: str) -> str:
    """A DICOM person name as people write it; other scripts' forms follow in brackets.

    The forms are alphabetic, ideographic and phonetic, parted by `=` (PS3.5 6.2.1).
    """
    forms = [" ".join(form.replace("^", " ").split()) for form in name.split("=")]
    first, *others = list(dict.fromkeys(filter(None, forms))) or [""]
    return f"{first} ({', '.join(others)})" if others else first
