"""Lets the window write Korean, Chinese and Japanese where the system has no font for them.

Qt takes a character that the window's own font lacks from any other font that it knows; so it is
enough that the program's fonts are known, and the look of all else stays.
"""

from __future__ import annotations

import logging
import sys

from PySide6.QtGui import QFontDatabase, QGuiApplication

from hcc_viewer.errors import HccViewerError
from hcc_viewer.paths import resources_dir

logger = logging.getLogger(__name__)

_Script = QFontDatabase.WritingSystem

FILES = {
    "NanumGothic.ttf": (_Script.Korean,),
    "DroidSansFallbackFull.ttf": (_Script.SimplifiedChinese, _Script.Japanese),
}
"""The scripts that each font is for."""

_COMPLETE_SYSTEMS = ("win32", "darwin")
"""These bring fonts for all of them, and asking for them takes time there."""


def add_missing_fonts(application: QGuiApplication) -> list[str]:
    """Make known the program's fonts for scripts that no installed font writes; their files."""
    if application.property("hcc_fonts") or sys.platform in _COMPLETE_SYSTEMS:
        return []
    application.setProperty("hcc_fonts", True)
    return [name for name, scripts in FILES.items() if _is_missing(scripts) and _add(name)]


def _is_missing(scripts: tuple[QFontDatabase.WritingSystem, ...]) -> bool:
    return not all(QFontDatabase.families(script) for script in scripts)


def _add(name: str) -> bool:
    try:
        path = resources_dir() / "fonts" / name
    except HccViewerError:
        return False
    is_added = QFontDatabase.addApplicationFont(str(path)) >= 0
    if not is_added:
        logger.warning("The font %s cannot be used.", name)
    return is_added
