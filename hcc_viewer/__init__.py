"""HCC Viewer: finds slices that look like HCC in hepatobiliary-phase liver MRI.

Research software: trained on simulated images only, not validated on patients.
"""

__version__ = "0.1.0"

RESEARCH_USE = "For research use only. Not for use in diagnostic procedures."
"""Shown on every view and every export."""

NEGATIVE_RESULT = "A negative result does not exclude HCC."
"""Shown on every view and every export."""

HEAT_MAP_CAPTION = "The heat map shows where the network looked; it is not a tumour outline."
"""Shown wherever a heat map may appear."""
