"""What the user has chosen and the program remembers: one frozen dataclass, kept as TOML."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from hcc_viewer import paths
from hcc_viewer.errors import OutputError, UsageError
from hcc_viewer.records import build_record
from hcc_viewer.toml_file import read_toml

logger = logging.getLogger(__name__)

HEAT_MAP_STYLES = ("map", "contour-30", "contour-50", "contour-70")
"""How the heat map looks: colours, or a line along a level of it in percent."""

MOUSE_DRAGS = ("", "window", "zoom", "pan", "scroll", "nothing")
"""What a mouse button can be made to do; empty: what the profile says."""

MOST_RECENT = 10
"""Studies that are remembered."""

MOUSE_PROFILES = ("ohif-horos", "weasis", "mitk-pacs")
"""What the mouse buttons do, as other viewers have it; `gui/views/mouse.py` holds the tables."""


@dataclass(frozen=True)
class Settings:
    """The user's choices. Every value is valid once this exists."""

    window_geometry: str = ""
    """Place and size of the window as Qt saves it, in hexadecimal digits; empty: the default."""
    last_folder: str = ""
    """Where the next open dialog starts."""
    mouse_profile: str = "ohif-horos"
    """One of `MOUSE_PROFILES`."""
    inverted_drag: bool = False
    """False: dragging up brightens. True: dragging down does, as IHE Basic Image Review says."""
    inverted_wheel: bool = False
    """False: turning the wheel to oneself passes slices to the head. True: to the feet."""
    heat_map_opacity: float = 0.5
    """0 to 1."""
    identity_hidden: bool = False
    """True: no name, identifier or birth date on the screen."""
    heat_map_style: str = "map"
    """One of `HEAT_MAP_STYLES`."""
    mouse_left: str = ""
    """One of `MOUSE_DRAGS`: what dragging with this button does."""
    mouse_middle: str = ""
    mouse_right: str = ""
    smooth_pixels: bool = True
    """Whether pixels are interpolated on the screen."""
    read_first: bool = False
    """True: results stay hidden until the reader has been through the stack."""
    loop_scrolling: bool = False
    """True: scrolling on from the last slice shows the first, and the other way round."""
    cine_per_second: int = 12
    """Slices a second, 1 to 60."""
    restore_sessions: bool = True
    """Whether results, decisions and measurements are kept in the user's data folder."""
    hints_shown: bool = False
    """Whether the first-run hint was shown."""
    export_formats: tuple[str, ...] = ("pdf", "png", "csv")
    """What the export dialog offers first; names that it does not know are passed over."""
    recent: tuple[str, ...] = ()
    """The studies that were opened last, the latest first."""
    language: str = "system"
    """`system`, or the code of a translation."""

    def __post_init__(self) -> None:
        if self.mouse_profile not in MOUSE_PROFILES:
            raise ValueError(
                f"'mouse_profile' must be one of {', '.join(MOUSE_PROFILES)}, "
                f"not '{self.mouse_profile}'"
            )
        if not 0.0 <= self.heat_map_opacity <= 1.0:
            raise ValueError(
                f"'heat_map_opacity' must lie between 0 and 1, not {self.heat_map_opacity}"
            )
        if self.heat_map_style not in HEAT_MAP_STYLES:
            raise ValueError(
                f"'heat_map_style' must be one of {', '.join(HEAT_MAP_STYLES)}, "
                f"not '{self.heat_map_style}'"
            )
        for name in ("mouse_left", "mouse_middle", "mouse_right"):
            if getattr(self, name) not in MOUSE_DRAGS:
                drags = ", ".join(filter(None, MOUSE_DRAGS))
                raise ValueError(f"'{name}' must be empty or one of {drags}")
        if not 1 <= self.cine_per_second <= 60:
            raise ValueError(
                f"'cine_per_second' must lie between 1 and 60, not {self.cine_per_second}"
            )
        if any(digit not in "0123456789abcdef" for digit in self.window_geometry):
            raise ValueError("'window_geometry' must be hexadecimal digits")


def settings_path() -> Path:
    """The file that holds the settings."""
    return paths.config_dir() / "settings.toml"


def load_settings(path: Path | None = None) -> Settings:
    """Read the settings; the defaults where there is no file.

    Raises:
        UsageError: The file is no TOML, or holds an unknown key or a bad value, which it names.
    """
    path = path or settings_path()
    try:
        values = read_toml(path)
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise UsageError(f"The settings file {path} cannot be read: {error}.") from error
    except ValueError as error:
        raise UsageError(f"The settings file {path} is not valid TOML: {error}.") from error
    try:
        return build_record(Settings, values)
    except ValueError as error:
        raise UsageError(f"The settings file {path} is refused: {error}.") from error


def load_or_set_aside(path: Path | None = None) -> tuple[Settings, str]:
    """Read the settings; a file that cannot be used is renamed and the defaults are taken.

    Returns:
        The settings, and a sentence for the user, empty when all is well.
    """
    path = path or settings_path()
    try:
        return load_settings(path), ""
    except UsageError as error:
        aside = path.with_suffix(".broken.toml")
        try:
            path.replace(aside)
        except OSError as failure:
            logger.warning("Settings could not be set aside: %s", failure)
            return Settings(), f"{error} The defaults are used."
        return Settings(), f"{error} The file was set aside as {aside.name}; the defaults are used."


def save_settings(settings: Settings, path: Path | None = None) -> None:
    """Write the settings; a file that is there is replaced at once or not at all.

    Raises:
        OutputError: The file cannot be written.
    """
    path = path or settings_path()
    lines = [f"{key} = {_toml_value(value)}\n" for key, value in asdict(settings).items()]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".settings-")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.writelines(lines)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutputError(f"The settings file {path} cannot be written: {error}.") from error


def save_changes(before: Settings, now: Settings, path: Path | None = None) -> None:
    """Write what differs from `before` over what the file holds by now.

    Another window of the program may have written its own choices meanwhile.

    Raises:
        OutputError: The file cannot be written.
    """
    try:
        kept = load_settings(path)
    except UsageError:
        kept = before
    changed = {key: value for key, value in vars(now).items() if value != getattr(before, key)}
    save_settings(replace(kept, **changed), path)


def _toml_value(value: object) -> str:
    if isinstance(value, str):
        # A path may hold bytes that are no text; TOML is UTF-8 only and forbids a bare DEL.
        clean = value.encode("utf-8", "replace").decode("utf-8")
        return json.dumps(clean, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, tuple):
        return f"[{', '.join(_toml_value(item) for item in value)}]"
    return json.dumps(value)
