"""What the mouse buttons do, in the manner of the viewers that radiologists know."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from PySide6.QtCore import Qt

Button = Qt.MouseButton


class Tool(Enum):
    """What a drag does."""

    WINDOW = "Window / level"
    ZOOM = "Zoom"
    PAN = "Pan"
    SCROLL = "Scroll slices"
    CROSSHAIR = "Crosshair"
    DISTANCE = "Distance"
    ANGLE = "Angle"
    ELLIPSE = "Region"
    NONE = "Nothing"


MEASURING = {Tool.DISTANCE: "distance", Tool.ANGLE: "angle", Tool.ELLIPSE: "ellipse"}
"""The kind of measurement that a tool draws."""

BUTTON_NAMES = {
    "left": Button.LeftButton,
    "middle": Button.MiddleButton,
    "right": Button.RightButton,
}
"""What the settings call the buttons."""


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

DRAGS = {
    "window": Tool.WINDOW,
    "zoom": Tool.ZOOM,
    "pan": Tool.PAN,
    "scroll": Tool.SCROLL,
    "nothing": Tool.NONE,
}
"""What the settings can give to a button in place of what the profile says."""


def buttons_of(profile: str, remapped: Mapping[str, str]) -> dict[Qt.MouseButton, Tool]:
    """The drag of each button: the profile's, or what the user gave it instead.

    Args:
        profile: A name from `PROFILES`.
        remapped: Names from `DRAGS` by names from `BUTTON_NAMES`; empty: as the profile says.
    """
    buttons = dict(PROFILES[profile])
    for name, drag in remapped.items():
        if drag:
            buttons[BUTTON_NAMES[name]] = DRAGS[drag]
    return buttons


PROFILE_TITLES = {
    "ohif-horos": "As OHIF and Horos",
    "weasis": "As Weasis",
    "mitk-pacs": "As MITK (PACS)",
}
