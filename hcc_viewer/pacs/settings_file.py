"""Keeps the addresses of PACS in a file of their own beside the settings."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from hcc_viewer import paths
from hcc_viewer.errors import OutputError, UsageError
from hcc_viewer.pacs.peer import PacsSettings
from hcc_viewer.phrases import Phrase
from hcc_viewer.records import build_record, to_table
from hcc_viewer.system_faults import os_reason
from hcc_viewer.toml_file import read_toml


def pacs_settings_path() -> Path:
    """The file that holds them."""
    return paths.config_dir() / "pacs.toml"


def load_pacs_settings(path: Path | None = None) -> PacsSettings:
    """Read them; the defaults, which name no PACS, where there is no file.

    Raises:
        UsageError: The file is no TOML, or holds an unknown key or a bad value, which it names.
    """
    path = path or pacs_settings_path()
    try:
        return build_record(PacsSettings, read_toml(path))
    except FileNotFoundError:
        return PacsSettings()
    except (OSError, ValueError) as error:
        raise UsageError(
            Phrase(
                "The PACS settings {path} cannot be used: {error}. Mend the file or remove it.",
                path=str(path),
                error=str(error),
            )
        ) from error


def save_pacs_settings(settings: PacsSettings, path: Path | None = None) -> None:
    """Write them; a file that is there is replaced at once or not at all.

    Raises:
        OutputError: The file cannot be written.
    """
    path = path or pacs_settings_path()
    table = to_table(settings)
    peers = table.pop("peers")
    text = _lines(table) + "".join(f"\n[[peers]]\n{_lines(peer)}" for peer in peers)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".pacs-")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutputError(
            Phrase(
                "The PACS settings {path} cannot be written: {error}.",
                path=str(path),
                error=os_reason(error),
            )
        ) from error


def _lines(table: dict[str, object]) -> str:
    return "".join(
        f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in table.items()
    ).replace("\x7f", "\\u007f")
