"""The dark look of a reading room: Fusion with a palette, and the program's style sheet."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from hcc_viewer.errors import HccViewerError
from hcc_viewer.paths import resources_dir

ICONS = "ICONS"
"""Stands in the style sheet for the folder of the icons, which Qt wants in full."""

ROLES = {
    QPalette.ColorRole.Window: "#16191e",
    QPalette.ColorRole.WindowText: "#d8dee6",
    QPalette.ColorRole.Base: "#12151a",
    QPalette.ColorRole.AlternateBase: "#1a1e25",
    QPalette.ColorRole.Text: "#d8dee6",
    QPalette.ColorRole.PlaceholderText: "#7d8896",
    QPalette.ColorRole.Button: "#232932",
    QPalette.ColorRole.ButtonText: "#d8dee6",
    QPalette.ColorRole.BrightText: "#ffffff",
    QPalette.ColorRole.ToolTipBase: "#2a313b",
    QPalette.ColorRole.ToolTipText: "#e8edf3",
    QPalette.ColorRole.Highlight: "#3d8bfd",
    QPalette.ColorRole.HighlightedText: "#ffffff",
    QPalette.ColorRole.Link: "#6fb1ff",
}
DISABLED = {
    QPalette.ColorRole.WindowText: "#5f6976",
    QPalette.ColorRole.Text: "#5f6976",
    QPalette.ColorRole.ButtonText: "#5f6976",
}


def apply_theme(application: QApplication) -> None:
    """Make the whole program dark; once is enough."""
    if application.property("hcc_theme"):
        return
    application.setStyle(QStyleFactory.create("Fusion"))
    palette = QPalette()
    for role, color in ROLES.items():
        palette.setColor(role, QColor(color))
    for role, color in DISABLED.items():
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(color))
    application.setPalette(palette)
    application.setStyleSheet(_style_sheet())
    application.setProperty("hcc_theme", True)


def _style_sheet() -> str:
    try:
        folder = resources_dir()
        sheet = (folder / "style.qss").read_text(encoding="utf-8")
        return sheet.replace(ICONS, (folder / "icons").as_posix())
    except (HccViewerError, OSError):
        return ""  # the palette alone is dark enough to work with
