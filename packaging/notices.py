"""Writes THIRD-PARTY-NOTICES.txt: whose work is in the program, and under which licence.

    python packaging/notices.py FILE [--folder dist/hcc-viewer]

Run with the Python that the program is built with. Ends with status 1 when a licence is one that
the program may not hold (GPL or AGPL without an exception or a choice).
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import sysconfig
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

HERE = Path(__file__).resolve().parent

LICENCE_FILES = re.compile(r"(licen[cs]e|notice|copying|thirdparty)", re.IGNORECASE)

QT_TERMS = """\
Qt and Qt for Python (PySide6, Shiboken) are used under the GNU Lesser General Public License,
version 3, whose text stands below, as does that of the GNU General Public License which it refers
to. They lie as separate libraries in the program's folder and may be replaced there by others of
the same interface. Their source code is offered by The Qt Company at the place named in the home
page of the distribution 'PySide6_Essentials'.
"""


def main() -> int:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--folder", type=Path, help="frozen program, for the system's libraries")
    options = parser.parse_args()
    packages = [distribution(name) for name in bundled_names()]
    refused = [name_of(item) for item in packages if is_refused(licence_of(item))]
    parts = [heading(packages), QT_TERMS]
    parts += [section(item) for item in packages]
    parts.append(python_section())
    if options.folder:
        parts += system_sections(options.folder)
    parts += [path.read_text("utf-8") for path in sorted((HERE / "licenses").glob("*.txt"))]
    options.file.write_text(("\n" + "=" * 78 + "\n").join(parts), encoding="utf-8")
    for name in refused:
        print(f"{name} may not be in the program: {licence_of(distribution(name))}")
    return 1 if refused else 0


def bundled_names() -> list[str]:
    """The distributions of the lock file that are installed here."""
    lines = (HERE / "requirements.txt").read_text(encoding="utf-8").splitlines()
    names = [match[1] for line in lines if (match := re.match(r"([A-Za-z0-9._-]+)==", line))]
    return sorted({name for name in names if _is_installed(name)}, key=str.lower)


def licence_of(item: Distribution) -> str:
    """What the metadata say of the licence, in one line."""
    data = item.metadata
    stated = data.get("License-Expression") or data.get("License") or ""
    classes = [
        value.rpartition("::")[2].strip()
        for value in data.get_all("Classifier", [])
        if value.startswith("License ::")
    ]
    return (stated.strip().splitlines() or [", ".join(classes) or "not stated"])[0][:120]


def is_refused(licence: str) -> bool:
    """Whether a licence is GPL or AGPL and leaves no other choice."""
    words = re.sub(r"LGPL|Lesser General Public License", "", licence, flags=re.IGNORECASE)
    is_gpl = re.search(r"\bA?GPL|General Public License", words, re.IGNORECASE) is not None
    has_choice = " OR " in licence or "exception" in licence.lower()
    return is_gpl and not has_choice


def heading(packages: list[Distribution]) -> str:
    """The list of all, one a line."""
    lines = [f"  {name_of(item)} {item.version}: {licence_of(item)}" for item in packages]
    return (
        "Third-party notices of HCC Viewer\n\nHCC Viewer itself is under the Apache License, "
        "version 2.0 (LICENSE). The program also holds:\n\n" + "\n".join(lines) + "\n"
    )


def section(item: Distribution) -> str:
    """One distribution with its licence texts, and those of what its wheel holds."""
    texts = [path.read_text("utf-8", "replace") for path in licence_paths(item)]
    if not texts:
        texts = [f"(The wheel holds no text; its licence is {licence_of(item)}.)"]
    return f"{name_of(item)} {item.version}\n{licence_of(item)}\n\n" + "\n\n".join(texts)


def licence_paths(item: Distribution) -> list[Path]:
    """The licence files of a wheel."""
    paths = {
        Path(str(item.locate_file(file)))
        for file in item.files or ()
        if LICENCE_FILES.search(file.name) and file.suffix.lower() in ("", ".txt", ".md", ".rst")
    }
    return sorted(path for path in paths if path.is_file())


def python_section() -> str:
    """Python's own licence."""
    path = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
    text = path.read_text("utf-8") if path.is_file() else "PSF-2.0 (docs.python.org/3/license.html)"
    return f"Python {sys.version.split()[0]}\n\n{text}"


def system_sections(folder: Path) -> list[str]:
    """On Debian: the copyright files of the system's libraries that the program carries."""
    owners: dict[str, None] = {}
    for path in sorted(folder.rglob("lib*.so*")):
        command = ["dpkg-query", "--search", f"*/{path.name}"]
        found = subprocess.run(command, capture_output=True, text=True, check=False)
        for line in found.stdout.splitlines():
            owners[line.partition(":")[0]] = None
    sections = []
    for package in sorted(owners):
        path = Path("/usr/share/doc") / package / "copyright"
        if path.is_file():
            sections.append(f"{package} (Debian)\n\n{path.read_text('utf-8', 'replace')}")
    return sections


def name_of(item: Distribution) -> str:
    """The distribution's name as its makers write it."""
    return str(item.metadata["Name"])


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
