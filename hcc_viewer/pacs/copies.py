"""What an earlier fetch left in a folder, told without the network library."""

from __future__ import annotations

import re
from pathlib import Path

UID = re.compile(r"[0-9]+(\.[0-9]+)*")


def instances_in(folder: Path) -> frozenset[str]:
    """SOPInstanceUIDs of the images that a fetch wrote; none where there is no such folder."""
    names = (path.stem for path in folder.glob("*.dcm"))
    return frozenset(name for name in names if UID.fullmatch(name))
