"""Where the files beside the code are: models, resources, the user's data and logs."""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

import platformdirs

from hcc_viewer.errors import HccViewerError

APP_NAME = "hcc-viewer"


def models_dir() -> Path:
    """The folder of the bundled model files."""
    return _bundled("models")


def resources_dir() -> Path:
    """The folder of icons, style sheet and demo study."""
    return _bundled("resources")


def demo_study_dir() -> Path:
    """The simulated patient that the program carries."""
    return resources_dir() / "demo"


def config_dir() -> Path:
    """Where the user's settings are kept; not created here."""
    return Path(platformdirs.user_config_dir(APP_NAME, appauthor=False))


def data_dir() -> Path:
    """Where the user's own models and sessions are kept; not created here."""
    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False))


def log_dir() -> Path:
    """Where the log is written; not created here."""
    return Path(platformdirs.user_log_dir(APP_NAME, appauthor=False))


def _bundled(name: str) -> Path:
    """A folder that lies in the wheel's `_bundled`, in the frozen program, or beside the package.

    Raises:
        HccViewerError: It is in none of these places.
    """
    package = Path(str(files("hcc_viewer")))
    frozen = Path(getattr(sys, "_MEIPASS", package))
    for candidate in (package / "_bundled" / name, package.parent / name, frozen / name):
        if candidate.is_dir():
            return candidate
    raise HccViewerError(
        f"The program's own folder '{name}' is missing beside {package}; install it again."
    )
