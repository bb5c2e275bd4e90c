"""What the mouse buttons do, in the manner of the viewers that radiologists know."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Qt

Button = Qt.MouseButton


class Tool(Enum):
    """What a drag does."""

    WINDOW = "Window / level"
    ZOOM = "Zoom"
    PAN = "Pan"
    SCROLL = "Scroll slices"
    NONE = "Nothing"


PROFILES: dict[str, dict[Qt.MouseButton, Tool]] = {
    "ohif-horos": {
        Button.LeftButton: Tool.WINDOW,
        Button.MiddleButton: Tool.PAN,
        Button.RightButton: Tool.ZOOM,
    },
    "weasis": {
        Button.LeftButton: Tool.WINDOW,
        Button.MiddleButton: Tool.PAN,
        Button.RightButton: Tool.NONE,
    },
    "mitk-pacs": {
        Button.LeftButton: Tool.NONE,
        Button.MiddleButton: Tool.PAN,
        Button.RightButton: Tool.WINDOW,
    },
}
"""Drag of each button, by the name of the profile in the settings."""

PROFILE_TITLES = {
    "ohif-horos": "As OHIF and Horos",
    "weasis": "As Weasis",
    "mitk-pacs": "As MITK (PACS)",
}
