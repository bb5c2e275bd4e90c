"""Whether a window can be shown, found out without Qt, which ends the process when it cannot."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
from pathlib import Path

DEBIAN_PACKAGES = (
    "libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libxcb-cursor0 libxcb-icccm4 "
    "libxcb-keysyms1 libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0"
)
"""What bare Debian 12 lacks of what Qt's wheels need."""


def why_no_window() -> str | None:
    """A sentence that says what the window lacks; None when it can be shown."""
    if not sys.platform.startswith("linux"):
        return None
    missing = _missing_library()
    if missing:
        return (
            f"The window needs system libraries that are missing here ({missing}). On Debian or "
            f"Ubuntu: apt-get install {DEBIAN_PACKAGES}"
        )
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if platform and not platform.startswith("xcb"):
        return None
    if os.environ.get("WAYLAND_DISPLAY") and not platform:
        return None
    if _has_x_server():
        return None
    return "The window needs a screen, and there is none here (DISPLAY is not set or not answered)."


def _missing_library() -> str:
    """The first library that Qt's widgets or its X11 plugin cannot load; empty when all load."""
    found = importlib.util.find_spec("PySide6")
    if found is None or not found.submodule_search_locations:
        return "PySide6"
    qt = Path(found.submodule_search_locations[0]) / "Qt"
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    wanted = [qt / "lib" / "libQt6Widgets.so.6"]
    if not platform or platform.startswith("xcb"):
        wanted.append(qt / "plugins" / "platforms" / "libqxcb.so")
    for library in wanted:
        try:
            ctypes.CDLL(str(library))
        except OSError as error:
            return str(error).split(":")[0]
    return ""


def _has_x_server() -> bool:
    """Whether the X server that DISPLAY names answers."""
    if not os.environ.get("DISPLAY"):
        return False
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    failed = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not failed
