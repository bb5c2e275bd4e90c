"""Data that libraries read at run time and PyInstaller does not find by itself."""

from __future__ import annotations

import json
from pathlib import Path

from PyInstaller.utils.hooks import collect_data_files, copy_metadata

from contents import METADATA

IOD_WORDS = (
    *("sr", "secondary-capture", "key-object", "segmentation", "presentation-state"),
    *("encapsulated", "parametric-map", "mr-image", "ct-image", "legacy", "document"),
)
"""What the names of DICOM objects have in them that the program reads or may ever write."""


def library_data(folder: Path) -> list[tuple[str, str]]:
    """Source file and folder in the program of each file; those that are made lie in `folder`."""
    files = collect_data_files("highdicom", includes=["_icc_profiles/*"])
    files += _highdicom_tables(folder)
    for name in METADATA:
        files += copy_metadata(name)
    return [(str(source), place) for source, place in files]


def _highdicom_tables(folder: Path) -> list[tuple[str, str]]:
    """DICOM's tables: 22 MB in the wheel, 4 MB without blanks, radiotherapy and the like."""
    found = collect_data_files("highdicom", includes=["_standard/*.json"])
    tables = {Path(source).name: json.loads(Path(source).read_bytes()) for source, _ in found}
    modules = {
        module["key"]
        for name, parts in tables["iod_module_map.json"].items()
        if any(word in name for word in IOD_WORDS)
        for module in parts
    }
    attributes = tables["module_attribute_map.json"]
    tables["module_attribute_map.json"] = {
        name: table for name, table in attributes.items() if name in modules
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        (folder / name).write_text(json.dumps(table, separators=(",", ":")), encoding="utf-8")
    return [(str(folder / Path(source).name), place) for source, place in found]
