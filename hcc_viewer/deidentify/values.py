"""What of a value may stay: numbers, dates and times that are such, and nothing written beside."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal

from pydicom import DataElement
from pydicom.multival import MultiValue

_DATE = re.compile(r"\d{8}")

_MOMENT = re.compile(r"\d{8}(\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?)?([+-]\d{4})?")

_TIME = re.compile(r"\d{2}(:?\d{2}(:?\d{2}(\.\d{1,6})?)?)?")

_NUMBERS = (int, float, Decimal)


def is_number(element: DataElement) -> bool:
    """Whether a value that should be a number (IS, DS) is one, or several, or none."""
    value = element.value
    values = list(value) if isinstance(value, MultiValue) else [value]
    return all(one in (None, "") or isinstance(one, _NUMBERS) for one in values)


def moved(value: object, days: int) -> object:
    """Dates, or moments, some days earlier; empty where a text is none."""
    if isinstance(value, MultiValue):
        return [moved(one, days) for one in value]
    text = str(value or "").strip()
    if not (_DATE.fullmatch(text) or _MOMENT.fullmatch(text)):
        return ""
    try:
        date = datetime.strptime(text[:8], "%Y%m%d") - timedelta(days=days)
    except (ValueError, OverflowError):
        return ""
    return f"{date:%Y%m%d}{text[8:]}"


def time_only(value: object) -> object:
    """Times as they are; empty where a text is none."""
    if isinstance(value, MultiValue):
        return [time_only(one) for one in value]
    text = str(value or "").strip()
    return text if _TIME.fullmatch(text) else ""
