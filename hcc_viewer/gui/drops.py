"""What is dropped on the window, as paths to open."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData


def dropped_paths(data: QMimeData) -> list[Path]:
    """What was dropped, one path for each study: the folder of loose files stands for them."""
    found = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    if len(found) <= 1:
        return found
    is_loose = [path.is_file() and path.suffix.lower() != ".zip" for path in found]
    paths = [path.parent if loose else path for path, loose in zip(found, is_loose, strict=True)]
    return list(dict.fromkeys(paths))
