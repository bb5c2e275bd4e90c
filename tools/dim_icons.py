"""Draws each icon of an action once more in the gray of what is disabled: `<name>-dim.svg`.

    PYTHONPATH=. python tools/dim_icons.py

Qt's own disabled icons keep the brightness, which on a dark bar looks enabled.
"""

from __future__ import annotations

import re

from hcc_viewer.gui.actions import DIM, SPECS
from hcc_viewer.paths import resources_dir

GRAY = "#5f6976"
"""As the text of what is disabled, in `gui/theme.py`."""


def dimmed(svg: str) -> str:
    """The same drawing in gray."""
    return re.sub(r"#[0-9a-f]{6}", GRAY, svg)


def main() -> None:
    """Write the gray icons beside the others."""
    folder = resources_dir() / "icons"
    for name in sorted({spec.icon for spec in SPECS if spec.icon}):
        svg = (folder / f"{name}.svg").read_text(encoding="utf-8")
        (folder / f"{name}{DIM}.svg").write_text(dimmed(svg), encoding="utf-8")


if __name__ == "__main__":
    main()
