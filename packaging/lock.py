"""Pins every distribution with hashes, for all systems.

    python packaging/lock.py

Writes `requirements.txt` (the program) and `requirements-build.txt` (and what packs it). Needs
`uv` (pip install uv). The files name no registry: whoever installs from them
uses his own.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
FILES = {"requirements.txt": (), "requirements-build.txt": ("--extra", "packaging")}


def main() -> None:
    """Write both files."""
    for name, extras in FILES.items():
        command = ["uv", "pip", "compile", "--universal", "--generate-hashes", "--quiet"]
        command += ["--no-annotate", "--no-header"]
        command += ["--python-version", "3.11", "--output-file", f"packaging/{name}", *extras]
        if extras:
            command += ["--constraint", "packaging/requirements.txt"]
        subprocess.run([*command, "pyproject.toml"], cwd=ROOT, check=True)
        text = (HERE / name).read_text(encoding="utf-8")
        if "://" in text:
            raise SystemExit(f"packaging/{name} names an address; it must not.")


if __name__ == "__main__":
    main()
