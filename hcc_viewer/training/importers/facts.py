"""Facts about a scanner from what people write."""

from __future__ import annotations

import re

_VENDORS = (
    ("Philips", r"philips|achieva|ingenia|elition|intera"),
    ("Siemens", r"siemens|avanto|aera|skyra|verio|prisma|vida|sola|symphony|espree|trio|magnetom"),
    ("GE", r"\bge\b|signa|optima|discovery|artist|premier|medical systems"),
    ("Canon", r"canon|toshiba|vantage"),
    ("United Imaging", r"united imaging|\buih\b|umr"),
)


def vendor_of(text: str) -> str:
    """The maker that a scanner's name or a manufacturer's entry tells; empty: nobody known."""
    found = (name for name, pattern in _VENDORS if re.search(pattern, text, re.IGNORECASE))
    return next(found, "")
