"""Loads, beside the window, the modules that a first use would otherwise wait for.

The window starts with little, and most of the rest is loaded by the workers that need it. What a
click would load in the GUI thread (the page of exports alone takes a third of a second of it the
first time) is loaded here before, in a thread that hands Python over every millisecond.
"""

from __future__ import annotations

import logging
import sys
import threading
from importlib import import_module

logger = logging.getLogger(__name__)

DELAY_MS = 1200
"""After the window is shown: its first paint and first answer come before."""

PACKAGES = ("hcc_viewer.dicom", "hcc_viewer.detection", "hcc_viewer.pacs")
"""Each of their names loads the module that defines it when it is first asked for (PEP 562)."""

MODULES = (
    "hcc_viewer.render",
    "hcc_viewer.report",
    "hcc_viewer.report.words",
    "hcc_viewer.gui.dialogs.export",
    "hcc_viewer.gui.dialogs.header",
    "hcc_viewer.dicom.elements",
    "hcc_viewer.gui.reader_study.app",
    "hcc_viewer.reader_study.score",
    "hcc_viewer.gui.dialogs.pacs_settings",
    "hcc_viewer.gui.dialogs.pacs_fetch",
    "hcc_viewer.gui.dialogs.pacs_send",
)


def start() -> threading.Thread:
    """Begin; the program's end waits for what is being loaded."""
    thread = threading.Thread(target=_load, name="early imports")
    thread.start()
    return thread


def _load() -> None:
    for name in (*PACKAGES, *MODULES):
        if sys.is_finalizing():
            return
        try:
            module = import_module(name)
            for public in module.__all__ if name in PACKAGES else ():
                getattr(module, public)
        except (ImportError, AttributeError, OSError) as error:
            # Whoever needs it will say so; here nobody waits for it.
            logger.warning("%s cannot be loaded: %s", name, error)
