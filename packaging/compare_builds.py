"""Lists the files in which two built folders differ; exit status 1 when there are any.

python packaging/compare_builds.py FIRST SECOND
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path


def differences(first: Path, second: Path) -> list[str]:
    """One line per file that is missing or other."""
    before, after = digests(first), digests(second)
    lines = [f"only in {first}: {name}" for name in sorted(before.keys() - after.keys())]
    lines += [f"only in {second}: {name}" for name in sorted(after.keys() - before.keys())]
    both = sorted(before.keys() & after.keys())
    return lines + [f"differs: {name}" for name in both if before[name] != after[name]]


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file by its place; of a link, where it leads."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = f"link to {path.readlink()}"
        elif path.is_file():
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


if __name__ == "__main__":
    found = differences(Path(sys.argv[1]), Path(sys.argv[2]))
    print("\n".join(found) or "The builds are the same.")
    sys.exit(1 if found else 0)
